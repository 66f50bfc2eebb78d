"""The category tree, its search and recommendation, and what products say in its attributes."""

from collections.abc import Callable

import pytest

from clipcart import catalog
from clipcart.catalog import (
    AttributeType,
    CategoryId,
    Chosen,
    NoSuchCategory,
    ProductAttribute,
)
from clipcart.kit.engine import Engine, Wiring
from clipcart.kit.errors import BadCursor, Invalid
from clipcart.kit.ids import ProductId, new_id
from tests.catalog.world import (
    TEAPOTS,
    WIRING,
    Shop,
    category_at,
    on_sale,
    open_shop,
    refused,
    teapot,
)
from tests.support.database import OneConnection

EngineFor = Callable[[Wiring], Engine]
SHIRTS = "Apparel & Accessories > Clothing > Clothing Tops > T-Shirts"


def attribute(path: str, key: str) -> catalog.Attribute:
    """The attribute of this key in the category of this path."""
    found = {each.key: each for each in catalog.attributes_of(category_at(path))}
    return found[key]


def says(path: str, key: str, *names: str) -> ProductAttribute:
    """A product's words in an attribute."""
    return ProductAttribute(attribute(path, key).id, tuple(Chosen(name) for name in names))


def test_the_tree_is_whole() -> None:
    tree = catalog.categories()
    assert (
        len(tree) == len({each.id for each in tree}) == len({each.path for each in tree}) == 10595
    )
    assert sum(each.is_leaf for each in tree) == 8516
    assert all(0 < each.id < 2**53 for each in tree)
    roots = catalog.children()
    assert len(roots) == 26
    assert [root.level for root in roots] == [1] * 26
    for each in tree:
        assert each.is_leaf == (not catalog.children(each.id))
        assert [step.name for step in catalog.above(each.id)] == each.path.split(" > ")
        assert catalog.below(each.id)[0] == each
    assert sum(len(catalog.below(root.id)) for root in roots) == len(tree)
    keys = {one.key for each in tree for one in catalog.attributes_of(each.id)}
    assert len(keys) == 2258


def test_ids_of_attributes_and_values_are_their_own() -> None:
    found = {one.id: one for each in catalog.categories() for one in catalog.attributes_of(each.id)}
    assert len(found) == 2258
    values = [value.id for one in found.values() for value in one.values]
    assert len(values) == len(set(values)) > 300
    gender = attribute(SHIRTS, "target_gender")
    assert (gender.id, gender.is_required, gender.is_multiple) == (2197758368247619, True, False)
    assert gender.values[2] == catalog.Value(catalog.ValueId(3766862959882879), "Unisex")
    assert attribute(SHIRTS, "color").type is AttributeType.SALES_PROPERTY
    assert attribute(SHIRTS, "fabric").type is AttributeType.PRODUCT_PROPERTY


def test_required_attributes_are_few() -> None:
    counts = [
        sum(one.is_required for one in catalog.attributes_of(each.id))
        for each in catalog.categories()
        if each.is_leaf
    ]
    assert max(counts) == 1
    assert 0 < sum(counts) < len(counts) / 10


def test_search_knows_beginnings_accents_and_languages() -> None:
    def first(text: str) -> str:
        return catalog.search_categories(text).items[0].path

    assert first("teapo") == TEAPOTS
    assert first("TEAPOTS coffee") == TEAPOTS
    assert first("chaleiras eletricas") == first("chaleiras elétricas") == first("wasserkocher")
    assert catalog.search_categories("zeppelins").items == ()
    assert catalog.search_categories("  ,;").items == ()
    found = catalog.search_categories("clothing", leaves_only=False, limit=500).items
    assert any(not each.is_leaf for each in found)


def test_search_is_paged() -> None:
    whole = catalog.search_categories("lamp", limit=500)
    assert whole.next_cursor is None
    pages: list[catalog.Category] = []
    cursor = None
    while True:
        page = catalog.search_categories("lamp", cursor=cursor, limit=7)
        pages += page.items
        cursor = page.next_cursor
        if cursor is None:
            break
    assert tuple(pages) == tuple(whole.items)
    for nonsense in ("-1", "x", "9" * 9):
        with pytest.raises(BadCursor):
            catalog.search_categories("lamp", cursor=nonsense)


def test_recommendation_turns_on_the_noun() -> None:
    def best(title: str) -> str:
        return catalog.recommend_category(title)[0].category.path

    assert best("Round teapot in moss green stoneware") == TEAPOTS
    assert best("Heavy cotton tee with a pocket") == SHIRTS
    assert best("Heavy cotton tee for lovers of teapots") == SHIRTS
    assert best("Jumper") == "Apparel & Accessories > Clothing > Clothing Tops > Sweaters"
    for title in ("", "Xyzzy Plugh", "ティーポット", "🫖" * 300):
        assert catalog.recommend_category(title) == ()
    several = catalog.recommend_category("Snowboard boots", limit=5)
    assert len(several) == 5
    assert all(each.category.is_leaf and 0 < each.score <= 1 for each in several)
    assert [each.score for each in several] == sorted((e.score for e in several), reverse=True)


