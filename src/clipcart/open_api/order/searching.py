"""Orders of a shop: found by time, state and buyer, or fetched by their ids."""

from collections.abc import Collection
from typing import Any, Final

from clipcart import fulfilment, inventory, orders
from clipcart.kit.db import Tx
from clipcart.kit.ids import OrderId, PersonId, parse_id
from clipcart.open_api.call import Call
from clipcart.open_api.order.mapping import order_object
from clipcart.open_api.paging import Place, moment, paging
from clipcart.open_api.registry import serves
from clipcart.open_api.values import read_ids
from clipcart.orders import Order, OrderSearch, SearchBy, State

MOST_IDS: Final = 50


@serves("POST", "/order/202309/orders/search")
async def get_order_list(call: Call) -> dict[str, Any]:
    """A shop's orders, newest first. `total_count` counts no further than 10,000."""
    size, place = call.page_size(1, 100, 20), Place.of(call)
    search = _search(call)
    by = SearchBy.CHANGED if call.query.get("sort_field") == "update_time" else SearchBy.PLACED
    async with call.reading() as tx:
        if not await _may_match(call, tx):
            return {"orders": [], "next_page_token": "", "total_count": 0}
        with paging(call):
            page = await orders.search_orders(
                tx,
                call.actor,
                call.shop_id,
                search,
                by=by,
                newest_first=call.query.get("sort_order") != "ASC",
                cursor=place.cursor,
                limit=size,
            )
        count = place.count
        if count is None:
            count = await orders.count_orders(tx, call.actor, call.shop_id, search)
        found = await _objects(call, tx, page.items)
    token = Place(page.next_cursor, count).token
    return {"orders": found, "next_page_token": token, "total_count": count}


@serves("GET", "/order/202309/orders")
async def get_order_detail(call: Call) -> dict[str, Any]:
    """Up to 50 orders by their ids, in the order of the ids; those of other shops are left out."""
    texts = list(dict.fromkeys(call.query["ids"]))
    if not 1 <= len(texts) <= MOST_IDS:
        raise call.wrong("ids", f"it has not 1 to {MOST_IDS} ids", "ask in several calls")
    order_ids = [OrderId(each) for each in read_ids(texts)]
    async with call.reading() as tx:
        found = await orders.orders_for(tx, call.actor, call.shop_id, order_ids)
        ordered = [found[each] for each in order_ids if each in found]
        return {"orders": await _objects(call, tx, ordered)}


async def _objects(call: Call, tx: Tx, found: Collection[Order]) -> list[dict[str, Any]]:
    packages = await fulfilment.packages_of_orders(tx, [order.key for order in found])
    url = call.services.settings.public_url
    return [order_object(order, packages.get(order.id, ()), url) for order in found]


def _search(call: Call) -> OrderSearch:
    asked = call.body
    state, buyer = asked.get("order_status"), asked.get("buyer_user_id")
    return OrderSearch(
        state=None if state is None else State(state),
        buyer_id=None if buyer is None else PersonId(parse_id(buyer) or 0),
        asks=asked.get("is_buyer_request_cancel"),
        placed_from=moment(call, "create_time_ge"),
        placed_below=moment(call, "create_time_lt"),
        changed_from=moment(call, "update_time_ge"),
        changed_below=moment(call, "update_time_lt"),
    )


async def _may_match(call: Call, tx: Tx) -> bool:
    """Whether the ways of shipping and the warehouses that are asked for can have orders.

    Labels can be bought here for every order, and orders are not kept by warehouse: all warehouses
    of a shop together have all of its orders.
    """
    if call.body.get("shipping_type") == "SELLER":
        return False
    wanted = set(read_ids(call.body.get("warehouse_ids", [])))
    if not wanted:
        return True
    warehouses = await inventory.warehouses_of(tx, call.actor, call.shop_id)
    mine = {each.id for each in warehouses if not each.is_closed}
    if not mine & wanted:
        return False
    if mine <= wanted:
        return True
    raise call.wrong(
        "warehouse_ids", "orders are not kept by warehouse", "name all warehouses, or leave it out"
    )
