"""Money and orders: paid once, declined, too late, or paid for what is gone."""

from collections.abc import Sequence
from datetime import timedelta

from clipcart import inventory, orders, payments
from clipcart.kit.events import Delivered
from clipcart.kit.ids import EventId, OrderId, new_id
from clipcart.orders.actions.paying import on_payment_captured
from clipcart.orders.model import State
from clipcart.payments.actions.hearing import hear
from clipcart.payments.model import News, Said
from tests.orders.world import DECLINED, LATE_CAPTURE, Wish, World


async def deliver_capture(world: World, order_ids: Sequence[OrderId]) -> None:
    """Tell orders of captures, as payments would; also twice or in sets."""
    found = [await world.order(order_id) for order_id in order_ids]
    async with world.db.transaction() as tx:
        facts = [
            payments.PaymentCaptured(
                world.shop_id, each.id, each.payment_id, world.buyer_id, each.total.minor, "USD"
            )
            for each in found
        ]
        told = [Delivered(EventId(new_id()), tx.now, "test", fact) for fact in facts]
        await on_payment_captured(tx, told)


async def test_a_paid_order_is_on_hold_with_its_clocks(world: World) -> None:
    sku = await world.sku(3)
    order_id = await world.paid(Wish(sku, 2), free_cancel_hours=3)
    order = await world.order(order_id)
    assert order.state is State.ON_HOLD
    assert order.paid == order.total
    assert order.paid_at is not None
    assert order.clocks.free_cancel_until == order.paid_at + timedelta(hours=3)
    # Paid on Monday 2 March 2026; the days end at 23:59:59 in Los Angeles.
    assert str(order.clocks.ship_by) == "2026-03-05 07:59:59+00:00"
    assert str(order.clocks.deliver_by) == "2026-03-11 06:59:59+00:00"
    assert str(order.clocks.cancel_unshipped_at) == "2026-03-12 06:59:59+00:00"
    assert await world.available(sku) == 1
    assert await world.facts(order_id) == ["placed", "paid"]


async def test_a_capture_told_again_changes_nothing(world: World) -> None:
    order_ids = [await world.paid(Wish(await world.sku())) for _ in range(3)]
    before = [await world.order(order_id) for order_id in order_ids]
    await deliver_capture(world, order_ids)
    assert [await world.order(order_id) for order_id in order_ids] == before
    assert [await world.facts(each) for each in order_ids] == [["placed", "paid"]] * 3


async def test_a_declined_order_stays_unpaid_and_says_why(world: World) -> None:
    order_id = await world.place(Wish(await world.sku()), card=DECLINED)
    await world.engine.settle()
    order = await world.order(order_id)
    assert order.state is State.UNPAID
    assert order.decline_reason == "card_declined"
    assert await world.facts(order_id) == ["placed"]


async def test_money_for_a_cancelled_order_goes_back(world: World) -> None:
    sku = await world.sku(1)
    order_id = await world.place(Wish(sku), card=LATE_CAPTURE)
    await world.engine.settle()
    await world.cancel(world.buyer, order_id, orders.Reason.CHANGED_MIND)
    await world.engine.settle()
    total = (await world.order(order_id)).total
    assert await world.refunds(order_id) == []
    await world.engine.advance(timedelta(hours=14))
    order = await world.order(order_id)
    assert order.state is State.CANCELLED
    assert [refund.amount for refund in await world.refunds(order_id)] == [total]
    assert order.refund == order.paid == total
    assert await world.facts(order_id) == ["placed", "cancelled", "paid_too_late"]
    assert await world.available(sku) == 1
    await deliver_capture(world, [order_id])
    assert len(await world.refunds(order_id)) == 1


async def test_an_expired_reservation_is_kept_again_when_the_goods_are_there(
    world: World,
) -> None:
    sku = await world.sku(2)
    order_id = await world.place(Wish(sku, 2), card=DECLINED)
    await expire(world)
    assert await world.available(sku) == 2
    await deliver_capture(world, [order_id])
    assert await world.state(order_id) is State.ON_HOLD
    assert await world.available(sku) == 0
    assert await world.facts(order_id) == ["placed", "paid"]


async def test_paid_goods_that_are_gone_are_refunded_and_the_neighbour_is_not(
    world: World,
) -> None:
    sku = await world.sku(2)
    late = await world.place(Wish(sku, 2), card=DECLINED)
    await expire(world)
    other = await world.place(Wish(sku, 1))
    for order_id in (late, other):
        await mark_captured(world, order_id)
    await deliver_capture(world, [late, other])
    await world.engine.settle()
    assert await world.state(other) is State.ON_HOLD
    order = await world.order(late)
    assert order.cancelled is not None
    assert (order.cancelled.by, order.cancelled.reason) == (
        orders.By.SYSTEM,
        orders.Reason.STOCK_GONE,
    )
    assert not order.cancelled.is_seller_fault
    assert [refund.amount for refund in await world.refunds(late)] == [order.total]
    assert await world.facts(late) == ["placed", "cancelled"]
    assert await world.available(sku) == 1


async def mark_captured(world: World, order_id: OrderId) -> None:
    """The provider says that it has the money; orders have not heard of it yet."""
    order = await world.order(order_id)
    said = News(world.buyer_id, order.payment_id, 1, Said.CAPTURED, f"ref{order_id}", order.total)
    async with world.db.transaction() as tx:
        await hear(tx, "test", [said])


async def expire(world: World) -> None:
    """Reservations run out before anybody else hears of it."""
    async with world.db.transaction() as tx:
        await tx._connection.execute(
            "update inventory.reservation set expires_at = $2 where shop_id = $1",
            world.shop_id,
            tx.now,
        )
        await inventory.expire(tx)


async def test_an_expired_reservation_closes_an_unpaid_order(world: World) -> None:
    order_id = await world.place(Wish(await world.sku(1)), card=DECLINED)
    await world.engine.settle()
    await expire(world)
    await world.engine.settle()
    order = await world.order(order_id)
    assert order.cancelled is not None
    assert order.cancelled.reason is orders.Reason.NOT_PAID
    assert await world.facts(order_id) == ["placed", "cancelled"]
    assert await world.refunds(order_id) == []
