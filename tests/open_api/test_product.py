"""Products through the open API: what goes in comes out, what is refused leaves no trace."""

from typing import Any

import pytest

from clipcart import catalog, inventory
from clipcart.catalog import Status
from clipcart.kit.ids import OrderId, SkuId, new_id
from tests.open_api.bench import FOREIGN_SHOP, SHOP, Answer, Bench
from tests.open_api.product_examples import (
    a_body,
    a_draft,
    a_warehouse,
    of_shop,
    seen,
    teapots,
)
from tests.support.traces import changed, traces

PRODUCTS = "/product/202309/products"


async def call(bench: Bench, method: str, path: str, body: Any = None, **query: str) -> Answer:
    return await bench.call(method, path, body=body, query=query, cipher=bench.cipher)


async def created(bench: Bench, **more: Any) -> dict[str, Any]:
    answer = await call(bench, "POST", PRODUCTS, await a_body(bench, **more))
    assert answer.code == 0, answer.message
    data: dict[str, Any] = answer.data
    return data


async def test_what_a_client_creates_it_gets_back(bench: Bench) -> None:
    brand = await bench.call("POST", "/product/202309/brands", body={"name": "Kiln and Leaf"})
    made = await created(bench, brand_id=brand.data["id"], external_product_id="A-17")
    assert [each["seller_sku"] for each in made["skus"]] == ["OPEN-Moss", "OPEN-Ash"]
    await bench.engine.settle()
    answer = await call(bench, "GET", f"{PRODUCTS}/{made['product_id']}")
    told = answer.data
    assert (told["status"], told["audit"]) == ("ACTIVATE", {"status": "APPROVED"})
    assert told["title"] == "Round teapot of stoneware, 1.2 litres"
    assert told["brand"] == {"id": brand.data["id"], "name": "Kiln and Leaf"}
    assert told["external_product_id"] == "A-17"
    assert told["package_weight"] == {"value": "1.5", "unit": "POUND"}
    assert told["package_dimensions"] == {
        "length": "10",
        "width": "9.5",
        "height": "8",
        "unit": "INCH",
    }
    assert [each["is_leaf"] for each in told["category_chains"]][-2:] == [False, True]
    assert told["category_chains"][-1]["id"] == teapots()
    moss = told["skus"][0]
    assert moss["price"] == {
        "currency": "USD",
        "sale_price": "48.00",
        "tax_exclusive_price": "48.00",
    }
    assert moss["inventory"] == [{"warehouse_id": await a_warehouse(bench), "quantity": 7}]
    assert moss["identifier_code"] == {"code": "4006381333931", "type": "EAN"}
    attribute = moss["sales_attributes"][0]
    assert (attribute["name"], attribute["value_name"]) == ("Glaze", "Moss")
    assert made["skus"][0]["sales_attributes"] == [
        {"id": attribute["id"], "value_id": attribute["value_id"]}
    ]
    for url in (*told["main_images"][0]["urls"], *told["main_images"][0]["thumb_urls"]):
        picture = await bench.client.get("/media/" + url.partition("/media/")[2])
        assert picture.headers["content-type"] == "image/webp"


@pytest.mark.parametrize(
    ("change", "code", "named"),
    [
        ({"title": "x" * 256}, 12052051, "title"),
        ({"category_id": "1"}, 12052023, ""),
        ({"brand_id": "77"}, 12052026, ""),
        ({"main_images": [{"uri": "products/none.webp"}]}, 12052300, "main_images"),
        ({"main_images": [{"uri": "../secret"}]}, 12052300, "main_images"),
        ({"package_weight": {"value": "heavy", "unit": "POUND"}}, 12052910, "package_weight"),
        ({"package_weight": {"value": "1", "unit": "STONE"}}, 12052910, "package_weight"),
        ({"category_version": "v9"}, 12052217, "category_version"),
        ({"skus": []}, 12052050, "skus"),
    ],
)
async def test_what_the_trade_refuses(
    bench: Bench, change: dict[str, Any], code: int, named: str
) -> None:
    body = await a_body(bench, **change)
    before = await traces(bench.installation.pool)
    answer = await call(bench, "POST", PRODUCTS, body)
    assert (answer.status, answer.code) == (200, code), answer.message
    assert named in answer.message
    assert changed(before, await traces(bench.installation.pool)) == []


