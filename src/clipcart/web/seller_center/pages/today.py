"""Today: everything that is due in a shop, by clock, each with the one action it needs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from clipcart import catalog, inventory, orders, sellers, settlement
from clipcart.catalog import ShopCard, Status
from clipcart.doorway import Shell, Visit
from clipcart.kit.db import Tx
from clipcart.kit.ids import ShopId
from clipcart.orders import QueueGroup, QueueName
from clipcart.sellers import Checklist, RequirementState, ShopState
from clipcart.web.seller_center import desk_words as words
from clipcart.web.seller_center.desk_words import Due
from clipcart.web.seller_center.frame import Desk, at_work, desk_shell, due_count, with_query

SHOWN = 12
"""Rows that a group shows before it links to the whole list."""
BULK_MAX = 50

_TAB_OF = {
    QueueName.CANCELLATIONS: {},
    QueueName.LATE: {"tab": "ship", "late": "yes"},
    QueueName.SHIP_TODAY: {"tab": "ship"},
    QueueName.SHIP_LATER: {"tab": "ship"},
    QueueName.AWAITING_COLLECTION: {"tab": "collect"},
    QueueName.ON_HOLD: {"tab": "hold"},
    QueueName.OVERDUE: {"tab": "way"},
}
_SHIPPED_HERE = (QueueName.LATE, QueueName.SHIP_TODAY, QueueName.SHIP_LATER)
_REQUIREMENTS = {
    "BUSINESS": "Business data",
    "DOCUMENTS": "Papers",
    "BANK_ACCOUNT": "Bank account",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One thing to do: what it is, its clock, and where to do it."""

    title: str
    note: str
    due: Due | None
    url: str
    action: str


