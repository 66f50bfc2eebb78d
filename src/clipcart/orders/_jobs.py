"""What orders listen to, and their clocks."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from clipcart.inventory import ReservationExpired
from clipcart.kit.db import Tx
from clipcart.kit.events import Subscriber
from clipcart.kit.jobs import Sweep
from clipcart.kit.sql import Query
from clipcart.orders._sql import due
from clipcart.orders.actions import clockwork, paying
from clipcart.payments import PaymentCaptured, PaymentDeclined, RefundSettled

SUBSCRIBER = Subscriber(
    "orders",
    {
        PaymentCaptured: paying.on_payment_captured,
        PaymentDeclined: paying.on_payment_declined,
        RefundSettled: paying.on_refund_settled,
        ReservationExpired: paying.on_reservation_expired,
    },
)


def _sweep(name: str, next_due: Query[datetime], run: Callable[[Tx], Awaitable[int]]) -> Sweep:
    async def earliest(tx: Tx) -> datetime | None:
        return await tx.maybe(next_due)

    return Sweep(f"orders.{name}", earliest, run)


SWEEPS: Sequence[Sweep] = (
    _sweep("close_unpaid", due.NEXT_PAY, clockwork.close_unpaid),
    _sweep("release", due.NEXT_RELEASE, clockwork.release),
    _sweep("approve_unanswered", due.NEXT_REPLY, clockwork.approve_unanswered),
    _sweep("mark_late", due.NEXT_SHIP, clockwork.mark_late),
    _sweep("cancel_unshipped", due.NEXT_UNSHIPPED, clockwork.cancel_unshipped),
    _sweep("mark_overdue", due.NEXT_DELIVER, clockwork.mark_overdue),
    _sweep("complete", due.NEXT_COMPLETE, clockwork.complete),
)