@pytest.mark.parametrize(
    ("change", "code", "named"),
    [
        ({"price": {"amount": "1.005", "currency": "USD"}}, 12052910, "skus[0].price.amount"),
        ({"price": {"amount": "5", "currency": "JPY"}}, 12052910, "skus[0].price.currency"),
        ({"price": {"amount": "0", "currency": "USD"}}, 12052570, "skus[0].price"),
        ({"inventory": [{"warehouse_id": "5", "quantity": 1}]}, 12052530, "warehouse"),
        ({"sales_attributes": []}, 12052550, "skus[0].sales_attributes"),
        ({"sales_attributes": [{"name": "Glaze", "value_name": "Ash"}]}, 12052550, "skus[0]"),
        ({"seller_sku": "with space"}, 12052054, "skus[0].seller_sku"),
        ({"identifier_code": {"code": "4006381333932", "type": "EAN"}}, 12052591, "skus[0]"),
    ],
)
async def test_what_the_trade_refuses_of_skus(
    bench: Bench, change: dict[str, Any], code: int, named: str
) -> None:
    body = await a_body(bench)
    body["skus"][0].update(change)
    before = await traces(bench.installation.pool)
    answer = await call(bench, "POST", PRODUCTS, body)
    assert (answer.status, answer.code) == (200, code), answer.message
    assert named in answer.message
    assert changed(before, await traces(bench.installation.pool)) == []


async def test_a_foreign_warehouse_is_refused_and_no_product_is_left(bench: Bench) -> None:
    async with bench.installation.db.reading() as tx:
        owner = bench.world.owner(FOREIGN_SHOP)
        found = await inventory.default_warehouses(tx, owner, [bench.foreign_shop_id])
    body = await a_body(bench)
    shelf = {"warehouse_id": str(found[bench.foreign_shop_id].id), "quantity": 1}
    body["skus"][0]["inventory"] = [shelf]
    before = await traces(bench.installation.pool)
    answer = await call(bench, "POST", PRODUCTS, body)
    assert answer.code == 12052530
    assert changed(before, await traces(bench.installation.pool)) == []


async def test_fields_without_a_place_are_warned_of(bench: Bench) -> None:
    made = await created(bench, is_cod_allowed=True, video={"id": "v"}, save_mode="AS_DRAFT")
    said = [each["message"] for each in made["warnings"]]
    assert [each.partition(" ")[0] for each in said] == ["is_cod_allowed", "video"]


async def test_a_key_gives_one_product_even_at_the_same_time(bench: Bench) -> None:
    body = await a_body(bench, idempotency_key="once")
    first = await call(bench, "POST", PRODUCTS, body)
    again = await call(bench, "POST", PRODUCTS, body)
    assert first.data == again.data
    found = await call(
        bench, "POST", f"{PRODUCTS}/search", {"seller_skus": ["OPEN-Moss"]}, page_size="10"
    )
    assert [each["id"] for each in found.data["products"]] == [first.data["product_id"]]