def test_recommendation_within_a_branch_and_with_more_words() -> None:
    shoes = category_at("Apparel & Accessories > Shoes")
    found = catalog.recommend_category("Snowboard boots", within=shoes, limit=9)
    assert found
    assert all(each.category.path.startswith("Apparel & Accessories > Shoes") for each in found)
    assert catalog.recommend_category("Xyzzy") == ()
    assert catalog.recommend_category("Xyzzy", beside=["A teapot"])[0].category.path == TEAPOTS
    with pytest.raises(NoSuchCategory):
        catalog.recommend_category("Mug", within=CategoryId(7))


def test_names_in_other_languages() -> None:
    assert catalog.local_name(category_at(TEAPOTS), "pt-BR") == "Bules de chá"
    assert catalog.local_name(category_at(TEAPOTS), "de-AT") == "Teekannen"
    assert catalog.local_name(category_at(TEAPOTS), "ja-JP") == "Teapots"
    with pytest.raises(NoSuchCategory):
        catalog.local_name(CategoryId(7), "de")


async def stored(db: OneConnection, shop: Shop, product_id: ProductId) -> catalog.Product:
    async with db.reading() as tx:
        return (await catalog.product_for(tx, shop.staff, shop.id, product_id)).product


async def test_products_keep_what_they_say(db: OneConnection, engine_for: EngineFor) -> None:
    engine = engine_for(WIRING)
    async with db.transaction() as tx:
        shop = await open_shop(tx)
    said = (
        says(SHIRTS, "target_gender", "unisex"),
        says(SHIRTS, "fabric", " Cotton ", "Moonlight", "Cotton", " "),
    )
    product_id = await on_sale(db, engine, shop, category_id=category_at(SHIRTS), attributes=said)
    page = await stored(db, shop, product_id)
    gender, fabric = page.attributes
    assert gender.values == (Chosen("Unisex", attribute(SHIRTS, "target_gender").values[2].id),)
    assert [value.name for value in fabric.values] == ["Cotton", "Moonlight"]
    assert [value.id is None for value in fabric.values] == [False, True]
    assert page.status is catalog.Status.ACTIVATE


async def test_what_is_required_is_asked_for_at_the_end(
    db: OneConnection, engine_for: EngineFor
) -> None:
    async with db.transaction() as tx:
        shop = await open_shop(tx)
        draft = teapot(shop, category_id=category_at(SHIRTS))
        product_id = await catalog.create_product(tx, shop.staff, draft)
    async with refused(db, Invalid) as no:
        await catalog.submit(no.tx, shop.staff, shop.id, [product_id])
    assert [problem.field for problem in no.value.problems] == ["attributes.target_gender"]
    said = says(SHIRTS, "target_gender", "Female")
    async with db.transaction() as tx:
        changed = teapot(shop, category_id=draft.category_id, attributes=(said,))
        await catalog.edit_product(tx, shop.staff, product_id, changed)
        await catalog.submit(tx, shop.staff, shop.id, [product_id])
    await engine_for(WIRING).settle()
    async with refused(db, Invalid) as no:
        await catalog.edit_product(no.tx, shop.staff, product_id, draft)


async def test_all_that_does_not_fit_is_said_at_once(db: OneConnection) -> None:
    async with db.transaction() as tx:
        shop = await open_shop(tx)
    said = (
        says(SHIRTS, "target_gender", "Female", "Male"),
        says(SHIRTS, "age_group", "Ancient"),
        says(SHIRTS, "fabric", "x" * 101),
        ProductAttribute(
            attribute(SHIRTS, "neckline").id, (Chosen("", catalog.ValueId(new_id())),)
        ),
        says("Home & Garden > Lighting > Lamps > Table Lamps", "bulb_type", "LED"),
        says(SHIRTS, "fabric", "Cotton"),
    )
    async with refused(db, Invalid) as no:
        await catalog.create_product(
            no.tx,
            shop.staff,
            teapot(shop, title="", category_id=category_at(SHIRTS), attributes=said),
        )
    assert {problem.field for problem in no.value.problems} == {
        "title", "attributes.target_gender", "attributes.age_group", "attributes.fabric",
        "attributes.neckline", "attributes[4]",
    }  # fmt: skip


async def test_food_is_taxed_as_food(db: OneConnection, engine_for: EngineFor) -> None:
    engine = engine_for(WIRING)
    async with db.transaction() as tx:
        shop = await open_shop(tx)
    food = "Food, Beverages & Tobacco"
    found = {}
    for path in (f"{food} > Food Items > Condiments & Sauces > Honey", TEAPOTS):
        product_id = await on_sale(db, engine, shop, category_id=category_at(path))
        async with db.reading() as tx:
            keys = await catalog.sku_keys_of_product(tx, shop.id, product_id)
            found[path] = {each.tax_category for each in (await catalog.offers(tx, keys)).values()}
    assert list(found.values()) == [{"food"}, {""}]
