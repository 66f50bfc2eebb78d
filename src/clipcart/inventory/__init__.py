"""Inventory: how many units of each SKU lie where, and for which orders they are kept.

Owns      schema `inventory`
Calls     catalog, sellers, markets, identity
Tells     StockChanged, ReservationExpired, WarehouseAdded, and how warehouses change
Promises  never oversold; on hand is the sum of movements, reserved that of live reservations.
"""

from clipcart.inventory.actions.counting import adjust, receive, set_available, set_on_hand
from clipcart.inventory.actions.holding import (
    confirm,
    consume,
    consume_all,
    expire,
    put_back,
    release,
)
from clipcart.inventory.actions.reserving import reserve
from clipcart.inventory.actions.warehouses import (
    add_warehouse,
    add_warehouses,
    close_warehouse,
    make_default,
)
from clipcart.inventory.errors import (
    CannotPutBack,
    CannotShip,
    NoWarehouse,
    StockIsReserved,
    TooMuchStock,
    WarehouseInUse,
)
from clipcart.inventory.events import (
    DefaultWarehouseChanged,
    LevelChange,
    ReservationExpired,
    StockChanged,
    WarehouseAdded,
    WarehouseClosed,
)
from clipcart.inventory.model import (
    LIVE,
    MOVES,
    Discrepancy,
    Movement,
    MovementKind,
    OrderKey,
    OrderLine,
    Shortage,
    ShortLine,
    SkuKey,
    State,
    StockChange,
    StockLevel,
    Want,
    Warehouse,
    WarehouseDraft,
)
from clipcart.inventory.queries import (
    audit,
    default_warehouses,
    left_to_ship,
    levels,
    levels_by_place,
    low_stock,
    movements_of,
    stock_of,
    warehouses_of,
)

__all__ = [
    "LIVE",
    "MOVES",
    "CannotPutBack",
    "CannotShip",
    "DefaultWarehouseChanged",
    "Discrepancy",
    "LevelChange",
    "Movement",
    "MovementKind",
    "NoWarehouse",
    "OrderKey",
    "OrderLine",
    "ReservationExpired",
    "ShortLine",
    "Shortage",
    "SkuKey",
    "State",
    "StockChange",
    "StockChanged",
    "StockIsReserved",
    "StockLevel",
    "TooMuchStock",
    "Want",
    "Warehouse",
    "WarehouseAdded",
    "WarehouseClosed",
    "WarehouseDraft",
    "WarehouseInUse",
    "add_warehouse",
    "add_warehouses",
    "adjust",
    "audit",
    "close_warehouse",
    "confirm",
    "consume",
    "consume_all",
    "default_warehouses",
    "expire",
    "left_to_ship",
    "levels",
    "levels_by_place",
    "low_stock",
    "make_default",
    "movements_of",
    "put_back",
    "receive",
    "release",
    "reserve",
    "set_available",
    "set_on_hand",
    "stock_of",
    "warehouses_of",
]