async def test_editing_keeps_ids_and_what_a_partial_edit_leaves_out(bench: Bench) -> None:
    product_id = await a_draft(bench)
    path = f"{PRODUCTS}/{product_id}"
    before = (await call(bench, "GET", path)).data
    moss = before["skus"][0]
    partial = await call(
        bench, "POST", f"{path}/partial_edit", {"title": "Teapot", "save_mode": "AS_DRAFT"}
    )
    assert (partial.code, partial.data["audit"]) == (0, {"status": "NONE"})
    after = (await call(bench, "GET", path)).data
    assert after.pop("title") == "Teapot"
    assert before.pop("title")
    assert after.pop("update_time") >= before.pop("update_time")
    assert after == before

    body = await a_body(bench, save_mode="AS_DRAFT")
    del body["package_dimensions"]
    sent = {"id": moss["id"], "seller_sku": "NEW", "price": body["skus"][0]["price"]}
    ids = {"id": moss["sales_attributes"][0]["id"]}
    kept = {**ids, "value_id": moss["sales_attributes"][0]["value_id"]}
    body["skus"] = [{**sent, "sales_attributes": [kept]}]
    full = await call(bench, "PUT", path, body)
    assert full.code == 0, full.message
    assert [(each["id"], each["seller_sku"]) for each in full.data["skus"]] == [(moss["id"], "NEW")]
    told = (await call(bench, "GET", path)).data
    assert "package_dimensions" not in told
    assert [each["value_name"] for each in told["skus"][0]["sales_attributes"]] == ["Moss"]


async def test_an_edit_of_what_is_on_sale_waits_beside_it(bench: Bench) -> None:
    product_id = of_shop(bench, SHOP)
    path = f"{PRODUCTS}/{product_id}"
    before = (await call(bench, "GET", path)).data
    answer = await call(bench, "POST", f"{path}/partial_edit", {"title": "Another title of it"})
    assert answer.data["audit"] == {"status": "AUDITING"}
    assert (await call(bench, "GET", path)).data["title"] == before["title"]
    waiting = await call(bench, "GET", path, return_under_review_version="true")
    assert waiting.data["title"] == "Another title of it"
    await bench.engine.settle()
    assert (await call(bench, "GET", path)).data["title"] == "Another title of it"
    none = await call(bench, "GET", path, return_under_review_version="true")
    assert none.code == 12052547
    draft = await call(bench, "POST", f"{path}/partial_edit", {"save_mode": "AS_DRAFT"})
    assert draft.code == 12052488


async def test_a_listing_check_stores_nothing(bench: Bench) -> None:
    good = await a_body(bench)
    bad = {**good, "title": "CALL US AT 555 123 456 789", "brand_id": "7", "category_id": "3"}
    before = await traces(bench.installation.pool)
    passed = await call(bench, "POST", f"{PRODUCTS}/listing_check", good)
    failed = await call(bench, "POST", f"{PRODUCTS}/listing_check", bad)
    assert passed.data == {"check_result": "PASS", "fail_reasons": []}
    assert failed.data["check_result"] == "FAILED"
    codes = {each["code"] for each in failed.data["fail_reasons"]}
    assert codes == {12052023, 12052026, 12052990}
    assert changed(before, await traces(bench.installation.pool)) == []


async def test_a_product_walks_through_its_life(bench: Bench) -> None:
    product_id, foreign = of_shop(bench, SHOP), of_shop(bench, FOREIGN_SHOP)
    ids = {"product_ids": [product_id, foreign, "no id"]}
    for verb, method, status in (
        ("/deactivate", "POST", Status.SELLER_DEACTIVATED),
        ("/activate", "POST", Status.ACTIVATE),
        ("", "DELETE", Status.DELETED),
        ("/recover", "POST", Status.SELLER_DEACTIVATED),
    ):
        answer = await call(bench, method, PRODUCTS + verb, ids)
        failed = {each["detail"]["product_id"]: each["code"] for each in answer.data["errors"]}
        assert (answer.code, failed) == (0, {foreign: 12052260, "no id": 12052260})
        assert (await seen(bench, product_id)).product.status is status
        twice = await call(bench, method, PRODUCTS + verb, {"product_ids": [product_id]})
        assert [each["code"] for each in twice.data["errors"]] == [12052901]
    many = await call(
        bench, "DELETE", PRODUCTS, {"product_ids": [str(each) for each in range(1, 22)]}
    )
    assert many.code == 12019120


