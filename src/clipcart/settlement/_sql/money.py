"""Statements about shops' terms, lines, daily statements and payouts."""

from datetime import date, datetime
from typing import NamedTuple

from clipcart.kit.listing import Key, Listing, Order
from clipcart.kit.sql import command, query

ENSURE_SHOPS = command(
    """
    insert into settlement.shop (shop_id, market_id, currency)
    select u.shop_id, u.market_id, u.currency
    from unnest(:shop_ids::bigint[], :market_ids::text[], :currencies::text[])
        as u(shop_id, market_id, currency)
    order by u.shop_id
    on conflict (shop_id) do nothing""",
    hot=True,
)


class ShopRow(NamedTuple):
    shop_id: int
    market_id: str
    currency: str
    settlement_days: int | None
    reserve_level: int
    closing_minor: int
    next_statement_at: datetime | None


SHOPS = query(
    """
    select shop_id, market_id, currency, settlement_days, reserve_level, closing_minor,
        next_statement_at
    from settlement.shop where shop_id = any(:shop_ids::bigint[])""",
    ShopRow,
    hot=True,
)

SET_TERMS = command("""
    update settlement.shop set settlement_days = :settlement_days, reserve_level = :reserve_level
    where shop_id = :shop_id""")

# Always before the book is written: who holds the shop's row is alone with its balances, so that
# a statement run and a release never wait for each other in a ring.
WAKE = command(
    """
    update settlement.shop
    set next_statement_at = coalesce(next_statement_at, :midnight)
    where shop_id = any(:shop_ids::bigint[])""",
    hot=True,
)

ADD_LINES = command(
    """
    insert into settlement.line (shop_id, id, kind, order_id, payout_id, amount_minor, currency,
        note, at)
    select u.shop_id, u.id, u.kind, u.order_id, u.payout_id, u.amount, u.currency, u.note, :now
    from unnest(:shop_ids::bigint[], :ids::bigint[], :kinds::text[], :order_ids::bigint[],
        :payout_ids::bigint[], :amounts::bigint[], :currencies::text[], :notes::text[])
        as u(shop_id, id, kind, order_id, payout_id, amount, currency, note)""",
    hot=True,
)

NEXT_STATEMENT = query(
    """
    select next_statement_at from settlement.shop where next_statement_at is not null
    order by next_statement_at limit 1""",
    datetime,
    scatter="the sweep serves every shop",
)


class ClaimRow(NamedTuple):
    shop_id: int
    market_id: str
    currency: str
    closes_at: datetime


# Moving the date is the claim: a second run finds it moved, a killed one moved nothing.
CLAIM = query(
    """
    update settlement.shop s set next_statement_at = d.closes_at + interval '24 hours'
    from (select shop_id, next_statement_at as closes_at from settlement.shop
        where next_statement_at <= :now
        order by next_statement_at, shop_id limit :size) d
    where s.shop_id = d.shop_id and s.next_statement_at = d.closes_at
    returning s.shop_id, s.market_id, s.currency, d.closes_at""",
    ClaimRow,
    scatter="the sweep serves every shop",
)


class MadeRow(NamedTuple):
    shop_id: int
    id: int
    day: date
    opening_minor: int
    closing_minor: int
    currency: str


# Lines, statement and the shop's chain in one statement: one snapshot, so they cannot differ.
MAKE_STATEMENTS = query(
    """
    with sums as (
        select u.shop_id, u.id, u.closes_at, sum(l.amount_minor)::bigint as movement,
            count(*)::int as line_count
        from unnest(:shop_ids::bigint[], :ids::bigint[], :closes_ats::timestamptz[])
            as u(shop_id, id, closes_at)
        join settlement.line l on l.shop_id = u.shop_id and l.statement_id is null
            and l.at < u.closes_at
        group by u.shop_id, u.id, u.closes_at
    ), made as (
        insert into settlement.statement (shop_id, id, day, opening_minor, closing_minor,
            line_count, currency, closed_at, made_at)
        select s.shop_id, sums.id, (sums.closes_at at time zone 'utc')::date - 1, s.closing_minor,
            s.closing_minor + sums.movement, sums.line_count, s.currency, sums.closes_at, :now
        from sums join settlement.shop s on s.shop_id = sums.shop_id
        on conflict (shop_id, day) do nothing
        returning shop_id, id, day, opening_minor, closing_minor, currency, closed_at
    ), marked as (
        update settlement.line l set statement_id = made.id from made
        where l.shop_id = made.shop_id and l.statement_id is null and l.at < made.closed_at
    ), chained as (
        update settlement.shop s
        set closing_minor = made.closing_minor, last_statement_id = made.id from made
        where s.shop_id = made.shop_id
    )
    select shop_id, id, day, opening_minor, closing_minor, currency from made""",
    MadeRow,
)


class PayableRow(NamedTuple):
    shop_id: int
    market_id: str
    currency: str
    closing_minor: int
    last_statement_id: int
    requested_minor: int


# What was asked for since the last statement is taken off, so that a run repeated for any reason
# (a hold that ended, an account approved later) never pays one statement twice.
PAYABLE = query(
    """
    select s.shop_id, s.market_id, s.currency, s.closing_minor, s.last_statement_id,
        coalesce(-(select sum(l.amount_minor) from settlement.line l
            where l.shop_id = s.shop_id and l.statement_id is null and l.kind = 'PAYOUT'), 0
        )::bigint as requested_minor
    from settlement.shop s
    where s.shop_id = any(:shop_ids::bigint[]) and s.closing_minor > 0
        and s.last_statement_id is not null""",
    PayableRow,
)

