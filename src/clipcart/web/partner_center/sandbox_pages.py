"""Pages of the sandbox: one's shops, their orders in any state, one order with what can happen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from clipcart import apps, orders, sandbox, sellers
from clipcart.apps import TOPICS, App
from clipcart.doorway import Shell, Visit
from clipcart.doorway.pages import money_text, when_text
from clipcart.kit import clock_move
from clipcart.kit.clock import wall_now
from clipcart.kit.db import Tx
from clipcart.kit.ids import OrderId, ShopId
from clipcart.sandbox import ACTS, TARGETS, Act, SandboxShop, Standing, Workshop
from clipcart.web.partner_center.pages import STATES
from clipcart.web.storefront.words import counted

PATH = "/partner/sandbox"
MARKETS = (("us", "United States, in dollars"), ("jp", "Japan, in yen"))
CLOCK_CHOICES = (("1", "1 hour"), ("24", "1 day"), ("72", "3 days"), ("168", "7 days"))
MOST_ORDERS, MOST_TOLD = 25, 30


@dataclass(frozen=True, slots=True)
class ShopTab:
    """One of one's sandbox shops."""

    label: str
    url: str
    current: bool
    count: int | None = None


@dataclass(frozen=True, slots=True)
class OrderLine:
    """An order in the list."""

    number: str
    url: str
    state: str
    what: str
    total: str
    placed: str


@dataclass(frozen=True, slots=True)
class ClockView:
    """What time it is here, and whether it moves."""

    now: str
    moved: str
    is_moving: bool
    choices: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class SandboxPage:
    """One's sandbox shops; with the chosen one's orders."""

    shell: Shell
    shops: Sequence[ShopTab]
    url: str
    name: str
    shop_id: str
    shop_url: str
    seller_url: str
    targets: Sequence[tuple[str, str]]
    items: Sequence[tuple[str, str]]
    orders: Sequence[OrderLine]
    apps: Sequence[tuple[str, str]]
    let_in: Sequence[str]
    clock: ClockView
    markets: Sequence[tuple[str, str]]
    values: Mapping[str, str]
    errors: Mapping[str, str]

    @property
    def summary(self) -> tuple[tuple[str, str], ...]:
        """Everything that is wrong, for the head of the form."""
        return tuple(self.errors.items())


@dataclass(frozen=True, slots=True)
class ActView:
    """Something that can happen now."""

    name: str
    label: str


@dataclass(frozen=True, slots=True)
class ActGroup:
    """What one party can do now."""

    who: str
    acts: Sequence[ActView]


@dataclass(frozen=True, slots=True)
class ToldView:
    """A delivery that followed."""

    app: str
    topic: str
    url: str
    state: str
    tone: str
    when: str


@dataclass(frozen=True, slots=True)
class OrderPage:
    """One order: where it stands, what can happen, which apps were told."""

    shell: Shell
    back_url: str
    shop_name: str
    url: str
    number: str
    state: str
    note: str
    facts: Sequence[tuple[str, str]]
    packages: Sequence[tuple[str, str]]
    groups: Sequence[ActGroup]
    told: Sequence[ToldView]
    has_apps: bool


def workshop_of(visit: Visit) -> Workshop:
    """The installation's workshop."""
    services = visit.services
    return Workshop(services.db, services.files, services.provider, services.engine)


