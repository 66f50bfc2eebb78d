"""Pages, lists, search and offers: what buyers see, in how many statements."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from clipcart import catalog
from clipcart.catalog import Filter, SkuDraft
from clipcart.catalog.words import search_text, trigrams
from clipcart.kit.db import round_trips
from clipcart.kit.engine import Engine, Wiring
from clipcart.kit.errors import BadCursor
from clipcart.kit.ids import ProductId, SkuId, new_id
from tests.catalog.world import (
    TEAPOTS,
    WIRING,
    Shop,
    category_at,
    on_sale,
    open_shop,
    refused,
    teapot,
    usd,
)
from tests.support.database import OneConnection

EngineFor = Callable[[Wiring], Engine]
WARES = [
    ("Stoneware teapot, moss glaze", 4800),
    ("Teapot warmer of cast iron", 2900),
    ("Linen apron", 3900),
    ("Set of six tea bowls", 8200),
]


async def market(db: OneConnection, engine: Engine) -> tuple[Shop, dict[str, ProductId]]:
    """A shop that sells WARES, put on sale a minute apart."""
    async with db.transaction() as tx:
        shop = await open_shop(tx)
    found = {}
    for title, price in WARES:
        db.pass_time(timedelta(minutes=1))
        found[title] = await on_sale(
            db, engine, shop, title=title, skus=(SkuDraft(usd(price), ("Moss",)),)
        )
    return shop, found


async def test_page_and_offers_take_one_statement(db: OneConnection, engine_for: EngineFor) -> None:
    engine = engine_for(WIRING)
    shop, found = await market(db, engine)
    async with db.reading() as tx:
        counter = [0]
        token = round_trips.set(counter)
        page = await catalog.product(tx, shop.id, found["Linen apron"])
        assert page is not None
        offers = await catalog.offers(tx, [(shop.id, page.skus[0].id), (shop.id, SkuId(new_id()))])
        round_trips.reset(token)
    assert counter == [2]
    assert page.shop_name == "Kiln and Leaf"
    assert page.category_path == TEAPOTS
    offer = offers[page.skus[0].id]
    assert len(offers) == 1
    assert (offer.title, offer.options_text, offer.unit_price) == ("Linen apron", "Moss", usd(3900))
    assert offer.image_key == "products/teapot.webp"
    assert offer.is_sellable


async def test_search_finds_all_words_best_first(db: OneConnection, engine_for: EngineFor) -> None:
    engine = engine_for(WIRING)
    await market(db, engine)

    async def titles(text: str, **how: object) -> list[str]:
        async with db.reading() as tx:
            page = await catalog.search(tx, text, **how)  # type: ignore[arg-type]
        return [card.title for card in page.items]

    assert await titles("linen aprons") == ["Linen apron"], "stems"
    assert await titles("LIN") == ["Linen apron"], "unfinished words"
    assert await titles("teapot iron") == ["Teapot warmer of cast iron"]
    assert await titles("teapot linen") != []
    assert set(await titles("teapot")) >= {WARES[0][0], WARES[1][0]}
    assert (await titles("teapot"))[0] in {WARES[0][0], WARES[1][0]}, "titles before categories"
    assert await titles("tea", order="dearest") == [
        "Set of six tea bowls", WARES[0][0], "Linen apron", WARES[1][0],
    ]  # fmt: skip
    assert await titles("zeppelin") == []
    assert await titles("  &|!():* ") == []
    assert await titles("teapot", narrow=Filter(price_to=3000)) == [WARES[1][0]]


async def test_typing_errors_are_mended(db: OneConnection, engine_for: EngineFor) -> None:
    await market(db, engine_for(WIRING))
    async with db.reading() as tx:
        assert await catalog.mend(tx, "linnen apron") == "linen apron"
        assert await catalog.mend(tx, "stonewear teapott") == "stoneware teapot"
        assert await catalog.mend(tx, "linen apron") is None
        assert await catalog.mend(tx, "qqqqqq") is None


@pytest.mark.parametrize("order", ["newest", "cheapest", "dearest"])
async def test_lists_page_without_gap_or_repetition(
    db: OneConnection, engine_for: EngineFor, order: str
) -> None:
    await market(db, engine_for(WIRING))
    titles: list[str] = []
    cursor: str | None = None
    async with db.reading() as tx:
        while True:
            page = await catalog.newest(tx, order=order, cursor=cursor, limit=3)
            titles += [card.title for card in page.items]
            cursor = page.next_cursor
            if cursor is None:
                break
    by_price = [title for title, _ in sorted(WARES, key=lambda ware: ware[1])]
    expected = {
        "newest": [title for title, _ in reversed(WARES)],
        "cheapest": by_price,
        "dearest": by_price[::-1],
    }
    assert titles == expected[order]


async def test_search_pages_by_rank(db: OneConnection, engine_for: EngineFor) -> None:
    await market(db, engine_for(WIRING))
    async with db.reading() as tx:
        whole = await catalog.search(tx, "tea")
        first = await catalog.search(tx, "tea", limit=2)
        second = await catalog.search(tx, "tea", limit=2, cursor=first.next_cursor)
    assert [*first.items, *second.items] == list(whole.items)
    async with refused(db, BadCursor) as no:
        await catalog.search(no.tx, "tea", cursor="nonsense")


async def test_lists_are_narrowed(db: OneConnection, engine_for: EngineFor) -> None:
    engine = engine_for(WIRING)
    shop, _ = await market(db, engine)
    async with db.transaction() as tx:
        other = await open_shop(tx, name="Loom House")
    rugs = category_at("Home & Garden > Decor > Rugs")
    await on_sale(db, engine, other, title="Wool rug", category_id=rugs)

    async def count(narrow: Filter) -> int:
        async with db.reading() as tx:
            return len((await catalog.newest(tx, narrow=narrow)).items)

    assert await count(Filter()) == 5
    assert await count(Filter(shop_id=other.id)) == 1
    assert await count(Filter(category="Home & Garden")) == 5
    assert await count(Filter(category="Home & Garden > Kitchen & Dining")) == 4
    assert await count(Filter(category="Home & Garden > Kit")) == 0, "steps, not letters"
    assert await count(Filter(price_from=3900, price_to=4800)) == 3
    assert await count(Filter(market_id="us")) == 5
    assert await count(Filter(market_id="jp")) == 0
    async with db.reading() as tx:
        counted = await catalog.categories_on_sale(tx)
        cards = await catalog.cards(tx, [(shop.id, ProductId(new_id()))])
    assert [(one.name, one.products) for one in counted] == [
        ("Home & Garden", 5), ("Decor", 1), ("Rugs", 1), ("Kitchen & Dining", 4), ("Tableware", 4),
        ("Coffee Servers & Teapots", 4), ("Teapots", 4),
    ]  # fmt: skip
    assert cards == {}


async def test_the_shops_own_list_shows_every_status(
    db: OneConnection, engine_for: EngineFor
) -> None:
    engine = engine_for(WIRING)
    shop, _ = await market(db, engine)
    async with db.transaction() as tx:
        draft = await catalog.create_product(tx, shop.staff, teapot(shop, title="Sugar jar"))
        every = await catalog.products_of_shop(tx, shop.staff, shop.id)
        drafts = await catalog.products_of_shop(
            tx, shop.staff, shop.id, statuses=[catalog.Status.DRAFT]
        )
        named = await catalog.products_of_shop(tx, shop.staff, shop.id, text="sugar")
    assert len(every.items) == 5
    assert [card.product_id for card in drafts.items] == [draft]
    assert [card.product_id for card in named.items] == [draft]


def test_what_is_typed_becomes_a_query() -> None:
    assert search_text("Moss Teapot") == "moss & teapot:*"
    assert search_text("') | drop & !") == "drop:*"
    assert search_text("!!") is None
    assert trigrams("tea") == ["  t", " te", "ea ", "tea"]
