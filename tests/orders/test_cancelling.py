"""Cancelling: who, when, why, and what becomes of goods and money."""

from datetime import timedelta

import pytest

from clipcart import orders, payments
from clipcart.identity import SYSTEM, Actor
from clipcart.kit.errors import Absent, Forbidden, Refusal
from clipcart.kit.ids import OrderId
from clipcart.kit.money import Money
from clipcart.orders.model import State
from clipcart.orders.reasons import CancellationState, Reason
from tests.orders.world import HOURS_LATER, Wish, World

MIND = Reason.CHANGED_MIND


async def refused(
    world: World, actor: Actor, order_id: OrderId, reason: Reason, refusal: type[Refusal]
) -> None:
    """The wish is refused, and nothing changed and nothing was announced."""
    before = await world.order(order_id)
    told = await world.facts(order_id, "")
    with pytest.raises(refusal):
        await world.cancel(actor, order_id, reason)
    assert await world.order(order_id) == before
    assert await world.facts(order_id, "") == told


async def requests(world: World, order_id: OrderId) -> list[CancellationState]:
    async with world.db.reading() as tx:
        found = await orders.cancellations_for(tx, world.buyer, world.shop_id, order_id)
    return [each.state for each in found]


async def answer(world: World, actor: Actor, order_id: OrderId, *, approve: bool) -> None:
    async with world.db.transaction() as tx:
        await orders.answer_cancellation(tx, actor, world.shop_id, order_id, approve=approve)


async def test_in_the_free_window_the_buyer_cancels_at_once(world: World) -> None:
    sku = await world.sku(2)
    order_id = await world.paid(Wish(sku, 2))
    assert (await world.cancel(world.buyer, order_id, MIND)).is_cancelled
    await world.engine.settle()
    order = await world.order(order_id)
    assert order.state is State.CANCELLED
    assert order.cancelled is not None
    assert order.cancelled.by is orders.By.BUYER
    assert await world.available(sku) == 2
    assert [refund.amount for refund in await world.refunds(order_id)] == [order.total]
    assert orders.refundable(order).is_zero
    assert await world.facts(order_id) == ["placed", "paid", "cancelled"]
    await refused(world, world.buyer, order_id, MIND, orders.CannotCancel)


async def test_an_unpaid_order_is_cancelled_and_its_payment_given_up(world: World) -> None:
    sku = await world.sku(1)
    order_id = await world.place(Wish(sku), card=HOURS_LATER)
    await world.engine.settle()
    await world.cancel(world.buyer, order_id, MIND)
    await world.engine.settle()
    assert await world.available(sku) == 1
    assert await world.facts(order_id, "payments.") == ["voided"]
    assert await world.refunds(order_id) == []


async def test_after_the_window_the_shop_decides(world: World) -> None:
    sku = await world.sku(1)
    order_id = await world.to_ship(Wish(sku))
    outcome = await world.cancel(world.buyer, order_id, MIND)
    assert not outcome.is_cancelled
    assert outcome.reply_by == await world.now() + timedelta(hours=24)
    assert await world.state(order_id) is State.AWAITING_SHIPMENT
    await refused(world, world.buyer, order_id, MIND, orders.CancellationPending)

    await answer(world, world.staff, order_id, approve=False)
    assert await requests(world, order_id) == [CancellationState.REJECTED]
    assert await world.available(sku) == 0

    await world.cancel(world.buyer, order_id, MIND)
    await answer(world, world.staff, order_id, approve=True)
    order = await world.order(order_id)
    assert order.cancelled is not None
    assert (order.cancelled.by, order.cancelled.reason) == (orders.By.BUYER, MIND)
    assert await requests(world, order_id) == [
        CancellationState.REJECTED,
        CancellationState.SUCCESS,
    ]
    assert await world.available(sku) == 1
    assert len(await world.refunds(order_id)) == 1
    assert await world.facts(order_id) == [
        "placed",
        "paid",
        "released",
        "cancellation_requested",
        "cancellation_rejected",
        "cancellation_requested",
        "cancelled",
        "cancellation_approved",
    ]
    with pytest.raises(orders.NoCancellationPending):
        await answer(world, world.staff, order_id, approve=True)


async def test_silence_is_consent(world: World) -> None:
    order_id = await world.to_ship(Wish(await world.sku()))
    await world.cancel(world.buyer, order_id, MIND)
    await world.engine.advance(timedelta(hours=23))
    assert await world.state(order_id) is State.AWAITING_SHIPMENT
    await world.engine.advance(timedelta(hours=2))
    assert await world.state(order_id) is State.CANCELLED
    assert await requests(world, order_id) == [CancellationState.SUCCESS]
    assert len(await world.refunds(order_id)) == 1
    assert (await world.facts(order_id))[-2:] == ["cancelled", "cancellation_approved"]


async def test_a_withdrawn_request_never_cancels(world: World) -> None:
    order_id = await world.to_ship(Wish(await world.sku()))
    await world.cancel(world.buyer, order_id, MIND)
    async with world.db.transaction() as tx:
        await orders.withdraw_cancellation(tx, world.buyer, world.shop_id, order_id)
    await world.engine.advance(timedelta(hours=30))
    assert await world.state(order_id) is State.AWAITING_SHIPMENT
    assert await requests(world, order_id) == [CancellationState.WITHDRAWN]
    with pytest.raises(orders.NoCancellationPending):
        async with world.db.transaction() as tx:
            await orders.withdraw_cancellation(tx, world.buyer, world.shop_id, order_id)


