"""Stock, reservations and the pure decision who gets the last units."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from clipcart.kit.ids import OrderId, PurchaseId, ShopId, SkuId, WarehouseId

OrderKey = tuple[ShopId, OrderId]
SkuKey = tuple[ShopId, SkuId]


class State(StrEnum):
    """How far a reservation has come."""

    HELD = "HELD"
    CONFIRMED = "CONFIRMED"
    RELEASED = "RELEASED"
    CONSUMED = "CONSUMED"
    EXPIRED = "EXPIRED"


MOVES: Mapping[State, frozenset[State]] = {
    State.HELD: frozenset({State.CONFIRMED, State.RELEASED, State.EXPIRED}),
    State.CONFIRMED: frozenset({State.RELEASED, State.CONSUMED}),
    State.RELEASED: frozenset(),
    State.CONSUMED: frozenset(),
    State.EXPIRED: frozenset({State.HELD}),
}
"""Where a reservation may go. Units shipped of a part leave it CONFIRMED until the last one.

An expired one may be taken up again, when the payment came late and the units are still there.
"""

LIVE = frozenset({State.HELD, State.CONFIRMED})
"""States in which the units not yet consumed count as reserved."""


class MovementKind(StrEnum):
    """Why stock changed."""

    RECEIVED = "RECEIVED"
    ADJUSTED = "ADJUSTED"
    RESERVED = "RESERVED"
    RELEASED = "RELEASED"
    CONSUMED = "CONSUMED"
    RETURNED = "RETURNED"


@dataclass(frozen=True, slots=True)
class Warehouse:
    """A place that a shop ships from."""

    id: WarehouseId
    shop_id: ShopId
    name: str
    line1: str
    city: str
    region: str
    postal_code: str
    country: str
    is_default: bool
    is_closed: bool


@dataclass(frozen=True, slots=True)
class WarehouseDraft:
    """A warehouse as a seller describes it; `country` is a two-letter code."""

    shop_id: ShopId
    name: str
    line1: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class StockChange:
    """Units of a SKU in a warehouse: a new count, an arrival or a correction by the verb.

    Without `warehouse_id` the shop's default warehouse is meant.
    """

    shop_id: ShopId
    sku_id: SkuId
    quantity: int
    warehouse_id: WarehouseId | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class StockLevel:
    """What lies in one warehouse of one SKU."""

    shop_id: ShopId
    sku_id: SkuId
    warehouse_id: WarehouseId
    on_hand: int
    reserved: int
    available: int


@dataclass(frozen=True, slots=True)
class Movement:
    """One change of stock, as it stands in the book."""

    id: int
    sku_id: SkuId
    warehouse_id: WarehouseId
    kind: MovementKind
    on_hand_change: int
    reserved_change: int
    order_id: OrderId | None
    note: str
    actor: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Want:
    """Units that an order wants kept until `expires_at`.

    Wants of one order are decided together; so are all orders of one `purchase_id`.
    """

    shop_id: ShopId
    order_id: OrderId
    sku_id: SkuId
    quantity: int
    expires_at: datetime
    purchase_id: PurchaseId | None = None

    def __post_init__(self) -> None:
        if self.quantity < 1:
            raise ValueError("a want is for at least one unit")


@dataclass(frozen=True, slots=True)
class OrderLine:
    """Units of one SKU of one order that are shipped or put back."""

    shop_id: ShopId
    order_id: OrderId
    sku_id: SkuId
    quantity: int

    def __post_init__(self) -> None:
        if self.quantity < 1:
            raise ValueError("a line is for at least one unit")


@dataclass(frozen=True, slots=True)
class ShortLine:
    """A line that could not be kept: how many units were wanted, how many could be had."""

    shop_id: ShopId
    order_id: OrderId
    sku_id: SkuId
    wanted: int
    available: int


@dataclass(frozen=True, slots=True)
class Shortage:
    """Why an order was refused: every line that was short in it or in its purchase."""

    lines: tuple[ShortLine, ...]


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """Stock that does not equal what its book or its reservations say."""

    shop_id: ShopId
    sku_id: SkuId
    warehouse_id: WarehouseId
    what: str
    stock: int
    book: int


def merged(wants: Iterable[Want]) -> list[Want]:
    """One want per order and SKU, in order of arrival."""
    found: dict[tuple[ShopId, OrderId, SkuId], Want] = {}
    for want in wants:
        key = (want.shop_id, want.order_id, want.sku_id)
        known = found.get(key)
        found[key] = (
            want
            if known is None
            else Want(
                want.shop_id,
                want.order_id,
                want.sku_id,
                known.quantity + want.quantity,
                known.expires_at,
                known.purchase_id,
            )
        )
    return list(found.values())


def grouped(wants: Iterable[Want]) -> list[list[Want]]:
    """Wants that stand or fall together, the earliest group first."""
    groups: dict[tuple[str, int, int], list[Want]] = {}
    for want in wants:
        key = (
            ("order", want.shop_id, want.order_id)
            if want.purchase_id is None
            else ("purchase", 0, want.purchase_id)
        )
        groups.setdefault(key, []).append(want)
    return list(groups.values())


@dataclass(slots=True)
class Shelf:
    """Units of a SKU that can still be given out of one warehouse."""

    warehouse_id: WarehouseId
    available: int


@dataclass(frozen=True, slots=True)
class Grant:
    """A want and the warehouse that keeps it."""

    want: Want
    warehouse_id: WarehouseId


def decide(
    groups: Sequence[Sequence[Want]], shelves: Mapping[SkuKey, Sequence[Shelf]]
) -> tuple[list[Grant], dict[OrderId, Shortage]]:
    """Give out units group by group, all or nothing, the earliest first.

    Each SKU's shelves stand in order of preference; a line is taken whole from the first shelf
    that has enough. `shelves` is used up on the way.
    """
    grants: list[Grant] = []
    shortages: dict[OrderId, Shortage] = {}
    for group in groups:
        taken: list[tuple[Want, Shelf]] = []
        short: list[ShortLine] = []
        for want in group:
            at_hand = shelves.get((want.shop_id, want.sku_id), ())
            shelf = next((shelf for shelf in at_hand if shelf.available >= want.quantity), None)
            if shelf is None:
                most = max((shelf.available for shelf in at_hand), default=0)
                short.append(
                    ShortLine(want.shop_id, want.order_id, want.sku_id, want.quantity, most)
                )
            else:
                shelf.available -= want.quantity
                taken.append((want, shelf))
        if short:
            for want, shelf in taken:
                shelf.available += want.quantity
            shortages.update({want.order_id: Shortage(tuple(short)) for want in group})
        else:
            grants += [Grant(want, shelf.warehouse_id) for want, shelf in taken]
    return grants, shortages
