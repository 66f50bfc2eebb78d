"""W1 and W2: what people do who only look."""

from collections.abc import Awaitable, Callable
from functools import partial
from random import Random
from urllib.parse import urlencode

from bench import words
from bench.bench import Bench, json_of, only, require
from bench.report import Figure
from bench.wire import Outcome, Script, request
from bench.world import MARKET, SKUS_EACH
from clipcart import catalog, inventory
from clipcart.kit.db import Tx
from clipcart.kit.ids import ProductId, ShopId, SkuId

CONNECTIONS = 16
PAGE = 20
VARIETY = 1_000
"""Different lists and searches."""


async def products(bench: Bench) -> None:
    """W1: a product with its variants, their prices, and how many of each there are."""
    shelves = list(bench.world.shelves)
    Random(2).shuffle(shelves)
    scripts: list[Script] = [
        (request("GET", f"/api/v1/products/{shelf.shop_id}/{shelf.product_id}"),)
        for shelf in shelves
    ]
    outcome = bench.send(scripts, CONNECTIONS)
    only(outcome, 200)
    for sample in outcome.samples:
        found, shelf = json_of(sample), shelves[sample.script]
        skus = [int(sku["sku_id"]) for sku in found["skus"]]
        require(
            found["product_id"] == str(shelf.product_id)
            and skus == list(shelf.sku_ids)
            and len(skus) == SKUS_EACH
            and all(sku["available"] > 0 and sku["price"]["amount"] for sku in found["skus"]),
            f"W1 gave a wrong product: {found}",
        )

    async def read(shop_id: ShopId, product_id: ProductId, skus: list[SkuId], tx: Tx) -> None:
        await catalog.product(tx, shop_id, product_id)
        await inventory.levels(tx, [(shop_id, sku) for sku in skus])

    top = await bench.read_ceiling(
        [
            partial(
                read,
                ShopId(shelf.shop_id),
                ProductId(shelf.product_id),
                [SkuId(sku) for sku in shelf.sku_ids],
            )
            for shelf in shelves
        ],
        CONNECTIONS,
    )
    bench.add(_figure("W1", "product with variants and prices", outcome, top, 4_000))


async def lists(bench: Bench) -> None:
    """W2: pages of 20, listed and searched."""
    await _listing(bench)
    await _searching(bench)


async def _listing(bench: Bench) -> None:
    dice = Random(3)
    chosen: list[tuple[dict[str, str], Callable[[Tx], Awaitable[object]]]] = []
    for _ in range(VARIETY):
        narrow, order = {"market": MARKET}, dice.choice(("newest", "newest", "cheapest"))
        if dice.random() < 0.6:
            # Half of the way up is a page as well: Home > Kitchen.
            steps = dice.choice(words.CATEGORIES).split(" > ")
            narrow["category"] = " > ".join(steps[: dice.choice((2, 3))])
        filters = catalog.Filter(market_id=MARKET, category=narrow.get("category"))
        call = partial(_newest, filters, order)
        chosen.append(({**narrow, "order": order, "limit": str(PAGE)}, call))
    scripts: list[Script] = [
        (request("GET", f"/api/v1/products?{urlencode(query)}"),) for query, _ in chosen
    ]
    outcome = bench.send(scripts, CONNECTIONS)
    only(outcome, 200)
    for sample in outcome.samples:
        found = json_of(sample)["items"]
        category = chosen[sample.script][0].get("category", "")
        require(
            bool(found)
            and len(found) <= PAGE
            and all(card["category"].startswith(category) for card in found),
            f"W2 listed what was not asked for: {found}",
        )
    top = await bench.read_ceiling([call for _, call in chosen], CONNECTIONS)
    bench.add(_figure("W2", "listing page of 20", outcome, top, 1_500))


async def _searching(bench: Bench) -> None:
    texts = words.searches(Random(4), VARIETY)
    scripts: list[Script] = [
        (
            request(
                "GET",
                "/api/v1/products?"
                + urlencode({"query": text, "market": MARKET, "limit": str(PAGE)}),
            ),
        )
        for text in texts
    ]
    outcome = bench.send(scripts, CONNECTIONS)
    only(outcome, 200)
    hits, described = 0, " ".join(words.SENTENCES).lower()
    for sample in outcome.samples:
        found, typed = json_of(sample)["items"], texts[sample.script].split()
        hits += len(found)
        for card in found:
            text = f"{card['title']} {card['category']} {described}".lower()
            require(
                all(word[:4] in text for word in typed),
                f"W2 searched {typed} and found {card}",
            )
    require(hits > 0, "W2 found nothing at all")
    calls: list[Callable[[Tx], Awaitable[object]]] = [partial(_search, text) for text in texts]
    top = await bench.read_ceiling(calls, CONNECTIONS)
    figure = _figure("W2", "search page of 20", outcome, top, 1_500)
    figure.checks["hits a page"] = hits / max(1, len(outcome.samples))
    bench.add(figure)


async def _newest(narrow: catalog.Filter, order: str, tx: Tx) -> object:
    return await catalog.newest(tx, narrow=narrow, order=order, limit=PAGE)


async def _search(text: str, tx: Tx) -> object:
    return await catalog.search(tx, text, narrow=catalog.Filter(market_id=MARKET), limit=PAGE)


def _figure(
    workload: str, what: str, outcome: Outcome, top: float | None, aim_per_s: int
) -> Figure:
    return Figure(
        workload,
        what,
        outcome.per_second,
        "/s",
        outcome.percentile_ms(0.5),
        outcome.percentile_ms(0.99),
        top,
        f"{aim_per_s:,}/s",
        outcome.per_second >= aim_per_s,
        {"bodies checked": len(outcome.samples)},
    )
