"""Scans: twice, late, out of order; what they do to packages, orders and money."""

from datetime import timedelta

import pytest

from clipcart import fulfilment, orders
from clipcart.fulfilment import Package, ScanKind, ScanReport, ShipRequest, State
from clipcart.identity import ANONYMOUS
from clipcart.kit.errors import Absent, Forbidden, SignInNeeded
from clipcart.kit.ids import OrderId, PackageId, new_id
from clipcart.orders import LineShipped
from tests.fulfilment.world import Yard, own
from tests.orders.world import Wish

UPS = "1Z999AA10123456784"


async def one_package(yard: Yard) -> tuple[OrderId, Package]:
    order_id = await yard.world.to_ship(Wish(await yard.world.sku(1)))
    return order_id, await yard.labelled(order_id)


async def two_packages(yard: Yard) -> tuple[OrderId, Package, Package]:
    order_id = await yard.world.to_ship(Wish(await yard.world.sku(2), 2))
    line = (await yard.world.order(order_id)).lines[0]
    half = ShipRequest(lines=(LineShipped(line.id, 1),))
    return order_id, await yard.labelled(order_id, half), await yard.labelled(order_id, half)


async def test_from_the_first_scan_to_the_door(yard: Yard) -> None:
    order_id, package = await one_package(yard)
    assert await yard.scan(package, ScanKind.COLLECTED) == 1
    assert (await yard.package(package.id)).state is State.FULFILLING
    assert await yard.world.state(order_id) is orders.State.IN_TRANSIT
    await yard.scan(package, ScanKind.IN_TRANSIT, ScanKind.OUT_FOR_DELIVERY)
    await yard.scan(package, ScanKind.DELIVERED)
    package = await yard.package(package.id)
    assert package.state is State.COMPLETED
    assert await yard.world.state(order_id) is orders.State.DELIVERED
    assert [scan.reported_by for scan in package.scans] == [yard.world.carrier.label] * 4
    assert await yard.facts(order_id) == [
        "package_created",
        "label_made",
        "package_scanned",
        "package_collected",
        "package_scanned",
        "package_scanned",
        "package_scanned",
        "package_delivered",
    ]


async def test_a_scan_heard_twice_is_kept_once(yard: Yard) -> None:
    _, package = await one_package(yard)
    twice = ("a", "a")
    assert await yard.scan(package, ScanKind.COLLECTED, ScanKind.COLLECTED, keys=twice) == 1
    before = await yard.everything()
    assert await yard.scan(package, ScanKind.COLLECTED, keys=("a",)) == 0
    assert await yard.everything() == before


async def test_a_late_scan_is_kept_and_changes_nothing(yard: Yard) -> None:
    order_id, package = await one_package(yard)
    await yard.scan(package, ScanKind.DELIVERED)
    delivered = await yard.package(package.id)
    assert delivered.state is State.COMPLETED
    assert delivered.collected_at == delivered.delivered_at
    assert await yard.world.state(order_id) is orders.State.DELIVERED
    order = await yard.world.order(order_id)
    await yard.scan(package, ScanKind.COLLECTED, ScanKind.IN_TRANSIT, ScanKind.LOST)
    late = await yard.package(package.id)
    assert len(late.scans) == 4
    assert (late.state, late.delivered_at) == (State.COMPLETED, delivered.delivered_at)
    assert await yard.world.order(order_id) == order


async def test_the_last_package_delivers_the_order(yard: Yard) -> None:
    order_id, first, second = await two_packages(yard)
    await yard.scan(first, ScanKind.COLLECTED)
    await yard.scan(first, ScanKind.DELIVERED)
    assert await yard.world.state(order_id) is orders.State.IN_TRANSIT
    await yard.scan(second, ScanKind.DELIVERED)
    assert await yard.world.state(order_id) is orders.State.DELIVERED
    assert (await yard.world.facts(order_id)).count("delivered") == 1


async def test_an_order_with_open_units_is_not_delivered(yard: Yard) -> None:
    order_id = await yard.world.to_ship(Wish(await yard.world.sku(2), 2))
    line = (await yard.world.order(order_id)).lines[0]
    first = await yard.labelled(order_id, ShipRequest(lines=(LineShipped(line.id, 1),)))
    await yard.scan(first, ScanKind.DELIVERED)
    assert await yard.world.state(order_id) is orders.State.PARTIALLY_SHIPPING
    second = await yard.labelled(order_id)
    await yard.scan(second, ScanKind.DELIVERED)
    assert await yard.world.state(order_id) is orders.State.DELIVERED


async def test_a_set_of_scans_moves_many_orders(yard: Yard) -> None:
    pairs = [await one_package(yard) for _ in range(3)]
    reports = [
        ScanReport(
            yard.shop_id, package.id, package.tracking_number or "", kind, ScanKind(kind), at
        )
        for _, package in pairs
        for kind in ("DELIVERED", "COLLECTED")
        if (at := package.created_at)
    ]
    carrier = yard.world.carrier
    assert await yard.act(lambda tx: fulfilment.record_scans(tx, carrier, reports)) == 6
    states = [await yard.world.state(order_id) for order_id, _ in pairs]
    assert states == [orders.State.DELIVERED] * 3


