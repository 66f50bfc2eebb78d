"""What becomes of kept units: paid, given up, shipped, put back, not paid in time."""

from collections.abc import Collection, Sequence

from clipcart.identity import Actor, job_actor, require
from clipcart.inventory._sql import keeping as sql
from clipcart.inventory.errors import CannotPutBack, CannotShip
from clipcart.inventory.events import ReservationExpired
from clipcart.inventory.model import OrderKey, OrderLine
from clipcart.inventory.policy import may_keep_stock
from clipcart.kit.db import Tx
from clipcart.kit.ids import OrderId, ShopId, SkuId

EXPIRE_SIZE = 200
_EXPIRER = job_actor("inventory.expire")

LineKey = tuple[ShopId, OrderId, SkuId]


async def confirm(tx: Tx, actor: Actor, keys: Collection[OrderKey]) -> frozenset[OrderKey]:
    """Paid: keep the units without a deadline. Gives the orders whose units are kept.

    An order whose reservation expired or was released is not among them. Confirming again
    answers alike.
    """
    require(may_keep_stock(actor), "inventory.keep", actor)
    return _keys(await tx.all(sql.CONFIRM, **_pairs(keys)))


async def release(tx: Tx, actor: Actor, keys: Collection[OrderKey]) -> frozenset[OrderKey]:
    """Given up: put what is still kept for the orders on sale again.

    Gives the orders that still kept something. Units already shipped stay shipped.
    """
    require(may_keep_stock(actor), "inventory.keep", actor)
    rows = await tx.all(sql.RELEASE, **_pairs(keys), now=tx.now, actor=actor.label)
    return _keys(rows)


async def consume(tx: Tx, actor: Actor, lines: Sequence[OrderLine]) -> None:
    """Shipped: the units leave the warehouse. Raises CannotShip, and then nothing changed.

    Only confirmed units ship, and never more than are left of the line.
    """
    require(may_keep_stock(actor), "inventory.keep", actor)
    wanted = _summed(lines)
    async with tx.savepoint():
        rows = await tx.all(sql.CONSUME, **_line_values(wanted), now=tx.now, actor=actor.label)
        for order_id, sku_id, quantity in _missing(wanted, rows):
            raise CannotShip(order_id, sku_id, quantity)


async def consume_all(tx: Tx, actor: Actor, keys: Collection[OrderKey]) -> Sequence[OrderLine]:
    """Ship everything that is confirmed and left of the orders; gives what it was."""
    require(may_keep_stock(actor), "inventory.keep", actor)
    rows = await tx.all(sql.OPEN_LINES, **_pairs(keys))
    lines = [_line(row) for row in rows]
    if lines:
        await consume(tx, actor, lines)
    return lines


async def put_back(tx: Tx, actor: Actor, lines: Sequence[OrderLine]) -> None:
    """Returned and fit for sale: the units lie in their warehouse again.

    Raises CannotPutBack for more than were shipped, and then nothing changed.
    """
    require(may_keep_stock(actor), "inventory.keep", actor)
    wanted = _summed(lines)
    async with tx.savepoint():
        rows = await tx.all(sql.PUT_BACK, **_line_values(wanted), now=tx.now, actor=actor.label)
        for order_id, sku_id, quantity in _missing(wanted, rows):
            raise CannotPutBack(order_id, sku_id, quantity)


async def expire(tx: Tx) -> int:
    """Free what was not paid by its deadline; gives how many orders lost their units."""
    rows = await tx.all(sql.EXPIRE, now=tx.now, size=EXPIRE_SIZE, actor=_EXPIRER.label)
    facts = [ReservationExpired(ShopId(row.shop_id), OrderId(row.order_id)) for row in rows]
    tx.announce(_EXPIRER, *facts)
    return len(rows)


def _pairs(keys: Collection[OrderKey]) -> dict[str, list[int]]:
    ordered = sorted(keys)
    return {"shop_ids": [key[0] for key in ordered], "order_ids": [key[1] for key in ordered]}


def _keys(rows: Sequence[sql.KeyRow]) -> frozenset[OrderKey]:
    return frozenset((ShopId(row.shop_id), OrderId(row.order_id)) for row in rows)


def _line(row: sql.LineRow) -> OrderLine:
    return OrderLine(ShopId(row.shop_id), OrderId(row.order_id), SkuId(row.sku_id), row.quantity)


def _summed(lines: Sequence[OrderLine]) -> dict[LineKey, int]:
    found: dict[LineKey, int] = {}
    for line in lines:
        key = (line.shop_id, line.order_id, line.sku_id)
        found[key] = found.get(key, 0) + line.quantity
    return dict(sorted(found.items()))


def _line_values(wanted: dict[LineKey, int]) -> dict[str, list[int]]:
    return {
        "shop_ids": [key[0] for key in wanted],
        "order_ids": [key[1] for key in wanted],
        "sku_ids": [key[2] for key in wanted],
        "quantities": list(wanted.values()),
    }


def _missing(
    wanted: dict[LineKey, int], rows: Sequence[sql.LineRow]
) -> list[tuple[OrderId, SkuId, int]]:
    done = {(row.shop_id, row.order_id, row.sku_id) for row in rows}
    return [(key[1], key[2], quantity) for key, quantity in wanted.items() if key not in done]
