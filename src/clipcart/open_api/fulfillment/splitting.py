"""Splitting orders into packages, and how packages can be handed over."""

from typing import Any, Final

from clipcart import fulfilment, orders
from clipcart.fulfilment import LabelWish
from clipcart.kit.db import Tx
from clipcart.kit.errors import Absent
from clipcart.kit.ids import OrderId, PackageId
from clipcart.open_api.call import Call
from clipcart.open_api.fulfillment.making import pack
from clipcart.open_api.fulfillment.refusals import SHIPPING
from clipcart.open_api.registry import serves
from clipcart.open_api.values import known, read_ids, wire_id
from clipcart.orders import Order, State

MOST_ORDERS: Final = 50
MOST_GROUPS: Final = 50
FOREIGN: Final = 21008111
_SHIPPABLE: Final = frozenset({State.AWAITING_SHIPMENT, State.PARTIALLY_SHIPPING})


def _why_whole(order: Order) -> str | None:
    """Why an order cannot be split; None if it can."""
    if order.state not in _SHIPPABLE:
        return "The order does not wait for shipment."
    if order.clocks.cancel_reply_by is not None:
        return "The buyer has asked to cancel the order."
    if sum(line.open_quantity for line in order.lines) < 2:
        return "Only one unit is left to ship."
    return None


@serves("GET", "/fulfillment/202309/orders/split_attributes")
async def get_order_split_attributes(call: Call) -> dict[str, Any]:
    """Which orders can be split. None has to be; those that the shop does not have are left out."""
    texts = call.query["order_ids"]
    if not 1 <= len(texts) <= MOST_ORDERS:
        raise call.wrong("order_ids", f"it has not 1 to {MOST_ORDERS} orders", "send fewer")
    wanted = [OrderId(each) for each in dict.fromkeys(read_ids(texts))]
    async with call.reading() as tx:
        found = await orders.orders_for(tx, call.actor, call.shop_id, wanted)
    return {
        "split_attributes": [
            known(
                order_id=wire_id(each),
                can_split=_why_whole(found[each]) is None,
                must_split=False,
                reason=_why_whole(found[each]),
            )
            for each in wanted
            if each in found
        ]
    }


@serves(
    "POST",
    "/fulfillment/202309/orders/{order_id}/split",
    refusals={**SHIPPING, orders.CannotShip: 21011035, Absent: FOREIGN},
)
async def split_orders(call: Call) -> dict[str, Any]:
    """Make a package of each group of units, all or none; what is in no group stays open.

    A package here has its label on the way from the moment when it is made, as with Create
    Packages.
    """
    groups = _groups(call)
    order_id = OrderId(call.id("order_id"))

    async def split(tx: Tx) -> dict[str, Any]:
        made = []
        for group_id, units in groups:
            _, package, _ = await pack(call, tx, order_id, units, LabelWish())
            made.append({"id": wire_id(package.id), "splittable_group_id": group_id})
        return {"packages": made}

    return await call.do(split)


def _groups(call: Call) -> list[tuple[str, list[str]]]:
    """The groups by their ids, each with units of its own."""
    field, sent = "splittable_groups", call.body["splittable_groups"]
    if not 1 <= len(sent) <= MOST_GROUPS:
        raise call.wrong(field, f"it has not 1 to {MOST_GROUPS} groups", "send some")
    groups = [(each["id"], each["order_line_item_ids"]) for each in sent]
    named = [unit for _, units in groups for unit in units]
    if any(not units for _, units in groups):
        raise call.wrong(f"{field}.order_line_item_ids", "a group is empty", "name its units")
    if len(set(named)) < len(named) or len({each for each, _ in groups}) < len(groups):
        raise call.wrong(field, "a group or a unit is named twice", "name each once")
    return groups


_HANDOVER: Final = {
    "can_drop_off": True,
    "can_pickup": False,
    "can_van_collection": False,
    "pickup_slots": [],
}


@serves(
    "GET",
    "/fulfillment/202309/packages/{package_id}/handover_time_slots",
    refusals={Absent: 21011028},
)
async def get_package_handover_time_slots(call: Call) -> dict[str, Any]:
    """Packages are dropped off: no carrier here is asked to come at a time."""
    package_id = PackageId(call.id("package_id"))
    async with call.reading() as tx:
        await fulfilment.package_for(tx, call.actor, call.shop_id, package_id)
    return dict(_HANDOVER)


@serves(
    "GET",
    "/fulfillment/202309/orders/{order_id}/handover_time_slots",
    refusals={Absent: FOREIGN},
)
async def get_order_handover_time_slots(call: Call) -> dict[str, Any]:
    """The same for an order that is not packed yet."""
    async with call.reading() as tx:
        await orders.order_for(tx, call.actor, call.shop_id, OrderId(call.id("order_id")))
    return dict(_HANDOVER)
