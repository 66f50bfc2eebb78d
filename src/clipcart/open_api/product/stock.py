"""Prices and stock of SKUs: set at once, without an audit."""

from collections.abc import Mapping, Sequence
from typing import Any

from clipcart import catalog, inventory
from clipcart.catalog import PriceChange, Sku
from clipcart.inventory import NoWarehouse, StockChange, StockLevel, TooMuchStock
from clipcart.kit.db import Tx
from clipcart.kit.errors import Absent, Invalid, Refusal, check
from clipcart.kit.ids import ProductId, SkuId, WarehouseId, parse_id
from clipcart.kit.money import currency
from clipcart.kit.text import sentence
from clipcart.open_api.call import Call
from clipcart.open_api.envelope import Failure, item_error, sentence_of
from clipcart.open_api.product import mapping
from clipcart.open_api.product.drafts import price_of
from clipcart.open_api.product.said import Reading
from clipcart.open_api.product.wire import NO_PRODUCT, NOT_NOW, REFUSED, told
from clipcart.open_api.registry import serves
from clipcart.open_api.values import wire_id

NO_SKU, SKU_TWICE, NO_LIST = 12052556, 12052553, 12052902
TOO_MANY = 12019120
NOT_ALL_WAREHOUSES = 12019028
MOST_PRODUCTS, MOST_SKUS = 100, 600
COUNTABLE = frozenset(catalog.Status) - {catalog.Status.DELETED, catalog.Status.FREEZE}


async def _skus(tx: Tx, call: Call, *, countable: bool = False) -> Mapping[SkuId, Sku]:
    """The SKUs of the product in the path. Raises Absent."""
    product_id = ProductId(call.id("product_id"))
    found = await catalog.product_for(tx, call.actor, call.shop_id, product_id)
    status = found.product.status
    if countable and status not in COUNTABLE:
        raise Failure(NOT_NOW, f"The product is {status}. Recover it first.")
    return {each.id: each for each in found.product.skus}


def _sku_ids(call: Call) -> list[SkuId]:
    """Ids of the SKUs in the body. Refuses an empty list, and a SKU that stands there twice."""
    ids = [SkuId(parse_id(each["id"]) or 0) for each in call.body["skus"]]
    if not ids:
        raise Failure(NO_LIST, "skus: it is empty. Send at least one SKU.")
    if len(set(ids)) < len(ids):
        raise Failure(SKU_TWICE, "skus: a SKU stands there twice. Send it once.")
    return ids


@serves("POST", "/product/202309/products/{product_id}/prices/update", refusals=REFUSED)
async def update_price(call: Call) -> None:
    """Set prices of some of a product's SKUs, all of them or none."""
    ids, reading = _sku_ids(call), Reading(call.shop_id, currency(call.shop.currency))
    changes = []
    for place, (sku_id, sku) in enumerate(zip(ids, call.body["skus"], strict=True)):
        price = price_of(reading, f"skus[{place}].price", sku["price"])
        if price is not None:
            changes.append(PriceChange(sku_id, price))
    check(reading.problems)

    async def change(tx: Tx) -> None:
        there = await _skus(tx, call)
        for sku_id in ids:
            if sku_id not in there:
                raise Failure(NO_SKU, f"skus: the product has no SKU {sku_id}. Check the ids.")
        await catalog.change_prices(tx, call.actor, call.shop_id, changes)

    with told(call):
        await call.do(change)


def _changes(call: Call, sku_id: SkuId, sku: Mapping[str, Any]) -> list[StockChange]:
    return [
        StockChange(
            call.shop_id,
            sku_id,
            each["quantity"],
            WarehouseId(parse_id(each["warehouse_id"]) or 0) if each.get("warehouse_id") else None,
        )
        for each in sku["inventory"]
    ]


def _missing(
    changes: Sequence[StockChange], levels: Sequence[StockLevel], default: WarehouseId | None
) -> bool:
    """Whether the SKU lies in a warehouse that is not listed."""
    listed = {each.warehouse_id or default for each in changes}
    return any(each.warehouse_id not in listed and each.on_hand > 0 for each in levels)


