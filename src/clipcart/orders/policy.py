"""Who may do what with orders: pure predicates."""

from collections.abc import Iterable

from clipcart.identity import Actor, ActorKind, Scope, rule
from clipcart.kit.ids import PersonId, ShopId
from clipcart.orders.reasons import REASONS, By, Reason


@rule("orders", "place", "the buyer (token: cart or orders:write), the platform's own jobs")
def may_place(actor: Actor, buyer_ids: Iterable[PersonId]) -> bool:
    """Place orders for these buyers."""
    return actor.is_platform or all(
        actor.is_person(buyer_id, Scope.CART) or actor.is_person(buyer_id, Scope.ORDERS_WRITE)
        for buyer_id in buyer_ids
    )


@rule("orders", "view", "the buyer, shop staff with orders.view, operators")
def may_view(actor: Actor, shop_id: ShopId, buyer_id: PersonId) -> bool:
    """See an order and its timeline."""
    return actor.is_person(buyer_id, Scope.ORDERS_READ) or may_view_shop(actor, shop_id)


@rule("orders", "view_shop", "shop staff with orders.view, operators")
def may_view_shop(actor: Actor, shop_id: ShopId) -> bool:
    """See a shop's lists and its queue."""
    return actor.has_grant(shop_id, "orders.view") or actor.is_operator


@rule("orders", "view_own", "anybody signed in, their own orders")
def may_view_own(actor: Actor) -> bool:
    """See one's own orders."""
    return actor.person_id is not None and actor.is_person(actor.person_id, Scope.ORDERS_READ)


@rule(
    "orders",
    "cancel",
    "the buyer (at once in the free window, later by request), shop staff with orders.cancel, "
    "operators, the platform's own jobs; each side with its own reasons",
)
def may_cancel(actor: Actor, shop_id: ShopId, buyer_id: PersonId) -> bool:
    """Wish to cancel. Whether the order still can be called off is the order's state."""
    return bool(sides(actor, shop_id, buyer_id))


@rule("orders", "answer_cancellation", "shop staff with orders.cancel, operators, the platform")
def may_answer(actor: Actor, shop_id: ShopId) -> bool:
    """Approve or reject a buyer's request to cancel."""
    return actor.has_grant(shop_id, "orders.cancel") or actor.is_operator


@rule("orders", "withdraw_cancellation", "the buyer")
def may_withdraw(actor: Actor, buyer_id: PersonId) -> bool:
    """Take back one's request to cancel."""
    return actor.is_person(buyer_id, Scope.ORDERS_WRITE)


@rule("orders", "ship", "shop staff with orders.ship, the platform's own jobs")
def may_ship(actor: Actor, shop_id: ShopId) -> bool:
    """Record that a label was made."""
    return actor.has_grant(shop_id, "orders.ship")


@rule("orders", "track", "shop staff with orders.ship, the carrier robot, the platform's own jobs")
def may_track(actor: Actor, shop_id: ShopId) -> bool:
    """Record that parcels were collected or delivered."""
    is_carrier = actor.kind is ActorKind.ROBOT and actor.label == "robot:carrier"
    return is_carrier or may_ship(actor, shop_id)


@rule("orders", "hasten", "the sandbox robot, which there is outside production only")
def may_hasten(actor: Actor) -> bool:
    """End the wait that runs for an order."""
    return actor.kind is ActorKind.ROBOT and actor.label == "robot:sandbox"


def sides(actor: Actor, shop_id: ShopId, buyer_id: PersonId) -> tuple[By, ...]:
    """On whose behalf this actor can cancel; one person may be buyer and seller."""
    if actor.is_platform:
        return (By.SYSTEM,)
    found = (
        (By.BUYER, actor.is_person(buyer_id, Scope.ORDERS_WRITE)),
        (By.SELLER, actor.has_grant(shop_id, "orders.cancel")),
        (By.OPERATOR, actor.is_operator),
    )
    return tuple(side for side, applies in found if applies)


def side_for(reason: Reason, among: Iterable[By]) -> By | None:
    """The side whose reason it is."""
    return next((side for side in among if reason in REASONS[side]), None)
