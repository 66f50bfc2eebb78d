"""Statements of the bank robot's own book."""

from datetime import datetime
from typing import NamedTuple

from clipcart.kit.sql import command, query


class TransferRow(NamedTuple):
    key: str
    shop_id: int
    payout_id: int
    amount_minor: int
    currency: str
    state: str
    reason: str | None
    callbacks: int


# A repeated call changes nothing but the counter.
PAY = query(
    """
    insert into settlement.bank_robot_transfer as t (key, shop_id, payout_id, number_masked,
        amount_minor, currency, state, becomes, becomes_at, reason, callbacks, made_at)
    select u.key, u.shop_id, u.payout_id, u.masked, u.amount_minor, u.currency, 'PENDING',
        u.becomes, u.becomes_at, u.reason, u.callbacks, :now
    from unnest(:keys::text[], :shop_ids::bigint[], :payout_ids::bigint[], :maskeds::text[],
        :amount_minors::bigint[], :currencies::text[], :becomes::text[],
        :becomes_ats::timestamptz[], :reasons::text[], :callbacks::int[])
        as u(key, shop_id, payout_id, masked, amount_minor, currency, becomes, becomes_at, reason,
            callbacks)
    order by u.key
    on conflict (key) do update set calls = t.calls + 1
    returning key, shop_id, payout_id, amount_minor, currency, state, reason, callbacks""",
    TransferRow,
)

FIND = query(
    """
    select key, shop_id, payout_id, amount_minor, currency, state, reason, callbacks
    from settlement.bank_robot_transfer where key = any(:keys::text[])""",
    TransferRow,
)

RIPEN = query(
    """
    update settlement.bank_robot_transfer set state = becomes, becomes_at = null
    where key in (select key from settlement.bank_robot_transfer
        where becomes_at <= :now order by becomes_at limit :size for update skip locked)
    returning key, shop_id, payout_id, amount_minor, currency, state, reason, callbacks""",
    TransferRow,
)

PLAN = command("""
    insert into settlement.bank_robot_callback (id, body, due_at)
    select * from unnest(:ids::bigint[], :bodies::text[], :due_ats::timestamptz[])""")


class CallbackRow(NamedTuple):
    id: int
    body: str


TAKE_DUE = query(
    """
    delete from settlement.bank_robot_callback
    where id in (select id from settlement.bank_robot_callback
        where due_at <= :now order by due_at, id limit :size for update skip locked)
    returning id, body""",
    CallbackRow,
)

NEXT_DUE = query(
    """
    select least((select min(becomes_at) from settlement.bank_robot_transfer
            where becomes_at is not null),
        (select min(due_at) from settlement.bank_robot_callback),
        'infinity'::timestamptz)""",
    datetime,
)


class BookRow(NamedTuple):
    currency: str
    paid_minor: int
    pending_minor: int


BOOKS = query(
    """
    select currency,
        coalesce(sum(amount_minor) filter (where state = 'PAID'), 0)::bigint as paid_minor,
        coalesce(sum(amount_minor) filter (where state = 'PENDING'), 0)::bigint as pending_minor
    from settlement.bank_robot_transfer group by currency""",
    BookRow,
)
