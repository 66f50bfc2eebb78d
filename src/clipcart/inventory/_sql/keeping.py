"""Statements that keep units for orders, and say what becomes of them."""

from datetime import datetime
from typing import NamedTuple

from clipcart.kit.sql import command, query

# -- reserving -------------------------------------------------------------------------------------


class TakenRow(NamedTuple):
    shop_id: int
    sku_id: int
    warehouse_id: int


# An order is reserved once, and once more when its reservation had expired: any other state turns
# into null and breaks the statement.
# An order that expired may be kept again when its payment came late. For one that is kept already
# the state becomes null, which the table refuses: reserving twice must not pass unnoticed.

# One guarded update for the whole batch, summed per SKU. Groups whose SKUs were all there get
# their reservations at once; of the others nothing is written, and the caller decides them.
TAKE = query(
    """
    with total as (
        select * from unnest(:shop_ids::bigint[], :sku_ids::bigint[], :quantities::int[])
            as u(shop_id, sku_id, quantity)
    ), taken as (
        update inventory.stock s set reserved = s.reserved + t.quantity
        from total t
        join inventory.warehouse w on w.shop_id = t.shop_id and w.is_default
        where s.shop_id = t.shop_id and s.sku_id = t.sku_id and s.warehouse_id = w.id
            and s.available >= t.quantity
        returning s.shop_id, s.sku_id, s.warehouse_id
    ), want as (
        select * from unnest(:group_numbers::int[], :want_shop_ids::bigint[],
            :want_order_ids::bigint[], :want_sku_ids::bigint[], :want_quantities::int[],
            :expires::timestamptz[])
            as u(group_number, shop_id, order_id, sku_id, quantity, expires_at)
    ), placed as (
        select w.group_number, w.shop_id, w.order_id, w.sku_id, w.quantity, w.expires_at,
            t.warehouse_id,
            bool_and(t.warehouse_id is not null) over (partition by w.group_number) as is_whole
        from want w left join taken t on t.shop_id = w.shop_id and t.sku_id = w.sku_id
    ), kept as (
        insert into inventory.reservation as r (shop_id, order_id, sku_id, warehouse_id, quantity,
            state, expires_at, reserved_at)
        select shop_id, order_id, sku_id, warehouse_id, quantity, 'HELD', expires_at, :now
        from placed where is_whole
        on conflict (shop_id, order_id, sku_id) do update
        set warehouse_id = excluded.warehouse_id, quantity = excluded.quantity,
            expires_at = excluded.expires_at, reserved_at = excluded.reserved_at,
            state = case r.state when 'EXPIRED' then 'HELD' end
        returning shop_id, order_id, sku_id, warehouse_id, quantity
    ), moved as (
        insert into inventory.movement (shop_id, sku_id, warehouse_id, kind, on_hand_change,
            reserved_change, order_id, actor, at)
        select shop_id, sku_id, warehouse_id, 'RESERVED', 0, quantity, order_id, :actor, :now
        from kept
    )
    select shop_id, sku_id, warehouse_id from taken""",
    TakenRow,
    hot=True,
)


class ShelfRow(NamedTuple):
    sku_id: int
    warehouse_id: int
    available: int


LOCK_SHELVES = query(
    """
    select s.sku_id, s.warehouse_id, s.available
    from inventory.stock s
    join inventory.warehouse w on w.shop_id = s.shop_id and w.id = s.warehouse_id
    where s.shop_id = :shop_id and s.sku_id = any(:sku_ids::bigint[]) and w.closed_at is null
    order by s.sku_id, w.is_default desc, s.warehouse_id for no key update of s""",
    ShelfRow,
    hot=True,
)

