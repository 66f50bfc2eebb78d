"""Placing purchases in sets: what is frozen, what is refused, and that refusals leave nothing."""

from dataclasses import replace
from typing import Any

import pytest

from clipcart import catalog, checkout, identity, inventory, markets, orders, payments
from clipcart.checkout.actions.drafts import pay_by
from clipcart.kit.db import Database, round_trips
from clipcart.kit.errors import Forbidden, Invalid
from clipcart.kit.money import Money
from clipcart.main import Installation
from tests.support.buying import again, lines_for, place_one, request_for
from tests.support.world import World

COUNTS = """
    select (select count(*) from orders.order_), (select count(*) from payments.payment),
        (select count(*) from checkout.purchase), (select count(*) from inventory.reservation),
        (select sum(reserved) from inventory.stock), (select count(*) from kit.event),
        (select count(*) from kit.job)"""


async def everything(installation: Installation) -> tuple[Any, ...]:
    """What a purchase could change, counted."""
    return tuple(await installation.pool.fetchrow(COUNTS) or ())


async def available(db: Database, line: checkout.CartLine) -> int:
    """Units that can be bought."""
    async with db.reading() as tx:
        return (await inventory.levels(tx, [line.key]))[line.sku_id]


async def test_one_payment_and_one_order_per_shop(installation: Installation, world: World) -> None:
    db = installation.db
    teapot = await lines_for(db, world, "teapot", 2)
    light = world.content.shop("halflight").products[0].handle
    lines = (*teapot, *await lines_for(db, world, light))
    before = await available(db, teapot[0])
    request = await request_for(installation, world, lines)
    placed = await place_one(db, request)
    async with db.reading() as tx:
        made = await orders.orders_of_purchase(tx, request.actor, placed.purchase_id)
    assert len(made) == len(placed.orders) == 2
    assert sum(order.total.minor for order in made) == request.total_shown.minor
    assert {order.payment_id for order in made} == {placed.payment_id}
    assert {order.state for order in made} == {orders.State.UNPAID}
    for order in made:
        lines_minor = sum(line.amount.minor for line in order.lines)
        assert order.total.minor == lines_minor + order.shipping.minor + order.tax.minor
    assert await available(db, teapot[0]) == before - 2


async def test_the_same_key_buys_once(installation: Installation, world: World) -> None:
    lines = await lines_for(installation.db, world, "teapot")
    request = await request_for(installation, world, lines)
    first = await place_one(installation.db, request)
    before = await everything(installation)
    second = await place_one(installation.db, request)
    assert (second.purchase_id, second.orders) == (first.purchase_id, first.orders)
    assert first.is_new
    assert not second.is_new
    assert await everything(installation) == before


async def test_the_same_key_twice_in_one_set_buys_once(
    installation: Installation, world: World
) -> None:
    lines = await lines_for(installation.db, world, "teapot")
    request = await request_for(installation, world, lines)
    async with installation.db.transaction() as tx:
        first, second = await checkout.place(tx, [request, request])
    assert isinstance(first, checkout.Placed)
    assert isinstance(second, checkout.Placed)
    assert first.purchase_id == second.purchase_id
    assert await installation.pool.fetchval("select count(*) from orders.order_") == 1


async def test_a_used_key_with_other_contents_is_refused(
    installation: Installation, world: World
) -> None:
    db = installation.db
    request = await request_for(installation, world, await lines_for(db, world, "teapot"))
    await place_one(db, request)
    other = await request_for(installation, world, await lines_for(db, world, "teapot", 2))
    before = await everything(installation)
    with pytest.raises(checkout.KeyUsed):
        await place_one(db, other)
    assert await everything(installation) == before


async def test_a_price_that_moved_is_told_and_nothing_is_bought(
    installation: Installation, world: World
) -> None:
    db = installation.db
    lines = await lines_for(db, world, "teapot")
    request = await request_for(installation, world, lines)
    sku = (await world.skus(db, "teapot"))[0]
    async with db.transaction() as tx:
        dearer = Money(sku.price.minor + 100, sku.price.currency)
        changes = [catalog.PriceChange(sku.id, dearer)]
        await catalog.change_prices(tx, world.owner("fernhollow"), sku.shop_id, changes)
    before = await everything(installation)
    with pytest.raises(checkout.PriceMoved) as told:
        await place_one(db, request)
    assert told.value.facts["now_minor"] > request.total_shown.minor
    assert await everything(installation) == before


async def test_more_than_there_is_is_refused_with_the_number_left(
    installation: Installation, world: World
) -> None:
    db = installation.db
    lines = await lines_for(db, world, "teapot")
    sku = (await world.skus(db, "teapot"))[0]
    async with db.transaction() as tx:
        change = inventory.StockChange(sku.shop_id, sku.id, 2)
        await inventory.set_on_hand(tx, world.owner("fernhollow"), [change])
    request = await request_for(installation, world, [replace(lines[0], quantity=3)])
    before = await everything(installation)
    with pytest.raises(checkout.OutOfStock) as told:
        await place_one(db, request)
    assert (told.value.facts["wanted"], told.value.facts["available"]) == (3, 2)
    assert await everything(installation) == before


async def test_a_bad_neighbour_fails_alone(installation: Installation, world: World) -> None:
    db = installation.db
    good = await request_for(installation, world, await lines_for(db, world, "teapot"))
    wrong = replace(good, key="wrong", total_shown=good.total_shown.times(2))
    nowhere = replace(good, key="nowhere", ship_to=replace(good.ship_to, postal_code="?"))
    empty = replace(good, key="empty", lines=())
    async with db.transaction() as tx:
        outcomes = await checkout.place(tx, [wrong, good, nowhere, empty, again(good, "second")])
    kinds = [type(outcome) for outcome in outcomes]
    assert kinds == [
        checkout.PriceMoved,
        checkout.Placed,
        Invalid,
        checkout.CartEmpty,
        checkout.Placed,
    ]
    assert await installation.pool.fetchval("select count(*) from orders.order_") == 2
    assert await installation.pool.fetchval("select count(*) from checkout.purchase") == 2


