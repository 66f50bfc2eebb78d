"""A shop's desk over HTTP, without JavaScript: the queue, shipping, who may open what."""

import re
from datetime import timedelta

import pytest

from clipcart import catalog, fulfilment, orders
from clipcart.kit.engine import Engine
from clipcart.main import Installation
from tests.doors.desk import OWNER, PACKER, STRANGER, Shop, signed_in
from tests.support.installation import Visitor
from tests.support.world import World

HIDDEN_KEY = re.compile(r'name="key" value="([^"]+)"')
LABEL = re.compile(r'href="(/sell/\d+/packages/\d+/label\.pdf)"')


@pytest.fixture
def shop(installation: Installation, world: World, engine: Engine) -> Shop:
    return Shop(installation, world, engine)


# -- the packer's day --------------------------------------------------------------------------


async def test_packer_from_queue_to_doorstep(visitor: Visitor, world: World, shop: Shop) -> None:
    order_id = await shop.buy(2)
    packer = await signed_in(visitor, world, PACKER)
    today = await packer.get(shop.url)
    assert today.status_code == 200
    assert f"{shop.url}/orders/{order_id}/ship" in today.text
    assert "/money" not in today.text
    form = await packer.get(f"{shop.url}/orders/{order_id}/ship")
    key = HIDDEN_KEY.search(form.text)
    assert key
    url = f"{shop.url}/orders/{order_id}/ship"
    done = await packer.submit(url, {"key": key.group(1), "mode": "PLATFORM"})
    assert done.status_code == 200
    assert "The label is being made" in done.text
    again = await packer.submit(
        url, {"key": key.group(1), "mode": "PLATFORM"}, page=f"{shop.url}/orders"
    )
    assert again.status_code == 200
    assert len(await shop.packages(order_id)) == 1
    await shop.engine.settle()
    page = await packer.get(f"{shop.url}/orders/{order_id}")
    label = LABEL.search(page.text)
    assert label
    paper = await packer.get(label.group(1))
    assert paper.headers["content-type"] == "application/pdf"
    assert paper.content.startswith(b"%PDF")
    slip = await packer.get(label.group(1).replace("label", "slip"))
    assert slip.content.startswith(b"%PDF")
    await shop.engine.advance(timedelta(days=9))
    assert (await shop.order(order_id)).state is orders.State.DELIVERED
    assert "Delivered" in (await packer.get(f"{shop.url}/orders/{order_id}")).text
    assert f"/orders/{order_id}/ship" not in (await packer.get(shop.url)).text


async def test_own_label_with_a_wrong_number_is_said_at_the_field(
    visitor: Visitor, world: World, shop: Shop
) -> None:
    order_id = await shop.buy(3)
    packer = await signed_in(visitor, world, PACKER)
    line = (await shop.order(order_id)).lines[0]
    url = f"{shop.url}/orders/{order_id}/ship"
    form = await packer.get(url)
    offered = re.findall(r'<option value="([a-z_0-9]+)"', form.text)
    assert offered
    carrier = offered[0]
    typed = {"key": "k1", "mode": "SELLER", "carrier": carrier, "tracking_number": "NOT-A-NUMBER"}
    wrong = await packer.submit(url, {**typed, f"quantity-{line.id}": "2"})
    assert wrong.status_code == 422
    assert 'id="tracking_number-error"' in wrong.text
    assert 'value="NOT-A-NUMBER"' in wrong.text
    assert re.search(rf'name="quantity-{line.id}" value="2"', wrong.text)
    assert await shop.packages(order_id) == ()
    many = await packer.submit(url, {"key": "k2", f"quantity-{line.id}": "9"})
    assert many.status_code == 422
    assert f'id="quantity-{line.id}-error"' in many.text
    empty = await packer.submit(url, {"key": "k3", f"quantity-{line.id}": "0"})
    assert empty.status_code == 422
    typed["tracking_number"] = fulfilment.make_tracking_number(carrier, 77)
    done = await packer.submit(url, {**typed, f"quantity-{line.id}": "2"})
    assert done.status_code == 200
    assert "Hand it to the carrier" in done.text
    assert (await shop.order(order_id)).lines[0].shipped_quantity == 2
    package = (await shop.packages(order_id))[0]
    handed = await packer.submit(
        f"{shop.url}/packages/{package.id}/handed-over", page=f"{shop.url}/orders/{order_id}"
    )
    assert "on its way" in handed.text
    rest = await packer.submit(url, {"key": "k4", f"quantity-{line.id}": "1"})
    assert rest.status_code == 200
    assert len(await shop.packages(order_id)) == 2
    nothing = await packer.submit(url, {"key": "k5"}, page=f"{shop.url}/orders")
    assert nothing.status_code == 409


