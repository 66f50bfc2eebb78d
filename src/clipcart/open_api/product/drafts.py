"""Products as clients describe them, read into the catalogue's drafts."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from clipcart.catalog import (
    AttributeId,
    Axis,
    Barcode,
    BarcodeType,
    BrandId,
    CategoryId,
    Chosen,
    Image,
    LengthUnit,
    ProductAttribute,
    ProductDetails,
    ProductDraft,
    Size,
    SkuDetails,
    SkuDraft,
    ValueId,
    Weight,
    WeightUnit,
)
from clipcart.kit.errors import check
from clipcart.kit.ids import SkuId, WarehouseId, parse_id
from clipcart.kit.money import Money
from clipcart.open_api.product.said import Reading, Shelf, options_of
from clipcart.open_api.values import read_amount

NOT_KEPT: Final = (
    "certifications",
    "delivery_option_ids",
    "is_blind_box",
    "is_cod_allowed",
    "is_not_for_sale",
    "is_pre_owned",
    "key_product_features",
    "manufacturer_ids",
    "minimum_order_quantity",
    "pod_info",
    "primary_combined_product_id",
    "product_tag_operations",
    "purchase_order_quantity_limit",
    "replicated_products",
    "responsible_person_ids",
    "scheduled_sale",
    "search_terms",
    "shipping_template_id",
    "size_chart",
    "subscribe_info_edit",
    "video",
)
SKU_NOT_KEPT: Final = (
    "combined_skus",
    "external_list_prices",
    "external_urls",
    "extra_identifier_codes",
    "fees",
    "list_price",
    "pre_sale",
    "sku_dimensions",
    "sku_unit_count",
)
"""Fields that say something for which there is nothing here: the answer warns of those sent."""


def warnings(body: Mapping[str, Any]) -> list[dict[str, str]]:
    """One sentence for each field that was sent and is not kept."""
    sent = [name for name in NOT_KEPT if body.get(name)]
    of_skus = (each for sku in body.get("skus", ()) for each in SKU_NOT_KEPT if sku.get(each))
    sent += [f"skus.{name}" for name in dict.fromkeys(of_skus)]
    return [{"message": f"{name} is not kept here; the product is as without it."} for name in sent]


def draft_of(reading: Reading, body: Mapping[str, Any], *, full: bool) -> ProductDraft:
    """The draft that a body describes. Raises Invalid with every problem of its form.

    What the body leaves out is taken from the product that is there; a `full` one leaves out its
    brand, package and number to have them removed.
    """
    base = reading.base
    category_id = (
        CategoryId(parse_id(body["category_id"]) or 0)
        if base is None or "category_id" in body
        else base.category_id
    )
    details = _details(reading, body, None if full or base is None else base.details)
    if "skus" in body or base is None:
        axes, skus = _skus(reading, category_id, body.get("skus", ()), details)
    else:
        axes, skus = base.axes, _reweighed(base.skus, body, details)
    old = base or ProductDraft(reading.shop_id, "", "", category_id, ())
    draft = ProductDraft(
        reading.shop_id,
        body.get("title", old.title),
        body.get("description", old.description_html),
        category_id,
        skus,
        axes,
        _images(body["main_images"], old.images) if "main_images" in body else old.images,
        attributes=(
            tuple(_attributes(reading, body["product_attributes"]))
            if "product_attributes" in body
            else (() if full else old.attributes)
        ),
        details=details,
    )
    check(reading.problems)
    return draft


def _images(sent: Sequence[Mapping[str, str]], old: Sequence[Image]) -> tuple[Image, ...]:
    """The pictures; one that the product has already keeps its words."""
    words = {each.key: each.alt for each in old}
    return tuple(Image(each["uri"], words.get(each["uri"], "")) for each in sent)


def _attributes(reading: Reading, sent: Sequence[Mapping[str, Any]]) -> Iterator[ProductAttribute]:
    for place, each in enumerate(sent):
        chosen = []
        for value in each["values"]:
            value_id = parse_id(value.get("id", ""))
            if value_id is None and not value.get("name"):
                reading.no(
                    f"product_attributes[{place}].values",
                    "a value has no id and no name",
                    "send one",
                )
            chosen.append(Chosen(value.get("name", ""), ValueId(value_id) if value_id else None))
        yield ProductAttribute(AttributeId(parse_id(each["id"]) or 0), tuple(chosen))


# -- details -----------------------------------------------------------------------------------


def _number(reading: Reading, name: str, text: str) -> Decimal | None:
    try:
        value = Decimal(text.strip())
    except InvalidOperation:
        value = Decimal("NaN")
    if value.is_finite() and 0 < value < 10**7:
        return value.normalize()
    reading.no(name, f"{text[:30]!r} is no number above zero", "send one such as 1.5")
    return None


def _weight(reading: Reading, name: str, sent: Mapping[str, str]) -> Weight | None:
    value = _number(reading, f"{name}.value", sent.get("value", ""))
    if sent.get("unit") not in WeightUnit.__members__:
        reading.no(f"{name}.unit", "it is unknown", "send KILOGRAM, GRAM or POUND")
        return None
    return None if value is None else Weight(value, WeightUnit(sent["unit"]))


def _size(reading: Reading, sent: Mapping[str, str]) -> Size | None:
    name = "package_dimensions"
    sides = [
        _number(reading, f"{name}.{side}", sent.get(side, ""))
        for side in ("length", "width", "height")
    ]
    if sent.get("unit") not in LengthUnit.__members__:
        reading.no(f"{name}.unit", "it is unknown", "send CENTIMETER or INCH")
        return None
    length, width, height = sides
    if length is None or width is None or height is None:
        return None
    return Size(length, width, height, LengthUnit(sent["unit"]))


def _details(
    reading: Reading, body: Mapping[str, Any], old: ProductDetails | None
) -> ProductDetails:
    made = old or ProductDetails()
    if "brand_id" in body:
        text = body["brand_id"]
        made = replace(made, brand_id=BrandId(parse_id(text) or 0) if text else None)
    if "external_product_id" in body:
        made = replace(made, external_id=body["external_product_id"].strip())
    if "package_weight" in body:
        made = replace(made, weight=_weight(reading, "package_weight", body["package_weight"]))
    if "package_dimensions" in body:
        made = replace(made, size=_size(reading, body["package_dimensions"]))
    return made


def _reweighed(
    skus: tuple[SkuDraft, ...], body: Mapping[str, Any], details: ProductDetails
) -> tuple[SkuDraft, ...]:
    """SKUs that stay, with the package's new weight if there is one."""
    if "package_weight" not in body or details.weight is None:
        return skus
    return tuple(replace(each, weight_g=details.weight.grams) for each in skus)


