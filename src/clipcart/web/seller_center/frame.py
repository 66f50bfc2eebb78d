"""The frame around the Seller Center: whose shop it is, what this person may open, what is due."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from clipcart import markets, orders, sellers
from clipcart.doorway import Shell, Visit
from clipcart.identity import Actor
from clipcart.kit.db import Tx
from clipcart.kit.errors import Absent, Forbidden, SignInNeeded
from clipcart.kit.ids import ShopId, parse_id
from clipcart.kit.money import Currency, Money, currency
from clipcart.markets import Market
from clipcart.orders import QueueGroup, QueueName
from clipcart.sellers import Shop

DUE_COOKIE = "clipcart_due"
DUE_HINT_S = 60
"""How long a browser may show the queue's count from its cookie; colleagues work it down, too."""

DUE = frozenset(
    {QueueName.CANCELLATIONS, QueueName.LATE, QueueName.SHIP_TODAY, QueueName.AWAITING_COLLECTION}
)
"""Groups of the queue that somebody has to act on; the others only tell what is coming."""


@dataclass(frozen=True, slots=True)
class Item:
    """An entry of the navigation."""

    label: str
    url: str
    icon: str
    current: bool
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """A shop of the switcher."""

    label: str
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class Desk:
    """One person at work in one shop: the actor with grants, the shop, its market."""

    actor: Actor
    shop: Shop
    shops: tuple[Shop, ...]

    @property
    def shop_id(self) -> ShopId:
        """The shop's id."""
        return self.shop.id

    @property
    def url(self) -> str:
        """Where the shop's pages begin."""
        return shop_url(self.shop.id)

    @property
    def market(self) -> Market:
        """The shop's market."""
        return markets.get(self.shop.market_id)

    @property
    def currency(self) -> Currency:
        """What the shop's prices are in."""
        return currency(self.shop.currency)

    @property
    def timezone(self) -> str:
        """The name of the zone that the shop's days are counted in."""
        return self.market.time_zone.key

    def may(self, grant: str) -> bool:
        """Whether the person has a grant here."""
        return self.actor.has_grant(self.shop_id, grant)

    def price(self, amount: Money) -> str:
        """An amount as people of the market write it."""
        return amount.format(self.market.language)


def shop_id_of(visit: Visit, text: str) -> ShopId:
    """The shop that an address names. Raises SignInNeeded, Absent."""
    if visit.actor.is_anonymous:
        raise SignInNeeded
    number = parse_id(text)
    if number is None:
        raise Absent("shop")
    return ShopId(number)


async def at_work(tx: Tx, visit: Visit, shop_id: ShopId) -> Desk:
    """The visitor at work in a shop: two statements. Raises SignInNeeded.

    A shop that one does not work in is Absent, like one that does not exist.
    """
    if visit.actor.is_anonymous:
        raise SignInNeeded
    actor = await sellers.with_memberships(tx, visit.actor)
    if shop_id not in actor.memberships:
        raise Absent("shop")
    found = await sellers.shops(tx, list(actor.memberships))
    if shop_id not in found:
        raise Absent("shop")
    return Desk(actor, found[shop_id], tuple(sorted(found.values(), key=lambda shop: shop.name)))


def require_grant(desk: Desk, grant: str) -> None:
    """Raise Forbidden unless the person has the grant here."""
    if not desk.may(grant):
        raise Forbidden(grant)


def desk_shell(visit: Visit, desk: Desk, title: str, here: str, *, due: int | None = None) -> Shell:
    """The frame around a page of the shop; `here` is the path of the navigation's entry.

    What is due stands in it where the page or the browser knows it.
    """
    if due is None:
        due = _known_due(visit, desk)
    else:
        remember_due(visit, desk, due)
    shops = tuple(
        Choice(each.name, shop_url(each.id), each.id == desk.shop_id) for each in desk.shops
    )
    return visit.shell(title, nav=navigation(desk, here, due), shops=shops)


async def counted_shell(visit: Visit, tx: Tx, desk: Desk, title: str, here: str) -> Shell:
    """The same, sure of what is due: one statement unless the browser remembers the count."""
    due = _known_due(visit, desk)
    if due is None and desk.may("orders.view"):
        due = due_count(await orders.queue_of_shop(tx, desk.actor, desk.shop_id, per_group=1))
    return desk_shell(visit, desk, title, here, due=due)


def navigation(desk: Desk, here: str, due: int | None) -> tuple[Item, ...]:
    """Only what this person may open."""
    entries: tuple[tuple[str, str, str, tuple[str, ...], int | None], ...] = (
        ("Today", "", "queue", ("shop.view",), due),
        ("Orders", "/orders", "orders", ("orders.view",), None),
        ("Products", "/products", "tag", ("products.view", "products.edit"), None),
        ("Inventory", "/inventory", "warehouse", ("inventory.edit", "products.edit"), None),
        ("Money", "/money", "money", ("finance.view",), None),
        ("Staff", "/staff", "staff", ("shop.view",), None),
        ("Settings", "/settings", "settings", ("shop.edit",), None),
        ("Verification", "/setup", "shield", ("shop.view",), None),
    )
    return tuple(
        Item(label, desk.url + path, icon, path == here, count or None)
        for label, path, icon, grants, count in entries
        if any(desk.may(grant) for grant in grants)
    )


def shop_url(shop_id: ShopId) -> str:
    """Where a shop's pages begin."""
    return f"/sell/{shop_id}"


def due_count(groups: tuple[QueueGroup, ...]) -> int:
    """How many orders wait for somebody's hand today."""
    return sum(group.count for group in groups if group.name in DUE)


def remember_due(visit: Visit, desk: Desk, due: int) -> None:
    """Let the browser keep the count, so that pages need not ask again for a minute."""
    visit.set_cookie(DUE_COOKIE, f"{desk.shop_id}.{due}", max_age=DUE_HINT_S)


def forget_due(visit: Visit) -> None:
    """The queue changed: ask again on the next page."""
    visit.set_cookie(DUE_COOKIE, "", max_age=0)


def _known_due(visit: Visit, desk: Desk) -> int | None:
    owner, _, count = visit.request.cookies.get(DUE_COOKIE, "").partition(".")
    is_ours = owner == str(desk.shop_id) and count.isascii() and count.isdigit()
    return int(count[:5]) if is_ours else None


def media(key: str | None) -> str | None:
    """Where a picture is, or None."""
    return f"/media/{key}" if key else None


def with_query(path: str, **query: Any) -> str:
    """A path with those of the parameters that say something."""
    kept = {name: str(value) for name, value in query.items() if value not in (None, "", False)}
    return f"{path}?{urlencode(kept)}" if kept else path
