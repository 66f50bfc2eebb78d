"""What a seller keeps of products beside what buyers read: brand, package, outside numbers."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Any, NewType

from clipcart.kit.ids import ShopId

BrandId = NewType("BrandId", int)


@dataclass(frozen=True, slots=True)
class Brand:
    """A brand that a shop sells under."""

    id: BrandId
    shop_id: ShopId
    name: str
    created_at: datetime


class BarcodeType(StrEnum):
    """Which system a barcode's number belongs to."""

    GTIN = "GTIN"
    EAN = "EAN"
    UPC = "UPC"
    ISBN = "ISBN"
    JAN = "JAN"


BARCODE_DIGITS: Mapping[BarcodeType, frozenset[int]] = {
    BarcodeType.GTIN: frozenset({8, 12, 13, 14}),
    BarcodeType.EAN: frozenset({8, 13, 14}),
    BarcodeType.UPC: frozenset({12}),
    BarcodeType.ISBN: frozenset({10, 13}),
    BarcodeType.JAN: frozenset({8, 13}),
}
"""How many digits a number of each system has; the last one of ISBN-10 may be an X."""


class WeightUnit(StrEnum):
    """Units in which weights are said."""

    GRAM = "GRAM"
    KILOGRAM = "KILOGRAM"
    POUND = "POUND"


class LengthUnit(StrEnum):
    """Units in which sizes are said."""

    CENTIMETER = "CENTIMETER"
    INCH = "INCH"


GRAMS: Mapping[WeightUnit, Decimal] = {
    WeightUnit.GRAM: Decimal(1),
    WeightUnit.KILOGRAM: Decimal(1000),
    WeightUnit.POUND: Decimal("453.59237"),
}


@dataclass(frozen=True, slots=True)
class Weight:
    """A weight as the seller said it."""

    value: Decimal
    unit: WeightUnit

    @property
    def grams(self) -> int:
        """The weight in whole grams."""
        return int((self.value * GRAMS[self.unit]).to_integral_value(ROUND_HALF_UP))


@dataclass(frozen=True, slots=True)
class Size:
    """Length, width and height of a package as the seller said them."""

    length: Decimal
    width: Decimal
    height: Decimal
    unit: LengthUnit


@dataclass(frozen=True, slots=True)
class Barcode:
    """A number that names the goods all over the world."""

    code: str
    type: BarcodeType


@dataclass(frozen=True, slots=True)
class ProductDetails:
    """Details of a product. `external_id` is its number in another system of the seller."""

    brand_id: BrandId | None = None
    external_id: str = ""
    weight: Weight | None = None
    size: Size | None = None


@dataclass(frozen=True, slots=True)
class SkuDetails:
    """Details of a SKU. `external_id` is its number in another system of the seller."""

    external_id: str = ""
    barcode: Barcode | None = None


NO_DETAILS = ProductDetails()
NO_SKU_DETAILS = SkuDetails()


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items() if each not in (None, "")}
    return format(value, "f") if isinstance(value, Decimal) else value


def details_as_json(details: ProductDetails | SkuDetails | None) -> dict[str, Any] | None:
    """Details as plain values, without those that say nothing; None stays None."""
    if details is None:
        return None
    plain: dict[str, Any] = _plain(asdict(details))
    return plain


def details_from_json(plain: Mapping[str, Any] | None) -> ProductDetails | None:
    """The product's details that `details_as_json` wrote."""
    if plain is None:
        return None
    brand_id, weight, size = plain.get("brand_id"), plain.get("weight"), plain.get("size")
    return ProductDetails(
        None if brand_id is None else BrandId(brand_id),
        plain.get("external_id", ""),
        None if weight is None else Weight(Decimal(weight["value"]), WeightUnit(weight["unit"])),
        None
        if size is None
        else Size(
            Decimal(size["length"]),
            Decimal(size["width"]),
            Decimal(size["height"]),
            LengthUnit(size["unit"]),
        ),
    )


def sku_details_from_json(plain: Mapping[str, Any] | None) -> SkuDetails | None:
    """The SKU's details that `details_as_json` wrote."""
    if plain is None:
        return None
    barcode = plain.get("barcode")
    return SkuDetails(
        plain.get("external_id", ""),
        None if barcode is None else Barcode(barcode["code"], BarcodeType(barcode["type"])),
    )
