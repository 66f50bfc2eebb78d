"""Attributes of categories: which ones the taxonomy lists, and the table of what clipcart adds.

Ids are made from the attribute's key, and for a value from key and name, so that they stay the same
between releases. A value that was renamed would be another value; values are added, not renamed.
"""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any

from clipcart.catalog.taxonomy.tree import stable_id, tree
from clipcart.catalog.tree_model import (
    Attribute,
    AttributeId,
    AttributeType,
    Category,
    CategoryId,
    Value,
    ValueId,
)


@cache
def table() -> Mapping[str, Any]:
    """What clipcart adds, as its file says."""
    path = resources.files(__package__).joinpath("files", "attributes.toml")
    return tomllib.loads(path.read_text("utf-8"))


def attributes(category_id: CategoryId) -> Sequence[Attribute]:
    """The attributes of a category, required ones first, then by name."""
    known = tree()
    category = known.by_id[category_id]
    required = {rule["key"] for rule in table()["required"] if is_under(category, rule["under"])}
    found = [
        _attribute(key, key in required)
        for key in (known.keys[place] for place in known.carried[category_id])
    ]
    return sorted(found, key=lambda each: (not each.is_required, each.name))


@cache
def _attribute(key: str, is_required: bool) -> Attribute:
    more = table()
    values = more["values"].get(key, ())
    name = key.replace("_", " ").replace("/", " / ")
    return Attribute(
        AttributeId(stable_id("attribute", key)),
        key,
        name[:1].upper() + name[1:],
        AttributeType.SALES_PROPERTY if key in more["sales"] else AttributeType.PRODUCT_PROPERTY,
        is_required,
        key not in more["single"],
        key not in more["closed"],
        tuple(Value(ValueId(stable_id("value", f"{key}:{value}")), value) for value in values),
    )


def is_under(category: Category, codes: Sequence[str]) -> bool:
    """The category is one of these or hangs below one."""
    return any(category.code == code or category.code.startswith(f"{code}-") for code in codes)


def tax_category(category: Category) -> str:
    """What markets call goods of this category where they tax them apart; "" for all others."""
    for name, rule in table()["tax"].items():
        if is_under(category, rule["under"]) and not is_under(category, rule["except"]):
            return str(name)
    return ""
