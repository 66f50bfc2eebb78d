"""References to orders in other systems: noted, read, and looked up the other way."""

from typing import Any, Final

from clipcart import orders
from clipcart.kit.errors import Absent
from clipcart.kit.ids import OrderId, parse_id
from clipcart.open_api.call import Call
from clipcart.open_api.registry import serves
from clipcart.open_api.values import wire_id
from clipcart.orders import OutsideNumber

FOREIGN: Final = 21008111


def _external(number: OutsideNumber) -> dict[str, Any]:
    return {
        "id": number.number,
        "platform": number.platform,
        "line_items": [
            {"id": wire_id(unit_id), "origin_id": name} for unit_id, name in number.lines
        ],
    }


def _number(sent: dict[str, Any]) -> OutsideNumber:
    outside = sent["external_order"]
    return OutsideNumber(
        OrderId(parse_id(sent["id"]) or 0),
        outside["platform"],
        outside["id"],
        tuple((parse_id(each["id"]) or 0, each["origin_id"]) for each in outside["line_items"]),
    )


@serves("POST", "/order/202406/orders/external_orders")
async def add_external_order_references(call: Call) -> dict[str, Any]:
    """Note what up to 100 orders are called elsewhere; a new reference replaces the old one."""
    sent = call.body["orders"]
    numbers = [_number(each) for each in sent]
    taken = await call.do(lambda tx: orders.note_outside(tx, call.actor, call.shop_id, numbers))
    return {
        "errors": [
            {
                "code": str(FOREIGN),
                "message": "The shop has no such order with these line items.",
                "detail": {
                    "order_id": each["id"],
                    "external_order": {
                        "id": each["external_order"]["id"],
                        "platform": each["external_order"]["platform"],
                    },
                },
            }
            for each, number in zip(sent, numbers, strict=True)
            if number.order_id not in taken
        ]
    }


@serves("GET", "/order/202406/orders/{order_id}/external_orders", refusals={Absent: FOREIGN})
async def get_external_order_references(call: Call) -> dict[str, Any]:
    """What an order is called in one other system."""
    order_id, platform = OrderId(call.id("order_id")), call.query["platform"]
    async with call.reading() as tx:
        found = await orders.outside_number(tx, call.actor, call.shop_id, order_id, platform)
    return {"external_orders": [] if found is None else [_external(found)]}


@serves("POST", "/order/202406/orders/external_order_search")
async def search_order_by_external_order_reference(call: Call) -> dict[str, Any]:
    """The orders that are called so in another system."""
    platform, number = call.query["platform"], call.query["external_order_id"]
    async with call.reading() as tx:
        found = await orders.by_outside_number(tx, call.actor, call.shop_id, platform, number)
    return {
        "orders": [
            {"id": wire_id(each.order_id), "external_order": _external(each)} for each in found
        ]
    }
