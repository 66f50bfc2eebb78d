"""Who may do what with payments: pure predicates."""

from clipcart.identity import Actor, Scope, rule
from clipcart.kit.ids import PersonId, ShopId


@rule("payments", "request", "the buyer, or the platform")
def may_request(actor: Actor, person_id: PersonId) -> bool:
    """Ask for a payment, try another card."""
    return actor.is_platform or actor.is_person(person_id, Scope.CART)


@rule("payments", "view", "the buyer who pays")
def may_view(actor: Actor, person_id: PersonId) -> bool:
    """See a payment."""
    return actor.is_person(person_id, Scope.ORDERS_READ)


@rule("payments", "void", "the platform, shop staff with orders.cancel, or the buyer")
def may_void(actor: Actor, shop_id: ShopId, person_id: PersonId) -> bool:
    """Give up what is not captured. Whether the order can be closed is for orders to say."""
    return (
        actor.has_grant(shop_id, "orders.cancel")
        or actor.is_operator
        or actor.is_person(person_id, Scope.ORDERS_WRITE)
    )


@rule("payments", "capture", "the platform, or an operator")
def may_capture(actor: Actor) -> bool:
    """Take what is held."""
    return actor.is_platform or actor.is_operator


@rule("payments", "refund", "the platform, shop staff with orders.cancel, an operator, the buyer")
def may_refund(actor: Actor, shop_id: ShopId, person_id: PersonId) -> bool:
    """Give money back. How much a buyer is owed is for orders and returns to say; no door asks."""
    return may_void(actor, shop_id, person_id)


@rule("payments", "exceptions", "an operator")
def may_see_exceptions(actor: Actor) -> bool:
    """See what providers said that does not fit."""
    return actor.is_operator or actor.is_platform
