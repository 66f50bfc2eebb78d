"""The shapes of the buyers' API. Ids are decimal strings, amounts decimal strings with currency."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

Id = Annotated[str, Meta(pattern=r"^[1-9][0-9]{0,18}$", description="An id, as a decimal string.")]
Amount = Annotated[str, Meta(pattern=r"^-?[0-9]+(\.[0-9]+)?$", examples=["24.00"])]
Quantity = Annotated[int, Meta(ge=1, le=10_000)]
Count = Annotated[int, Meta(ge=0, le=10_000)]
Text = Annotated[str, Meta(max_length=200)]


class Money(Struct, frozen=True):
    """An amount of a currency (ISO 4217)."""

    amount: Amount
    currency: Annotated[str, Meta(min_length=3, max_length=3)]


class Card(Struct, frozen=True):
    """A product in a list."""

    shop_id: Id
    product_id: Id
    shop_name: str
    title: str
    category: str
    image_url: str | None
    price_from: Money
    price_to: Money


class Cards(Struct, frozen=True):
    """A page of products; `next_cursor` is null on the last page."""

    items: list[Card]
    next_cursor: str | None


class Sku(Struct, frozen=True):
    """A variant that can be bought."""

    sku_id: Id
    options: list[str]
    seller_sku: str
    price: Money
    available: int


class Axis(Struct, frozen=True):
    """What variants differ in."""

    name: str
    values: list[str]


class Product(Struct, frozen=True):
    """A product with its variants."""

    shop_id: Id
    product_id: Id
    shop_name: str
    market: str
    title: str
    description_html: str
    category: str
    axes: list[Axis]
    image_urls: list[str]
    skus: list[Sku]


class Category(Struct, frozen=True):
    """A category by its path, and how many products are in it and below."""

    path: str
    products: int


class Line(Struct, frozen=True):
    """A SKU of a shop and how many of it."""

    shop_id: Id
    sku_id: Id
    quantity: Quantity


class LineChange(Struct, frozen=True):
    """The new count of a SKU in the cart; 0 takes it out."""

    shop_id: Id
    sku_id: Id
    quantity: Count


class CartChange(Struct, frozen=True):
    """Lines to set; others stay."""

    lines: Annotated[list[LineChange], Meta(max_length=200)]


class Address(Struct, frozen=True):
    """Where it goes. The market says which fields it needs."""

    name: Text
    line1: Text
    city: Text
    line2: Text = ""
    region: Text = ""
    postal_code: Text = ""
    country: Text = ""
    phone: Text = ""


class QuoteRequest(Struct, frozen=True):
    """What to price. Without lines: the cart. A region makes delivery and tax known."""

    market: Text
    lines: Annotated[list[Line], Meta(max_length=200)] | None = None
    region: Text | None = None
    deliveries: dict[Id, str] = {}


class DeliveryOption(Struct, frozen=True):
    """A way of delivery: business days from dispatch."""

    id: str
    name: str
    fee: Money
    days_min: int
    days_max: int


class QuoteLine(Struct, frozen=True):
    """A line with its price. `problem` is null, or why it cannot be bought as it stands."""

    sku_id: Id
    title: str
    options: str
    quantity: int
    amount: Money
    tax: Money
    problem: str | None


class QuoteShop(Struct, frozen=True):
    """One shop's part: it becomes one order."""

    shop_id: Id
    shop_name: str
    lines: list[QuoteLine]
    delivery_options: list[DeliveryOption]
    delivery: str | None
    items: Money
    shipping: Money
    tax: Money
    total: Money


class Quote(Struct, frozen=True):
    """What everything costs now; `total` is what a purchase must say it was shown."""

    market: str
    tax_included: bool
    is_ready: bool
    shops: list[QuoteShop]
    items: Money
    shipping: Money
    tax: Money
    total: Money


class CardDetails(Struct, frozen=True):
    """A test card (docs/reference/test-cards.md). Real cards are refused."""

    number: Text
    expiry: Annotated[str, Meta(pattern=r"^\d{2}/\d{2}$", examples=["12/39"])]
    cvc: Text


