"""Facts of orders."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from clipcart.kit.events import Event, event
from clipcart.kit.ids import OrderId, PaymentId, PersonId, PurchaseId, ShopId


@event
@dataclass(frozen=True, slots=True)
class OrderPlaced(Event):
    """A buyer agreed to buy; the money is not there yet."""

    NAME: ClassVar[str] = "orders.placed"
    SUBJECT: ClassVar[str] = "order_id"
    shop_id: ShopId
    order_id: OrderId
    person_id: PersonId
    purchase_id: PurchaseId
    total_minor: int
    currency: str


@event
@dataclass(frozen=True, slots=True)
class OrderPaid(Event):
    """The money is there and the goods are kept. All amounts as agreed at placement."""

    NAME: ClassVar[str] = "orders.paid"
    SUBJECT: ClassVar[str] = "order_id"
    shop_id: ShopId
    order_id: OrderId
    person_id: PersonId
    payment_id: PaymentId
    items_minor: int
    shipping_minor: int
    tax_minor: int
    tax_included: bool
    total_minor: int
    fee_minor: int
    paid_minor: int
    currency: str


@event
@dataclass(frozen=True, slots=True)
class OrderHastened(Event):
    """In a sandbox the wait that ran for an order was ended, whichever it was."""

    NAME: ClassVar[str] = "orders.hastened"
    SUBJECT: ClassVar[str] = "order_id"
    shop_id: ShopId
    order_id: OrderId
    person_id: PersonId


@event
@dataclass(frozen=True, slots=True)
class OrderReleased(Event):
    """The free-cancel window is over: the shop can ship."""

    NAME: ClassVar[str] = "orders.released"
    SUBJECT: ClassVar[str] = "order_id"
    shop_id: ShopId
    order_id: OrderId
    person_id: PersonId
    ship_by: datetime


@event
@dataclass(frozen=True, slots=True)
class OrderLabelMade(Event):
    """Units got a shipping label. `is_complete` when no unit is without one."""

    NAME: ClassVar[str] = "orders.label_made"
    SUBJECT: ClassVar[str] = "order_id"
    shop_id: ShopId
    order_id: OrderId
    person_id: PersonId
    units: int
    is_complete: bool


@event
@dataclass(frozen=True, slots=True)
class OrderLate(Event):
    """The dispatch deadline passed and no carrier has scanned a parcel."""

    NAME: ClassVar[str] = "orders.late"
    SUBJECT: ClassVar[str] = "order_id"
    shop_id: ShopId
    order_id: OrderId
    person_id: PersonId
    ship_by: datetime


@event
@dataclass(frozen=True, slots=True)
class OrderCollected(Event):
    """A carrier scanned the first parcel."""

    NAME: ClassVar[str] = "orders.collected"
    SUBJECT: ClassVar[str] = "order_id"
    shop_id: ShopId
    order_id: OrderId
    person_id: PersonId
    was_late: bool


@event
@dataclass(frozen=True, slots=True)
class OrderInTransit(Event):
    """Every parcel is with a carrier."""

    NAME: ClassVar[str] = "orders.in_transit"
    SUBJECT: ClassVar[str] = "order_id"
    shop_id: ShopId
    order_id: OrderId
    person_id: PersonId


@event
@dataclass(frozen=True, slots=True)
class OrderOverdue(Event):
    """The deliver-by deadline passed while the order was under way."""

    NAME: ClassVar[str] = "orders.overdue"
    SUBJECT: ClassVar[str] = "order_id"
    shop_id: ShopId
    order_id: OrderId
    person_id: PersonId
    deliver_by: datetime


@event
@dataclass(frozen=True, slots=True)
class OrderDelivered(Event):
    """The buyer has it; the return window runs until `complete_at`."""

    NAME: ClassVar[str] = "orders.delivered"
    SUBJECT: ClassVar[str] = "order_id"
    shop_id: ShopId
    order_id: OrderId
    person_id: PersonId
    complete_at: datetime


@event
@dataclass(frozen=True, slots=True)
class OrderCompleted(Event):
    """The return window is over: the sale stands."""

    NAME: ClassVar[str] = "orders.completed"
    SUBJECT: ClassVar[str] = "order_id"
    shop_id: ShopId
    order_id: OrderId
    person_id: PersonId


@event
@dataclass(frozen=True, slots=True)
class OrderCancelled(Event):
    """Called off. `by` is one of model.By, `reason` one of model.Reason.

    `refund_minor` is what was asked back from the payment with this: all that came in, or 0.
    `units_with_label` are units that had left the shelf; fulfilment puts them back.
    """

    NAME: ClassVar[str] = "orders.cancelled"
    SUBJECT: ClassVar[str] = "order_id"
    shop_id: ShopId
    order_id: OrderId
    person_id: PersonId
    was_paid: bool
    by: str
    reason: str
    is_seller_fault: bool
    refund_minor: int
    units_with_label: int
    currency: str


@event
@dataclass(frozen=True, slots=True)
class OrderPaidTooLate(Event):
    """Money came for an order that was already cancelled; all of it goes back."""

    NAME: ClassVar[str] = "orders.paid_too_late"
    SUBJECT: ClassVar[str] = "order_id"
    shop_id: ShopId
    order_id: OrderId
    person_id: PersonId
    refund_minor: int
    currency: str


@event
@dataclass(frozen=True, slots=True)
class CancellationRequested(Event):
    """The buyer asks the shop to cancel; unanswered until `reply_by` it is approved."""

    NAME: ClassVar[str] = "orders.cancellation_requested"
    SUBJECT: ClassVar[str] = "order_id"
    shop_id: ShopId
    order_id: OrderId
    person_id: PersonId
    reason: str
    reply_by: datetime


@event
@dataclass(frozen=True, slots=True)
class CancellationApproved(Event):
    """The request was granted, by the shop or because nobody answered in time."""

    NAME: ClassVar[str] = "orders.cancellation_approved"
    SUBJECT: ClassVar[str] = "order_id"
    shop_id: ShopId
    order_id: OrderId
    person_id: PersonId
    is_automatic: bool


@event
@dataclass(frozen=True, slots=True)
class CancellationRejected(Event):
    """The request was refused; `reason` is one of model.Answer."""

    NAME: ClassVar[str] = "orders.cancellation_rejected"
    SUBJECT: ClassVar[str] = "order_id"
    shop_id: ShopId
    order_id: OrderId
    person_id: PersonId
    reason: str


@event
@dataclass(frozen=True, slots=True)
class CancellationWithdrawn(Event):
    """The buyer took the request back."""

    NAME: ClassVar[str] = "orders.cancellation_withdrawn"
    SUBJECT: ClassVar[str] = "order_id"
    shop_id: ShopId
    order_id: OrderId
    person_id: PersonId
