"""The API for a shop's own programs: its orders, for those who work there, and nobody else."""

from collections.abc import AsyncIterator

import httpx
import pytest

from clipcart import orders
from clipcart.identity import Scope
from clipcart.kit.engine import Engine
from clipcart.kit.ids import OrderId, ShopId
from clipcart.main import Installation
from tests.doors.test_api import App, refused
from tests.support.installation import app_of
from tests.support.property import make_property
from tests.support.world import World


@pytest.fixture
async def app(installation: Installation, world: World) -> AsyncIterator[App]:
    """An app without a token."""
    transport = httpx.ASGITransport(app=app_of(installation))
    async with httpx.AsyncClient(transport=transport, base_url="http://shop.test") as http:
        yield App(http, installation, world)


async def buy(app: App, times: int) -> list[tuple[ShopId, OrderId]]:
    """Mira buys; gives the orders."""
    await app.come_in()
    wish = await app.wish()
    placed = [await app.post("/purchases", wish, key=f"buy {n}") for n in range(times)]
    refs = [ref for answer in placed for ref in answer.json()["orders"]]
    return [(ShopId(int(ref["shop_id"])), OrderId(int(ref["order_id"]))) for ref in refs]


async def test_staff_page_through_their_shops_orders(app: App) -> None:
    made = await buy(app, 3)
    path = f"/seller/{made[0][0]}/orders"
    [handle] = [name for name, shop_id in app.world.shops.items() if shop_id == made[0][0]]
    await app.come_in(app.world.content.shop(handle).owner, (Scope.ORDERS_READ,))
    first = (await app.get(f"{path}?limit=2")).json()
    assert len(first["items"]) == 2
    seen, cursor = first["items"], first["next_cursor"]
    while cursor:
        page = (await app.get(f"{path}?limit=2&cursor={cursor}")).json()
        seen, cursor = seen + page["items"], page["next_cursor"]
    theirs = {str(order_id) for _, order_id in made}
    assert theirs == {each["order_id"] for each in seen}
    assert [each["placed_at"] for each in seen] == sorted(
        (each["placed_at"] for each in seen), reverse=True
    )
    async with app.installation.db.reading() as tx:
        known = await orders.orders_by_keys(tx, made)
    shown = next(each for each in seen if each["order_id"] == str(made[0][1]))
    order = known[made[0]]
    assert shown["state"] == order.state
    assert shown["total"]["amount"] == order.total.decimal_string()
    assert [
        (line["line_id"], line["title"], line["quantity"], line["unit_price"]["amount"])
        for line in shown["lines"]
    ] == [
        (str(line.id), line.title, line.quantity, line.unit_price.decimal_string())
        for line in order.lines
    ]
    only = (await app.get(f"{path}?query={made[1][1]}")).json()["items"]
    assert [each["order_id"] for each in only] == [str(made[1][1])]
    assert (await app.get(f"{path}?state=COMPLETED")).json()["items"] == []
    problem = refused(await app.get(f"{path}?state=LOST"), 422, "kit.invalid")["problems"][0]
    assert problem["field"] == "state"
    assert "COMPLETED" in problem["cure"]


async def test_a_shops_orders_are_its_staffs_alone(app: App, engine: Engine) -> None:
    theirs = await make_property(app.installation, engine, app.world)
    path = f"/seller/{theirs.shop}/orders"
    refused(await app.get(path), 401, "kit.sign_in_needed")
    await app.come_in("mira", (Scope.ORDERS_READ, Scope.SHOP_READ))
    refused(await app.get(path), 403, "kit.forbidden")
    owner = app.world.content.shop("fernhollow").owner
    await app.come_in(owner, (Scope.CART, Scope.ACCOUNT_READ))
    refused(await app.get(path), 403, "kit.forbidden")
    await app.come_in(owner, (Scope.ORDERS_READ,))
    refused(await app.get(f"/seller/{theirs.shop + 1}/orders"), 403, "kit.forbidden")
