"""What the rooms refuse, said of the row and column of the file that it comes from."""

import re
from collections.abc import Iterator

from clipcart.kit.errors import Invalid, Problem, Refusal
from clipcart.kit.text import sentence
from clipcart.ops.importing.listing import Listing, Note
from clipcart.ops.importing.reading import Survey

_INDEXED = re.compile(r"(?:\[\d+\]\.)?(skus|axes|prices|images)\[(\d+)\]\.?(\w*)")
_OF_A_SKU = {"price": "price", "seller_sku": "code", "weight_g": "grams", "": "price"}
_OF_A_PRODUCT = {
    "title": "title",
    "description_html": "body",
    "handle": "handle",
    "images": "picture",
    "axes": "option1_name",
    "skus": "option1_value",
    "quantity": "quantity",
}
_OF_A_CODE = {"inventory": "quantity", "catalog.seller_sku_taken": "code"}


def notes_of(refusal: Refusal, survey: Survey, listing: Listing) -> list[Note]:
    """Every problem of the refusal as a note; the texts for people give rule and cure."""
    if isinstance(refusal, Invalid):
        return [_of_problem(problem, survey, listing) for problem in refusal.problems]
    rule, _, cure = sentence(refusal.code, refusal.facts).partition(". ")
    room = refusal.code.split(".")[0]
    column = _OF_A_CODE.get(refusal.code) or _OF_A_CODE.get(room) or "handle"
    rule = rule if not cure else f"{rule}."
    return [Note(listing.row, survey.name(column), rule, cure, True, listing.handle)]


def _of_problem(problem: Problem, survey: Survey, listing: Listing) -> Note:
    row, column = next(_places(problem.field, listing), (listing.row, "handle"))
    name = survey.name(column)
    return Note(row, name, problem.rule, problem.cure, True, listing.handle)


def _places(field: str, listing: Listing) -> Iterator[tuple[int, str]]:
    """The row and our name of the column that a field of a draft was read from."""
    indexed = _INDEXED.fullmatch(field)
    if indexed is None:
        if field in _OF_A_PRODUCT:
            yield listing.row, _OF_A_PRODUCT[field]
        return
    kind, place, part = indexed[1], int(indexed[2]), indexed[3]
    if kind == "axes" and place < len(listing.axis_numbers):
        number = listing.axis_numbers[place]
        yield listing.row, f"option{number}_{'name' if part == 'name' else 'value'}"
    elif kind in ("skus", "prices") and place < len(listing.variants):
        first = listing.axis_numbers[0] if listing.axis_numbers else 1
        column = _OF_A_SKU.get(part, f"option{first}_value")
        yield listing.variants[place].row, column
    elif kind == "images" and place < len(listing.pictures):
        yield listing.pictures[place].row, "picture"
