"""Places that a shop ships from."""

from clipcart.identity import Actor, require
from clipcart.inventory._sql import counting as sql
from clipcart.inventory.errors import NoWarehouse, WarehouseInUse
from clipcart.inventory.events import DefaultWarehouseChanged, WarehouseAdded, WarehouseClosed
from clipcart.inventory.model import WarehouseDraft
from clipcart.inventory.policy import may_edit_stock
from clipcart.kit.db import Tx
from clipcart.kit.errors import Problem, check
from clipcart.kit.ids import ShopId, WarehouseId, new_id

NAME_MAX = 60


async def add_warehouse(tx: Tx, actor: Actor, draft: WarehouseDraft) -> WarehouseId:
    """Add a place; a shop's first one becomes its default. Raises Invalid, Forbidden."""
    require(may_edit_stock(actor, draft.shop_id), "inventory.edit", actor)
    name = draft.name.strip()
    check(
        [
            None
            if 1 <= len(name) <= NAME_MAX
            else Problem(
                "name",
                f"A warehouse has a name of 1 to {NAME_MAX} characters.",
                "Enter a short name, such as Main warehouse.",
            )
        ]
    )
    warehouse_id = WarehouseId(new_id())
    is_default = await tx.one(
        sql.ADD_WAREHOUSE,
        shop_id=draft.shop_id,
        id=warehouse_id,
        name=name,
        line1=draft.line1,
        city=draft.city,
        region=draft.region,
        postal_code=draft.postal_code,
        country=draft.country,
        now=tx.now,
    )
    tx.announce(actor, WarehouseAdded(draft.shop_id, warehouse_id, name, is_default))
    return warehouse_id


async def make_default(tx: Tx, actor: Actor, shop_id: ShopId, warehouse_id: WarehouseId) -> None:
    """Take orders from this warehouse first. Raises NoWarehouse when it is closed or unknown."""
    require(may_edit_stock(actor, shop_id), "inventory.edit", actor)
    async with tx.savepoint():
        await tx.run(sql.UNSET_DEFAULT, shop_id=shop_id)
        if not await tx.run(sql.SET_DEFAULT, shop_id=shop_id, id=warehouse_id):
            raise NoWarehouse(shop_id)
    tx.announce(actor, DefaultWarehouseChanged(shop_id, warehouse_id))


async def close_warehouse(tx: Tx, actor: Actor, shop_id: ShopId, warehouse_id: WarehouseId) -> None:
    """Ship no longer from an empty place. Raises WarehouseInUse for the default or a full one."""
    require(may_edit_stock(actor, shop_id), "inventory.edit", actor)
    if not await tx.run(sql.CLOSE_WAREHOUSE, shop_id=shop_id, id=warehouse_id, now=tx.now):
        units = await tx.one(sql.UNITS_IN_WAREHOUSE, shop_id=shop_id, id=warehouse_id)
        raise WarehouseInUse(warehouse_id, units)
    tx.announce(actor, WarehouseClosed(shop_id, warehouse_id))