async def test_prices_change_at_once_or_not_at_all(bench: Bench) -> None:
    product_id = of_shop(bench, SHOP)
    path, skus = f"{PRODUCTS}/{product_id}/prices/update", (await seen(bench, product_id)).product
    price = {"amount": "12.34", "currency": "USD"}
    mine = {"id": str(skus.skus[0].id), "price": price}
    before = await traces(bench.installation.pool)
    for sent, code in (
        ([mine, {"id": "5", "price": price}], 12052556),
        ([mine, mine], 12052553),
        ([], 12052902),
        ([{**mine, "price": {"amount": "0", "currency": "USD"}}], 12052570),
    ):
        answer = await call(bench, "POST", path, {"skus": sent})
        assert answer.code == code, answer.message
    assert changed(before, await traces(bench.installation.pool)) == []
    done = await call(bench, "POST", path, {"skus": [mine]})
    assert (done.code, done.data) == (0, {})
    assert (await seen(bench, product_id)).product.skus[0].price.decimal_string() == "12.34"
    await call(bench, "DELETE", PRODUCTS, {"product_ids": [product_id]})
    assert (await call(bench, "POST", path, {"skus": [mine]})).code == 12052901


async def test_stock_is_what_can_be_sold_beside_what_orders_count_on(bench: Bench) -> None:
    made = await created(bench)
    await bench.engine.settle()
    sku_id, path = made["skus"][0]["id"], f"{PRODUCTS}/{made['product_id']}/inventory/update"
    await reserve(bench, SkuId(int(sku_id)), 2)
    shelf = {"warehouse_id": await a_warehouse(bench), "quantity": 10}
    sent = [{"id": sku_id, "inventory": [shelf]}, {"id": "9", "inventory": [shelf]}]
    answer = await call(bench, "POST", path, {"skus": sent})
    assert [(each["code"], each["detail"]) for each in answer.data["errors"]] == [
        (12052556, {"sku_id": "9"})
    ]
    found = await call(bench, "POST", "/product/202309/inventory/search", {"sku_ids": [sku_id]})
    (product,) = found.data["inventory"]
    (sku,) = product["skus"]
    assert (sku["total_available_quantity"], sku["total_committed_quantity"]) == (10, 2)
    below = [{"id": sku_id, "inventory": [{**shelf, "quantity": -1}]}]
    refused = await call(bench, "POST", path, {"skus": below})
    assert [each["code"] for each in refused.data["errors"]] == [12052055]


async def reserve(bench: Bench, sku_id: SkuId, quantity: int) -> None:
    """Have an order count on units."""
    async with bench.installation.db.transaction() as tx:
        want = inventory.Want(
            bench.shop_id, OrderId(new_id()), sku_id, quantity, tx.now.replace(year=2100)
        )
        assert not await inventory.reserve(tx, bench.owner, [want])


async def test_searches_narrow_and_page(bench: Bench) -> None:
    path = f"{PRODUCTS}/search"
    everything = await call(bench, "POST", path, {}, page_size="100")
    total = everything.data["total_count"]
    assert total == len(everything.data["products"]) > 1
    assert everything.data["next_page_token"] == ""
    ids: list[str] = []
    token = ""
    while True:
        page = await call(bench, "POST", path, {}, page_size="2", page_token=token)
        ids += [each["id"] for each in page.data["products"]]
        token = page.data["next_page_token"]
        if not token:
            break
    assert ids == [each["id"] for each in everything.data["products"]]
    await a_draft(bench)
    for body, count in (
        ({"status": "DRAFT"}, 1),
        ({"status": "DELETED"}, 0),
        ({"seller_skus": ["OPEN-Ash"]}, 1),
        ({"audit_status": ["APPROVED"]}, total),
        ({"create_time_ge": 4_000_000_000}, 0),
        ({"return_draft_version": True}, 0),
        ({"listing_platforms": ["TOKOPEDIA"]}, 0),
    ):
        found = await bench.call(
            "POST",
            "/product/202502/products/search",
            body=body,
            query={"page_size": "50"},
            cipher=bench.cipher,
        )
        assert found.data["total_count"] == len(found.data["products"]) == count, body
    assert (await call(bench, "POST", path, {}, page_size="101")).code == 12052910
    assert (await call(bench, "POST", path, {}, page_size="5", page_token="x")).code == 12052910


