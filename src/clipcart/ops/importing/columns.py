"""The columns of Shopify's product CSV that are read, with the headings they have had."""

import re
from collections.abc import Mapping
from typing import Final

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "handle": ("Handle", "URL handle"),
    "title": ("Title",),
    "body": ("Body (HTML)", "Description", "Body HTML", "Body"),
    "type": ("Type", "Custom Product Type", "Product Type"),
    "category": (
        "Product Category",
        "Standardized Product Type",
        "Google Shopping / Google Product Category",
        "Category",
    ),
    "gender": (
        "Target gender (product.metafields.shopify.target-gender)",
        "Google Shopping / Gender",
    ),
    "published": ("Published", "Published on online store"),
    "status": ("Status",),
    "option1_name": ("Option1 Name",),
    "option1_value": ("Option1 Value",),
    "option2_name": ("Option2 Name",),
    "option2_value": ("Option2 Value",),
    "option3_name": ("Option3 Name",),
    "option3_value": ("Option3 Value",),
    "code": ("Variant SKU", "SKU"),
    "grams": ("Variant Grams", "Weight value (grams)", "Grams"),
    "weight": ("Variant Weight", "Weight"),
    "weight_unit": ("Variant Weight Unit", "Weight unit for display", "Weight Unit"),
    "tracker": ("Variant Inventory Tracker", "Inventory tracker"),
    "quantity": ("Variant Inventory Qty", "Inventory quantity", "Variant Inventory Quantity"),
    "price": ("Variant Price", "Price"),
    "picture": ("Image Src", "Product image URL"),
    "picture_position": ("Image Position",),
    "picture_alt": ("Image Alt Text",),
    "variant_picture": ("Variant Image", "Variant image URL"),
    "gift_card": ("Gift Card",),
}
"""Our name of a column, and its headings; the first one is used in messages when it is missing."""

_SPACE: Final = re.compile(r"[\s_]+")


def _plain(heading: str) -> str:
    return _SPACE.sub(" ", heading.replace("\ufeff", "")).strip().casefold()


_BY_HEADING: Final = {
    _plain(heading): column for column, headings in COLUMNS.items() for heading in headings
}


def column_of(heading: str) -> str | None:
    """Our name of the column with this heading, whatever its case; None for one not read."""
    return _BY_HEADING.get(_plain(heading))
