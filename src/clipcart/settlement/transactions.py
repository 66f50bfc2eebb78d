"""Moves of a shop's money one by one, each with what it is made of, for those who keep books.

What a sale comes to is goods and delivery without tax, less the platform's fee. The book knows what
was held, owed to the state and kept as a fee at each moment, the order what of it was delivery; so
the parts add up to the seller's share, to the cent.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from clipcart import ledger, orders
from clipcart.identity import Actor, require
from clipcart.kit.db import Tx
from clipcart.kit.errors import Absent
from clipcart.kit.ids import JournalId, OrderId, ShopId, StatementId
from clipcart.kit.listing import Page
from clipcart.kit.money import Money, Rate, total
from clipcart.ledger import Standing
from clipcart.orders import Line, Order
from clipcart.settlement import policy
from clipcart.settlement._sql import money as money_sql
from clipcart.settlement._sql import sales as sales_sql
from clipcart.settlement._sql import transactions as sql
from clipcart.settlement.actions.booking import sale_of
from clipcart.settlement.model import Account, LineKind, Statement, StatementLine
from clipcart.settlement.queries import as_line, as_statement
from clipcart.settlement.searching import StatementSummary, summaries

COUNTED: Final = 10_000
"""How far `count_unsettled` counts."""
_OF_SALES: Final = (LineKind.ORDER, LineKind.REFUND)


@dataclass(frozen=True, slots=True)
class Parts:
    """What a move of a seller's share is made of: what is taken from it is negative.

    `goods` and `delivery` are without tax. `paid` is what the buyer paid and `refunded` what went
    back, both with tax.
    """

    goods: Money
    delivery: Money
    fee: Money
    paid: Money
    refunded: Money

    @property
    def share(self) -> Money:
        """The seller's part."""
        return self.goods + self.delivery + self.fee

    def __sub__(self, other: "Parts") -> "Parts":
        return Parts(
            self.goods - other.goods,
            self.delivery - other.delivery,
            self.fee - other.fee,
            self.paid - other.paid,
            self.refunded - other.refunded,
        )


@dataclass(frozen=True, slots=True)
class Transaction:
    """A line of a shop's available money, with its order and parts if it is of a sale.

    A refund may take from the reserve too: then the line is less than its parts' share.
    """

    line: StatementLine
    order: Order | None
    parts: Parts | None
    statement: Statement | None


@dataclass(frozen=True, slots=True)
class Unsettled:
    """A sale whose share is not released yet, as it stands. `release_at` is None until delivery."""

    order: Order
    parts: Parts
    delivered_at: datetime | None
    release_at: datetime | None


async def transactions_of_statement(
    tx: Tx,
    actor: Actor,
    shop_id: ShopId,
    statement_id: StatementId,
    *,
    newest_first: bool = False,
    cursor: str | None = None,
    limit: int = 50,
) -> tuple[StatementSummary, Page[Transaction], int]:
    """A statement, a page of its lines without payouts by when their orders were made, how many.

    Raises Absent, BadCursor; Forbidden without finance.view.
    """
    require(policy.may_view(actor, shop_id), "finance.view", actor)
    row = await tx.maybe(money_sql.STATEMENT, shop_id=shop_id, id=statement_id)
    if row is None:
        raise Absent("statement")
    statement = as_statement(row)
    fixed = {"shop_id": shop_id, "statement_id": statement_id}
    page = await sql.OF_STATEMENT.page(
        tx, order="down" if newest_first else "up", cursor=cursor, limit=limit, fixed=fixed
    )
    lines = [as_line(money_sql.LineRow(*each[:-1])) for each in page.items]
    made = await _transactions(tx, shop_id, lines, {statement_id: statement}, statement_id)
    count = await sql.OF_STATEMENT.count(tx, up_to=statement.line_count, fixed=fixed)
    summary = (await summaries(tx, shop_id, [row]))[0]
    return summary, Page(made, page.next_cursor, page.previous_cursor), count


async def transactions_of_order(
    tx: Tx, actor: Actor, shop_id: ShopId, order_id: OrderId
) -> tuple[Order, tuple[Transaction, ...]]:
    """An order and every line that it led to, oldest first; those of today have no statement yet.

    Raises Absent; Forbidden without finance.view.
    """
    require(policy.may_view(actor, shop_id), "finance.view", actor)
    order = (await orders.orders_by_keys(tx, [(shop_id, order_id)])).get((shop_id, order_id))
    if order is None:
        raise Absent("order")
    rows = await tx.all(money_sql.LINES_OF_ORDER, shop_id=shop_id, order_id=order_id)
    ids = sorted({row.statement_id for row in rows if row.statement_id is not None})
    found = await tx.all(sql.STATEMENTS_BY_ID, shop_id=shop_id, ids=ids)
    statements = {row.id: as_statement(row) for row in found}
    made: list[Transaction] = []
    for row in rows:
        made += await _transactions(tx, shop_id, [as_line(row)], statements, row.statement_id)
    return order, tuple(made)


