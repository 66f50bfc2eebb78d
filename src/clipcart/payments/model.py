"""Payments as data: states, what a provider can say, and which saying counts. No I/O.

What we know of a payment only grows. Every saying has a place in one total order (`knowledge`),
and the state of a payment is its greatest saying. So callbacks may come twice, late or in any
order: the end is the same. Captured money outranks everything, since it is with us.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from clipcart.kit.errors import Problem
from clipcart.kit.ids import OrderId, PaymentId, PersonId, RefundId, ShopId
from clipcart.kit.jobs import JobKind, Lane
from clipcart.kit.money import Money, total
from clipcart.payments.tenders import PaidTender, Tender, tender_problems


class PaymentState(StrEnum):
    """How far a payment has come."""

    REQUESTED = "REQUESTED"
    CHALLENGE = "CHALLENGE"
    AUTHORISED = "AUTHORISED"
    DECLINED = "DECLINED"
    VOIDED = "VOIDED"
    CAPTURED = "CAPTURED"


OPEN: Final = frozenset({PaymentState.REQUESTED, PaymentState.CHALLENGE})
"""States in which the provider has not decided: its answer is still looked for."""


class Said(StrEnum):
    """What a provider can say of one attempt to charge."""

    PROCESSING = "PROCESSING"
    CHALLENGE = "CHALLENGE"
    AUTHORISED = "AUTHORISED"
    DECLINED = "DECLINED"
    VOIDED = "VOIDED"
    CAPTURED = "CAPTURED"


class RefundState(StrEnum):
    """How far a refund has come. SETTLED and FAILED are ends."""

    REQUESTED = "REQUESTED"
    SETTLED = "SETTLED"
    FAILED = "FAILED"


class RefundSaid(StrEnum):
    """What a provider can say of a refund."""

    PENDING = "PENDING"
    SETTLED = "SETTLED"
    FAILED = "FAILED"


class ExceptionKind(StrEnum):
    """Why something that a provider said was not booked."""

    UNKNOWN_PAYMENT = "unknown_payment"
    UNKNOWN_REFUND = "unknown_refund"
    AMOUNT_MISMATCH = "amount_mismatch"
    SECOND_CAPTURE = "second_capture"
    CONTRADICTION = "contradiction"


_RANK: Final = {
    Said.PROCESSING: 1,
    Said.CHALLENGE: 2,
    Said.AUTHORISED: 3,
    Said.DECLINED: 4,
    Said.VOIDED: 5,
}
_STEPS: Final = 10
CAPTURED_KNOWLEDGE: Final = 1_000_000_000
"""Above every other saying of every attempt."""


def asked(attempt: int) -> int:
    """What is known when an attempt was asked for and nothing was heard yet."""
    return attempt * _STEPS


def knowledge(attempt: int, said: Said) -> int:
    """The place of a saying in the total order: captured, else later attempt, else later step."""
    if said is Said.CAPTURED:
        return CAPTURED_KNOWLEDGE
    return attempt * _STEPS + _RANK[said]


def state_after(said: Said) -> PaymentState:
    """The state of a payment whose greatest saying is this one."""
    return PaymentState.REQUESTED if said is Said.PROCESSING else PaymentState(said.value)


@dataclass(frozen=True, slots=True)
class Split:
    """The part of a payment that belongs to one order of one shop."""

    shop_id: ShopId
    order_id: OrderId
    amount: Money


@dataclass(frozen=True, slots=True)
class Intent:
    """A payment to ask for: one buyer, one amount, any number of orders.

    `method` is the provider's token of a card, never a card number. With `captures_at_once` false
    the amount is only held until `request_capture`. Without `tenders` all of it is paid in the way
    that the method's token names; with several, the one token stands for them all.
    """

    payment_id: PaymentId
    person_id: PersonId
    amount: Money
    method: str
    splits: tuple[Split, ...]
    captures_at_once: bool = True
    tenders: tuple[Tender, ...] = ()

    def problems(self) -> list[Problem | None]:
        """What is wrong with it: parts that do not add up, negative parts, no token."""
        parts = [split.amount for split in self.splits]
        mixed = any(part.currency != self.amount.currency for part in parts)
        return [
            None if parts else Problem("splits", "A payment is for one order at least", "Add one"),
            Problem("splits", "All parts have the payment's currency", "Pay each currency apart")
            if mixed
            else None,
            None
            if mixed or total(parts, self.amount.currency) == self.amount
            else Problem("splits", "The parts add up to the amount", "Split the amount exactly"),
            Problem("splits", "No part is negative", "Leave the order out")
            if any(part.is_negative for part in parts)
            else None,
            None
            if self.method or self.amount.is_zero
            else Problem("method", "A way to pay is needed", "Enter a card or choose a saved one"),
            *tender_problems(self.tenders, self.amount),
        ]


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment as its buyer sees it. `brand` and `last4` are known once the provider answered."""

    id: PaymentId
    person_id: PersonId
    amount: Money
    state: PaymentState
    attempt: int
    brand: str | None
    last4: str | None
    decline_reason: str | None
    challenge_url: str | None
    splits: tuple[Split, ...]
    tenders: tuple[PaidTender, ...]
    requested_at: datetime
    changed_at: datetime

    @property
    def may_try_again(self) -> bool:
        """Another card can be tried: this one was declined, or its challenge is unanswered."""
        return self.state in (PaymentState.DECLINED, PaymentState.CHALLENGE)


