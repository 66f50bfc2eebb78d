"""Statements of payments and of the parts that belong to orders."""

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
            split_minors, open_splits, tender_kinds, tender_minors, tender_back_minors,
            requested_at, changed_at)
        select u.person_id, u.id, u.amount_minor, u.currency, u.method, u.at_once, u.state,
            u.knowledge, 1, u.captured_attempt, part.shop_ids, part.order_ids, part.minors,
            cardinality(part.shop_ids), u.tender_kinds::text[], u.tender_minors::bigint[],
            array_fill(0::bigint, array[cardinality(u.tender_minors::bigint[])]), :now, :now
        from unnest(:person_ids::bigint[], :ids::bigint[], :amount_minors::bigint[],
            :currencies::text[], :methods::text[], :at_onces::boolean[], :states::text[],
            :knowledges::int[], :captured_attempts::int[], :tender_kinds::text[],
            :tender_minors::text[])
            as u(person_id, id, amount_minor, currency, method, at_once, state, knowledge,
                captured_attempt, tender_kinds, tender_minors)
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
    tender_kinds: list[str]
    tender_minors: list[int]
    tender_back_minors: list[int]
    requested_at: datetime
    changed_at: datetime


PAYMENT = query(
    """
    select person_id, id, amount_minor, currency, method, captures_at_once, state, knowledge,
        attempt, captured_attempt, provider_ref, brand, last4, decline_reason, challenge_url,
        shop_ids, order_ids, split_minors, open_splits, tender_kinds, tender_minors,
        tender_back_minors, requested_at, changed_at
    from payments.payment where person_id = :person_id and id = :id""",
    PaymentRow,
    hot=True,
)

PAYMENTS = query(
    """
    select p.person_id, p.id, p.amount_minor, p.currency, p.method, p.captures_at_once, p.state,
        p.knowledge, p.attempt, p.captured_attempt, p.provider_ref, p.brand, p.last4,
        p.decline_reason, p.challenge_url, p.shop_ids, p.order_ids, p.split_minors, p.open_splits,
        p.tender_kinds, p.tender_minors, p.tender_back_minors, p.requested_at, p.changed_at
    from payments.payment p
    join unnest(:person_ids::bigint[], :ids::bigint[]) as u(person_id, id)
        on p.person_id = u.person_id and p.id = u.id""",
    PaymentRow,
    hot=True,
)

PAYMENT_FOR_UPDATE = query(
    """
    select person_id, id, amount_minor, currency, method, captures_at_once, state, knowledge,
        attempt, captured_attempt, provider_ref, brand, last4, decline_reason, challenge_url,
        shop_ids, order_ids, split_minors, open_splits, tender_kinds, tender_minors,
        tender_back_minors, requested_at, changed_at
    from payments.payment where person_id = :person_id and id = :id for no key update""",
    PaymentRow,
    hot=True,
)

ASK_AGAIN = command("""
    update payments.payment set state = 'REQUESTED', method = :method, attempt = :attempt,
        knowledge = :knowledge, provider_ref = null, brand = null, last4 = null,
        decline_reason = null, challenge_url = null, tender_kinds = :tender_kinds,
        tender_minors = :tender_minors, tender_back_minors = :tender_back_minors, changed_at = :now
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
        p.tender_kinds, p.tender_minors, p.tender_back_minors, p.requested_at, p.changed_at""",
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


class CapturedRow(NamedTuple):
    id: int
    currency: str
    tender_kinds: list[str]
    tender_minors: list[int]
    tender_back_minors: list[int]


CAPTURED = query(
    """
    select p.id, p.currency, p.tender_kinds, p.tender_minors, p.tender_back_minors
    from payments.payment p
    join unnest(:person_ids::bigint[], :ids::bigint[]) as u(person_id, id)
        on p.person_id = u.person_id and p.id = u.id
    where p.state = 'CAPTURED'""",
    CapturedRow,
)


class TendersRow(NamedTuple):
    person_id: int
    id: int
    tender_kinds: list[str]
    tender_minors: list[int]
    tender_back_minors: list[int]


# Who gives back holds the payment before its parts, too.
LOCK_TENDERS = query(
    """
    select p.person_id, p.id, p.tender_kinds, p.tender_minors, p.tender_back_minors
    from payments.payment p
    join (select distinct person_id, id
        from unnest(:person_ids::bigint[], :ids::bigint[]) as u(person_id, id)) w
        on p.person_id = w.person_id and p.id = w.id
    order by p.person_id, p.id for no key update of p""",
    TendersRow,
    hot=True,
)

# Arrays of arrays go as their texts.
GO_BACK_OVER = command(
    """
    update payments.payment p set tender_back_minors = u.back::bigint[]
    from unnest(:person_ids::bigint[], :ids::bigint[], :backs::text[]) as u(person_id, id, back)
    where p.person_id = u.person_id and p.id = u.id""",
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