async def _transactions(
    tx: Tx,
    shop_id: ShopId,
    lines: Sequence[StatementLine],
    statements: Mapping[int, Statement],
    statement_id: int | None,
) -> tuple[Transaction, ...]:
    keys = [(shop_id, line.order_id) for line in lines if line.order_id is not None]
    known = await orders.orders_by_keys(tx, keys) if keys else {}
    of_sales = [JournalId(line.id) for line in lines if line.kind in _OF_SALES]
    standings = await ledger.standings(tx, shop_id, of_sales) if of_sales else {}
    made = []
    for line in lines:
        order = None if line.order_id is None else known.get((shop_id, line.order_id))
        stands, parts = standings.get(JournalId(line.id)), None
        if order is not None and stands is not None:
            parts = _moved(order, stands, is_first=line.kind is LineKind.ORDER)
        statement = None if statement_id is None else statements[statement_id]
        made.append(Transaction(line, order, parts, statement))
    return tuple(made)


def _moved(order: Order, standings: Mapping[str, Standing], *, is_first: bool) -> Parts:
    """What a journal did to the parts: a release gives all there is, a refund takes a part back."""
    zero = Money.zero(order.currency)

    def at(account: Account, *, before: bool) -> Money:
        found = standings.get(account.value)
        if found is None:
            return zero
        return found.stands - found.moved if before else found.stands

    def parts(*, before: bool) -> Parts:
        return _parts(
            order,
            held=at(Account.PROCESSOR, before=before),
            tax=-at(Account.TAX_PAYABLE, before=before),
            fee=-at(Account.PLATFORM_FEES, before=before),
        )

    if is_first:
        return parts(before=False)
    return parts(before=False) - parts(before=True)


def _parts(order: Order, *, held: Money, tax: Money, fee: Money) -> Parts:
    """What a sale comes to while this much is held, owed as tax and kept as a fee."""
    paid = order.paid or Money.zero(order.currency)
    refunded = paid - held
    delivery = order.shipping
    if order.tax_included:
        goods_tax = total([line.tax for line in order.lines], order.currency)
        delivery -= order.tax - goods_tax
    if paid.is_positive and not refunded.is_zero:
        delivery -= delivery.share(Rate.of(refunded.minor, paid.minor))
    return Parts(held - tax - delivery, delivery, -fee, paid, -refunded)


def by_line(order: Order, parts: Parts) -> tuple[tuple[Line, Parts], ...]:
    """Parts shared out to the order's lines by their prices, to the last minor unit."""
    lines = order.lines
    weights = [line.amount.minor for line in lines]
    if not any(weights):
        weights = [line.quantity for line in lines]
    split = [
        each.split(weights)
        for each in (parts.goods, parts.delivery, parts.fee, parts.paid, parts.refunded)
    ]
    return tuple((line, Parts(*each)) for line, *each in zip(lines, *split, strict=True))


async def search_unsettled(
    tx: Tx,
    actor: Actor,
    shop_id: ShopId,
    *,
    paid_from: datetime | None = None,
    paid_below: datetime | None = None,
    newest_first: bool = False,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[Unsettled]:
    """A page of sales whose share is not released, by when their orders were made.

    Raises BadCursor; Forbidden without finance.view.
    """
    require(policy.may_view(actor, shop_id), "finance.view", actor)
    page = await sql.UNSETTLED.page(
        tx,
        order="down" if newest_first else "up",
        cursor=cursor,
        limit=limit,
        fixed={"shop_id": shop_id},
        filters=_times(paid_from, paid_below),
    )
    keys = [(shop_id, OrderId(row.order_id)) for row in page.items]
    known = await orders.orders_by_keys(tx, keys) if keys else {}
    return page.map(lambda row: _unsettled(row, known[shop_id, OrderId(row.order_id)]))


async def count_unsettled(
    tx: Tx,
    actor: Actor,
    shop_id: ShopId,
    *,
    paid_from: datetime | None = None,
    paid_below: datetime | None = None,
) -> int:
    """How many sales a search finds, counted no further than COUNTED."""
    require(policy.may_view(actor, shop_id), "finance.view", actor)
    return await sql.UNSETTLED.count(
        tx, up_to=COUNTED, fixed={"shop_id": shop_id}, filters=_times(paid_from, paid_below)
    )


def _times(paid_from: datetime | None, paid_below: datetime | None) -> dict[str, Any]:
    return {"paid_from": paid_from, "paid_below": paid_below}


def _unsettled(row: sales_sql.SaleRow, order: Order) -> Unsettled:
    sale = sale_of(row)
    parts = _parts(
        order,
        held=Money(sale.paid_minor - sale.refunded_minor, sale.currency),
        tax=Money(sale.tax_left, sale.currency),
        fee=Money(sale.fee_left, sale.currency),
    )
    return Unsettled(order, parts, row.delivered_at, row.release_due_at)
