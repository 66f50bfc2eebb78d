"""Shops that a seller has let the app into."""

from typing import Any

from clipcart import apps, markets, sellers
from clipcart.open_api.call import Call
from clipcart.open_api.registry import serves
from clipcart.open_api.values import wire_id
from clipcart.sellers import Shop


def _shop(call: Call, shop: Shop) -> dict[str, Any]:
    return {
        "id": wire_id(shop.id),
        "name": shop.name,
        "region": markets.get(shop.market_id).country,
        "seller_type": "LOCAL",
        "cipher": call.cipher(shop.id),
        "code": shop.handle.upper(),
    }


@serves("GET", "/authorization/202309/shops")
async def get_authorized_shops(call: Call) -> dict[str, Any]:
    """Every shop that the token covers and the person still works in, in the order of consent."""
    let_in = [each for each in call.consent.shop_ids if each in call.actor.memberships]
    async with call.reading() as tx:
        found = await sellers.shops(tx, let_in)
    return {"shops": [_shop(call, found[each]) for each in let_in if each in found]}


@serves("DELETE", "/authorization/202403/shops")
async def deauthorize_shop(call: Call) -> None:
    """The app gives back its access to the shop of the cipher."""
    await call.do(lambda tx: apps.leave_shop(tx, call.actor, call.consent, call.shop_id))
