"""Statements of payments. The test provider's own are in adapters/_sql.py."""

from datetime import datetime
from typing import NamedTuple

from clipcart.kit.sql import command, query

REQUEST = command(
    """
    with part as (
        select payment_id, array_agg(shop_id order by n) as shop_ids,
            array_agg(order_id order by n) as order_ids, array_agg(minor order by n) as minors
        from unnest(:part_payment_ids::bigint[], :part_shop_ids::bigint[],
            :part_order_ids::bigint[], :part_minors::bigint[])
            with ordinality as u(payment_id, shop_id, order_id, minor, n)
        group by payment_id
    ), asked as (
        insert into payments.payment (person_id, id, amount_minor, currency, method,
            captures_at_once, state, knowledge, attempt, captured_attempt, shop_ids, order_ids,
            split_minors, open_splits, requested_at, changed_at)
        select u.person_id, u.id, u.amount_minor, u.currency, u.method, u.at_once, u.state,
            u.knowledge, 1, u.captured_attempt, part.shop_ids, part.order_ids, part.minors,
            cardinality(part.shop_ids), :now, :now
        from unnest(:person_ids::bigint[], :ids::bigint[], :amount_minors::bigint[],
            :currencies::text[], :methods::text[], :at_onces::boolean[], :states::text[],
            :knowledges::int[], :captured_attempts::int[])
            as u(person_id, id, amount_minor, currency, method, at_once, state, knowledge,
                captured_attempt)
        join part on part.payment_id = u.id
    )
    insert into payments.split
        (shop_id, order_id, payment_id, person_id, amount_minor, currency, captured_at)
    select u.shop_id, u.order_id, u.payment_id, u.person_id, u.minor, u.currency, u.captured_at
    from unnest(:part_payment_ids::bigint[], :part_shop_ids::bigint[], :part_order_ids::bigint[],
        :part_minors::bigint[], :part_person_ids::bigint[], :part_currencies::text[],
        :part_captured_ats::timestamptz[])
        as u(payment_id, shop_id, order_id, minor, person_id, currency, captured_at)""",
    hot=True,
)


class PaymentRow(NamedTuple):
    person_id: int
    id: int
    amount_minor: int
    currency: str
    method: str
    captures_at_once: bool
    state: str
    knowledge: int
    attempt: int
    captured_attempt: int | None
    provider_ref: str | None
    brand: str | None
    last4: str | None
    decline_reason: str | None
    challenge_url: str | None
    shop_ids: list[int]
    order_ids: list[int]
    split_minors: list[int]
    open_splits: int
    requested_at: datetime
    changed_at: datetime


PAYMENT = query(
    """
    select person_id, id, amount_minor, currency, method, captures_at_once, state, knowledge,
        attempt, captured_attempt, provider_ref, brand, last4, decline_reason, challenge_url,
        shop_ids, order_ids, split_minors, open_splits, requested_at, changed_at
    from payments.payment where person_id = :person_id and id = :id""",
    PaymentRow,
    hot=True,
)

PAYMENT_FOR_UPDATE = query(
    """
    select person_id, id, amount_minor, currency, method, captures_at_once, state, knowledge,
        attempt, captured_attempt, provider_ref, brand, last4, decline_reason, challenge_url,
        shop_ids, order_ids, split_minors, open_splits, requested_at, changed_at
    from payments.payment where person_id = :person_id and id = :id for no key update""",
    PaymentRow,
    hot=True,
)

ASK_AGAIN = command("""
    update payments.payment set state = 'REQUESTED', method = :method, attempt = :attempt,
        knowledge = :knowledge, provider_ref = null, brand = null, last4 = null,
        decline_reason = null, challenge_url = null, changed_at = :now
    where person_id = :person_id and id = :id""")

# The guard is the whole state machine: only greater knowledge, only of an attempt that was made,
# only for the amount that was asked for.
HEAR = query(
    """
    update payments.payment p set state = u.state, knowledge = u.knowledge,
        captured_attempt = case when u.state = 'CAPTURED' then u.attempt end,
        provider_ref = u.ref, brand = coalesce(u.brand, p.brand),
        last4 = coalesce(u.last4, p.last4), decline_reason = u.reason, challenge_url = u.url,
        changed_at = :now
    from unnest(:person_ids::bigint[], :ids::bigint[], :attempts::int[], :states::text[],
        :knowledges::int[], :refs::text[], :amount_minors::bigint[], :currencies::text[],
        :reasons::text[], :urls::text[], :brands::text[], :last4s::text[])
        as u(person_id, id, attempt, state, knowledge, ref, amount_minor, currency, reason, url,
            brand, last4)
    where p.person_id = u.person_id and p.id = u.id and p.knowledge < u.knowledge
        and u.attempt <= p.attempt and p.amount_minor = u.amount_minor
        and p.currency = u.currency
    returning p.person_id, p.id, p.amount_minor, p.currency, p.method, p.captures_at_once, p.state,
        p.knowledge, p.attempt, p.captured_attempt, p.provider_ref, p.brand, p.last4,
        p.decline_reason, p.challenge_url, p.shop_ids, p.order_ids, p.split_minors, p.open_splits,
        p.requested_at, p.changed_at""",
    PaymentRow,
    hot=True,
)

