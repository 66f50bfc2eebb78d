"""Statements that only read orders."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, LiteralString, NamedTuple

from clipcart.kit.ids import (
    LineId,
    OrderId,
    PaymentId,
    PersonId,
    ProductId,
    PurchaseId,
    ShopId,
    SkuId,
)
from clipcart.kit.listing import Key, Listing, Order
from clipcart.kit.sql import query
from clipcart.orders.model import CancellationId


class OrderRow(NamedTuple):
    shop_id: ShopId
    id: OrderId
    buyer_id: PersonId
    purchase_id: PurchaseId
    payment_id: PaymentId
    market_id: str
    currency: str
    state: str
    ship_to: Any
    delivery_code: str
    delivery_name: str
    delivery_days: int
    note: str
    items_minor: int
    shipping_minor: int
    tax_minor: int
    tax_included: bool
    total_minor: int
    fee_minor: int
    paid_minor: int | None
    refund_minor: int
    decline_reason: str | None
    placed_at: datetime
    paid_at: datetime | None
    released_at: datetime | None
    label_made_at: datetime | None
    late_at: datetime | None
    collected_at: datetime | None
    overdue_at: datetime | None
    delivered_at: datetime | None
    completed_at: datetime | None
    changed_at: datetime
    cancel_asked_at: datetime | None
    cancelled_at: datetime | None
    cancelled_by: str | None
    cancel_reason: str | None
    is_seller_fault: bool
    pay_by: datetime
    free_cancel_until: datetime | None
    ship_by: datetime | None
    cancel_unshipped_at: datetime | None
    deliver_by: datetime | None
    complete_at: datetime | None
    cancel_reply_by: datetime | None
    lines: Any


COLUMNS: LiteralString = """
    o.shop_id, o.id, o.buyer_id, o.purchase_id, o.payment_id, o.market_id, o.currency,
    o.state, o.ship_to, o.delivery_code, o.delivery_name, o.delivery_days, o.note,
    o.items_minor, o.shipping_minor, o.tax_minor, o.tax_included, o.total_minor, o.fee_minor,
    o.paid_minor, o.refund_minor, o.decline_reason, o.placed_at, o.paid_at, o.released_at,
    o.label_made_at, o.late_at, o.collected_at, o.overdue_at, o.delivered_at, o.completed_at,
    o.changed_at, o.cancel_asked_at, o.cancelled_at, o.cancelled_by, o.cancel_reason,
    o.is_seller_fault, o.pay_by,
    o.free_cancel_until, o.ship_by, o.cancel_unshipped_at, o.deliver_by, o.complete_at,
    o.cancel_reply_by, o.lines"""

ORDERS = query(
    "select"
    + COLUMNS
    + """
    from unnest(:shop_ids::bigint[], :ids::bigint[]) as u(shop_id, id)
    join orders.order_ o on o.shop_id = u.shop_id and o.id = u.id""",
    OrderRow,
    hot=True,
)


class LineRow(NamedTuple):
    order_id: OrderId
    id: LineId
    sku_id: SkuId
    product_id: ProductId
    title: str
    options_text: str
    seller_sku: str
    image_key: str | None
    quantity: int
    shipped_quantity: int
    unit_price_minor: int
    tax_minor: int
    tax_included: bool
    fee_bps: int
    weight_g: int
    currency: str


# The currency stands on the order; the join saves callers a second read.
LINES = query(
    """
    select l.order_id, l.id, l.sku_id, l.product_id, l.title, l.options_text, l.seller_sku,
        l.image_key, l.quantity, l.shipped_quantity, l.unit_price_minor, l.tax_minor,
        l.tax_included, l.fee_bps, l.weight_g, o.currency
    from unnest(:shop_ids::bigint[], :ids::bigint[]) as u(shop_id, id)
    join orders.order_ o on o.shop_id = u.shop_id and o.id = u.id
    join orders.line l on l.shop_id = u.shop_id and l.order_id = u.id
    order by l.order_id, l.position""",
    LineRow,
    hot=True,
)


class StateRow(NamedTuple):
    shop_id: ShopId
    id: OrderId
    state: str
    market_id: str


STATES = query(
    """
    select o.shop_id, o.id, o.state, o.market_id
    from unnest(:shop_ids::bigint[], :ids::bigint[]) as u(shop_id, id)
    join orders.order_ o on o.shop_id = u.shop_id and o.id = u.id""",
    StateRow,
    hot=True,
)


class OfBuyerRow(NamedTuple):
    shop_id: ShopId
    order_id: OrderId
    placed_at: datetime


OF_BUYER = Listing(
    "select shop_id, order_id, placed_at from orders.of_buyer where person_id = :person_id",
    OfBuyerRow,
    orders={
        "newest": Order((Key("placed_at", "timestamptz"), Key("order_id", "bigint")), down=True)
    },
    hot=True,
)

OF_PURCHASE = query(
    """
    select shop_id, order_id, placed_at from orders.of_buyer
    where person_id = :person_id and purchase_id = :purchase_id order by order_id""",
    OfBuyerRow,
    hot=True,
)


# One state alone walks its own index; names are compared as a range so that a prepared plan
# can use the pattern index.
_SHOP_FILTERS: Mapping[str, LiteralString] = {
    "state": "state = :state",
    "states": "state = any(:states::text[])",
    "is_late": "late_at is not null and :is_late::boolean",
    "order_id": "id = :order_id",
    "name_from": "lower(buyer_name) ~>=~ :name_from",
    "name_below": "lower(buyer_name) ~<~ :name_below",
}
_NEWEST = Order((Key("placed_at", "timestamptz"), Key("id", "bigint")), down=True)

OF_SHOP = Listing(
    "select" + COLUMNS + " from orders.order_ o where o.shop_id = :shop_id",
    OrderRow,
    filters=_SHOP_FILTERS,
    orders={"newest": _NEWEST},
    hot=True,
)


class CardRow(NamedTuple):
    id: OrderId
    placed_at: datetime
    state: str
    buyer_name: str
    units: int
    shipped_units: int
    total_minor: int
    currency: str
    late_at: datetime | None
    due_at: datetime | None
    cancel_reply_by: datetime | None
    lines: str


# One row an order, its lines a document on it, as text so that a row is a key of what is made of
# it; the rest is read when the order is opened.
CARDS = Listing(
    """
    select o.id, o.placed_at, o.state, o.buyer_name, o.units, o.shipped_units, o.total_minor,
        o.currency, o.late_at,
        case o.state when 'UNPAID' then o.pay_by when 'ON_HOLD' then o.free_cancel_until
            when 'AWAITING_SHIPMENT' then o.ship_by when 'PARTIALLY_SHIPPING' then o.ship_by
            when 'AWAITING_COLLECTION' then o.ship_by when 'IN_TRANSIT' then o.deliver_by
            when 'DELIVERED' then o.complete_at end as due_at,
        o.cancel_reply_by, o.lines::text as lines
    from orders.order_ o where o.shop_id = :shop_id""",
    CardRow,
    filters=_SHOP_FILTERS,
    orders={"newest": _NEWEST},
    hot=True,
)


class QueueRow(NamedTuple):
    group_name: str
    id: OrderId
    state: str
    buyer_name: str
    units: int
    shipped_units: int
    placed_at: datetime
    due_at: datetime


QUEUE = query(
    """
    (select 'cancellations' as group_name, id, state, buyer_name, units, shipped_units,
        placed_at, cancel_reply_by as due_at
    from orders.order_ where shop_id = :shop_id and cancel_reply_by is not null
    order by cancel_reply_by, id limit :size)
    union all
    (select 'late', id, state, buyer_name, units, shipped_units, placed_at, ship_by
    from orders.order_ where shop_id = :shop_id and cancel_reply_by is null
        and state in ('AWAITING_SHIPMENT', 'PARTIALLY_SHIPPING') and ship_by <= :now
    order by ship_by, id limit :size)
    union all
    (select 'ship_today', id, state, buyer_name, units, shipped_units, placed_at, ship_by
    from orders.order_ where shop_id = :shop_id and cancel_reply_by is null
        and state in ('AWAITING_SHIPMENT', 'PARTIALLY_SHIPPING')
        and ship_by > :now and ship_by <= :soon
    order by ship_by, id limit :size)
    union all
    (select 'ship_later', id, state, buyer_name, units, shipped_units, placed_at, ship_by
    from orders.order_ where shop_id = :shop_id and cancel_reply_by is null
        and state in ('AWAITING_SHIPMENT', 'PARTIALLY_SHIPPING') and ship_by > :soon
    order by ship_by, id limit :size)
    union all
    (select 'awaiting_collection', id, state, buyer_name, units, shipped_units, placed_at, ship_by
    from orders.order_ where shop_id = :shop_id and cancel_reply_by is null
        and state = 'AWAITING_COLLECTION'
    order by ship_by, id limit :size)
    union all
    (select 'on_hold', id, state, buyer_name, units, shipped_units, placed_at, free_cancel_until
    from orders.order_ where shop_id = :shop_id and cancel_reply_by is null and state = 'ON_HOLD'
    order by free_cancel_until, id limit :size)
    union all
    (select 'overdue', id, state, buyer_name, units, shipped_units, placed_at, deliver_by
    from orders.order_ where shop_id = :shop_id and state = 'IN_TRANSIT' and deliver_by <= :now
    order by deliver_by, id limit :size)""",
    QueueRow,
    hot=True,
)


class QueueCountRow(NamedTuple):
    group_name: str
    orders: int


QUEUE_COUNTS = query(
    """
    select g.group_name, count(*)::int as orders from (
        select case
            when cancel_reply_by is not null then 'cancellations'
            when state = 'ON_HOLD' then 'on_hold'
            when state = 'AWAITING_COLLECTION' then 'awaiting_collection'
            when state = 'IN_TRANSIT' then 'overdue'
            when ship_by <= :now then 'late'
            when ship_by <= :soon then 'ship_today'
            else 'ship_later' end as group_name
        from orders.order_ where shop_id = :shop_id
            and state in ('ON_HOLD', 'AWAITING_SHIPMENT', 'PARTIALLY_SHIPPING',
                'AWAITING_COLLECTION', 'IN_TRANSIT')
            and (state <> 'IN_TRANSIT' or deliver_by <= :now)) g
    group by g.group_name""",
    QueueCountRow,
    hot=True,
)


class CancellationRow(NamedTuple):
    id: CancellationId
    order_id: OrderId
    reason: str
    note: str
    state: str
    requested_at: datetime
    reply_by: datetime
    answered_at: datetime | None
    answered_by: str | None
    answer_reason: str | None


class CancellationIdRow(NamedTuple):
    shop_id: ShopId
    order_id: OrderId
    id: CancellationId


CANCELLATION_IDS = query(
    """
    select c.shop_id, c.order_id, max(c.id) as id
    from unnest(:shop_ids::bigint[], :order_ids::bigint[]) as u(shop_id, order_id)
    join orders.cancellation c on c.shop_id = u.shop_id and c.order_id = u.order_id
    group by c.shop_id, c.order_id""",
    CancellationIdRow,
    hot=True,
)
CANCELLATIONS = query(
    """
    select id, order_id, reason, note, state, requested_at, reply_by, answered_at, answered_by,
        answer_reason
    from orders.cancellation where shop_id = :shop_id and order_id = :order_id order by id""",
    CancellationRow,
    hot=True,
)

CANCELLATIONS_BY_ID = query(
    """
    select id, order_id, reason, note, state, requested_at, reply_by, answered_at, answered_by,
        answer_reason
    from orders.cancellation where shop_id = :shop_id and id = any(:ids::bigint[])""",
    CancellationRow,
    hot=True,
)

ORDER_OF_CANCELLATION = query(
    "select order_id from orders.cancellation where shop_id = :shop_id and id = :id",
    int,
    hot=True,
)
