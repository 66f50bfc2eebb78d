"""Statements and payouts by their times, and what statements are made of, for programs."""

from typing import NamedTuple

from clipcart.kit.listing import Key, Listing, Order
from clipcart.kit.sql import query
from clipcart.settlement._sql.money import PayoutRow, StatementRow

_CLOSED = (Key("closed_at", "timestamptz"), Key("id", "bigint"))
_ASKED = (Key("id", "bigint"),)

STATEMENTS = Listing(
    """
    select shop_id, id, day, opening_minor, closing_minor, line_count, currency, closed_at
    from settlement.statement s where shop_id = :shop_id""",
    StatementRow,
    filters={
        "from_": "closed_at >= :from_",
        "below": "closed_at < :below",
        "payout_state": """exists (select from settlement.payout p where p.shop_id = s.shop_id
            and p.statement_id = s.id and p.state = :payout_state)""",
    },
    orders={"down": Order(_CLOSED, down=True), "up": Order(_CLOSED)},
    hot=True,
)

PAYOUTS = Listing(
    """
    select shop_id, id, statement_id, amount_minor, currency, bank_account_id, number_masked,
        state, failure, requested_at, sent_at, ended_at
    from settlement.payout where shop_id = :shop_id""",
    PayoutRow,
    filters={"from_": "requested_at >= :from_", "below": "requested_at < :below"},
    orders={"down": Order(_ASKED, down=True), "up": Order(_ASKED)},
    hot=True,
)


class KindRow(NamedTuple):
    statement_id: int
    kind: str
    amount_minor: int


KINDS = query(
    """
    select statement_id, kind, sum(amount_minor)::bigint as amount_minor from settlement.line
    where shop_id = :shop_id and statement_id = any(:statement_ids::bigint[])
    group by statement_id, kind""",
    KindRow,
    hot=True,
)
