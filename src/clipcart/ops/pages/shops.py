"""Every shop, and one of them: its state, its listings, its past."""

from dataclasses import dataclass
from datetime import datetime

from clipcart import catalog, identity, markets, sellers
from clipcart.doorway import Shell
from clipcart.kit.ids import ShopId
from clipcart.ops import words
from clipcart.ops.desk import FRESH, Desk, Typed, later
from clipcart.ops.pages.listings import ListingRow, listing_row
from clipcart.ops.pages.verification import HistoryStep, history, past_of
from clipcart.sellers import Shop, ShopState

PATH = "/ops/shops"
STATES = (
    ("", "Every state"),
    ("LIVE", "Open"),
    ("IN_REVIEW", "In review"),
    ("ONBOARDING", "Setting up"),
    ("REJECTED", "Needs changes"),
    ("SUSPENDED", "Suspended"),
)


@dataclass(frozen=True, slots=True)
class ShopRow:
    """A shop in the directory."""

    name: str
    handle: str
    url: str
    market: str
    state: str
    opened_at: datetime
    live_at: datetime | None


@dataclass(frozen=True, slots=True)
class ShopsPage:
    """ops/shops.html."""

    shell: Shell
    rows: tuple[ShopRow, ...]
    text: str
    state: str
    states: tuple[tuple[str, str], ...]
    newer_url: str | None
    older_url: str | None


@dataclass(frozen=True, slots=True)
class ShopPage:
    """ops/shop.html."""

    shell: Shell
    shop: Shop
    url: str
    market: str
    facts: tuple[tuple[str, str], ...]
    listings: tuple[ListingRow, ...]
    text: str
    newer_url: str | None
    older_url: str | None
    history: tuple[HistoryStep, ...]
    typed: Typed


async def shops_page(
    desk: Desk, text: str | None, state: str | None, cursor: str | None
) -> ShopsPage:
    """Shops, newest first. One statement."""
    chosen = ShopState.__members__.get(state or "")
    async with desk.visit.reading() as tx:
        page = await sellers.every_shop(
            tx, desk.actor, state=chosen, text=text, cursor=cursor, limit=30
        )
    kept = {"q": text, "state": chosen.value if chosen else None}
    return ShopsPage(
        desk.shell("Shops", "Shops"),
        tuple(
            ShopRow(
                each.name,
                each.handle,
                f"{PATH}/{each.id}",
                markets.get(each.market_id).name,
                each.state.value,
                each.opened_at,
                each.live_at,
            )
            for each in page.items
        ),
        text or "",
        chosen.value if chosen else "",
        STATES,
        later(PATH, page.previous_cursor, **kept),
        later(PATH, page.next_cursor, **kept),
    )


async def shop_page(
    desk: Desk, shop_id: ShopId, text: str | None, cursor: str | None, typed: Typed = FRESH
) -> ShopPage:
    """One shop. Six statements. Raises NoSuchShop."""
    async with desk.visit.reading() as tx:
        shop = await sellers.shop(tx, shop_id)
        staff = await sellers.staff_of(tx, desk.actor, shop_id)
        listings = await catalog.products_of_shop(
            tx, desk.actor, shop_id, text=text, cursor=cursor, limit=20
        )
        rows = await past_of(tx, shop_id)
        people = await identity.people(tx, words.person_ids(row.actor for row in rows))
        now = tx.now
    path = f"{PATH}/{shop_id}"
    return ShopPage(
        desk.shell(shop.name, "Shops"),
        shop,
        path,
        markets.get(shop.market_id).name,
        (
            ("Number", str(shop.id)),
            ("Address", f"/shops/{shop.handle}"),
            ("Market", markets.get(shop.market_id).name),
            ("Currency", shop.currency),
            ("Free to cancel", f"{shop.free_cancel_hours} h"),
            *((member.role.value.capitalize(), member.name) for member in staff),
        ),
        tuple(listing_row(each, now, {}) for each in listings.items),
        text or "",
        later(path, listings.previous_cursor, q=text),
        later(path, listings.next_cursor, q=text),
        history(desk, rows, people),
        typed,
    )