# A shop sleeps when nothing waits for a statement and nothing can be paid.
REST = command("""
    update settlement.shop s set next_statement_at = null
    where s.shop_id = any(:shop_ids::bigint[]) and s.closing_minor <= 0
        and not exists (select 1 from settlement.line l
            where l.shop_id = s.shop_id and l.statement_id is null)""")

ADD_PAYOUTS = command("""
    insert into settlement.payout (shop_id, id, statement_id, amount_minor, currency,
        bank_account_id, number_masked, state, requested_at)
    select u.shop_id, u.id, u.statement_id, u.amount, u.currency, u.account_id, u.masked,
        'PROCESSING', :now
    from unnest(:shop_ids::bigint[], :ids::bigint[], :statement_ids::bigint[], :amounts::bigint[],
        :currencies::text[], :account_ids::bigint[], :maskeds::text[])
        as u(shop_id, id, statement_id, amount, currency, account_id, masked)""")


class PayoutRow(NamedTuple):
    shop_id: int
    id: int
    statement_id: int
    amount_minor: int
    currency: str
    bank_account_id: int
    number_masked: str
    state: str
    failure: str | None
    requested_at: datetime
    sent_at: datetime | None
    ended_at: datetime | None


PAYOUTS_BY_ID = query(
    """
    select shop_id, id, statement_id, amount_minor, currency, bank_account_id, number_masked,
        state, failure, requested_at, sent_at, ended_at
    from settlement.payout where shop_id = any(:shop_ids::bigint[]) and id = any(:ids::bigint[])""",
    PayoutRow,
    hot=True,
)

PAYOUTS_OF_STATEMENTS = query(
    """
    select shop_id, id, statement_id, amount_minor, currency, bank_account_id, number_masked,
        state, failure, requested_at, sent_at, ended_at
    from settlement.payout
    where shop_id = :shop_id and statement_id = any(:statement_ids::bigint[]) order by id""",
    PayoutRow,
    hot=True,
)

PAYOUTS = Listing(
    """
    select shop_id, id, statement_id, amount_minor, currency, bank_account_id, number_masked,
        state, failure, requested_at, sent_at, ended_at
    from settlement.payout where shop_id = :shop_id""",
    PayoutRow,
    filters={"state": "state = :state"},
    orders={"newest": Order((Key("id", "bigint"),), down=True)},
    hot=True,
)

SENT = command("""
    update settlement.payout p set sent_at = :now, bank = :bank, bank_ref = u.ref
    from unnest(:shop_ids::bigint[], :ids::bigint[], :refs::text[]) as u(shop_id, id, ref)
    where p.shop_id = u.shop_id and p.id = u.id and p.state = 'PROCESSING' and p.sent_at is null""")

END_PAYOUTS = query(
    """
    update settlement.payout p set state = u.state, failure = u.failure, ended_at = :now,
        bank = :bank, bank_ref = u.ref, sent_at = coalesce(p.sent_at, :now)
    from unnest(:shop_ids::bigint[], :ids::bigint[], :states::text[], :failures::text[],
        :amount_minors::bigint[], :currencies::text[], :refs::text[])
        as u(shop_id, id, state, failure, amount_minor, currency, ref)
    where p.shop_id = u.shop_id and p.id = u.id and p.state = 'PROCESSING'
        and p.amount_minor = u.amount_minor and p.currency = u.currency
    returning p.shop_id, p.id, p.statement_id, p.amount_minor, p.currency, p.bank_account_id,
        p.number_masked, p.state, p.failure, p.requested_at, p.sent_at, p.ended_at""",
    PayoutRow,
    hot=True,
)


class StatementRow(NamedTuple):
    shop_id: int
    id: int
    day: date
    opening_minor: int
    closing_minor: int
    line_count: int
    currency: str
    closed_at: datetime


STATEMENTS = Listing(
    """
    select shop_id, id, day, opening_minor, closing_minor, line_count, currency, closed_at
    from settlement.statement where shop_id = :shop_id""",
    StatementRow,
    orders={"newest": Order((Key("closed_at", "timestamptz"), Key("id", "bigint")), down=True)},
    hot=True,
)

STATEMENT = query(
    """
    select shop_id, id, day, opening_minor, closing_minor, line_count, currency, closed_at
    from settlement.statement where shop_id = :shop_id and id = :id""",
    StatementRow,
    hot=True,
)


class LineRow(NamedTuple):
    id: int
    kind: str
    order_id: int | None
    payout_id: int | None
    amount_minor: int
    currency: str
    note: str
    at: datetime
    statement_id: int | None


LINES = query(
    """
    select id, kind, order_id, payout_id, amount_minor, currency, note, at, statement_id
    from settlement.line where shop_id = :shop_id and statement_id = :statement_id order by id""",
    LineRow,
    hot=True,
)

LINES_OF_ORDER = query(
    """
    select id, kind, order_id, payout_id, amount_minor, currency, note, at, statement_id
    from settlement.line where shop_id = :shop_id and order_id = :order_id order by id""",
    LineRow,
    hot=True,
)


class PaidOutRow(NamedTuple):
    id: int
    amount_minor: int
    currency: str
    number_masked: str
    state: str
    failure: str | None
    requested_at: datetime
    ended_at: datetime | None


# What a statement closed with goes out with it or, when it could not, with a later one.
PAYOUTS_SINCE = query(
    """
    select p.id, p.amount_minor, p.currency, p.number_masked, p.state, p.failure, p.requested_at,
        p.ended_at
    from settlement.statement t
    join settlement.payout p on p.shop_id = t.shop_id and p.statement_id = t.id
    where t.shop_id = :shop_id and t.closed_at >= :closed_at order by p.id limit :size""",
    PaidOutRow,
)
