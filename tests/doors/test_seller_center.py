"""A shop's desk over HTTP, without JavaScript: the queue, shipping, products, stock, money."""

import html
import io
import json
import re
from datetime import timedelta

import httpx
import pytest
from PIL import Image

from clipcart import catalog, fulfilment, inventory, orders
from clipcart.kit.db import round_trips
from clipcart.kit.engine import Engine
from clipcart.kit.ids import OrderId, ShopId
from clipcart.main import Installation
from tests.support.buying import lines_for, place_one, request_for
from tests.support.installation import Visitor
from tests.support.world import World

HIDDEN_KEY = re.compile(r'name="key" value="([^"]+)"')
LABEL = re.compile(r'href="(/sell/\d+/packages/\d+/label\.pdf)"')
OWNER, PACKER, STRANGER = "ines", "tobias", "mira"


class Shop:
    """Fernhollow and what its buyers do, for tests."""

    def __init__(self, installation: Installation, world: World, engine: Engine) -> None:
        self.installation, self.world, self.engine = installation, world, engine
        self.id: ShopId = world.shops["fernhollow"]
        self.url = f"/sell/{self.id}"
        self._bought = 0

    async def buy(self, quantity: int = 1, *, released: bool = True) -> OrderId:
        """Mira buys teapots; the hour in which she can cancel for free passes."""
        self._bought += 1
        db = self.installation.db
        lines = await lines_for(db, self.world, "teapot", quantity)
        request = await request_for(
            self.installation, self.world, lines, key=f"desk-{self._bought}"
        )
        placed = await place_one(db, request)
        await self.engine.settle()
        if released:
            await self.engine.advance(timedelta(hours=2))
        async with db.reading() as tx:
            found = await orders.orders_of_purchase(
                tx, self.world.person("mira"), placed.purchase_id
            )
        return found[0].id

    async def order(self, order_id: OrderId) -> orders.Order:
        """The order as it is now."""
        async with self.installation.db.reading() as tx:
            return await orders.order_for(tx, self.world.owner("fernhollow"), self.id, order_id)

    async def packages(self, order_id: OrderId) -> tuple[fulfilment.Package, ...]:
        """The order's parcels as they are now."""
        async with self.installation.db.reading() as tx:
            found = await fulfilment.packages_of_orders(tx, [(self.id, order_id)])
        return found.get(order_id, ())

    async def product(self, title: str) -> catalog.ShopCard:
        """A product of the shop by words of its title."""
        async with self.installation.db.reading() as tx:
            found = await catalog.products_of_shop(
                tx, self.world.owner("fernhollow"), self.id, text=title
            )
        return found.items[0]

    async def stock(self, sku_id: catalog.Sku) -> int:
        """What can be sold of a SKU."""
        async with self.installation.db.reading() as tx:
            return (await inventory.levels(tx, [(self.id, sku_id.id)]))[sku_id.id]

    async def teapots(self) -> tuple[catalog.Sku, ...]:
        """The teapot's SKUs."""
        return tuple(await self.world.skus(self.installation.db, "teapot"))


@pytest.fixture
def shop(installation: Installation, world: World, engine: Engine) -> Shop:
    return Shop(installation, world, engine)


async def signed_in(visitor: Visitor, world: World, handle: str) -> Visitor:
    """The visitor after signing in."""
    answer = await visitor.sign_in(world.email(handle))
    assert answer.status_code == 200
    return visitor


def picture(side: int = 400) -> bytes:
    """A small real picture."""
    out = io.BytesIO()
    Image.new("RGB", (side, side), (180, 60, 40)).save(out, "PNG")
    return out.getvalue()


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


# -- products ----------------------------------------------------------------------------------


