"""Products as the catalogue has them, in the contract's fields."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from clipcart import catalog, markets
from clipcart.catalog import (
    AuditStatus,
    Axis,
    CategoryId,
    Outcome,
    Product,
    ProductDraft,
    ProductFor,
    Sku,
    Status,
)
from clipcart.inventory import StockLevel
from clipcart.kit.ids import SkuId
from clipcart.kit.money import Money
from clipcart.markets import TaxMode
from clipcart.open_api.call import Call
from clipcart.open_api.product.wire import ENGLISH, field_of, image
from clipcart.open_api.values import known, wire_amount, wire_id, wire_time

WITHOUT_AUDIT: Final = {Status.PENDING: "INITIAL", Status.FAILED: "INITIAL"}
"""`product_status` knows no audit: what never passed one is INITIAL."""

Stock = Mapping[SkuId, Sequence[StockLevel]]


def stock_by_sku(levels: Sequence[StockLevel]) -> Stock:
    """Levels by SKU, each in the order of the warehouses' ids."""
    found: dict[SkuId, list[StockLevel]] = {}
    for level in sorted(levels, key=lambda each: each.warehouse_id):
        found.setdefault(level.sku_id, []).append(level)
    return found


def inventory_of(stock: Stock, sku_id: SkuId) -> list[dict[str, Any]]:
    """What can be sold of a SKU from each warehouse."""
    return [
        {"warehouse_id": wire_id(each.warehouse_id), "quantity": each.available}
        for each in stock.get(sku_id, ())
    ]


def price(call: Call, amount: Money) -> dict[str, str]:
    """A price. Where prices hold no tax, it is also the one without."""
    mode = markets.get(call.shop.market_id).at(call.services.db.now_hint).tax_mode
    untaxed = wire_amount(amount) if mode is TaxMode.ADDED else None
    return {
        "currency": amount.currency.code,
        "sale_price": wire_amount(amount),
        **known(tax_exclusive_price=untaxed),
    }


def axis_values(
    category_id: CategoryId, axes: Sequence[Axis], options: Sequence[str]
) -> list[dict[str, str]]:
    """Sales attributes by their ids alone, as answers to changes have them."""
    return [
        {
            "id": wire_id(catalog.axis_id(category_id, axis.name)),
            "value_id": wire_id(catalog.axis_value_id(category_id, axis.name, option)),
        }
        for axis, option in zip(axes, options, strict=True)
    ]


def changed_sku(draft: ProductDraft, sku: Sku | catalog.SkuDraft) -> dict[str, Any]:
    """A SKU in the answer to a change."""
    external_id = sku.details.external_id if sku.details else ""
    return {
        **known(id=wire_id(sku.id) if sku.id else None),
        "seller_sku": sku.seller_sku,
        "sales_attributes": axis_values(draft.category_id, draft.axes, sku.options),
        **known(external_sku_id=external_id or None),
    }


def _sku(call: Call, product: Product, sku: Sku, stock: Stock) -> dict[str, Any]:
    attributes: list[dict[str, Any]] = [
        {**ids, "name": axis.name, "value_name": option}
        for ids, axis, option in zip(
            axis_values(product.category_id, product.axes, sku.options),
            product.axes,
            sku.options,
            strict=True,
        )
    ]
    if attributes and sku.image_key:
        attributes[0]["sku_img"] = image(call, sku.image_key)
    barcode = sku.details.barcode
    return {
        "id": wire_id(sku.id),
        "seller_sku": sku.seller_sku,
        "price": price(call, sku.price),
        "inventory": inventory_of(stock, sku.id),
        "sales_attributes": attributes,
        **known(
            external_sku_id=sku.details.external_id or None,
            identifier_code=barcode and {"code": barcode.code, "type": barcode.type.value},
        ),
    }


