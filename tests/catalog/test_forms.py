"""Product forms: every limit, all problems at once, and descriptions that are safe."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clipcart import catalog
from clipcart.catalog import Axis, CategoryId, Image, SkuDraft
from clipcart.catalog.sanitise import plain_text, sanitise
from clipcart.kit.errors import Absent, Forbidden, Invalid
from clipcart.kit.ids import ShopId, new_id
from clipcart.kit.money import JPY, Money
from tests.catalog.world import category_at, facts, open_shop, person, refused, teapot, usd
from tests.support.database import OneConnection

ONE = (SkuDraft(usd(4800)),)
LONG = "x" * 51
BROKEN: dict[str, tuple[dict[str, Any], set[str]]] = {
    "no title": ({"title": "  "}, {"title"}),
    "long title": ({"title": "x" * 256}, {"title"}),
    "long description": ({"description_html": "x" * 10_001}, {"description_html"}),
    "ten pictures": ({"images": (Image("a"),) * 10}, {"images"}),
    "a picture of nothing": ({"images": (Image(" "),)}, {"images[0]"}),
    "odd handle": ({"handle": "Tea Pot"}, {"handle"}),
    "four axes": (
        {
            "axes": tuple(Axis(name, ("1",)) for name in "abcd"),
            "skus": (SkuDraft(usd(1), ("1",) * 4),),
        },
        {"axes"},
    ),
    "same axis twice": (
        {"axes": (Axis("A", ("1",)), Axis("a", ("1",))), "skus": (SkuDraft(usd(1), ("1", "1")),)},
        {"axes[0].name", "axes[1].name"},
    ),
    "long axis name": (
        {"axes": (Axis("x" * 21, ("1",)),), "skus": (SkuDraft(usd(1), ("1",)),)},
        {"axes[0].name"},
    ),
    "long value": (
        {"axes": (Axis("A", (LONG,)),), "skus": (SkuDraft(usd(1), (LONG,)),)},
        {"axes[0].values"},
    ),
    "no SKU": ({"skus": ()}, {"skus"}),
    "301 SKUs": (
        {"skus": tuple(SkuDraft(usd(1), ("Moss",)) for _ in range(301))},
        {"skus"},
    ),
    "two SKUs without an axis": ({"axes": (), "skus": ONE * 2}, {"skus"}),
    "unknown option": ({"skus": (SkuDraft(usd(1), ("Sky",)),)}, {"skus[0].options"}),
    "same options": (
        {"skus": (SkuDraft(usd(1), ("Moss",)), SkuDraft(usd(2), ("Moss",)))},
        {"skus[0].options", "skus[1].options"},
    ),
    "code with a space": (
        {"skus": (SkuDraft(usd(1), ("Moss",), "TEA 1"),)},
        {"skus[0].seller_sku"},
    ),
    "code of 51": ({"skus": (SkuDraft(usd(1), ("Moss",), LONG),)}, {"skus[0].seller_sku"}),
    "same code": (
        {"skus": (SkuDraft(usd(1), ("Moss",), "T1"), SkuDraft(usd(1), ("Ash",), "T1"))},
        {"skus[0].seller_sku", "skus[1].seller_sku"},
    ),
    "free": ({"skus": (SkuDraft(usd(0), ("Moss",)),)}, {"skus[0].price"}),
    "negative": ({"skus": (SkuDraft(usd(-5), ("Moss",)),)}, {"skus[0].price"}),
    "absurd price": ({"skus": (SkuDraft(usd(10**13), ("Moss",)),)}, {"skus[0].price"}),
    "other currency": (
        {"skus": (SkuDraft(Money(500, JPY), ("Moss",)),)},
        {"skus[0].price"},
    ),
    "heavier than a ton": (
        {"skus": (SkuDraft(usd(1), ("Moss",), weight_g=1_000_001),)},
        {"skus[0].weight_g"},
    ),
}


@pytest.mark.parametrize("name", BROKEN)
async def test_broken_forms_are_refused(db: OneConnection, name: str) -> None:
    changes, fields = BROKEN[name]
    async with db.transaction() as tx:
        shop = await open_shop(tx, live=False)
        await catalog.create_product(tx, shop.staff, teapot(shop))
    async with refused(db, Invalid) as no:
        await catalog.create_product(no.tx, shop.staff, teapot(shop, **changes))
    assert {problem.field for problem in no.value.problems} == fields


async def test_the_largest_form_is_accepted(db: OneConnection) -> None:
    values = tuple(f"{number:02}" + "x" * 48 for number in range(75))
    sizes = ("S", "M", "L", "XL")
    draft = {
        "title": "x" * 255,
        "description_html": "x" * 10_000,
        "images": tuple(Image(f"products/{number}.webp") for number in range(9)),
        "axes": (Axis("x" * 20, values), Axis("Size", sizes)),
        "skus": tuple(
            SkuDraft(usd(100), (value, size), f"{'y' * 44}{number:03}{size}"[:50])
            for number, value in enumerate(values)
            for size in sizes
        ),
    }
    async with db.transaction() as tx:
        shop = await open_shop(tx, live=False)
        product_id = await catalog.create_product(tx, shop.staff, teapot(shop, **draft))
        assert len(await catalog.sku_keys_of_product(tx, shop.id, product_id)) == 300


async def test_all_problems_are_told_at_once_with_rule_and_cure(db: OneConnection) -> None:
    async with db.transaction() as tx:
        shop = await open_shop(tx, live=False)
    async with refused(db, Invalid) as no:
        broken = teapot(shop, title="", images=(Image("a"),) * 12)
        await catalog.create_products(no.tx, shop.staff, shop.id, [teapot(shop), broken])
    assert [problem.field for problem in no.value.problems] == ["[1].title", "[1].images"]
    assert all(problem.rule and problem.cure for problem in no.value.problems)


async def test_codes_and_handles_are_unique_in_the_shop(db: OneConnection) -> None:
    coded = (SkuDraft(usd(1), ("Moss",), "T1"), SkuDraft(usd(1), ("Ash",)))
    async with db.transaction() as tx:
        shop, other = await open_shop(tx, live=False), await open_shop(tx, live=False)
        first = await catalog.create_product(
            tx, shop.staff, teapot(shop, skus=coded, handle="teapot")
        )
        await catalog.create_product(tx, other.staff, teapot(other, skus=coded, handle="teapot"))
        page = (await catalog.product_for(tx, shop.staff, shop.id, first)).product
    assert [sku.seller_sku for sku in page.skus] == ["T1", f"SKU-{page.skus[1].id}"]
    async with refused(db, catalog.SellerSkuTaken) as no:
        await catalog.create_product(no.tx, shop.staff, teapot(shop, skus=coded))
    async with refused(db, catalog.HandleTaken) as no:
        await catalog.create_product(no.tx, shop.staff, teapot(shop, handle="teapot"))
    async with refused(db, catalog.NoSuchCategory) as no:
        await catalog.create_product(
            no.tx, shop.staff, teapot(shop, category_id=CategoryId(new_id()))
        )
    async with refused(db, catalog.NotALeaf) as no:
        await catalog.create_product(
            no.tx, shop.staff, teapot(shop, category_id=category_at("Home & Garden"))
        )


async def test_equal_titles_get_handles_of_their_own(db: OneConnection) -> None:
    async with db.transaction() as tx:
        shop = await open_shop(tx, live=False)
        ids = await catalog.create_products(tx, shop.staff, shop.id, [teapot(shop)] * 3)
        listed = await catalog.products_of_shop(tx, shop.staff, shop.id)
    handles = {card.handle for card in listed.items}
    assert len(handles) == len(ids) == 3
    assert "stoneware-teapot-1-2-litres" in handles
    assert len(await facts(db, "catalog.product_created")) == 3


async def test_only_the_shops_staff_describes_products(db: OneConnection) -> None:
    async with db.transaction() as tx:
        shop, other = await open_shop(tx, live=False), await open_shop(tx, live=False)
    for actor in (person(), other.staff):
        async with refused(db, Forbidden) as no:
            await catalog.create_product(no.tx, actor, teapot(shop))
    nowhere = ShopId(new_id())
    async with refused(db, Absent) as no:
        await catalog.create_products(no.tx, person(nowhere), nowhere, [teapot(shop)])


DESCRIPTIONS = {
    "<p>Good <b>clay</b></p>": "<p>Good <strong>clay</strong></p>",
    '<p onclick="x()">Hi</p>': "<p>Hi</p>",
    "<script>alert(1)</script>Hi": "Hi",
    "<SCRIPT src=x></SCRIPT>Hi": "Hi",
    "<style>p{}</style><p>Hi": "<p>Hi</p>",
    '<a href="javascript:x()">Hi</a>': "Hi",
    "<img src=x onerror=alert(1)>Hi": "Hi",
    "<ul><li>One<li>Two</ul>": "<ul><li>One<li>Two</li></li></ul>",
    "a < b & c": "a &lt; b &amp; c",
    "<p>One<p>Two": "<p>One</p><p>Two</p>",
    "</p></div>Hi<br/>you": "Hi<br>you",
    "<!-- x --><![CDATA[x]]>Hi": "Hi",
    "<svg><script>x</script></svg>Hi": "Hi",
    "&lt;script&gt;": "&lt;script&gt;",
}


@pytest.mark.parametrize("raw", DESCRIPTIONS)
def test_descriptions_keep_only_what_is_safe(raw: str) -> None:
    assert sanitise(raw) == DESCRIPTIONS[raw]


FRAGMENTS = [
    "<p>", "</p>", "<script>", "</script>", "<b ", "onclick='x'", ">", "<", "&", "x", "<br>",
    "<ul><li>", "</ul>", "<!--", "-->", "<iframe", "&#60;script&#62;", "\x00", "'", '"',
    "<svg/onload=x>",
]  # fmt: skip


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=12).map("".join))
def test_sanitising_is_final_and_leaves_no_attribute(raw: str) -> None:
    clean = sanitise(raw)
    assert sanitise(clean) == clean
    tags = [part.split(">")[0] for part in clean.split("<")[1:]]
    allowed = {"p", "ul", "ol", "li", "br", "strong", "em", "h3", "h4", "blockquote"}
    assert all(tag.removeprefix("/") in allowed for tag in tags)
    assert "<" not in plain_text("<p>a</p>")
