"""What has been read of a product so far, and the sales attributes of its SKUs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from clipcart import catalog
from clipcart.catalog import Attribute, AttributeId, CategoryId, ProductDraft, SkuDraft
from clipcart.kit.errors import Problem
from clipcart.kit.ids import ShopId, WarehouseId, parse_id
from clipcart.kit.money import Currency


@dataclass(frozen=True, slots=True)
class Shelf:
    """Units of a SKU that a client wants in a warehouse; without one the default is meant."""

    warehouse_id: WarehouseId | None
    quantity: int


@dataclass(slots=True)
class Reading:
    """A draft in the making: what is wrong so far, and the stock of each SKU by its place.

    `base` is the product's newest content where there is a product already.
    """

    shop_id: ShopId
    currency: Currency
    base: ProductDraft | None = None
    problems: list[Problem] = field(default_factory=list)
    stock: list[Sequence[Shelf]] = field(default_factory=list)

    def no(self, name: str, rule: str, cure: str) -> None:
        """Note what is wrong."""
        self.problems.append(Problem(name, rule, cure))


def options_of(
    reading: Reading,
    category_id: CategoryId,
    name: str,
    sku: Mapping[str, Any],
    before: SkuDraft | None,
) -> dict[str, str]:
    """Names and values of a SKU's sales attributes, in their order."""
    base = reading.base
    if "sales_attributes" not in sku:
        names = [axis.name for axis in base.axes] if base else []
        return dict(zip(names, before.options if before else (), strict=False))
    found: dict[str, str] = {}
    for place, each in enumerate(sku["sales_attributes"]):
        axis = _axis_name(reading, category_id, each)
        value = _axis_value(reading, category_id, axis, each) if axis else None
        if not axis or not value:
            what = "value_id and value_name" if axis else "id and name"
            reading.no(
                f"{name}.sales_attributes[{place}]",
                f"{what} are missing or unknown",
                "send the name in words, or an id of Get Attributes",
            )
        elif axis in found:
            reading.no(f"{name}.sales_attributes[{place}]", "it stands there twice", "send it once")
        else:
            found[axis] = value
    return found


def _offered(category_id: CategoryId) -> Mapping[int, Attribute]:
    if catalog.category(category_id) is None:
        return {}
    return {each.id: each for each in catalog.attributes_of(category_id)}


def _axis_name(reading: Reading, category_id: CategoryId, sent: Mapping[str, Any]) -> str | None:
    """By id: the category's own, or one that the product has; else by name."""
    wanted = parse_id(sent.get("id", "")) or 0
    offered = _offered(category_id).get(AttributeId(wanted))
    if offered is not None:
        return offered.name
    for axis in reading.base.axes if reading.base else ():
        if catalog.axis_id(category_id, axis.name) == wanted:
            return axis.name
    return " ".join(sent.get("name", "").split()) or None


def _axis_value(
    reading: Reading, category_id: CategoryId, axis: str, sent: Mapping[str, Any]
) -> str | None:
    wanted = parse_id(sent.get("value_id", "")) or 0
    offered = _offered(category_id).get(catalog.axis_id(category_id, axis))
    for value in offered.values if offered else ():
        if value.id == wanted:
            return value.name
    for known in reading.base.axes if reading.base else ():
        for each in known.values if known.name == axis else ():
            if catalog.axis_value_id(category_id, axis, each) == wanted:
                return each
    return " ".join(sent.get("value_name", "").split()) or None
