"""From the label to the buyer's door, also in parts."""

import pytest

from clipcart import orders
from clipcart.kit.errors import Absent, Forbidden
from clipcart.kit.ids import LineId
from clipcart.orders.model import State
from tests.orders.world import Wish, World


async def test_an_order_travels_once(world: World) -> None:
    order_id = await world.to_ship(Wish(await world.sku(), 2))
    assert await world.ship(order_id) is State.AWAITING_COLLECTION
    await world.collect(order_id)
    await world.collect(order_id)
    await world.deliver(order_id)
    await world.deliver(order_id)
    order = await world.order(order_id)
    assert order.state is State.DELIVERED
    assert order.delivered_at is not None
    assert order.clocks.complete_at is not None
    assert (order.clocks.complete_at - order.delivered_at).days == 30
    assert (await world.facts(order_id))[3:] == [
        "label_made",
        "collected",
        "in_transit",
        "delivered",
    ]


async def test_a_delivery_without_a_scan_is_the_scan_too(world: World) -> None:
    order_id = await world.to_ship(Wish(await world.sku()))
    await world.ship(order_id)
    await world.deliver(order_id)
    order = await world.order(order_id)
    assert order.collected_at == order.delivered_at
    assert order.state is State.DELIVERED


async def test_parts_are_shipped_one_after_the_other(world: World) -> None:
    order_id = await world.to_ship(Wish(await world.sku(), 3), Wish(await world.sku(), 1))
    first, second = (await world.order(order_id)).lines
    state = await world.ship(order_id, [orders.LineShipped(first.id, 2)])
    assert state is State.PARTIALLY_SHIPPING
    await world.collect(order_id)
    assert await world.state(order_id) is State.PARTIALLY_SHIPPING
    with pytest.raises(orders.CannotCancel):
        await world.cancel(world.buyer, order_id, orders.Reason.CHANGED_MIND)
    await world.deliver(order_id)
    assert await world.state(order_id) is State.PARTIALLY_SHIPPING
    assert await world.ship(order_id) is State.AWAITING_COLLECTION
    order = await world.order(order_id)
    assert [line.open_quantity for line in order.lines] == [0, 0]
    with pytest.raises(orders.CannotCancel):
        await world.cancel(world.staff, order_id, orders.Reason.OUT_OF_STOCK)
    await world.deliver(order_id)
    assert await world.state(order_id) is State.DELIVERED
    assert (await world.facts(order_id))[3:] == [
        "label_made",
        "collected",
        "label_made",
        "in_transit",
        "delivered",
    ]
    assert second.quantity == 1


async def test_never_more_than_was_ordered(world: World) -> None:
    order_id = await world.to_ship(Wish(await world.sku(), 2))
    line = (await world.order(order_id)).lines[0]
    before, told = await world.order(order_id), await world.facts(order_id)
    for line_id, quantity in ((line.id, 3), (LineId(5), 1)):
        with pytest.raises(orders.MoreThanOrdered):
            await world.ship(order_id, [orders.LineShipped(line_id, quantity)])
    assert await world.order(order_id) == before
    assert await world.facts(order_id) == told


async def test_only_what_waits_for_shipment_ships(world: World) -> None:
    gone = await world.to_ship(Wish(await world.sku()))
    await world.cancel(world.staff, gone, orders.Reason.OUT_OF_STOCK)
    held = await world.paid(Wish(await world.sku()))
    for order_id in (held, gone):
        before, told = await world.order(order_id), await world.facts(order_id)
        with pytest.raises(orders.CannotShip):
            await world.ship(order_id)
        await world.collect(order_id)
        await world.deliver(order_id)
        assert await world.order(order_id) == before
        assert await world.facts(order_id) == told


async def test_only_the_shop_and_carriers_move_parcels(world: World) -> None:
    order_id = await world.to_ship(Wish(await world.sku()))
    key = (world.shop_id, order_id)
    for actor in (world.buyer, world.viewer, world.stranger, world.carrier):
        with pytest.raises(Forbidden):
            async with world.db.transaction() as tx:
                await orders.mark_label_made(tx, actor, *key)
    await world.ship(order_id)
    for actor in (world.buyer, world.viewer, world.stranger):
        for verb in (orders.mark_collected, orders.mark_delivered):
            with pytest.raises(Forbidden):
                async with world.db.transaction() as tx:
                    await verb(tx, actor, [key])
    assert await world.state(order_id) is State.AWAITING_COLLECTION
    assert (await world.facts(order_id))[3:] == ["label_made"]


async def test_an_order_of_another_shop_is_absent(world: World) -> None:
    order_id = await world.to_ship(Wish(await world.sku()))
    (other,) = world.stranger.memberships
    with pytest.raises(Absent):
        async with world.db.transaction() as tx:
            await orders.mark_label_made(tx, world.stranger, other, order_id)
