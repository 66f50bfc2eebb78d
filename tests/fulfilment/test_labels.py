"""Labels: refused by the carrier, exchanged, bought for nobody; papers; who sees packages."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from clipcart import fulfilment, orders
from clipcart.fulfilment import (
    LabelWish,
    PackageFilter,
    Parcel,
    ScanKind,
    ShipRequest,
    State,
    Stop,
)
from clipcart.fulfilment.adapters.fake import CarrierRobot
from clipcart.fulfilment.parcels import address_lines
from clipcart.fulfilment.printing import weight_text
from clipcart.identity import Actor
from clipcart.kit.db import round_trips
from clipcart.kit.errors import Absent, Forbidden, Refusal
from clipcart.kit.ids import PackageId, new_id
from tests.fulfilment.world import FLAWLESS, Yard, make_yard, own, wiring
from tests.orders.world import Wish
from tests.support.database import OneConnection, StillEngine

UPS = "1Z999AA10123456784"


async def robot_scans(yard: Yard) -> int:
    """Scans that the robot has planned and not told."""
    async with yard.world.db.reading() as tx:
        connection: Any = tx._connection
        count: int = await connection.fetchval(
            "select count(*) from fulfilment.robot_scan where reported_at is null"
        )
    return count


async def test_a_refused_label_leaves_the_choice_to_the_shop(yard: Yard) -> None:
    order_id = await yard.world.to_ship(Wish(await yard.world.sku(1)))
    heavy = FLAWLESS.heaviest_g + 1
    package = await yard.labelled(order_id, ShipRequest(weight_g=heavy))
    assert package.state is State.TO_FULFIL
    assert package.label_problem is not None
    assert "30 kg" in package.label_problem
    assert await yard.facts(order_id) == ["package_created", "label_failed"]
    staff, shop_id = yard.world.staff, yard.shop_id
    wish = own("ups", UPS)
    await yard.act(lambda tx: fulfilment.replace_label(tx, staff, shop_id, package.id, wish))
    package = await yard.package(package.id)
    assert (package.state, package.label_problem) == (State.PROCESSING, None)
    assert package.tracking_number == UPS


async def test_an_exchanged_label_does_not_travel(yard: Yard) -> None:
    order_id = await yard.world.to_ship(Wish(await yard.world.sku(1)))
    old = await yard.labelled(order_id)
    staff, shop_id = yard.world.staff, yard.shop_id
    wish = LabelWish(carrier="fedex")
    changed = await yard.act(lambda tx: fulfilment.replace_label(tx, staff, shop_id, old.id, wish))
    assert (changed.state, changed.tracking_number) == (State.TO_FULFIL, None)
    await yard.world.engine.settle()
    new = await yard.package(old.id)
    assert (new.state, new.carrier) == (State.PROCESSING, "fedex")
    assert new.tracking_number not in (None, old.tracking_number)
    assert await yard.scan(old, ScanKind.DELIVERED) == 0
    assert await yard.facts(order_id) == [
        "package_created",
        "label_made",
        "label_voided",
        "label_made",
    ]
    await yard.world.engine.advance(timedelta(days=14))
    delivered = await yard.package(old.id)
    assert delivered.state is State.COMPLETED
    assert [scan.kind for scan in delivered.scans].count(ScanKind.COLLECTED) == 1
    assert await robot_scans(yard) == 0


async def test_a_label_that_is_exchanged_while_it_is_bought_is_given_up(yard: Yard) -> None:
    order_id = await yard.world.to_ship(Wish(await yard.world.sku(1)))
    package = await yard.ship(order_id)
    staff, shop_id = yard.world.staff, yard.shop_id
    wish = own("ups", UPS)
    await yard.act(lambda tx: fulfilment.replace_label(tx, staff, shop_id, package.id, wish))
    await yard.world.engine.settle()
    assert (await yard.package(package.id)).tracking_number == UPS
    assert await yard.facts(order_id) == ["package_created", "label_made"]


async def test_a_label_is_not_exchanged_on_the_way(yard: Yard) -> None:
    order_id = await yard.world.to_ship(Wish(await yard.world.sku(1)))
    package = await yard.labelled(order_id)
    await yard.scan(package, ScanKind.COLLECTED)
    staff, shop_id = yard.world.staff, yard.shop_id
    wish = LabelWish(carrier="fedex")
    await yard.refused(
        fulfilment.CannotChangeLabel,
        lambda tx: fulfilment.replace_label(tx, staff, shop_id, package.id, wish),
    )
    missing = PackageId(new_id())
    await yard.refused(
        Absent, lambda tx: fulfilment.replace_label(tx, staff, shop_id, missing, wish)
    )
    stranger = yard.world.stranger
    await yard.refused(
        Forbidden,
        lambda tx: fulfilment.replace_label(tx, stranger, shop_id, package.id, wish),
    )


async def test_a_number_of_another_package_is_refused(yard: Yard) -> None:
    sku = await yard.world.sku(2)
    first, second = [await yard.world.to_ship(Wish(sku)) for _ in range(2)]
    await yard.labelled(first, ShipRequest(label=own("ups", UPS)))
    package = await yard.labelled(second)
    staff, shop_id = yard.world.staff, yard.shop_id
    wish = own("ups", UPS)
    await yard.refused(
        fulfilment.TrackingTaken,
        lambda tx: fulfilment.replace_label(tx, staff, shop_id, package.id, wish),
    )
    assert await yard.package(package.id) == package


async def cannot_print(
    yard: Yard, refusal: type[Refusal], actor: Actor, package_id: PackageId
) -> None:
    """Neither paper is given out."""
    shop_id = yard.shop_id
    await yard.refused(refusal, lambda tx: fulfilment.label_pdf(tx, actor, shop_id, package_id))
    await yard.refused(refusal, lambda tx: fulfilment.slip_pdf(tx, actor, shop_id, package_id))


async def test_papers_are_printed_for_the_shop_alone(yard: Yard) -> None:
    order_id = await yard.world.to_ship(Wish(await yard.world.sku(1)))
    package = await yard.ship(order_id)
    viewer, shop_id = yard.world.viewer, yard.shop_id
    await yard.refused(
        fulfilment.NoLabelYet,
        lambda tx: fulfilment.label_pdf(tx, viewer, shop_id, package.id),
    )
    slip = await yard.act(lambda tx: fulfilment.slip_pdf(tx, viewer, shop_id, package.id))
    assert slip.startswith(b"%PDF")
    await yard.world.engine.settle()
    label = await yard.act(lambda tx: fulfilment.label_pdf(tx, viewer, shop_id, package.id))
    assert label.startswith(b"%PDF")
    assert label == await yard.act(lambda tx: fulfilment.label_pdf(tx, viewer, shop_id, package.id))
    missing = PackageId(new_id())
    for actor in (yard.world.buyer, yard.world.stranger):
        await cannot_print(yard, Forbidden, actor, package.id)
    await cannot_print(yard, Absent, viewer, missing)


async def test_who_sees_packages(yard: Yard) -> None:
    order_id = await yard.world.to_ship(Wish(await yard.world.sku(1)))
    package = await yard.labelled(order_id)
    shop_id = yard.shop_id
    for actor in (yard.world.buyer, yard.world.staff, yard.world.viewer, yard.world.operator):
        async with yard.world.db.reading() as tx:
            found = await fulfilment.packages_of_order(tx, actor, shop_id, order_id)
            assert found == (package,)
            assert await fulfilment.package_for(tx, actor, shop_id, package.id) == package
    stranger, buyer = yard.world.stranger, yard.world.buyer
    await yard.refused(
        Absent, lambda tx: fulfilment.packages_of_order(tx, stranger, shop_id, order_id)
    )
    await yard.refused(Absent, lambda tx: fulfilment.package_for(tx, stranger, shop_id, package.id))
    await yard.refused(Forbidden, lambda tx: fulfilment.packages_of_shop(tx, buyer, shop_id))


async def test_a_shops_packages_are_listed_and_filtered(yard: Yard) -> None:
    sku = await yard.world.sku(3)
    made = [await yard.labelled(await yard.world.to_ship(Wish(sku))) for _ in range(3)]
    await yard.scan(made[0], ScanKind.COLLECTED)
    viewer, shop_id = yard.world.viewer, yard.shop_id

    async def listed(only: PackageFilter | None, limit: int = 50) -> list[PackageId]:
        found: list[PackageId] = []
        cursor: str | None = None
        while True:
            async with yard.world.db.reading() as tx:
                page = await fulfilment.packages_of_shop(tx, viewer, shop_id, only, cursor, limit)
            found += [package.id for package in page.items]
            cursor = page.next_cursor
            if cursor is None:
                return found

    ids = [package.id for package in made]
    assert await listed(None, limit=1) == ids[::-1]
    assert await listed(PackageFilter(frozenset({State.FULFILLING}))) == ids[:1]
    both = frozenset({State.FULFILLING, State.PROCESSING})
    assert await listed(PackageFilter(both)) == ids[::-1]
    number = made[1].tracking_number or ""
    assert await listed(PackageFilter(tracking_number=f" {number.lower()} ")) == ids[1:2]


async def test_packages_are_read_in_a_fixed_number_of_statements(yard: Yard) -> None:
    sku = await yard.world.sku(3)
    keys = [(yard.shop_id, await yard.world.to_ship(Wish(sku))) for _ in range(3)]
    for _, order_id in keys:
        await yard.labelled(order_id)
    counts = []
    for some in (keys[:1], keys):
        counter = [0]
        token = round_trips.set(counter)
        async with yard.world.db.reading() as tx:
            assert len(await fulfilment.packages_of_orders(tx, some)) == len(some)
        round_trips.reset(token)
        counts.append(counter[0])
    assert counts == [4, 4]


class Interrupted(CarrierRobot):
    """A carrier so slow that something happens meanwhile."""

    meanwhile: Callable[[], Awaitable[object]]

    async def buy_label(self, parcel: Parcel) -> str:
        number = await super().buy_label(parcel)
        await self.meanwhile()
        return number


async def test_a_label_that_comes_for_nobody_is_given_up(db: OneConnection) -> None:
    yard = await make_yard(db)
    carrier = Interrupted(db, FLAWLESS)
    yard.world.engine = StillEngine(db, wiring(yard.world.provider, carrier), concurrent=False)
    sku = await yard.world.sku(1)
    order_id = await yard.world.to_ship(Wish(sku))
    carrier.meanwhile = lambda: yard.world.cancel(
        yard.world.staff, order_id, orders.Reason.OUT_OF_STOCK
    )
    package = await yard.ship(order_id)
    await yard.world.engine.settle()
    package = await yard.package(package.id)
    assert package.state is State.CANCELLED
    assert await yard.world.available(sku) == 1
    # Bought before the order was called off, or after: nothing will be scanned.
    assert await robot_scans(yard) == 0
    assert await yard.stock_is_right()


async def test_a_label_bought_too_late_for_its_package_is_given_up(db: OneConnection) -> None:
    yard = await make_yard(db)
    carrier = Interrupted(db, FLAWLESS)
    yard.world.engine = StillEngine(db, wiring(yard.world.provider, carrier), concurrent=False)
    order_id = await yard.world.to_ship(Wish(await yard.world.sku(1)))
    package = await yard.ship(order_id)
    staff, shop_id, wish = yard.world.staff, yard.shop_id, own("ups", UPS)
    carrier.meanwhile = lambda: yard.act(
        lambda tx: fulfilment.replace_label(tx, staff, shop_id, package.id, wish)
    )
    await yard.world.engine.settle()
    assert (await yard.package(package.id)).tracking_number == UPS
    assert await yard.facts(order_id) == ["package_created", "label_made"]
    connection: Any = db.connection
    numbers = await connection.fetch(
        "select tracking_number = $1 as is_own, voided_at is null as is_live "
        "from fulfilment.robot_parcel order by 1",
        UPS,
    )
    assert [tuple(row) for row in numbers] == [(False, False), (True, True)]


@pytest.mark.parametrize(
    ("weight_g", "words"), [(1, "1 g"), (999, "999 g"), (1000, "1.0 kg"), (1201, "1.3 kg")]
)
def test_weights_are_rounded_up(weight_g: int, words: str) -> None:
    assert weight_text(weight_g) == words


@pytest.mark.parametrize(
    ("stop", "lines"),
    [
        (
            Stop("M", "12 Harbor Road", "", "Oakland", "CA", "94607", "US"),
            ("12 Harbor Road", "Oakland, CA 94607", "US"),
        ),
        (
            Stop("M", "1-2-3", "Room 4", "Shibuya", "Tokyo", "150-0001", "JP"),
            ("〒150-0001", "Tokyo Shibuya", "1-2-3", "Room 4", "JP"),
        ),
        (
            Stop("M", "Rua A, 1", "", "Recife", "PE", "50000-000", "BR"),
            ("Rua A, 1", "Recife-PE", "50000-000", "BR"),
        ),
        (Stop("M", "", "", "", "", "", ""), ()),
    ],
)
def test_addresses_are_written_as_in_their_country(stop: Stop, lines: tuple[str, ...]) -> None:
    assert address_lines(stop) == lines