@dataclass(frozen=True, slots=True)
class Part:
    """A group of the queue. `bulk_url` does all of it in one go."""

    key: str
    title: str
    note: str
    count: int
    rows: tuple[Row, ...]
    more_url: str | None = None
    bulk_url: str | None = None
    bulk_label: str = ""


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure on top."""

    label: str
    figure: str
    note: str | None
    tone: str | None
    href: str | None


@dataclass(frozen=True, slots=True)
class TodayPage:
    """The home of a shop."""

    shell: Shell
    greeting: str
    lead: str
    shop_url: str
    state: str
    url: str
    may_edit: bool
    tiles: tuple[Tile, ...]
    parts: tuple[Part, ...]


async def today(visit: Visit, shop_id: ShopId) -> TodayPage:
    """Everything due in the shop, in a number of statements that its size does not change."""
    async with visit.reading() as tx:
        desk = await at_work(tx, visit, shop_id)
        groups: tuple[QueueGroup, ...] = ()
        if desk.may("orders.view"):
            groups = await orders.queue_of_shop(tx, desk.actor, shop_id, per_group=BULK_MAX)
        checklist = None
        if desk.may("shop.edit"):
            checklist = await sellers.checklist_for(tx, desk.actor, shop_id)
        goods = await _goods(tx, desk) if desk.may("products.view") else ()
        money = None
        if desk.may("finance.view"):
            money = await settlement.balance(tx, desk.actor, shop_id)
        due = due_count(groups)
        frame = desk_shell(visit, desk, f"Today at {desk.shop.name}", "", due=due)
        now = tx.now
    parts = (
        *(_group(desk, group, now) for group in groups if group.name is QueueName.CANCELLATIONS),
        *_requirements(desk, checklist),
        *(_group(desk, group, now) for group in groups if group.name in words.URGENT),
        *(_group(desk, group, now) for group in groups if group.name is QueueName.SHIP_LATER),
        *goods,
        *(_group(desk, group, now) for group in groups if group.name in words.CALM),
    )
    return TodayPage(
        frame,
        _greeting(due, desk.shop.state, has_orders=desk.may("orders.view")),
        f"{desk.shop.name}, {words.day_text(desk.market, now)}",
        f"/shops/{desk.shop.handle}",
        desk.shop.state.value,
        desk.url,
        desk.may("products.edit"),
        (*_order_tiles(desk, groups), *_money_tiles(desk, money, now)),
        parts,
    )


def _greeting(due: int, state: ShopState, *, has_orders: bool) -> str:
    if not has_orders:
        return "Today"
    if not due:
        is_new = state in (ShopState.ONBOARDING, ShopState.IN_REVIEW)
        return "Your shop is not open yet" if is_new else "Nothing is due today"
    return "1 order waits for you" if due == 1 else f"{due} orders wait for you"


def _order_tiles(desk: Desk, groups: Sequence[QueueGroup]) -> tuple[Tile, ...]:
    if not desk.may("orders.view"):
        return ()
    counts = {group.name: group.count for group in groups}
    late = counts.get(QueueName.LATE, 0)
    today_count = counts.get(QueueName.SHIP_TODAY, 0)
    later = counts.get(QueueName.SHIP_LATER, 0)
    wishes = counts.get(QueueName.CANCELLATIONS, 0)
    path = f"{desk.url}/orders"
    return (
        Tile(
            "To ship",
            str(late + today_count + later),
            f"{today_count} by tonight",
            "wait" if today_count else None,
            with_query(path, tab="ship"),
        ),
        Tile(
            "Late",
            str(late),
            "past the promised day" if late else "All within their time",
            "bad" if late else "ok",
            with_query(path, tab="ship", late="yes"),
        ),
        Tile(
            "Cancellations",
            str(wishes),
            "wait for your answer" if wishes else "No open questions",
            "warn" if wishes else None,
            "#cancellations" if wishes else None,
        ),
    )


def _money_tiles(desk: Desk, money: settlement.Balance | None, now: datetime) -> tuple[Tile, ...]:
    if money is None:
        return ()
    threshold = desk.market.at(now).payout_threshold
    waits = money.pending + money.reserve
    next_note = f"tonight at 00:00 UTC, from {desk.price(threshold)}"
    next_figure = desk.price(money.payable)
    if money.payable < threshold or not money.payable.is_positive:
        next_figure, next_note = "Not yet", f"Payouts start at {desk.price(threshold)}"
    url = f"{desk.url}/money"
    return (
        Tile(
            "Balance available",
            desk.price(money.available),
            f"{desk.price(waits)} on the way to it",
            "bad" if money.available.is_negative else None,
            url,
        ),
        Tile("Next payout", next_figure, next_note, None, url),
    )


def _group(desk: Desk, group: QueueGroup, now: datetime) -> Part:
    title, note, action = words.GROUPS[group.name]
    is_shipping = group.name in _SHIPPED_HERE
    if is_shipping and not desk.may("orders.ship"):
        action = "Look"
    if group.name is QueueName.CANCELLATIONS and not desk.may("orders.cancel"):
        action = "Look"
    rows = tuple(
        Row(
            item.buyer_name,
            _order_note(item),
            words.due_of(item.due_at, now),
            f"{desk.url}/orders/{item.order_id}" + ("/ship" if action == "Ship" else ""),
            action,
        )
        for item in group.items[:SHOWN]
    )
    bulk_url = None
    if action == "Ship" and len(group.items) > 1:
        ids = "&".join(f"order={item.order_id}" for item in group.items)
        bulk_url = f"{desk.url}/orders/ship?{ids}"
    more = with_query(f"{desk.url}/orders", **_TAB_OF[group.name])
    return Part(
        group.name.value,
        title,
        note,
        group.count,
        rows,
        more if group.count > len(rows) else None,
        bulk_url,
        f"Ship {'all' if len(group.items) == group.count else 'the first'} {len(group.items)}",
    )


def _order_note(item: orders.QueueItem) -> str:
    pieces = words.counted(item.units, "piece")
    if 0 < item.open_units < item.units:
        pieces = f"{item.open_units} of {pieces} left"
    return f"{pieces}, order {item.order_id}"


def _requirements(desk: Desk, checklist: Checklist | None) -> tuple[Part, ...]:
    if checklist is None:
        return ()
    rows = []
    for item in checklist.items:
        if item.state not in (RequirementState.MISSING, RequirementState.REJECTED):
            continue
        note = item.reason or "; ".join(problem.rule for problem in item.missing)
        note = note[:1].upper() + note[1:]
        rows.append(
            Row(
                _REQUIREMENTS[item.requirement.value],
                note or "Is missing",
                None,
                f"{desk.url}/setup",
                "Complete",
            )
        )
    if not rows:
        return ()
    note = "Until then nothing can be sold."
    if checklist.state is ShopState.LIVE:
        note = "You go on selling meanwhile; payouts may wait."
    return (Part("verification", "To be verified", note, len(rows), tuple(rows)),)


async def _goods(tx: Tx, desk: Desk) -> tuple[Part, ...]:
    failed = await catalog.products_of_shop(
        tx,
        desk.actor,
        desk.shop_id,
        statuses=[Status.FAILED, Status.PLATFORM_DEACTIVATED, Status.FREEZE],
        limit=SHOWN,
    )
    low: tuple[Row, ...] = ()
    if desk.may("inventory.edit"):
        counts = await inventory.low_stock(tx, desk.actor, desk.shop_id, words.LOW_STOCK)
        keys = [(desk.shop_id, sku_id) for sku_id in counts]
        offers = await catalog.offers(tx, keys) if keys else {}
        low = tuple(
            Row(
                offer.title,
                f"{offer.options_text or offer.seller_sku}: "
                + ("sold out" if counts[sku_id] <= 0 else f"{counts[sku_id]} left"),
                None,
                f"{desk.url}/inventory/{sku_id}",
                "Restock",
            )
            for sku_id in counts
            if (offer := offers.get(sku_id)) is not None and offer.is_sellable
        )
    parts = []
    if failed.items:
        rows = tuple(_failed_row(desk, card) for card in failed.items)
        note = "Each says what to change. Send it again when it is done."
        parts.append(Part("listings", "Listings that need changes", note, len(rows), rows))
    if low:
        more = f"{desk.url}/inventory?only=low" if len(low) > SHOWN else None
        note = "Buyers see how few are left from here on."
        parts.append(Part("stock", "Running low", note, len(low), low[:SHOWN], more))
    return tuple(parts)


def _failed_row(desk: Desk, card: ShopCard) -> Row:
    note = card.status_reason or "The review found something to change"
    if card.status is not Status.FAILED:
        note = card.status_reason or "Taken off sale by clipcart"
    return Row(card.title, note, None, f"{desk.url}/products/{card.product_id}", "See why")
