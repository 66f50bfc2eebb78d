"""What is due: per clock, when the next one falls and a bounded set of those that have fallen.

Each pair is answered by the partial index of its clock. The change that follows is a guarded
update of the keys, so that two workers with the same set do everything once.
"""

from datetime import datetime
from typing import NamedTuple

from clipcart.kit.ids import OrderId, ShopId
from clipcart.kit.sql import query


class KeyRow(NamedTuple):
    shop_id: ShopId
    id: OrderId


class ReasonRow(NamedTuple):
    shop_id: ShopId
    id: OrderId
    reason: str


NEXT_PAY = query(
    "select min(pay_by) from orders.order_ where state = 'UNPAID'",
    datetime,
    hot=True,
    scatter="the clock runs for every shop",
)
DUE_PAY = query(
    """
    select shop_id, id from orders.order_ where state = 'UNPAID' and pay_by <= :now
    order by pay_by limit :size""",
    KeyRow,
    hot=True,
    scatter="the clock runs for every shop",
)

NEXT_RELEASE = query(
    "select min(free_cancel_until) from orders.order_ where state = 'ON_HOLD'",
    datetime,
    hot=True,
    scatter="the clock runs for every shop",
)
DUE_RELEASE = query(
    """
    select shop_id, id from orders.order_
    where state = 'ON_HOLD' and free_cancel_until <= :now
    order by free_cancel_until limit :size""",
    KeyRow,
    hot=True,
    scatter="the clock runs for every shop",
)

NEXT_SHIP = query(
    """
    select min(ship_by) from orders.order_ where late_at is null and collected_at is null
        and state in ('AWAITING_SHIPMENT', 'PARTIALLY_SHIPPING', 'AWAITING_COLLECTION')""",
    datetime,
    hot=True,
    scatter="the clock runs for every shop",
)
DUE_SHIP = query(
    """
    select shop_id, id from orders.order_ where late_at is null and collected_at is null
        and state in ('AWAITING_SHIPMENT', 'PARTIALLY_SHIPPING', 'AWAITING_COLLECTION')
        and ship_by <= :now
    order by ship_by limit :size""",
    KeyRow,
    hot=True,
    scatter="the clock runs for every shop",
)

NEXT_UNSHIPPED = query(
    """
    select min(cancel_unshipped_at) from orders.order_ where collected_at is null
        and state in ('AWAITING_SHIPMENT', 'PARTIALLY_SHIPPING', 'AWAITING_COLLECTION')""",
    datetime,
    hot=True,
    scatter="the clock runs for every shop",
)
DUE_UNSHIPPED = query(
    """
    select shop_id, id from orders.order_ where collected_at is null
        and state in ('AWAITING_SHIPMENT', 'PARTIALLY_SHIPPING', 'AWAITING_COLLECTION')
        and cancel_unshipped_at <= :now
    order by cancel_unshipped_at limit :size""",
    KeyRow,
    hot=True,
    scatter="the clock runs for every shop",
)

NEXT_DELIVER = query(
    """
    select min(deliver_by) from orders.order_
    where state = 'IN_TRANSIT' and overdue_at is null""",
    datetime,
    hot=True,
    scatter="the clock runs for every shop",
)
DUE_DELIVER = query(
    """
    select shop_id, id from orders.order_
    where state = 'IN_TRANSIT' and overdue_at is null and deliver_by <= :now
    order by deliver_by limit :size""",
    KeyRow,
    hot=True,
    scatter="the clock runs for every shop",
)

NEXT_COMPLETE = query(
    "select min(complete_at) from orders.order_ where state = 'DELIVERED'",
    datetime,
    hot=True,
    scatter="the clock runs for every shop",
)
DUE_COMPLETE = query(
    """
    select shop_id, id from orders.order_ where state = 'DELIVERED' and complete_at <= :now
    order by complete_at limit :size""",
    KeyRow,
    hot=True,
    scatter="the clock runs for every shop",
)

NEXT_REPLY = query(
    "select min(cancel_reply_by) from orders.order_ where cancel_reply_by is not null",
    datetime,
    hot=True,
    scatter="the clock runs for every shop",
)
DUE_REPLY = query(
    """
    select o.shop_id, o.id, c.reason
    from orders.order_ o join orders.cancellation c
        on c.shop_id = o.shop_id and c.order_id = o.id and c.state = 'PENDING'
    where o.cancel_reply_by <= :now
    order by o.cancel_reply_by limit :size""",
    ReasonRow,
    hot=True,
    scatter="the clock runs for every shop",
)