CAPTURE_SPLITS = command(
    """
    update payments.split s
    set captured_minor = s.amount_minor, captured_at = :now, provider_ref = u.ref
    from unnest(:shop_ids::bigint[], :order_ids::bigint[], :refs::text[])
        as u(shop_id, order_id, ref)
    where s.shop_id = u.shop_id and s.order_id = u.order_id and s.captured_at is null""",
    hot=True,
)


class GivenUpRow(NamedTuple):
    person_id: int
    payment_id: int


# Before their parts, as everybody who hears of a payment does.
LOCK_PAYMENTS = query(
    """
    select p.id from (select distinct s.person_id, s.payment_id
        from unnest(:shop_ids::bigint[], :order_ids::bigint[]) as u(shop_id, order_id)
        join payments.split s on s.shop_id = u.shop_id and s.order_id = u.order_id) w
    join payments.payment p on p.person_id = w.person_id and p.id = w.payment_id
    order by p.person_id, p.id for no key update of p""",
    int,
    hot=True,
)

GIVE_UP = query(
    """
    update payments.split s set given_up_at = :now
    from unnest(:shop_ids::bigint[], :order_ids::bigint[]) as u(shop_id, order_id)
    where s.shop_id = u.shop_id and s.order_id = u.order_id and s.captured_at is null
        and s.given_up_at is null
    returning s.person_id, s.payment_id""",
    GivenUpRow,
    hot=True,
)


class ClosedRow(NamedTuple):
    person_id: int
    id: int
    state: str
    attempt: int
    provider_ref: str | None
    open_splits: int


CLOSE_SPLITS = query(
    """
    update payments.payment p set open_splits = p.open_splits - u.count
    from unnest(:person_ids::bigint[], :ids::bigint[], :counts::int[]) as u(person_id, id, count)
    where p.person_id = u.person_id and p.id = u.id
    returning p.person_id, p.id, p.state, p.attempt, p.provider_ref, p.open_splits""",
    ClosedRow,
    hot=True,
)


class SplitRow(NamedTuple):
    shop_id: int
    order_id: int
    payment_id: int
    person_id: int
    amount_minor: int
    currency: str
    captured_minor: int
    refunding_minor: int
    refunded_minor: int
    provider_ref: str | None
    captured_at: datetime | None


SPLITS = query(
    """
    select s.shop_id, s.order_id, s.payment_id, s.person_id, s.amount_minor, s.currency,
        s.captured_minor, s.refunding_minor, s.refunded_minor, s.provider_ref, s.captured_at
    from payments.split s
    join unnest(:shop_ids::bigint[], :order_ids::bigint[]) as u(shop_id, order_id)
        on s.shop_id = u.shop_id and s.order_id = u.order_id""",
    SplitRow,
    hot=True,
)


class RefundRow(NamedTuple):
    shop_id: int
    id: int
    order_id: int
    key: str
    amount_minor: int
    currency: str
    reason: str
    state: str
    provider_ref: str | None
    failure: str | None
    requested_at: datetime
    ended_at: datetime | None


INSERT_REFUNDS = command(
    """
    insert into payments.refund (shop_id, id, order_id, key, amount_minor, currency, reason, state,
        requested_by, requested_at)
    select u.shop_id, u.id, u.order_id, u.key, u.minor, u.currency, u.reason, 'REQUESTED',
        :requested_by, :now
    from unnest(:shop_ids::bigint[], :ids::bigint[], :order_ids::bigint[], :keys::text[],
        :minors::bigint[], :currencies::text[], :reasons::text[])
        as u(shop_id, id, order_id, key, minor, currency, reason)
    on conflict (shop_id, key) do nothing""",
    hot=True,
)

REFUNDS_BY_KEY = query(
    """
    select r.shop_id, r.id, r.order_id, r.key, r.amount_minor, r.currency, r.reason, r.state,
        r.provider_ref, r.failure, r.requested_at, r.ended_at
    from payments.refund r
    join unnest(:shop_ids::bigint[], :keys::text[]) as u(shop_id, key)
        on r.shop_id = u.shop_id and r.key = u.key""",
    RefundRow,
    hot=True,
)