async def test_a_refused_key_can_be_used_again(installation: Installation, world: World) -> None:
    db = installation.db
    good = await request_for(installation, world, await lines_for(db, world, "teapot"))
    with pytest.raises(checkout.PriceMoved):
        await place_one(db, replace(good, total_shown=good.total_shown.times(2)))
    assert (await place_one(db, good)).is_new


async def test_nobody_buys_in_somebody_elses_name(installation: Installation, world: World) -> None:
    good = await request_for(installation, world, await lines_for(installation.db, world, "teapot"))
    theo = world.person("theo")
    reader = identity.as_person(world.people["mira"], scopes=frozenset({identity.Scope.CART}))
    before = await everything(installation)
    for actor in (theo, reader, identity.ANONYMOUS):
        with pytest.raises(Forbidden):
            await place_one(installation.db, replace(good, actor=actor))
    assert await everything(installation) == before


async def test_what_is_not_on_sale_cannot_be_bought(
    installation: Installation, world: World
) -> None:
    db = installation.db
    good = await request_for(installation, world, await lines_for(db, world, "teapot"))
    unverified = world.content.shop("low-tide-audio").products[0].handle
    abroad = world.content.shop("kumo-lamps").products[0].handle
    before = await everything(installation)
    for product in (unverified, abroad):
        lines = await lines_for(db, world, product)
        with pytest.raises(checkout.NotSold):
            await place_one(db, replace(good, lines=lines))
    assert await everything(installation) == before


async def test_yen_are_whole_and_their_tax_is_inside(
    installation: Installation, world: World
) -> None:
    lamp = world.content.shop("kumo-lamps").products[0].handle
    buyer = next(
        person.handle
        for person in world.content.people
        if person.addresses and person.addresses[0].country == "JP"
    )
    lines = await lines_for(installation.db, world, lamp)
    request = await request_for(installation, world, lines, buyer=buyer)
    placed = await place_one(installation.db, request)
    async with installation.db.reading() as tx:
        (order,) = await orders.orders_of_purchase(tx, request.actor, placed.purchase_id)
    assert order.currency.code == "JPY"
    assert order.tax_included
    assert order.total == order.items + order.shipping
    assert 0 < order.tax.minor < order.total.minor


async def test_buying_takes_the_lines_out_of_the_cart(
    installation: Installation, world: World
) -> None:
    db = installation.db
    lines = await lines_for(db, world, "teapot")
    other = await lines_for(db, world, world.content.shop("halflight").products[0].handle)
    mira = world.people["mira"]
    async with db.transaction() as tx:
        changes = [
            checkout.CartChange(line.shop_id, line.sku_id, line.quantity)
            for line in (*lines, *other)
        ]
        await checkout.change_cart(tx, mira, "us", changes)
    await place_one(db, await request_for(installation, world, lines))
    async with db.reading() as tx:
        assert (await checkout.cart(tx, mira)).lines == other


async def test_a_purchase_takes_few_round_trips(installation: Installation, world: World) -> None:
    """Eight statements for a purchase, however many are placed together (house, section 7)."""
    db = installation.db
    lines = await lines_for(db, world, "teapot")
    owner, (line,) = world.owner("fernhollow"), lines
    async with db.transaction() as tx:
        await inventory.set_on_hand(
            tx, owner, [inventory.StockChange(line.shop_id, line.sku_id, 50)]
        )
    request = await request_for(installation, world, lines)
    from_one = await _statements(installation, [request])
    many = [again(request, f"many-{number}") for number in range(20)]
    from_many = await _statements(installation, many)
    assert from_one == from_many <= 8


async def _statements(installation: Installation, requests: list[checkout.PlaceRequest]) -> int:
    from_here = [0]
    token = round_trips.set(from_here)
    try:
        async with installation.db.transaction() as tx:
            outcomes = await checkout.place(tx, requests)
    finally:
        round_trips.reset(token)
    assert all(isinstance(outcome, checkout.Placed) for outcome in outcomes)
    return from_here[0]


async def test_stock_is_kept_as_long_as_the_order_waits_for_its_payment(
    installation: Installation, world: World
) -> None:
    lines = await lines_for(installation.db, world, "teapot")
    request = await request_for(installation, world, lines)
    cents = Money(100, request.total_shown.currency)
    tenders = (
        payments.Tender(payments.TenderKind.VOUCHER, cents),
        payments.Tender(payments.TenderKind.CARD, request.total_shown - cents),
    )
    placed = await place_one(installation.db, replace(request, tenders=tenders))
    async with installation.db.reading() as tx:
        paid = await payments.payment_for(tx, request.actor, placed.payment_id)
    assert [(each.kind, each.amount) for each in paid.tenders] == [
        (tender.kind, tender.amount) for tender in tenders
    ]
    until = await installation.pool.fetch(
        """select o.pay_by, r.expires_at from orders.order_ o join inventory.reservation r
            on r.shop_id = o.shop_id and r.order_id = o.id"""
    )
    assert [row["pay_by"] for row in until] == [row["expires_at"] for row in until]
    boleto = replace(request, market_id="br", method="boleto_x")
    moment = until[0]["pay_by"]
    assert pay_by(boleto, moment) == markets.pay_by(markets.get("br"), moment, ["boleto"])
    mixed = replace(boleto, method="", tenders=tenders)
    assert pay_by(mixed, moment) == moment + markets.get("br").at(moment).unpaid_close
