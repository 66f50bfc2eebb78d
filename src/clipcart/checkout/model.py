"""Carts, quotes and purchases as values."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from clipcart.catalog import Offer
from clipcart.identity import Actor
from clipcart.kit.ids import OrderId, PaymentId, PersonId, PurchaseId, ShopId, SkuId
from clipcart.kit.money import Currency, Money
from clipcart.markets import DeliveryQuote
from clipcart.orders import ShipTo
from clipcart.payments import Tender

SkuKey = tuple[ShopId, SkuId]


@dataclass(frozen=True, slots=True)
class CartLine:
    """A SKU of a shop and how many of it."""

    shop_id: ShopId
    sku_id: SkuId
    quantity: int

    @property
    def key(self) -> SkuKey:
        """Shop and SKU."""
        return self.shop_id, self.sku_id


@dataclass(frozen=True, slots=True)
class CartChange:
    """A change of one line: `quantity` is the new count, or is added when `adds`; 0 removes."""

    shop_id: ShopId
    sku_id: SkuId
    quantity: int
    adds: bool = False


@dataclass(frozen=True, slots=True)
class Cart:
    """What a person or guest wants, in the order it was put in. Not priced, nothing reserved."""

    person_id: PersonId
    lines: tuple[CartLine, ...]

    @property
    def units(self) -> int:
        """How many pieces it is."""
        return sum(line.quantity for line in self.lines)


@dataclass(frozen=True, slots=True)
class LineQuote:
    """A line with its price now. `problem` is why it cannot be bought, or None."""

    line: CartLine
    offer: Offer | None
    amount: Money
    tax: Money
    available: int
    problem: str | None


@dataclass(frozen=True, slots=True)
class ShopQuote:
    """The part of one shop: it becomes one order. `chosen` is the delivery option's id."""

    shop_id: ShopId
    shop_name: str
    shop_handle: str
    lines: tuple[LineQuote, ...]
    options: tuple[DeliveryQuote, ...]
    chosen: str | None
    items: Money
    shipping: Money
    tax: Money
    total: Money


@dataclass(frozen=True, slots=True)
class Quote:
    """What everything of one market costs now. Taxes and delivery need a region to be known."""

    market_id: str
    currency: Currency
    tax_included: bool
    region: str | None
    shops: tuple[ShopQuote, ...]
    items: Money
    shipping: Money
    tax: Money
    total: Money

    @property
    def is_ready(self) -> bool:
        """Whether everything in it can be bought as it stands."""
        lines = [line for shop in self.shops for line in shop.lines]
        return bool(lines) and all(line.problem is None for line in lines)


@dataclass(frozen=True, slots=True)
class Agreement:
    """Terms that were agreed outside of this checkout: a unit price per SKU, delivery per shop."""

    prices: Mapping[SkuKey, Money]
    deliveries: Mapping[ShopId, Money]


@dataclass(frozen=True, slots=True)
class PlaceRequest:
    """A purchase as the buyer sends it.

    `key` is chosen by the client: sent again, it gives the same purchase. `sent` is the digest of
    what the client sent, where that did not name the lines: the cart is empty when it is sent
    again. `deliveries` are option
    ids by shop; a shop without one gets the market's first. `method` is the payment provider's
    token. `total_shown` is what the buyer agreed to. `clears_cart` takes the lines out of the
    buyer's cart. `agreed` are terms that count instead of the prices and fees of the day, where
    the platform brings a purchase along that was made elsewhere. `tenders` say how the total is
    made up, where it is paid in several ways; without, all of it is paid as the token says.
    """

    actor: Actor
    person_id: PersonId
    key: str
    market_id: str
    lines: tuple[CartLine, ...]
    ship_to: ShipTo
    deliveries: Mapping[ShopId, str]
    method: str
    total_shown: Money
    note: str = ""
    clears_cart: bool = True
    sent: bytes | None = None
    agreed: Agreement | None = None
    tenders: tuple[Tender, ...] = ()

    def digest(self) -> bytes:
        """What the purchase contains, without the payment method: a repeat must be the same."""
        if self.sent is not None:
            return self.sent
        what = [
            self.market_id,
            sorted((line.shop_id, line.sku_id, line.quantity) for line in self.lines),
            self.ship_to.fields(),
            sorted(self.deliveries.items()),
            self.total_shown.minor,
            self.total_shown.currency.code,
        ]
        return hashlib.sha256(json.dumps(what, sort_keys=True).encode()).digest()


@dataclass(frozen=True, slots=True)
class Placed:
    """A placed purchase: one payment, one order per shop. `is_new` is false for a repeat."""

    purchase_id: PurchaseId
    payment_id: PaymentId
    orders: tuple[tuple[ShopId, OrderId], ...]
    total: Money
    is_new: bool = True


def merged(lines: Sequence[CartLine]) -> tuple[CartLine, ...]:
    """One line per SKU, in order of first appearance."""
    found: dict[SkuKey, CartLine] = {}
    for line in lines:
        known = found.get(line.key)
        more = known.quantity if known else 0
        found[line.key] = CartLine(line.shop_id, line.sku_id, line.quantity + more)
    return tuple(found.values())


def changed(lines: Sequence[CartLine], changes: Sequence[CartChange]) -> tuple[CartLine, ...]:
    """The cart's lines after the changes."""
    found = {line.key: line.quantity for line in lines}
    for change in changes:
        key = (change.shop_id, change.sku_id)
        count = change.quantity + (found.get(key, 0) if change.adds else 0)
        found[key] = max(count, 0)
    return tuple(CartLine(shop, sku, count) for (shop, sku), count in found.items() if count)
