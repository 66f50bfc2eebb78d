"""Two staff ship one order; cancelling meets shipping; two last parcels arrive at once.

Each race has its control: the same two, without the guard, do what must not happen.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from clipcart import fulfilment, orders
from clipcart.fulfilment import Package, ScanKind, ScanReport, ShipRequest, State
from clipcart.identity import Actor
from clipcart.kit.db import Database, PooledDatabase, Tx
from clipcart.kit.ids import OrderId
from clipcart.orders import LineShipped
from clipcart.orders._jobs import SWEEPS as ORDERS_SWEEPS
from tests.fulfilment.world import Yard, make_yard
from tests.orders.world import Wish

ROUNDS = 8
Race = Callable[..., Awaitable[list[Any]]]


class Gate:
    """Lets both sides through when both have arrived: what one has read, the other changes."""

    def __init__(self) -> None:
        self._barrier = asyncio.Barrier(2)

    async def wait(self) -> None:
        await self._barrier.wait()


async def state_as_read(tx: Tx, yard: Yard, order_id: OrderId) -> orders.State:
    """The state by a plain read, which holds nothing."""
    found = await orders.orders_by_keys(tx, [(yard.shop_id, order_id)])
    return found[yard.shop_id, order_id].state


async def ready(yard: Yard, units: int = 1) -> OrderId:
    return await yard.world.to_ship(Wish(await yard.world.sku(units), units))


async def start_over(db: Database, yard: Yard, order_id: OrderId, request: ShipRequest) -> Any:
    """Ship in a transaction of its own, as a door does: again after a deadlock."""
    return await db.retrying(
        lambda tx: fulfilment.ship(tx, yard.world.staff, yard.shop_id, order_id, request)
    )


async def call_off(
    db: Database, yard: Yard, actor: Actor, order_id: OrderId, reason: orders.Reason
) -> Any:
    return await db.retrying(lambda tx: orders.cancel(tx, actor, yard.shop_id, order_id, reason))


async def tell(db: Database, yard: Yard, report: ScanReport) -> bool:
    carrier = yard.world.carrier
    return await db.retrying(lambda tx: fulfilment.record_scan(tx, carrier, report))


# -- two staff, one order --------------------------------------------------------------------------

UNGUARDED_PACKAGE = """
    insert into fulfilment.package (shop_id, id, order_id, buyer_id, request_key, state, mode,
        carrier, service, promised_days, weight_g, units, created_at, changed_at)
    values ($1, $2, $3, 1, $2::bigint::text, 'TO_FULFIL', 'PLATFORM', 'ups', '', 1, 1, 1, $4, $4)"""


async def test_control_looking_first_makes_two_packages(
    real_db: PooledDatabase, race: Race
) -> None:
    yard = await make_yard(real_db, still=False)
    order_id = await ready(yard)
    gate = Gate()

    async def look_then_pack(package_id: int) -> None:
        async with real_db.transaction() as tx:
            state = await state_as_read(tx, yard, order_id)
            await gate.wait()
            if state is orders.State.AWAITING_SHIPMENT:
                connection: Any = tx._connection
                await connection.execute(
                    UNGUARDED_PACKAGE, yard.shop_id, package_id, order_id, tx.now
                )

    await race(look_then_pack(1), look_then_pack(2))
    assert len(await yard.packages(order_id)) == 2


async def test_two_staff_ship_one_order_once(real_db: PooledDatabase, race: Race) -> None:
    yard = await make_yard(real_db, still=False)
    for _ in range(ROUNDS):
        order_id = await ready(yard, 2)
        outcomes = await race(
            *(start_over(real_db, yard, order_id, ShipRequest()) for _ in range(2))
        )
        (refused,) = [each for each in outcomes if not isinstance(each, Package)]
        assert isinstance(refused, orders.CannotShip | orders.MoreThanOrdered), refused
        assert len(await yard.packages(order_id)) == 1
    assert await yard.stock_is_right()


async def test_a_double_click_makes_one_package(real_db: PooledDatabase, race: Race) -> None:
    yard = await make_yard(real_db, still=False)
    for _ in range(ROUNDS):
        order_id = await ready(yard, 4)
        line = (await yard.world.order(order_id)).lines[0]
        request = ShipRequest(lines=(LineShipped(line.id, 2),), key="form")
        first, second = await race(
            *(start_over(real_db, yard, order_id, request) for _ in range(2))
        )
        assert isinstance(first, Package)
        assert isinstance(second, Package)
        assert first.id == second.id
        assert len(await yard.packages(order_id)) == 1
        assert await yard.world.state(order_id) is orders.State.PARTIALLY_SHIPPING
    assert await yard.stock_is_right()


async def test_two_halves_ship_at_once(real_db: PooledDatabase, race: Race) -> None:
    yard = await make_yard(real_db, still=False)
    for _ in range(ROUNDS):
        order_id = await ready(yard, 2)
        line = (await yard.world.order(order_id)).lines[0]
        half = ShipRequest(lines=(LineShipped(line.id, 1),))
        made = await race(*(start_over(real_db, yard, order_id, half) for _ in range(2)))
        assert len({each.id for each in made}) == 2
        assert await yard.world.state(order_id) is orders.State.AWAITING_COLLECTION
    assert await yard.stock_is_right()


# -- cancelling meets shipping ---------------------------------------------------------------------

UNGUARDED_CANCEL = """
    update orders.order_ set state = 'CANCELLED', cancelled_at = $3, cancelled_by = 'system',
        cancel_reason = 'NOT_SHIPPED' where shop_id = $1 and id = $2"""


async def test_control_looking_first_ships_a_cancelled_order(
    real_db: PooledDatabase, race: Race
) -> None:
    yard = await make_yard(real_db, still=False)
    order_id = await ready(yard)
    gate = Gate()

    async def look_then(statement: str, *more: object) -> None:
        async with real_db.transaction() as tx:
            state = await state_as_read(tx, yard, order_id)
            await gate.wait()
            if state is orders.State.AWAITING_SHIPMENT:
                connection: Any = tx._connection
                await connection.execute(statement, yard.shop_id, *more, tx.now)

    await race(look_then(UNGUARDED_PACKAGE, 1, order_id), look_then(UNGUARDED_CANCEL, order_id))
    assert await yard.world.state(order_id) is orders.State.CANCELLED
    assert [package.state for package in await yard.packages(order_id)] == [State.TO_FULFIL]


async def test_the_clock_cancels_or_the_shop_ships(real_db: PooledDatabase, race: Race) -> None:
    """Of the sweep that cancels what nobody ships and somebody shipping, exactly one wins."""
    yard = await make_yard(real_db, still=False)
    sweep = next(each for each in ORDERS_SWEEPS if each.name == "orders.cancel_unshipped")
    for number in range(ROUNDS):
        order_id = await ready(yard)
        order = await yard.world.order(order_id)
        assert order.clocks.cancel_unshipped_at is not None
        await yard.world.engine.move_to(order.clocks.cancel_unshipped_at + timedelta(seconds=1))

        async def ship(order_id: OrderId = order_id, late: bool = bool(number % 2)) -> Any:
            await asyncio.sleep(0.01 if late else 0)
            return await start_over(real_db, yard, order_id, ShipRequest())

        shipped, _ = await race(ship(), real_db.retrying(sweep.run))
        is_shipped = isinstance(shipped, Package)
        assert is_shipped or isinstance(shipped, orders.CannotShip)
        state = await yard.world.state(order_id)
        assert state is (orders.State.AWAITING_COLLECTION if is_shipped else orders.State.CANCELLED)
        await yard.world.engine.settle()
        sku_id = order.lines[0].sku_id
        assert await yard.world.available(sku_id) == (0 if is_shipped else 1)
        assert len(await yard.packages(order_id)) == int(is_shipped)
    assert await yard.stock_is_right()


async def test_a_seller_cancels_while_staff_ships(real_db: PooledDatabase, race: Race) -> None:
    """A shop may cancel what it packed: whoever comes first, goods end on the shelf."""
    yard = await make_yard(real_db, still=False)
    for _ in range(ROUNDS):
        order_id = await ready(yard, 2)
        sku_id = (await yard.world.order(order_id)).lines[0].sku_id
        shipped, cancelled = await race(
            start_over(real_db, yard, order_id, ShipRequest()),
            call_off(real_db, yard, yard.world.staff, order_id, orders.Reason.OUT_OF_STOCK),
        )
        assert isinstance(shipped, Package | orders.CannotShip), shipped
        assert isinstance(cancelled, orders.CancelOutcome), cancelled
        await yard.world.engine.settle()
        assert await yard.world.state(order_id) is orders.State.CANCELLED
        assert {each.state for each in await yard.packages(order_id)} <= {State.CANCELLED}
        assert await yard.world.available(sku_id) == 2
    assert await yard.stock_is_right()


async def test_a_buyer_asks_while_staff_ships(real_db: PooledDatabase, race: Race) -> None:
    """An open request stops shipping; what is shipped first can still be asked for."""
    yard = await make_yard(real_db, still=False)
    for _ in range(ROUNDS):
        order_id = await ready(yard)
        shipped, asked = await race(
            start_over(real_db, yard, order_id, ShipRequest()),
            call_off(real_db, yard, yard.world.buyer, order_id, orders.Reason.CHANGED_MIND),
        )
        assert isinstance(asked, orders.CancelOutcome), asked
        assert isinstance(shipped, Package | orders.CancellationPending), shipped
        made = await yard.packages(order_id)
        assert len(made) == int(isinstance(shipped, Package))


# -- the last two parcels --------------------------------------------------------------------------


async def two_on_their_way(yard: Yard) -> tuple[OrderId, list[ScanReport]]:
    order_id = await ready(yard, 2)
    line = (await yard.world.order(order_id)).lines[0]
    half = ShipRequest(lines=(LineShipped(line.id, 1),))
    made = [await yard.labelled(order_id, half) for _ in range(2)]
    for package in made:
        await yard.scan(package, ScanKind.COLLECTED)
    now = await yard.world.now()
    return order_id, [
        ScanReport(
            yard.shop_id, each.id, each.tracking_number or "", "door", ScanKind.DELIVERED, now
        )
        for each in made
    ]


COMPLETE_UNGUARDED = """
    update fulfilment.package set state = 'COMPLETED', delivered_at = $3
    where shop_id = $1 and id = $2"""
STILL_OPEN = """
    select count(*) from fulfilment.package
    where shop_id = $1 and order_id = $2 and state <> 'COMPLETED'"""


async def test_control_counting_open_packages_delivers_never(
    real_db: PooledDatabase, race: Race
) -> None:
    yard = await make_yard(real_db, still=False)
    order_id, reports = await two_on_their_way(yard)
    gate = Gate()

    async def complete_then_count(report: ScanReport) -> int:
        async with real_db.transaction() as tx:
            connection: Any = tx._connection
            await connection.execute(COMPLETE_UNGUARDED, yard.shop_id, report.package_id, tx.now)
            await gate.wait()
            left: int = await connection.fetchval(STILL_OPEN, yard.shop_id, order_id)
            await gate.wait()
            return left

    assert await race(*(complete_then_count(report) for report in reports)) == [1, 1]


@pytest.mark.parametrize("_round", range(3))
async def test_the_last_two_parcels_deliver_the_order_once(
    real_db: PooledDatabase, race: Race, _round: int
) -> None:
    yard = await make_yard(real_db, still=False)
    order_id, reports = await two_on_their_way(yard)
    told = await race(*(tell(real_db, yard, report) for report in (*reports, *reports)))
    assert sorted(told) == [False, False, True, True]
    assert await yard.world.state(order_id) is orders.State.DELIVERED
    assert (await yard.world.facts(order_id)).count("delivered") == 1
