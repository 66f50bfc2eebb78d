"""An order's timeline in the seller's words: facts and deadlines become steps. Pure."""

from collections.abc import Mapping
from typing import Any

from clipcart.kit.money import Money
from clipcart.markets import Market
from clipcart.web.seller_center import desk_words as words
from clipcart.web.steps import Voice

_REACHED: Mapping[str, tuple[str, str]] = {
    "orders.placed": ("Ordered", "reached"),
    "orders.paid": ("Paid", "reached"),
    "orders.released": ("Free to pack", "reached"),
    "orders.label_made": ("Packed and labelled", "reached"),
    "orders.late": ("The promised day passed", "late"),
    "orders.collected": ("The carrier has it", "reached"),
    "orders.overdue": ("Later than promised to the buyer", "late"),
    "orders.delivered": ("Delivered", "reached"),
    "orders.completed": ("Completed: the sale stands", "reached"),
    "orders.cancelled": ("Cancelled", "stopped"),
    "orders.paid_too_late": ("Money came too late and goes back", "reached"),
    "orders.cancellation_requested": ("The buyer asked to cancel", "reached"),
    "orders.cancellation_approved": ("The request was granted", "reached"),
    "orders.cancellation_rejected": ("The request was refused", "stopped"),
    "orders.cancellation_withdrawn": ("The buyer took the request back", "reached"),
    "payments.declined": ("Payment declined", "stopped"),
    "payments.refund_settled": ("Money sent back to the buyer", "reached"),
    "payments.refund_failed": ("Sending the money back failed", "late"),
}
_AHEAD: Mapping[str, tuple[str, str]] = {
    "orders.paid": ("The buyer pays", "Without payment the order is closed"),
    "orders.released": ("Free to pack", "Until then the buyer can cancel at once"),
    "orders.label_made": ("You pack and label it", "As promised to the buyer"),
    "orders.collected": ("The carrier collects it", "The first scan stops your clock"),
    "orders.delivered": ("Delivered", "As promised to the buyer"),
    "orders.completed": ("Completed", "Until then the buyer can send it back"),
    "orders.cancellation_answered": ("You answer the request", "No answer means yes"),
}
_BY: Mapping[str, str] = {
    "buyer": "By the buyer",
    "seller": "By you",
    "operator": "By clipcart",
    "system": "Automatically",
}


def _note(key: str, details: Mapping[str, Any], market: Market) -> str | None:
    if key in ("orders.cancelled", "orders.cancellation_requested"):
        because = words.BECAUSE.get(str(details.get("reason")))
        by = _BY.get(str(details.get("by")))
        return ": ".join(part for part in (by, because) if part) or None
    if key == "orders.cancellation_rejected":
        answers = {answer.value: text for answer, text in words.ANSWERS.items()}
        return answers.get(str(details.get("reason")))
    if key in ("payments.refund_settled", "orders.paid_too_late"):
        minor = details.get("amount_minor", details.get("refund_minor"))
        if isinstance(minor, int):
            return Money.of(minor, str(details["currency"])).format(market.language)
    return None


SELLER = Voice(_REACHED, _AHEAD, _note, words.moment_text)
