"""Statements about warehouses, counts, movements, and the proof."""

from datetime import datetime
from typing import NamedTuple

from clipcart.kit.listing import Key, Listing, Order
from clipcart.kit.sql import command, query

# -- warehouses ------------------------------------------------------------------------------------


class WarehouseRow(NamedTuple):
    id: int
    shop_id: int
    name: str
    line1: str
    city: str
    region: str
    postal_code: str
    country: str
    is_default: bool
    is_closed: bool


WAREHOUSES = query(
    """
    select id, shop_id, name, line1, city, region, postal_code, country, is_default,
        closed_at is not null as is_closed
    from inventory.warehouse where shop_id = :shop_id order by is_default desc, id""",
    WarehouseRow,
    hot=True,
)

WAREHOUSES_OF_SHOPS = query(
    """
    select id, shop_id, name, line1, city, region, postal_code, country, is_default,
        closed_at is not null as is_closed
    from inventory.warehouse where shop_id = any(:shop_ids::bigint[])
    order by shop_id, is_default desc, id""",
    WarehouseRow,
    hot=True,
)


class AddedRow(NamedTuple):
    shop_id: int
    id: int
    name: str
    is_default: bool


# Of several new ones of a shop without a default, the first by id becomes it.
ADD_WAREHOUSES = query(
    """
    insert into inventory.warehouse
        (shop_id, id, name, line1, city, region, postal_code, country, is_default, created_at)
    select u.shop_id, u.id, u.name, u.line1, u.city, u.region, u.postal_code, u.country,
        u.id = min(u.id) over (partition by u.shop_id) and not exists (
            select 1 from inventory.warehouse w where w.shop_id = u.shop_id and w.is_default),
        :now
    from unnest(:shop_ids::bigint[], :ids::bigint[], :names::text[], :line1s::text[],
        :cities::text[], :regions::text[], :postal_codes::text[], :countries::text[])
        as u(shop_id, id, name, line1, city, region, postal_code, country)
    returning shop_id, id, name, is_default""",
    AddedRow,
)

# Two statements, since a unique index on the default is checked row by row.
UNSET_DEFAULT = command("""
    update inventory.warehouse set is_default = false where shop_id = :shop_id and is_default""")

SET_DEFAULT = command("""
    update inventory.warehouse set is_default = true
    where shop_id = :shop_id and id = :id and closed_at is null""")

CLOSE_WAREHOUSE = command("""
    update inventory.warehouse w set closed_at = :now
    where w.shop_id = :shop_id and w.id = :id and w.closed_at is null and not w.is_default
        and not exists (select 1 from inventory.stock s
            where s.shop_id = :shop_id and s.warehouse_id = :id and s.on_hand > 0)""")

UNITS_IN_WAREHOUSE = query(
    """
    select coalesce(sum(on_hand), 0)::bigint from inventory.stock
    where shop_id = :shop_id and warehouse_id = :id""",
    int,
)

# -- stock -----------------------------------------------------------------------------------------

ENSURE_STOCK = command("""
    insert into inventory.stock (shop_id, sku_id, warehouse_id, on_hand)
    select shop_id, sku_id, warehouse_id, 0
    from unnest(:shop_ids::bigint[], :sku_ids::bigint[], :warehouse_ids::bigint[])
        as u(shop_id, sku_id, warehouse_id)
    on conflict (shop_id, sku_id, warehouse_id) do nothing""")


class StockRow(NamedTuple):
    shop_id: int
    sku_id: int
    warehouse_id: int
    on_hand: int
    reserved: int
    available: int


LOCK_COUNTS = query(
    """
    select shop_id, sku_id, warehouse_id, on_hand, reserved, available
    from inventory.stock where shop_id = :shop_id and sku_id = any(:sku_ids::bigint[])
    order by sku_id, warehouse_id for no key update""",
    StockRow,
    hot=True,
)

CHANGE_COUNTS = query(
    """
    with change as (
        select * from unnest(:shop_ids::bigint[], :sku_ids::bigint[], :warehouse_ids::bigint[],
            :changes::int[], :notes::text[]) as u(shop_id, sku_id, warehouse_id, change, note)
    ), changed as (
        update inventory.stock s set on_hand = s.on_hand + c.change from change c
        where s.shop_id = c.shop_id and s.sku_id = c.sku_id and s.warehouse_id = c.warehouse_id
        returning s.shop_id, s.sku_id, s.warehouse_id, s.on_hand, s.reserved, s.available,
            c.change, c.note
    ), moved as (
        insert into inventory.movement (shop_id, sku_id, warehouse_id, kind, on_hand_change,
            reserved_change, note, actor, at)
        select shop_id, sku_id, warehouse_id, :kind, change, 0, note, :actor, :now from changed
    )
    select shop_id, sku_id, warehouse_id, on_hand, reserved, available from changed""",
    StockRow,
)

