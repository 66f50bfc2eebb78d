"""Search: text, category, price, order, market; and something to look at when nothing fits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from clipcart import catalog, markets
from clipcart.catalog import Card, CategoryCount, Filter
from clipcart.doorway import Shell, Visit
from clipcart.kit.db import Tx
from clipcart.kit.listing import Page
from clipcart.kit.money import Money, MoneyFormatError
from clipcart.markets import Market
from clipcart.web.storefront.frame import frame, home_market
from clipcart.web.storefront.pages.cards import GRID, Shelf, shelf

SORTS = (
    ("best", "Best match"),
    ("newest", "Newest first"),
    ("cheapest", "Cheapest first"),
    ("dearest", "Dearest first"),
)
STEP = " > "
SUGGESTED = 8
EVERYWHERE = "all"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is searched for, as it was typed. Empty texts narrow nothing.

    `market` is empty for the visitor's own, `home`.
    """

    home: str
    text: str
    category: str
    market: str
    low: str
    high: str
    sort: str

    def query(self) -> dict[str, str]:
        """The parts of the address, the empty ones left out."""
        parts = {
            "q": self.text,
            "category": self.category,
            "market": self.market,
            "low": self.low,
            "high": self.high,
            "sort": self.sort,
        }
        return {name: value for name, value in parts.items() if value}


@dataclass(frozen=True, slots=True)
class SearchPage:
    """What was found, or what else there is."""

    shell: Shell
    wanted: Wanted
    title: str
    shelf: Shelf
    categories: tuple[tuple[str, str], ...]
    markets: tuple[tuple[str, str], ...]
    sorts: tuple[tuple[str, str], ...]
    price_sign: str
    price_errors: Mapping[str, str]
    is_narrowed: bool
    everywhere_url: str | None
    mended: str | None
    mended_url: str | None
    suggestions: Shelf | None


def wanted_of(visit: Visit) -> Wanted:
    """What the address asks for; unknown choices are dropped."""
    market = visit.query("market") or ""
    sort = visit.query("sort") or ""
    home = home_market(visit).id
    return Wanted(
        home=home,
        text=(visit.query("q") or "").strip()[:200],
        category=visit.query("category") or "",
        market=market if market in _places() and market != home else "",
        low=(visit.query("low") or "").strip(),
        high=(visit.query("high") or "").strip(),
        sort=sort if sort in dict(SORTS) else "",
    )


async def search(visit: Visit, after: str | None) -> SearchPage:
    """The page of a search. Raises BadCursor."""
    wanted = wanted_of(visit)
    market = markets.get(wanted.home if wanted.market in ("", EVERYWHERE) else wanted.market)
    errors: dict[str, str] = {}
    narrow = _narrow(wanted, market, errors)
    mended, suggestions = None, None
    async with visit.reading() as tx:
        found = await _find(tx, wanted, narrow, after)
        categories = await catalog.categories_on_sale(tx, narrow.market_id)
        if not found.items and after is None:
            mended = await catalog.mend(tx, wanted.text) if wanted.text else None
            others = await catalog.newest(tx, narrow=Filter(market_id=market.id), limit=SUGGESTED)
            suggestions = shelf("While you are here", others, "/", is_more=True)
        title = f"Search: {wanted.text}" if wanted.text else wanted.category or "Everything"
        shell = await frame(visit, tx, title, query=wanted.text)
    mended_url = None
    if mended:
        mended_url = "/search?" + urlencode({**wanted.query(), "q": mended})
    query = wanted.query()
    return SearchPage(
        shell,
        wanted,
        _heading(wanted),
        shelf("What we found", found, "/search", is_more=after is not None, query=query),
        _choices(categories, wanted.category),
        tuple(_places().items()),
        SORTS if wanted.text else SORTS[1:],
        Money.zero(market.currency).format(market.language).rstrip("0.,").strip(),
        errors,
        bool(set(query) - {"q"}),
        None if wanted.market == EVERYWHERE else _everywhere(query),
        mended,
        mended_url,
        suggestions,
    )


async def _find(tx: Tx, wanted: Wanted, narrow: Filter, after: str | None) -> Page[Card]:
    if wanted.text:
        order = wanted.sort or "best"
        return await catalog.search(
            tx, wanted.text, narrow=narrow, order=order, cursor=after, limit=GRID
        )
    order = wanted.sort if wanted.sort not in ("", "best") else "newest"
    return await catalog.newest(tx, narrow=narrow, order=order, cursor=after, limit=GRID)


def _narrow(wanted: Wanted, market: Market, errors: dict[str, str]) -> Filter:
    low, high = (
        _minor("low", wanted.low, market, errors),
        _minor("high", wanted.high, market, errors),
    )
    # Amounts compare within one currency only, so a price narrows to one market as well.
    has_price = low is not None or high is not None
    return Filter(
        market_id=None if wanted.market == EVERYWHERE and not has_price else market.id,
        category=wanted.category or None,
        price_from=low,
        price_to=high,
    )


def _minor(name: str, text: str, market: Market, errors: dict[str, str]) -> int | None:
    if not text:
        return None
    try:
        amount = Money.parse(text, market.currency)
    except MoneyFormatError:
        example = Money(20 * market.currency.scale, market.currency).decimal_string()
        errors[name] = f"Write an amount like {example}."
        return None
    return max(amount.minor, 0)


def _everywhere(query: dict[str, str]) -> str:
    kept = {name: text for name, text in query.items() if name not in ("low", "high")}
    return "/search?" + urlencode({**kept, "market": EVERYWHERE})


def _places() -> dict[str, str]:
    return {EVERYWHERE: "Everywhere"} | {each.id: each.name for each in markets.all()}


def _heading(wanted: Wanted) -> str:
    if wanted.text:
        return f"“{wanted.text}”"
    return wanted.category.rsplit(" > ", 1)[-1] or "Everything on the street"


def _choices(found: Sequence[CategoryCount], wanted: str) -> tuple[tuple[str, str], ...]:
    """The roots, and below them the way to the wanted category with what lies beside and below."""
    steps = wanted.split(STEP)
    opened = {STEP.join(steps[:depth]) for depth in range(len(steps) + 1)}
    return tuple(
        (each.path, "\u2003" * each.path.count(STEP) + f"{each.name} ({each.products})")
        for each in found
        if each.path.rpartition(STEP)[0] in opened
    )