async def test_several_orders_are_seen_before_they_ship_and_each_outcome_is_told(
    visitor: Visitor, world: World, shop: Shop
) -> None:
    first, second = await shop.buy(), await shop.buy()
    held = await shop.buy(released=False)
    packer = await signed_in(visitor, world, PACKER)
    chosen = "&".join(f"order={order_id}" for order_id in (first, second, held))
    preview = await packer.get(f"{shop.url}/orders/ship?{chosen}")
    assert preview.status_code == 200
    assert "Left out" in preview.text
    assert not await shop.packages(first)
    key = HIDDEN_KEY.search(preview.text)
    assert key
    fields = {"key": key.group(1), "order": [str(first), str(second), str(held)]}
    page = f"{shop.url}/orders/ship?{chosen}"
    for _ in range(2):
        done = await packer.submit(f"{shop.url}/orders/ship", fields, page=page)
        assert done.status_code == 200
        assert "2 parcels packed" in done.text
        assert "Not shipped" in done.text
        page = f"{shop.url}/orders"
    assert [len(await shop.packages(each)) for each in (first, second, held)] == [1, 1, 0]
    none = await packer.get(f"{shop.url}/orders/ship")
    assert "Choose the orders" in none.text


async def test_orders_are_narrowed_and_paged(visitor: Visitor, world: World, shop: Shop) -> None:
    order_id = await shop.buy()
    packer = await signed_in(visitor, world, PACKER)
    link = f'href="{shop.url}/orders/{order_id}"'
    for query in ("", "?tab=ship", "?q=Mira", f"?q={order_id}", "?tab=nonsense"):
        assert link in (await packer.get(f"{shop.url}/orders{query}")).text, query
    for query in ("?tab=done", "?q=Nobody", "?late=yes"):
        page = await packer.get(f"{shop.url}/orders{query}")
        assert page.status_code == 200
        assert link not in page.text, query
        assert "No such orders" in page.text
    assert (await packer.get(f"{shop.url}/orders?at=nonsense")).status_code == 422


async def test_cancelling_and_answering(visitor: Visitor, world: World, shop: Shop) -> None:
    wanted, refused, off = await shop.buy(), await shop.buy(), await shop.buy()
    for order_id in (wanted, refused):
        async with shop.installation.db.transaction() as tx:
            await orders.cancel(
                tx, world.person("mira"), shop.id, order_id, orders.Reason.CHANGED_MIND
            )
    owner = await signed_in(visitor, world, OWNER)
    today = await owner.get(shop.url)
    assert "Buyers who want to cancel" in today.text
    url = f"{shop.url}/orders/{wanted}"
    yes = await owner.submit(f"{url}/answer", {"answer": "yes"}, page=url)
    assert yes.status_code == 200
    assert (await shop.order(wanted)).state is orders.State.CANCELLED
    url = f"{shop.url}/orders/{refused}"
    bare = await owner.submit(f"{url}/answer", {"answer": "no"}, page=url)
    assert bare.status_code == 422
    assert (await shop.order(refused)).clocks.cancel_reply_by is not None
    no = await owner.submit(f"{url}/answer", {"answer": "no", "reason": "ALREADY_PACKED"}, page=url)
    assert no.status_code == 200
    assert (await shop.order(refused)).state is orders.State.AWAITING_SHIPMENT
    late = await owner.submit(f"{url}/answer", {"answer": "yes"}, page=url)
    assert late.status_code == 409
    url = f"{shop.url}/orders/{off}"
    bare = await owner.submit(f"{url}/cancel", {"reason": "BORED"}, page=url)
    assert bare.status_code == 422
    assert (await shop.order(off)).state is orders.State.AWAITING_SHIPMENT
    done = await owner.submit(f"{url}/cancel", {"reason": "OUT_OF_STOCK"}, page=url)
    assert "Cancelled" in done.text
    assert (await shop.order(off)).state is orders.State.CANCELLED


