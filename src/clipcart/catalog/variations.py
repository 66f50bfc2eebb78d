"""Ids of variations and their values: the category's own where it has them, else from the name.

Sellers name variations as they like; other systems want ids. One made from a name stays the same
for as long as the name does.
"""

from clipcart.catalog.said import attributes_known
from clipcart.catalog.taxonomy.tree import stable_id
from clipcart.catalog.tree_model import AttributeId, CategoryId, ValueId


def axis_id(category_id: CategoryId, name: str) -> AttributeId:
    """The id of a variation of a product in this category."""
    wanted = name.casefold()
    for each in attributes_known(category_id):
        if each.name.casefold() == wanted:
            return each.id
    return AttributeId(stable_id("axis", wanted))


def axis_value_id(category_id: CategoryId, name: str, value: str) -> ValueId:
    """The id of one of a variation's values."""
    axis, wanted = axis_id(category_id, name), value.casefold()
    for each in attributes_known(category_id):
        if each.id == axis:
            for one in each.values:
                if one.name.casefold() == wanted:
                    return one.id
    return ValueId(stable_id("axis value", f"{axis}:{wanted}"))
