"""How far an order has come and what comes next: the log of facts joined with the clocks. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from clipcart.kit.eventlog import LogRow
from clipcart.orders import events
from clipcart.orders.model import Order, State

ANSWER: Final = "orders.cancellation_answered"
"""The key of the step that waits for the shop's answer to a request to cancel."""

TOLD: Final = frozenset(
    {
        events.OrderPlaced.NAME,
        events.OrderPaid.NAME,
        events.OrderReleased.NAME,
        events.OrderLabelMade.NAME,
        events.OrderLate.NAME,
        events.OrderCollected.NAME,
        events.OrderOverdue.NAME,
        events.OrderDelivered.NAME,
        events.OrderCompleted.NAME,
        events.OrderCancelled.NAME,
        events.OrderPaidTooLate.NAME,
        events.CancellationRequested.NAME,
        events.CancellationApproved.NAME,
        events.CancellationRejected.NAME,
        events.CancellationWithdrawn.NAME,
        "payments.declined",
        "payments.refund_settled",
        "payments.refund_failed",
    }
)
"""Facts that a timeline shows; others about the order say the same twice."""


class StepStatus(StrEnum):
    """Whether a step is behind, waited for now, or further ahead."""

    REACHED = "reached"
    CURRENT = "current"
    EXPECTED = "expected"


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `key` is a fact's name, from which pages make words.

    Reached steps have `at`, `actor` and the fact's `details`. Others have `due_at`, the deadline
    of their clock, or None while it has not started.
    """

    key: str
    status: StepStatus
    at: datetime | None = None
    due_at: datetime | None = None
    is_missed: bool = False
    actor: str | None = None
    details: Mapping[str, Any] | None = None


_AHEAD: Final = (
    (events.OrderPaid.NAME, "pay_by"),
    (events.OrderReleased.NAME, "free_cancel_until"),
    (events.OrderLabelMade.NAME, "ship_by"),
    (events.OrderCollected.NAME, "ship_by"),
    (events.OrderDelivered.NAME, "deliver_by"),
    (events.OrderCompleted.NAME, "complete_at"),
)
_FIRST_AHEAD: Final[Mapping[State, int]] = {
    State.UNPAID: 0,
    State.ON_HOLD: 1,
    State.AWAITING_SHIPMENT: 2,
    State.PARTIALLY_SHIPPING: 2,
    State.AWAITING_COLLECTION: 3,
    State.IN_TRANSIT: 4,
    State.DELIVERED: 5,
}


def steps(order: Order, log: Sequence[LogRow], now: datetime) -> tuple[Step, ...]:
    """What was reached, oldest first, then what is waited for, then what is expected."""
    reached = [
        Step(row.name, StepStatus.REACHED, at=row.at, actor=row.actor, details=row.payload)
        for row in log
        if row.name in TOLD
    ]
    return (*reached, *_ahead(order, now))


def _ahead(order: Order, now: datetime) -> list[Step]:
    first = _FIRST_AHEAD.get(order.state)
    if first is None:
        return []
    waiting: list[tuple[str, datetime | None]] = []
    if order.clocks.cancel_reply_by is not None:
        waiting.append((ANSWER, order.clocks.cancel_reply_by))
    for name, clock in _AHEAD[first:]:
        if name == events.OrderCollected.NAME and order.collected_at is not None:
            continue
        waiting.append((name, getattr(order.clocks, clock)))
    return [
        Step(
            name,
            StepStatus.EXPECTED if place else StepStatus.CURRENT,
            due_at=due_at,
            is_missed=due_at is not None and due_at < now,
        )
        for place, (name, due_at) in enumerate(waiting)
    ]
