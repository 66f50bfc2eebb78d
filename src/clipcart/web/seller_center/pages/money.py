"""A shop's money: balance, what is to come, payouts and statements."""

from dataclasses import dataclass
from datetime import date

from clipcart import sellers, settlement
from clipcart.doorway import Shell, Visit
from clipcart.kit.errors import Absent
from clipcart.kit.ids import ShopId, StatementId, parse_id
from clipcart.kit.money import Money
from clipcart.settlement import LineKind, Payout, PayoutState, Statement
from clipcart.web.seller_center import desk_words as words
from clipcart.web.seller_center.frame import (
    Desk,
    at_work,
    counted_shell,
    require_grant,
    with_query,
)
from clipcart.web.seller_center.pages.today import Tile

HERE = "/money"
PER_PAGE = 31
PAYOUTS_SHOWN = 10
DAYS_SHOWN = 14
KINDS = {
    LineKind.ORDER: "Order",
    LineKind.REFUND: "Refund",
    LineKind.RESERVE_COLLECTED: "Kept as reserve",
    LineKind.RESERVE_RELEASED: "Reserve released",
    LineKind.ADJUSTMENT: "Correction",
    LineKind.PAYOUT: "Payout",
    LineKind.PAYOUT_RETURNED: "Payout came back",
}
PAYOUT_STATES = {
    PayoutState.PROCESSING: "sent",
    PayoutState.PAID: "paid",
    PayoutState.FAILED: "returned",
}


@dataclass(frozen=True, slots=True)
class StatementRow:
    """A day of the shop's available money."""

    day: str
    url: str
    csv_url: str
    lines: str
    movement: str
    closing: str


@dataclass(frozen=True, slots=True)
class PayoutRow:
    """Money on its way to the bank, there, or back."""

    amount: str
    state: str
    when: str
    to: str
    note: str | None


@dataclass(frozen=True, slots=True)
class Expected:
    """Money that becomes available on a day, or once delivered."""

    day: str
    amount: str
    orders: str


@dataclass(frozen=True, slots=True)
class MoneyPage:
    """Balance, forecast, payouts, statements."""

    shell: Shell
    tiles: tuple[Tile, ...]
    rule: str
    bank: str | None
    setup_url: str
    expected: tuple[Expected, ...]
    undated: Expected | None
    payouts: tuple[PayoutRow, ...]
    statements: tuple[StatementRow, ...]
    newer_url: str | None
    older_url: str | None
    is_first: bool


@dataclass(frozen=True, slots=True)
class LineRow:
    """One move of available money, with the balance after it."""

    when: str
    kind: str
    what: str
    order_url: str | None
    amount: str
    is_out: bool
    balance: str


@dataclass(frozen=True, slots=True)
class StatementPage:
    """One day's statement."""

    shell: Shell
    list_url: str
    day: str
    csv_url: str
    opening: str
    closing: str
    movement: str
    lines: tuple[LineRow, ...]
    payouts: tuple[PayoutRow, ...]


async def money_page(visit: Visit, shop_id: ShopId) -> MoneyPage:
    """The shop's money. Raises BadCursor."""
    cursor = visit.query("at")
    async with visit.reading() as tx:
        desk = await at_work(tx, visit, shop_id)
        require_grant(desk, "finance.view")
        forecast = await settlement.forecast(tx, desk.actor, shop_id)
        payouts = await settlement.payouts(tx, desk.actor, shop_id, limit=PAYOUTS_SHOWN)
        page = await settlement.statements(tx, desk.actor, shop_id, cursor, PER_PAGE)
        bank = await sellers.bank_account(tx, shop_id)
        frame = await counted_shell(visit, tx, desk, "Money", HERE)
        threshold = desk.market.at(tx.now).payout_threshold
    url, balance = desk.url + HERE, forecast.balance
    days = words.counted(balance.terms.settlement_days, "day")
    return MoneyPage(
        frame,
        _tiles(desk, balance),
        f"An order's share is yours {days} after delivery. Whatever is available at 00:00 UTC goes "
        f"to your bank that night, from {desk.price(threshold)} on.",
        f"{bank.bank_name} {bank.number_masked}" if bank else None,
        f"{desk.url}/setup",
        _expected(desk, forecast),
        _undated(desk, forecast),
        tuple(_payout(desk, each) for each in payouts.items),
        tuple(_statement(desk, each) for each in page.items),
        with_query(url, at=page.previous_cursor) if page.previous_cursor else None,
        with_query(url, at=page.next_cursor) if page.next_cursor else None,
        cursor is None,
    )


