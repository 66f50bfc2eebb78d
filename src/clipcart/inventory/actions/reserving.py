"""Keeping units for orders: the verb that a flash sale runs on.

One guarded update takes what all orders of the batch want, summed per SKU. SKUs that it did not
return are contested: too few units in the default warehouse. Only orders that touch one are then
decided one after the other, under locks taken shop by shop in sorted order.
"""

from collections.abc import Iterable, Mapping, Sequence

from clipcart.identity import Actor, require
from clipcart.inventory._sql import keeping as sql
from clipcart.inventory.model import (
    Grant,
    Shelf,
    Shortage,
    SkuKey,
    Want,
    decide,
    grouped,
    merged,
)
from clipcart.inventory.policy import may_keep_stock
from clipcart.kit.db import Tx
from clipcart.kit.ids import OrderId, ShopId, SkuId, WarehouseId

Taken = Mapping[SkuKey, WarehouseId]
Shelves = dict[SkuKey, list[Shelf]]


async def reserve(tx: Tx, actor: Actor, wants: Sequence[Want]) -> Mapping[OrderId, Shortage]:
    """Keep units for orders; gives the orders that were refused, and why.

    All or nothing per order, and per purchase where wants name one. Scarce units go to the
    earliest wants of the sequence. A refused order leaves no row. The order must be new to
    inventory, or have expired: anything else is a bug and raises. One statement when everything
    is there, three or more when not.
    """
    require(may_keep_stock(actor), "inventory.keep", actor)
    groups = grouped(merged(wants))
    if not groups:
        return {}
    totals = _totals(want for group in groups for want in group)
    taken = await _take(tx, actor, groups, totals)
    if len(taken) == len(totals):
        return {}
    contested = [
        group for group in groups if any((want.shop_id, want.sku_id) not in taken for want in group)
    ]
    before = await _shelves(tx, contested)
    shelves = {
        key: [Shelf(shelf.warehouse_id, shelf.available) for shelf in row]
        for key, row in before.items()
    }
    _give_back(shelves, contested, taken)
    grants, shortages = decide(contested, shelves)
    await _settle(tx, actor, before, shelves, grants)
    return shortages


def _totals(wants: Iterable[Want]) -> dict[SkuKey, int]:
    found: dict[SkuKey, int] = {}
    for want in wants:
        key = (want.shop_id, want.sku_id)
        found[key] = found.get(key, 0) + want.quantity
    return dict(sorted(found.items()))


async def _take(
    tx: Tx, actor: Actor, groups: Sequence[Sequence[Want]], totals: Mapping[SkuKey, int]
) -> Taken:
    numbered = [(number, want) for number, group in enumerate(groups) for want in group]
    rows = await tx.all(
        sql.TAKE,
        shop_ids=[key[0] for key in totals],
        sku_ids=[key[1] for key in totals],
        quantities=list(totals.values()),
        group_numbers=[number for number, _ in numbered],
        want_shop_ids=[want.shop_id for _, want in numbered],
        want_order_ids=[want.order_id for _, want in numbered],
        want_sku_ids=[want.sku_id for _, want in numbered],
        want_quantities=[want.quantity for _, want in numbered],
        expires=[want.expires_at for _, want in numbered],
        now=tx.now,
        actor=actor.label,
    )
    return {(ShopId(row.shop_id), SkuId(row.sku_id)): WarehouseId(row.warehouse_id) for row in rows}


async def _shelves(tx: Tx, contested: Sequence[Sequence[Want]]) -> Shelves:
    """What lies where of every SKU that a contested group wants, locked; default first."""
    by_shop: dict[ShopId, set[SkuId]] = {}
    for group in contested:
        for want in group:
            by_shop.setdefault(want.shop_id, set()).add(want.sku_id)
    found: Shelves = {}
    for shop_id, sku_ids in sorted(by_shop.items()):
        rows = await tx.all(sql.LOCK_SHELVES, shop_id=shop_id, sku_ids=sorted(sku_ids))
        for row in rows:
            shelves = found.setdefault((shop_id, SkuId(row.sku_id)), [])
            shelves.append(Shelf(WarehouseId(row.warehouse_id), row.available))
    return found


def _give_back(shelves: Shelves, contested: Sequence[Sequence[Want]], taken: Taken) -> None:
    """The guarded update also took for contested groups where it could: undo that first."""
    for group in contested:
        for want in group:
            key = (want.shop_id, want.sku_id)
            for shelf in shelves.get(key, ()):
                if shelf.warehouse_id == taken.get(key):
                    shelf.available += want.quantity


async def _settle(
    tx: Tx, actor: Actor, before: Shelves, after: Shelves, grants: Sequence[Grant]
) -> None:
    changes = [
        (key, old.warehouse_id, old.available - new.available)
        for key, shelves in before.items()
        for old, new in zip(shelves, after[key], strict=True)
        if old.available != new.available
    ]
    if not changes and not grants:
        return
    await tx.run(
        sql.SETTLE,
        shop_ids=[key[0] for key, _, _ in changes],
        sku_ids=[key[1] for key, _, _ in changes],
        warehouse_ids=[warehouse_id for _, warehouse_id, _ in changes],
        changes=[change for _, _, change in changes],
        want_shop_ids=[grant.want.shop_id for grant in grants],
        want_order_ids=[grant.want.order_id for grant in grants],
        want_sku_ids=[grant.want.sku_id for grant in grants],
        want_warehouse_ids=[grant.warehouse_id for grant in grants],
        want_quantities=[grant.want.quantity for grant in grants],
        expires=[grant.want.expires_at for grant in grants],
        now=tx.now,
        actor=actor.label,
    )
