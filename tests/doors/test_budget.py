"""Pages keep to their round trips beside the session's, and lists do not make them more."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from clipcart import checkout
from clipcart.checkout import CartChange
from clipcart.kit.db import round_trips
from clipcart.kit.engine import Engine
from clipcart.main import Installation
from tests.support.buying import again, lines_for, place_one, request_for
from tests.support.installation import Visitor
from tests.support.property import BUYER, SHOP, make_property
from tests.support.world import World

BUDGET = 3


async def count(visitor: Visitor, path: str) -> int:
    """The statements that a page of somebody signed in sends, without the session's."""
    counter = [0]
    token = round_trips.set(counter)
    try:
        page = await visitor.http.get(path)
    finally:
        round_trips.reset(token)
    assert page.status_code == 200, path
    return counter[0] - 1


async def test_pages_keep_to_their_round_trips(
    installation: Installation,
    engine: Engine,
    world: World,
    new_visitor: Callable[[], Visitor],
    capsys: pytest.CaptureFixture[str],
) -> None:
    theirs = await make_property(installation, engine, world)
    buyer, seller = new_visitor(), new_visitor()
    await buyer.sign_in(world.email(BUYER))
    await seller.sign_in(world.email(world.content.shop(SHOP).owner))
    product = f"/p/{theirs.shop}/{theirs.product}/teapot"
    desk = f"/sell/{theirs.shop}"
    budget = {
        "/": (buyer, BUDGET),
        "/search?q=teapot": (buyer, BUDGET),
        product: (buyer, BUDGET),
        f"{product}?sku={theirs.sku}": (buyer, BUDGET),
        "/shops/fernhollow": (buyer, BUDGET),
        f"{desk}/orders": (seller, BUDGET),
        # These ask more rooms than three; each keeps to what it needs.
        "/cart": (buyer, 4),
        "/account/orders": (buyer, 4),
        f"/purchases/{theirs.purchase}": (buyer, 5),
        f"/orders/{theirs.shop}/{theirs.order}": (buyer, 9),
        f"{desk}/products": (seller, 6),
        desk: (seller, 15),
        f"{desk}/orders/{theirs.order}": (seller, 22),
    }
    pages = {path: visitor for path, (visitor, _) in budget.items()}
    lines = await lines_for(installation.db, world, "teapot")
    change = CartChange(lines[0].shop_id, lines[0].sku_id, 1)
    async with installation.db.transaction() as tx:
        await checkout.change_cart(tx, world.people[BUYER], "us", [change])
    for path, visitor in pages.items():
        await visitor.http.get(path)
    few = {path: await count(visitor, path) for path, visitor in pages.items()}
    # More of everything that these pages list.
    request = await request_for(installation, world, lines)
    for number in range(5):
        await place_one(installation.db, again(request, f"more-{number}"))
    await engine.advance(timedelta(hours=2))
    for name in ("thumb-mug", "ramen-bowl", "moon-jar"):
        (line,) = await lines_for(installation.db, world, name)
        async with installation.db.transaction() as tx:
            more = [CartChange(line.shop_id, line.sku_id, 1)]
            await checkout.change_cart(tx, world.people[BUYER], "us", more)
    for path, visitor in pages.items():
        await visitor.http.get(path)
    many = {path: await count(visitor, path) for path, visitor in pages.items()}
    with capsys.disabled():
        print("\n" + "\n".join(f"{n} round trips: {path}" for path, n in many.items()))
    assert many == few, "the number grows with the list"
    assert [(path, n) for path, n in many.items() if n > budget[path][1]] == []
