"""Shops that sell now, and permissions of sellers across borders."""

from typing import Any

from clipcart import markets, sellers
from clipcart.open_api.call import Call
from clipcart.open_api.registry import serves
from clipcart.open_api.values import wire_id


@serves("GET", "/seller/202309/shops")
async def get_active_shops(call: Call) -> dict[str, Any]:
    """The token's shops that are live."""
    let_in = [each for each in call.consent.shop_ids if each in call.actor.memberships]
    async with call.reading() as tx:
        live = await sellers.live_shops(tx, let_in)
    return {
        "shops": [
            {"id": wire_id(each), "region": markets.get(live[each].market_id).country}
            for each in let_in
            if each in live
        ]
    }


@serves("GET", "/seller/202309/permissions")
async def get_seller_permissions(_call: Call) -> dict[str, Any]:
    """What only sellers across borders may: shops here are local, so there is nothing to list."""
    return {"permissions": []}


@serves("GET", "/seller/202508/status")
async def get_seller_status(call: Call) -> dict[str, Any]:
    """How far each of the token's shops is."""
    let_in = [each for each in call.consent.shop_ids if each in call.actor.memberships]
    async with call.reading() as tx:
        found = await sellers.shops(tx, let_in)
    statuses = [
        {"shop_id": wire_id(each), "shop_status": found[each].state.value}
        for each in let_in
        if each in found
    ]
    return {"seller_status_data": {"shop_statuses": statuses}}
