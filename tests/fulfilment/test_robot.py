"""The carrier robot: what it plans, that it repeats itself, and that orders arrive by it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clipcart import fulfilment, markets, orders
from clipcart.fulfilment import Parcel, ScanKind, State, Stop
from clipcart.fulfilment.adapters.fake import CarrierRobot
from clipcart.fulfilment.adapters.fate import Habits, PlannedScan, plan
from clipcart.kit.ids import PackageId, ShopId
from tests.fulfilment.world import FLAWLESS, Yard, make_yard
from tests.orders.world import Wish
from tests.support.database import START, OneConnection

HOME = Stop("Shop", "1 Main St", "", "Reno", "NV", "89501", "US")
DOOR = Stop("Mira", "12 Harbor Road", "", "Oakland", "CA", "94607", "US")
EVERY_FLAW = Habits(late=300, lost=200, told_twice=400, told_late=400)
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))


def parcel(
    carrier: str = "usps", market_id: str = "us", days: int = 6, package_id: int = 1
) -> Parcel:
    return Parcel(
        ShopId(1), PackageId(package_id), 1, market_id, carrier, "Standard", days, 900, HOME, DOOR
    )


def scans(planned: list[PlannedScan]) -> list[PlannedScan]:
    """Each scan once, as it was made."""
    return sorted({scan.key: scan for scan in planned}.values(), key=lambda scan: scan.at)


@given(made_at=MOMENTS, serial=st.integers(0, 10**6), days=st.integers(0, 9))
def test_plans_make_sense(made_at: datetime, serial: int, days: int) -> None:
    for market_id, carrier in (("us", "ups"), ("jp", "yamato"), ("br", "correios")):
        number = fulfilment.make_tracking_number(carrier, serial)
        wanted = parcel(carrier, market_id, days)
        planned = plan(EVERY_FLAW, wanted, number, made_at)
        assert planned == plan(EVERY_FLAW, wanted, number, made_at)
        made = scans(planned)
        kinds = [scan.kind for scan in made]
        assert kinds[0] is ScanKind.COLLECTED
        assert kinds[-1] in (ScanKind.DELIVERED, ScanKind.LOST)
        assert kinds.count(ScanKind.DELIVERED) + kinds.count(ScanKind.LOST) == 1
        assert kinds.count(ScanKind.COLLECTED) == 1
        assert made_at < made[0].at < made[-1].at
        assert all(scan.place for scan in made)
        assert all(scan.due_at > scan.at for scan in planned)
        market = markets.get(market_id)
        for scan in (made[0], made[-1]):
            assert markets.is_business_day(market, markets.local_day(market, scan.at))


@given(made_at=MOMENTS, serial=st.integers(0, 10**6), days=st.integers(1, 9))
def test_without_flaws_parcels_keep_the_promise(made_at: datetime, serial: int, days: int) -> None:
    number = fulfilment.make_tracking_number("ups", serial)
    planned = plan(FLAWLESS, parcel("ups", days=days), number, made_at)
    assert planned == scans(planned)
    market = markets.get("us")
    assert planned[-1].kind is ScanKind.DELIVERED
    assert planned[-1].at <= markets.business_days_after(planned[0].at, days, market)
    assert [scan.due_at for scan in planned] == sorted(scan.due_at for scan in planned)


def test_flaws_happen_about_as_often_as_asked() -> None:
    habits = Habits(seed=3, late=100, lost=50, told_twice=0, told_late=0)
    seen = [
        {scan.kind for scan in plan(habits, parcel(), str(serial), START)} for serial in range(2000)
    ]
    assert 60 < sum(ScanKind.LOST in kinds for kinds in seen) < 140
    assert 140 < sum(ScanKind.DELAYED in kinds for kinds in seen) < 250


def test_another_seed_is_another_fate() -> None:
    fates = {tuple(plan(Habits(seed=seed), parcel(), "1", START)) for seed in range(10)}
    assert len(fates) > 5


async def test_a_label_bought_again_is_the_same(db: OneConnection) -> None:
    robot = CarrierRobot(db, FLAWLESS)
    number = await robot.buy_label(parcel())
    assert await robot.buy_label(parcel()) == number
    others = [await robot.buy_label(parcel(package_id=n)) for n in range(2, 30)]
    assert len({number, *others}) == 29
    assert all(fulfilment.check_tracking(each, "usps") for each in others)


async def test_a_label_is_given_up_before_collection_only(db: OneConnection) -> None:
    robot = CarrierRobot(db, FLAWLESS)
    first, second = parcel(), parcel(package_id=2)
    numbers = [await robot.buy_label(each) for each in (first, second)]
    assert await robot.void_label(first.key, "usps", numbers[0])
    assert not await robot.void_label(first.key, "usps", numbers[0])
    db.pass_time(timedelta(days=2))
    assert not await robot.void_label(second.key, "usps", numbers[1])


async def test_the_robot_is_not_called_in_a_transaction(db: OneConnection) -> None:
    robot = CarrierRobot(db, FLAWLESS)
    async with db.transaction():
        with pytest.raises(RuntimeError, match="outside"):
            await robot.buy_label(parcel())


async def test_orders_arrive_by_themselves(yard: Yard) -> None:
    sku = await yard.world.sku(3)
    order_ids = [await yard.world.to_ship(Wish(sku)) for _ in range(3)]
    for order_id in order_ids:
        await yard.labelled(order_id)
    await yard.world.engine.advance(timedelta(days=14))
    for order_id in order_ids:
        assert await yard.world.state(order_id) is orders.State.DELIVERED
        (package,) = await yard.packages(order_id)
        assert package.state is State.COMPLETED
        kinds = [scan.kind for scan in package.scans]
        assert kinds[0] is ScanKind.COLLECTED
        assert kinds[-1] is ScanKind.DELIVERED
        assert 1 <= kinds.count(ScanKind.IN_TRANSIT) <= 2
        assert package.collected_at is not None
        assert package.delivered_at is not None
        assert package.collected_at < package.delivered_at
        order = await yard.world.order(order_id)
        assert order.delivered_at == package.delivered_at
        assert not order.is_late


async def test_with_every_flaw_orders_end_all_the_same(db: OneConnection) -> None:
    yard = await make_yard(db, EVERY_FLAW)
    sku = await yard.world.sku(8)
    order_ids = [await yard.world.to_ship(Wish(sku)) for _ in range(8)]
    for order_id in order_ids:
        await yard.labelled(order_id)
    await yard.world.engine.advance(timedelta(days=25))
    for order_id in order_ids:
        (package,) = await yard.packages(order_id)
        expected = orders.State.CANCELLED if package.is_lost else orders.State.DELIVERED
        assert await yard.world.state(order_id) is expected
    assert await yard.stock_is_right()
