"""What an import knows of one product, and what it has to say about its rows."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from clipcart.catalog import Axis
from clipcart.kit.money import Currency, Money

ROWS_NAMED: Final = 5
"""So many more rows are named in one note; the rest are counted."""


@dataclass(frozen=True, slots=True)
class Note:
    """What is wrong with a cell: the rule it breaks and the way out.

    The product is refused for it, or else imported with what the rule asks for.
    """

    row: int
    column: str
    rule: str
    cure: str
    is_refusal: bool = True
    handle: str = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """What the shop's market allows, as far as an import can make things fit."""

    currency: Currency
    seller_sku_max: int
    images_max: int


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture by its address in the file."""

    row: int
    url: str
    alt: str


@dataclass(frozen=True, slots=True)
class Variant:
    """A SKU as the file describes it. None means that the file does not say."""

    row: int
    options: tuple[str, ...]
    price: Money
    code: str
    weight_g: int | None
    quantity: int | None
    picture_url: str


@dataclass(frozen=True, slots=True)
class Listing:
    """A product as the file describes it. `axis_numbers` are the option columns of the axes."""

    row: int
    handle: str
    title: str
    html: str | None
    category_texts: tuple[str, ...]
    axes: tuple[Axis, ...]
    axis_numbers: tuple[int, ...]
    variants: tuple[Variant, ...]
    pictures: tuple[Picture, ...]
    is_for_sale: bool
    gender: str


def merged(notes: Iterable[Note]) -> list[Note]:
    """One note per column and rule, at its first row; the other rows are named in it."""
    rows: dict[Note, list[int]] = {}
    for note in notes:
        rows.setdefault(replace(note, row=0), []).append(note.row)
    found = []
    for note, places in rows.items():
        places = sorted(set(places))
        named = ", ".join(str(row) for row in places[1 : ROWS_NAMED + 1])
        more = f" and {len(places) - ROWS_NAMED - 1} more" if len(places) > ROWS_NAMED + 1 else ""
        word = "row" if len(places) == 2 else "rows"
        also = f" Also in {word} {named}{more}." if named else ""
        found.append(replace(note, row=places[0], rule=note.rule + also))
    return sorted(found, key=lambda note: (note.row, note.column, note.rule))
