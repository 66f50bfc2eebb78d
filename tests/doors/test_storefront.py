"""The storefront without JavaScript: looking, filling a cart, buying, following, calling off."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

from clipcart import catalog, checkout, identity, inventory, orders
from clipcart.inventory import StockChange
from clipcart.kit.db import round_trips
from clipcart.kit.engine import Engine
from clipcart.kit.ids import ShopId
from clipcart.main import Installation
from tests.support.installation import Visitor
from tests.support.world import World

HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
PRODUCT = re.compile(r'href="(/p/[^"]+)"')
CARD = {"card_number": "4242 4242 4242 4242", "card_expiry": "12/39", "card_cvc": "123"}
NEW_ADDRESS = {
    "address": "new",
    "name": "Mira of the Tests",
    "line1": "12 Long Meadow Road",
    "city": "Oakland",
    "region": "CA",
    "postal_code": "94612",
    "phone": "510 555 0101",
}


class Shopper:
    """Mira, in front of the teapot."""

    def __init__(self, visitor: Visitor, installation: Installation, world: World) -> None:
        self.visitor, self.installation, self.world = visitor, installation, world
        self.shop_id = world.shops["fernhollow"]

    @property
    def teapot_url(self) -> str:
        """The teapot's page."""
        return f"/p/{self.shop_id}/{self.world.products['teapot']}/teapot"

    async def sku(self) -> catalog.Sku:
        """The teapot's first SKU."""
        return (await self.world.skus(self.installation.db, "teapot"))[0]

    async def put_in(self, quantity: int = 1) -> httpx.Response:
        """Put the teapot into the cart by its page's form."""
        sku = await self.sku()
        fields = {"sku": f"{self.shop_id}-{sku.id}", "quantity": str(quantity)}
        return await self.visitor.submit(
            "/cart/add", fields, page=f"{self.teapot_url}?sku={sku.id}"
        )

    async def sign_in(self) -> None:
        """Come in as Mira."""
        await self.visitor.sign_in(self.world.email("mira"))

    async def form(self, **typed: Any) -> dict[str, Any]:
        """The checkout's form as its page shows it, with what is typed into it."""
        page = await self.visitor.get("/checkout?market=us")
        assert page.status_code == 200
        fields: dict[str, Any] = {}
        for name, value in HIDDEN.findall(page.text):
            fields.setdefault(name, value)
        address = re.search(r'name="address" value="(\d+)" checked', page.text)
        fields["address"] = address.group(1) if address else "new"
        return {**fields, **CARD, **typed}

    async def place(self, fields: dict[str, Any]) -> httpx.Response:
        """Press the button."""
        return await self.visitor.http.post("/checkout", data=fields)

    async def buy(self, card: str = "4242424242424242") -> str:
        """Sign in, put the teapot in, buy it; gives where the browser is sent."""
        await self.sign_in()
        await self.put_in()
        answer = await self.place(await self.form(card_number=card))
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]

    async def order(self) -> orders.Order:
        """Mira's newest order."""
        async with self.installation.db.reading() as tx:
            page = await orders.orders_of_buyer(tx, self.world.person("mira"))
        return page.items[0]

    async def order_count(self) -> int:
        """How many orders Mira has."""
        async with self.installation.db.reading() as tx:
            return len((await orders.orders_of_buyer(tx, self.world.person("mira"))).items)


@pytest.fixture
def shopper(visitor: Visitor, installation: Installation, world: World) -> Shopper:
    """Mira's browser, not signed in yet."""
    return Shopper(visitor, installation, world)


# -- looking -----------------------------------------------------------------------------------


async def test_home_shows_products_shops_and_categories(visitor: Visitor, world: World) -> None:
    page = await visitor.get("/")
    assert page.status_code == 200
    shop = world.content.shop("fernhollow")
    assert shop.name in page.text
    assert 'href="/search?category=' in page.text
    assert "product-card" in page.text


