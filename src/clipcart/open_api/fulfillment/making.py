"""Making packages: of an order or some of its units, with a label bought here or one's own."""

from collections import Counter
from decimal import ROUND_CEILING, Decimal, InvalidOperation
from typing import Any, Final

from clipcart import fulfilment, markets, orders
from clipcart.fulfilment import LabelWish, Mode, Package, ShipRequest
from clipcart.kit.db import Tx
from clipcart.kit.errors import Absent
from clipcart.kit.ids import OrderId, parse_id
from clipcart.open_api.call import Call
from clipcart.open_api.fulfillment.packages import unit_ids_in
from clipcart.open_api.fulfillment.refusals import SHIPPING
from clipcart.open_api.order.mapping import unit_ids
from clipcart.open_api.registry import serves
from clipcart.open_api.values import known, wire_id, wire_time
from clipcart.orders import LineShipped, Order

GRAMS_PER_POUND: Final = Decimal("453.59237")
WHOLE, UNITS, SEVERAL = "1", "2", "3"
NOT_IN_ORDER: Final = 21011029
FOREIGN: Final = 21008111


@serves("POST", "/fulfillment/202309/packages", refusals={**SHIPPING, Absent: FOREIGN})
async def create_packages(call: Call) -> dict[str, Any]:
    """Buy a label for an order's open units, or for those that are named."""
    return await _create(call, call.body["order_id"], call.body.get("order_line_item_ids"))


@serves("POST", "/fulfillment/202512/packages", refusals={**SHIPPING, Absent: FOREIGN})
async def create_packages_by_type(call: Call) -> dict[str, Any]:
    """The same in the words of 202512. Packages of several orders are not made here."""
    body = call.body
    if body["ship_type"] not in (WHOLE, UNITS):
        raise call.wrong(
            "ship_type",
            "packages of several orders are not made here"
            if body["ship_type"] == SEVERAL
            else "there is no such way",
            f"send {WHOLE} for an order or {UNITS} for some of its units",
        )
    if "order_id" not in body:
        raise call.wrong("order_id", "it is missing", "name the order")
    units = None
    if body["ship_type"] == UNITS:
        units = [each.get("order_line_id", "") for each in body.get("order_line_item", [])]
    made = await _create(call, body["order_id"], units)
    return {name: made[name] for name in made if name not in ("order_id", "order_line_item_ids")}


async def _create(call: Call, order_text: str, units: list[str] | None) -> dict[str, Any]:
    wish = LabelWish(carrier=call.body.get("shipping_service_id", ""))
    order_id = OrderId(parse_id(order_text) or 0)
    weight_g = _weight_g(call)

    async def make(tx: Tx) -> dict[str, Any]:
        order, package, inside = await pack(call, tx, order_id, units, wish, weight_g)
        return {
            "order_id": wire_id(order.id),
            "order_line_item_ids": inside,
            "package_id": wire_id(package.id),
            "create_time": wire_time(package.created_at),
            "weight": {"value": str(package.weight_g), "unit": "GRAM"},
            "shipping_service_info": _service(order, package.carrier),
        }

    return await call.do(make)


async def pack(
    call: Call,
    tx: Tx,
    order_id: OrderId,
    units: list[str] | None,
    wish: LabelWish,
    weight_g: int | None = None,
) -> tuple[Order, Package, list[str]]:
    """Make a package of all open units, or of the named ones; gives it with the ids inside."""
    order = await orders.order_for(tx, call.actor, call.shop_id, order_id)
    request = ShipRequest(label=wish, lines=_lines(call, order, units), weight_g=weight_g)
    package = await fulfilment.ship(tx, call.actor, call.shop_id, order_id, request)
    siblings = await fulfilment.packages_of_order(tx, call.actor, call.shop_id, order_id)
    return order, package, unit_ids_in(order, siblings, package)


