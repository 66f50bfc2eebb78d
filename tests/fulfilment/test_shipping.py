"""Packing: what may be shipped, by whom, how often; what becomes of order and stock."""

from datetime import timedelta

import pytest

from clipcart import fulfilment, orders
from clipcart.fulfilment import LabelWish, Mode, ShipRequest, State
from clipcart.identity import ANONYMOUS, Actor
from clipcart.kit.errors import Absent, Forbidden, Invalid, SignInNeeded
from clipcart.kit.ids import LineId, OrderId, new_id
from clipcart.orders import LineShipped
from tests.fulfilment.world import Yard, own
from tests.orders.world import Wish

UPS = "1Z999AA10123456784"
NO_LABEL = LabelWish(mode=Mode.SELLER)


async def test_a_label_is_bought_by_a_job(yard: Yard) -> None:
    sku = await yard.world.sku(5)
    order_id = await yard.world.to_ship(Wish(sku, 2))
    package = await yard.ship(order_id)
    assert (package.state, package.mode, package.units) == (State.TO_FULFIL, Mode.PLATFORM, 2)
    assert package.tracking_number is None
    assert package.weight_g == 1800
    assert await yard.world.state(order_id) is orders.State.AWAITING_COLLECTION
    assert await yard.world.available(sku) == 3
    assert await yard.facts(order_id) == ["package_created"]

    await yard.world.engine.settle()
    package = await yard.package(package.id)
    assert package.state is State.PROCESSING
    assert package.tracking_number is not None
    assert fulfilment.check_tracking(package.tracking_number, package.carrier)
    assert package.tracking_url
    assert await yard.facts(order_id) == ["package_created", "label_made"]
    assert await yard.stock_is_right()


async def test_a_seller_ships_under_its_own_number(yard: Yard) -> None:
    order_id = await yard.world.to_ship(Wish(await yard.world.sku(1)))
    package = await yard.ship(order_id, ShipRequest(label=own("ups", "1z 999 AA1 0123456784 ")))
    assert (package.state, package.tracking_number) == (State.PROCESSING, UPS)
    assert not package.is_tracked
    await yard.world.engine.settle()
    assert (await yard.package(package.id)).is_tracked
    assert await yard.facts(order_id) == ["package_created", "label_made"]


async def test_an_order_travels_in_several_packages(yard: Yard) -> None:
    one, two = await yard.world.sku(4), await yard.world.sku(1)
    order_id = await yard.world.to_ship(Wish(one, 4), Wish(two))
    first, second = (await yard.world.order(order_id)).lines
    await yard.ship(order_id, ShipRequest(lines=(LineShipped(first.id, 3),), weight_g=500))
    assert await yard.world.state(order_id) is orders.State.PARTIALLY_SHIPPING
    await yard.ship(order_id)
    assert await yard.world.state(order_id) is orders.State.AWAITING_COLLECTION
    made = await yard.packages(order_id)
    assert [[(line.line_id, line.quantity) for line in each.lines] for each in made] == [
        [(first.id, 3)],
        sorted([(first.id, 1), (second.id, 1)]),
    ]
    assert made[0].weight_g == 500
    assert await yard.stock_is_right()


async def test_the_same_key_gives_the_same_package(yard: Yard) -> None:
    order_id = await yard.world.to_ship(Wish(await yard.world.sku(4), 4))
    line = (await yard.world.order(order_id)).lines[0]
    request = ShipRequest(lines=(LineShipped(line.id, 2),), key="form-1")
    first = await yard.ship(order_id, request)
    before = await yard.everything()
    assert await yard.ship(order_id, request) == first
    assert await yard.everything() == before
    other = await yard.ship(order_id, ShipRequest(lines=request.lines, key="form-2"))
    assert other.id != first.id


async def test_what_was_shipped_is_not_shipped_again(yard: Yard) -> None:
    order_id = await yard.world.to_ship(Wish(await yard.world.sku(1)))
    line = (await yard.world.order(order_id)).lines[0]
    await yard.ship(order_id)
    for lines in (None, (LineShipped(line.id, 1),)):
        request = ShipRequest(lines=lines)
        await yard.not_shipped(orders.CannotShip, order_id, request)


async def test_more_than_is_open_is_refused(yard: Yard) -> None:
    order_id = await yard.world.to_ship(Wish(await yard.world.sku(2), 2))
    line = (await yard.world.order(order_id)).lines[0]
    for shipped in (LineShipped(line.id, 3), LineShipped(LineId(new_id()), 1)):
        request = ShipRequest(lines=(shipped,))
        await yard.not_shipped(orders.MoreThanOrdered, order_id, request)
    assert await yard.world.state(order_id) is orders.State.AWAITING_SHIPMENT


async def test_an_order_in_its_free_hour_does_not_ship(yard: Yard) -> None:
    order_id = await yard.world.paid(Wish(await yard.world.sku(1)))
    await yard.not_shipped(orders.CannotShip, order_id)


async def test_an_order_whose_buyer_asks_to_cancel_does_not_ship(yard: Yard) -> None:
    order_id = await yard.world.to_ship(Wish(await yard.world.sku(1)))
    await yard.world.cancel(yard.world.buyer, order_id, orders.Reason.CHANGED_MIND)
    await yard.not_shipped(orders.CancellationPending, order_id)


