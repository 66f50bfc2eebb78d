"""Every clock, reached by moving time: what happens, once, and not a moment too early."""

from datetime import UTC, datetime, timedelta

import pytest

from clipcart import orders
from clipcart.kit.deadlines import Deadlines
from clipcart.kit.jobs import Sweep
from clipcart.orders._jobs import SWEEPS
from clipcart.orders.actions import clockwork
from clipcart.orders.model import State
from clipcart.orders.reasons import Reason
from tests.orders.world import DECLINED, Wish, World

SECOND = timedelta(seconds=1)


async def move_to(world: World, moment: datetime) -> None:
    """Time passes to this very moment and everything due on the way is done."""
    await world.engine.advance(moment - await world.now(), grain=timedelta(0))


async def test_unpaid_orders_close(world: World) -> None:
    sku = await world.sku(1)
    order_id = await world.place(Wish(sku), card=DECLINED)
    pay_by = (await world.order(order_id)).clocks.pay_by
    await move_to(world, pay_by - SECOND)
    assert await world.state(order_id) is State.UNPAID
    await move_to(world, pay_by)
    order = await world.order(order_id)
    assert order.cancelled is not None
    assert (order.cancelled.by, order.cancelled.reason) == (orders.By.SYSTEM, Reason.NOT_PAID)
    assert await world.available(sku) == 1
    assert await world.facts(order_id) == ["placed", "cancelled"]


async def test_the_free_window_ends(world: World) -> None:
    order_id = await world.paid(Wish(await world.sku()), free_cancel_hours=5)
    until = (await world.order(order_id)).clocks.free_cancel_until
    assert until is not None
    await move_to(world, until - SECOND)
    assert await world.state(order_id) is State.ON_HOLD
    await move_to(world, until)
    order = await world.order(order_id)
    assert order.state is State.AWAITING_SHIPMENT
    assert order.released_at == until
    assert await world.facts(order_id) == ["placed", "paid", "released"]


async def test_dispatch_counts_the_scan_and_not_the_label(world: World) -> None:
    labelled = await world.to_ship(Wish(await world.sku()))
    scanned = await world.to_ship(Wish(await world.sku()))
    await world.ship(labelled)
    await world.ship(scanned)
    await world.collect(scanned)
    ship_by = (await world.order(labelled)).clocks.ship_by
    assert ship_by is not None
    await move_to(world, ship_by - SECOND)
    assert not (await world.order(labelled)).is_late
    await move_to(world, ship_by)
    assert (await world.order(labelled)).is_late
    assert not (await world.order(scanned)).is_late
    assert (await world.facts(labelled)).count("late") == 1
    assert "late" not in await world.facts(scanned)


async def test_what_is_not_shipped_is_cancelled_at_the_shops_cost(world: World) -> None:
    sku = await world.sku(1)
    order_id = await world.to_ship(Wish(sku))
    due = (await world.order(order_id)).clocks.cancel_unshipped_at
    assert due is not None
    await move_to(world, due - SECOND)
    assert await world.state(order_id) is State.AWAITING_SHIPMENT
    await move_to(world, due)
    order = await world.order(order_id)
    assert order.cancelled == orders.Cancelled(due, orders.By.SYSTEM, Reason.NOT_SHIPPED, True)
    assert [refund.amount for refund in await world.refunds(order_id)] == [order.total]
    assert await world.available(sku) == 1
    assert await world.facts(order_id) == ["placed", "paid", "released", "late", "cancelled"]


async def test_a_label_restarts_the_clock_and_without_a_scan_it_runs_out(world: World) -> None:
    order_id = await world.to_ship(Wish(await world.sku()))
    first = (await world.order(order_id)).clocks.cancel_unshipped_at
    assert first is not None
    await move_to(world, first - timedelta(hours=9))
    await world.ship(order_id)
    second = (await world.order(order_id)).clocks.cancel_unshipped_at
    assert second is not None
    await move_to(world, first)
    assert await world.state(order_id) is State.AWAITING_COLLECTION
    await move_to(world, second)
    assert await world.state(order_id) is State.CANCELLED


async def test_deliver_by_and_the_return_window(world: World) -> None:
    order_id = await world.to_ship(Wish(await world.sku()))
    await world.ship(order_id)
    await world.collect(order_id)
    deliver_by = (await world.order(order_id)).clocks.deliver_by
    assert deliver_by is not None
    await move_to(world, deliver_by)
    assert (await world.order(order_id)).overdue_at == deliver_by
    await world.deliver(order_id)
    complete_at = (await world.order(order_id)).clocks.complete_at
    assert complete_at == deliver_by + timedelta(days=30)
    await move_to(world, complete_at - SECOND)
    assert await world.state(order_id) is State.DELIVERED
    await move_to(world, complete_at)
    assert await world.state(order_id) is State.COMPLETED
    assert (await world.facts(order_id))[-3:] == ["overdue", "delivered", "completed"]
    await world.engine.advance(timedelta(days=400))
    assert await world.state(order_id) is State.COMPLETED


async def test_weekends_and_holidays_do_not_count(world: World) -> None:
    # Friday before Memorial Day, 2026: two business days end on Wednesday.
    await move_to(world, datetime(2026, 5, 22, 19, 0, tzinfo=UTC))
    order = await world.order(await world.paid(Wish(await world.sku())))
    assert str(order.clocks.ship_by) == "2026-05-28 06:59:59+00:00"


async def test_sets_are_bounded_and_a_clock_handles_all_of_them(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clockwork, "SET_SIZE", 2)
    sku = await world.sku(5)
    order_ids = [await world.place(Wish(sku), card=DECLINED) for _ in range(5)]
    await world.engine.settle()
    await world.engine.advance(timedelta(hours=49))
    assert {await world.state(order_id) for order_id in order_ids} == {State.CANCELLED}
    assert await world.available(sku) == 5


@pytest.mark.parametrize("sweep", SWEEPS, ids=lambda sweep: sweep.name)
async def test_a_clock_that_runs_twice_does_nothing_more(world: World, sweep: Sweep) -> None:

    async with world.db.transaction() as tx:
        assert await Deadlines([sweep]).read(tx) == [(sweep, None)]
        assert await sweep.run(tx) == 0
