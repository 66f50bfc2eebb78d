"""Counts of stock as sellers change them: a new count, an arrival, a correction."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from clipcart import catalog, markets, sellers
from clipcart.identity import Actor, require
from clipcart.inventory._sql import counting as sql
from clipcart.inventory.errors import NoWarehouse, StockIsReserved, TooMuchStock
from clipcart.inventory.events import LevelChange, StockChanged
from clipcart.inventory.model import MovementKind, StockChange, StockLevel
from clipcart.inventory.policy import may_edit_stock
from clipcart.inventory.queries import level_of
from clipcart.kit.db import Tx
from clipcart.kit.errors import Absent, Problem, check
from clipcart.kit.ids import ShopId, SkuId, WarehouseId

Counted = tuple[ShopId, SkuId, WarehouseId]


@dataclass(frozen=True, slots=True)
class _Step:
    """What a verb makes of the units on hand, those reserved of them, and the quantity given."""

    kind: MovementKind
    new_count: Callable[[int, int, int], int]


_SET = _Step(MovementKind.ADJUSTED, lambda _on_hand, _reserved, quantity: quantity)
_SET_AVAILABLE = _Step(
    MovementKind.ADJUSTED, lambda _on_hand, reserved, quantity: reserved + quantity
)
_RECEIVE = _Step(MovementKind.RECEIVED, lambda on_hand, _reserved, quantity: on_hand + quantity)
_ADJUST = _Step(MovementKind.ADJUSTED, lambda on_hand, _reserved, quantity: on_hand + quantity)


async def set_on_hand(tx: Tx, actor: Actor, changes: Sequence[StockChange]) -> Sequence[StockLevel]:
    """Say how many units are there, whatever was believed before.

    Raises Invalid for a negative count, StockIsReserved for fewer than orders count on,
    TooMuchStock, NoWarehouse, Absent for a SKU that is not the shop's. All or nothing.
    """
    check([_not_negative(change) for change in changes])
    return await _change(tx, actor, changes, _SET)


async def set_available(
    tx: Tx, actor: Actor, changes: Sequence[StockChange]
) -> Sequence[StockLevel]:
    """Say how many units can be sold, beside those that orders count on.

    For other systems that keep the count of what is left to sell. Raises as `set_on_hand`.
    """
    check([_not_negative(change) for change in changes])
    return await _change(tx, actor, changes, _SET_AVAILABLE)


async def receive(tx: Tx, actor: Actor, changes: Sequence[StockChange]) -> Sequence[StockLevel]:
    """Add units that arrived. Raises Invalid for none or less; else as `set_on_hand`."""
    check([_positive(change) for change in changes])
    return await _change(tx, actor, changes, _RECEIVE)


async def adjust(tx: Tx, actor: Actor, changes: Sequence[StockChange]) -> Sequence[StockLevel]:
    """Correct counts up or down (found, broken, lost). Raises as `set_on_hand`."""
    return await _change(tx, actor, changes, _ADJUST)


def _not_negative(change: StockChange) -> Problem | None:
    if change.quantity >= 0:
        return None
    return Problem("quantity", "A count is zero or more.", "Enter how many units are there.")


def _positive(change: StockChange) -> Problem | None:
    if change.quantity > 0:
        return None
    return Problem("quantity", "An arrival has at least one unit.", "Enter how many units came.")


async def _change(
    tx: Tx, actor: Actor, changes: Sequence[StockChange], step: _Step
) -> Sequence[StockLevel]:
    shop_ids = sorted({change.shop_id for change in changes})
    require(all(may_edit_stock(actor, shop_id) for shop_id in shop_ids), "inventory.edit", actor)
    keys = {(change.shop_id, change.sku_id) for change in changes}
    if keys - await catalog.known_skus(tx, sorted(keys)):
        raise Absent("SKU")
    async with tx.savepoint():
        placed = await _with_warehouses(tx, shop_ids, changes)
        before = await _lock(tx, shop_ids, placed)
        most = await _most_units(tx, shop_ids)
        deltas, notes = _deltas(placed, before, step, most)
        await _write(tx, actor, step.kind, before, deltas, notes)
        return await _levels_after(tx, placed)


async def _most_units(tx: Tx, shop_ids: Sequence[ShopId]) -> dict[ShopId, int]:
    """What a warehouse may hold of a SKU, by each shop's market."""
    shops = await sellers.shops(tx, shop_ids)
    return {
        shop_id: markets.get(shop.market_id).at(tx.now).stock_max for shop_id, shop in shops.items()
    }


