"""The home page: an opening, what is new, shops, categories."""

from collections.abc import Sequence
from dataclasses import dataclass

from clipcart import catalog, markets, sellers
from clipcart.catalog import CategoryCount, Filter
from clipcart.doorway import Shell, Visit
from clipcart.markets import Market
from clipcart.sellers import Shop
from clipcart.web.storefront.frame import frame, home_market, media, shop_url
from clipcart.web.storefront.pages.cards import GRID, Shelf, mixed, shelf

SHOPS = 12
DIRECTORY = 60
"""How many of the newest shops are looked through for those of one market."""
STEP = " > "


@dataclass(frozen=True, slots=True)
class ShopView:
    """A shop among shops."""

    name: str
    url: str
    tagline: str
    avatar_url: str | None


@dataclass(frozen=True, slots=True)
class CategoryView:
    """A category and how many products are in it."""

    name: str
    path: str
    products: int


@dataclass(frozen=True, slots=True)
class HomePage:
    """The front of the street."""

    shell: Shell
    shelf: Shelf
    shops: tuple[ShopView, ...]
    categories: tuple[CategoryView, ...]
    elsewhere: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ShelfPage:
    """More products, alone or as a page of their own."""

    shell: Shell
    shelf: Shelf


async def home(visit: Visit) -> HomePage:
    """The home page of the visitor's market: three statements, and one for the cart."""
    market = home_market(visit)
    async with visit.reading() as tx:
        newest = await catalog.newest(tx, narrow=Filter(market_id=market.id), limit=GRID)
        shops = await sellers.directory(tx, limit=DIRECTORY)
        categories = await catalog.categories_on_sale(tx, market.id)
        shell = await frame(
            visit,
            tx,
            "Many shops, one cart",
            description="Small shops with things worth having. One cart, one payment, every order "
            "followed to your door.",
        )
    return HomePage(
        shell,
        shelf("New in", mixed(newest), "/", is_more=False),
        tuple(shop_view(shop) for shop in shops.items if shop.market_id == market.id)[:SHOPS],
        top_categories(categories),
        tuple(_elsewhere(market)),
    )


async def more_new(visit: Visit, after: str) -> ShelfPage:
    """What is new, further down."""
    narrow = Filter(market_id=home_market(visit).id)
    async with visit.reading() as tx:
        newest = await catalog.newest(tx, narrow=narrow, cursor=after, limit=GRID)
        shell = await frame(visit, tx, "More that is new")
    return ShelfPage(shell, shelf("New in, continued", mixed(newest), "/", is_more=True))


def _elsewhere(market: Market) -> list[tuple[str, str]]:
    """Other markets by name, and where their products are."""
    others = [each for each in markets.all() if each.id != market.id]
    return [(each.name, f"/search?market={each.id}") for each in others]


def shop_view(shop: Shop) -> ShopView:
    """A shop as a card."""
    return ShopView(shop.name, shop_url(shop.handle), shop.tagline, media(shop.avatar_key))


def top_categories(found: Sequence[CategoryCount]) -> tuple[CategoryView, ...]:
    """The roots below which something is on sale, with how many products."""
    return tuple(
        CategoryView(each.name, each.path, each.products) for each in found if STEP not in each.path
    )