def _lines(call: Call, order: Order, units: list[str] | None) -> tuple[LineShipped, ...] | None:
    """The named units by line. Units of a line are alike, so how many are named is what counts."""
    if not units:
        return None
    known_units = unit_ids(order)
    foreign = [each for each in units if each not in known_units]
    if foreign:
        raise call.refused(
            NOT_IN_ORDER,
            f"The order has no line item {', '.join(foreign)}. Take the ids of its line_items.",
        )
    wanted = Counter(known_units[each].id for each in dict.fromkeys(units))
    return tuple(LineShipped(line_id, quantity) for line_id, quantity in wanted.items())


def _weight_g(call: Call) -> int | None:
    weight = call.body.get("weight")
    if weight is None:
        return None
    try:
        value = Decimal(weight["value"])
    except InvalidOperation:
        value = Decimal(0)
    if not value.is_finite() or not 0 < value < 1_000_000:
        raise call.wrong("weight.value", "it is not a weight", "send a number such as 1.5")
    grams = value * GRAMS_PER_POUND if weight["unit"] == "POUND" else value
    return int(grams.to_integral_value(ROUND_CEILING))


def _service(order: Order, carrier_id: str) -> dict[str, Any]:
    carrier = fulfilment.known_carrier(carrier_id)
    return {
        "id": carrier.id,
        "name": f"{carrier.name} {order.delivery.name}",
        "shipping_provider_id": carrier.id,
        "shipping_provider_name": carrier.name,
        "latest_delivery_days": order.delivery.promised_days,
    }


@serves(
    "POST",
    "/fulfillment/202309/orders/{order_id}/shipping_services/query",
    refusals={Absent: 10006402},
)
async def get_eligible_shipping_service(call: Call) -> dict[str, Any]:
    """The carriers whose labels can be bought for an order; the first is taken if none is named.

    Labels have no price here.
    """
    async with call.reading() as tx:
        order = await orders.order_for(tx, call.actor, call.shop_id, OrderId(call.id("order_id")))
        now = tx.now
    units = call.body.get("order_line_item_ids")
    _lines(call, order, units)
    _weight_g(call)
    carriers = markets.get(order.market_id).at(now).carriers
    return known(
        order_id=wire_id(order.id),
        order_line_id=units or list(unit_ids(order)),
        weight=call.body.get("weight"),
        dimension=call.body.get("dimension"),
        shipping_services=[
            {**_service(order, carrier), "is_default": carrier == carriers[0]}
            for carrier in carriers
        ],
    )


async def mark(call: Call, units: list[str] | None, provider: str, number: str) -> dict[str, Any]:
    """Make a package that travels under the seller's own number."""
    wish = LabelWish(mode=Mode.SELLER, carrier=provider, tracking_number=number)
    order_id = OrderId(call.id("order_id"))

    async def make(tx: Tx) -> dict[str, Any]:
        order, package, inside = await pack(call, tx, order_id, units, wish)
        return {
            "order_id": wire_id(order.id),
            "order_line_item_ids": inside,
            "package_id": wire_id(package.id),
        }

    return await call.do(make)


@serves(
    "POST",
    "/fulfillment/202309/orders/{order_id}/packages",
    refusals={**SHIPPING, Absent: FOREIGN},
)
async def mark_package_as_shipped(call: Call) -> dict[str, Any]:
    """All open units, or the named ones, travel under the seller's own tracking number."""
    body = call.body
    return await mark(
        call,
        body.get("order_line_item_ids"),
        body["shipping_provider_id"],
        body["tracking_number"],
    )


@serves(
    "POST",
    "/fulfillment/202610/orders/{order_id}/packages",
    refusals={**SHIPPING, Absent: FOREIGN},
)
async def mark_package_as_shipped_by_list(call: Call) -> dict[str, Any]:
    """The same in the words of 202610: one number for one package."""
    provider, number = one_number(call)
    units = [each.get("order_line_id", "") for each in call.body.get("order_line_list", [])]
    return await mark(call, units, provider, number)


def one_number(call: Call) -> tuple[str, str]:
    """Carrier and number of `shipping_info_list`, which has one entry here."""
    listed = call.body.get("shipping_info_list", [])
    if len(listed) != 1:
        raise call.wrong(
            "shipping_info_list", "a package has one tracking number here", "send one entry"
        )
    provider = listed[0].get("shipping_provider_id", "")
    return provider, listed[0].get("tracking_number", "")
