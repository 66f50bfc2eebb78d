"""What orders listen to, and their clocks."""

from collections.abc import Sequence

from clipcart.inventory import ReservationExpired
from clipcart.kit.events import Subscriber
from clipcart.kit.jobs import Sweep
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


SWEEPS: Sequence[Sweep] = (
    Sweep("orders.close_unpaid", due.NEXT_PAY, clockwork.close_unpaid),
    Sweep("orders.release", due.NEXT_RELEASE, clockwork.release),
    Sweep("orders.approve_unanswered", due.NEXT_REPLY, clockwork.approve_unanswered),
    Sweep("orders.mark_late", due.NEXT_SHIP, clockwork.mark_late),
    Sweep("orders.cancel_unshipped", due.NEXT_UNSHIPPED, clockwork.cancel_unshipped),
    Sweep("orders.mark_overdue", due.NEXT_DELIVER, clockwork.mark_overdue),
    Sweep("orders.complete", due.NEXT_COMPLETE, clockwork.complete),
)
