"""Lines of a statement or an order, and open sales, in the order in which orders were made."""

from datetime import datetime
from typing import NamedTuple

from clipcart.kit.listing import Key, Listing, Order
from clipcart.kit.sql import query
from clipcart.settlement._sql.money import StatementRow
from clipcart.settlement._sql.sales import COLUMNS, SaleRow


class TransactionRow(NamedTuple):
    id: int
    kind: str
    order_id: int | None
    payout_id: int | None
    amount_minor: int
    currency: str
    note: str
    at: datetime
    statement_id: int | None
    made_key: int


# Ids are in the order of time: an order's own, or, where there is none, the line's.
_MADE = (Key("made_key", "bigint", "coalesce(order_id, id)"), Key("id", "bigint"))

OF_STATEMENT = Listing(
    """
    select id, kind, order_id, payout_id, amount_minor, currency, note, at, statement_id,
        coalesce(order_id, id) as made_key
    from settlement.line where shop_id = :shop_id and statement_id = :statement_id
        and kind not in ('PAYOUT', 'PAYOUT_RETURNED')""",
    TransactionRow,
    orders={"up": Order(_MADE), "down": Order(_MADE, down=True)},
    hot=True,
)

STATEMENTS_BY_ID = query(
    """
    select shop_id, id, day, opening_minor, closing_minor, line_count, currency, closed_at
    from settlement.statement
    where shop_id = :shop_id and id = any(:ids::bigint[])""",
    StatementRow,
    hot=True,
)


_BY_ORDER = (Key("order_id", "bigint", "s.order_id"),)

UNSETTLED = Listing(
    "select"
    + COLUMNS
    + """
    from settlement.sale s
    where s.shop_id = :shop_id and s.paid_at is not null and s.released_at is null
        and s.cancelled_at is null""",
    SaleRow,
    filters={"paid_from": "s.paid_at >= :paid_from", "paid_below": "s.paid_at < :paid_below"},
    orders={"up": Order(_BY_ORDER), "down": Order(_BY_ORDER, down=True)},
    hot=True,
)