async def test_more_is_a_link_and_a_fragment(shopper: Shopper, engine: Engine) -> None:
    await _fill_shelf(shopper, engine, 31)
    for path in ("/", "/search", "/search?q=teapot", "/shops/fernhollow"):
        page = await shopper.visitor.get(path)
        more = re.search(r'class="button button-quiet" href="(/[^"]*after=[^"]+)"', page.text)
        assert more, path
        url = more.group(1).replace("&amp;", "&")
        rest = await shopper.visitor.get(url)
        part = await shopper.visitor.get(url, headers={"HX-Request": "true"})
        assert "<html" in rest.text
        assert "<html" not in part.text
        shown, further = (set(PRODUCT.findall(each.text)) for each in (page, part))
        assert further
        assert not shown & further
        assert further <= set(PRODUCT.findall(rest.text))


async def test_search_finds_mends_and_is_empty_with_a_way_out(
    visitor: Visitor, shopper: Shopper
) -> None:
    found = await visitor.get("/search?q=teapot")
    assert shopper.teapot_url in found.text
    mended = await visitor.get("/search?q=teepot")
    assert "teapot" in mended.text
    assert "Nothing found" in mended.text
    nothing = await visitor.get("/search?q=teapot&low=90000")
    assert shopper.teapot_url not in nothing.text
    assert "Clear the filters" in nothing.text
    wrong = await visitor.get("/search?q=teapot&low=cheap")
    assert wrong.status_code == 200
    assert "Write an amount like" in wrong.text
    assert (await visitor.get("/search?after=nonsense")).status_code == 422


async def test_shop_and_product_pages(visitor: Visitor, shopper: Shopper, world: World) -> None:
    shop = world.content.shop("fernhollow")
    page = await visitor.get(f"/shops/{shop.handle}")
    assert page.status_code == 200
    assert shop.name in page.text
    product = await visitor.get(shopper.teapot_url)
    assert product.status_code == 200
    assert "Add to cart" in product.text
    assert shop.name in product.text
    assert 'rel="canonical"' in product.text
    sku = await shopper.sku()
    assert sku.price.format("en") in (await visitor.get(f"{shopper.teapot_url}?sku={sku.id}")).text
    beside = await visitor.get(f"/beside/{shopper.shop_id}/{world.products['teapot']}")
    assert beside.status_code == 200
    assert shopper.teapot_url not in beside.text


@pytest.mark.parametrize("path", ["/shops/nobody", "/p/1/2", "/p/x/y", "/p/1/2/slug"])
async def test_what_is_not_there_is_a_page(visitor: Visitor, path: str) -> None:
    page = await visitor.get(path)
    assert page.status_code == 404
    assert "<h1>" in page.text


async def test_little_stock_is_said_and_none_cannot_be_bought(
    visitor: Visitor, shopper: Shopper, world: World
) -> None:
    sku = await shopper.sku()
    url = f"{shopper.teapot_url}?sku={sku.id}"
    await _set_stock(shopper, 3)
    assert "Only 3 left" in (await visitor.get(url)).text
    await _set_stock(shopper, 0)
    page = await visitor.get(url)
    assert "Sold out" in page.text
    assert 'action="/cart/add"' not in page.text


# -- cart --------------------------------------------------------------------------------------


async def test_guest_fills_changes_and_empties_a_cart(shopper: Shopper) -> None:
    sku = await shopper.sku()
    key = f"{shopper.shop_id}-{sku.id}"
    cart = await shopper.put_in(2)
    assert sku.price.times(2).format("en") in cart.text
    more = await shopper.visitor.submit(
        "/cart/update", {"sku": key, "quantity": "2", "step": "1"}, page="/cart"
    )
    assert sku.price.times(3).format("en") in more.text
    gone = await shopper.visitor.submit("/cart/remove", {"sku": key}, page="/cart")
    assert "Nothing in it yet" in gone.text


async def test_cart_says_what_is_wrong_and_cures_it(shopper: Shopper) -> None:
    await _set_stock(shopper, 5)
    await shopper.put_in(4)
    await _set_stock(shopper, 2)
    cart = await shopper.visitor.get("/cart")
    assert "Only 2 left. Take fewer." in cart.text
    assert 'href="/checkout' not in cart.text
    cured = await shopper.visitor.submit("/cart/cure", page="/cart")
    assert "Take fewer" not in cured.text
    assert 'href="/checkout?market=us"' in cured.text


