"""A shop's own page: banner, story, products; and its shelf for other pages."""

from dataclasses import dataclass
from datetime import datetime

from clipcart import catalog, markets, sellers
from clipcart.catalog import Filter
from clipcart.doorway import Shell, Visit
from clipcart.kit.errors import Absent
from clipcart.kit.ids import ProductId, ShopId
from clipcart.kit.listing import Page
from clipcart.sellers import Shop
from clipcart.web.storefront import words
from clipcart.web.storefront.frame import frame, media, shop_url
from clipcart.web.storefront.pages.cards import GRID, Shelf, shelf

BESIDE = 6


@dataclass(frozen=True, slots=True)
class ShopFacts:
    """What a buyer may rely on, of one shop."""

    name: str
    url: str
    tagline: str
    avatar_url: str | None
    verified_since: str | None
    ships_from: str
    promises: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ShopPage:
    """A shop and what it sells."""

    shell: Shell
    facts: ShopFacts
    banner_url: str | None
    story: tuple[str, ...]
    shelf: Shelf


@dataclass(frozen=True, slots=True)
class BesidePage:
    """Other products of a shop, for the foot of a product page."""

    shelf: Shelf


async def shop_page(visit: Visit, handle: str, after: str | None) -> ShopPage:
    """The shop of a handle. Raises NoSuchShop; Absent when it does not sell now."""
    async with visit.reading() as tx:
        shop = await sellers.shop_by_handle(tx, handle)
        if not shop.is_live:
            raise Absent("shop")
        narrow = Filter(shop_id=shop.id)
        found = await catalog.newest(tx, narrow=narrow, cursor=after, limit=GRID)
        shell = await frame(visit, tx, shop.name, description=shop.tagline or None)
        facts = facts_of(shop, tx.now)
    path = shop_url(shop.handle)
    return ShopPage(
        shell,
        facts,
        media(shop.banner_key),
        tuple(part.strip() for part in shop.story.split("\n") if part.strip()),
        shelf("Products", found, path, is_more=after is not None, with_shop=False),
    )


async def beside(visit: Visit, shop_id: ShopId, product_id: ProductId | None) -> BesidePage:
    """What else the shop of a product sells, newest first."""
    async with visit.reading() as tx:
        found = await catalog.newest(tx, narrow=Filter(shop_id=shop_id), limit=BESIDE + 1)
    others = [card for card in found.items if card.product_id != product_id][:BESIDE]
    return BesidePage(
        shelf("More from this shop", Page(tuple(others), None), "/", is_more=True, with_shop=False)
    )


def facts_of(shop: Shop, now: datetime) -> ShopFacts:
    """What the shop's verification and its market's rules promise a buyer."""
    market = markets.get(shop.market_id)
    rules = market.at(now)
    cancel = words.counted(shop.free_cancel_hours, "hour")
    return ShopFacts(
        shop.name,
        shop_url(shop.handle),
        shop.tagline,
        media(shop.avatar_key),
        f"{shop.live_at.astimezone(market.time_zone):%B %Y}" if shop.live_at else None,
        market.name,
        (
            ("undo", f"Cancel free for {cancel} after paying"),
            ("truck", f"Ships within {words.counted(rules.dispatch_business_days, 'working day')}"),
            ("replay", f"{rules.return_window_days} days to send it back"),
        ),
    )