# Runs under the locks of LOCK_SHELVES: sets what was decided, up or down.
SETTLE = command(
    """
    with delta as (
        select * from unnest(:shop_ids::bigint[], :sku_ids::bigint[], :warehouse_ids::bigint[],
            :changes::int[]) as u(shop_id, sku_id, warehouse_id, change)
    ), settled as (
        update inventory.stock s set reserved = s.reserved + d.change from delta d
        where s.shop_id = d.shop_id and s.sku_id = d.sku_id and s.warehouse_id = d.warehouse_id
    ), kept as (
        insert into inventory.reservation as r (shop_id, order_id, sku_id, warehouse_id, quantity,
            state, expires_at, reserved_at)
        select shop_id, order_id, sku_id, warehouse_id, quantity, 'HELD', expires_at, :now
        from unnest(:want_shop_ids::bigint[], :want_order_ids::bigint[], :want_sku_ids::bigint[],
            :want_warehouse_ids::bigint[], :want_quantities::int[], :expires::timestamptz[])
            as u(shop_id, order_id, sku_id, warehouse_id, quantity, expires_at)
        on conflict (shop_id, order_id, sku_id) do update
        set warehouse_id = excluded.warehouse_id, quantity = excluded.quantity,
            expires_at = excluded.expires_at, reserved_at = excluded.reserved_at,
            state = case r.state when 'EXPIRED' then 'HELD' end
        returning shop_id, order_id, sku_id, warehouse_id, quantity
    )
    insert into inventory.movement (shop_id, sku_id, warehouse_id, kind, on_hand_change,
        reserved_change, order_id, actor, at)
    select shop_id, sku_id, warehouse_id, 'RESERVED', 0, quantity, order_id, :actor, :now
    from kept""",
    hot=True,
)

# -- what becomes of a reservation -----------------------------------------------------------------


class KeyRow(NamedTuple):
    shop_id: int
    order_id: int


# The second part of the union sees the rows as they were: confirming twice answers alike.
CONFIRM = query(
    """
    with asked as (
        select distinct shop_id, order_id
        from unnest(:shop_ids::bigint[], :order_ids::bigint[]) as u(shop_id, order_id)
    ), confirmed as (
        update inventory.reservation r set state = 'CONFIRMED' from asked a
        where r.shop_id = a.shop_id and r.order_id = a.order_id and r.state = 'HELD'
        returning r.shop_id, r.order_id
    )
    select shop_id, order_id from confirmed
    union
    select r.shop_id, r.order_id from asked a
    join inventory.reservation r on r.shop_id = a.shop_id and r.order_id = a.order_id
    where r.state in ('CONFIRMED', 'CONSUMED')""",
    KeyRow,
    hot=True,
)

RELEASE = query(
    """
    with asked as (
        select distinct shop_id, order_id
        from unnest(:shop_ids::bigint[], :order_ids::bigint[]) as u(shop_id, order_id)
    ), released as (
        update inventory.reservation r set state = 'RELEASED' from asked a
        where r.shop_id = a.shop_id and r.order_id = a.order_id
            and r.state in ('HELD', 'CONFIRMED')
        returning r.shop_id, r.order_id, r.sku_id, r.warehouse_id, r.quantity - r.consumed as rest
    ), total as (
        select shop_id, sku_id, warehouse_id, sum(rest)::int as rest from released
        group by shop_id, sku_id, warehouse_id order by shop_id, sku_id, warehouse_id
    ), freed as (
        update inventory.stock s set reserved = s.reserved - t.rest from total t
        where s.shop_id = t.shop_id and s.sku_id = t.sku_id and s.warehouse_id = t.warehouse_id
    ), moved as (
        insert into inventory.movement (shop_id, sku_id, warehouse_id, kind, on_hand_change,
            reserved_change, order_id, actor, at)
        select shop_id, sku_id, warehouse_id, 'RELEASED', 0, -rest, order_id, :actor, :now
        from released
    )
    select distinct shop_id, order_id from released""",
    KeyRow,
    hot=True,
)

NEXT_DUE = query(
    """
    select coalesce((select expires_at from inventory.reservation where state = 'HELD'
        order by expires_at limit 1), 'infinity'::timestamptz)""",
    datetime,
    hot=True,
    scatter="the sweep serves every shop",
)

# Whole orders: the limit chooses lines, the update takes every held line of their orders.
EXPIRE = query(
    """
    with due as (
        select shop_id, order_id from inventory.reservation
        where state = 'HELD' and expires_at <= :now order by expires_at limit :size
    ), asked as (
        select distinct shop_id, order_id from due
    ), expired as (
        update inventory.reservation r set state = 'EXPIRED' from asked a
        where r.shop_id = a.shop_id and r.order_id = a.order_id and r.state = 'HELD'
        returning r.shop_id, r.order_id, r.sku_id, r.warehouse_id, r.quantity as rest
    ), total as (
        select shop_id, sku_id, warehouse_id, sum(rest)::int as rest from expired
        group by shop_id, sku_id, warehouse_id order by shop_id, sku_id, warehouse_id
    ), freed as (
        update inventory.stock s set reserved = s.reserved - t.rest from total t
        where s.shop_id = t.shop_id and s.sku_id = t.sku_id and s.warehouse_id = t.warehouse_id
    ), moved as (
        insert into inventory.movement (shop_id, sku_id, warehouse_id, kind, on_hand_change,
            reserved_change, order_id, note, actor, at)
        select shop_id, sku_id, warehouse_id, 'RELEASED', 0, -rest, order_id, 'not paid in time',
            :actor, :now
        from expired
    )
    select distinct shop_id, order_id from expired order by shop_id, order_id""",
    KeyRow,
    hot=True,
    scatter="the sweep serves every shop",
)