async def test_cart_form_without_token_is_refused_and_changes_nothing(shopper: Shopper) -> None:
    await shopper.put_in()
    sku = await shopper.sku()
    answer = await shopper.visitor.http.post(
        "/cart/remove", data={"sku": f"{shopper.shop_id}-{sku.id}"}
    )
    assert answer.status_code == 403
    assert sku.price.format("en") in (await shopper.visitor.get("/cart")).text


async def test_guest_is_asked_to_sign_in_for_checkout(shopper: Shopper) -> None:
    await shopper.put_in()
    answer = await shopper.visitor.http.get("/checkout?market=us")
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in")


# -- checkout ----------------------------------------------------------------------------------


async def test_buying_to_a_kept_address(shopper: Shopper, engine: Engine) -> None:
    url = await shopper.buy()
    assert "Your payment is on its way" in (await shopper.visitor.get(url)).text
    await engine.settle()
    page = await shopper.visitor.get(url)
    assert "Paid. Thank you!" in page.text
    part = await shopper.visitor.get(url, headers={"HX-Request": "true"})
    assert "<html" not in part.text
    assert "hx-get" not in part.text
    order = await shopper.order()
    assert order.state is orders.State.ON_HOLD
    async with shopper.installation.db.reading() as tx:
        assert await checkout.cart_count(tx, order.buyer_id) == 0


async def test_double_click_buys_once(shopper: Shopper) -> None:
    await shopper.sign_in()
    await shopper.put_in()
    fields = await shopper.form()
    before = await shopper.order_count()
    first, second = await shopper.place(fields), await shopper.place(fields)
    assert first.headers["location"] == second.headers["location"]
    assert await shopper.order_count() == before + 1


async def test_new_address_is_used_and_remembered(shopper: Shopper) -> None:
    await shopper.sign_in()
    await shopper.put_in()
    number = "4242424242424242"
    typed = {**await shopper.form(card_number=number), **NEW_ADDRESS, "keeps_address": "yes"}
    reviewed = await shopper.visitor.http.post("/checkout/review", data=typed)
    assert reviewed.status_code == 200
    assert number not in reviewed.text
    total = re.search(r'name="total_shown" value="(\d+)"', reviewed.text)
    assert total
    answer = await shopper.place({**typed, "total_shown": total.group(1)})
    assert answer.status_code == 303, answer.text
    assert (await shopper.order()).ship_to.city == "Oakland"
    async with shopper.installation.db.reading() as tx:
        kept = await identity.addresses(tx, shopper.world.person("mira"))
    assert kept[0].line1 == NEW_ADDRESS["line1"]


async def test_mistakes_are_said_all_at_once_and_typed_values_stay(shopper: Shopper) -> None:
    await shopper.sign_in()
    await shopper.put_in()
    before = await shopper.order_count()
    typed = {**await shopper.form(card_cvc="1"), **NEW_ADDRESS, "postal_code": "9461"}
    page = await shopper.place(typed)
    assert page.status_code == 422
    assert "write it like" in page.text
    assert "security code" in page.text
    assert 'value="12 Long Meadow Road"' in page.text
    assert await shopper.order_count() == before


async def test_real_card_numbers_are_refused(shopper: Shopper) -> None:
    await shopper.sign_in()
    await shopper.put_in()
    page = await shopper.place(await shopper.form(card_number="4111 1111 1111 1111"))
    assert page.status_code == 422
    assert "Only test cards work here" in page.text
    assert "4111" not in page.text


async def test_moved_price_shows_what_moved_and_keeps_the_card(shopper: Shopper) -> None:
    await shopper.sign_in()
    await shopper.put_in()
    fields, before = await shopper.form(), await shopper.order_count()
    sku = await shopper.sku()
    raised = sku.price + sku.price
    async with shopper.installation.db.transaction() as tx:
        change = catalog.PriceChange(sku.id, raised)
        owner = shopper.world.owner("fernhollow")
        await catalog.change_prices(tx, owner, shopper.shop_id, [change])
    page = await shopper.place(fields)
    assert page.status_code == 409
    assert f"{raised.format()}, it was {sku.price.format()}" in page.text
    assert "Card ending in" in page.text
    assert await shopper.order_count() == before
    again = dict(fields)
    again.update(dict(HIDDEN.findall(page.text)))
    for name in CARD:
        again.pop(name)
    assert (await shopper.place(again)).status_code == 303
    assert (await shopper.order()).lines[0].unit_price == raised


