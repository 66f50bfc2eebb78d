"""Statements about sales: each guarded, so that a fact heard twice changes nothing."""

from datetime import datetime
from typing import Final, LiteralString, NamedTuple

from clipcart.kit.sql import command, query


class SaleRow(NamedTuple):
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


COLUMNS: Final[LiteralString] = """
    s.shop_id, s.order_id, s.market_id, s.currency, s.captured_minor, s.captured_at, s.paid_minor,
    s.tax_minor, s.fee_minor, s.refund_fee_minor, s.paid_at, s.shipped_at, s.delivered_at,
    s.cancelled_at, s.refunded_minor, s.refunded_late_minor, s.release_due_at, s.released_at,
    s.reserve_level, s.reserve_minor, s.reserve_until, s.reserve_released_at"""

SALES = query(
    "select"
    + COLUMNS
    + """
    from unnest(:shop_ids::bigint[], :order_ids::bigint[]) as u(shop_id, order_id)
    join settlement.sale s on s.shop_id = u.shop_id and s.order_id = u.order_id""",
    SaleRow,
    hot=True,
)

CAPTURE = query(
    """
    insert into settlement.sale as s (shop_id, order_id, currency, captured_minor, captured_at)
    select u.shop_id, u.order_id, u.currency, u.amount, u.at
    from unnest(:shop_ids::bigint[], :order_ids::bigint[], :currencies::text[],
        :amounts::bigint[], :ats::timestamptz[]) as u(shop_id, order_id, currency, amount, at)
    order by u.shop_id, u.order_id
    on conflict (shop_id, order_id) do update
    set captured_minor = excluded.captured_minor, captured_at = excluded.captured_at
    where s.captured_at is null
    returning"""
    + COLUMNS,
    SaleRow,
    hot=True,
)

PAY = query(
    """
    insert into settlement.sale as s (shop_id, order_id, currency, market_id, paid_minor,
        tax_minor, fee_minor, refund_fee_minor, paid_at)
    select u.shop_id, u.order_id, u.currency, u.market_id, u.paid, u.tax, u.fee, u.refund_fee, u.at
    from unnest(:shop_ids::bigint[], :order_ids::bigint[], :currencies::text[],
        :market_ids::text[], :paids::bigint[], :taxes::bigint[], :fees::bigint[],
        :refund_fees::bigint[], :ats::timestamptz[])
        as u(shop_id, order_id, currency, market_id, paid, tax, fee, refund_fee, at)
    order by u.shop_id, u.order_id
    on conflict (shop_id, order_id) do update
    set market_id = excluded.market_id, paid_minor = excluded.paid_minor,
        tax_minor = excluded.tax_minor, fee_minor = excluded.fee_minor,
        refund_fee_minor = excluded.refund_fee_minor, paid_at = excluded.paid_at
    where s.paid_at is null
    returning"""
    + COLUMNS,
    SaleRow,
    hot=True,
)

SHIP = command(
    """
    update settlement.sale s set shipped_at = u.at
    from unnest(:shop_ids::bigint[], :order_ids::bigint[], :ats::timestamptz[])
        as u(shop_id, order_id, at)
    where s.shop_id = u.shop_id and s.order_id = u.order_id and s.shipped_at is null""",
    hot=True,
)

DELIVER = command(
    """
    update settlement.sale s set delivered_at = u.at, shipped_at = coalesce(s.shipped_at, u.at),
        release_due_at = u.due_at, release_look_at = u.due_at, reserve_level = u.level,
        reserve_until = u.reserve_until
    from unnest(:shop_ids::bigint[], :order_ids::bigint[], :ats::timestamptz[],
        :due_ats::timestamptz[], :levels::int[], :reserve_untils::timestamptz[])
        as u(shop_id, order_id, at, due_at, level, reserve_until)
    where s.shop_id = u.shop_id and s.order_id = u.order_id and s.delivered_at is null
        and s.cancelled_at is null""",
    hot=True,
)

CANCEL = command(
    """
    update settlement.sale s set cancelled_at = u.at, release_look_at = null
    from unnest(:shop_ids::bigint[], :order_ids::bigint[], :ats::timestamptz[])
        as u(shop_id, order_id, at)
    where s.shop_id = u.shop_id and s.order_id = u.order_id and s.cancelled_at is null
        and s.released_at is null""",
    hot=True,
)

# A refund may be heard before the payment it goes back from: then the sale begins with it.
ENSURE = command(
    """
    insert into settlement.sale (shop_id, order_id, currency)
    select distinct u.shop_id, u.order_id, u.currency
    from unnest(:shop_ids::bigint[], :order_ids::bigint[], :currencies::text[])
        as u(shop_id, order_id, currency)
    on conflict (shop_id, order_id) do nothing""",
    hot=True,
)


class FreshRefundRow(NamedTuple):
    shop_id: int
    refund_id: int
    order_id: int
    amount_minor: int
    is_late: bool


