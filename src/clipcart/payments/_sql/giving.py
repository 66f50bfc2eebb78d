"""Statements of refunds, callbacks, exceptions and totals."""

from datetime import datetime
from typing import NamedTuple

from clipcart.kit.sql import command, query


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
    tender_minors: list[int]


INSERT_REFUNDS = command(
    """
    insert into payments.refund (shop_id, id, order_id, key, amount_minor, currency, reason, state,
        requested_by, requested_at, tender_minors)
    select u.shop_id, u.id, u.order_id, u.key, u.minor, u.currency, u.reason, 'REQUESTED',
        :requested_by, :now, u.tender_minors::bigint[]
    from unnest(:shop_ids::bigint[], :ids::bigint[], :order_ids::bigint[], :keys::text[],
        :minors::bigint[], :currencies::text[], :reasons::text[], :tender_minors::text[])
        as u(shop_id, id, order_id, key, minor, currency, reason, tender_minors)
    on conflict (shop_id, key) do nothing""",
    hot=True,
)

REFUNDS_BY_KEY = query(
    """
    select r.shop_id, r.id, r.order_id, r.key, r.amount_minor, r.currency, r.reason, r.state,
        r.provider_ref, r.failure, r.requested_at, r.ended_at, r.tender_minors
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
    tender_minors: list[int]
    tender_kinds: list[str]


REFUND_TO_SEND = query(
    """
    select r.shop_id, r.id, r.amount_minor, r.currency, r.state, r.provider_ref,
        s.provider_ref as charge_ref, r.requested_at, r.tender_minors, p.tender_kinds
    from payments.refund r
    join payments.split s on s.shop_id = r.shop_id and s.order_id = r.order_id
    join payments.payment p on p.person_id = s.person_id and p.id = s.payment_id
    where r.shop_id = :shop_id and r.id = :id""",
    RefundToSendRow,
    hot=True,
)

HEAR_REFUNDS = query(
    """
    update payments.refund r set state = u.state, provider_ref = u.ref, failure = u.reason,
        ended_at = case when u.state <> 'REQUESTED' then :now::timestamptz end
    from unnest(:shop_ids::bigint[], :ids::bigint[], :states::text[], :refs::text[],
        :minors::bigint[], :currencies::text[], :reasons::text[])
        as u(shop_id, id, state, ref, minor, currency, reason)
    where r.shop_id = u.shop_id and r.id = u.id and r.state = 'REQUESTED'
        and r.amount_minor = u.minor and r.currency = u.currency
    returning r.shop_id, r.id, r.order_id, r.key, r.amount_minor, r.currency, r.reason, r.state,
        r.provider_ref, r.failure, r.requested_at, r.ended_at, r.tender_minors""",
    RefundRow,
    hot=True,
)


class BackRow(NamedTuple):
    shop_id: int
    id: int
    person_id: int
    payment_id: int


PAYMENTS_OF_REFUNDS = query(
    """
    select r.shop_id, r.id, s.person_id, s.payment_id
    from payments.refund r
    join unnest(:shop_ids::bigint[], :ids::bigint[]) as u(shop_id, id)
        on r.shop_id = u.shop_id and r.id = u.id
    join payments.split s on s.shop_id = r.shop_id and s.order_id = r.order_id""",
    BackRow,
    hot=True,
)

END_REFUNDS = command(
    """
    update payments.split s set refunding_minor = s.refunding_minor - u.ended_minor,
        refunded_minor = s.refunded_minor + u.settled_minor
    from (select shop_id, order_id, sum(ended)::bigint as ended_minor,
            sum(settled)::bigint as settled_minor
        from unnest(:shop_ids::bigint[], :order_ids::bigint[], :ended_minors::bigint[],
            :settled_minors::bigint[]) as v(shop_id, order_id, ended, settled)
        group by shop_id, order_id) u
    where s.shop_id = u.shop_id and s.order_id = u.order_id""",
    hot=True,
)

REFUNDS = query(
    """
    select r.shop_id, r.id, r.order_id, r.key, r.amount_minor, r.currency, r.reason, r.state,
        r.provider_ref, r.failure, r.requested_at, r.ended_at, r.tender_minors
    from payments.refund r
    join unnest(:shop_ids::bigint[], :ids::bigint[]) as u(shop_id, id)
        on r.shop_id = u.shop_id and r.id = u.id""",
    RefundRow,
    hot=True,
)

REFUNDS_OF_ORDER = query(
    """
    select shop_id, id, order_id, key, amount_minor, currency, reason, state, provider_ref, failure,
        requested_at, ended_at, tender_minors
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

TAKE_CALLBACKS = query(
    """
    update payments.callback set read_at = :now
    where provider = :provider and id = any(:ids::text[]) and read_at is null returning body""",
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
