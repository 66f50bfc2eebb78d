"""Shipping many orders at once: what one of them is refused, no other feels."""

from clipcart import fulfilment, orders
from clipcart.fulfilment import ShipRequest, State
from clipcart.identity import ANONYMOUS
from clipcart.kit.errors import Absent, SignInNeeded
from clipcart.kit.ids import OrderId, new_id
from tests.fulfilment.world import EVERYTHING, Yard, own
from tests.orders.world import Wish

UPS, OTHER = [fulfilment.make_tracking_number("ups", serial) for serial in (1, 2)]


async def _ship(yard: Yard, *wishes: tuple[OrderId, ShipRequest]) -> list[fulfilment.ShipOutcome]:
    asked = {(yard.shop_id, order_id): wish for order_id, wish in wishes}
    found = await yard.act(lambda tx: fulfilment.ship_orders(tx, yard.world.staff, asked))
    return [found[key] for key in asked]


async def test_many_orders_are_packed_as_each_would_be_alone(yard: Yard) -> None:
    sku = await yard.world.sku(9)
    alone, one, two = [await yard.world.to_ship(Wish(sku, count)) for count in (2, 2, 3)]
    package = await yard.ship(alone, ShipRequest(label=own("ups", UPS)))
    first, second = await _ship(
        yard, (one, ShipRequest(label=own("ups", OTHER))), (two, ShipRequest())
    )
    assert first.package is not None
    assert second.package is not None
    assert (first.package.units, second.package.units) == (2, 3)
    assert first.package.weight_g == package.weight_g
    assert first.package.tracking_number == OTHER
    assert second.package.state is State.TO_FULFIL
    for order_id in (one, two):
        assert await yard.world.state(order_id) is orders.State.AWAITING_COLLECTION
    assert await yard.facts(one) == await yard.facts(alone)
    assert await yard.stock_is_right()


async def test_what_cannot_ship_holds_up_nobody(yard: Yard) -> None:
    sku = await yard.world.sku(9)
    shipped, ready = [await yard.world.to_ship(Wish(sku)) for _ in range(2)]
    await yard.ship(shipped)
    unknown = OrderId(new_id())
    outcomes = await _ship(
        yard, (shipped, ShipRequest()), (unknown, ShipRequest()), (ready, ShipRequest())
    )
    assert isinstance(outcomes[0].refusal, orders.CannotShip)
    assert isinstance(outcomes[1].refusal, Absent)
    assert outcomes[2].package is not None
    assert len(await yard.packages(shipped)) == len(await yard.packages(ready)) == 1
    assert await yard.stock_is_right()


async def test_a_number_that_is_taken_refuses_only_its_order(yard: Yard) -> None:
    sku = await yard.world.sku(9)
    first, second, third = [await yard.world.to_ship(Wish(sku)) for _ in range(3)]
    await yard.ship(first, ShipRequest(label=own("ups", UPS)))
    outcomes = await _ship(
        yard, (second, ShipRequest(label=own("ups", UPS))), (third, ShipRequest())
    )
    assert isinstance(outcomes[0].refusal, fulfilment.TrackingTaken)
    assert outcomes[1].package is not None
    assert await yard.world.state(second) is orders.State.AWAITING_SHIPMENT
    assert await yard.packages(second) == ()
    assert await yard.stock_is_right()


async def test_the_same_key_gives_the_same_package(yard: Yard) -> None:
    order_id = await yard.world.to_ship(Wish(await yard.world.sku(1)))
    first = (await _ship(yard, (order_id, ShipRequest(key="form"))))[0]
    again = (await _ship(yard, (order_id, ShipRequest(key="form"))))[0]
    assert first.package is not None
    assert again.package is not None
    assert again.package.id == first.package.id


async def test_strangers_ship_nothing(yard: Yard) -> None:
    order_id = await yard.world.to_ship(Wish(await yard.world.sku(1)))
    key = (yard.shop_id, order_id)
    async with yard.world.db.reading() as tx:
        before = await tx._connection.fetch(EVERYTHING)
    try:
        await yard.act(lambda tx: fulfilment.ship_orders(tx, ANONYMOUS, {key: ShipRequest()}))
    except SignInNeeded:
        async with yard.world.db.reading() as tx:
            assert await tx._connection.fetch(EVERYTHING) == before
    else:
        raise AssertionError("a stranger shipped an order")
