"""A shop's orders: the list, the look before shipping several at once, and what became of each."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from clipcart import fulfilment, orders
from clipcart.doorway import Shell, Visit
from clipcart.fulfilment import ShipOutcome
from clipcart.kit.files import small_key
from clipcart.kit.ids import OrderId, ShopId
from clipcart.kit.text import sentence
from clipcart.orders import Order, OrderCard, OrderFilter
from clipcart.web.seller_center import desk_words as words
from clipcart.web.seller_center.desk_words import Due
from clipcart.web.seller_center.frame import (
    Desk,
    at_work,
    counted_shell,
    media,
    require_grant,
    with_query,
)

PER_PAGE = 50
HERE = "/orders"


@dataclass(frozen=True, slots=True)
class Tab:
    """A view of a list."""

    label: str
    url: str
    current: bool
    count: int | None = None


@dataclass(frozen=True, slots=True)
class OrderRow:
    """An order of the list. Only orders that can be shipped can be chosen."""

    id: str
    url: str
    buyer: str
    what: str
    more: str | None
    image_url: str | None
    state: str
    due: Due | None
    wants_to_cancel: bool
    total: str
    placed: str
    is_choosable: bool


@dataclass(frozen=True, slots=True)
class OrdersPage:
    """The list with its filters."""

    shell: Shell
    url: str
    tabs: tuple[Tab, ...]
    tab: str
    text: str
    is_late: bool
    reset_url: str | None
    orders: tuple[OrderRow, ...]
    may_choose: bool
    newer_url: str | None
    older_url: str | None


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """What shipping would do to one order; `problem` says why it would do nothing."""

    id: str
    url: str
    buyer: str
    place: str
    contents: tuple[str, ...]
    due: Due | None
    problem: str | None


@dataclass(frozen=True, slots=True)
class PreviewPage:
    """The look before several orders are shipped."""

    shell: Shell
    url: str
    key: str
    ready: tuple[PreviewRow, ...]
    left_out: tuple[PreviewRow, ...]
    units: int
    carrier: str


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """What became of one order."""

    id: str
    url: str
    buyer: str
    is_shipped: bool
    text: str
    slip_url: str | None


@dataclass(frozen=True, slots=True)
class OutcomePage:
    """What became of each order."""

    shell: Shell
    url: str
    shipped: tuple[OutcomeRow, ...]
    refused: tuple[OutcomeRow, ...]


async def orders_page(visit: Visit, shop_id: ShopId) -> OrdersPage:
    """The list as the address narrows it: one statement. Raises BadCursor."""
    chosen = visit.query("tab") or ""
    tab, states = next(
        ((key, states) for key, _, states in words.TABS if key == chosen), ("", frozenset())
    )
    text, is_late = (visit.query("q") or "").strip()[:100], visit.query("late") == "yes"
    async with visit.reading() as tx:
        desk = await at_work(tx, visit, shop_id)
        require_grant(desk, "orders.view")
        page = await orders.cards_of_shop(
            tx,
            desk.actor,
            shop_id,
            OrderFilter(states, is_late, text),
            visit.query("at"),
            PER_PAGE,
        )
        frame = await counted_shell(visit, tx, desk, "Orders", HERE)
        now = tx.now
    url, kept = desk.url + HERE, {"q": text, "late": "yes" if is_late else ""}

    def at(cursor: str | None) -> str | None:
        return with_query(url, tab=tab, at=cursor, **kept) if cursor else None

    may_ship = desk.may("orders.ship")
    rows = tuple(_row(desk, card, now, may_ship=may_ship) for card in page.items)
    return OrdersPage(
        frame,
        url,
        tuple(
            Tab(label, with_query(url, tab=key, **kept), key == tab) for key, label, _ in words.TABS
        ),
        tab,
        text,
        is_late,
        with_query(url, tab=tab) if text or is_late else None,
        rows,
        any(row.is_choosable for row in rows),
        at(page.previous_cursor),
        at(page.next_cursor),
    )


def _row(desk: Desk, card: OrderCard, now: datetime, *, may_ship: bool) -> OrderRow:
    first = card.lines[0]
    more = len(card.lines) - 1
    options = f", {first.options_text}" if first.options_text else ""
    is_open = card.state not in orders.FINAL and card.state is not orders.State.DELIVERED
    due_at = card.cancel_reply_by or card.due_at
    return OrderRow(
        str(card.id),
        f"{desk.url}/orders/{card.id}",
        card.buyer_name,
        f"{first.quantity} × {first.title}{options}",
        words.counted(more, "more line") if more else None,
        media(small_key(first.image_key)) if first.image_key else None,
        card.state.value,
        words.due_of(due_at, now) if is_open else None,
        card.cancel_reply_by is not None,
        desk.price(card.total),
        words.moment_text(desk.market, card.placed_at),
        may_ship and card.state in words.SHIPPABLE and card.cancel_reply_by is None,
    )


async def preview_page(
    visit: Visit, shop_id: ShopId, order_ids: Sequence[OrderId]
) -> PreviewPage | None:
    """What would be shipped and what not, before anything is; None when nothing was chosen."""
    async with visit.reading() as tx:
        desk = await at_work(tx, visit, shop_id)
        require_grant(desk, "orders.ship")
        keys = [(shop_id, order_id) for order_id in order_ids]
        found = await orders.orders_by_keys(tx, keys)
        frame = await counted_shell(visit, tx, desk, "Ship orders", HERE)
        now = tx.now
    rows = [(order, _preview(desk, order, now)) for order in found.values()]
    rows.sort(key=lambda pair: (pair[0].clocks.ship_by or now, pair[0].id))
    if not rows:
        return None
    ready = [(order, row) for order, row in rows if row.problem is None]
    return PreviewPage(
        frame,
        desk.url + HERE,
        secrets.token_urlsafe(12),
        tuple(row for _, row in ready),
        tuple(row for _, row in rows if row.problem is not None),
        sum(line.open_quantity for order, _ in ready for line in order.lines),
        fulfilment.known_carrier(desk.market.at(now).carriers[0]).name,
    )


def _preview(desk: Desk, order: Order, now: datetime) -> PreviewRow:
    problem = None
    if order.state not in words.SHIPPABLE:
        problem = "Nothing is left to ship here"
        if order.state is orders.State.ON_HOLD:
            problem = "The buyer can still cancel for free"
    elif order.clocks.cancel_reply_by is not None:
        problem = "The buyer asked to cancel: answer first"
    return PreviewRow(
        str(order.id),
        f"{desk.url}/orders/{order.id}",
        order.ship_to.name,
        ", ".join(part for part in (order.ship_to.city, order.ship_to.region) if part),
        tuple(
            f"{line.open_quantity} × {line.title}"
            + (f", {line.options_text}" if line.options_text else "")
            for line in order.lines
            if line.open_quantity
        ),
        words.due_of(order.clocks.ship_by, now),
        problem,
    )


async def outcome_page(
    visit: Visit, shop_id: ShopId, outcomes: Sequence[ShipOutcome]
) -> OutcomePage:
    """What became of each order, the refused ones first."""
    async with visit.reading() as tx:
        desk = await at_work(tx, visit, shop_id)
        keys = [(shop_id, outcome.order_id) for outcome in outcomes]
        found = await orders.orders_by_keys(tx, keys)
        frame = await counted_shell(visit, tx, desk, "Shipped", HERE)
    rows = [_outcome(desk, outcome, found.get((shop_id, outcome.order_id))) for outcome in outcomes]
    return OutcomePage(
        frame,
        desk.url + HERE,
        tuple(row for row in rows if row.is_shipped),
        tuple(row for row in rows if not row.is_shipped),
    )


def _outcome(desk: Desk, outcome: ShipOutcome, order: Order | None) -> OutcomeRow:
    url = f"{desk.url}/orders/{outcome.order_id}"
    buyer = order.ship_to.name if order else "Unknown order"
    package = outcome.package
    if package is None:
        refusal = outcome.refusal
        text = sentence(refusal.code, refusal.facts) if refusal else "Nothing was shipped."
        return OutcomeRow(str(outcome.order_id), url, buyer, False, text, None)
    return OutcomeRow(
        str(outcome.order_id),
        url,
        buyer,
        True,
        f"{words.counted(package.units, 'piece')} with {package.carrier_name}",
        f"{desk.url}/packages/{package.id}/slip.pdf",
    )
