"""Who may touch stock."""

from clipcart.identity import Actor, rule
from clipcart.kit.ids import ShopId


@rule("inventory", "edit", "shop staff with inventory.edit, operators, the platform's own jobs")
def may_edit_stock(actor: Actor, shop_id: ShopId) -> bool:
    """Count, receive, correct stock and keep warehouses."""
    return actor.has_grant(shop_id, "inventory.edit") or actor.is_operator


@rule("inventory", "view", "shop staff with any grant for stock or orders, operators")
def may_view_stock(actor: Actor, shop_id: ShopId) -> bool:
    """See counts, reservations and movements."""
    return may_edit_stock(actor, shop_id) or actor.has_grant(shop_id, "orders.view")


@rule("inventory", "keep", "anybody signed in; the order's own room has checked whose it is")
def may_keep_stock(actor: Actor) -> bool:
    """Reserve, confirm, release, ship and put back: always on behalf of an order."""
    return not actor.is_anonymous
