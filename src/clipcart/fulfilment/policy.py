"""Who may ship, and whose word about parcels counts."""

from clipcart.identity import Actor, ActorKind, rule
from clipcart.kit.ids import ShopId


@rule("fulfilment", "ship", "shop staff with orders.ship, the platform's own jobs")
def may_ship(actor: Actor, shop_id: ShopId) -> bool:
    """Pack, change labels, hand over."""
    return actor.has_grant(shop_id, "orders.ship")


@rule("fulfilment", "view", "shop staff with orders.view, operators; the buyer through the order")
def may_view(actor: Actor, shop_id: ShopId) -> bool:
    """See a shop's packages and print their papers."""
    return actor.has_grant(shop_id, "orders.view") or actor.is_operator


@rule("fulfilment", "record_scan", "the carrier robot, the platform's own jobs, operators")
def may_record_scan(actor: Actor) -> bool:
    """Report what a carrier saw."""
    is_carrier = actor.kind is ActorKind.ROBOT and actor.label == "robot:carrier"
    return is_carrier or actor.is_platform or actor.is_operator
