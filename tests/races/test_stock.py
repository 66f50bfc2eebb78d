"""Many buyers, few units: exactly what is there is sold, whoever comes in whichever order.

The first test removes the guard and shows the race: without it, more is sold than there is.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from clipcart import inventory
from clipcart.identity import SYSTEM
from clipcart.inventory import WarehouseDraft
from clipcart.kit.db import PooledDatabase
from clipcart.kit.ids import OrderId
from tests.inventory.world import (
    TTL,
    Shelf,
    an_order,
    build,
    conserved,
    counts,
    fill,
    keep,
    keys,
    want,
)

Race = Callable[..., Awaitable[list[Any]]]

STOCK, BUYERS = 5, 40

READ = "select available from inventory.stock where shop_id = $1 and sku_id = $2"
WRITE = "update inventory.stock set reserved = reserved + 1 where shop_id = $1 and sku_id = $2"
WITHOUT_GUARD = "alter table inventory.stock drop constraint stock_never_oversold"


async def test_control_looking_first_and_taking_then_oversells(
    real_db: PooledDatabase, race: Race
) -> None:
    shelf = await build(real_db)
    await fill(real_db, shelf, STOCK)
    everybody_looked = asyncio.Barrier(10)

    async def look_and_take() -> bool:
        async with real_db.pool.acquire() as connection, connection.transaction():
            seen = await connection.fetchval(READ, shelf.shop_id, shelf.skus[0])
            await everybody_looked.wait()
            if seen < 1:
                return False
            await connection.execute(WRITE, shelf.shop_id, shelf.skus[0])
            return True

    async with real_db.pool.acquire() as connection:
        await connection.execute(WITHOUT_GUARD)
    sold = await race(*(look_and_take() for _ in range(10)))
    assert sold == [True] * 10
    assert (await counts(real_db, shelf))[0] == (STOCK, 10)
    assert not await conserved(real_db)


async def buy(db: PooledDatabase, shelf: Shelf, *quantities: int) -> bool:
    """One buyer in a transaction of their own, as the door would do it."""
    order_id = an_order()

    async def body(tx: Any) -> bool:
        wants = [
            want(tx, shelf, sku, quantity, order_id) for sku, quantity in enumerate(quantities)
        ]
        return not await inventory.reserve(tx, SYSTEM, wants)

    return await db.retrying(body)


async def test_forty_buyers_race_for_five_units(real_db: PooledDatabase, race: Race) -> None:
    shelf = await build(real_db)
    await fill(real_db, shelf, STOCK)
    sold = await race(*(buy(real_db, shelf, 1) for _ in range(BUYERS)))
    assert sorted(sold) == [False] * (BUYERS - STOCK) + [True] * STOCK
    assert (await counts(real_db, shelf))[0] == (STOCK, STOCK)
    assert await conserved(real_db)


async def test_batches_race_for_five_units(real_db: PooledDatabase, race: Race) -> None:
    shelf = await build(real_db)
    await fill(real_db, shelf, STOCK)

    async def batch() -> int:
        order_ids = [an_order() for _ in range(10)]

        async def body(tx: Any) -> int:
            wants = [want(tx, shelf, 0, 1, order_id) for order_id in order_ids]
            return len(order_ids) - len(await inventory.reserve(tx, SYSTEM, wants))

        return await real_db.retrying(body)

    assert sum(await race(*(batch() for _ in range(8)))) == STOCK
    assert (await counts(real_db, shelf))[0] == (STOCK, STOCK)
    assert await conserved(real_db)


async def test_orders_over_two_skus_race_without_losing_units(
    real_db: PooledDatabase, race: Race
) -> None:
    shelf = await build(real_db)
    await fill(real_db, shelf, 12, 7)
    sold = await race(*(buy(real_db, shelf, 1, 1) for _ in range(BUYERS)))
    assert sold.count(True) == 7
    assert await counts(real_db, shelf) == [(12, 7), (7, 7), (0, 0)]
    assert await conserved(real_db)


async def test_two_warehouses_are_both_sold_out_exactly(
    real_db: PooledDatabase, race: Race
) -> None:
    shelf = await build(real_db)
    await fill(real_db, shelf, STOCK)
    async with real_db.transaction() as tx:
        annex = await inventory.add_warehouse(
            tx, shelf.staff, WarehouseDraft(shelf.shop_id, "Annex")
        )
        change = inventory.StockChange(shelf.shop_id, shelf.skus[0], 3, annex)
        await inventory.set_on_hand(tx, shelf.staff, [change])
    sold = await race(*(buy(real_db, shelf, 1) for _ in range(BUYERS)))
    assert sold.count(True) == STOCK + 3
    assert sold.count(False) == BUYERS - STOCK - 3
    assert (await counts(real_db, shelf))[0] == (STOCK + 3, STOCK + 3)
    assert await conserved(real_db)


async def test_buying_races_with_counting(real_db: PooledDatabase, race: Race) -> None:
    shelf = await build(real_db)
    await fill(real_db, shelf, 20)

    async def recount() -> None:
        async def body(tx: Any) -> None:
            change = inventory.StockChange(shelf.shop_id, shelf.skus[0], 30)
            await inventory.set_on_hand(tx, shelf.staff, [change])

        await real_db.retrying(body)

    outcomes = await race(
        *(buy(real_db, shelf, 1) for _ in range(15)),
        recount(),
        *(buy(real_db, shelf, 1) for _ in range(20)),
    )
    sold = outcomes.count(True)
    assert 20 <= sold <= 30
    assert (await counts(real_db, shelf))[0] == (30, sold)
    assert await conserved(real_db)


async def confirm(db: PooledDatabase, shelf: Shelf, order_ids: list[OrderId]) -> int:
    """Payments arrive."""

    async def body(tx: Any) -> int:
        return len(await inventory.confirm(tx, SYSTEM, keys(shelf, order_ids)))

    return await db.retrying(body)


async def test_expiry_races_with_payment_and_one_of_them_wins(
    real_db: PooledDatabase, race: Race
) -> None:
    shelf = await build(real_db)
    await fill(real_db, shelf, 40, 40)
    order_ids = [await keep(real_db, shelf, 1, 1) for _ in range(20)]
    async with real_db.pool.acquire() as connection:
        past = int((TTL + timedelta(hours=1)) / timedelta(microseconds=1))
        await connection.execute("update kit.clock set offset_us = $1", past)

    async def sweep() -> int:
        return await real_db.retrying(inventory.expire)

    outcomes = await race(
        *(confirm(real_db, shelf, [order_id]) for order_id in order_ids[:10]),
        sweep(),
        *(confirm(real_db, shelf, [order_id]) for order_id in order_ids[10:]),
        sweep(),
    )
    paid, expired = sum(outcomes[:10] + outcomes[11:21]), outcomes[10] + outcomes[21]
    assert paid + expired == 20
    assert await counts(real_db, shelf) == [(40, paid), (40, paid), (0, 0)]
    assert await conserved(real_db)
