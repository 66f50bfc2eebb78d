"""Statements of the carrier robot's own books."""

from datetime import datetime
from typing import NamedTuple

from clipcart.kit.ids import PackageId, ShopId
from clipcart.kit.sql import command, query

NEXT_SERIAL = query("select nextval('fulfilment.robot_serial')", int)

NUMBER_OF = query(
    "select tracking_number from fulfilment.robot_parcel where key = :key", str, hot=True
)

# Nothing comes back when the parcel is known.
ADD_PARCEL = query(
    """
    with made as (
        insert into fulfilment.robot_parcel (key, carrier, tracking_number, made_at)
        values (:key, :carrier, :tracking_number, :now)
        on conflict do nothing
        returning key
    ), planned as (
        insert into fulfilment.robot_scan (parcel_key, shop_id, package_id, key, kind, at, place,
            due_at)
        select m.key, :shop_id, :package_id, u.key, u.kind, u.at, u.place, u.due_at
        from made m cross join unnest(:keys::text[], :kinds::text[], :ats::timestamptz[],
            :places::text[], :due_ats::timestamptz[]) as u(key, kind, at, place, due_at)
    )
    select key from made""",
    str,
    hot=True,
)

# Only while nothing was scanned: afterwards the parcel is on its way.
VOID_PARCEL = query(
    """
    update fulfilment.robot_parcel p set voided_at = :now
    where p.key = :key and p.voided_at is null and not exists (
        select 1 from fulfilment.robot_scan s where s.parcel_key = p.key and s.at <= :now)
    returning p.key""",
    str,
    hot=True,
)

UNPLAN = command(
    "delete from fulfilment.robot_scan where parcel_key = :key and reported_at is null", hot=True
)

NEXT_DUE = query(
    """
    select due_at from fulfilment.robot_scan where reported_at is null
    order by due_at, id limit 1""",
    datetime,
    hot=True,
)


class DueScanRow(NamedTuple):
    id: int
    shop_id: ShopId
    package_id: PackageId
    tracking_number: str
    key: str
    kind: str
    at: datetime
    place: str


TAKE_DUE = query(
    """
    with due as (
        select id from fulfilment.robot_scan where reported_at is null and due_at <= :now
        order by due_at, id limit :size for update skip locked
    )
    update fulfilment.robot_scan s set reported_at = :now
    from due, fulfilment.robot_parcel p
    where s.id = due.id and p.key = s.parcel_key
    returning s.id, s.shop_id, s.package_id, p.tracking_number, s.key, s.kind, s.at, s.place""",
    DueScanRow,
)
