"""Statements of the money proof. They look at every shop; nobody waits for them."""

from datetime import date, datetime
from typing import NamedTuple

from clipcart.kit.sql import query
from clipcart.settlement._sql.sales import COLUMNS

WHY = "the proof looks at every shop"


class BookedRow(NamedTuple):
    shop_id: int
    order_id: int
    market_id: str | None
    currency: str
    captured_minor: int
    captured_at: datetime | None
    paid_minor: int
    tax_minor: int
    fee_minor: int
    refund_fee_minor: int
    paid_at: datetime | None
    shipped_at: datetime | None
    delivered_at: datetime | None
    cancelled_at: datetime | None
    refunded_minor: int
    refunded_late_minor: int
    release_due_at: datetime | None
    released_at: datetime | None
    reserve_level: int
    reserve_minor: int
    reserve_until: datetime | None
    reserve_released_at: datetime | None
    accounts: list[str]
    balances: list[int]
    provider_captured_minor: int
    provider_refunded_minor: int


BOOKED_SALES = query(
    "select"
    + COLUMNS
    + """,
        b.accounts, b.balances,
        coalesce(p.captured_minor, 0) as provider_captured_minor,
        coalesce(p.refunded_minor, 0) as provider_refunded_minor
    from (select x.shop_id, x.order_id from settlement.sale x
        where (x.shop_id, x.order_id) > (:after_shop_id, :after_order_id)
        order by x.shop_id, x.order_id limit :size) k
    join settlement.sale s on s.shop_id = k.shop_id and s.order_id = k.order_id
    cross join lateral (
        select coalesce(array_agg(v.account order by v.account), '{}') as accounts,
            coalesce(array_agg(v.balance_minor order by v.account), '{}') as balances
        from ledger.v_order_account v
        where v.shop_id = k.shop_id and v.order_id = k.order_id) b
    left join payments.v_split p on p.shop_id = k.shop_id and p.order_id = k.order_id
    order by k.shop_id, k.order_id""",
    BookedRow,
    scatter=WHY,
)


class StrayRow(NamedTuple):
    shop_id: int
    order_id: int
    currency: str
    amount_minor: int


UNKNOWN_TO_US = query(
    """
    select p.shop_id, p.order_id, p.currency, p.captured_minor as amount_minor
    from payments.v_split p
    where p.captured_minor > 0 and not exists (select 1 from settlement.sale s
        where s.shop_id = p.shop_id and s.order_id = p.order_id)
    order by p.shop_id, p.order_id limit :size""",
    StrayRow,
    scatter=WHY,
)

UNKNOWN_SALES = query(
    """
    select v.shop_id, v.order_id, v.currency, max(abs(v.balance_minor))::bigint as amount_minor
    from ledger.v_order_account v
    where not exists (select 1 from settlement.sale s
        where s.shop_id = v.shop_id and s.order_id = v.order_id)
    group by v.shop_id, v.order_id, v.currency
    order by v.shop_id, v.order_id limit :size""",
    StrayRow,
    scatter=WHY,
)


class ShopDifferenceRow(NamedTuple):
    shop_id: int
    currency: str
    lines_minor: int
    ledger_minor: int


AVAILABLE_DIFFERS = query(
    """
    select s.shop_id, s.currency, coalesce(l.minor, 0) as lines_minor,
        coalesce(-v.balance_minor, 0) as ledger_minor
    from settlement.shop s
    left join (select shop_id, sum(amount_minor)::bigint as minor from settlement.line
        group by shop_id) l on l.shop_id = s.shop_id
    left join ledger.v_shop_account v on v.shop_id = s.shop_id
        and v.account = 'seller_available' and v.currency = s.currency
    where coalesce(l.minor, 0) <> coalesce(-v.balance_minor, 0)
    order by s.shop_id limit :size""",
    ShopDifferenceRow,
    scatter=WHY,
)


class SumRow(NamedTuple):
    currency: str
    minor: int


LINE_SUMS = query(
    "select currency, sum(amount_minor)::bigint as minor from settlement.line group by currency",
    SumRow,
    scatter=WHY,
)