@dataclass(frozen=True, slots=True)
class OrderPayment:
    """What was paid for one order, what is going back and what has gone back."""

    shop_id: ShopId
    order_id: OrderId
    payment_id: PaymentId
    person_id: PersonId
    amount: Money
    captured: Money
    refunding: Money
    refunded: Money
    captured_at: datetime | None

    @property
    def refundable(self) -> Money:
        """How much can still be given back."""
        return self.captured - self.refunding - self.refunded


@dataclass(frozen=True, slots=True)
class RefundDraft:
    """Money to give back. `key` is the caller's own name of this refund, unique in the shop."""

    shop_id: ShopId
    order_id: OrderId
    amount: Money
    reason: str
    key: str


@dataclass(frozen=True, slots=True)
class Refund:
    """A refund of an order. `failure` is the provider's reason when it FAILED.

    `tender_minors` is what goes back over each tender of the payment, in their order.
    """

    id: RefundId
    shop_id: ShopId
    order_id: OrderId
    amount: Money
    reason: str
    state: RefundState
    failure: str | None
    requested_at: datetime
    ended_at: datetime | None
    tender_minors: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class News:
    """What a provider says of one attempt to charge, by answer or by callback."""

    person_id: PersonId
    payment_id: PaymentId
    attempt: int
    said: Said
    ref: str
    amount: Money
    reason: str | None = None
    url: str | None = None
    brand: str | None = None
    last4: str | None = None

    @property
    def knowledge(self) -> int:
        """Its place in the total order of knowledge."""
        return knowledge(self.attempt, self.said)

    @property
    def subject(self) -> str:
        """Which attempt it speaks of, as exceptions name it."""
        return f"payment:{self.payment_id}:{self.attempt}"


@dataclass(frozen=True, slots=True)
class RefundNews:
    """What a provider says of a refund, by answer or by callback."""

    shop_id: ShopId
    refund_id: RefundId
    said: RefundSaid
    ref: str
    amount: Money
    reason: str | None = None

    @property
    def subject(self) -> str:
        """Which refund it speaks of, as exceptions name it."""
        return f"refund:{self.shop_id}:{self.refund_id}"


@dataclass(frozen=True, slots=True)
class PaymentException:
    """Something a provider said that does not fit our books. It was not booked."""

    id: int
    kind: ExceptionKind
    provider: str
    subject: str
    said: str
    provider_ref: str
    amount: Money
    at: datetime
    resolution: str | None


@dataclass(frozen=True, slots=True)
class ProviderTotals:
    """What our books say has gone through the provider in one currency."""

    captured: Money
    refunded: Money


_SOONEST_LOOK: Final = timedelta(minutes=10)
_LATEST_LOOK: Final = timedelta(days=1)


def look_again_s(age: timedelta) -> int:
    """Seconds until an undecided payment is asked about again: rarer as it gets older."""
    return int(min(_LATEST_LOOK, max(_SOONEST_LOOK, age)) / timedelta(seconds=1))


@dataclass(frozen=True, slots=True)
class Charge:
    """Payload: one attempt to charge a payment, asked for until the provider has decided."""

    person_id: PersonId
    payment_id: PaymentId
    attempt: int


@dataclass(frozen=True, slots=True)
class VoidAttempt:
    """Payload: give up one attempt at the provider. `ref` is its name there, if known."""

    person_id: PersonId
    payment_id: PaymentId
    attempt: int
    ref: str | None


@dataclass(frozen=True, slots=True)
class SendRefund:
    """Payload: one refund to send."""

    shop_id: ShopId
    refund_id: RefundId


@dataclass(frozen=True, slots=True)
class GiveBack:
    """Payload: money captured beside the books, to be given back whole."""

    exception_id: int


@dataclass(frozen=True, slots=True)
class ReadCallback:
    """Payload: one stored callback to read."""

    provider: str
    callback_id: str


CHARGE = JobKind("payments.charge", Charge, lane=Lane.MONEY)
CAPTURE = JobKind("payments.capture", Charge, lane=Lane.MONEY)
VOID = JobKind("payments.void", VoidAttempt, lane=Lane.MONEY)
REFUND = JobKind("payments.refund", SendRefund, lane=Lane.MONEY)
GIVE_BACK = JobKind("payments.give_back", GiveBack, lane=Lane.MONEY)
READ_CALLBACK = JobKind("payments.callback", ReadCallback, lane=Lane.MONEY)
