"""A shop with a warehouse and SKUs, for tests of stock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from clipcart import catalog, inventory
from clipcart.catalog import Axis, SkuDraft
from clipcart.identity import SYSTEM, Actor
from clipcart.inventory import OrderKey, StockChange, Want, WarehouseDraft
from clipcart.kit.db import Database, Tx
from clipcart.kit.ids import OrderId, PurchaseId, ShopId, SkuId, WarehouseId, new_id
from tests.catalog import world as catalog_world

TTL = timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class Shelf:
    """A shop, its staff, its default warehouse, and SKUs with nothing on hand."""

    shop_id: ShopId
    staff: Actor
    warehouse_id: WarehouseId
    skus: tuple[SkuId, ...]


async def build(db: Database, skus: int = 3) -> Shelf:
    """A shop with one product in so many SKUs."""
    async with db.transaction() as tx:
        shop = await catalog_world.open_shop(tx, live=False)
        values = tuple(f"Glaze {number}" for number in range(skus))
        draft = catalog_world.teapot(
            shop,
            axes=(Axis("Glaze", values),),
            skus=tuple(SkuDraft(catalog_world.usd(4800), (value,)) for value in values),
        )
        product_id = await catalog.create_product(tx, shop.staff, draft)
        keys = await catalog.sku_keys_of_product(tx, shop.id, product_id)
        warehouse_id = await inventory.add_warehouse(
            tx, shop.staff, WarehouseDraft(shop.id, "Main warehouse", country="US")
        )
    return Shelf(shop.id, shop.staff, warehouse_id, tuple(key[1] for key in keys))


async def fill(db: Database, shelf: Shelf, *counts: int) -> None:
    """Set the counts of the shelf's SKUs in the default warehouse, in order."""
    async with db.transaction() as tx:
        await inventory.set_on_hand(
            tx,
            shelf.staff,
            [
                StockChange(shelf.shop_id, sku_id, count)
                for sku_id, count in zip(shelf.skus, counts, strict=False)
            ],
        )


def want(
    tx: Tx,
    shelf: Shelf,
    sku: int,
    quantity: int,
    order_id: OrderId,
    purchase_id: PurchaseId | None = None,
) -> Want:
    """Units of the shelf's SKU number `sku` for an order, for two days."""
    return Want(shelf.shop_id, order_id, shelf.skus[sku], quantity, tx.now + TTL, purchase_id)


def an_order() -> OrderId:
    """A new order's id."""
    return OrderId(new_id())


def keys(shelf: Shelf, order_ids: Sequence[OrderId]) -> list[OrderKey]:
    """The keys of these orders of the shop."""
    return [(shelf.shop_id, order_id) for order_id in order_ids]


async def keep(db: Database, shelf: Shelf, *quantities: int) -> OrderId:
    """An order that keeps so many units of each SKU in order; it must be possible."""
    order_id = an_order()
    async with db.transaction() as tx:
        wants = [
            want(tx, shelf, sku, quantity, order_id)
            for sku, quantity in enumerate(quantities)
            if quantity
        ]
        assert await inventory.reserve(tx, SYSTEM, wants) == {}
    return order_id


async def counts(db: Database, shelf: Shelf) -> list[tuple[int, int]]:
    """On hand and reserved of each SKU, over all warehouses."""
    async with db.reading() as tx:
        levels = await inventory.stock_of(tx, SYSTEM, shelf.shop_id, shelf.skus)
    return [
        (
            sum(level.on_hand for level in levels if level.sku_id == sku_id),
            sum(level.reserved for level in levels if level.sku_id == sku_id),
        )
        for sku_id in shelf.skus
    ]


async def conserved(db: Database) -> bool:
    """The proof finds nothing."""
    async with db.reading() as tx:
        return await inventory.audit(tx) == []
