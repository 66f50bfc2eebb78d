"""Every statement of fulfilment's own tables; the carrier robot's are with the robot."""

from datetime import datetime
from typing import NamedTuple

from clipcart.kit.ids import LineId, OrderId, PackageId, PersonId, ShopId, SkuId
from clipcart.kit.listing import Key, Listing, Order
from clipcart.kit.sql import command, query

# -- packing ---------------------------------------------------------------------------------------

# Gives the packages that were made: not one whose request was heard before or number is taken.
ADD_PACKAGES = query(
    """
    with made as (
        insert into fulfilment.package (shop_id, id, order_id, buyer_id, request_key, state, mode,
            carrier, service, promised_days, weight_g, units, tracking_number, created_at,
            changed_at, label_made_at)
        select u.shop_id, u.id, u.order_id, u.buyer_id, u.request_key, u.state, u.mode, u.carrier,
            u.service, u.promised_days, u.weight_g, u.units, u.tracking_number, :now::timestamptz,
            :now::timestamptz, case when u.tracking_number is not null then :now::timestamptz end
        from unnest(:shop_ids::bigint[], :ids::bigint[], :order_ids::bigint[],
            :buyer_ids::bigint[], :request_keys::text[], :states::text[], :modes::text[],
            :carriers::text[], :services::text[], :promised_days::int[], :weights::int[],
            :units::int[], :tracking_numbers::text[])
            as u(shop_id, id, order_id, buyer_id, request_key, state, mode, carrier, service,
                promised_days, weight_g, units, tracking_number)
        on conflict do nothing
        returning shop_id, id, order_id
    ), packed as (
        insert into fulfilment.line (shop_id, package_id, line_id, sku_id, quantity)
        select m.shop_id, m.id, u.line_id, u.sku_id, u.quantity
        from made m join unnest(:line_shop_ids::bigint[], :line_package_ids::bigint[],
            :line_ids::bigint[], :sku_ids::bigint[], :quantities::int[])
            as u(shop_id, package_id, line_id, sku_id, quantity)
            on u.shop_id = m.shop_id and u.package_id = m.id
    ), counted as (
        insert into fulfilment.progress as g (shop_id, order_id, packages)
        select shop_id, order_id, 1 from made
        on conflict (shop_id, order_id) do update set packages = g.packages + 1
    )
    select id from made""",
    int,
    hot=True,
)

ID_OF_REQUEST = query(
    """
    select id from fulfilment.package
    where shop_id = :shop_id and order_id = :order_id and request_key = :request_key""",
    int,
    hot=True,
)


class LockedRow(NamedTuple):
    shop_id: ShopId
    id: PackageId
    order_id: OrderId
    buyer_id: PersonId
    state: str
    mode: str
    carrier: str
    tracking_number: str | None
    label_number: int


LOCK = query(
    """
    select shop_id, id, order_id, buyer_id, state, mode, carrier, tracking_number, label_number
    from fulfilment.package where shop_id = :shop_id and id = any(:ids::bigint[])
    order by id for no key update""",
    LockedRow,
    hot=True,
)

# -- labels ----------------------------------------------------------------------------------------

RECORD_LABEL = query(
    """
    update fulfilment.package set state = 'PROCESSING', tracking_number = :tracking_number,
        label_made_at = :now, changed_at = :now, label_problem = null, is_tracked = true
    where shop_id = :shop_id and id = :id and state = any(:from_states::text[])
        and label_number = :label_number and tracking_number is null
    returning shop_id, id, order_id, buyer_id, state, mode, carrier, tracking_number, label_number
    """,
    LockedRow,
    hot=True,
)

RECORD_LABEL_PROBLEM = query(
    """
    update fulfilment.package set label_problem = :problem
    where shop_id = :shop_id and id = :id and state = 'TO_FULFIL'
        and label_number = :label_number
    returning shop_id, id, order_id, buyer_id, state, mode, carrier, tracking_number, label_number
    """,
    LockedRow,
    hot=True,
)

RECORD_TRACKED = command(
    """
    update fulfilment.package set is_tracked = true
    where shop_id = :shop_id and id = :id and label_number = :label_number""",
    hot=True,
)