async def sandbox_page(
    visit: Visit,
    shop_id: ShopId | None,
    values: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> SandboxPage:
    """One's sandbox shops, with the orders of the chosen one, else of the newest."""
    async with visit.reading() as tx:
        mine = await sandbox.shops_of(tx, visit.actor)
        names = await sellers.shops(tx, [each.shop_id for each in mine])
        chosen = mine[0] if mine else None
        if shop_id is not None:
            chosen = await sandbox.shop_for(tx, visit.actor, shop_id)
        own = await apps.apps_of(tx, visit.actor)
        lines = await _lines(visit, tx, chosen) if chosen else []
        let_in = await _let_in(tx, chosen) if chosen else []
        clock = await _clock(visit, tx)
    items = await workshop_of(visit).items(visit.actor, chosen.shop_id) if chosen else []
    language = visit.market.language
    here = chosen.shop_id if chosen else ShopId(0)
    shop = names.get(here)
    return SandboxPage(
        visit.shell("Sandbox"),
        [
            ShopTab(names[each.shop_id].name, f"{PATH}/{each.shop_id}", each.shop_id == here)
            for each in mine
        ],
        f"{PATH}/{here}",
        shop.name if shop else "",
        str(here),
        f"/shops/{shop.handle}" if shop else "",
        f"/sell/{here}",
        [(each.name, each.title) for each in TARGETS.values()],
        [
            (
                str(each.sku_id),
                " · ".join(
                    filter(None, (each.title, each.options, money_text(each.price, language)))
                ),
            )
            for each in items
        ],
        lines,
        [(str(each.id), each.name) for each in own],
        let_in,
        clock,
        MARKETS,
        values or {},
        errors or {},
    )


async def _lines(visit: Visit, tx: Tx, shop: SandboxShop) -> list[OrderLine]:
    page = await orders.cards_of_shop(
        tx, sandbox.seller_of(shop), shop.shop_id, orders.OrderFilter(), None, MOST_ORDERS
    )
    zone, language = visit.market.time_zone, visit.market.language
    return [
        OrderLine(
            str(each.id),
            f"{PATH}/{shop.shop_id}/orders/{each.id}",
            each.state.value,
            ", ".join(f"{line.quantity} × {line.title}" for line in each.lines),
            money_text(each.total, language),
            when_text(each.placed_at, zone),
        )
        for each in page.items
    ]


async def _let_in(tx: Tx, shop: SandboxShop) -> list[str]:
    found = await apps.apps_of_shop(tx, sandbox.seller_of(shop), shop.shop_id)
    return [app.name for app, _ in found]


async def _clock(visit: Visit, tx: Tx) -> ClockView:
    move = await clock_move.latest_move(tx)
    hours = round((tx.now - wall_now()).total_seconds() / 3600)
    days, rest = divmod(abs(hours), 24)
    ahead = " and ".join(
        counted(count, word) for count, word in ((days, "day"), (rest, "hour")) if count
    )
    moved = f"{ahead} ahead of the machine" if hours else "the machine's own time"
    now = when_text(tx.now, visit.market.time_zone)
    return ClockView(now, moved, bool(move and move.is_running), CLOCK_CHOICES)


async def order_page(visit: Visit, shop_id: ShopId, order_id: OrderId) -> OrderPage:
    """One order, what can happen to it, and what one's apps were told of it."""
    async with visit.reading() as tx:
        shop = await sandbox.shop_for(tx, visit.actor, shop_id)
        own = await apps.apps_of(tx, visit.actor)
        told = [line for app in own for line in await _told(visit, tx, app, shop_id, order_id)]
        name = (await sellers.shop(tx, shop.shop_id)).name
    now = await workshop_of(visit).standing(visit.actor, shop_id, order_id)
    url, language = f"{PATH}/{shop_id}", visit.market.language
    return OrderPage(
        visit.shell(f"Order {order_id}"),
        url,
        name,
        f"{url}/orders/{order_id}",
        str(order_id),
        now.state,
        now.note,
        [
            ("Total", money_text(now.total, language)),
            ("Units", str(now.units)),
            ("Packages", counted(len(now.packages), "package")),
        ],
        [(str(number), state) for number, state in now.packages],
        _groups(now),
        [view for _, view in sorted(told, key=lambda each: each[0], reverse=True)][:MOST_TOLD],
        bool(own),
    )


def _groups(now: Standing) -> list[ActGroup]:
    found: dict[str, list[ActView]] = {}
    for act in now.acts:
        who, _, what = ACTS[act].partition(": ")
        found.setdefault(who, []).append(ActView(act.value, what[0].upper() + what[1:]))
    return [ActGroup(who, acts) for who, acts in found.items()]


async def _told(
    visit: Visit, tx: Tx, app: App, shop_id: ShopId, order_id: OrderId
) -> list[tuple[datetime, ToldView]]:
    """Deliveries to an app that name the order."""
    page = await apps.deliveries_for(tx, visit.actor, app.id, shop_id=shop_id, limit=100)
    views = []
    for each in page.items:
        if f'"{order_id}"' not in each.body:
            continue
        state, tone = STATES[each.state]
        topic = TOPICS[each.type].name if each.type in TOPICS else str(each.type)
        url = f"/partner/apps/{app.id}/deliveries/{each.id}"
        when = when_text(each.made_at, visit.market.time_zone)
        views.append((each.made_at, ToldView(app.name, topic, url, state, tone, when)))
    return views


def act_of(text: str) -> Act | None:
    """The act of a button."""
    return Act(text) if text in set(Act) else None