STOCK = query(
    """
    select s.shop_id, s.sku_id, s.warehouse_id, s.on_hand, s.reserved, s.available
    from unnest(:shop_ids::bigint[], :sku_ids::bigint[]) as u(shop_id, sku_id)
    join inventory.stock s on s.shop_id = u.shop_id and s.sku_id = u.sku_id
    order by s.sku_id, s.warehouse_id""",
    StockRow,
    hot=True,
)


class LowRow(NamedTuple):
    sku_id: int
    available: int


LOW_STOCK = query(
    """
    select s.sku_id, max(s.available) as available
    from inventory.stock s
    join inventory.warehouse w on w.shop_id = s.shop_id and w.id = s.warehouse_id
    where s.shop_id = :shop_id and w.closed_at is null
    group by s.sku_id having max(s.available) <= :at_most
    order by 2, 1 limit :limit_""",
    LowRow,
)


class LevelRow(NamedTuple):
    shop_id: int
    sku_id: int
    available: int


LEVELS = query(
    """
    select s.shop_id, s.sku_id, max(s.available) as available
    from unnest(:shop_ids::bigint[], :sku_ids::bigint[]) as u(shop_id, sku_id)
    join inventory.stock s on s.shop_id = u.shop_id and s.sku_id = u.sku_id
    join inventory.warehouse w on w.shop_id = s.shop_id and w.id = s.warehouse_id
    where w.closed_at is null group by s.shop_id, s.sku_id""",
    LevelRow,
    hot=True,
)


class MovementRow(NamedTuple):
    id: int
    sku_id: int
    warehouse_id: int
    kind: str
    on_hand_change: int
    reserved_change: int
    order_id: int | None
    note: str
    actor: str
    at: datetime


MOVEMENTS = Listing(
    """
    select id, sku_id, warehouse_id, kind, on_hand_change, reserved_change, order_id, note, actor,
        at
    from inventory.movement where shop_id = :shop_id and sku_id = :sku_id""",
    MovementRow,
    orders={"newest": Order((Key("id", "bigint"),), down=True)},
    hot=True,
)


# -- proof -----------------------------------------------------------------------------------------


class DiscrepancyRow(NamedTuple):
    shop_id: int
    sku_id: int
    warehouse_id: int
    what: str
    stock: int
    book: int


AUDIT = query(
    """
    with moved as (
        select shop_id, sku_id, warehouse_id, sum(on_hand_change)::bigint as on_hand,
            sum(reserved_change)::bigint as reserved
        from inventory.movement group by shop_id, sku_id, warehouse_id
    ), kept as (
        select shop_id, sku_id, warehouse_id, sum(quantity - consumed)::bigint as reserved
        from inventory.reservation where state in ('HELD', 'CONFIRMED')
        group by shop_id, sku_id, warehouse_id
    ), beside as (
        select shop_id, sku_id, warehouse_id, coalesce(s.on_hand, 0) as on_hand,
            coalesce(s.reserved, 0) as reserved, coalesce(m.on_hand, 0) as moved_on_hand,
            coalesce(m.reserved, 0) as moved_reserved, coalesce(k.reserved, 0) as kept
        from inventory.stock s
        full join moved m using (shop_id, sku_id, warehouse_id)
        full join kept k using (shop_id, sku_id, warehouse_id)
    )
    select shop_id, sku_id, warehouse_id, 'on hand against movements' as what,
        on_hand::bigint as stock, moved_on_hand as book from beside where on_hand <> moved_on_hand
    union all
    select shop_id, sku_id, warehouse_id, 'reserved against movements', reserved::bigint,
        moved_reserved from beside where reserved <> moved_reserved
    union all
    select shop_id, sku_id, warehouse_id, 'reserved against reservations', reserved::bigint, kept
    from beside where reserved <> kept
    order by 1, 2, 3, 4""",
    DiscrepancyRow,
    scatter="the operator's proof covers every shop",
)