async def _with_warehouses(
    tx: Tx, shop_ids: Sequence[ShopId], changes: Sequence[StockChange]
) -> list[tuple[Counted, StockChange]]:
    """The changes with a warehouse each: the one named, else the shop's default."""
    rows = await tx.all(sql.WAREHOUSES_OF_SHOPS, shop_ids=list(shop_ids))
    is_open = {(row.shop_id, row.id) for row in rows if not row.is_closed}
    defaults = {row.shop_id: WarehouseId(row.id) for row in rows if row.is_default}
    placed: list[tuple[Counted, StockChange]] = []
    for change in sorted(changes, key=lambda each: each.shop_id):
        chosen = change.warehouse_id or defaults.get(change.shop_id)
        if chosen is None or (change.shop_id, chosen) not in is_open:
            raise NoWarehouse(change.shop_id)
        placed.append(((change.shop_id, change.sku_id, chosen), change))
    return placed


async def _lock(
    tx: Tx, shop_ids: Sequence[ShopId], placed: Sequence[tuple[Counted, StockChange]]
) -> dict[Counted, StockLevel]:
    """Rows for every change, locked shop by shop in the order that sales take them in, too."""
    keys = sorted({key for key, _ in placed})
    await tx.run(
        sql.ENSURE_STOCK,
        shop_ids=[key[0] for key in keys],
        sku_ids=[key[1] for key in keys],
        warehouse_ids=[key[2] for key in keys],
    )
    found: dict[Counted, StockLevel] = {}
    for shop_id in shop_ids:
        sku_ids = sorted({key[1] for key in keys if key[0] == shop_id})
        for row in await tx.all(sql.LOCK_COUNTS, shop_id=shop_id, sku_ids=sku_ids):
            level = level_of(row)
            found[(level.shop_id, level.sku_id, level.warehouse_id)] = level
    return found


def _deltas(
    placed: Sequence[tuple[Counted, StockChange]],
    before: dict[Counted, StockLevel],
    step: _Step,
    most: Mapping[ShopId, int],
) -> tuple[dict[Counted, int], dict[Counted, str]]:
    """How the counts move, after checking every new count against what is promised."""
    counts = {key: level.on_hand for key, level in before.items()}
    notes: dict[Counted, str] = {}
    for key, change in placed:
        counts[key] = step.new_count(counts[key], before[key].reserved, change.quantity)
        notes[key] = change.note or notes.get(key, "")
    for key, _ in placed:
        if counts[key] < before[key].reserved:
            raise StockIsReserved(key[1], counts[key], before[key].reserved)
        if counts[key] > most[key[0]]:
            raise TooMuchStock(key[1], most[key[0]])
    deltas = {key: counts[key] - before[key].on_hand for key, _ in placed}
    return {key: delta for key, delta in deltas.items() if delta}, notes


async def _write(
    tx: Tx,
    actor: Actor,
    kind: MovementKind,
    before: dict[Counted, StockLevel],
    deltas: dict[Counted, int],
    notes: dict[Counted, str],
) -> None:
    keys = sorted(deltas)
    if not keys:
        return
    await tx.all(
        sql.CHANGE_COUNTS,
        shop_ids=[key[0] for key in keys],
        sku_ids=[key[1] for key in keys],
        warehouse_ids=[key[2] for key in keys],
        changes=[deltas[key] for key in keys],
        notes=[notes[key] for key in keys],
        kind=kind.value,
        actor=actor.label,
        now=tx.now,
    )
    for shop_id in sorted({key[0] for key in keys}):
        changed = tuple(
            LevelChange(key[1], key[2], before[key].on_hand + deltas[key], deltas[key])
            for key in keys
            if key[0] == shop_id
        )
        tx.announce(actor, StockChanged(shop_id, kind.value, changed))


async def _levels_after(
    tx: Tx, placed: Sequence[tuple[Counted, StockChange]]
) -> Sequence[StockLevel]:
    keys = sorted({key for key, _ in placed})
    pairs = sorted({key[:2] for key in keys})
    rows = await tx.all(
        sql.STOCK, shop_ids=[pair[0] for pair in pairs], sku_ids=[pair[1] for pair in pairs]
    )
    levels = [level_of(row) for row in rows]
    wanted = set(keys)
    return [
        level for level in levels if (level.shop_id, level.sku_id, level.warehouse_id) in wanted
    ]