def _tiles(desk: Desk, balance: settlement.Balance) -> tuple[Tile, ...]:
    def tile(label: str, figure: str, note: str, tone: str | None = None) -> Tile:
        return Tile(label, figure, note, tone, None)

    tiles = [
        tile(
            "Available",
            desk.price(balance.available),
            "Made good by your next sales" if balance.available.is_negative else "Yours to be paid",
            "bad" if balance.available.is_negative else "ok",
        ),
        tile("Pending", desk.price(balance.pending), "Until delivery and the days after"),
        tile("On its way", desk.price(balance.in_transit), "With the bank"),
    ]
    if balance.reserve.is_positive:
        tiles.append(tile("Reserve", desk.price(balance.reserve), "Kept back for some days"))
    if balance.held.is_positive:
        tiles.append(tile("Held", desk.price(balance.held), "Ends on a day", "warn"))
    return tuple(tiles)


def _expected(desk: Desk, forecast: settlement.Forecast) -> tuple[Expected, ...]:
    counts: dict[date, int] = {}
    for each in forecast.expected:
        if each.at is not None:
            counts[each.at.date()] = counts.get(each.at.date(), 0) + 1
    return tuple(
        Expected(_day(day), desk.price(amount), words.counted(counts[day], "order"))
        for day, amount in sorted(forecast.by_day.items())[:DAYS_SHOWN]
    )


def _undated(desk: Desk, forecast: settlement.Forecast) -> Expected | None:
    count = sum(1 for each in forecast.expected if each.at is None)
    if not count:
        return None
    text = words.counted(count, "order")
    return Expected("After delivery", desk.price(forecast.undated), text)


def _day(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b %Y}"


def _payout(desk: Desk, payout: Payout) -> PayoutRow:
    note = None
    if payout.failure:
        note = f"The bank sent it back: {payout.failure.replace('_', ' ')}. It is available again."
    return PayoutRow(
        desk.price(payout.amount),
        PAYOUT_STATES[payout.state],
        words.moment_text(desk.market, payout.ended_at or payout.requested_at),
        payout.number_masked,
        note,
    )


def _statement(desk: Desk, statement: Statement) -> StatementRow:
    url = f"{desk.url}{HERE}/statements/{statement.id}"
    return StatementRow(
        _day(statement.day),
        url,
        f"{url}/statement.csv",
        words.counted(statement.line_count, "line"),
        signed(desk, statement.movement),
        desk.price(statement.closing),
    )


def signed(desk: Desk, amount: Money) -> str:
    """An amount with its sign, so that in and out are told apart without colour."""
    return f"+{desk.price(amount)}" if amount.is_positive else desk.price(amount)


def statement_id_of(number: str) -> StatementId:
    """The statement that an address names. Raises Absent."""
    found = parse_id(number)
    if found is None:
        raise Absent("statement")
    return StatementId(found)


async def statement_page(visit: Visit, shop_id: ShopId, number: str) -> StatementPage:
    """A statement with its typed lines, in three statements. Raises Absent."""
    statement_id = statement_id_of(number)
    async with visit.reading() as tx:
        desk = await at_work(tx, visit, shop_id)
        require_grant(desk, "finance.view")
        detail = await settlement.statement_for(tx, desk.actor, shop_id, statement_id)
        frame = await counted_shell(visit, tx, desk, "Statement", HERE)
    found, running = detail.statement, detail.statement.opening
    lines = []
    for line in detail.lines:
        running += line.amount
        what = line.note or (f"Order {line.order_id}" if line.order_id else KINDS[line.kind])
        lines.append(
            LineRow(
                words.moment_text(desk.market, line.at),
                KINDS[line.kind],
                what,
                f"{desk.url}/orders/{line.order_id}" if line.order_id else None,
                signed(desk, line.amount),
                line.amount.is_negative,
                desk.price(running),
            )
        )
    return StatementPage(
        frame,
        desk.url + HERE,
        _day(found.day),
        f"{desk.url}{HERE}/statements/{found.id}/statement.csv",
        desk.price(found.opening),
        desk.price(found.closing),
        signed(desk, found.movement),
        tuple(lines),
        tuple(_payout(desk, each) for each in detail.payouts),
    )
