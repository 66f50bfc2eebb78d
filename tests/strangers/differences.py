"""Where our contract and the official specification of the package differ, and why."""

from collections.abc import Mapping, Sequence
from typing import Final

NEWER: Final = "a field that the service has since added; its edition is of January 2026"

DIFFERENCES: Final[Mapping[tuple[str, str, str], str]] = {
    (
        "GET",
        "/product/202309/categories/{category_id}/rules",
        "seller_sku: is not known",
    ): NEWER,
    (
        "POST",
        "/product/202309/categories/recommend",
        "origin_platform_category: is not known",
    ): NEWER,
    (
        "POST",
        "/product/202509/products/{product_id}/partial_edit",
        "category_version: is not known",
    ): NEWER,
}
"""What examples send or get that the specification does not have, by call and fault."""

NOT_DESCRIBED: Final[Mapping[tuple[str, str], str]] = {
    ("GET", "/open/202309/events"): "ours: the event log",
}
"""Operations that are served here and that the specification does not have, though it is newer."""


def unknown(method: str, path: str, faults: Sequence[str]) -> list[str]:
    """The faults that the table does not know."""
    return [fault for fault in faults if (method, path, fault) not in DIFFERENCES]
