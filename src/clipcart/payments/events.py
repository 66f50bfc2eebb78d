"""Facts of payments, one per order that they concern."""

from dataclasses import dataclass
from typing import ClassVar

from clipcart.kit.events import Event, event
from clipcart.kit.ids import OrderId, PaymentId, PersonId, RefundId, ShopId


@event
@dataclass(frozen=True, slots=True)
class PaymentCaptured(Event):
    """The order's part of a payment is with the provider, for us. Said once per order."""

    NAME: ClassVar[str] = "payments.captured"
    SUBJECT: ClassVar[str] = "order_id"

    shop_id: ShopId
    order_id: OrderId
    payment_id: PaymentId
    person_id: PersonId
    amount_minor: int
    currency: str


@event
@dataclass(frozen=True, slots=True)
class PaymentDeclined(Event):
    """An attempt to pay was declined. Said once per order and attempt; another may follow."""

    NAME: ClassVar[str] = "payments.declined"
    SUBJECT: ClassVar[str] = "order_id"

    shop_id: ShopId
    order_id: OrderId
    payment_id: PaymentId
    person_id: PersonId
    attempt: int
    reason: str


@event
@dataclass(frozen=True, slots=True)
class PaymentVoided(Event):
    """The payment was given up before any money was taken. Said once per order."""

    NAME: ClassVar[str] = "payments.voided"
    SUBJECT: ClassVar[str] = "order_id"

    shop_id: ShopId
    order_id: OrderId
    payment_id: PaymentId
    person_id: PersonId


@event
@dataclass(frozen=True, slots=True)
class ChallengeNeeded(Event):
    """The buyer's bank wants to hear from the buyer, at `url`. Said once per attempt."""

    NAME: ClassVar[str] = "payments.challenge_needed"
    SUBJECT: ClassVar[str] = "payment_id"

    person_id: PersonId
    payment_id: PaymentId
    url: str


@event
@dataclass(frozen=True, slots=True)
class RefundSettled(Event):
    """Money of an order has gone back to its buyer."""

    NAME: ClassVar[str] = "payments.refund_settled"
    SUBJECT: ClassVar[str] = "order_id"

    shop_id: ShopId
    order_id: OrderId
    refund_id: RefundId
    amount_minor: int
    currency: str


@event
@dataclass(frozen=True, slots=True)
class RefundFailed(Event):
    """A refund did not reach its buyer; its amount can be asked for again."""

    NAME: ClassVar[str] = "payments.refund_failed"
    SUBJECT: ClassVar[str] = "order_id"

    shop_id: ShopId
    order_id: OrderId
    refund_id: RefundId
    amount_minor: int
    currency: str
    reason: str
