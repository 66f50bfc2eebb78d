"""Facts of stock."""

from dataclasses import dataclass
from typing import ClassVar

from clipcart.kit.events import Event, event
from clipcart.kit.ids import OrderId, ShopId, WarehouseId


@dataclass(frozen=True, slots=True)
class LevelChange:
    """One SKU's new count in one warehouse."""

    sku_id: int
    warehouse_id: int
    on_hand: int
    change: int


@event
@dataclass(frozen=True, slots=True)
class WarehouseAdded(Event):
    """A shop ships from one more place."""

    NAME: ClassVar[str] = "inventory.warehouse_added"
    SUBJECT: ClassVar[str] = "warehouse_id"
    shop_id: ShopId
    warehouse_id: WarehouseId
    name: str
    is_default: bool


@event
@dataclass(frozen=True, slots=True)
class DefaultWarehouseChanged(Event):
    """Orders are taken from another warehouse first."""

    NAME: ClassVar[str] = "inventory.default_warehouse_changed"
    SUBJECT: ClassVar[str] = "warehouse_id"
    shop_id: ShopId
    warehouse_id: WarehouseId


@event
@dataclass(frozen=True, slots=True)
class WarehouseClosed(Event):
    """A shop no longer ships from a place."""

    NAME: ClassVar[str] = "inventory.warehouse_closed"
    SUBJECT: ClassVar[str] = "warehouse_id"
    shop_id: ShopId
    warehouse_id: WarehouseId


@event
@dataclass(frozen=True, slots=True)
class StockChanged(Event):
    """A shop counted, received or corrected stock. `kind` is RECEIVED or ADJUSTED.

    Sales are not announced here: orders tell them.
    """

    NAME: ClassVar[str] = "inventory.stock_changed"
    SUBJECT: ClassVar[str] = "shop_id"
    shop_id: ShopId
    kind: str
    changes: tuple[LevelChange, ...]


@event
@dataclass(frozen=True, slots=True)
class ReservationExpired(Event):
    """An order was not paid in time; what was kept for it is for sale again."""

    NAME: ClassVar[str] = "inventory.reservation_expired"
    SUBJECT: ClassVar[str] = "order_id"
    shop_id: ShopId
    order_id: OrderId
