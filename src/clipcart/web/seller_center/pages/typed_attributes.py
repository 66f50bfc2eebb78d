"""Category and attributes in the product form: what is offered, and what was typed. Pure.

Values of one attribute are typed with commas between; the catalogue knows those it offers by name.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from clipcart import catalog
from clipcart.catalog import AttributeType, CategoryId, Chosen, ProductAttribute
from clipcart.doorway import Form
from clipcart.kit.ids import parse_id

PREFIX = "attribute-"
FOUND = 12
VALUES_NAMED = 12
_KEY = re.compile(r"attributes\.(.+)")


@dataclass(frozen=True, slots=True)
class AttributeField:
    """An attribute as the form shows it: a choice where there are options, else a line of text."""

    name: str
    label: str
    value: str
    hint: str
    options: tuple[tuple[str, str], ...]
    is_required: bool


def typed_attributes(form: Form) -> Mapping[str, str]:
    """What was typed, by the attribute's id."""
    return {
        name.removeprefix(PREFIX): form.text(name)[:1100]
        for name in form.names(PREFIX)
        if form.text(name)
    }


def as_typed(said: Sequence[ProductAttribute]) -> Mapping[str, str]:
    """What a product says, as it is typed."""
    return {str(each.attribute_id): ", ".join(value.name for value in each.values) for each in said}


def said(category: str, typed: Mapping[str, str]) -> tuple[ProductAttribute, ...]:
    """What was typed in the attributes that the category has; the rest is forgotten."""
    return tuple(
        ProductAttribute(
            attribute.id,
            tuple(
                Chosen(part.strip())
                for part in (text.split(",") if attribute.is_multiple else [text])
                if part.strip()
            ),
        )
        for attribute in _attributes(category)
        if (text := typed.get(str(attribute.id), ""))
    )


def fields(category: str, typed: Mapping[str, str]) -> tuple[AttributeField, ...]:
    """The category's attributes, required ones first. What SKUs differ in is asked elsewhere."""
    return tuple(
        AttributeField(
            f"{PREFIX}{attribute.id}",
            attribute.name,
            typed.get(str(attribute.id), ""),
            _hint(attribute),
            tuple((value.name, value.name) for value in attribute.values)
            if not attribute.is_multiple and not attribute.is_customizable
            else (),
            attribute.is_required,
        )
        for attribute in _attributes(category)
        if attribute.type is AttributeType.PRODUCT_PROPERTY or str(attribute.id) in typed
    )


def choices(title: str, wanted: str, chosen: str) -> tuple[tuple[str, str], ...]:
    """The categories to choose from: the chosen one, those for the words, those for the title."""
    found = []
    known = catalog.category(CategoryId(parse_id(chosen) or 0))
    if known is not None:
        found.append(known)
    if wanted:
        found += catalog.search_categories(wanted, limit=FOUND).items
    elif title:
        found += [each.category for each in catalog.recommend_category(title, limit=FOUND // 2)]
    pairs = {str(each.id): each.path.replace(" > ", " › ") for each in found}
    return tuple(pairs.items())


def attribute_field(field: str, category: str) -> str | None:
    """The form's field for a field of the draft's attributes; None for any other."""
    if field.startswith("attributes["):
        return "category"
    found = _KEY.fullmatch(field)
    if found is None:
        return None
    named = (each for each in _attributes(category) if each.key == found[1])
    return next((f"{PREFIX}{each.id}" for each in named), "category")


def _attributes(category: str) -> Sequence[catalog.Attribute]:
    known = catalog.category(CategoryId(parse_id(category) or 0))
    return () if known is None else catalog.attributes_of(known.id)


def _hint(attribute: catalog.Attribute) -> str:
    if not attribute.values or not (attribute.is_multiple or attribute.is_customizable):
        return "With commas between." if attribute.is_multiple else ""
    named = ", ".join(value.name for value in attribute.values[:VALUES_NAMED])
    more = ", …" if len(attribute.values) > VALUES_NAMED else ""
    start = "With commas between, such as" if attribute.is_multiple else "Such as"
    return f"{start} {named}{more}."