# Runs under LOCK. Nothing comes back when the number is another package's.
CHANGE_LABEL = query(
    """
    update fulfilment.package p set state = :state, mode = :mode, carrier = :carrier,
        tracking_number = :tracking_number, label_made_at = :label_made_at,
        label_number = p.label_number + 1, label_problem = null, is_tracked = false,
        changed_at = :now
    where p.shop_id = :shop_id and p.id = :id and not exists (
        select 1 from fulfilment.package o where o.shop_id = :shop_id
            and o.tracking_number = :tracking_number and o.cancelled_at is null and o.id <> :id)
    returning p.label_number""",
    int,
    hot=True,
)

# -- scans -----------------------------------------------------------------------------------------


class ScanNewsRow(NamedTuple):
    shop_id: ShopId
    package_id: PackageId
    order_id: OrderId
    buyer_id: PersonId
    kind: str
    at: datetime
    place: str


# A scan that was heard before, and one under a number that is not the package's, is left out.
ADD_SCANS = query(
    """
    with known as (
        select distinct on (u.shop_id, u.package_id, u.key) u.shop_id, u.package_id, u.key, u.kind,
            u.at, u.place, p.order_id, p.buyer_id
        from unnest(:shop_ids::bigint[], :package_ids::bigint[], :tracking_numbers::text[],
            :keys::text[], :kinds::text[], :ats::timestamptz[], :places::text[])
            as u(shop_id, package_id, tracking_number, key, kind, at, place)
        join fulfilment.package p on p.shop_id = u.shop_id and p.id = u.package_id
            and p.tracking_number = u.tracking_number
    ), added as (
        insert into fulfilment.scan (shop_id, package_id, key, kind, at, place, heard_at,
            reported_by)
        select shop_id, package_id, key, kind, at, place, :now, :reported_by from known
        order by shop_id, package_id, key
        on conflict do nothing
        returning shop_id, package_id, key
    )
    select k.shop_id, k.package_id, k.order_id, k.buyer_id, k.kind, k.at, k.place
    from known k join added a on a.shop_id = k.shop_id and a.package_id = k.package_id
        and a.key = k.key
    order by k.at, k.package_id, k.key""",
    ScanNewsRow,
    hot=True,
)


class MovedRow(NamedTuple):
    shop_id: ShopId
    id: PackageId
    order_id: OrderId
    buyer_id: PersonId
    carrier: str
    tracking_number: str
    state: str
    is_collected: bool


# Only forward: a package that is over stays as it is, and one under way only ends.
ADVANCE = query(
    """
    update fulfilment.package p set state = u.state, changed_at = :now,
        collected_at = coalesce(p.collected_at, :now),
        delivered_at = case when u.state = 'COMPLETED' then :now end,
        lost_at = case when u.state = 'CANCELLED' then :now end
    from unnest(:shop_ids::bigint[], :ids::bigint[], :states::text[]) as u(shop_id, id, state)
    where p.shop_id = u.shop_id and p.id = u.id
        and (p.state = 'PROCESSING' or (p.state = 'FULFILLING' and u.state <> 'FULFILLING'))
    returning p.shop_id, p.id, p.order_id, p.buyer_id, p.carrier, p.tracking_number, p.state,
        old.collected_at is null as is_collected""",
    MovedRow,
    hot=True,
)


class ProgressRow(NamedTuple):
    shop_id: ShopId
    order_id: OrderId
    is_delivered: bool
    is_lost: bool


# One row per order, so that of two last packages one sees the other.
COUNT = query(
    """
    update fulfilment.progress g set delivered = g.delivered + u.delivered,
        lost = g.lost + u.lost, called_off = g.called_off + u.called_off
    from unnest(:shop_ids::bigint[], :order_ids::bigint[], :delivered::int[], :lost::int[],
        :called_off::int[]) as u(shop_id, order_id, delivered, lost, called_off)
    where g.shop_id = u.shop_id and g.order_id = u.order_id
    returning g.shop_id, g.order_id,
        g.delivered > 0 and g.delivered + g.called_off = g.packages as is_delivered,
        g.lost > 0 and g.lost + g.called_off = g.packages as is_lost""",
    ProgressRow,
    hot=True,
)