async def start_product(owner: Visitor, shop: Shop, **more: str) -> httpx.Response:
    """The first step of a new product."""
    async with shop.installation.db.reading() as tx:
        category = (await catalog.categories(tx))[0]
    fields = {
        "title": "Salt Pig with a Wide Mouth, Stoneware",
        "description": "It keeps salt dry.\n\nIt keeps it at hand.",
        "category": str(category.id),
        "axis-0-name": "Glaze",
        "axis-0-values": "Snow, Moss",
        "do": "next",
        **more,
    }
    files = {"pictures": ("pig.png", picture(), "image/png")}
    return await owner.submit(f"{shop.url}/products/new", fields, files=files)


def second_step(page: httpx.Response) -> dict[str, str]:
    """The second step's fields as the page holds them, the way a browser would send them."""
    found = {}
    for tag in re.findall(r"<input [^>]+>", page.text):
        given = dict(re.findall(r'([a-z-]+)="([^"]*)"', tag))
        if "name" in given and given.get("type") not in ("file", "radio", "checkbox"):
            found[given["name"]] = html.unescape(given.get("value", ""))
    text = re.search(r"<textarea[^>]*>\n?(.*?)</textarea>", page.text, re.S)
    chosen = re.search(r'<option value="(\d+)" selected>', page.text)
    found["description"] = html.unescape(text.group(1)) if text else ""
    found["category"] = chosen.group(1) if chosen else ""
    return {name: value for name, value in found.items() if name != "_csrf"}


async def test_a_product_in_two_steps_is_reviewed_and_sold(
    visitor: Visitor, world: World, shop: Shop
) -> None:
    owner = await signed_in(visitor, world, OWNER)
    page = await start_product(owner, shop)
    assert page.status_code == 200
    assert "Step 2 of 2" in page.text
    fields = second_step(page)
    assert json.loads(fields["row-1"]) == ["Moss"]
    assert fields["picture"].startswith("products/")
    url = f"{shop.url}/products/new"
    wrong = await owner.submit(url, {**fields, "do": "submit", "price-0": "nine", "price-1": "9"})
    assert wrong.status_code == 422
    assert 'id="price-0-error"' in wrong.text
    assert 'value="nine"' in wrong.text
    fields |= {"price-0": "24.50", "price-1": "26", "stock-0": "7", "weight-0": "640"}
    fields |= {"code-0": "PIG-SNOW"}
    done = await owner.submit(url, {**fields, "do": "submit"})
    assert done.status_code == 200
    assert "Saved and sent for review" in done.text
    await shop.engine.settle()
    card = await shop.product("Salt Pig")
    assert card.status is catalog.Status.ACTIVATE
    async with shop.installation.db.reading() as tx:
        found = await catalog.product(tx, shop.id, card.product_id)
        assert found is not None
        left = await inventory.levels(tx, [(shop.id, sku.id) for sku in found.skus])
    assert [sku.price.minor for sku in found.skus] == [2450, 2600]
    assert found.skus[0].seller_sku == "PIG-SNOW"
    assert "<p>It keeps it at hand.</p>" in found.description_html
    assert [left[sku.id] for sku in found.skus] == [7, 0]


async def test_the_first_step_says_what_is_missing_and_keeps_what_was_typed(
    visitor: Visitor, world: World, shop: Shop
) -> None:
    owner = await signed_in(visitor, world, OWNER)
    page = await start_product(owner, shop, category="", **{"axis-1-name": "Size"})
    assert page.status_code == 422
    assert 'id="axis-1-values-error"' in page.text
    assert "Salt Pig with a Wide Mouth" in page.text
    page = await start_product(owner, shop, category="")
    assert page.status_code == 422
    assert 'id="category-error"' in page.text
    too_many = ", ".join(str(number) for number in range(400))
    page = await start_product(owner, shop, **{"axis-0-values": too_many})
    assert page.status_code == 422
    assert "400 variants" in page.text
    form = await owner.token(f"{shop.url}/products/new")
    fake = {"pictures": ("cat.jpg", b"GIF89a not a picture", "image/jpeg")}
    answer = await owner.http.post(
        f"{shop.url}/products/new", data={"_csrf": form, "do": "next"}, files=fake
    )
    assert answer.status_code == 422
    assert 'id="pictures-error"' in answer.text