class LineRow(NamedTuple):
    shop_id: int
    order_id: int
    sku_id: int
    quantity: int


OPEN_LINES = query(
    """
    select r.shop_id, r.order_id, r.sku_id, r.quantity - r.consumed as quantity
    from (select distinct shop_id, order_id
        from unnest(:shop_ids::bigint[], :order_ids::bigint[]) as u(shop_id, order_id)) a
    join inventory.reservation r on r.shop_id = a.shop_id and r.order_id = a.order_id
    where r.state = 'CONFIRMED'""",
    LineRow,
    hot=True,
)

CONSUME = query(
    """
    with asked as (
        select * from unnest(:shop_ids::bigint[], :order_ids::bigint[], :sku_ids::bigint[],
            :quantities::int[]) as u(shop_id, order_id, sku_id, quantity)
    ), consumed as (
        update inventory.reservation r set consumed = r.consumed + a.quantity,
            state = case when r.consumed + a.quantity = r.quantity then 'CONSUMED'
                else r.state end
        from asked a
        where r.shop_id = a.shop_id and r.order_id = a.order_id and r.sku_id = a.sku_id
            and r.state = 'CONFIRMED' and r.quantity - r.consumed >= a.quantity
        returning r.shop_id, r.order_id, r.sku_id, r.warehouse_id, a.quantity
    ), total as (
        select shop_id, sku_id, warehouse_id, sum(quantity)::int as quantity from consumed
        group by shop_id, sku_id, warehouse_id order by shop_id, sku_id, warehouse_id
    ), gone as (
        update inventory.stock s set on_hand = s.on_hand - t.quantity,
            reserved = s.reserved - t.quantity
        from total t
        where s.shop_id = t.shop_id and s.sku_id = t.sku_id and s.warehouse_id = t.warehouse_id
    ), moved as (
        insert into inventory.movement (shop_id, sku_id, warehouse_id, kind, on_hand_change,
            reserved_change, order_id, actor, at)
        select shop_id, sku_id, warehouse_id, 'CONSUMED', -quantity, -quantity, order_id, :actor,
            :now
        from consumed
    )
    select shop_id, order_id, sku_id, quantity from consumed""",
    LineRow,
    hot=True,
)

PUT_BACK = query(
    """
    with asked as (
        select * from unnest(:shop_ids::bigint[], :order_ids::bigint[], :sku_ids::bigint[],
            :quantities::int[]) as u(shop_id, order_id, sku_id, quantity)
    ), returned as (
        update inventory.reservation r set returned = r.returned + a.quantity
        from asked a
        where r.shop_id = a.shop_id and r.order_id = a.order_id and r.sku_id = a.sku_id
            and r.consumed - r.returned >= a.quantity
        returning r.shop_id, r.order_id, r.sku_id, r.warehouse_id, a.quantity
    ), total as (
        select shop_id, sku_id, warehouse_id, sum(quantity)::int as quantity from returned
        group by shop_id, sku_id, warehouse_id order by shop_id, sku_id, warehouse_id
    ), back as (
        update inventory.stock s set on_hand = s.on_hand + t.quantity from total t
        where s.shop_id = t.shop_id and s.sku_id = t.sku_id and s.warehouse_id = t.warehouse_id
    ), moved as (
        insert into inventory.movement (shop_id, sku_id, warehouse_id, kind, on_hand_change,
            reserved_change, order_id, actor, at)
        select shop_id, sku_id, warehouse_id, 'RETURNED', quantity, 0, order_id, :actor, :now
        from returned
    )
    select shop_id, order_id, sku_id, quantity from returned""",
    LineRow,
)


class ReservationRow(NamedTuple):
    order_id: int
    sku_id: int
    warehouse_id: int
    quantity: int
    consumed: int
    returned: int
    state: str
    expires_at: datetime


OF_ORDER = query(
    """
    select order_id, sku_id, warehouse_id, quantity, consumed, returned, state, expires_at
    from inventory.reservation where shop_id = :shop_id and order_id = :order_id
    order by sku_id""",
    ReservationRow,
    hot=True,
)
