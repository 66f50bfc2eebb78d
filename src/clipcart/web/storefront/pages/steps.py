"""An order's timeline in words: facts and deadlines become steps. Pure."""

from collections.abc import Mapping
from typing import Any

from clipcart import markets, orders
from clipcart.kit.money import Money
from clipcart.markets import Market
from clipcart.web.steps import Voice
from clipcart.web.storefront import words

_REACHED: Mapping[str, tuple[str, str]] = {
    "orders.placed": ("Ordered", "reached"),
    "orders.paid": ("Paid", "reached"),
    "orders.released": ("The shop may pack it", "reached"),
    "orders.label_made": ("Packed", "reached"),
    "orders.late": ("The shop is late", "late"),
    "orders.collected": ("With the carrier", "reached"),
    "orders.overdue": ("Later than promised", "late"),
    "orders.delivered": ("Delivered", "reached"),
    "orders.completed": ("Completed", "reached"),
    "orders.cancelled": ("Cancelled", "stopped"),
    "orders.paid_too_late": ("Money came too late and goes back", "reached"),
    "orders.cancellation_requested": ("You asked the shop to cancel", "reached"),
    "orders.cancellation_approved": ("The shop agreed to cancel", "reached"),
    "orders.cancellation_rejected": ("The shop could not cancel", "stopped"),
    "orders.cancellation_withdrawn": ("You took your request back", "reached"),
    "payments.declined": ("Payment declined", "stopped"),
    "payments.refund_settled": ("Money sent back", "reached"),
    "payments.refund_failed": ("Sending the money back failed", "late"),
}
_AHEAD: Mapping[str, tuple[str, str]] = {
    "orders.paid": ("Waiting for the payment", "Without it the order is closed"),
    "orders.released": ("The shop starts packing", "Until then you can cancel at once"),
    "orders.label_made": ("Packed", ""),
    "orders.collected": ("With the carrier", "Promised by the shop"),
    "orders.delivered": ("Delivered", "At the latest"),
    "orders.completed": ("Completed", "Until then you can send it back"),
    "orders.cancellation_answered": ("The shop answers", "No answer means yes"),
}
_REJECTED: Mapping[str, str] = {
    "ALREADY_PACKED": "It is packed already.",
    "MADE_TO_ORDER": "It is made for you.",
    "AGREED_WITH_BUYER": "As you agreed with the shop.",
    "COLLECTED": "The carrier had it already.",
}


def _note(key: str, details: Mapping[str, Any], _market: Market) -> str | None:
    if key == "orders.cancelled":
        by = words.CANCELLED_BY.get(str(details.get("by")), "Cancelled")
        because = words.CANCELLED_BECAUSE.get(str(details.get("reason")))
        return f"{by}: {because}." if because else f"{by}."
    if key == "orders.cancellation_rejected":
        return _REJECTED.get(str(details.get("reason")))
    if key == "payments.declined":
        return words.DECLINES.get(str(details.get("reason")), words.DECLINED)
    if key in ("payments.refund_settled", "orders.paid_too_late"):
        minor = details.get("amount_minor", details.get("refund_minor"))
        if isinstance(minor, int):
            return words.price_text(Money.of(minor, str(details["currency"])))
    if key == "payments.refund_failed":
        return "We are looking into it; you need not do anything."
    return None


BUYER = Voice(_REACHED, _AHEAD, _note, words.moment_text)


def next_text(order: orders.Order) -> str | None:
    """What happens next to an order, in one sentence, for lists."""
    market = markets.get(order.market_id)
    clocks = order.clocks
    if order.state is orders.State.UNPAID:
        return f"Pay by {words.moment_text(market, clocks.pay_by)}."
    if clocks.cancel_reply_by is not None:
        return f"The shop answers by {words.moment_text(market, clocks.cancel_reply_by)}."
    if order.state is orders.State.ON_HOLD and clocks.free_cancel_until:
        return f"Cancel free until {words.moment_text(market, clocks.free_cancel_until)}."
    shipping = (orders.State.AWAITING_SHIPMENT, orders.State.PARTIALLY_SHIPPING)
    if order.state in shipping and clocks.ship_by:
        return f"Ships by {words.day_text(market, clocks.ship_by)}."
    moving = (orders.State.AWAITING_COLLECTION, orders.State.IN_TRANSIT)
    if order.state in moving and clocks.deliver_by:
        return f"Here by {words.day_text(market, clocks.deliver_by)}."
    if order.state is orders.State.DELIVERED and order.delivered_at:
        return f"Delivered {words.day_text(market, order.delivered_at)}."
    if order.state is orders.State.CANCELLED and order.refund.is_positive:
        return f"{words.price_text(order.refund)} goes back to you."
    return None
