"""What the words of a title say: brands of the shop, and values of a leaf's attributes."""

from typing import Any

from clipcart import catalog
from tests.open_api.bench import Bench


async def post(bench: Bench, path: str, **body: Any) -> Any:
    answer = await bench.call("POST", path, body=body, cipher=bench.cipher)
    assert answer.code == 0, answer.message
    return answer.data


async def test_brands_are_named_by_whole_words_the_longest_first(bench: Bench) -> None:
    ids = {}
    for name in ("Kiln", "Kiln and Leaf", "Eaf"):
        answer = await bench.call("POST", "/product/202309/brands", body={"name": name})
        ids[name] = answer.data["id"]
    path = "/product/202309/brands/recommend"
    title = "Teapot by kiln and leaf"
    assert (await post(bench, path, product_title=title))["brand"] == {
        "id": ids["Kiln and Leaf"],
        "name": "Kiln and Leaf",
    }
    assert await post(bench, path, product_title="A teapot of nobody") == {}
    answer = await bench.call("POST", path, body={"product_title": title})
    assert answer.data["brand"]["id"] == ids["Kiln and Leaf"]
    path = "/product/202609/brands/suggest"
    told = await post(bench, path, product_title="Teapot", description=f"<p>{title}</p>")
    assert [each["id"] for each in told["brands"]] == [ids["Kiln and Leaf"], ids["Kiln"]]


async def test_attributes_are_recommended_with_the_values_that_are_said(bench: Bench) -> None:
    leaf = next(
        each
        for each in catalog.categories()
        if each.is_leaf
        and sum(len(attribute.values) > 2 for attribute in catalog.attributes_of(each.id)) > 1
    )
    one, other = [each for each in catalog.attributes_of(leaf.id) if len(each.values) > 2][:2]
    title = f"A thing, {one.values[1].name} and {other.values[0].name}"
    path = "/product/202609/products/properties/recommend"
    told = await post(bench, path, category_id=str(leaf.id), product_title=title)
    found = {each["id"]: each for each in told["recommended_properties"]}
    assert str(one.values[1].id) in [each["id"] for each in found[str(one.id)]["values"]]
    assert str(other.id) in found
    narrow = await post(
        bench,
        path,
        category_id=str(leaf.id),
        product_title=title,
        target_property_ids=[str(one.id)],
    )
    assert [each["id"] for each in narrow["recommended_properties"]] == [str(one.id)]
    answer = await bench.call(
        "POST", path, body={"category_id": "7", "product_title": "x"}, cipher=bench.cipher
    )
    assert answer.code != 0
