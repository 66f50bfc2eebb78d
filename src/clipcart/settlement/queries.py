"""What a shop sees of its money: balance, statements, payouts, and what is to come."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from clipcart import ledger, markets, sellers
from clipcart.identity import Actor, require
from clipcart.kit.db import Tx
from clipcart.kit.errors import Absent
from clipcart.kit.ids import OrderId, PayoutId, ShopId, StatementId
from clipcart.kit.listing import Page
from clipcart.kit.money import Money, currency
from clipcart.settlement import policy
from clipcart.settlement._sql import money as sql
from clipcart.settlement._sql import sales as sales_sql
from clipcart.settlement.actions.booking import sale_of
from clipcart.settlement.model import (
    Account,
    Balance,
    LineKind,
    Payout,
    PayoutState,
    Statement,
    StatementDetail,
    StatementLine,
    Terms,
    reserved,
)

FORECAST_SALES: Final = 1_000


@dataclass(frozen=True, slots=True)
class ExpectedMoney:
    """Money of one order that becomes available: when (None before delivery), and how much."""

    order_id: OrderId
    at: datetime | None
    amount: Money
    is_reserve: bool


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a shop can expect: its balance now and what is still to be released, soonest first."""

    balance: Balance
    expected: tuple[ExpectedMoney, ...]

    @property
    def by_day(self) -> Mapping[date, Money]:
        """What becomes available on each day (UTC) that is known."""
        days: dict[date, Money] = {}
        for each in self.expected:
            if each.at is not None:
                day = each.at.date()
                days[day] = days.get(day, Money.zero(each.amount.currency)) + each.amount
        return days

    @property
    def undated(self) -> Money:
        """What waits for delivery."""
        unit = self.balance.available.currency
        return Money(sum(each.amount.minor for each in self.expected if each.at is None), unit)


async def balance(tx: Tx, actor: Actor, shop_id: ShopId) -> Balance:
    """A shop's money now; all zero before its first sale. Raises NoSuchShop."""
    require(policy.may_view(actor, shop_id), "finance.view", actor)
    return await balance_of(tx, shop_id)


async def balance_of(tx: Tx, shop_id: ShopId) -> Balance:
    """The same, for this room."""
    shop = await sellers.shop(tx, shop_id)
    nothing = Money.zero(currency(shop.currency))
    rows = await tx.all(sql.SHOPS, shop_ids=[shop_id])
    accounts = (await ledger.balances(tx, [shop_id])).get(shop_id, {})
    held = (await ledger.held(tx, [shop_id])).get(shop_id, nothing)
    days = rows[0].settlement_days if rows else None
    if days is None:
        days = markets.get(shop.market_id).at(tx.now).settlement_days
    return Balance(
        available=-accounts.get(Account.SELLER_AVAILABLE, nothing),
        pending=-accounts.get(Account.SELLER_PENDING, nothing),
        reserve=-accounts.get(Account.RESERVE, nothing),
        in_transit=-accounts.get(Account.PAYOUT_IN_TRANSIT, nothing),
        held=held,
        terms=Terms(days, rows[0].reserve_level if rows else 0),
    )


async def statements(
    tx: Tx, actor: Actor, shop_id: ShopId, cursor: str | None = None, limit: int = 50
) -> Page[Statement]:
    """A shop's daily statements, newest first. Raises BadCursor."""
    require(policy.may_view(actor, shop_id), "finance.view", actor)
    page = await sql.STATEMENTS.page(
        tx, order="newest", cursor=cursor, limit=limit, fixed={"shop_id": shop_id}
    )
    return page.map(as_statement)


async def statement_for(
    tx: Tx, actor: Actor, shop_id: ShopId, statement_id: StatementId
) -> StatementDetail:
    """One statement with its lines and payouts. Raises Absent."""
    require(policy.may_view(actor, shop_id), "finance.view", actor)
    row = await tx.maybe(sql.STATEMENT, shop_id=shop_id, id=statement_id)
    if row is None:
        raise Absent("statement")
    lines = await tx.all(sql.LINES, shop_id=shop_id, statement_id=statement_id)
    payouts = await tx.all(sql.PAYOUTS_OF_STATEMENTS, shop_id=shop_id, statement_ids=[statement_id])
    return StatementDetail(
        as_statement(row), tuple(map(as_line, lines)), tuple(map(as_payout, payouts))
    )


