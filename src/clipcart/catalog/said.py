"""What a product says in the attributes of its category: tidied, and checked against them. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from clipcart.catalog.model import ProductDraft
from clipcart.catalog.taxonomy.attributes import attributes
from clipcart.catalog.taxonomy.tree import tree
from clipcart.catalog.tree_model import (
    Attribute,
    AttributeId,
    CategoryId,
    Chosen,
    ProductAttribute,
)
from clipcart.kit.errors import Problem

VALUES_MAX = 10
"""Values of one attribute."""
WORDS_MAX = 100
"""Characters of a seller's own words."""


def attributes_known(category_id: CategoryId) -> Sequence[Attribute]:
    """The attributes of the category; none for one that is not in the tree."""
    return attributes(category_id) if category_id in tree().by_id else ()


def tidied_attributes(said: Sequence[ProductAttribute]) -> tuple[ProductAttribute, ...]:
    """Without stray spaces, empty words and attributes that say nothing."""
    cleaned = (
        replace(
            each,
            values=tuple(
                dict.fromkeys(
                    Chosen(" ".join(value.name.split()), value.id)
                    for value in each.values
                    if value.id is not None or value.name.strip()
                )
            ),
        )
        for each in said
    )
    return tuple(each for each in cleaned if each.values)


def named(draft: ProductDraft) -> ProductDraft:
    """The draft with the names of the values that it chose by id, and the ids of those by name."""
    offered = {each.id: each for each in attributes_known(draft.category_id)}
    return replace(
        draft,
        attributes=tuple(
            replace(each, values=tuple(_named(offered.get(each.attribute_id), each.values)))
            for each in draft.attributes
        ),
    )


def _named(attribute: Attribute | None, values: Sequence[Chosen]) -> Iterator[Chosen]:
    for value in values:
        match = None
        for one in attribute.values if attribute else ():
            is_same = value.id is None and one.name.casefold() == value.name.casefold()
            if is_same or one.id == value.id:
                match = Chosen(one.name, one.id)
        yield match or value


def attribute_problems(draft: ProductDraft) -> Iterator[Problem]:
    """Everything that is wrong with what the draft says; what it does not say yet is no problem."""
    offered = {each.id: each for each in attributes_known(draft.category_id)}
    seen: set[AttributeId] = set()
    for place, each in enumerate(draft.attributes):
        attribute = offered.get(each.attribute_id)
        if attribute is None:
            yield Problem(
                f"attributes[{place}]",
                "This category has no such attribute.",
                "Take it out, or choose the category again.",
            )
        elif each.attribute_id in seen:
            yield Problem(
                f"attributes.{attribute.key}",
                f"{attribute.name} stands there twice.",
                "Put all its values together.",
            )
        else:
            yield from _value_problems(attribute, each.values)
        seen.add(each.attribute_id)


def _value_problems(attribute: Attribute, values: Sequence[Chosen]) -> Iterator[Problem]:
    field, ids = f"attributes.{attribute.key}", {value.id for value in attribute.values}
    most = VALUES_MAX if attribute.is_multiple else 1
    if len(values) > most:
        yield Problem(
            field,
            f"{attribute.name} takes {most} at most; these are {len(values)}.",
            "Keep what describes the product best.",
        )
    for value in values:
        if value.id is not None and value.id not in ids:
            yield Problem(
                field,
                f"{attribute.name} has no value of the id {value.id}.",
                "Choose one of its values.",
            )
        elif value.id is None and not attribute.is_customizable:
            yield Problem(
                field,
                f"{attribute.name} has no value {value.name[:WORDS_MAX]!r}.",
                f"Choose one of: {', '.join(one.name for one in attribute.values)}.",
            )
        elif len(value.name) > WORDS_MAX:
            yield Problem(
                field,
                f"A value of {attribute.name} has at most {WORDS_MAX} characters.",
                "Say it shorter, and the rest in the description.",
            )


def missing_problems(
    category_id: CategoryId, said: Sequence[ProductAttribute]
) -> Iterator[Problem]:
    """The required attributes that are not said: what keeps a draft from being submitted."""
    there = {each.attribute_id for each in said}
    for attribute in attributes_known(category_id):
        if attribute.is_required and attribute.id not in there:
            options = ", ".join(value.name for value in attribute.values)
            yield Problem(
                f"attributes.{attribute.key}",
                f"{attribute.name} is missing; this category requires it.",
                f"Choose one of: {options}." if options else "Write it in your own words.",
            )