async def test_sold_out_meanwhile(shopper: Shopper) -> None:
    await _set_stock(shopper, 1)
    await shopper.sign_in()
    await shopper.put_in()
    fields, before = await shopper.form(), await shopper.order_count()
    await _set_stock(shopper, 0)
    page = await shopper.place(fields)
    assert page.status_code == 409
    assert "only 0 left" in page.text
    assert await shopper.order_count() == before


# -- paying ------------------------------------------------------------------------------------


async def test_declined_then_another_card(shopper: Shopper, engine: Engine) -> None:
    url = await shopper.buy("4000000000009995")
    await engine.settle()
    page = await shopper.visitor.get(url)
    assert "not enough money" in page.text
    wrong = await shopper.visitor.submit(f"{url}/pay", {**CARD, "card_cvc": "1"}, page=url)
    assert wrong.status_code == 422
    assert "security code" in wrong.text
    again = await shopper.visitor.submit(f"{url}/pay", CARD, page=url)
    assert "Your payment is on its way" in again.text
    await engine.settle()
    assert "Paid. Thank you!" in (await shopper.visitor.get(url)).text


async def test_bank_asks_and_is_answered(shopper: Shopper, engine: Engine) -> None:
    url = await shopper.buy("4000002760003184")
    await engine.settle()
    page = await shopper.visitor.get(url)
    bank = re.search(r'href="[^"]*(/test-bank/[^"]+)"', page.text)
    assert bank, page.text
    path = bank.group(1).partition("?")[0]
    asked = await shopper.visitor.get(bank.group(1))
    assert "Do you want to pay" in asked.text
    assert f'value="{url}"' in asked.text
    await shopper.visitor.submit(path, {"answer": "yes", "back": url}, page=bank.group(1))
    await engine.settle()
    assert "Paid. Thank you!" in (await shopper.visitor.get(url)).text
    assert "answered" in (await shopper.visitor.get(path)).text


async def test_bank_sends_nobody_elsewhere(shopper: Shopper, engine: Engine) -> None:
    url = await shopper.buy("4000002760003184")
    await engine.settle()
    page = await shopper.visitor.get(url)
    path = re.findall(r'href="[^"]*(/test-bank/[^"?]+)', page.text)[0]
    asked = await shopper.visitor.get(f"{path}?back=//evil.test")
    assert "evil.test" not in asked.text


# -- orders ------------------------------------------------------------------------------------


async def test_order_page_tells_the_story(shopper: Shopper, engine: Engine) -> None:
    await shopper.buy()
    await engine.settle()
    order = await shopper.order()
    url = f"/orders/{order.shop_id}/{order.id}"
    page = await shopper.visitor.get(url)
    for text in ("Ordered", "Paid", "The shop starts packing", order.total.format("en")):
        assert text in page.text
    part = await shopper.visitor.get(url, headers={"HX-Request": "true"})
    assert "<html" not in part.text
    assert "every 20s" in part.text
    assert url in (await shopper.visitor.get("/account/orders")).text


async def test_free_cancel_needs_a_reason_and_is_at_once(shopper: Shopper, engine: Engine) -> None:
    await shopper.buy()
    await engine.settle()
    order = await shopper.order()
    url = f"/orders/{order.shop_id}/{order.id}"
    without = await shopper.visitor.submit(f"{url}/cancel", {"reason": "NO"}, page=url)
    assert "Choose a reason" in without.text
    assert (await shopper.order()).state is orders.State.ON_HOLD
    done = await shopper.visitor.submit(f"{url}/cancel", {"reason": "CHANGED_MIND"}, page=url)
    assert "on its way back to you" in done.text
    await engine.settle()
    after = await shopper.visitor.get(url)
    assert "Cancelled by you: you changed your mind." in after.text
    assert "was sent back" in after.text


