"""Putting products on sale, taking them off, deleting them and bringing them back, in batches."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from clipcart import catalog
from clipcart.identity import Actor
from clipcart.kit.db import Tx
from clipcart.kit.errors import Absent, Invalid
from clipcart.kit.ids import ProductId, ShopId, parse_id
from clipcart.kit.text import sentence
from clipcart.open_api.call import Call
from clipcart.open_api.envelope import item_error
from clipcart.open_api.product.wire import NO_PRODUCT, NOT_NOW
from clipcart.open_api.registry import serves

MOST = 20
TOO_MANY = 12019120

Verb = Callable[[Tx, Actor, ShopId, Sequence[ProductId]], Awaitable[None]]


async def _each(call: Call, verb: Verb) -> dict[str, Any]:
    """Do it to every product for itself: those that refuse are listed, the others are done."""
    texts = list(dict.fromkeys(call.body["product_ids"]))
    if not texts:
        raise call.wrong("product_ids", "it is empty", f"send 1 to {MOST} ids")
    if len(texts) > MOST:
        raise call.refused(TOO_MANY, f"product_ids: it has more than {MOST}. Send fewer at once.")
    if any(each not in ("", "TIKTOK_SHOP") for each in call.body.get("listing_platforms", ())):
        raise call.wrong("listing_platforms", "products are listed here only", "leave it out")

    async def body(tx: Tx) -> dict[str, Any]:
        errors = []
        for text in sorted(texts, key=lambda each: parse_id(each) or 0):
            try:
                async with tx.savepoint():
                    await verb(tx, call.actor, call.shop_id, [ProductId(parse_id(text) or 0)])
            except Absent as refusal:
                said = sentence(refusal.code, refusal.facts)
                errors.append(item_error(NO_PRODUCT, said, product_id=text))
            except (catalog.CannotMove, Invalid) as refusal:
                said = sentence(refusal.code, refusal.facts)
                errors.append(item_error(NOT_NOW, said, product_id=text))
        return {"errors": errors}

    return await call.do(body)


@serves("POST", "/product/202309/products/activate")
async def activate_product(call: Call) -> dict[str, Any]:
    """Sell products again that their seller had taken off."""
    return await _each(call, catalog.activate)


@serves("POST", "/product/202309/products/deactivate")
async def deactivate_products(call: Call) -> dict[str, Any]:
    """Take products off sale."""
    return await _each(call, catalog.deactivate)


@serves("DELETE", "/product/202309/products")
async def delete_products(call: Call) -> dict[str, Any]:
    """Put products away; they can be recovered."""
    return await _each(call, catalog.delete)


@serves("POST", "/product/202309/products/recover")
async def recover_products(call: Call) -> dict[str, Any]:
    """Bring deleted products back, off sale."""
    return await _each(call, catalog.recover)
