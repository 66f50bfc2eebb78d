"""What a shop lacks before it can list products, and what listings lack to be good ones."""

from collections.abc import Iterator
from typing import Any

import msgspec

from clipcart import catalog, inventory, markets
from clipcart.catalog import Part, ProductDraft, Quality
from clipcart.kit.errors import Absent
from clipcart.kit.ids import ProductId, parse_id
from clipcart.kit.money import currency
from clipcart.open_api.call import Call
from clipcart.open_api.envelope import Failure
from clipcart.open_api.product.drafts import draft_of
from clipcart.open_api.product.said import Reading
from clipcart.open_api.product.wire import NO_PRODUCT
from clipcart.open_api.registry import serves
from clipcart.open_api.values import known, wire_id

_EARLIER_NAMES = {
    "SHOP_STATUS": ("shop", "status", "shop_status"),
    "PICKUP_WAREHOUSE": ("logistics", "pickup_warehouse", "delivery_warehouse"),
    "DELIVERY_OPTION": ("logistics", "delivery_option", "logistics_service"),
}
"""Where the first version has a check, and what it calls it."""


def _result(reason: str | None) -> dict[str, Any]:
    return {"is_failed": reason is not None, **known(fail_reasons=[reason] if reason else None)}


async def _checked(call: Call) -> dict[str, dict[str, Any]]:
    """Whether the shop may sell, has a warehouse to ship from, and ways to deliver."""
    async with call.reading() as tx:
        warehouses = await inventory.warehouses_of(tx, call.actor, call.shop_id)
        rules = markets.get(call.shop.market_id).at(tx.now)
    is_open = any(not each.is_closed for each in warehouses)
    has_ways = bool(rules.delivery_options)
    state = call.shop.state.value
    return {
        "SHOP_STATUS": _result(None if call.shop.is_live else f"The shop is {state}."),
        "PICKUP_WAREHOUSE": _result(None if is_open else "The shop has no warehouse."),
        "DELIVERY_OPTION": _result(None if has_ways else "The market has no way of delivery."),
    }


@serves("GET", "/product/202309/prerequisites")
async def check_prerequisites(call: Call) -> dict[str, Any]:
    """The checks of Check Listing Prerequisites as its first version has them: each a JSON text."""
    told: dict[str, dict[str, str]] = {"shop": {}, "logistics": {}}
    for item, result in (await _checked(call)).items():
        part, field, name = _EARLIER_NAMES[item]
        said = {"id": name, "name": name, "check_result": result}
        told[part][field] = msgspec.json.encode(said).decode()
    return {"shop": {**told["shop"], "logistics": told["logistics"]}}


@serves("GET", "/product/202312/prerequisites")
async def check_listing_prerequisites(call: Call) -> dict[str, Any]:
    """What keeps the shop from listing products."""
    checked = await _checked(call)
    return {"check_results": [{"check_item": item, **said} for item, said in checked.items()]}


TOO_MANY = 12019120
MOST_DIAGNOSED = 50


def _told(quality: Quality) -> dict[str, Any]:
    return {
        "listing_quality": {
            "current_tier": quality.tier.value,
            "remaining_recommendations": len(quality.advice),
        },
        "diagnoses": list(_diagnoses(quality)),
    }


def _diagnoses(quality: Quality) -> Iterator[dict[str, Any]]:
    for part in Part:
        results = [
            {"code": each.code, "how_to_solve": each.cure, "quality_tier": each.tier.value}
            for each in quality.advice
            if each.part is part
        ]
        if results:
            yield {"field": part.value, "diagnosis_results": results}


@serves("GET", "/product/202405/products/diagnoses", refusals={Absent: NO_PRODUCT})
async def diagnose_products(call: Call) -> dict[str, Any]:
    """What of some products' listings could be better."""
    ids = [ProductId(parse_id(each) or 0) for each in call.query["product_ids"]]
    if not ids:
        raise call.wrong("product_ids", "it is empty", "send at least one id")
    if len(ids) > MOST_DIAGNOSED:
        raise Failure(TOO_MANY, f"product_ids: more than {MOST_DIAGNOSED}. Send fewer at once.")
    async with call.reading() as tx:
        found = [
            await catalog.product_for(tx, call.actor, call.shop_id, each)
            for each in dict.fromkeys(ids)
        ]
    return {
        "products": [
            {
                "id": wire_id(each.product.id),
                **_told(catalog.quality_of(catalog.newest_draft(each))),
            }
            for each in found
        ]
    }


@serves("POST", "/product/202411/products/diagnose_optimize", refusals={Absent: NO_PRODUCT})
async def diagnose_and_optimize(call: Call) -> dict[str, Any]:
    """What could be better of a product as it would be with the fields that are sent."""
    base: ProductDraft | None = None
    if call.body.get("product_id"):
        product_id = ProductId(parse_id(call.body["product_id"]) or 0)
        async with call.reading() as tx:
            found = await catalog.product_for(tx, call.actor, call.shop_id, product_id)
        base = catalog.newest_draft(found)
    reading = Reading(call.shop_id, currency(call.shop.currency), base)
    return _told(catalog.quality_of(draft_of(reading, call.body, full=False)))