# A refund is late when the goods had left and the order stands.
ADD_REFUNDS = query(
    """
    insert into settlement.refund as r
        (shop_id, refund_id, order_id, amount_minor, is_late, settled_at)
    select u.shop_id, u.refund_id, u.order_id, u.amount,
        s.shipped_at is not null and s.cancelled_at is null, u.at
    from unnest(:shop_ids::bigint[], :refund_ids::bigint[], :order_ids::bigint[],
        :amounts::bigint[], :ats::timestamptz[])
        as u(shop_id, refund_id, order_id, amount, at)
    join settlement.sale s on s.shop_id = u.shop_id and s.order_id = u.order_id
    on conflict (shop_id, refund_id) do nothing
    returning r.shop_id, r.refund_id, r.order_id, r.amount_minor, r.is_late""",
    FreshRefundRow,
    hot=True,
)

REFUND = query(
    """
    update settlement.sale s set refunded_minor = s.refunded_minor + u.amount,
        refunded_late_minor = s.refunded_late_minor + u.late,
        release_look_at = case when s.release_look_at is not null then s.release_due_at end,
        reserve_look_at = case when s.reserve_look_at is not null then s.reserve_until end
    from unnest(:shop_ids::bigint[], :order_ids::bigint[], :amounts::bigint[], :lates::bigint[])
        as u(shop_id, order_id, amount, late)
    where s.shop_id = u.shop_id and s.order_id = u.order_id
    returning"""
    + COLUMNS,
    SaleRow,
    hot=True,
)

LOOK_AGAIN = command(
    """
    update settlement.sale s set
        release_look_at = case when s.release_look_at is not null then s.release_due_at end,
        reserve_look_at = case when s.reserve_look_at is not null then s.reserve_until end
    from unnest(:shop_ids::bigint[], :order_ids::bigint[]) as u(shop_id, order_id)
    where s.shop_id = u.shop_id and s.order_id = u.order_id""",
    hot=True,
)

NEXT_RELEASE = query(
    """
    select release_look_at from settlement.sale
    where release_look_at is not null and paid_at is not null
    order by release_look_at limit 1""",
    datetime,
    scatter="the sweep serves every shop",
)

DUE_RELEASES = query(
    "select"
    + COLUMNS
    + """
    from settlement.sale s
    where s.release_look_at <= :now and s.paid_at is not null
    order by s.release_look_at limit :size""",
    SaleRow,
    scatter="the sweep serves every shop",
)

POSTPONE_RELEASE = command("""
    update settlement.sale s set release_look_at = :look_at
    from unnest(:shop_ids::bigint[], :order_ids::bigint[]) as u(shop_id, order_id)
    where s.shop_id = u.shop_id and s.order_id = u.order_id and s.release_look_at is not null""")

# Whoever refunds meanwhile changes refunded_minor; then the next pass looks again.
RELEASE = query(
    """
    update settlement.sale s set released_at = :now, release_look_at = null,
        reserve_minor = u.reserve,
        reserve_look_at = case when u.reserve > 0 then s.reserve_until end
    from unnest(:shop_ids::bigint[], :order_ids::bigint[], :refundeds::bigint[],
        :reserves::bigint[]) as u(shop_id, order_id, refunded, reserve)
    where s.shop_id = u.shop_id and s.order_id = u.order_id and s.released_at is null
        and s.cancelled_at is null and s.refunded_minor = u.refunded
    returning"""
    + COLUMNS,
    SaleRow,
)

NEXT_RESERVE = query(
    """
    select reserve_look_at from settlement.sale where reserve_look_at is not null
    order by reserve_look_at limit 1""",
    datetime,
    scatter="the sweep serves every shop",
)

DUE_RESERVES = query(
    "select"
    + COLUMNS
    + """
    from settlement.sale s where s.reserve_look_at <= :now
    order by s.reserve_look_at limit :size""",
    SaleRow,
    scatter="the sweep serves every shop",
)

POSTPONE_RESERVE = command("""
    update settlement.sale s set reserve_look_at = :look_at
    from unnest(:shop_ids::bigint[], :order_ids::bigint[]) as u(shop_id, order_id)
    where s.shop_id = u.shop_id and s.order_id = u.order_id and s.reserve_look_at is not null""")

RELEASE_RESERVE = query(
    """
    update settlement.sale s set reserve_released_at = :now, reserve_look_at = null
    from unnest(:shop_ids::bigint[], :order_ids::bigint[]) as u(shop_id, order_id)
    where s.shop_id = u.shop_id and s.order_id = u.order_id and s.reserve_released_at is null
    returning"""
    + COLUMNS,
    SaleRow,
)


class RefundRow(NamedTuple):
    refund_id: int
    amount_minor: int
    is_late: bool
    settled_at: datetime


REFUNDS = query(
    """
    select refund_id, amount_minor, is_late, settled_at from settlement.refund
    where shop_id = :shop_id and order_id = :order_id order by refund_id""",
    RefundRow,
    hot=True,
)


OPEN_SALES = query(
    "select"
    + COLUMNS
    + """
    from settlement.sale s
    where s.shop_id = :shop_id and s.paid_at is not null and s.released_at is null
        and s.cancelled_at is null
    order by s.order_id limit :size""",
    SaleRow,
    hot=True,
)

RESERVED_SALES = query(
    "select"
    + COLUMNS
    + """
    from settlement.sale s where s.shop_id = :shop_id and s.reserve_look_at is not null
    order by s.reserve_until limit :size""",
    SaleRow,
    hot=True,
)
