"""Refusals of orders."""

from clipcart.kit.errors import Kind, Refusal
from clipcart.kit.ids import LineId, OrderId


class CannotCancel(Refusal):
    """The order has gone too far to be called off, or is over."""

    code = "orders.cannot_cancel"
    kind = Kind.CONFLICT

    def __init__(self, order_id: OrderId, state: str) -> None:
        super().__init__(order_id=order_id, state=state)


class ReasonNotAllowed(Refusal):
    """The reason is not one that this side may give."""

    code = "orders.reason_not_allowed"
    kind = Kind.INVALID

    def __init__(self, reason: str, allowed: tuple[str, ...]) -> None:
        super().__init__(reason=reason, allowed=allowed)


class CancellationPending(Refusal):
    """A request to cancel waits for its answer."""

    code = "orders.cancellation_pending"
    kind = Kind.CONFLICT

    def __init__(self, order_id: OrderId) -> None:
        super().__init__(order_id=order_id)


class NoCancellationPending(Refusal):
    """There is no request to cancel that waits for an answer."""

    code = "orders.no_cancellation_pending"
    kind = Kind.CONFLICT

    def __init__(self, order_id: OrderId) -> None:
        super().__init__(order_id=order_id)


class CannotShip(Refusal):
    """The order is not waiting for shipment."""

    code = "orders.cannot_ship"
    kind = Kind.CONFLICT

    def __init__(self, order_id: OrderId, state: str) -> None:
        super().__init__(order_id=order_id, state=state)


class MoreThanOrdered(Refusal):
    """More units of a line than are still open."""

    code = "orders.more_than_ordered"
    kind = Kind.CONFLICT

    def __init__(self, line_id: LineId, quantity: int, open_quantity: int) -> None:
        super().__init__(line_id=line_id, quantity=quantity, open_quantity=open_quantity)
