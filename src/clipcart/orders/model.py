"""Orders as values: states and moves, drafts, lines with frozen amounts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple, NewType

from clipcart.kit.ids import (
    LineId,
    OrderId,
    PaymentId,
    PersonId,
    ProductId,
    PurchaseId,
    ShopId,
    SkuId,
)
from clipcart.kit.money import Currency, Money, Rate, currency, total
from clipcart.orders.reasons import Answer, By, CancellationState, Reason

CancellationId = NewType("CancellationId", int)
OrderKey = tuple[ShopId, OrderId]


class State(StrEnum):
    """How far an order has come."""

    UNPAID = "UNPAID"
    ON_HOLD = "ON_HOLD"
    AWAITING_SHIPMENT = "AWAITING_SHIPMENT"
    PARTIALLY_SHIPPING = "PARTIALLY_SHIPPING"
    AWAITING_COLLECTION = "AWAITING_COLLECTION"
    IN_TRANSIT = "IN_TRANSIT"
    DELIVERED = "DELIVERED"
    COMPLETED = "COMPLETED"
    CANCELLED = "CANCELLED"


MOVES: Final[Mapping[State, frozenset[State]]] = MappingProxyType(
    {
        State.UNPAID: frozenset({State.ON_HOLD, State.CANCELLED}),
        State.ON_HOLD: frozenset({State.AWAITING_SHIPMENT, State.CANCELLED}),
        State.AWAITING_SHIPMENT: frozenset(
            {State.PARTIALLY_SHIPPING, State.AWAITING_COLLECTION, State.CANCELLED}
        ),
        State.PARTIALLY_SHIPPING: frozenset({State.AWAITING_COLLECTION, State.CANCELLED}),
        State.AWAITING_COLLECTION: frozenset({State.IN_TRANSIT, State.CANCELLED}),
        State.IN_TRANSIT: frozenset({State.DELIVERED, State.CANCELLED}),
        State.DELIVERED: frozenset({State.COMPLETED}),
        State.COMPLETED: frozenset(),
        State.CANCELLED: frozenset(),
    }
)
"""Where an order may go from each state. IN_TRANSIT is cancelled only for a parcel that is lost."""

FINAL: Final = frozenset(state for state, targets in MOVES.items() if not targets)
BEFORE_COLLECTION: Final = frozenset(
    {State.AWAITING_SHIPMENT, State.PARTIALLY_SHIPPING, State.AWAITING_COLLECTION}
)
"""Paid and past the free window, but nothing is with a carrier unless `collected_at` says so."""


def sources(target: State, among: frozenset[State] = frozenset(State)) -> list[str]:
    """The states that may move to `target`, as a guard for an update. Never empty."""
    found = sorted(state.value for state in among if target in MOVES[state])
    if not found:
        raise ValueError(f"nothing moves to {target} from {sorted(among)}")
    return found


@dataclass(frozen=True, slots=True)
class ShipTo:
    """Where an order goes, copied from the address at placement."""

    name: str
    line1: str
    line2: str
    city: str
    region: str
    postal_code: str
    country: str
    phone: str

    def fields(self) -> dict[str, str]:
        """The fields by name, as they are stored."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class DeliveryChoice:
    """The way of delivery that the buyer chose, and the business days it promised."""

    code: str
    name: str
    promised_days: int


@dataclass(frozen=True, slots=True)
class LineDraft:
    """One SKU of an order to be placed. `tax_minor` is the tax of the whole line.

    `line_id` is the first of `quantity` ids in a row (`kit.ids.new_ids`).
    """

    line_id: LineId
    sku_id: SkuId
    product_id: ProductId
    title: str
    options_text: str
    seller_sku: str
    image_key: str | None
    quantity: int
    unit_price_minor: int
    tax_minor: int
    tax_included: bool
    fee_bps: int
    weight_g: int


@dataclass(frozen=True, slots=True)
class OrderDraft:
    """An order as the buyer agreed to it. `tax_minor` holds the lines' tax and that on delivery.

    `pay_by` is when it is closed if it is not paid; None leaves that to its market.
    """

    order_id: OrderId
    shop_id: ShopId
    buyer_id: PersonId
    purchase_id: PurchaseId
    payment_id: PaymentId
    market_id: str
    currency: str
    ship_to: ShipTo
    delivery: DeliveryChoice
    lines: tuple[LineDraft, ...]
    items_minor: int
    shipping_minor: int
    tax_minor: int
    total_minor: int
    free_cancel_hours: int
    note: str = ""
    pay_by: datetime | None = None

    def __post_init__(self) -> None:
        if not self.lines or len({line.tax_included for line in self.lines}) != 1:
            raise ValueError("an order has lines, all with or all without tax in their prices")
        if any(line.quantity < 1 for line in self.lines):
            raise ValueError("a line is for at least one unit")
        if self.items_minor != sum(line.unit_price_minor * line.quantity for line in self.lines):
            raise ValueError("lines do not add up to the items' amount")
        if self.tax_minor < sum(line.tax_minor for line in self.lines):
            raise ValueError("lines carry more tax than the order")
        on_top = 0 if self.tax_included else self.tax_minor
        if self.total_minor != self.items_minor + self.shipping_minor + on_top:
            raise ValueError("items, shipping and tax do not add up to the total")

    @property
    def tax_included(self) -> bool:
        """Whether prices contain the tax."""
        return self.lines[0].tax_included

    @property
    def units(self) -> int:
        """How many pieces it is."""
        return sum(line.quantity for line in self.lines)