@serves("POST", "/product/202309/products/{product_id}/inventory/update", refusals=REFUSED)
async def update_inventory(call: Call) -> dict[str, Any]:
    """Set how many units can be sold. SKUs that refuse are listed, the others are set."""
    ids = _sku_ids(call)
    wanted = dict(zip(ids, call.body["skus"], strict=True))

    async def change(tx: Tx) -> dict[str, Any]:
        there = await _skus(tx, call, countable=True)
        lying = mapping.stock_by_sku(
            await inventory.stock_of(tx, call.actor, call.shop_id, sorted(set(ids) & set(there)))
        )
        homes = await inventory.default_warehouses(tx, call.actor, [call.shop_id])
        default = homes[call.shop_id].id if call.shop_id in homes else None
        errors = []
        for sku_id in sorted(wanted):
            text, changes = wanted[sku_id]["id"], _changes(call, sku_id, wanted[sku_id])
            if sku_id not in there:
                errors.append(item_error(NO_SKU, "The product has no such SKU.", sku_id=text))
            elif _missing(changes, lying.get(sku_id, ()), default):
                said = "It lies in other warehouses, too. List all of them."
                errors.append(item_error(NOT_ALL_WAREHOUSES, said, sku_id=text))
            else:
                errors += await _set(tx, call, text, changes)
        return {"errors": errors}

    return await call.do(change)


async def _set(
    tx: Tx, call: Call, text: str, changes: Sequence[StockChange]
) -> list[dict[str, Any]]:
    """Set the stock of one SKU; gives the error if it refuses."""
    try:
        async with tx.savepoint():
            await inventory.set_available(tx, call.actor, changes)
    except (NoWarehouse, TooMuchStock, Invalid) as refusal:
        return [item_error(_code(refusal), _said(refusal), sku_id=text)]
    return []


def _code(refusal: Refusal) -> int:
    return 12052530 if isinstance(refusal, NoWarehouse) else 12052055


def _said(refusal: Refusal) -> str:
    if isinstance(refusal, Invalid):
        return sentence_of(refusal.problems)
    return sentence(refusal.code, refusal.facts)


@serves("POST", "/product/202309/inventory/search", refusals={Absent: NO_PRODUCT})
async def search_inventory(call: Call) -> dict[str, Any]:
    """What can be sold and what orders count on, of some products or of some SKUs."""
    product_ids, sku_ids = call.body.get("product_ids", ()), call.body.get("sku_ids", ())
    if len(product_ids) > MOST_PRODUCTS or len(sku_ids) > MOST_SKUS:
        raise Failure(
            TOO_MANY, f"More than {MOST_PRODUCTS} product_ids or {MOST_SKUS} sku_ids. Send fewer."
        )
    if not product_ids and not sku_ids:
        raise call.wrong("product_ids", "neither it nor sku_ids is sent", "send one of them")
    async with call.reading() as tx:
        if sku_ids:
            wanted = [SkuId(parse_id(each) or 0) for each in sku_ids]
            skus = await catalog.skus_by_id(tx, call.actor, call.shop_id, wanted)
        else:
            ids = [ProductId(parse_id(each) or 0) for each in product_ids]
            by_product = await catalog.skus_of_products(tx, call.actor, call.shop_id, ids)
            skus = [sku for several in by_product.values() for sku in several]
        levels = await inventory.stock_of(tx, call.actor, call.shop_id, [each.id for each in skus])
    stock = mapping.stock_by_sku(levels)
    found: dict[ProductId, list[dict[str, Any]]] = {}
    for sku in skus:
        found.setdefault(sku.product_id, []).append(_inventory(sku, stock.get(sku.id, ())))
    return {
        "inventory": [
            {"product_id": wire_id(product_id), "skus": several}
            for product_id, several in found.items()
        ]
    }


def _inventory(sku: Sku, levels: Sequence[StockLevel]) -> dict[str, Any]:
    available = sum(each.available for each in levels)
    return {
        "id": wire_id(sku.id),
        "seller_sku": sku.seller_sku,
        "total_available_quantity": available,
        "total_committed_quantity": sum(each.reserved for each in levels),
        "total_available_inventory_distribution": {"in_shop_inventory": {"quantity": available}},
        "warehouse_inventory": [
            {
                "warehouse_id": wire_id(each.warehouse_id),
                "available_quantity": each.available,
                "committed_quantity": each.reserved,
            }
            for each in levels
        ],
    }
