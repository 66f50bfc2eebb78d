"""Statements of the book."""

from datetime import datetime
from typing import NamedTuple

from clipcart.kit.sql import command, query

# Journals, entries and balances in one statement: what is known by its reference is left alone.
# Balances are locked in one order, so that two sets of postings cannot wait for each other.
POST = query(
    """
    with fresh as (
        insert into ledger.journal (shop_id, id, kind, reference, order_id, actor, posted_at)
        select u.shop_id, u.id, u.kind, u.reference, u.order_id, :actor, :now
        from unnest(:shop_ids::bigint[], :ids::bigint[], :kinds::text[], :references::text[],
            :order_ids::bigint[]) as u(shop_id, id, kind, reference, order_id)
        on conflict (shop_id, reference) do nothing
        returning shop_id, id
    ), written as (
        insert into ledger.entry (shop_id, journal_id, position, account, amount_minor, currency)
        select u.shop_id, u.journal_id, u.position, u.account, u.amount_minor, u.currency
        from unnest(:entry_shop_ids::bigint[], :entry_journal_ids::bigint[], :positions::int[],
            :accounts::text[], :amount_minors::bigint[], :currencies::text[])
            as u(shop_id, journal_id, position, account, amount_minor, currency)
        join fresh f on f.shop_id = u.shop_id and f.id = u.journal_id
        returning shop_id, account, amount_minor, currency
    ), moved as (
        insert into ledger.balance as b (shop_id, account, currency, balance_minor)
        select w.shop_id, w.account, w.currency, sum(w.amount_minor) from written w
        group by w.shop_id, w.account, w.currency order by w.shop_id, w.account, w.currency
        on conflict (shop_id, account, currency) do update
        set balance_minor = b.balance_minor + excluded.balance_minor
    )
    select id from fresh""",
    int,
    hot=True,
)


class BalanceRow(NamedTuple):
    shop_id: int
    account: str
    currency: str
    balance_minor: int


BALANCES = query(
    """
    select shop_id, account, currency, balance_minor from ledger.balance
    where shop_id = any(:shop_ids::bigint[])""",
    BalanceRow,
    hot=True,
)


class SumRow(NamedTuple):
    currency: str
    balance_minor: int


BALANCE_AS_OF = query(
    """
    select e.currency, sum(e.amount_minor)::bigint as balance_minor
    from ledger.journal j join ledger.entry e on e.shop_id = j.shop_id and e.journal_id = j.id
    where j.shop_id = :shop_id and e.account = :account and j.posted_at <= :moment
    group by e.currency""",
    SumRow,
)


class EntryRow(NamedTuple):
    journal_id: int
    kind: str
    reference: str
    posted_at: datetime
    account: str
    amount_minor: int
    currency: str


ENTRIES_OF_ORDER = query(
    """
    select e.journal_id, j.kind, j.reference, j.posted_at, e.account, e.amount_minor, e.currency
    from ledger.journal j join ledger.entry e on e.shop_id = j.shop_id and e.journal_id = j.id
    where j.shop_id = :shop_id and j.order_id = :order_id order by e.journal_id, e.position""",
    EntryRow,
    hot=True,
)


class TotalRow(NamedTuple):
    account: str
    currency: str
    debit_minor: int
    credit_minor: int


TOTALS = query(
    """
    select account, currency,
        coalesce(sum(amount_minor) filter (where amount_minor > 0), 0)::bigint as debit_minor,
        coalesce(-sum(amount_minor) filter (where amount_minor < 0), 0)::bigint as credit_minor
    from ledger.entry group by account, currency order by currency, account""",
    TotalRow,
    scatter="the proof looks at every shop",
)


class UnbalancedRow(NamedTuple):
    shop_id: int
    journal_id: int
    kind: str
    order_id: int | None
    currency: str
    difference_minor: int