def product(call: Call, found: ProductFor, stock: Stock) -> dict[str, Any]:
    """A product with everything that its shop may see."""
    made, locale = found.product, call.query.get("locale", ENGLISH)
    return {
        "id": wire_id(made.id),
        "title": made.title,
        "description": made.description_html,
        "status": made.status.value,
        "product_status": WITHOUT_AUDIT.get(made.status, made.status.value),
        "audit": audit(made.audit_status),
        "category_chains": _chain(made, locale),
        "main_images": [image(call, each.key) for each in made.images],
        "product_attributes": _attributes(made),
        "skus": [_sku(call, made, each, stock) for each in made.skus],
        "create_time": wire_time(found.created_at),
        "update_time": wire_time(found.updated_at),
        **_failed(found),
        **_package(made),
        **known(
            brand=found.brand and {"id": wire_id(found.brand.id), "name": found.brand.name},
            external_product_id=made.details.external_id or None,
        ),
    }


def audit(status: AuditStatus) -> dict[str, Any]:
    """How far the audit is; what passed it waits only for the shop's own verification."""
    waits = status is AuditStatus.PRE_APPROVED
    return {
        "status": status.value,
        **known(pre_approved_reasons=["KYC_PENDING"] if waits else None),
    }


def _chain(product: Product, locale: str) -> list[dict[str, Any]]:
    """From the root to the product's category; categories from before the tree have none."""
    if catalog.category(product.category_id) is None:
        return []
    return [
        {
            "id": wire_id(each.id),
            "parent_id": wire_id(each.parent_id or 0),
            "local_name": catalog.local_name(each.id, locale),
            "is_leaf": each.is_leaf,
        }
        for each in catalog.above(product.category_id)
    ]


def _attributes(product: Product) -> list[dict[str, Any]]:
    if catalog.category(product.category_id) is None:
        return []
    names = {each.id: each.name for each in catalog.attributes_of(product.category_id)}
    return [
        {
            "id": wire_id(each.attribute_id),
            **known(name=names.get(each.attribute_id)),
            "values": [
                {**known(id=wire_id(value.id) if value.id else None), "name": value.name}
                for value in each.values
            ],
        }
        for each in product.attributes
    ]


def _failed(found: ProductFor) -> dict[str, Any]:
    """Why the newest audit failed: the rules with the words that broke them."""
    verdict = found.verdict
    if found.product.audit_status is not AuditStatus.FAILED or verdict is None:
        return {}
    reasons = [
        {
            "listing_platform": "TIKTOK_SHOP",
            "position": field_of(each.field),
            "reasons": [f"{each.code}: {each.evidence}"],
        }
        for each in verdict.findings
        if each.outcome is Outcome.FAILED
    ]
    if verdict.reason:
        reasons.append({"listing_platform": "TIKTOK_SHOP", "reasons": [verdict.reason]})
    return {"audit_failed_reasons": reasons}


def _package(product: Product) -> dict[str, Any]:
    """The package as it was said, unless a SKU's weight was changed since."""
    weight, size = product.details.weight, product.details.size
    grams = max((each.weight_g for each in product.skus), default=0)
    told: dict[str, Any] = {}
    if weight is not None and weight.grams == grams and weight.unit.value != "GRAM":
        told["package_weight"] = {"value": format(weight.value, "f"), "unit": weight.unit.value}
    elif grams:
        kilograms = format((Decimal(grams) / 1000).normalize(), "f")
        told["package_weight"] = {"value": kilograms, "unit": "KILOGRAM"}
    if size is not None:
        told["package_dimensions"] = {
            "length": format(size.length, "f"),
            "width": format(size.width, "f"),
            "height": format(size.height, "f"),
            "unit": size.unit.value,
        }
    return told


def region(call: Call) -> str:
    """The country that the shop sells in."""
    return markets.get(call.shop.market_id).country


def under_review(found: ProductFor) -> ProductFor:
    """The product with the content of its waiting edit. SKUs that are new in it are left out."""
    draft = found.pending
    if draft is None:
        return found
    there = {each.id: each for each in found.product.skus}
    skus = tuple(
        replace(there[each.id], options=each.options, seller_sku=each.seller_sku)
        for each in draft.skus
        if each.id in there
    )
    content = replace(
        found.product,
        title=draft.title,
        description_html=draft.description_html,
        category_id=draft.category_id,
        axes=draft.axes,
        images=draft.images,
        attributes=draft.attributes,
        details=draft.details or found.product.details,
        skus=skus,
    )
    return replace(found, product=content)