async def test_later_the_shop_is_asked_and_the_request_can_be_taken_back(
    shopper: Shopper, engine: Engine
) -> None:
    await shopper.buy()
    await engine.settle()
    await engine.advance(timedelta(hours=2))
    order = await shopper.order()
    url = f"/orders/{order.shop_id}/{order.id}"
    assert "Ask the shop to cancel" in (await shopper.visitor.get(url)).text
    asked = await shopper.visitor.submit(f"{url}/cancel", {"reason": "TOO_SLOW"}, page=url)
    assert "No answer means yes" in asked.text
    back = await shopper.visitor.submit(f"{url}/withdraw", page=url)
    assert "goes on as before" in back.text
    assert (await shopper.order()).state is orders.State.AWAITING_SHIPMENT


async def test_orders_and_purchases_of_others_are_not_there(
    shopper: Shopper, engine: Engine, new_visitor: Callable[[], Visitor], world: World
) -> None:
    purchase = await shopper.buy()
    await engine.settle()
    order = await shopper.order()
    url = f"/orders/{order.shop_id}/{order.id}"
    stranger = new_visitor()
    for path in (purchase, url, "/account/orders"):
        answer = await stranger.http.get(path)
        assert answer.status_code == 303
        assert "/sign-in" in answer.headers["location"]
    seller = world.content.shop("fernhollow").owner
    await stranger.sign_in(world.email(seller))
    for path in (purchase, url):
        assert (await stranger.get(path)).status_code == 404
    sent = await stranger.submit(
        f"{url}/cancel", {"reason": "CHANGED_MIND"}, page=shopper.teapot_url
    )
    assert sent.status_code in (403, 404)
    assert (await shopper.order()).state is orders.State.ON_HOLD


# -- budget ------------------------------------------------------------------------------------

BUDGET = {
    "/": 3,
    "/search?q=teapot": 3,
    "/shops/fernhollow": 3,
    "/cart": 4,
    "/account/orders": 4,
}


async def test_pages_keep_to_their_round_trips(shopper: Shopper, engine: Engine) -> None:
    purchase = await shopper.buy()
    await engine.settle()
    order = await shopper.order()
    budget = {
        **BUDGET,
        shopper.teapot_url: 3,
        purchase: 5,
        f"/orders/{order.shop_id}/{order.id}": 5,
    }
    await shopper.put_in()
    assert await shopper.order_count()
    for path, most in budget.items():
        counter = [0]
        token = round_trips.set(counter)
        try:
            page = await shopper.visitor.get(path)
        finally:
            round_trips.reset(token)
        assert page.status_code == 200
        assert counter[0] - 1 <= most, f"{path}: {counter[0] - 1} beside the session's"


async def _fill_shelf(shopper: Shopper, engine: Engine, count: int) -> None:
    """More teapots, so that lists have a second page."""
    owner, shop_id = shopper.world.owner("fernhollow"), shopper.shop_id
    async with shopper.installation.db.transaction() as tx:
        like = await catalog.product(tx, shop_id, shopper.world.products["teapot"])
        assert like is not None
        drafts = [
            catalog.ProductDraft(
                shop_id=shop_id,
                title=f"{like.title}, kiln batch {number + 2}",
                description_html=like.description_html,
                category_id=like.category_id,
                skus=(catalog.SkuDraft(price=like.skus[0].price, weight_g=like.skus[0].weight_g),),
                images=like.images,
            )
            for number in range(count)
        ]
        product_ids = await catalog.create_products(tx, owner, shop_id, drafts)
        await catalog.submit(tx, owner, shop_id, product_ids)
    await engine.settle()


async def _set_stock(shopper: Shopper, count: int) -> None:
    sku = await shopper.sku()
    owner = shopper.world.owner("fernhollow")
    async with shopper.installation.db.transaction() as tx:
        await inventory.set_on_hand(
            tx, owner, [StockChange(ShopId(shopper.shop_id), sku.id, count)]
        )