STATED_SUMS = query(
    """
    select currency, sum(amount_minor)::bigint as minor from settlement.line
    where statement_id is not null group by currency""",
    SumRow,
    scatter=WHY,
)

CLOSING_SUMS = query(
    "select currency, sum(closing_minor)::bigint as minor from settlement.shop group by currency",
    SumRow,
    scatter=WHY,
)

IN_TRANSIT_SUMS = query(
    """
    select currency, sum(amount_minor)::bigint as minor from settlement.payout
    where state = 'PROCESSING' group by currency""",
    SumRow,
    scatter=WHY,
)

# News under way is no difference: what the bank decided and we have not heard is left out, and
# payouts through a bank that keeps its book elsewhere count as they were heard.
BANK_SUMS = query(
    """
    select currency, sum(minor)::bigint as minor from (
        select t.currency, t.amount_minor as minor from settlement.bank_robot_transfer t
        where t.state = 'PAID' and not exists (select 1 from settlement.payout p
            where p.shop_id = t.shop_id and p.id = t.payout_id and p.state = 'PROCESSING')
        union all
        select p.currency, p.amount_minor from settlement.payout p
        where p.state = 'PAID' and p.bank is distinct from 'robot') paid
    group by currency""",
    SumRow,
    scatter=WHY,
)


class BrokenStatementRow(NamedTuple):
    shop_id: int
    day: date
    currency: str
    opening_minor: int
    previous_minor: int
    closing_minor: int
    lines_minor: int


BROKEN_STATEMENTS = query(
    """
    select shop_id, day, currency, opening_minor, previous_minor, closing_minor, lines_minor
    from (select t.shop_id, t.day, t.currency, t.opening_minor, t.closing_minor, t.line_count,
            coalesce(lag(t.closing_minor) over w, 0) as previous_minor,
            coalesce(l.minor, 0) as lines_minor, coalesce(l.lines, 0) as lines
        from settlement.statement t
        left join (select shop_id, statement_id, sum(amount_minor)::bigint as minor,
                count(*)::int as lines
            from settlement.line where statement_id is not null
            group by shop_id, statement_id) l
            on l.shop_id = t.shop_id and l.statement_id = t.id
        window w as (partition by t.shop_id order by t.closed_at, t.id)) chain
    where opening_minor <> previous_minor or closing_minor <> opening_minor + lines_minor
        or lines <> line_count
    order by shop_id, day limit :size""",
    BrokenStatementRow,
    scatter=WHY,
)


class BankDifferenceRow(NamedTuple):
    shop_id: int
    payout_id: int
    currency: str
    ours: str
    ours_minor: int
    theirs: str
    theirs_minor: int


BANK_DIFFERS = query(
    """
    select shop_id, payout_id, currency, ours, ours_minor, theirs, theirs_minor from (
        select coalesce(p.shop_id, t.shop_id) as shop_id, coalesce(p.id, t.payout_id) as payout_id,
            coalesce(p.currency, t.currency) as currency,
            coalesce(p.state, 'unknown') as ours, coalesce(p.amount_minor, 0) as ours_minor,
            coalesce(t.state, 'unknown') as theirs, coalesce(t.amount_minor, 0) as theirs_minor
        from (select shop_id, id, currency, state, amount_minor from settlement.payout
            where bank = 'robot' or state = 'PROCESSING') p
        full join settlement.bank_robot_transfer t
            on t.shop_id = p.shop_id and t.payout_id = p.id) both_books
    where (ours <> 'PROCESSING' and ours <> theirs)
        or (theirs <> 'unknown' and ours_minor <> theirs_minor)
    order by shop_id, payout_id limit :size""",
    BankDifferenceRow,
    scatter=WHY,
)


class CountRow(NamedTuple):
    sales: int
    statements: int
    payouts: int


COUNTS = query(
    """
    select (select count(*) from settlement.sale)::bigint as sales,
        (select count(*) from settlement.statement)::bigint as statements,
        (select count(*) from settlement.payout)::bigint as payouts""",
    CountRow,
    scatter=WHY,
)
