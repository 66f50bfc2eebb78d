"""Statements and payouts for programs that follow a shop's money: by time, either way round."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from clipcart.identity import Actor, require
from clipcart.kit.db import Tx
from clipcart.kit.ids import ShopId, StatementId
from clipcart.kit.listing import Page
from clipcart.kit.money import Money
from clipcart.settlement import policy
from clipcart.settlement._sql import money
from clipcart.settlement._sql import searching as sql
from clipcart.settlement.model import LineKind, Payout, PayoutState, Statement
from clipcart.settlement.queries import as_payout, as_statement

COUNTED: Final = 10_000
"""How far `count_payouts` counts."""


@dataclass(frozen=True, slots=True)
class StatementSummary:
    """A statement, what its lines of each kind come to, and the payouts that it led to."""

    statement: Statement
    by_kind: Mapping[LineKind, Money]
    payouts: tuple[Payout, ...]

    def sum_of(self, *kinds: LineKind) -> Money:
        """What the lines of these kinds come to."""
        unit = self.statement.opening.currency
        found = [self.by_kind[kind].minor for kind in kinds if kind in self.by_kind]
        return Money(sum(found), unit)


async def search_statements(
    tx: Tx,
    actor: Actor,
    shop_id: ShopId,
    *,
    closed_from: datetime | None = None,
    closed_below: datetime | None = None,
    payout_state: PayoutState | None = None,
    newest_first: bool = True,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[StatementSummary]:
    """A page of a shop's statements. Raises BadCursor; Forbidden without finance.view."""
    require(policy.may_view(actor, shop_id), "finance.view", actor)
    page = await sql.STATEMENTS.page(
        tx,
        order="down" if newest_first else "up",
        cursor=cursor,
        limit=limit,
        fixed={"shop_id": shop_id},
        filters={
            "from_": closed_from,
            "below": closed_below,
            "payout_state": None if payout_state is None else payout_state.value,
        },
    )
    found = await summaries(tx, shop_id, page.items)
    return Page(found, page.next_cursor, page.previous_cursor)


async def summaries(
    tx: Tx, shop_id: ShopId, rows: Sequence[money.StatementRow]
) -> tuple[StatementSummary, ...]:
    """The statements of rows with their sums and payouts, for this room."""
    ids = [row.id for row in rows]
    payouts: dict[int, list[Payout]] = defaultdict(list)
    for row in await tx.all(money.PAYOUTS_OF_STATEMENTS, shop_id=shop_id, statement_ids=ids):
        payouts[row.statement_id].append(as_payout(row))
    kinds = await tx.all(sql.KINDS, shop_id=shop_id, statement_ids=ids)

    def summary(row: money.StatementRow) -> StatementSummary:
        sums = {
            LineKind(each.kind): Money.of(each.amount_minor, row.currency)
            for each in kinds
            if each.statement_id == row.id
        }
        return StatementSummary(as_statement(row), sums, tuple(payouts[StatementId(row.id)]))

    return tuple(map(summary, rows))


async def search_payouts(
    tx: Tx,
    actor: Actor,
    shop_id: ShopId,
    *,
    asked_from: datetime | None = None,
    asked_below: datetime | None = None,
    newest_first: bool = True,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[Payout]:
    """A page of a shop's payouts. Raises BadCursor; Forbidden without finance.view."""
    require(policy.may_view(actor, shop_id), "finance.view", actor)
    page = await sql.PAYOUTS.page(
        tx,
        order="down" if newest_first else "up",
        cursor=cursor,
        limit=limit,
        fixed={"shop_id": shop_id},
        filters={"from_": asked_from, "below": asked_below},
    )
    return page.map(as_payout)


async def count_payouts(
    tx: Tx,
    actor: Actor,
    shop_id: ShopId,
    *,
    asked_from: datetime | None = None,
    asked_below: datetime | None = None,
) -> int:
    """How many payouts a search finds, counted no further than COUNTED."""
    require(policy.may_view(actor, shop_id), "finance.view", actor)
    return await sql.PAYOUTS.count(
        tx,
        up_to=COUNTED,
        fixed={"shop_id": shop_id},
        filters={"from_": asked_from, "below": asked_below},
    )
