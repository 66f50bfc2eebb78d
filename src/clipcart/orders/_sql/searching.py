"""A shop's orders by when they were placed or changed, for programs that follow them."""

from collections.abc import Mapping
from typing import LiteralString

from clipcart.kit.listing import Key, Listing, Order
from clipcart.orders._sql.reads import COLUMNS, OrderRow

_PLACED = (Key("placed_at", "timestamptz"), Key("id", "bigint"))
_CHANGED = (Key("changed_at", "timestamptz"), Key("id", "bigint"))
_ORDERS: Mapping[str, Order] = {
    "placed_down": Order(_PLACED, down=True),
    "placed_up": Order(_PLACED),
    "changed_down": Order(_CHANGED, down=True),
    "changed_up": Order(_CHANGED),
}
_FILTERS: Mapping[str, LiteralString] = {
    "state": "state = :state",
    "buyer_id": "buyer_id = :buyer_id",
    "asks": "cancel_reply_by is not null and :asks::boolean",
    "asks_not": "cancel_reply_by is null and :asks_not::boolean",
    "placed_from": "placed_at >= :placed_from",
    "placed_below": "placed_at < :placed_below",
    "changed_from": "changed_at >= :changed_from",
    "changed_below": "changed_at < :changed_below",
}

# Walks the index of the order that was asked for.
FOUND = Listing(
    "select" + COLUMNS + " from orders.order_ o where o.shop_id = :shop_id",
    OrderRow,
    filters=_FILTERS,
    orders=_ORDERS,
    hot=True,
)

# First everything that was changed (or placed) within bounds, then sorted: for narrow bounds with
# the other order. `offset 0` keeps the planner from walking the index of the order instead.
CHANGED_WITHIN = Listing(
    "select"
    + COLUMNS
    + " from (select"
    + COLUMNS
    + """ from orders.order_ o where o.shop_id = :shop_id
        and o.changed_at >= :from_ and o.changed_at < :below_ offset 0) o where true""",
    OrderRow,
    filters=_FILTERS,
    orders={name: order for name, order in _ORDERS.items() if order.keys is _PLACED},
    hot=True,
)
PLACED_WITHIN = Listing(
    "select"
    + COLUMNS
    + " from (select"
    + COLUMNS
    + """ from orders.order_ o where o.shop_id = :shop_id
        and o.placed_at >= :from_ and o.placed_at < :below_ offset 0) o where true""",
    OrderRow,
    filters=_FILTERS,
    orders={name: order for name, order in _ORDERS.items() if order.keys is _CHANGED},
    hot=True,
)
