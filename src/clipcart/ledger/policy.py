"""Who may touch the book: pure predicates."""

from clipcart.identity import Actor, rule
from clipcart.kit.ids import ShopId


@rule("ledger", "post", "the platform's own jobs; operators, through the rooms that post")
def may_post(actor: Actor) -> bool:
    """Write journals."""
    return actor.is_platform or actor.is_operator


@rule("ledger", "hold.place", "operators who do not work in the shop, the platform's own jobs")
def may_hold(actor: Actor, shop_id: ShopId) -> bool:
    """Keep an amount back until a date, and let it go before."""
    return actor.is_platform or (actor.is_operator and shop_id not in actor.memberships)


@rule("ledger", "hold.contest", "shop staff with shop.edit")
def may_contest(actor: Actor, shop_id: ShopId) -> bool:
    """Object to a hold."""
    return actor.has_grant(shop_id, "shop.edit")


@rule("ledger", "view", "shop staff with finance.view, operators")
def may_view(actor: Actor, shop_id: ShopId) -> bool:
    """See a shop's holds."""
    return actor.has_grant(shop_id, "finance.view") or actor.is_operator
