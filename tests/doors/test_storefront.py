"""The storefront without JavaScript: looking, filling a cart, round trips."""

import re

import pytest

from clipcart import catalog
from clipcart.kit.db import round_trips
from clipcart.kit.engine import Engine
from clipcart.main import Installation
from tests.doors.shopper import PRODUCT, Shopper, set_stock
from tests.support.installation import Visitor
from tests.support.world import World


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
    await set_stock(shopper, 3)
    assert "Only 3 left" in (await visitor.get(url)).text
    await set_stock(shopper, 0)
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
    await set_stock(shopper, 5)
    await shopper.put_in(4)
    await set_stock(shopper, 2)
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
