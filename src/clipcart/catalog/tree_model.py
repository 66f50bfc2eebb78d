"""Categories, the attributes that each of them has, and what a product says of itself in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NewType

CategoryId = NewType("CategoryId", int)
AttributeId = NewType("AttributeId", int)
ValueId = NewType("ValueId", int)


@dataclass(frozen=True, slots=True)
class Category:
    """A category of the tree.

    `code` is the taxonomy's own name for it, `level` 1 for a root. Products hang at leaves.
    """

    id: CategoryId
    parent_id: CategoryId | None
    code: str
    name: str
    path: str
    level: int
    is_leaf: bool


@dataclass(frozen=True, slots=True)
class Recommendation:
    """A leaf that a title speaks for. Scores lie between 0 and 1 and compare the leaves offered."""

    category: Category
    score: float


class AttributeType(StrEnum):
    """Whether an attribute says what the product is, or in what its SKUs differ."""

    PRODUCT_PROPERTY = "PRODUCT_PROPERTY"
    SALES_PROPERTY = "SALES_PROPERTY"


@dataclass(frozen=True, slots=True)
class Value:
    """A value that an attribute offers."""

    id: ValueId
    name: str


@dataclass(frozen=True, slots=True)
class Attribute:
    """What is said of the products of a category.

    `key` is the taxonomy's own name for it. An attribute without `values` takes the seller's words;
    one with values takes them beside its values where `is_customizable`.
    """

    id: AttributeId
    key: str
    name: str
    type: AttributeType
    is_required: bool
    is_multiple: bool
    is_customizable: bool
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Chosen:
    """A value of a product's attribute: one of those offered, or the seller's own words."""

    name: str
    id: ValueId | None = None


@dataclass(frozen=True, slots=True)
class ProductAttribute:
    """What a product says of itself in one attribute of its category."""

    attribute_id: AttributeId
    values: tuple[Chosen, ...]


def attributes_as_json(attributes: Sequence[ProductAttribute]) -> list[dict[str, Any]]:
    """Attributes as plain values."""
    return [
        {
            "id": each.attribute_id,
            "values": [{"id": value.id, "name": value.name} for value in each.values],
        }
        for each in attributes
    ]


def attributes_from_json(plain: Sequence[Mapping[str, Any]]) -> tuple[ProductAttribute, ...]:
    """The attributes that `attributes_as_json` wrote."""
    return tuple(
        ProductAttribute(
            AttributeId(each["id"]),
            tuple(
                Chosen(value["name"], None if value["id"] is None else ValueId(value["id"]))
                for value in each["values"]
            ),
        )
        for each in plain
    )