async def test_a_listing_that_fails_says_how_to_mend_it(
    visitor: Visitor, world: World, shop: Shop
) -> None:
    owner = await signed_in(visitor, world, OWNER)
    page = await start_product(owner, shop, description="Write to pots@example.com first")
    fields = {**second_step(page), "price-0": "24", "price-1": "26", "do": "submit"}
    await owner.submit(f"{shop.url}/products/new", fields)
    await shop.engine.settle()
    card = await shop.product("Salt Pig")
    assert card.status is catalog.Status.FAILED
    page = await owner.get(f"{shop.url}/products/{card.product_id}")
    assert "e-mail address in the text" in page.text
    assert "pots@example.com" in page.text
    assert f"{shop.url}/products/{card.product_id}" in (await owner.get(shop.url)).text
    edit = f"{shop.url}/products/{card.product_id}/edit"
    fields = second_step(await owner.get(edit))
    assert fields["price-1"] == "26.00"
    mended = await owner.submit(edit, {**fields, "description": "Salt stays dry.", "do": "save"})
    assert mended.status_code == 200
    await shop.engine.settle()
    assert (await shop.product("Salt Pig")).status is catalog.Status.ACTIVATE


async def test_quick_changes_of_price_and_stock(visitor: Visitor, world: World, shop: Shop) -> None:
    sku = (await shop.teapots())[0]
    before = await shop.stock(sku)
    owner = await signed_in(visitor, world, OWNER)
    list_url, url = f"{shop.url}/products", f"{shop.url}/products/{world.products['teapot']}"
    assert f'name="price-{sku.id}"' in (await owner.get(list_url)).text
    shown = {f"old-price-{sku.id}": sku.price.decimal_string(), f"old-stock-{sku.id}": str(before)}
    wrong = await owner.submit(
        f"{url}/quick",
        {**shown, f"price-{sku.id}": "12,5", f"stock-{sku.id}": "-4"},
        page=list_url,
    )
    assert wrong.status_code == 422
    assert f'id="price-{sku.id}-error"' in wrong.text
    assert f'id="stock-{sku.id}-error"' in wrong.text
    assert 'value="12,5"' in wrong.text
    assert (await shop.teapots())[0].price == sku.price
    # A sale while the form was open: the difference counts, not the number.
    await shop.buy(released=False)
    done = await owner.submit(
        f"{url}/quick",
        {**shown, f"price-{sku.id}": "71.25", f"stock-{sku.id}": str(before + 5), "from": "list"},
        page=list_url,
    )
    assert done.url.path == list_url
    assert (await shop.teapots())[0].price.minor == 7125
    assert await shop.stock(sku) == before + 5 - 1


async def test_on_and_off_sale(visitor: Visitor, world: World, shop: Shop) -> None:
    owner = await signed_in(visitor, world, OWNER)
    url = f"{shop.url}/products/{world.products['teapot']}"
    for verb, status in (
        ("deactivate", catalog.Status.SELLER_DEACTIVATED),
        ("activate", catalog.Status.ACTIVATE),
        ("delete", catalog.Status.DELETED),
        ("recover", catalog.Status.SELLER_DEACTIVATED),
    ):
        page = await owner.submit(f"{url}/{verb}", page=url)
        assert page.status_code == 200, verb
        async with shop.installation.db.reading() as tx:
            found = await catalog.product_for(
                tx, world.owner("fernhollow"), shop.id, world.products["teapot"]
            )
        assert found.product.status is status
    wrong = await owner.submit(f"{url}/recover", page=url)
    assert "cannot become" in wrong.text
    assert (await owner.submit(f"{url}/explode", page=url)).status_code == 404


# -- stock and money ---------------------------------------------------------------------------


