"""Creating products, changing them, and asking beforehand whether one would pass."""

from collections.abc import Sequence
from typing import Any

from clipcart import catalog, inventory
from clipcart.catalog import ProductDraft, ProductFor, Sku, Status
from clipcart.inventory import StockChange
from clipcart.kit.db import Tx
from clipcart.kit.ids import ProductId
from clipcart.kit.money import currency
from clipcart.kit.text import sentence
from clipcart.open_api.call import Call
from clipcart.open_api.envelope import Failure
from clipcart.open_api.product import mapping
from clipcart.open_api.product.drafts import draft_of, warnings
from clipcart.open_api.product.said import Reading, Shelf
from clipcart.open_api.product.uploads import check_pictures
from clipcart.open_api.product.wire import (
    REFUSED,
    check_tree,
    code_of,
    field_of,
    fitted,
    told,
)
from clipcart.open_api.registry import serves
from clipcart.open_api.values import known, wire_id

LATER = "Stock of new SKUs can be set once they are through the review."
WOULD_FAIL = 12052990


def _reading(call: Call, base: ProductDraft | None = None) -> Reading:
    return Reading(call.shop_id, currency(call.shop.currency), base)


def _pictures(draft: ProductDraft | None) -> list[str]:
    if draft is None:
        return []
    images = [each.key for each in draft.images]
    return [*images, *(each.image_key for each in draft.skus if each.image_key)]


async def _read(
    call: Call, base: ProductDraft | None, *, full: bool
) -> tuple[Reading, ProductDraft]:
    """The draft that the body describes, once its pictures are known to be there."""
    check_tree(call, call.body)
    reading = _reading(call, base)
    draft = draft_of(reading, call.body, full=full)
    await check_pictures(call, _pictures(draft), frozenset(_pictures(base)))
    return reading, draft


async def _put_stock(
    tx: Tx, call: Call, draft: ProductDraft, shelves: Sequence[Sequence[Shelf]], skus: Sequence[Sku]
) -> bool:
    """Set the stock that came with the SKUs; False when some of them are not there yet."""
    by_options = {each.options: each.id for each in skus}
    changes, is_whole = [], True
    for sku, wanted in zip(draft.skus, shelves, strict=False):
        sku_id = sku.id or by_options.get(sku.options)
        if sku_id is None:
            is_whole = is_whole and not wanted
            continue
        changes += [
            StockChange(call.shop_id, sku_id, each.quantity, each.warehouse_id) for each in wanted
        ]
    if changes:
        await inventory.set_available(tx, call.actor, changes)
    return is_whole


def _is_listing(call: Call) -> bool:
    return bool(call.body.get("save_mode", "LISTING") == "LISTING")


@serves("POST", "/product/202309/products", refusals=REFUSED)
async def create_product(call: Call) -> dict[str, Any]:
    """Describe a product with its stock, and hand it in for its audit unless it is a draft."""
    reading, draft = await _read(call, None, full=True)

    async def create(tx: Tx) -> dict[str, Any]:
        actor, shop_id = call.actor, call.shop_id
        product_id = await catalog.create_product(tx, actor, draft)
        skus = (await catalog.skus_of_products(tx, actor, shop_id, [product_id]))[product_id]
        await _put_stock(tx, call, draft, reading.stock, skus)
        if _is_listing(call):
            await catalog.submit(tx, actor, shop_id, [product_id])
        made = await catalog.product_for(tx, actor, shop_id, product_id)
        return _changed(call, made, warnings(call.body))

    with told(call):
        return await call.do(create)


def _changed(call: Call, found: ProductFor, warned: list[dict[str, str]]) -> dict[str, Any]:
    draft = catalog.newest_draft(found)
    answer = {
        "product_id": wire_id(found.product.id),
        "skus": [mapping.changed_sku(draft, each) for each in draft.skus],
        "audit": {"status": found.product.audit_status.value},
        **known(warnings=warned or None),
    }
    return fitted(call, answer)


async def _edit(call: Call, *, full: bool) -> dict[str, Any]:
    product_id = ProductId(call.id("product_id"))
    async with call.reading() as tx:
        found = await catalog.product_for(tx, call.actor, call.shop_id, product_id)
    status = found.product.status
    if not _is_listing(call) and status is not Status.DRAFT:
        raise Failure(
            12052488, "save_mode: the product was handed in before. Send LISTING, or leave it out."
        )
    reading, draft = await _read(call, catalog.newest_draft(found), full=full)

    async def edit(tx: Tx) -> dict[str, Any]:
        actor, shop_id = call.actor, call.shop_id
        await catalog.edit_product(tx, actor, product_id, draft)
        if status is Status.DRAFT and _is_listing(call) and (full or "save_mode" in call.body):
            await catalog.submit(tx, actor, shop_id, [product_id])
        skus = (await catalog.skus_of_products(tx, actor, shop_id, [product_id]))[product_id]
        is_whole = await _put_stock(tx, call, draft, reading.stock, skus)
        made = await catalog.product_for(tx, actor, shop_id, product_id)
        return _changed(
            call, made, warnings(call.body) + ([] if is_whole else [{"message": LATER}])
        )

    with told(call):
        return await call.do(edit)


@serves("PUT", "/product/202309/products/{product_id}", refusals=REFUSED)
async def edit_product(call: Call) -> dict[str, Any]:
    """Replace a product's content; SKUs that are sent with their id keep it."""
    return await _edit(call, full=True)


@serves("POST", "/product/202309/products/{product_id}/partial_edit", refusals=REFUSED)
async def partial_edit_product(call: Call) -> dict[str, Any]:
    """Change the fields that are sent; a list that is sent replaces the old one."""
    return await _edit(call, full=False)


@serves("POST", "/product/202309/products/listing_check", refusals=REFUSED)
async def check_product_listing(call: Call) -> dict[str, Any]:
    """Whether a product would be taken and pass its audit. Nothing is stored."""
    _, draft = await _read(call, None, full=True)
    async with call.reading() as tx:
        trial = await catalog.try_product(tx, call.actor, draft)
    reasons = [
        {
            "code": code_of(each, call.operation.bad),
            "message": f"{field_of(each.field)}: {each.rule} {each.cure}",
        }
        for each in trial.problems
    ]
    reasons += [
        {"code": REFUSED[type(each)], "message": sentence(each.code, each.facts)}
        for each in trial.refusals
    ]
    reasons += [
        {"code": WOULD_FAIL, "message": f"{field_of(each.field)}: {each.code}: {each.evidence}"}
        for each in trial.findings
    ]
    return {"check_result": "FAILED" if reasons else "PASS", "fail_reasons": reasons}
