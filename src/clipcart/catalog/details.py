"""What details of a product may say: every limit, checked at once. Pure."""

import re
from collections.abc import Iterator
from decimal import Decimal

from clipcart.catalog.detail_model import BARCODE_DIGITS, Barcode, BarcodeType
from clipcart.catalog.model import ProductDraft
from clipcart.kit.errors import Problem

EXTERNAL_ID_MAX = 100
SIDE_MAX = Decimal(10_000)
"""Longest side of a package, in either unit. A technical bound."""
WEIGHT_MAX_G = 1_000_000
_NUMBER = re.compile(r"\d{8,14}|\d{9}X")


def barcode_problem(field: str, barcode: Barcode) -> Problem | None:
    """Why this is no number of its system: wrong length, or a check digit that does not fit."""
    code, system = barcode.code, barcode.type
    fits = _NUMBER.fullmatch(code) and len(code) in BARCODE_DIGITS[system]
    if fits and (code[-1] != "X" or system is BarcodeType.ISBN) and _adds_up(code):
        return None
    lengths = ", ".join(map(str, sorted(BARCODE_DIGITS[system])))
    return Problem(
        field,
        f"{code[:20]!r} is no {system} number: it has {lengths} digits, the last of which checks"
        " the others.",
        "Copy the number under the bars.",
    )


def _adds_up(code: str) -> bool:
    if len(code) == 10:
        values = [10 if each == "X" else int(each) for each in code]
        return sum(place * value for place, value in enumerate(values[::-1], 1)) % 11 == 0
    digits = [int(each) for each in code[::-1]]
    return (sum(digits[::2]) + 3 * sum(digits[1::2])) % 10 == 0


def detail_problems(draft: ProductDraft) -> Iterator[Problem]:
    """Everything that keeps the details of a draft from being stored."""
    yield from _external("external_id", draft.details.external_id if draft.details else "")
    for place, sku in enumerate(draft.skus):
        if sku.details is None:
            continue
        yield from _external(f"skus[{place}].external_id", sku.details.external_id)
        if sku.details.barcode is not None:
            problem = barcode_problem(f"skus[{place}].barcode", sku.details.barcode)
            if problem:
                yield problem
    if draft.details is None:
        return
    weight, size = draft.details.weight, draft.details.size
    if weight is not None and not 0 < weight.grams <= WEIGHT_MAX_G:
        yield Problem(
            "weight",
            f"A package weighs 1 to {WEIGHT_MAX_G} grams.",
            "Weigh it with everything in it.",
        )
    if size is not None and not all(
        0 < side <= SIDE_MAX for side in (size.length, size.width, size.height)
    ):
        yield Problem(
            "size",
            f"Each side of a package is more than zero and at most {SIDE_MAX:,}.",
            "Measure the package, not the goods.",
        )


def _external(field: str, text: str) -> Iterator[Problem]:
    if len(text) > EXTERNAL_ID_MAX:
        yield Problem(
            field,
            f"A number of another system has at most {EXTERNAL_ID_MAX} characters.",
            "Use a shorter one.",
        )
