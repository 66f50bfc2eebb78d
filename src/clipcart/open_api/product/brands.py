"""Brands that a shop sells under."""

from collections.abc import Sequence
from typing import Any, Final

from clipcart import catalog
from clipcart.catalog import Brand, BrandNameTaken, TooManyBrands
from clipcart.kit.errors import BadCursor, Invalid
from clipcart.open_api.call import Call
from clipcart.open_api.product.categories import ABSENT
from clipcart.open_api.product.wire import check_tree
from clipcart.open_api.registry import serves
from clipcart.open_api.values import page_token, wire_id

TAKEN = {BrandNameTaken: 12052205, TooManyBrands: 12052202, Invalid: 12052204}

LONGEST_TEXT: Final = 20_000


def _brand(brand: Brand) -> dict[str, Any]:
    """A brand. Those of a shop are its own, so that it may always sell under them."""
    return {
        "id": wire_id(brand.id),
        "name": brand.name,
        "authorized_status": "AUTHORIZED",
        "brand_status": "AVAILABLE",
    }


@serves("GET", "/product/202309/brands", refusals={**ABSENT, BadCursor: 12019108})
async def get_brands(call: Call) -> dict[str, Any]:
    """The brands of the shop, by name."""
    check_tree(call, call.query)
    size, prefix = call.page_size(1, 100, 20), call.query.get("brand_name", "").strip()
    async with call.reading() as tx:
        page = await catalog.brands_of_shop(
            tx, call.actor, call.shop_id, prefix=prefix, cursor=call.cursor, limit=size
        )
        total = await catalog.count_brands(tx, call.actor, call.shop_id, prefix=prefix)
    return {
        "brands": [_brand(each) for each in page.items],
        "total_count": total,
        "next_page_token": page_token(page.next_cursor),
    }


@serves("POST", "/product/202309/brands", refusals=TAKEN)
async def create_custom_brand(call: Call) -> dict[str, Any]:
    """A brand in every shop of the token, with one id in all of them."""
    shop_ids = [each for each in call.consent.shop_ids if each in call.actor.memberships]
    name = call.body["name"]
    brand_id = await call.do(lambda tx: catalog.add_brand(tx, call.actor, shop_ids, name))
    return {"id": wire_id(brand_id)}


@serves("POST", "/product/202309/brands/recommend")
async def recommend_brand(call: Call) -> dict[str, Any]:
    """The brand of the shop, or of the token's shops, whose name a title says; the longest."""
    found = await _named(call, call.body.get("product_title", ""))
    return {"brand": {"id": wire_id(found[0].id), "name": found[0].name}} if found else {}


@serves("POST", "/product/202609/brands/suggest")
async def suggest_brands(call: Call) -> dict[str, Any]:
    """The shop's brands that title or description name, the longest first."""
    texts = (call.body["product_title"], catalog.plain_text(call.body.get("description", "")))
    found = await _named(call, " ".join(texts))
    return {
        "brands": [
            {"id": wire_id(each.id), "name": each.name, "is_authorized": True} for each in found
        ]
    }


async def _named(call: Call, text: str) -> Sequence[Brand]:
    shop_ids = [each for each in call.consent.shop_ids if each in call.actor.memberships]
    if call.chosen is not None:
        shop_ids = [call.chosen.id]
    async with call.reading() as tx:
        return await catalog.brands_named_in(tx, call.actor, shop_ids, text[:LONGEST_TEXT])