class SplitKeyRow(NamedTuple):
    shop_id: int
    order_id: int


RESERVE_REFUNDS = query(
    """
    update payments.split s set refunding_minor = s.refunding_minor + u.minor
    from unnest(:shop_ids::bigint[], :order_ids::bigint[], :minors::bigint[])
        as u(shop_id, order_id, minor)
    where s.shop_id = u.shop_id and s.order_id = u.order_id
        and s.captured_minor - s.refunding_minor - s.refunded_minor >= u.minor
    returning s.shop_id, s.order_id""",
    SplitKeyRow,
    hot=True,
)


class RefundToSendRow(NamedTuple):
    shop_id: int
    id: int
    amount_minor: int
    currency: str
    state: str
    provider_ref: str | None
    charge_ref: str | None
    requested_at: datetime


REFUND_TO_SEND = query(
    """
    select r.shop_id, r.id, r.amount_minor, r.currency, r.state, r.provider_ref,
        s.provider_ref as charge_ref, r.requested_at
    from payments.refund r
    join payments.split s on s.shop_id = r.shop_id and s.order_id = r.order_id
    where r.shop_id = :shop_id and r.id = :id""",
    RefundToSendRow,
    hot=True,
)

HEAR_REFUND = query(
    """
    update payments.refund set state = :state, provider_ref = :ref, failure = :reason,
        ended_at = case when :state <> 'REQUESTED' then :now::timestamptz end
    where shop_id = :shop_id and id = :id and state = 'REQUESTED' and amount_minor = :minor
        and currency = :currency
    returning shop_id, id, order_id, key, amount_minor, currency, reason, state, provider_ref,
        failure, requested_at, ended_at""",
    RefundRow,
    hot=True,
)

END_REFUND = command(
    """
    update payments.split set refunding_minor = refunding_minor - :ended_minor::bigint,
        refunded_minor = refunded_minor + :settled_minor::bigint
    where shop_id = :shop_id and order_id = :order_id""",
    hot=True,
)

REFUND = query(
    """
    select shop_id, id, order_id, key, amount_minor, currency, reason, state, provider_ref, failure,
        requested_at, ended_at
    from payments.refund where shop_id = :shop_id and id = :id""",
    RefundRow,
)

REFUNDS_OF_ORDER = query(
    """
    select shop_id, id, order_id, key, amount_minor, currency, reason, state, provider_ref, failure,
        requested_at, ended_at
    from payments.refund where shop_id = :shop_id and order_id = :order_id order by id""",
    RefundRow,
    hot=True,
)

STORE_CALLBACKS = query(
    """
    insert into payments.callback (provider, id, body, received_at)
    select :provider, u.id, u.body, :now
    from unnest(:ids::text[], :bodies::text[]) as u(id, body)
    on conflict (provider, id) do nothing returning id""",
    str,
)

TAKE_CALLBACK = query(
    """
    update payments.callback set read_at = :now
    where provider = :provider and id = :id and read_at is null returning body""",
    str,
    hot=True,
)


class NewExceptionRow(NamedTuple):
    id: int
    kind: str


INSERT_EXCEPTION = query(
    """
    insert into payments.exception
        (id, kind, provider, subject, said, provider_ref, amount_minor, currency, at)
    values (:id, :kind, :provider, :subject, :said, :ref, :amount_minor, :currency, :now)
    on conflict (provider, kind, subject, said) do nothing returning id, kind""",
    NewExceptionRow,
)


class ExceptionRow(NamedTuple):
    id: int
    kind: str
    provider: str
    subject: str
    said: str
    provider_ref: str
    amount_minor: int
    currency: str
    at: datetime
    resolution: str | None


EXCEPTION = query(
    """
    select id, kind, provider, subject, said, provider_ref, amount_minor, currency, at, resolution
    from payments.exception where id = :id""",
    ExceptionRow,
)

OPEN_EXCEPTIONS = query(
    """
    select id, kind, provider, subject, said, provider_ref, amount_minor, currency, at, resolution
    from payments.exception where resolved_at is null order by id limit :size""",
    ExceptionRow,
)

RESOLVE_EXCEPTION = command("""
    update payments.exception set resolved_at = :now, resolution = :resolution
    where id = :id and resolved_at is null""")


class TotalsRow(NamedTuple):
    currency: str
    captured_minor: int
    refunded_minor: int


TOTALS = query(
    """
    select currency, sum(captured_minor)::bigint as captured_minor,
        sum(refunded_minor)::bigint as refunded_minor
    from payments.split where captured_at is not null group by currency order by currency""",
    TotalsRow,
    scatter="the money proof sums over every shop",
)
