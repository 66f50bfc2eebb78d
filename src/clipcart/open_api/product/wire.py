"""What the whole group shares: versions of the tree, pictures by address, codes of refusals."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Final

from clipcart.catalog import (
    CannotEdit,
    CannotMove,
    NoSuchBrand,
    NoSuchCategory,
    NotALeaf,
    SellerSkuTaken,
)
from clipcart.inventory import NoWarehouse, TooMuchStock
from clipcart.kit.errors import Absent, Invalid, Problem, Refusal
from clipcart.kit.files import small_key
from clipcart.open_api.call import Call
from clipcart.open_api.envelope import Failure, invalid

ENGLISH: Final = "en-US"
TREE_VERSIONS: Final = ("v1", "v2")
"""Both names that clients know are taken; there is one tree."""

NO_PRODUCT: Final = 12052260
NOT_NOW: Final = 12052901
REFUSED: Final[Mapping[type[Refusal], int]] = {
    Absent: NO_PRODUCT,
    CannotEdit: NOT_NOW,
    CannotMove: NOT_NOW,
    NoSuchBrand: 12052026,
    NoSuchCategory: 12052023,
    NotALeaf: 12052024,
    SellerSkuTaken: 12019059,
    NoWarehouse: 12052530,
    TooMuchStock: 12052055,
}
"""Codes of what the rooms refuse in calls about one product."""

FIELDS: Final = {
    "description_html": "description",
    "images": "main_images",
    "axes": "skus.sales_attributes",
    "attributes": "product_attributes",
    "external_id": "external_product_id",
    "weight": "package_weight",
    "size": "package_dimensions",
    "prices": "skus",
}
"""What clients call the fields of a draft."""

_SKU_FIELDS: Final = {
    "options": "sales_attributes",
    "external_id": "external_sku_id",
    "barcode": "identifier_code",
    "weight_g": "sku_weight",
}
_CODES: Final = (
    ("title", 12052051),
    ("description_html", 12052013),
    ("images", 12052300),
    ("attributes", 12052104),
    (r"axes\[\d+\]\.name", 12052242),
    (r"axes\[\d+\]\.values", 12052249),
    ("axes", 12052525),
    (r"skus\[\d+\]\.price", 12052570),
    (r"skus\[\d+\]\.seller_sku", 12052054),
    (r"skus\[\d+\]\.options", 12052550),
    (r"skus\[\d+\]\.barcode", 12052591),
    (r"skus$", 12052050),
    ("prices", 12052570),
    ("weight", 12019011),
    ("size", 12019012),
)


def check_tree(call: Call, sent: Mapping[str, Any]) -> None:
    """Refuse a `category_version` that no client can mean."""
    if sent.get("category_version", TREE_VERSIONS[0]) not in TREE_VERSIONS:
        raise Failure(12052217, "category_version: it is unknown. Send v1 or v2, or leave it out.")


def media_url(call: Call, key: str) -> str:
    """Where a stored picture can be fetched."""
    return f"{call.services.settings.public_url}/media/{key}"


def image(call: Call, key: str) -> dict[str, Any]:
    """A picture of a product."""
    return {
        "uri": key,
        "urls": [media_url(call, key)],
        "thumb_urls": [media_url(call, small_key(key))],
    }


def field_of(name: str) -> str:
    """What clients call a field of a draft: `skus[2].options` is `skus[2].sales_attributes`."""
    head, dot, rest = name.partition(".")
    if head.startswith("skus"):
        return f"{head}{dot}{_SKU_FIELDS.get(rest, rest)}"
    bare, bracket, place = head.partition("[")
    return f"{FIELDS.get(bare, bare)}{bracket}{place}{dot}{rest}"


def code_of(problem: Problem, other: int) -> int:
    """The contract's code for a problem of the catalogue, by its field."""
    for pattern, code in _CODES:
        if re.match(pattern, problem.field):
            return code
    return other


def in_words(problems: Sequence[Problem]) -> list[Problem]:
    """The catalogue's problems with the fields that clients know."""
    return [replace(each, field=field_of(each.field)) for each in problems]


@contextmanager
def told(call: Call) -> Iterator[None]:
    """The catalogue's problems as one failure: its code is that of the first."""
    try:
        yield
    except Invalid as refusal:
        code = code_of(refusal.problems[0], call.operation.bad)
        raise invalid(code, in_words(refusal.problems)) from refusal


def fitted(call: Call, data: dict[str, Any]) -> dict[str, Any]:
    """Without the fields and values that the asked version of the answer did not have yet."""
    kept: dict[str, Any] = _fitted(call.operation.data, data)
    return kept


def _fitted(tree: Any, value: Any) -> Any:
    if isinstance(tree, Mapping) and isinstance(value, Mapping):
        names = {name.rstrip("!"): inner for name, inner in tree.items()}
        return {
            name: _fitted(names[name], each)
            for name, each in value.items()
            if name in names and _is_known(names[name], each)
        }
    if isinstance(tree, Sequence) and not isinstance(tree, str) and isinstance(value, list):
        return [_fitted(tree[0], each) for each in value if _is_known(tree[0], each)]
    return value


def _is_known(tree: Any, value: Any) -> bool:
    """Whether a value is one of its enumeration, if it has one."""
    if isinstance(tree, str) and tree.startswith("e:"):
        return value in tree[2:].split("|")
    return True