class PaymentMethod(Struct, frozen=True):
    """A token that stands for a card."""

    payment_method: str


class PurchaseRequest(Struct, frozen=True):
    """A whole purchase in one call. Without lines: everything of the market in the cart."""

    market: Text
    address: Address
    payment_method: Annotated[str, Meta(max_length=2_000)]
    total_shown: Money
    lines: Annotated[list[Line], Meta(max_length=200)] | None = None
    deliveries: dict[Id, str] = {}
    note: Annotated[str, Meta(max_length=1_000)] = ""


class OrderRef(Struct, frozen=True):
    """An order by shop and id."""

    shop_id: Id
    order_id: Id


class Purchase(Struct, frozen=True):
    """A purchase: one payment, one order per shop."""

    purchase_id: Id
    payment_id: Id
    payment_state: str
    decline_reason: str | None
    challenge_url: str | None
    orders: list[OrderRef]
    total: Money


class OrderLine(Struct, frozen=True):
    """A line, with everything as it was when the order was placed."""

    line_id: Id
    sku_id: Id
    title: str
    options: str
    quantity: int
    shipped_quantity: int
    unit_price: Money
    tax: Money


class Order(Struct, frozen=True):
    """An order of one shop."""

    shop_id: Id
    order_id: Id
    purchase_id: Id
    state: str
    lines: list[OrderLine]
    items: Money
    shipping: Money
    tax: Money
    tax_included: bool
    total: Money
    ship_to: Address
    placed_at: datetime
    paid_at: datetime | None
    delivered_at: datetime | None
    cancelled_at: datetime | None
    free_cancel_until: datetime | None


class Orders(Struct, frozen=True):
    """A page of orders, newest first."""

    items: list[Order]
    next_cursor: str | None


class ShopOrderLine(Struct, frozen=True):
    """A line of a shop's order as lists show it."""

    line_id: Id
    product_id: Id
    sku_id: Id
    title: str
    options: str
    seller_sku: str
    quantity: int
    shipped_quantity: int
    unit_price: Money


class ShopOrder(Struct, frozen=True):
    """A shop's order in a list. `due_at` is the clock that runs in its state."""

    order_id: Id
    state: str
    buyer_name: str
    units: int
    shipped_units: int
    total: Money
    placed_at: datetime
    due_at: datetime | None
    is_late: bool
    cancel_reply_by: datetime | None
    lines: list[ShopOrderLine]


class ShopOrders(Struct, frozen=True):
    """A page of a shop's orders, newest first."""

    items: list[ShopOrder]
    next_cursor: str | None


class Step(Struct, frozen=True):
    """A step of an order's timeline: reached, current or expected."""

    key: str
    status: str
    at: datetime | None
    due_at: datetime | None


class Timeline(Struct, frozen=True):
    """What happened to an order and what comes next."""

    steps: list[Step]


class CancelRequest(Struct, frozen=True):
    """Why an order is cancelled: a reason of the list in orders.REASONS for buyers."""

    reason: Text
    note: Annotated[str, Meta(max_length=1_000)] = ""


class CancelAnswer(Struct, frozen=True):
    """Cancelled at once, or asked: the shop answers by `reply_by`, and silence is consent."""

    is_cancelled: bool
    reply_by: datetime | None


class TokenRequest(Struct, frozen=True):
    """Sign in as an app. Scopes: cart, orders:read, orders:write, account:read."""

    email: Text
    password: Text
    name: Text = "App"


class Token(Struct, frozen=True):
    """A bearer token; shown once."""

    token: str


class Problem(Struct, frozen=True):
    """One thing wrong with one field, the rule and the way out."""

    field: str
    rule: str
    cure: str


class ErrorBody(Struct, frozen=True):
    """What went wrong, in words, with an id to ask the operator about."""

    code: str
    message: str
    request_id: str | None
    problems: list[Problem] = []


class Error(Struct, frozen=True):
    """Every error has this shape."""

    error: ErrorBody
