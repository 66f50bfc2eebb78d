"""Refusals of stock."""

from clipcart.kit.errors import Kind, Refusal
from clipcart.kit.ids import OrderId, ShopId, SkuId, WarehouseId


class NoWarehouse(Refusal):
    """The shop has no warehouse yet, or none of this id that is open."""

    code = "inventory.no_warehouse"
    kind = Kind.CONFLICT

    def __init__(self, shop_id: ShopId) -> None:
        super().__init__(shop_id=shop_id)


class StockIsReserved(Refusal):
    """Fewer units than orders already count on."""

    code = "inventory.stock_is_reserved"
    kind = Kind.CONFLICT

    def __init__(self, sku_id: SkuId, on_hand: int, reserved: int) -> None:
        super().__init__(sku_id=sku_id, on_hand=on_hand, reserved=reserved)


class TooMuchStock(Refusal):
    """More units than a warehouse of this market may hold of a SKU."""

    code = "inventory.too_much_stock"
    kind = Kind.INVALID

    def __init__(self, sku_id: SkuId, most: int) -> None:
        super().__init__(sku_id=sku_id, most=most)


class CannotShip(Refusal):
    """The order does not hold so many confirmed units of the SKU."""

    code = "inventory.cannot_ship"
    kind = Kind.CONFLICT

    def __init__(self, order_id: OrderId, sku_id: SkuId, quantity: int) -> None:
        super().__init__(order_id=order_id, sku_id=sku_id, quantity=quantity)


class CannotPutBack(Refusal):
    """More units would come back than were shipped."""

    code = "inventory.cannot_put_back"
    kind = Kind.CONFLICT

    def __init__(self, order_id: OrderId, sku_id: SkuId, quantity: int) -> None:
        super().__init__(order_id=order_id, sku_id=sku_id, quantity=quantity)


class WarehouseInUse(Refusal):
    """The warehouse is the default one or still holds stock."""

    code = "inventory.warehouse_in_use"
    kind = Kind.CONFLICT

    def __init__(self, warehouse_id: WarehouseId, on_hand: int) -> None:
        super().__init__(warehouse_id=warehouse_id, on_hand=on_hand)