async def payouts(
    tx: Tx,
    actor: Actor,
    shop_id: ShopId,
    state: PayoutState | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[Payout]:
    """A shop's payouts, newest first. Raises BadCursor."""
    require(policy.may_view(actor, shop_id), "finance.view", actor)
    page = await sql.PAYOUTS.page(
        tx,
        order="newest",
        cursor=cursor,
        limit=limit,
        fixed={"shop_id": shop_id},
        filters={"state": None if state is None else state.value},
    )
    return page.map(as_payout)


def statement_csv(detail: StatementDetail) -> str:
    """A statement for a spreadsheet: opening, lines, closing, with a running balance.

    Notes that a spreadsheet would take for a formula are led by an apostrophe.
    """
    found, text = detail.statement, io.StringIO()
    write = csv.writer(text, lineterminator="\r\n")
    write.writerow(["at", "type", "order", "payout", "amount", "balance", "currency", "note"])
    code, running = found.opening.currency.code, found.opening
    edge = ["", "", "", "", ""]
    write.writerow([found.day, "OPENING", *edge[:3], running.decimal_string(), code, ""])
    for line in detail.lines:
        running += line.amount
        write.writerow(
            [
                line.at.isoformat(),
                line.kind.value,
                line.order_id or "",
                line.payout_id or "",
                line.amount.decimal_string(),
                running.decimal_string(),
                code,
                f"'{line.note}" if line.note[:1] in ("=", "+", "-", "@", "\t", "\r") else line.note,
            ]
        )
    closes = found.closed_at.isoformat()
    write.writerow([closes, "CLOSING", *edge[:3], found.closing.decimal_string(), code, ""])
    return text.getvalue()


async def forecast(tx: Tx, actor: Actor, shop_id: ShopId) -> Forecast:
    """What a shop can expect and when; of its oldest 1000 open sales. Raises NoSuchShop."""
    require(policy.may_view(actor, shop_id), "finance.view", actor)
    now = await balance_of(tx, shop_id)
    expected = [
        each
        for row in await tx.all(sales_sql.OPEN_SALES, shop_id=shop_id, size=FORECAST_SALES)
        for each in _expected(row)
    ]
    for row in await tx.all(sales_sql.RESERVED_SALES, shop_id=shop_id, size=FORECAST_SALES):
        sale = sale_of(row)
        left = Money(sale.reserve_left, sale.currency)
        expected.append(ExpectedMoney(sale.order_id, row.reserve_until, left, True))
    expected.sort(key=lambda each: (each.at is None, each.at, each.order_id))
    return Forecast(now, tuple(each for each in expected if not each.amount.is_zero))


def _expected(row: sales_sql.SaleRow) -> list[ExpectedMoney]:
    sale = sale_of(row)
    share, order_id = Money(sale.share, sale.currency), sale.order_id
    if row.release_due_at is None or row.market_id is None or row.delivered_at is None:
        return [ExpectedMoney(order_id, None, share, False)]
    rules = markets.get(row.market_id).at(row.delivered_at)
    kept = Money.zero(sale.currency)
    if row.reserve_until is not None and row.reserve_until > row.release_due_at:
        level = rules.reserve_level(row.reserve_level)
        kept = Money(reserved(sale, level.percent).reserve_minor, sale.currency)
    return [
        ExpectedMoney(order_id, row.release_due_at, share - kept, False),
        ExpectedMoney(order_id, row.reserve_until, kept, True),
    ]


def as_statement(row: sql.StatementRow) -> Statement:
    """The statement of a row."""
    return Statement(
        StatementId(row.id),
        ShopId(row.shop_id),
        row.day,
        Money.of(row.opening_minor, row.currency),
        Money.of(row.closing_minor, row.currency),
        row.line_count,
        row.closed_at,
    )


def as_line(row: sql.LineRow) -> StatementLine:
    """The line of a row."""
    return StatementLine(
        row.id,
        LineKind(row.kind),
        None if row.order_id is None else OrderId(row.order_id),
        None if row.payout_id is None else PayoutId(row.payout_id),
        Money.of(row.amount_minor, row.currency),
        row.note,
        row.at,
    )


def as_payout(row: sql.PayoutRow) -> Payout:
    """The payout of a row."""
    return Payout(
        PayoutId(row.id),
        ShopId(row.shop_id),
        StatementId(row.statement_id),
        Money.of(row.amount_minor, row.currency),
        row.number_masked,
        PayoutState(row.state),
        row.failure,
        row.requested_at,
        row.ended_at,
    )