@dataclass(frozen=True, slots=True)
class Line:
    """One SKU of an order, with everything as it was when the order was placed.

    Its id is the first of as many ids in a row as it has units (`unit_ids`).
    """

    id: LineId
    sku_id: SkuId
    product_id: ProductId
    title: str
    options_text: str
    seller_sku: str
    image_key: str | None
    quantity: int
    shipped_quantity: int
    unit_price: Money
    tax: Money
    tax_included: bool
    fee_bps: int
    weight_g: int

    @property
    def amount(self) -> Money:
        """Price of all units, as shown."""
        return self.unit_price.times(self.quantity)

    @property
    def unit_ids(self) -> range:
        """An id for each unit, for those who count pieces instead of lines."""
        return range(self.id, self.id + self.quantity)

    @property
    def open_quantity(self) -> int:
        """Units that still have to be shipped."""
        return self.quantity - self.shipped_quantity


@dataclass(frozen=True, slots=True)
class Clocks:
    """Deadlines. None means that the clock has not started."""

    pay_by: datetime
    free_cancel_until: datetime | None
    ship_by: datetime | None
    cancel_unshipped_at: datetime | None
    deliver_by: datetime | None
    complete_at: datetime | None
    cancel_reply_by: datetime | None


@dataclass(frozen=True, slots=True)
class Cancelled:
    """Who cancelled an order, when and why."""

    at: datetime
    by: By
    reason: Reason
    is_seller_fault: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """An order with its lines.

    `changed_at` is when its state, its parcels, its money or a wish to cancel it changed last.
    """

    id: OrderId
    shop_id: ShopId
    buyer_id: PersonId
    purchase_id: PurchaseId
    payment_id: PaymentId
    market_id: str
    currency: Currency
    state: State
    ship_to: ShipTo
    delivery: DeliveryChoice
    note: str
    lines: tuple[Line, ...]
    items: Money
    shipping: Money
    tax: Money
    tax_included: bool
    total: Money
    fee: Money
    paid: Money | None
    refund: Money
    decline_reason: str | None
    placed_at: datetime
    changed_at: datetime
    paid_at: datetime | None
    released_at: datetime | None
    label_made_at: datetime | None
    late_at: datetime | None
    collected_at: datetime | None
    overdue_at: datetime | None
    delivered_at: datetime | None
    completed_at: datetime | None
    cancel_asked_at: datetime | None
    cancelled: Cancelled | None
    clocks: Clocks

    @property
    def key(self) -> OrderKey:
        """Where it lives."""
        return self.shop_id, self.id

    @property
    def is_late(self) -> bool:
        """The dispatch deadline passed before a carrier had it."""
        return self.late_at is not None


@dataclass(frozen=True, slots=True)
class Cancellation:
    """A buyer's request to cancel after the free window."""

    id: CancellationId
    order_id: OrderId
    reason: Reason
    note: str
    state: CancellationState
    requested_at: datetime
    reply_by: datetime
    answered_at: datetime | None
    answered_by: str | None
    answer_reason: Answer | None


@dataclass(frozen=True, slots=True)
class CancelOutcome:
    """What became of a wish to cancel: done at once, or a request that the seller answers."""

    is_cancelled: bool
    cancellation_id: CancellationId | None = None
    reply_by: datetime | None = None


@dataclass(frozen=True, slots=True)
class LineShipped:
    """Units of a line for which a label was made."""

    line_id: LineId
    quantity: int

    def __post_init__(self) -> None:
        if self.quantity < 1:
            raise ValueError("at least one unit is shipped")


def fee_on(amount: Money, tax: Money, *, tax_included: bool, fee_bps: int) -> Money:
    """The platform's fee on a line: a rate of the price without tax, rounded once, half to even."""
    net = amount - tax if tax_included else amount
    return net.share(Rate.bps(fee_bps))


def fee_of(order: Order | OrderDraft) -> Money:
    """The fee of an order: the sum of its lines' fees. Delivery carries none."""
    unit = currency(order.currency) if isinstance(order, OrderDraft) else order.currency
    fees: Sequence[Money]
    if isinstance(order, OrderDraft):
        fees = [
            fee_on(
                Money(line.unit_price_minor * line.quantity, unit),
                Money(line.tax_minor, unit),
                tax_included=line.tax_included,
                fee_bps=line.fee_bps,
            )
            for line in order.lines
        ]
    else:
        fees = [
            fee_on(line.amount, line.tax, tax_included=line.tax_included, fee_bps=line.fee_bps)
            for line in order.lines
        ]
    return total(fees, unit)


def refundable(order: Order) -> Money:
    """What can still be given back: what came in less what was asked back already."""
    return (order.paid or Money.zero(order.currency)) - order.refund


def is_free_to_cancel(state: State, free_cancel_until: datetime | None, now: datetime) -> bool:
    """The buyer may cancel without asking anybody."""
    if state is State.UNPAID:
        return True
    return state is State.ON_HOLD and free_cancel_until is not None and now < free_cancel_until


def is_open_to_cancel(state: State, collected_at: datetime | None) -> bool:
    """Nothing is with a carrier yet, so the order can still be called off."""
    return State.CANCELLED in MOVES[state] and collected_at is None and state != State.IN_TRANSIT


class CardLine(NamedTuple):
    """A line as lists show it: the line's document, amounts in the order's currency."""

    id: LineId
    sku_id: SkuId
    product_id: ProductId
    title: str
    options_text: str
    seller_sku: str
    image_key: str | None
    quantity: int
    shipped_quantity: int
    unit_price_minor: int
    tax_minor: int
    tax_included: bool
    fee_bps: int
    weight_g: int