async def test_brands_belong_to_the_seller(bench: Bench) -> None:
    path = "/product/202309/brands"
    first = await bench.call("POST", path, body={"name": "Kiln and Leaf"})
    again = await bench.call("POST", path, body={"name": " kiln  and LEAF"})
    assert (first.code, again.code) == (0, 12052205)
    for name in ("K", "x" * 51, "Kiln <b>", "Kiln 12345"):
        assert (await bench.call("POST", path, body={"name": name})).code == 12052204
    await bench.call("POST", path, body={"name": "Alder"})
    listed = await call(bench, "GET", path, page_size="1")
    assert ([each["name"] for each in listed.data["brands"]], listed.data["total_count"]) == (
        ["Alder"],
        2,
    )
    rest = await call(bench, "GET", path, page_size="1", page_token=listed.data["next_page_token"])
    assert [each["name"] for each in rest.data["brands"]] == ["Kiln and Leaf"]
    assert rest.data["next_page_token"] == ""


async def test_the_tree_is_served_whole_and_by_keyword(bench: Bench) -> None:
    path = "/product/202309/categories"
    whole = (await call(bench, "GET", path)).data["categories"]
    assert len(whole) == len(catalog.categories())
    seen_ids = {"0"}
    for each in whole:
        assert each["parent_id"] in seen_ids
        seen_ids.add(each["id"])
    found = (await call(bench, "GET", path, keyword="teapots", locale="de-DE")).data["categories"]
    assert teapots() in [each["id"] for each in found]
    assert (await call(bench, "GET", path, category_version="v3")).code == 12052217
    root = next(each["id"] for each in whole if not each["is_leaf"])
    assert (await call(bench, "GET", f"{path}/{root}/attributes")).code == 12052024
    assert (await call(bench, "GET", f"{path}/17/rules")).code == 12052023


async def test_a_title_has_a_category(bench: Bench) -> None:
    path = "/product/202309/categories/recommend"
    told = (await call(bench, "POST", path, {"product_title": "Ceramic teapot"})).data
    assert told["leaf_category_id"] == teapots()
    assert [each["level"] for each in told["categories"]] == list(
        range(1, len(told["categories"]) + 1)
    )
    assert (await call(bench, "POST", path, {"product_title": " "})).code == 12052261
    assert (await call(bench, "POST", path, {"product_title": "qqqq zzzz"})).code == 12052910


async def test_a_listing_is_told_what_it_lacks(bench: Bench) -> None:
    product_id = of_shop(bench, SHOP)
    path = "/product/202405/products/diagnoses"
    told = (await call(bench, "GET", path, product_ids=product_id)).data["products"]
    assert [each["id"] for each in told] == [product_id]
    assert told[0]["listing_quality"]["remaining_recommendations"] == sum(
        len(each["diagnosis_results"]) for each in told[0]["diagnoses"]
    )
    sent = {"category_id": teapots(), "title": "Teapot", "description": "<p>Good.</p>"}
    poor = await call(bench, "POST", "/product/202411/products/diagnose_optimize", sent)
    assert poor.data["listing_quality"]["current_tier"] == "POOR"
    codes = {one["code"] for each in poor.data["diagnoses"] for one in each["diagnosis_results"]}
    assert codes >= {"title_short", "description_short", "images_few"}
    foreign = await call(bench, "GET", path, product_ids=of_shop(bench, FOREIGN_SHOP))
    assert foreign.code == 12052260
