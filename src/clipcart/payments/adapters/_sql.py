"""Statements of the test provider's own books."""

from datetime import datetime
from typing import NamedTuple

from clipcart.kit.sql import command, query


class ChargeRow(NamedTuple):
    ref: str
    person_id: int
    payment_id: int
    attempt: int
    amount_minor: int
    currency: str
    scenario: str
    brand: str
    last4: str
    state: str
    reason: str | None
    calls: int
    becomes: str | None
    becomes_at: datetime | None


# A repeated call changes nothing but the counter, and where the first one failed, makes it good.
CHARGE = query(
    """
    insert into payments.testpay_charge as c (ref, person_id, payment_id, attempt, amount_minor,
        currency, scenario, brand, last4, state, reason, captured_minor, becomes, becomes_at,
        made_at)
    select u.ref, u.person_id, u.payment_id, u.attempt, u.amount_minor, u.currency, u.scenario,
        u.brand, u.last4, u.state, u.reason, u.captured_minor, u.becomes, u.becomes_at, :now
    from unnest(:refs::text[], :person_ids::bigint[], :payment_ids::bigint[], :attempts::int[],
        :amount_minors::bigint[], :currencies::text[], :scenarios::text[], :brands::text[],
        :last4s::text[], :states::text[], :reasons::text[], :captured_minors::bigint[],
        :becomes::text[], :becomes_ats::timestamptz[])
        as u(ref, person_id, payment_id, attempt, amount_minor, currency, scenario, brand, last4,
            state, reason, captured_minor, becomes, becomes_at)
    on conflict (ref) do update set calls = c.calls + 1,
        state = case when c.state = 'FAILED' then c.becomes else c.state end,
        captured_minor = case when c.state = 'FAILED' and c.becomes = 'CAPTURED'
            then c.amount_minor else c.captured_minor end,
        becomes = case when c.state = 'FAILED' then null else c.becomes end
    returning ref, person_id, payment_id, attempt, amount_minor, currency, scenario, brand, last4,
        state, reason, calls, becomes, becomes_at""",
    ChargeRow,
    hot=True,
)

FIND = query(
    """
    select ref, person_id, payment_id, attempt, amount_minor, currency, scenario, brand, last4,
        state, reason, calls, becomes, becomes_at
    from payments.testpay_charge where ref = any(:refs::text[]) order by ref for update""",
    ChargeRow,
    hot=True,
)

MOVE = command(
    """
    update payments.testpay_charge c set state = u.state, reason = u.reason, becomes = u.becomes,
        becomes_at = u.becomes_at,
        captured_minor = case when u.state = 'CAPTURED' then c.amount_minor
            else c.captured_minor end
    from unnest(:refs::text[], :states::text[], :reasons::text[], :becomes::text[],
        :becomes_ats::timestamptz[]) as u(ref, state, reason, becomes, becomes_at)
    where c.ref = u.ref""",
    hot=True,
)

RIPE = query(
    """
    select ref, person_id, payment_id, attempt, amount_minor, currency, scenario, brand, last4,
        state, reason, calls, becomes, becomes_at
    from payments.testpay_charge where becomes_at <= :now order by becomes_at limit :size
    for update skip locked""",
    ChargeRow,
    hot=True,
)

PLAN = command("""
    insert into payments.testpay_callback (id, ref, callback_id, body, due_at)
    select u.id, u.ref, u.callback_id, u.body, u.due_at
    from unnest(:ids::bigint[], :refs::text[], :callback_ids::text[], :bodies::text[],
        :due_ats::timestamptz[]) as u(id, ref, callback_id, body, due_at)""")


class CallbackRow(NamedTuple):
    id: int
    body: str


TAKE_DUE = query(
    """
    delete from payments.testpay_callback where id in (
        select c.id from payments.testpay_callback c where c.due_at <= :now
        order by c.due_at, c.id limit :size for update skip locked)
    returning id, body""",
    CallbackRow,
)

NEXT_DUE = query(
    """
    select least((select min(due_at) from payments.testpay_callback),
        (select min(becomes_at) from payments.testpay_charge where becomes_at is not null),
        (select min(becomes_at) from payments.testpay_refund where becomes_at is not null),
        'infinity')""",
    datetime,
)


class RefundRow(NamedTuple):
    ref: str
    shop_id: int
    refund_id: int
    amount_minor: int
    currency: str
    state: str
    reason: str | None


FIND_REFUND = query(
    """
    select ref, shop_id, refund_id, amount_minor, currency, state, reason
    from payments.testpay_refund where ref = :ref""",
    RefundRow,
    hot=True,
)

TAKE_BACK = query(
    """
    update payments.testpay_charge set returned_minor = returned_minor + :minor
    where ref = :ref and currency = :currency and captured_minor - returned_minor >= :minor
    returning scenario""",
    str,
    hot=True,
)

UNDO_TAKE_BACK = command(
    "update payments.testpay_charge set returned_minor = returned_minor - :minor where ref = :ref"
)

INSERT_REFUND = command("""
    insert into payments.testpay_refund (ref, charge_ref, shop_id, refund_id, amount_minor,
        currency, state, reason, becomes_at, made_at)
    values (:ref, :charge_ref, :shop_id, :refund_id, :minor, :currency, :state, :reason,
        :becomes_at, :now)""")

SETTLE_RIPE_REFUNDS = query(
    """
    update payments.testpay_refund set state = 'SETTLED', becomes_at = null
    where ref in (select r.ref from payments.testpay_refund r where r.becomes_at <= :now
        order by r.becomes_at limit :size for update skip locked)
    returning ref, shop_id, refund_id, amount_minor, currency, state, reason""",
    RefundRow,
    hot=True,
)


class BooksRow(NamedTuple):
    currency: str
    captured_minor: int
    refunded_minor: int


BOOKS = query(
    """
    select coalesce(c.currency, r.currency) as currency,
        coalesce(c.minor, 0)::bigint as captured_minor,
        coalesce(r.minor, 0)::bigint as refunded_minor
    from (select currency, sum(captured_minor) as minor from payments.testpay_charge
        group by currency) c
    full join (select currency, sum(amount_minor) as minor from payments.testpay_refund
        where state = 'SETTLED' group by currency) r on r.currency = c.currency
    order by 1""",
    BooksRow,
)
