"""Products as their shop sees them: one, or those that fit a search."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from clipcart import catalog, inventory
from clipcart.catalog import AuditStatus, ShopCard, ShopFilter, Sku, Status
from clipcart.kit.errors import Absent, BadCursor
from clipcart.kit.ids import ProductId, SkuId, parse_id
from clipcart.open_api.call import Call
from clipcart.open_api.envelope import Failure
from clipcart.open_api.product import mapping
from clipcart.open_api.product.wire import NO_PRODUCT, check_tree, fitted
from clipcart.open_api.registry import serves
from clipcart.open_api.values import page_token, read_time, wire_id, wire_time

NO_EDIT = 12052547
MOST_CODES = 10
AUDITS: Final = {
    "AUDITING": (AuditStatus.AUDITING,),
    "FAILED": (AuditStatus.FAILED,),
    "APPROVED": (AuditStatus.APPROVED,),
}


@serves("GET", "/product/202309/products/{product_id}", refusals={Absent: NO_PRODUCT})
async def get_product(call: Call) -> dict[str, Any]:
    """A product in any status; asked for the version under review, with the edit that waits."""
    async with call.reading() as tx:
        found = await catalog.product_for(
            tx, call.actor, call.shop_id, ProductId(call.id("product_id"))
        )
        sku_ids = [each.id for each in found.product.skus]
        levels = await inventory.stock_of(tx, call.actor, call.shop_id, sku_ids)
    if call.query.get("return_under_review_version"):
        if found.product.audit_status is not AuditStatus.AUDITING:
            raise Failure(NO_EDIT, "The product has no version under review. Leave the field out.")
        found = mapping.under_review(found)
    return fitted(call, mapping.product(call, found, mapping.stock_by_sku(levels)))


def _moment(call: Call, name: str) -> datetime | None:
    if name not in call.body:
        return None
    moment = read_time(call.body[name])
    if moment is None:
        raise call.wrong(name, "it is no moment", "send Unix seconds")
    return moment


def _several(call: Call, name: str) -> Sequence[str] | None:
    found: list[str] | None = call.body.get(name)
    if found is not None and len(found) > MOST_CODES:
        raise call.wrong(name, f"it has more than {MOST_CODES}", "ask in several calls")
    return found or None


def _narrow(call: Call) -> ShopFilter:
    body: Mapping[str, Any] = call.body
    status, audits = body.get("status", "ALL"), body.get("audit_status")
    sku_ids = _several(call, "sku_ids")
    return ShopFilter(
        statuses=None if status == "ALL" else [Status(status)],
        audit_statuses=(
            [one for each in audits for one in AUDITS.get(each, ())] if audits else None
        ),
        seller_skus=_several(call, "seller_skus"),
        sku_ids=None if sku_ids is None else [SkuId(parse_id(each) or 0) for each in sku_ids],
        created_from=_moment(call, "create_time_ge"),
        created_to=_moment(call, "create_time_le"),
        updated_from=_moment(call, "update_time_ge"),
        updated_to=_moment(call, "update_time_le"),
    )


def _asks_for_what_is_not_here(body: Mapping[str, Any]) -> bool:
    """Filters by what no product here has: drafts beside the live version, tiers, platforms."""
    platforms = body.get("listing_platforms")
    return bool(
        body.get("listing_quality_tiers")
        or body.get("listing_quality_tier")
        or body.get("sns_filter")
        or body.get("return_draft_version")
        or (platforms and set(platforms) != {"TIKTOK_SHOP"})
    )


@serves("POST", "/product/202309/products/search", refusals={BadCursor: 12052910})
async def search_products(call: Call) -> dict[str, Any]:
    """The shop's products that fit, newest first, with SKUs, prices and stock."""
    check_tree(call, call.body)
    size, narrow = call.page_size(1, 100, 20), _narrow(call)
    if _asks_for_what_is_not_here(call.body):
        return {"products": [], "total_count": 0, "next_page_token": ""}
    async with call.reading() as tx:
        page = await catalog.find_products(
            tx, call.actor, call.shop_id, narrow, cursor=call.cursor, limit=size
        )
        total = await catalog.count_products(tx, call.actor, call.shop_id, narrow)
        ids = [each.product_id for each in page.items]
        skus = await catalog.skus_of_products(tx, call.actor, call.shop_id, ids)
        sku_ids = [sku.id for several in skus.values() for sku in several]
        levels = await inventory.stock_of(tx, call.actor, call.shop_id, sku_ids)
    stock = mapping.stock_by_sku(levels)
    return fitted(
        call,
        {
            "products": [
                _found(call, each, skus.get(each.product_id, ()), stock) for each in page.items
            ],
            "total_count": total,
            "next_page_token": page_token(page.next_cursor),
        },
    )


def _found(call: Call, card: ShopCard, skus: Sequence[Sku], stock: mapping.Stock) -> dict[str, Any]:
    return {
        "id": wire_id(card.product_id),
        "title": card.title,
        "status": card.status.value,
        "audit": mapping.audit(card.audit_status),
        "create_time": wire_time(card.created_at),
        "update_time": wire_time(card.updated_at),
        "sales_regions": [mapping.region(call)],
        "skus": [
            {
                "id": wire_id(each.id),
                "seller_sku": each.seller_sku,
                "price": mapping.price(call, each.price),
                "inventory": mapping.inventory_of(stock, each.id),
            }
            for each in skus
        ],
    }
