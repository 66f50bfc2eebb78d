"""Who may change and see products."""

from clipcart.identity import Actor, rule
from clipcart.kit.ids import ShopId


@rule("catalog", "edit", "shop staff with products.edit, the platform's own jobs")
def may_edit_products(actor: Actor, shop_id: ShopId) -> bool:
    """Create, edit, price, submit, activate, delete and recover products of the shop."""
    return actor.has_grant(shop_id, "products.edit")


@rule("catalog", "view", "shop staff with products.edit or products.view, operators")
def may_view_products(actor: Actor, shop_id: ShopId) -> bool:
    """See products that buyers do not see: drafts, edits, verdicts."""
    return (
        may_edit_products(actor, shop_id)
        or actor.has_grant(shop_id, "products.view")
        or actor.is_operator
    )


@rule("catalog", "moderate", "operators in staff mode, the platform's own jobs")
def may_moderate(actor: Actor) -> bool:
    """Give verdicts, take products down, keep categories."""
    return actor.is_operator or actor.is_platform
