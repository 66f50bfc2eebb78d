"""Cancellations of a shop: requests of buyers, and orders that were called off without one."""

from collections.abc import Mapping
from datetime import datetime
from typing import LiteralString, NamedTuple

from clipcart.kit.ids import OrderId, ShopId
from clipcart.kit.listing import Key, Listing, Order
from clipcart.kit.sql import command

_ASKED = (Key("asked_at", "timestamptz"), Key("id", "bigint"))
_CHANGED = (Key("changed_at", "timestamptz"), Key("id", "bigint"))
_ORDERS: Mapping[str, Order] = {
    "asked_down": Order(_ASKED, down=True),
    "asked_up": Order(_ASKED),
    "changed_down": Order(_CHANGED, down=True),
    "changed_up": Order(_CHANGED),
}
_FILTERS: Mapping[str, LiteralString] = {
    "ids": "id = any(:ids::bigint[])",
    "order_ids": "order_id = any(:order_ids::bigint[])",
    "buyer_ids": "buyer_id = any(:buyer_ids::bigint[])",
    "stages": "stage = any(:stages::text[])",
    "by_buyer": "is_by_buyer = :by_buyer::boolean",
    "asked_from": "asked_at >= :asked_from",
    "asked_below": "asked_at < :asked_below",
    "changed_from": "changed_at >= :changed_from",
    "changed_below": "changed_at < :changed_below",
}


class FoundRow(NamedTuple):
    shop_id: ShopId
    id: int
    order_id: OrderId
    is_request: bool
    stage: str
    asked_at: datetime
    changed_at: datetime


# Each half walks its index of the order that was asked for, and they are merged.
FOUND = Listing(
    """
    select shop_id, id, order_id, is_request, stage, asked_at, changed_at from (
        select c.shop_id, c.id, c.order_id, o.buyer_id, true as is_request, true as is_by_buyer,
            case c.state when 'PENDING' then 'PENDING' when 'SUCCESS' then
                case when o.money_back_minor >= o.refund_minor then 'DONE' else 'AGREED' end
                else 'DROPPED' end as stage,
            c.requested_at as asked_at, c.changed_at
        from orders.cancellation c
        join orders.order_ o on o.shop_id = c.shop_id and o.id = c.order_id
        union all
        select o.shop_id, o.id, o.id, o.buyer_id, false, o.cancelled_by = 'buyer',
            case when o.money_back_minor >= o.refund_minor then 'DONE' else 'AGREED' end,
            o.cancelled_at, o.changed_at
        from orders.order_ o
        where o.cancelled_at is not null and not exists (
            select from orders.cancellation c where c.shop_id = o.shop_id
                and c.order_id = o.id and c.state = 'SUCCESS')) found
    where shop_id = :shop_id""",
    FoundRow,
    filters=_FILTERS,
    orders=_ORDERS,
    hot=True,
)

MONEY_BACK = command(
    """
    with back as (
        update orders.order_ o set money_back_minor = o.money_back_minor + u.amount_minor,
            changed_at = :now
        from unnest(:shop_ids::bigint[], :order_ids::bigint[], :amounts::bigint[])
            as u(shop_id, order_id, amount_minor)
        where o.shop_id = u.shop_id and o.id = u.order_id
        returning o.shop_id, o.id
    )
    update orders.cancellation c set changed_at = :now from back
    where c.shop_id = back.shop_id and c.order_id = back.id and c.state = 'SUCCESS'""",
    hot=True,
)