# -- SKUs --------------------------------------------------------------------------------------


def _skus(
    reading: Reading,
    category_id: CategoryId,
    sent: Sequence[Mapping[str, Any]],
    details: ProductDetails,
) -> tuple[tuple[Axis, ...], tuple[SkuDraft, ...]]:
    old = {each.id: each for each in reading.base.skus if each.id} if reading.base else {}
    names: list[str] = []
    values: dict[str, list[str]] = {}
    made: list[SkuDraft] = []
    for place, sku in enumerate(sent):
        sku_id = SkuId(parse_id(sku.get("id", "")) or 0)
        before = old.get(sku_id)
        if sku.get("id") and before is None:
            reading.no(f"skus[{place}].id", "the product has no SKU of this id", "leave it out")
        chosen = options_of(reading, category_id, f"skus[{place}]", sku, before)
        for name, value in chosen.items():
            if name not in values:
                names.append(name)
            if value not in values.setdefault(name, []):
                values[name].append(value)
        made.append(_sku(reading, f"skus[{place}]", sku, before, tuple(chosen.values()), details))
        reading.stock.append(_shelves(reading, f"skus[{place}]", sku))
        if list(chosen) != names:
            reading.no(
                f"skus[{place}].sales_attributes",
                "it has not the same attributes in the same order as the first SKU",
                "send every attribute with every SKU",
            )
    return tuple(Axis(name, tuple(values[name])) for name in names), tuple(made)


def _sku(
    reading: Reading,
    name: str,
    sku: Mapping[str, Any],
    before: SkuDraft | None,
    options: tuple[str, ...],
    details: ProductDetails,
) -> SkuDraft:
    attributes = sku.get("sales_attributes", ())
    images = [each["sku_img"]["uri"] for each in attributes if each.get("sku_img", {}).get("uri")]
    weight = details.weight
    if "sku_weight" in sku:
        weight = _weight(reading, f"{name}.sku_weight", sku["sku_weight"])
    kept = before.image_key if before and "sales_attributes" not in sku else ""
    return SkuDraft(
        price=_price(reading, f"{name}.price", sku.get("price"), before),
        options=options,
        seller_sku=sku.get("seller_sku", before.seller_sku if before else ""),
        weight_g=weight.grams if weight else (before.weight_g if before else 0),
        image_key=images[0] if images else kept,
        id=before.id if before else None,
        details=_sku_details(reading, name, sku, before.details if before else None),
    )


def _price(
    reading: Reading, name: str, sent: Mapping[str, str] | None, before: SkuDraft | None
) -> Money:
    nothing = Money(1, reading.currency)
    if sent is None:
        if before is None:
            reading.no(name, "it is missing", "send amount and currency")
        return before.price if before else nothing
    return price_of(reading, name, sent) or nothing


def price_of(reading: Reading, name: str, sent: Mapping[str, str]) -> Money | None:
    """The amount of a price: `amount`, else `sale_price`. Notes what is wrong with it."""
    text = sent.get("amount") or sent.get("sale_price") or ""
    code = reading.currency.code
    if sent.get("currency") != code:
        reading.no(f"{name}.currency", f"prices of this shop are in {code}", f"send {code}")
        return None
    found = read_amount(text, reading.currency) if text else None
    if found is None:
        example = Money(24 * reading.currency.scale, reading.currency).decimal_string()
        reading.no(f"{name}.amount", "it is missing or no amount", f"send one such as {example}")
    return found


def _sku_details(
    reading: Reading, name: str, sku: Mapping[str, Any], old: SkuDetails | None
) -> SkuDetails:
    made = old or SkuDetails()
    if "external_sku_id" in sku:
        made = replace(made, external_id=sku["external_sku_id"].strip())
    sent = sku.get("identifier_code")
    if sent is not None and sent.get("code"):
        if sent.get("type") not in BarcodeType.__members__:
            reading.no(f"{name}.identifier_code.type", "it is missing", "send GTIN, EAN or UPC")
        else:
            made = replace(made, barcode=Barcode(sent["code"].strip(), BarcodeType(sent["type"])))
    return made


def _shelves(reading: Reading, name: str, sku: Mapping[str, Any]) -> Sequence[Shelf]:
    found = []
    for place, each in enumerate(sku.get("inventory", ())):
        if "quantity" not in each:
            continue
        text = each.get("warehouse_id", "")
        if each["quantity"] < 0:
            reading.no(f"{name}.inventory[{place}].quantity", "it is below zero", "send 0 or more")
        found.append(Shelf(WarehouseId(parse_id(text) or 0) if text else None, each["quantity"]))
    return found
