"""Warehouses of a shop, its market's ways of delivery, and the carriers that take parcels there."""

from typing import Any, Final

from clipcart import fulfilment, inventory, markets
from clipcart.inventory import Warehouse
from clipcart.open_api.call import Call
from clipcart.open_api.registry import serves
from clipcart.open_api.values import known, wire_id

_TYPES: Final = {"standard": "STANDARD", "express": "EXPRESS", "economy": "ECONOMY"}
NO_SUCH_OPTION: Final = 21008116


def _rules(call: Call) -> markets.Rules:
    return markets.get(call.shop.market_id).at(call.services.db.now_hint)


def _warehouse(place: Warehouse) -> dict[str, Any]:
    street = (place.line1, place.city, place.region, place.postal_code, place.country)
    return {
        "id": wire_id(place.id),
        "name": place.name,
        "effect_status": "DISABLED" if place.is_closed else "ENABLED",
        "type": "SALES_WAREHOUSE",
        "sub_type": "DOMESTIC_WAREHOUSE",
        "is_default": place.is_default,
        "address": known(
            region_code=place.country or None,
            state=place.region or None,
            city=place.city or None,
            postal_code=place.postal_code or None,
            address_line1=place.line1 or None,
            full_address=", ".join(part for part in street if part) or None,
        ),
    }


@serves("GET", "/logistics/202309/warehouses")
async def get_warehouse_list(call: Call) -> dict[str, Any]:
    """The shop's warehouses, the default one first, closed ones as DISABLED."""
    async with call.reading() as tx:
        found = await inventory.warehouses_of(tx, call.actor, call.shop_id)
    return {"warehouses": [_warehouse(each) for each in found]}


@serves("GET", "/logistics/202309/global_warehouses")
async def get_global_seller_warehouse(_call: Call) -> dict[str, Any]:
    """What only sellers across borders have: shops here are local, so there is nothing to list."""
    return {"global_warehouses": []}


@serves("GET", "/logistics/202309/warehouses/{warehouse_id}/delivery_options")
async def get_warehouse_delivery_options(call: Call) -> dict[str, Any]:
    """The market's ways of delivery, which every warehouse of a shop offers."""
    async with call.reading() as tx:
        found = await inventory.warehouses_of(tx, call.actor, call.shop_id)
    if call.id("warehouse_id") not in {each.id for each in found}:
        raise call.wrong("warehouse_id", "the shop has no such warehouse", "list the warehouses")
    return {
        "delivery_options": [
            known(
                id=option.id,
                name=option.name,
                type=_TYPES.get(option.id),
                description=f"{option.days_min} to {option.days_max} business days",
            )
            for option in _rules(call).delivery_options
        ]
    }


@serves("GET", "/logistics/202309/delivery_options/{delivery_option_id}/shipping_providers")
async def get_shipping_providers(call: Call) -> dict[str, Any]:
    """The carriers of the shop's market: each takes parcels of every way of delivery."""
    rules = _rules(call)
    if call.places["delivery_option_id"] not in {option.id for option in rules.delivery_options}:
        raise call.refused(
            NO_SUCH_OPTION,
            "delivery_option_id: the market has no such way of delivery: take one of a warehouse.",
        )
    carriers = map(fulfilment.known_carrier, rules.carriers)
    return {"shipping_providers": [{"id": each.id, "name": each.name} for each in carriers]}