@pytest.mark.parametrize("who", ["buyer", "viewer", "stranger", "operator", "carrier", "nobody"])
async def test_only_staff_with_the_grant_ships(yard: Yard, who: str) -> None:
    order_id = await yard.world.to_ship(Wish(await yard.world.sku(1)))
    actor: Actor = ANONYMOUS if who == "nobody" else getattr(yard.world, who)
    await yard.not_shipped(SignInNeeded if who == "nobody" else Forbidden, order_id, actor=actor)


async def test_an_order_that_is_not_the_shops_is_absent(yard: Yard) -> None:
    await yard.not_shipped(Absent, OrderId(new_id()))


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        (ShipRequest(label=NO_LABEL), "carrier"),
        (ShipRequest(label=own("ups", " ")), "tracking_number"),
        (ShipRequest(label=LabelWish(tracking_number=UPS)), "tracking_number"),
        (ShipRequest(lines=()), "lines"),
        (ShipRequest(lines=(LineShipped(LineId(1), 1), LineShipped(LineId(1), 1))), "lines"),
        (ShipRequest(weight_g=0), "weight_g"),
        (ShipRequest(weight_g=10**9), "weight_g"),
        (ShipRequest(key="k" * 101), "key"),
    ],
)
async def test_a_wish_that_makes_no_sense_is_refused(
    yard: Yard, request_: ShipRequest, field: str
) -> None:
    order_id = await yard.world.to_ship(Wish(await yard.world.sku(1)))
    refusal = await yard.not_shipped(Invalid, order_id, request_)
    assert field in [problem.field for problem in refusal.problems]


@pytest.mark.parametrize(
    ("label", "refusal"),
    [
        (own("ups", "1Z999AA10123456785"), fulfilment.InvalidTracking),
        (own("yamato", "300000000005"), fulfilment.CarrierNotAllowed),
        (LabelWish(carrier="yamato"), fulfilment.CarrierNotAllowed),
        (own("pigeon", "1"), fulfilment.NoSuchCarrier),
    ],
)
async def test_carrier_and_number_must_fit_the_market(
    yard: Yard, label: LabelWish, refusal: type[fulfilment.InvalidTracking]
) -> None:
    order_id = await yard.world.to_ship(Wish(await yard.world.sku(1)))
    request = ShipRequest(label=label)
    await yard.not_shipped(refusal, order_id, request)


async def test_a_number_is_used_once_in_a_shop(yard: Yard) -> None:
    sku = await yard.world.sku(2)
    first, second = [await yard.world.to_ship(Wish(sku)) for _ in range(2)]
    await yard.ship(first, ShipRequest(label=own("ups", UPS)))
    staff = yard.world.staff
    request = ShipRequest(label=own("ups", UPS))
    await yard.not_shipped(fulfilment.TrackingTaken, second, request)
    assert await yard.world.state(second) is orders.State.AWAITING_SHIPMENT
    # The first order is called off: its label will not travel, and the number is free again.
    await yard.world.cancel(staff, first, orders.Reason.OUT_OF_STOCK)
    await yard.world.engine.settle()
    assert (await yard.ship(second, request)).tracking_number == UPS


async def test_a_batch_ships_what_it_can(yard: Yard) -> None:
    sku = await yard.world.sku(3)
    ready = [await yard.world.to_ship(Wish(sku)) for _ in range(2)]
    early = await yard.world.paid(Wish(sku))
    requests = [(ready[1], ShipRequest()), (early, ShipRequest()), (ready[0], ShipRequest())]
    staff, shop_id = yard.world.staff, yard.shop_id
    outcomes = await yard.act(lambda tx: fulfilment.ship_many(tx, staff, shop_id, requests))
    assert [each.order_id for each in outcomes] == [ready[1], early, ready[0]]
    assert [each.package is not None for each in outcomes] == [True, False, True]
    assert isinstance(outcomes[1].refusal, orders.CannotShip)
    assert await yard.packages(early) == ()
    assert await yard.stock_is_right()
    stranger = yard.world.stranger
    await yard.refused(Forbidden, lambda tx: fulfilment.ship_many(tx, stranger, shop_id, requests))


async def test_a_called_off_order_takes_its_packages_back(yard: Yard) -> None:
    sku = await yard.world.sku(3)
    order_id = await yard.world.to_ship(Wish(sku, 3))
    line = (await yard.world.order(order_id)).lines[0]
    await yard.ship(order_id, ShipRequest(lines=(LineShipped(line.id, 2),)))
    await yard.world.engine.settle()
    await yard.ship(order_id, ShipRequest(lines=(LineShipped(line.id, 1),)))
    await yard.world.cancel(yard.world.staff, order_id, orders.Reason.OUT_OF_STOCK)
    await yard.world.engine.settle()
    made = await yard.packages(order_id)
    assert [package.state for package in made] == [State.CANCELLED, State.CANCELLED]
    assert await yard.world.available(sku) == 3
    assert await yard.stock_is_right()
    assert (await yard.facts(order_id)).count("package_cancelled") == 2
    # Voided labels are never collected.
    await yard.world.engine.advance(timedelta(days=20))
    assert all(not package.scans for package in await yard.packages(order_id))