# -- calling off -----------------------------------------------------------------------------------


class CalledOffRow(NamedTuple):
    shop_id: ShopId
    id: PackageId
    order_id: OrderId
    buyer_id: PersonId
    carrier: str
    tracking_number: str | None
    label_number: int
    units: int


CALL_OFF = query(
    """
    update fulfilment.package p set state = 'CANCELLED', cancelled_at = :now, changed_at = :now
    from unnest(:shop_ids::bigint[], :order_ids::bigint[]) as u(shop_id, order_id)
    where p.shop_id = u.shop_id and p.order_id = u.order_id
        and p.state = any(:from_states::text[])
    returning p.shop_id, p.id, p.order_id, p.buyer_id, p.carrier, p.tracking_number,
        p.label_number, p.units""",
    CalledOffRow,
    hot=True,
)

# -- reading ---------------------------------------------------------------------------------------


class PackageRow(NamedTuple):
    shop_id: ShopId
    id: PackageId
    order_id: OrderId
    buyer_id: PersonId
    state: str
    mode: str
    carrier: str
    service: str
    promised_days: int
    tracking_number: str | None
    is_tracked: bool
    label_number: int
    label_problem: str | None
    weight_g: int
    units: int
    created_at: datetime
    changed_at: datetime
    label_made_at: datetime | None
    collected_at: datetime | None
    delivered_at: datetime | None
    lost_at: datetime | None
    cancelled_at: datetime | None


PACKAGES = query(
    """
    select p.shop_id, p.id, p.order_id, p.buyer_id, p.state, p.mode, p.carrier, p.service,
        p.promised_days, p.tracking_number, p.is_tracked, p.label_number, p.label_problem,
        p.weight_g, p.units, p.created_at, p.changed_at, p.label_made_at, p.collected_at,
        p.delivered_at, p.lost_at, p.cancelled_at
    from unnest(:shop_ids::bigint[], :ids::bigint[]) as u(shop_id, id)
    join fulfilment.package p on p.shop_id = u.shop_id and p.id = u.id""",
    PackageRow,
    hot=True,
)


class KeyRow(NamedTuple):
    shop_id: ShopId
    id: PackageId


OF_ORDERS = query(
    """
    select p.shop_id, p.id
    from unnest(:shop_ids::bigint[], :order_ids::bigint[]) as u(shop_id, order_id)
    join fulfilment.package p on p.shop_id = u.shop_id and p.order_id = u.order_id
    order by p.id""",
    KeyRow,
    hot=True,
)

OF_SHOP = Listing(
    "select shop_id, id from fulfilment.package where shop_id = :shop_id",
    KeyRow,
    filters={
        "state": "state = :state",
        "states": "state = any(:states::text[])",
        "tracking_number": "tracking_number = :tracking_number",
    },
    orders={"newest": Order((Key("id", "bigint"),), down=True)},
    hot=True,
)


class LineRow(NamedTuple):
    shop_id: ShopId
    package_id: PackageId
    line_id: LineId
    sku_id: SkuId
    quantity: int


LINES = query(
    """
    select l.shop_id, l.package_id, l.line_id, l.sku_id, l.quantity
    from unnest(:shop_ids::bigint[], :ids::bigint[]) as u(shop_id, id)
    join fulfilment.line l on l.shop_id = u.shop_id and l.package_id = u.id
    order by l.package_id, l.line_id""",
    LineRow,
    hot=True,
)


class ScanRow(NamedTuple):
    package_id: PackageId
    kind: str
    at: datetime
    place: str
    heard_at: datetime
    reported_by: str


SCANS = query(
    """
    select s.package_id, s.kind, s.at, s.place, s.heard_at, s.reported_by
    from unnest(:shop_ids::bigint[], :ids::bigint[]) as u(shop_id, id)
    join fulfilment.scan s on s.shop_id = u.shop_id and s.package_id = u.id
    order by s.package_id, s.at, s.key""",
    ScanRow,
    hot=True,
)
