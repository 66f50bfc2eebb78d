"""The category that a file's product belongs to, and what the file says of its attributes."""

import re
from collections.abc import Sequence

from clipcart import catalog
from clipcart.catalog import Category, Chosen, ProductAttribute

UNKNOWN = "Uncategorized"
"""The category of the tree for products of which nothing is known."""
SURE = 0.04
"""A recommendation below this score is no better than none."""

_GENDERS = {
    "Female": r"\b(?:female|wom[ae]n'?s?|ladies|girls?'?)\b",
    "Male": r"\b(?:male|m[ae]n'?s?|gentlem[ae]n'?s?|boys?'?)\b",
    "Unisex": r"\bunisex\b",
}


def category_for(title: str, texts: Sequence[str]) -> Category:
    """The leaf for a product of this title whose file calls its kind by these texts.

    A text that is a path of the tree decides; if the tree divides it further, the title chooses the
    part. Otherwise the texts are looked up as if they were titles, then the title itself.
    """
    for text in texts:
        found = catalog.category_at(text)
        if found is not None:
            return _leaf_of(found, title)
    for asked in (*(text.rsplit(">", 1)[-1] for text in texts), title):
        best = catalog.recommend_category(asked, beside=(*texts, title), limit=1)
        if best and best[0].score >= SURE:
            return best[0].category
    unknown = catalog.category_at(UNKNOWN)
    if unknown is None:
        raise LookupError(f"the tree has no {UNKNOWN}")
    return unknown


def _leaf_of(found: Category, title: str) -> Category:
    if found.is_leaf:
        return found
    asked = f"{title} {found.name}"
    best = catalog.recommend_category(asked, within=found.id, limit=1)
    if best:
        return best[0].category
    return next(each for each in catalog.below(found.id) if each.is_leaf)


def said_of(category: Category, title: str, gender: str) -> tuple[ProductAttribute, ...]:
    """What title and columns say in the category's attributes; nothing is guessed."""
    for attribute in catalog.attributes_of(category.id):
        if attribute.key == "target_gender":
            found = [
                name
                for name, pattern in _GENDERS.items()
                if re.search(pattern, (gender or title).replace("’", "'"), re.I)
            ]
            if found:
                name = found[0] if len(found) == 1 else "Unisex"
                return (ProductAttribute(attribute.id, (Chosen(name),)),)
    return ()
