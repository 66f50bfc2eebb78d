"""Why the replay differs from the history: every exception has one of these causes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Cause(StrEnum):
    """Where history breaks a rule of ours, or leaves out what we need."""

    NO_LINES = "no_lines"
    NO_PAYMENT = "no_payment"
    PAYMENT_OF_NOTHING = "payment_of_nothing"
    INTEREST = "interest"
    PAID_MORE = "paid_more"
    PAID_LESS = "paid_less"
    NO_APPROVAL_TIME = "no_approval_time"
    HANDED_OVER_EARLY = "handed_over_early"
    NO_HANDOVER_TIME = "no_handover_time"
    NO_DELIVERY_TIME = "no_delivery_time"
    DELIVERED_EARLY = "delivered_early"
    CANCELLED_AFTER_DELIVERY = "cancelled_after_delivery"
    CANCELLED_ON_THE_WAY = "cancelled_on_the_way"
    PAID_TOO_LATE = "paid_too_late"
    HANDED_OVER_TOO_LATE = "handed_over_too_late"
    NEVER_HANDED_OVER = "never_handed_over"
    REFUSED = "refused"


MEANS: Final[Mapping[Cause, str]] = MappingProxyType(
    {
        Cause.NO_LINES: "nothing was bought: the order has no lines, so it is not placed",
        Cause.NO_PAYMENT: "no payment is on file; an order that nobody pays is closed",
        Cause.PAYMENT_OF_NOTHING: "a payment of 0.00, or of no known kind, is left out",
        Cause.INTEREST: "instalments: paid is more than priced; the price is charged",
        Cause.PAID_MORE: "paid is more than priced, without instalments; the price is charged",
        Cause.PAID_LESS: "paid is less than priced; the price is charged",
        Cause.NO_APPROVAL_TIME: "no time of approval: taken as paid when purchased",
        Cause.HANDED_OVER_EARLY: "handed over before payment or free window ended: just after",
        Cause.NO_HANDOVER_TIME: "delivered without a handover on file: handed over then",
        Cause.NO_DELIVERY_TIME: "delivered, but nobody knows when: it stays on the way",
        Cause.DELIVERED_EARLY: "delivered before it was handed over: just after",
        Cause.CANCELLED_AFTER_DELIVERY: "cancelled though delivered: the delivery stands",
        Cause.CANCELLED_ON_THE_WAY: "cancelled on the way: lost on the day it was promised for",
        Cause.PAID_TOO_LATE: "approved after the time to pay was over: the order was closed",
        Cause.HANDED_OVER_TOO_LATE: "handed over so late that it was cancelled before",
        Cause.NEVER_HANDED_OVER: "never handed over: cancelled when its time was over",
        Cause.REFUSED: "a room refused it; the note has its code",
    }
)
"""What each cause means, and what the replay does about it."""


@dataclass(frozen=True, slots=True)
class Difference:
    """By how much an exception makes the replay differ from the files, in orders and centavos.

    `payments` are by the files' payment type. `ends_as` is the status that the replay ends with
    instead of the files'; empty where it is the same, `none` where there is no order.
    """

    order_id: str
    cause: Cause
    note: str = ""
    ends_as: str = ""
    payments: Mapping[str, int] = field(default_factory=dict)