async def test_receiving_correcting_counting(visitor: Visitor, world: World, shop: Shop) -> None:
    sku = (await shop.teapots())[0]
    before = await shop.stock(sku)
    packer = await signed_in(visitor, world, PACKER)
    url = f"{shop.url}/inventory/{sku.id}"
    assert url in (await packer.get(f"{shop.url}/inventory")).text
    done = await packer.submit(url, {"verb": "receive", "quantity": "6", "note": "From the kiln"})
    assert "From the kiln" in done.text
    assert await shop.stock(sku) == before + 6
    bare = await packer.submit(url, {"verb": "adjust", "quantity": "-1"})
    assert bare.status_code == 422
    assert 'id="adjust-note-error"' in bare.text
    assert await shop.stock(sku) == before + 6
    await packer.submit(url, {"verb": "adjust", "quantity": "-1", "note": "Chipped"})
    assert await shop.stock(sku) == before + 5
    await shop.buy(2, released=False)
    promised = await packer.submit(url, {"verb": "count", "quantity": "1"})
    assert promised.status_code == 422
    assert "promised to orders" in promised.text
    await packer.submit(url, {"verb": "count", "quantity": "4"})
    assert await shop.stock(sku) == 2
    assert "Running low" in (await packer.get(shop.url)).text
    assert url in (await packer.get(f"{shop.url}/inventory?only=low")).text
    wrong = await packer.submit(
        f"{shop.url}/inventory/warehouses", {"name": ""}, page=f"{shop.url}/inventory"
    )
    assert wrong.status_code == 422
    await packer.submit(
        f"{shop.url}/inventory/warehouses", {"name": "Attic"}, page=f"{shop.url}/inventory"
    )
    assert "Attic" in (await packer.get(f"{shop.url}/inventory")).text


async def test_owner_follows_the_money_to_the_bank(
    visitor: Visitor, world: World, shop: Shop
) -> None:
    order_id = await shop.buy(3)
    owner = await signed_in(visitor, world, OWNER)
    first = await owner.get(f"{shop.url}/orders/{order_id}")
    assert "Where your money is" in first.text
    assert "Expected in your bank" in first.text
    assert "not delivered yet" in (await owner.get(f"{shop.url}/money")).text
    await owner.submit(f"{shop.url}/orders/{order_id}/ship", {"key": "k"})
    await shop.engine.settle()
    for _ in range(20):
        await shop.engine.advance(timedelta(days=1))
    page = await owner.get(f"{shop.url}/money")
    found = re.search(rf'href="({shop.url}/money/statements/\d+)"', page.text)
    assert found
    assert "Paid out" in page.text
    statement = await owner.get(found.group(1))
    assert statement.status_code == 200
    urls = re.findall(rf'href="({shop.url}/money/statements/\d+)"', page.text)
    pages = [await owner.get(url) for url in urls]
    assert any(f"{shop.url}/orders/{order_id}" in each.text for each in pages)
    file = await owner.get(f"{found.group(1)}/statement.csv")
    assert file.headers["content-type"].startswith("text/csv")
    assert "OPENING" in file.text
    assert "attachment" in file.headers["content-disposition"]


# -- round trips -------------------------------------------------------------------------------

BUDGET = {"": 13, "/orders": 3, "/products": 6, "/inventory": 6, "/money": 11}


async def test_pages_do_not_cost_more_than_they_say(
    visitor: Visitor, world: World, shop: Shop
) -> None:
    order_id = await shop.buy()
    await shop.buy(2)
    owner = await signed_in(visitor, world, OWNER)
    sku = (await shop.teapots())[0]
    budget = {
        **BUDGET,
        f"/orders/{order_id}": 16,
        f"/orders/{order_id}/ship": 4,
        f"/products/{world.products['teapot']}": 6,
        f"/products/{world.products['teapot']}/edit": 7,
        f"/inventory/{sku.id}": 6,
    }
    for path, most in budget.items():
        counter = [0]
        token = round_trips.set(counter)
        try:
            page = await owner.get(shop.url + path)
        finally:
            round_trips.reset(token)
        assert page.status_code == 200, path
        assert counter[0] - 3 <= most, f"{path}: {counter[0] - 3} beside session and shops"
