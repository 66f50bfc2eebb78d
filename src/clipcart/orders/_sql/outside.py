"""Numbers that other systems give to orders."""

from typing import Any, NamedTuple

from clipcart.kit.ids import OrderId
from clipcart.kit.sql import query

# A number of a system replaces the one that the order had there. Orders that the shop does not
# have are left out.
NOTE = query(
    """
    insert into orders.outside_number as n (shop_id, order_id, platform, number, lines, noted_at)
    select o.shop_id, o.id, u.platform, u.number, u.lines::jsonb, :now
    from unnest(:order_ids::bigint[], :platforms::text[], :numbers::text[], :lines::text[])
        as u(order_id, platform, number, lines)
    join orders.order_ o on o.shop_id = :shop_id and o.id = u.order_id
    on conflict (shop_id, order_id, platform) do update
        set number = excluded.number, lines = excluded.lines, noted_at = excluded.noted_at
    returning n.order_id""",
    int,
    hot=True,
)


class NumberRow(NamedTuple):
    order_id: OrderId
    platform: str
    number: str
    lines: Any


OF_ORDER = query(
    """
    select order_id, platform, number, lines from orders.outside_number
    where shop_id = :shop_id and order_id = :order_id and platform = :platform""",
    NumberRow,
    hot=True,
)

BY_NUMBER = query(
    """
    select order_id, platform, number, lines from orders.outside_number
    where shop_id = :shop_id and platform = :platform and number = :number
    order by order_id limit :size""",
    NumberRow,
    hot=True,
)
