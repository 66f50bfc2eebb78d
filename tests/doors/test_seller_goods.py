"""A shop's goods and money over HTTP, without JavaScript: products, stock, statements, costs."""

import html
import json
import re
from datetime import timedelta

import httpx
import pytest

from clipcart import catalog, inventory
from clipcart.kit.db import round_trips
from clipcart.kit.engine import Engine
from clipcart.main import Installation
from tests.catalog.world import TEAPOTS
from tests.doors.desk import OWNER, PACKER, Shop, picture, signed_in
from tests.support.installation import Visitor
from tests.support.world import World


@pytest.fixture
def shop(installation: Installation, world: World, engine: Engine) -> Shop:
    return Shop(installation, world, engine)


# -- products ----------------------------------------------------------------------------------


async def start_product(owner: Visitor, shop: Shop, **more: str) -> httpx.Response:
    """The first step of a new product."""
    category = catalog.category_at(TEAPOTS)
    assert category is not None
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


async def test_categories_are_found_and_say_what_they_require(
    visitor: Visitor, world: World, shop: Shop
) -> None:
    owner = await signed_in(visitor, world, OWNER)
    shirts = catalog.category_at("Apparel & Accessories > Clothing > Clothing Tops > T-Shirts")
    assert shirts is not None
    offered = f'<option value="{shirts.id}">'
    shirt = {"title": "Heavy cotton tee with a breast pocket", "category": "", "do": "category"}
    assert offered in (await start_product(owner, shop, **shirt)).text, "by the title"
    page = await start_product(owner, shop, **{**shirt, "category-words": "teapots"})
    assert offered not in page.text, "by words"
    assert "› Teapots</option>" in page.text
    page = await start_product(owner, shop, **{**shirt, "category": str(shirts.id), "do": "next"})
    fields = second_step(page) | {"price-0": "24", "price-1": "24", "do": "submit"}
    gender = next(one for one in catalog.attributes_of(shirts.id) if one.key == "target_gender")
    name = f"attribute-{gender.id}"
    assert f'id="{name}"' in page.text
    url = f"{shop.url}/products/new"
    refused = await owner.submit(url, fields)
    assert refused.status_code == 422
    assert f'id="{name}-error"' in refused.text
    done = await owner.submit(url, {**fields, name: "Female"})
    assert "Saved and sent for review" in done.text


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
