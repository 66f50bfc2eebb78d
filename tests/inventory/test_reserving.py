"""Keeping units: all or nothing, the earliest first, whole lines from one warehouse."""

from clipcart import inventory
from clipcart.identity import ANONYMOUS, SYSTEM
from clipcart.inventory import Shortage, ShortLine, StockChange, WarehouseDraft
from clipcart.kit.db import round_trips
from clipcart.kit.errors import SignInNeeded
from clipcart.kit.ids import PurchaseId, new_id
from tests.catalog.world import facts, refused, snapshot
from tests.inventory.world import an_order, build, conserved, counts, fill, keep, want
from tests.support.database import OneConnection


async def test_units_are_kept_and_no_longer_available(db: OneConnection) -> None:
    shelf = await build(db)
    await fill(db, shelf, 5, 3)
    await keep(db, shelf, 2, 3)
    assert await counts(db, shelf) == [(5, 2), (3, 3), (0, 0)]
    async with db.reading() as tx:
        levels = await inventory.levels(tx, [(shelf.shop_id, sku_id) for sku_id in shelf.skus])
    assert list(levels.values()) == [3, 0, 0]
    assert await conserved(db)


async def test_a_batch_where_all_is_there_takes_one_statement(db: OneConnection) -> None:
    shelf = await build(db)
    await fill(db, shelf, 50, 50, 50)
    async with db.transaction() as tx:
        wants = [want(tx, shelf, sku, 1, an_order()) for sku in (0, 1, 2) for _ in range(10)]
        counter = [0]
        token = round_trips.set(counter)
        try:
            assert await inventory.reserve(tx, SYSTEM, wants) == {}
        finally:
            round_trips.reset(token)
    assert counter == [1]
    assert await counts(db, shelf) == [(50, 10)] * 3
    assert await conserved(db)


async def test_a_short_order_is_refused_whole_and_leaves_no_trace(db: OneConnection) -> None:
    shelf = await build(db)
    await fill(db, shelf, 5, 1)
    order_id = an_order()
    async with db.transaction() as tx:
        before = await snapshot(tx)
        wants = [want(tx, shelf, 0, 2, order_id), want(tx, shelf, 1, 2, order_id)]
        refusals = await inventory.reserve(tx, SYSTEM, wants)
        await tx.flush()
        assert await snapshot(tx) == before
    line = ShortLine(shelf.shop_id, order_id, shelf.skus[1], wanted=2, available=1)
    assert refusals == {order_id: Shortage((line,))}


async def test_the_earliest_get_the_last_units_and_neighbours_are_served(
    db: OneConnection,
) -> None:
    shelf = await build(db)
    await fill(db, shelf, 5, 9)
    first, greedy, second, other, last = (an_order() for _ in range(5))
    async with db.transaction() as tx:
        refusals = await inventory.reserve(
            tx,
            SYSTEM,
            [
                want(tx, shelf, 0, 2, first),
                want(tx, shelf, 0, 4, greedy),
                want(tx, shelf, 1, 1, greedy),
                want(tx, shelf, 0, 3, second),
                want(tx, shelf, 1, 8, other),
                want(tx, shelf, 0, 1, last),
            ],
        )
    assert set(refusals) == {greedy, last}
    assert await counts(db, shelf) == [(5, 5), (9, 8), (0, 0)]
    assert await conserved(db)


async def test_orders_of_one_purchase_stand_or_fall_together(db: OneConnection) -> None:
    shelf, elsewhere = await build(db), await build(db)
    await fill(db, shelf, 5)
    await fill(db, elsewhere, 1)
    here, there, alone = an_order(), an_order(), an_order()
    purchase_id = PurchaseId(new_id())
    async with db.transaction() as tx:
        refusals = await inventory.reserve(
            tx,
            SYSTEM,
            [
                want(tx, shelf, 0, 2, here, purchase_id),
                want(tx, elsewhere, 0, 2, there, purchase_id),
                want(tx, shelf, 0, 5, alone),
            ],
        )
    assert set(refusals) == {here, there}
    assert [line.order_id for line in refusals[here].lines] == [there]
    assert (await counts(db, shelf))[0] == (5, 5)
    assert (await counts(db, elsewhere))[0] == (1, 0)
    assert await conserved(db)


async def test_the_same_sku_twice_in_an_order_is_one_line(db: OneConnection) -> None:
    shelf = await build(db)
    await fill(db, shelf, 5)
    order_id = an_order()
    async with db.transaction() as tx:
        wants = [want(tx, shelf, 0, 3, order_id), want(tx, shelf, 0, 3, order_id)]
        refusals = await inventory.reserve(tx, SYSTEM, wants)
        assert refusals[order_id].lines[0].wanted == 6
        wants = [want(tx, shelf, 0, 3, order_id), want(tx, shelf, 0, 2, order_id)]
        assert await inventory.reserve(tx, SYSTEM, wants) == {}
    assert (await counts(db, shelf))[0] == (5, 5)


async def test_another_warehouse_serves_when_it_has_enough_for_the_line(
    db: OneConnection,
) -> None:
    shelf = await build(db)
    async with db.transaction() as tx:
        second = await inventory.add_warehouse(
            tx, shelf.staff, WarehouseDraft(shelf.shop_id, "Annex")
        )
        await inventory.set_on_hand(
            tx,
            shelf.staff,
            [
                StockChange(shelf.shop_id, shelf.skus[0], 2),
                StockChange(shelf.shop_id, shelf.skus[0], 4, second),
            ],
        )
    default_first, other, too_much = an_order(), an_order(), an_order()
    async with db.transaction() as tx:
        wants = [want(tx, shelf, 0, 1, default_first), want(tx, shelf, 0, 4, other)]
        assert await inventory.reserve(tx, SYSTEM, wants) == {}
        refusals = await inventory.reserve(tx, SYSTEM, [want(tx, shelf, 0, 2, too_much)])
    assert refusals[too_much].lines[0].available == 1
    async with db.reading() as tx:
        levels = await inventory.stock_of(tx, SYSTEM, shelf.shop_id, shelf.skus[:1])
    reserved = {level.warehouse_id: level.reserved for level in levels}
    assert reserved == {shelf.warehouse_id: 1, second: 4}
    assert await conserved(db)


async def test_a_sku_that_nobody_counted_is_not_there(db: OneConnection) -> None:
    shelf = await build(db)
    order_id = an_order()
    async with db.transaction() as tx:
        refusals = await inventory.reserve(tx, SYSTEM, [want(tx, shelf, 0, 1, order_id)])
    assert refusals[order_id].lines[0].available == 0


async def test_nobody_in_particular_keeps_nothing(db: OneConnection) -> None:
    shelf = await build(db)
    await fill(db, shelf, 5)
    async with refused(db, SignInNeeded) as no:
        await inventory.reserve(no.tx, ANONYMOUS, [want(no.tx, shelf, 0, 1, an_order())])


async def test_sales_are_not_announced_by_stock(db: OneConnection) -> None:
    shelf = await build(db)
    await fill(db, shelf, 5)
    before = await facts(db, "inventory.")
    await keep(db, shelf, 1)
    assert await facts(db, "inventory.") == before