async def test_a_lost_parcel_gives_the_money_back_and_no_stock(yard: Yard) -> None:
    sku = await yard.world.sku(1)
    order_id = await yard.world.to_ship(Wish(sku))
    package = await yard.labelled(order_id)
    await yard.scan(package, ScanKind.COLLECTED)
    await yard.scan(package, ScanKind.LOST)
    await yard.world.engine.settle()
    order = await yard.world.order(order_id)
    assert order.state is orders.State.CANCELLED
    assert order.cancelled is not None
    assert order.cancelled.reason is orders.Reason.PARCEL_LOST
    assert [refund.amount for refund in await yard.world.refunds(order_id)] == [order.total]
    lost = await yard.package(package.id)
    assert (lost.state, lost.is_lost, lost.cancelled_at) == (State.CANCELLED, True, None)
    assert await yard.world.available(sku) == 0
    assert "package_lost" in await yard.facts(order_id)
    assert await yard.stock_is_right()


async def test_a_lost_part_waits_for_an_operator(yard: Yard) -> None:
    order_id, first, second = await two_packages(yard)
    await yard.scan(first, ScanKind.DELIVERED)
    await yard.scan(second, ScanKind.LOST)
    await yard.world.engine.settle()
    assert await yard.world.state(order_id) is orders.State.IN_TRANSIT
    await yard.world.cancel(yard.world.operator, order_id, orders.Reason.PARCEL_LOST)
    assert await yard.world.state(order_id) is orders.State.CANCELLED


async def test_losing_all_that_was_shipped_does_not_cancel_open_units(yard: Yard) -> None:
    order_id = await yard.world.to_ship(Wish(await yard.world.sku(2), 2))
    line = (await yard.world.order(order_id)).lines[0]
    first = await yard.labelled(order_id, ShipRequest(lines=(LineShipped(line.id, 1),)))
    await yard.scan(first, ScanKind.LOST)
    assert (await yard.package(first.id)).is_lost
    assert await yard.world.state(order_id) is orders.State.PARTIALLY_SHIPPING


async def test_scans_of_strange_numbers_are_ignored(yard: Yard) -> None:
    order_id, package = await one_package(yard)
    now = await yard.world.now()
    reports = [
        ScanReport(yard.shop_id, package.id, UPS, "a", ScanKind.DELIVERED, now),
        ScanReport(yard.shop_id, PackageId(new_id()), UPS, "a", ScanKind.DELIVERED, now),
    ]
    before = await yard.everything()
    carrier = yard.world.carrier
    assert await yard.act(lambda tx: fulfilment.record_scans(tx, carrier, reports)) == 0
    assert await yard.everything() == before
    assert await yard.world.state(order_id) is orders.State.AWAITING_COLLECTION


@pytest.mark.parametrize("who", ["buyer", "staff", "viewer", "stranger", "nobody"])
async def test_only_carriers_and_the_platform_tell_of_scans(yard: Yard, who: str) -> None:
    _, package = await one_package(yard)
    actor = ANONYMOUS if who == "nobody" else getattr(yard.world, who)
    report = ScanReport(
        yard.shop_id,
        package.id,
        package.tracking_number or "",
        "a",
        ScanKind.DELIVERED,
        await yard.world.now(),
    )
    await yard.refused(
        SignInNeeded if who == "nobody" else Forbidden,
        lambda tx: fulfilment.record_scan(tx, actor, report),
    )


async def test_an_operator_tells_of_a_delivery(yard: Yard) -> None:
    order_id, package = await one_package(yard)
    operator = yard.world.operator
    report = ScanReport(
        yard.shop_id,
        package.id,
        package.tracking_number or "",
        "phone call",
        ScanKind.DELIVERED,
        await yard.world.now(),
    )
    assert await yard.act(lambda tx: fulfilment.record_scan(tx, operator, report))
    assert await yard.world.state(order_id) is orders.State.DELIVERED
    assert (await yard.package(package.id)).scans[0].reported_by == operator.label


async def test_a_seller_says_that_its_own_parcel_left(yard: Yard) -> None:
    order_id = await yard.world.to_ship(Wish(await yard.world.sku(1)))
    package = await yard.labelled(order_id, ShipRequest(label=own("ups", UPS)))
    staff, shop_id = yard.world.staff, yard.shop_id
    await yard.act(lambda tx: fulfilment.mark_shipped(tx, staff, shop_id, [package.id]))
    assert (await yard.package(package.id)).state is State.FULFILLING
    assert await yard.world.state(order_id) is orders.State.IN_TRANSIT
    await yard.refused(
        fulfilment.CannotHandOver,
        lambda tx: fulfilment.mark_shipped(tx, staff, shop_id, [package.id]),
    )
    await yard.world.engine.advance(timedelta(days=14))
    assert await yard.world.state(order_id) is orders.State.DELIVERED


async def test_the_sellers_word_does_not_collect_a_platform_label(yard: Yard) -> None:
    order_id, package = await one_package(yard)
    staff, shop_id, stranger = yard.world.staff, yard.shop_id, yard.world.stranger
    await yard.refused(
        fulfilment.CannotHandOver,
        lambda tx: fulfilment.mark_shipped(tx, staff, shop_id, [package.id]),
    )
    await yard.refused(
        Absent,
        lambda tx: fulfilment.mark_shipped(tx, staff, shop_id, [PackageId(new_id())]),
    )
    await yard.refused(
        Forbidden,
        lambda tx: fulfilment.mark_shipped(tx, stranger, shop_id, [package.id]),
    )
    assert await yard.world.state(order_id) is orders.State.AWAITING_COLLECTION
