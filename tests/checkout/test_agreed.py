"""Purchases made elsewhere: placed at the terms that were agreed there, by the platform alone."""

from dataclasses import replace

from clipcart import checkout, orders
from clipcart.identity import SYSTEM
from clipcart.kit.errors import Forbidden
from clipcart.kit.money import Money
from clipcart.main import Installation
from tests.checkout.test_place import everything
from tests.support.buying import lines_for, request_for
from tests.support.world import World


async def _agreed(installation: Installation, world: World) -> checkout.PlaceRequest:
    lines = await lines_for(installation.db, world, "teapot", 2)
    request = await request_for(installation, world, lines)
    code = request.total_shown.currency.code
    return replace(
        request,
        actor=SYSTEM,
        deliveries={},
        total_shown=Money.of(2 * 123 + 77, code),
        agreed=checkout.Agreement(
            {lines[0].key: Money.of(123, code)}, {lines[0].shop_id: Money.of(77, code)}
        ),
    )


async def test_the_agreed_terms_count(installation: Installation, world: World) -> None:
    request = await _agreed(installation, world)
    async with installation.db.transaction() as tx:
        told = (await checkout.place(tx, [request]))[0]
    if isinstance(told, checkout.PriceMoved):  # The market's tax comes on top of what was agreed.
        request = replace(request, total_shown=Money.of(int(str(told.facts["now_minor"])), "USD"))
        async with installation.db.transaction() as tx:
            told = (await checkout.place(tx, [request]))[0]
    assert isinstance(told, checkout.Placed)
    async with installation.db.reading() as tx:
        made = (await orders.orders_by_keys(tx, told.orders))[told.orders[0]]
    assert (made.items.minor, made.shipping.minor) == (246, 77)
    assert made.lines[0].unit_price.minor == 123


async def test_only_the_platform_agrees(installation: Installation, world: World) -> None:
    request = await _agreed(installation, world)
    buyer = await request_for(installation, world, request.lines)
    before = await everything(installation)
    async with installation.db.transaction() as tx:
        told = (await checkout.place(tx, [replace(request, actor=buyer.actor)]))[0]
    assert isinstance(told, Forbidden)
    assert await everything(installation) == before
