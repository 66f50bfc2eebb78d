"""Two at the same moment: cancelling against shipping, payment against closing. One wins, once.

The first test is the control: the same contest decided by look-then-change, which both win.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from clipcart import orders
from clipcart.kit.db import PooledDatabase
from clipcart.kit.errors import Refusal
from clipcart.kit.ids import OrderId
from clipcart.orders.model import State
from clipcart.orders.reasons import Reason
from tests.orders.test_paying import deliver_capture, mark_captured
from tests.orders.world import HOURS_LATER, Wish, World, make_world

Race = Callable[..., Awaitable[list[Any]]]
ORDERS = 12

LOOK = "select state from orders.order_ where shop_id = $1 and id = $2"
SHIP_BLINDLY = """
    update orders.order_ set state = 'AWAITING_COLLECTION' where shop_id = $1 and id = $2"""
CANCEL_BLINDLY = """
    update orders.order_ set state = 'CANCELLED', cancelled_at = placed_at,
        cancelled_by = 'seller', cancel_reason = 'OUT_OF_STOCK'
    where shop_id = $1 and id = $2"""


@pytest.fixture
async def world(real_db: PooledDatabase) -> World:
    return await make_world(real_db, still=False)


async def ready(world: World, count: int = ORDERS) -> list[OrderId]:
    """Paid orders past their free window."""
    sku = await world.sku(count)
    order_ids = [await world.place(Wish(sku)) for _ in range(count)]
    await world.engine.settle()
    await world.engine.advance(timedelta(hours=1, minutes=1))
    return order_ids


def won(outcome: object) -> bool:
    if isinstance(outcome, BaseException) and not isinstance(outcome, Refusal):
        raise outcome
    return not isinstance(outcome, Refusal)


async def test_control_look_then_change_lets_both_win(world: World, race: Race) -> None:
    order_id = (await ready(world, 1))[0]
    looked = asyncio.Barrier(2)

    async def contend(change: str) -> str:
        async with world.db.transaction() as tx:
            connection: Any = tx._connection
            state = await connection.fetchval(LOOK, world.shop_id, order_id)
            await looked.wait()
            if state == "AWAITING_SHIPMENT" and change == CANCEL_BLINDLY:
                await asyncio.sleep(0.05)
            await connection.execute(change, world.shop_id, order_id)
            return str(state)

    assert await race(contend(SHIP_BLINDLY), contend(CANCEL_BLINDLY)) == ["AWAITING_SHIPMENT"] * 2


async def test_cancel_against_label(world: World, race: Race) -> None:
    for order_id in await ready(world):
        shipped, cancelled = await race(
            world.ship(order_id), world.cancel(world.staff, order_id, Reason.OUT_OF_STOCK)
        )
        assert won(cancelled)
        facts = await world.facts(order_id)
        assert facts.count("label_made") == won(shipped)
        assert facts[-1] == "cancelled"
        order = await world.order(order_id)
        assert order.lines[0].shipped_quantity == won(shipped)
        assert len(await world.refunds(order_id)) == 1


async def test_cancel_against_the_carriers_scan(world: World, race: Race) -> None:
    outcomes = set()
    for order_id in await ready(world):
        await world.ship(order_id)
        scanned, cancelled = await race(
            world.collect(order_id), world.cancel(world.staff, order_id, Reason.OUT_OF_STOCK)
        )
        assert won(scanned)
        order = await world.order(order_id)
        assert order.state is (State.CANCELLED if won(cancelled) else State.IN_TRANSIT)
        assert (order.collected_at is None) is won(cancelled)
        assert len(await world.refunds(order_id)) == won(cancelled)
        outcomes.add(won(cancelled))
    assert outcomes


async def test_two_staff_ship_one_order(world: World, race: Race) -> None:
    for order_id in await ready(world):
        outcomes = await race(world.ship(order_id), world.ship(order_id))
        assert [won(each) for each in outcomes].count(True) == 1
        assert (await world.facts(order_id)).count("label_made") == 1
        assert (await world.order(order_id)).lines[0].shipped_quantity == 1


async def test_two_wishes_to_cancel_give_the_money_back_once(world: World, race: Race) -> None:
    for order_id in await ready(world):
        outcomes = await race(
            world.cancel(world.staff, order_id, Reason.OUT_OF_STOCK),
            world.cancel(world.operator, order_id, Reason.AGAINST_RULES),
        )
        assert [won(each) for each in outcomes].count(True) == 1
        assert len(await world.refunds(order_id)) == 1
        assert (await world.facts(order_id)).count("cancelled") == 1


async def test_payment_against_cancelling(world: World, race: Race) -> None:
    sku = await world.sku(ORDERS)
    for _ in range(ORDERS):
        order_id = await world.place(Wish(sku), card=HOURS_LATER)
        await mark_captured(world, order_id)
        outcomes = await race(
            deliver_capture(world, [order_id]),
            world.cancel(world.buyer, order_id, Reason.CHANGED_MIND),
        )
        assert all(won(each) for each in outcomes)
        order = await world.order(order_id)
        assert order.state is State.CANCELLED
        assert [each.amount for each in await world.refunds(order_id)] == [order.total]
        assert await world.available(sku) == ORDERS


async def test_two_workers_run_one_clock(world: World, race: Race) -> None:
    order_ids = await ready(world)
    async with world.db.reading() as tx:
        found = await orders.orders_by_keys(tx, [(world.shop_id, each) for each in order_ids])
    due = max(order.clocks.ship_by for order in found.values() if order.clocks.ship_by)
    await world.engine.move_to(due + timedelta(seconds=1))
    await race(*(world.engine.run_sweeps() for _ in range(4)))
    for order_id in order_ids:
        assert (await world.facts(order_id)).count("late") == 1
