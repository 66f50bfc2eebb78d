"""What is there, for pages and for the rooms above."""

from collections.abc import Mapping, Sequence

from clipcart.identity import Actor, require
from clipcart.inventory._sql import counting as sql
from clipcart.inventory._sql import keeping
from clipcart.inventory.model import (
    Discrepancy,
    Movement,
    MovementKind,
    OrderLine,
    SkuKey,
    StockLevel,
    Warehouse,
)
from clipcart.inventory.policy import may_view_stock
from clipcart.kit.db import Tx
from clipcart.kit.ids import OrderId, ShopId, SkuId, WarehouseId
from clipcart.kit.listing import Page


def level_of(row: sql.StockRow) -> StockLevel:
    """The class that a stock row stands for."""
    return StockLevel(
        ShopId(row.shop_id),
        SkuId(row.sku_id),
        WarehouseId(row.warehouse_id),
        row.on_hand,
        row.reserved,
        row.available,
    )


async def levels(tx: Tx, keys: Sequence[SkuKey]) -> Mapping[SkuId, int]:
    """The most units of each SKU that one order line can take now. One statement.

    A line ships from one warehouse, so this is the fullest one, not the sum of all.
    """
    rows = await tx.all(
        sql.LEVELS, shop_ids=[key[0] for key in keys], sku_ids=[key[1] for key in keys]
    )
    found = {SkuId(row.sku_id): row.available for row in rows}
    return {sku_id: found.get(sku_id, 0) for _, sku_id in keys}


async def stock_of(
    tx: Tx, actor: Actor, shop_id: ShopId, sku_ids: Sequence[SkuId]
) -> Sequence[StockLevel]:
    """What lies where of these SKUs of the shop."""
    require(may_view_stock(actor, shop_id), "inventory.view", actor)
    rows = await tx.all(sql.STOCK, shop_ids=[shop_id] * len(sku_ids), sku_ids=list(sku_ids))
    return [level_of(row) for row in rows]


async def levels_by_place(tx: Tx, keys: Sequence[SkuKey]) -> Sequence[StockLevel]:
    """What lies where of these SKUs, for other rooms. One statement."""
    rows = await tx.all(
        sql.STOCK, shop_ids=[key[0] for key in keys], sku_ids=[key[1] for key in keys]
    )
    return [level_of(row) for row in rows]


async def low_stock(
    tx: Tx, actor: Actor, shop_id: ShopId, at_most: int, limit: int = 50
) -> Mapping[SkuId, int]:
    """SKUs of which one order can take at most so many units, the fewest first."""
    require(may_view_stock(actor, shop_id), "inventory.view", actor)
    rows = await tx.all(sql.LOW_STOCK, shop_id=shop_id, at_most=at_most, limit_=limit)
    return {SkuId(row.sku_id): row.available for row in rows}


async def warehouses_of(tx: Tx, actor: Actor, shop_id: ShopId) -> Sequence[Warehouse]:
    """The shop's warehouses, the default one first."""
    require(may_view_stock(actor, shop_id), "inventory.view", actor)
    return [_warehouse(row) for row in await tx.all(sql.WAREHOUSES, shop_id=shop_id)]


async def default_warehouses(
    tx: Tx, actor: Actor, shop_ids: Sequence[ShopId]
) -> Mapping[ShopId, Warehouse]:
    """The default warehouse of each of these shops; those without one are left out."""
    for shop_id in shop_ids:
        require(may_view_stock(actor, shop_id), "inventory.view", actor)
    rows = await tx.all(sql.WAREHOUSES_OF_SHOPS, shop_ids=list(shop_ids))
    return {ShopId(row.shop_id): _warehouse(row) for row in rows if row.is_default}


def _warehouse(row: sql.WarehouseRow) -> Warehouse:
    return Warehouse(
        WarehouseId(row.id),
        ShopId(row.shop_id),
        row.name,
        row.line1,
        row.city,
        row.region,
        row.postal_code,
        row.country,
        row.is_default,
        row.is_closed,
    )


async def movements_of(
    tx: Tx,
    actor: Actor,
    shop_id: ShopId,
    sku_id: SkuId,
    *,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[Movement]:
    """Every change of a SKU's stock, newest first."""
    require(may_view_stock(actor, shop_id), "inventory.view", actor)
    page = await sql.MOVEMENTS.page(
        tx,
        fixed={"shop_id": shop_id, "sku_id": sku_id},
        order="newest",
        cursor=cursor,
        limit=limit,
    )
    return page.map(_movement)


def _movement(row: sql.MovementRow) -> Movement:
    return Movement(
        row.id,
        SkuId(row.sku_id),
        WarehouseId(row.warehouse_id),
        MovementKind(row.kind),
        row.on_hand_change,
        row.reserved_change,
        None if row.order_id is None else OrderId(row.order_id),
        row.note,
        row.actor,
        row.at,
    )


async def left_to_ship(tx: Tx, keys: Sequence[tuple[ShopId, OrderId]]) -> Sequence[OrderLine]:
    """Confirmed units of these orders that have not left the warehouse."""
    rows = await tx.all(
        keeping.OPEN_LINES, shop_ids=[key[0] for key in keys], order_ids=[key[1] for key in keys]
    )
    return [
        OrderLine(ShopId(row.shop_id), OrderId(row.order_id), SkuId(row.sku_id), row.quantity)
        for row in rows
    ]


async def audit(tx: Tx) -> list[Discrepancy]:
    """Where stock, movements and reservations do not agree. Empty, or something is wrong.

    Reads everything: for the operator's proof, not for pages.
    """
    rows = await tx.all(sql.AUDIT)
    return [
        Discrepancy(
            ShopId(row.shop_id),
            SkuId(row.sku_id),
            WarehouseId(row.warehouse_id),
            row.what,
            row.stock,
            row.book,
        )
        for row in rows
    ]
