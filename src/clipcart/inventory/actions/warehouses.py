"""Places that a shop ships from."""

from collections.abc import Sequence

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
    return (await add_warehouses(tx, actor, [draft]))[0]


async def add_warehouses(
    tx: Tx, actor: Actor, drafts: Sequence[WarehouseDraft]
) -> list[WarehouseId]:
    """As `add_warehouse`, for any shops, in one statement. All or nothing."""
    for shop_id in {draft.shop_id for draft in drafts}:
        require(may_edit_stock(actor, shop_id), "inventory.edit", actor)
    check([_name_problem(draft.name.strip()) for draft in drafts])
    ids = [WarehouseId(new_id()) for _ in drafts]
    added = await tx.all(
        sql.ADD_WAREHOUSES,
        shop_ids=[draft.shop_id for draft in drafts],
        ids=ids,
        names=[draft.name.strip() for draft in drafts],
        line1s=[draft.line1 for draft in drafts],
        cities=[draft.city for draft in drafts],
        regions=[draft.region for draft in drafts],
        postal_codes=[draft.postal_code for draft in drafts],
        countries=[draft.country for draft in drafts],
        now=tx.now,
    )
    tx.announce(
        actor,
        *(
            WarehouseAdded(ShopId(row.shop_id), WarehouseId(row.id), row.name, row.is_default)
            for row in sorted(added, key=lambda row: row.id)
        ),
    )
    return ids


def _name_problem(name: str) -> Problem | None:
    if 1 <= len(name) <= NAME_MAX:
        return None
    return Problem(
        "name",
        f"A warehouse has a name of 1 to {NAME_MAX} characters.",
        "Enter a short name, such as Main warehouse.",
    )


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