UNBALANCED = query(
    """
    select e.shop_id, e.journal_id, j.kind, j.order_id, e.currency,
        sum(e.amount_minor)::bigint as difference_minor
    from ledger.entry e join ledger.journal j on j.shop_id = e.shop_id and j.id = e.journal_id
    group by e.shop_id, e.journal_id, j.kind, j.order_id, e.currency
    having sum(e.amount_minor) <> 0
    order by e.shop_id, e.journal_id limit :size""",
    UnbalancedRow,
    scatter="the proof looks at every shop",
)


class DriftRow(NamedTuple):
    shop_id: int
    account: str
    currency: str
    kept_minor: int
    entries_minor: int


DRIFTS = query(
    """
    select shop_id, account, currency, coalesce(b.balance_minor, 0) as kept_minor,
        coalesce(v.balance_minor, 0) as entries_minor
    from ledger.balance b full join ledger.v_shop_account v using (shop_id, account, currency)
    where coalesce(b.balance_minor, 0) <> coalesce(v.balance_minor, 0)
    order by shop_id, account limit :size""",
    DriftRow,
    scatter="the proof looks at every shop",
)


class StandingRow(NamedTuple):
    journal_id: int
    account: str
    currency: str
    own_minor: int
    until_minor: int


# Journals' ids are in the order in which an order's journals were posted.
STANDINGS = query(
    """
    select j.id as journal_id, e.account, e.currency,
        coalesce(sum(e.amount_minor) filter (where e.journal_id = j.id), 0)::bigint as own_minor,
        sum(e.amount_minor)::bigint as until_minor
    from ledger.journal j
    join ledger.journal before on before.shop_id = j.shop_id and before.order_id = j.order_id
        and before.id <= j.id
    join ledger.entry e on e.shop_id = before.shop_id and e.journal_id = before.id
    where j.shop_id = :shop_id and j.id = any(:journal_ids::bigint[])
    group by j.id, e.account, e.currency""",
    StandingRow,
    hot=True,
)

JOURNAL_OF = query(
    "select id from ledger.journal where shop_id = :shop_id and reference = :reference",
    int,
    hot=True,
)

JOURNALS = query(
    "select count(*) from ledger.journal", int, scatter="the proof looks at every shop"
)


class HoldRow(NamedTuple):
    id: int
    shop_id: int
    amount_minor: int
    currency: str
    cause: str
    order_id: int | None
    placed_at: datetime
    placed_by: str
    until: datetime
    contested_at: datetime | None
    contest_note: str | None
    lifted_at: datetime | None


PLACE_HOLD = command("""
    insert into ledger.hold (shop_id, id, amount_minor, currency, cause, order_id, placed_at,
        placed_by, until)
    values (:shop_id, :id, :amount_minor, :currency, :cause, :order_id, :now, :placed_by,
        :until)""")

HOLDS = query(
    """
    select id, shop_id, amount_minor, currency, cause, order_id, placed_at, placed_by, until,
        contested_at, contest_note, lifted_at
    from ledger.hold where shop_id = :shop_id order by placed_at desc, id desc""",
    HoldRow,
)

HOLD = query(
    """
    select id, shop_id, amount_minor, currency, cause, order_id, placed_at, placed_by, until,
        contested_at, contest_note, lifted_at
    from ledger.hold where shop_id = :shop_id and id = :id""",
    HoldRow,
)

CONTEST_HOLD = command("""
    update ledger.hold
    set contested_at = :now, contested_by = :contested_by, contest_note = :note
    where shop_id = :shop_id and id = :id and lifted_at is null and contested_at is null
        and until > :now""")

LIFT_HOLD = command("""
    update ledger.hold set lifted_at = :now, lifted_by = :lifted_by
    where shop_id = :shop_id and id = :id and lifted_at is null and until > :now""")


class HeldRow(NamedTuple):
    shop_id: int
    currency: str
    held_minor: int


HELD = query(
    """
    select shop_id, currency, sum(amount_minor)::bigint as held_minor from ledger.hold
    where shop_id = any(:shop_ids::bigint[]) and lifted_at is null and until > :now
    group by shop_id, currency""",
    HeldRow,
    hot=True,
)
