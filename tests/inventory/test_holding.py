"""What becomes of kept units."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from clipcart import inventory
from clipcart.identity import SYSTEM
from clipcart.inventory import CannotPutBack, CannotShip, OrderLine
from clipcart.inventory._jobs import SWEEPS
from clipcart.kit.engine import Engine, Wiring
from tests.catalog.world import facts, refused
from tests.inventory.world import TTL, build, conserved, counts, fill, keep, keys, want
from tests.support.database import OneConnection

EngineFor = Callable[[Wiring], Engine]
WIRING = Wiring(subscribers=(), jobs=(), sweeps=SWEEPS)


async def test_unpaid_units_go_on_sale_again_at_the_deadline(
    db: OneConnection, engine_for: EngineFor
) -> None:
    shelf, engine = await build(db), engine_for(WIRING)
    await fill(db, shelf, 5, 5)
    unpaid, paid = await keep(db, shelf, 2, 1), await keep(db, shelf, 1)
    async with db.transaction() as tx:
        assert await inventory.confirm(tx, SYSTEM, keys(shelf, [paid]))
    await engine.advance(TTL - timedelta(hours=1))
    assert await counts(db, shelf) == [(5, 3), (5, 1), (0, 0)]
    await engine.advance(timedelta(hours=2))
    assert await counts(db, shelf) == [(5, 1), (5, 0), (0, 0)]
    expired = await facts(db, "inventory.reservation_expired")
    assert [payload for _, payload in expired] == [{"shop_id": shelf.shop_id, "order_id": unpaid}]
    async with db.transaction() as tx:
        assert not await inventory.confirm(tx, SYSTEM, keys(shelf, [unpaid]))
        assert not await inventory.release(tx, SYSTEM, keys(shelf, [unpaid]))
    assert await conserved(db)


async def test_an_expired_order_is_kept_again_while_there_are_units(
    db: OneConnection, engine_for: EngineFor
) -> None:
    shelf, engine = await build(db), engine_for(WIRING)
    await fill(db, shelf, 5)
    order_id = await keep(db, shelf, 2)
    await engine.advance(TTL + timedelta(hours=1))
    async with db.transaction() as tx:
        assert await inventory.reserve(tx, SYSTEM, [want(tx, shelf, 0, 2, order_id)]) == {}
        assert await inventory.confirm(tx, SYSTEM, keys(shelf, [order_id]))
    assert (await counts(db, shelf))[0] == (5, 2)
    assert await conserved(db)


async def test_confirming_twice_answers_alike(db: OneConnection) -> None:
    shelf = await build(db)
    await fill(db, shelf, 5)
    order_id = await keep(db, shelf, 2)
    for _ in range(2):
        async with db.transaction() as tx:
            confirmed = await inventory.confirm(tx, SYSTEM, keys(shelf, [order_id, order_id]))
        assert confirmed == frozenset(keys(shelf, [order_id]))


async def test_released_units_are_for_sale_and_only_once(db: OneConnection) -> None:
    shelf = await build(db)
    await fill(db, shelf, 5)
    order_id = await keep(db, shelf, 2)
    for expected in (frozenset(keys(shelf, [order_id])), frozenset()):
        async with db.transaction() as tx:
            assert await inventory.release(tx, SYSTEM, keys(shelf, [order_id])) == expected
        assert (await counts(db, shelf))[0] == (5, 0)
    assert await conserved(db)


async def test_shipping_in_parts_then_giving_up_the_rest(db: OneConnection) -> None:
    shelf = await build(db)
    await fill(db, shelf, 5)
    order_id = await keep(db, shelf, 4)
    async with db.transaction() as tx:
        await inventory.confirm(tx, SYSTEM, keys(shelf, [order_id]))
        line = OrderLine(shelf.shop_id, order_id, shelf.skus[0], 1)
        await inventory.consume(tx, SYSTEM, [line, line])
        assert await inventory.left_to_ship(tx, keys(shelf, [order_id])) == [
            OrderLine(shelf.shop_id, order_id, shelf.skus[0], 2)
        ]
    assert (await counts(db, shelf))[0] == (3, 2)
    async with db.transaction() as tx:
        await inventory.release(tx, SYSTEM, keys(shelf, [order_id]))
        await inventory.put_back(tx, SYSTEM, [line])
    assert (await counts(db, shelf))[0] == (4, 0)
    assert await conserved(db)


async def test_everything_left_ships_at_once(db: OneConnection) -> None:
    shelf = await build(db)
    await fill(db, shelf, 5, 5)
    order_id = await keep(db, shelf, 2, 1)
    async with db.transaction() as tx:
        await inventory.confirm(tx, SYSTEM, keys(shelf, [order_id]))
        shipped = await inventory.consume_all(tx, SYSTEM, keys(shelf, [order_id]))
        assert sorted(line.quantity for line in shipped) == [1, 2]
        assert await inventory.consume_all(tx, SYSTEM, keys(shelf, [order_id])) == []
    assert await counts(db, shelf) == [(3, 0), (4, 0), (0, 0)]
    assert await conserved(db)


@pytest.mark.parametrize("paid", [False, True])
async def test_more_than_is_kept_does_not_ship(db: OneConnection, paid: bool) -> None:
    shelf = await build(db)
    await fill(db, shelf, 5, 5)
    order_id = await keep(db, shelf, 1, 1)
    if paid:
        async with db.transaction() as tx:
            await inventory.confirm(tx, SYSTEM, keys(shelf, [order_id]))
    lines = [
        OrderLine(shelf.shop_id, order_id, shelf.skus[0], 1),
        OrderLine(shelf.shop_id, order_id, shelf.skus[1], 2 if paid else 1),
    ]
    async with refused(db, CannotShip) as no:
        await inventory.consume(no.tx, SYSTEM, lines)


async def test_more_than_was_shipped_does_not_come_back(db: OneConnection) -> None:
    shelf = await build(db)
    await fill(db, shelf, 5)
    order_id = await keep(db, shelf, 2)
    line = OrderLine(shelf.shop_id, order_id, shelf.skus[0], 1)
    async with db.transaction() as tx:
        await inventory.confirm(tx, SYSTEM, keys(shelf, [order_id]))
        await inventory.consume(tx, SYSTEM, [line])
        await inventory.put_back(tx, SYSTEM, [line])
    async with refused(db, CannotPutBack) as no:
        await inventory.put_back(no.tx, SYSTEM, [line])