async def test_an_open_request_holds_the_label_and_collection_ends_it(world: World) -> None:
    order_id = await world.to_ship(Wish(await world.sku()))
    await world.cancel(world.buyer, order_id, MIND)
    with pytest.raises(orders.CancellationPending):
        await world.ship(order_id)
    assert await world.state(order_id) is State.AWAITING_SHIPMENT
    await answer(world, world.staff, order_id, approve=False)

    await world.ship(order_id)
    await world.cancel(world.buyer, order_id, MIND)
    await world.collect(order_id)
    assert await world.state(order_id) is State.IN_TRANSIT
    assert (await requests(world, order_id))[-1] is CancellationState.REJECTED
    await refused(world, world.buyer, order_id, MIND, orders.CannotCancel)
    await world.engine.advance(timedelta(hours=25))
    assert await world.state(order_id) is State.IN_TRANSIT


@pytest.mark.parametrize(
    ("reason", "is_fault"),
    [(Reason.OUT_OF_STOCK, True), (Reason.WRONG_PRICE, True), (Reason.BUYER_ASKED, False)],
)
async def test_the_shop_cancels_and_its_fault_is_written(
    world: World, reason: Reason, is_fault: bool
) -> None:
    order_id = await world.to_ship(Wish(await world.sku()))
    await world.cancel(world.staff, order_id, reason)
    order = await world.order(order_id)
    assert order.cancelled is not None
    assert order.cancelled.by is orders.By.SELLER
    assert order.cancelled.is_seller_fault is is_fault
    assert len(await world.refunds(order_id)) == 1


async def test_a_shop_that_cancels_grants_the_open_request(world: World) -> None:
    order_id = await world.to_ship(Wish(await world.sku()))
    await world.cancel(world.buyer, order_id, MIND)
    await world.cancel(world.staff, order_id, Reason.BUYER_ASKED)
    assert await requests(world, order_id) == [CancellationState.SUCCESS]
    assert len(await world.refunds(order_id)) == 1


async def test_sides_have_their_own_reasons(world: World) -> None:
    order_id = await world.to_ship(Wish(await world.sku()))
    for actor, reason in (
        (world.buyer, Reason.OUT_OF_STOCK),
        (world.staff, MIND),
        (world.operator, Reason.OUT_OF_STOCK),
        (SYSTEM, MIND),
    ):
        await refused(world, actor, order_id, reason, orders.ReasonNotAllowed)


async def test_strangers_hear_nothing_and_viewers_may_not(world: World) -> None:
    order_id = await world.to_ship(Wish(await world.sku()))
    await refused(world, world.stranger, order_id, Reason.OUT_OF_STOCK, Absent)
    await refused(world, world.viewer, order_id, Reason.OUT_OF_STOCK, Forbidden)
    await world.cancel(world.buyer, order_id, MIND)
    for actor, refusal in ((world.viewer, Forbidden), (world.stranger, Absent)):
        with pytest.raises(refusal):
            await answer(world, actor, order_id, approve=True)
    with pytest.raises(Forbidden):
        await answer(world, world.buyer, order_id, approve=True)
    with pytest.raises(Forbidden):
        async with world.db.transaction() as tx:
            await orders.withdraw_cancellation(tx, world.staff, world.shop_id, order_id)
    assert await requests(world, order_id) == [CancellationState.PENDING]


async def test_a_lost_parcel_is_cancelled_by_the_platform_alone(world: World) -> None:
    sku = await world.sku(1)
    order_id = await world.to_ship(Wish(sku))
    await refused(world, world.operator, order_id, Reason.PARCEL_LOST, orders.CannotCancel)
    await world.ship(order_id)
    await world.collect(order_id)
    await refused(world, world.staff, order_id, Reason.OUT_OF_STOCK, orders.CannotCancel)
    await refused(world, world.operator, order_id, Reason.AGAINST_RULES, orders.CannotCancel)
    await world.cancel(world.operator, order_id, Reason.PARCEL_LOST)
    assert await world.state(order_id) is State.CANCELLED
    assert len(await world.refunds(order_id)) == 1
    assert await world.available(sku) == 0


async def test_an_order_that_arrived_is_not_cancelled(world: World) -> None:
    order_id = await world.to_ship(Wish(await world.sku()))
    await world.ship(order_id)
    await world.deliver(order_id)
    await refused(world, world.buyer, order_id, MIND, orders.CannotCancel)
    await refused(world, world.staff, order_id, Reason.OUT_OF_STOCK, orders.CannotCancel)
    await refused(world, world.operator, order_id, Reason.PARCEL_LOST, orders.CannotCancel)


async def test_what_went_back_before_is_not_asked_again(world: World) -> None:
    """A part was refunded already; the automatic cancel asks for the rest, and no sweep stops."""
    order_id = await world.paid(Wish(await world.sku(5)))
    whole = (await world.order(order_id)).total
    part = Money(whole.minor // 3, whole.currency)
    async with world.db.transaction() as tx:
        draft = payments.RefundDraft(world.shop_id, order_id, part, "sorry", "part-1")
        await payments.request_refund(tx, SYSTEM, draft)
    await world.engine.advance(timedelta(days=14))
    assert (await world.order(order_id)).state is State.CANCELLED
    back = [refund.amount.minor for refund in await world.refunds(order_id)]
    assert sorted(back) == sorted([part.minor, whole.minor - part.minor])