# -- who may open what -------------------------------------------------------------------------

PAGES = (
    "",
    "/orders",
    "/orders/ship?order=1",
    "/orders/1",
    "/orders/1/ship",
    "/packages/1/label.pdf",
    "/packages/1/slip.pdf",
    "/packages/1/label",
    "/products",
    "/products/1",
    "/products/new",
    "/products/1/edit",
    "/inventory",
    "/inventory/1",
    "/money",
    "/money/statements/1",
    "/money/statements/1/statement.csv",
)
POSTS = (
    "/orders/ship",
    "/orders/1/ship",
    "/orders/1/cancel",
    "/orders/1/answer",
    "/packages/1/label",
    "/packages/1/handed-over",
    "/products/new",
    "/products/1/edit",
    "/products/1/quick",
    "/products/1/delete",
    "/inventory/1",
    "/inventory/warehouses",
)


async def test_nobody_is_asked_to_sign_in(visitor: Visitor, shop: Shop) -> None:
    for path in PAGES:
        page = await visitor.http.get(shop.url + path)
        assert page.status_code == 303, path
        assert page.headers["location"].startswith("/sign-in"), path


async def test_strangers_and_other_shops_find_nothing(
    visitor: Visitor, world: World, shop: Shop
) -> None:
    stranger = await signed_in(visitor, world, STRANGER)
    for path in PAGES:
        assert (await stranger.get(shop.url + path)).status_code == 404, path
    for path in POSTS:
        fields = {"key": "k", "order": "1", "reason": "OUT_OF_STOCK", "answer": "yes"}
        fields |= {"verb": "receive", "quantity": "1", "name": "Attic"}
        answer = await stranger.submit(shop.url + path, fields, page="/account")
        assert answer.status_code == 404, path


async def test_an_order_of_another_shop_is_not_there(
    visitor: Visitor, world: World, shop: Shop
) -> None:
    order_id = await shop.buy()
    owner = await signed_in(visitor, world, world.content.shop("halflight").owner)
    other = f"/sell/{world.shops['halflight']}"
    assert (await owner.get(other)).status_code == 200
    assert (await owner.get(f"{other}/orders/{order_id}")).status_code == 404
    assert (await owner.get(f"{shop.url}/orders/{order_id}")).status_code == 404


async def test_packer_neither_sees_money_nor_changes_products(
    visitor: Visitor, world: World, shop: Shop
) -> None:
    order_id = await shop.buy()
    teapot = world.products["teapot"]
    packer = await signed_in(visitor, world, PACKER)
    for path in ("/money", "/money/statements/1", "/products/new", f"/products/{teapot}/edit"):
        assert (await packer.get(shop.url + path)).status_code == 403, path
    page = await packer.get(f"{shop.url}/orders/{order_id}")
    assert "Where your money is" not in page.text
    assert "Cancel the order" not in page.text
    url = f"{shop.url}/orders/{order_id}"
    refused = await packer.submit(f"{url}/cancel", {"reason": "OUT_OF_STOCK"}, page=url)
    assert refused.status_code == 403
    assert (await shop.order(order_id)).state is orders.State.AWAITING_SHIPMENT
    refused = await packer.submit(
        f"{shop.url}/products/{teapot}/deactivate", page=f"{shop.url}/products"
    )
    assert refused.status_code == 403
    assert (await shop.product("Teapot")).status is catalog.Status.ACTIVATE


async def test_forms_without_their_token_change_nothing(
    visitor: Visitor, world: World, shop: Shop
) -> None:
    order_id = await shop.buy()
    packer = await signed_in(visitor, world, PACKER)
    for path in POSTS:
        answer = await packer.http.post(f"{shop.url}{path}".replace("/1/", f"/{order_id}/"))
        assert answer.status_code == 403, path
    assert not await shop.packages(order_id)
