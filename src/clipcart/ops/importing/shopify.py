"""From a product's rows in Shopify's CSV to a listing, with everything that is odd about it."""

import hashlib
import re
from collections.abc import Callable, Sequence
from typing import Final, TypeVar
from urllib.parse import urlsplit

from clipcart.catalog import Axis
from clipcart.kit.money import Money
from clipcart.kit.text import slug
from clipcart.ops.importing.listing import Limits, Listing, Note, Picture, Variant, merged
from clipcart.ops.importing.numbers import NotANumber, read_count, read_price, read_weight
from clipcart.ops.importing.reading import ROWS_MAX, Group, Row, Survey

T = TypeVar("T")

_HANDLE: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_HANDLE_MAX: Final = 100
_ALT_MAX: Final = 200
_OPTIONS: Final = (1, 2, 3)
_YES: Final = frozenset({"true", "yes", "1", "y", "wahr", "vrai"})
_DEFAULT: Final = "default title"


def read_listing(group: Group, survey: Survey, limits: Limits) -> tuple[Listing | None, list[Note]]:
    """The listing and what was adjusted; or None and everything for which it is refused."""
    reader = _Reader(group, survey, limits)
    listing = reader.listing()
    notes = merged(reader.notes)
    return (None if any(note.is_refusal for note in notes) else listing), notes


def handle_of(key: str) -> str:
    """The handle in our catalogue: the file's own where it is one, else one made from it.

    What is made carries a mark of the original, so that two of them never meet.
    """
    if len(key) <= _HANDLE_MAX and _HANDLE.fullmatch(key):
        return key
    return f"{slug(key, longest=80)}-{_mark(key)}"


def _mark(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]


class _Reader:
    """Reads one product; notes gather on the way, so that all of them are told at once."""

    def __init__(self, group: Group, survey: Survey, limits: Limits) -> None:
        self.group = group
        self.survey = survey
        self.limits = limits
        self.handle = handle_of(group.key) if group.key else ""
        self.notes: list[Note] = []
        self.head = next((row for row in group.rows if row.get("title")), group.rows[0])

    def refuse(self, row: Row, column: str, rule: str, cure: str) -> None:
        self._note(row, column, rule, cure, is_refusal=True)

    def adjust(self, row: Row, column: str, rule: str, cure: str) -> None:
        self._note(row, column, rule, cure, is_refusal=False)

    def _note(self, row: Row, column: str, rule: str, cure: str, *, is_refusal: bool) -> None:
        name = self.survey.name(column)
        self.notes.append(Note(row.number, name, rule, cure, is_refusal, self.handle))

    def listing(self) -> Listing | None:
        """The product, or None when its rows cannot be one."""
        if not self._is_whole():
            return None
        rows = [row for row in self.group.rows if self._is_variant(row)]
        if not rows:
            self.refuse(
                self.head,
                "price",
                "None of the product's rows has a price, so there is nothing to buy.",
                "Enter the price in the product's first row.",
            )
            return None
        numbers, axes = self._axes(rows)
        variants = self._variants(rows, numbers)
        status = self.head.get("status").casefold() or "active"
        published = self.head.get("published").casefold() or "true"
        return Listing(
            row=self.head.number,
            handle=self.handle,
            title=self.head.get("title"),
            html=self.head.get("body") if "body" in self.survey.names else None,
            category_texts=tuple(
                text for text in (self.head.get("category"), self.head.get("type")) if text
            ),
            axes=axes,
            axis_numbers=numbers,
            variants=variants,
            pictures=self._pictures(),
            is_for_sale=status == "active" and published in _YES,
            gender=self.head.get("gender"),
        )

    def _is_whole(self) -> bool:
        """The rows belong together, and all of them can be trusted."""
        group, head = self.group, self.head
        if group.is_stray:
            self.refuse(
                head,
                "handle",
                "This row has neither handle nor title, so it belongs to no product.",
                "Write the product's handle into each of its rows.",
            )
        elif group.is_scattered:
            self.refuse(
                head,
                "handle",
                f"The rows of {group.key!r} stand too far apart in the file.",
                "Sort the file by handle, so that a product's rows stand together.",
            )
        elif group.row_count > ROWS_MAX:
            self.refuse(
                head,
                "handle",
                f"{group.row_count} rows have the handle {group.key!r}.",
                "Give each product a handle of its own.",
            )
        elif not head.get("title"):
            self.refuse(
                head, "title", "No row of the product has a title.", "Name it in its first row."
            )
        if head.get("gift_card").casefold() in _YES:
            self.refuse(
                head,
                "gift_card",
                "A gift card is money, not a product that is shipped.",
                "Remove its rows.",
            )
        for row in group.rows:
            if row.is_shifted:
                self.refuse(
                    row,
                    "handle",
                    "The row has more cells than the header, so its cells are shifted.",
                    "Put text with the file's separator in it into quotation marks.",
                )
        if group.key and self.handle != group.key and not self.notes:
            self.adjust(
                head,
                "handle",
                f"A handle has small letters, digits and single hyphens; it became {self.handle}.",
                "Nothing needs to be done; the same handle gives the same again.",
            )
        return not any(note.is_refusal for note in self.notes)

    @staticmethod
    def _is_variant(row: Row) -> bool:
        """The row describes a SKU, not only one more picture."""
        return any(row.get(column) for column in ("price", "code")) or any(
            row.get(f"option{number}_value") for number in _OPTIONS
        )

    def _axes(self, rows: Sequence[Row]) -> tuple[tuple[int, ...], tuple[Axis, ...]]:
        """The option columns in which the SKUs differ. `Default Title` stands for none."""
        found: dict[int, Axis] = {}
        for number in _OPTIONS:
            column = f"option{number}_value"
            values = tuple(dict.fromkeys(_one_line(row.get(column)) for row in rows))
            if not any(values) or (len(values) == 1 and values[0].casefold() == _DEFAULT):
                continue
            name = next((n for row in rows if (n := row.get(f"option{number}_name"))), "")
            if not name:
                name = f"Option {number}"
                self.adjust(
                    rows[0],
                    f"option{number}_name",
                    f"An option needs a name; it is called {name}.",
                    "Name it with a word such as Colour or Size.",
                )
            for row in rows:
                if not row.get(column):
                    self.refuse(
                        row,
                        column,
                        f"Each variant has a value of the option {name}; this one has none.",
                        "Enter its value, or empty the whole option.",
                    )
            found[number] = Axis(name, values)
        if len(rows) == 1 and [axis.name.casefold() for axis in found.values()] == ["title"]:
            found = {}
        return tuple(found), tuple(found.values())

    def _variants(self, rows: Sequence[Row], numbers: Sequence[int]) -> tuple[Variant, ...]:
        variants: list[Variant] = []
        codes: set[str] = set()
        known: dict[tuple[str, ...], int] = {}
        for row in rows:
            options = tuple(_one_line(row.get(f"option{number}_value")) for number in numbers)
            if options in known:
                self.refuse(
                    row,
                    f"option{numbers[0] if numbers else 1}_value",
                    f"Rows {known[options]} and {row.number} are the same variant.",
                    "Remove one of them, or let its options differ.",
                )
            known.setdefault(options, row.number)
            price = self._price(row)
            code = self._code(row, codes)
            weight_g, quantity = self._weight(row), self._quantity(row)
            if price is not None:
                picture_url = row.get("variant_picture")
                variants.append(
                    Variant(row.number, options, price, code, weight_g, quantity, picture_url)
                )
        return tuple(variants)

    def _number(self, row: Row, column: str, read: Callable[[str], T]) -> T | None:
        try:
            return read(row.get(column))
        except NotANumber as fault:
            self.refuse(row, column, fault.rule, fault.cure)
            return None

    def _price(self, row: Row) -> Money | None:
        return self._number(row, "price", lambda text: read_price(text, self.limits.currency))

    def _weight(self, row: Row) -> int | None:
        if row.get("grams"):
            return self._number(row, "grams", read_weight)
        if row.get("weight"):
            unit = row.get("weight_unit") or "kg"
            return self._number(row, "weight", lambda text: read_weight(text, unit))
        return None

    def _quantity(self, row: Row) -> int | None:
        if not row.get("quantity"):
            return None
        count = self._number(row, "quantity", read_count)
        if count is None or count >= 0:
            return count
        self.adjust(
            row,
            "quantity",
            "Stock is not less than zero; it became 0.",
            "Count the units, and enter them in the inventory.",
        )
        return 0

    def _code(self, row: Row, codes: set[str]) -> str:
        """The seller's code made to fit; empty (a code will be made) where it stands twice."""
        text, most = row.get("code").lstrip("'"), self.limits.seller_sku_max
        code = re.sub(r"\s+", "-", text)
        if len(code) > most:
            code = f"{code[: most - 9]}-{_mark(text)}"
        if code != text:
            self.adjust(
                row,
                "code",
                f"A SKU code has at most {most} characters without spaces; it was made to fit.",
                "Nothing needs to be done; the same code gives the same again.",
            )
        if code and code in codes:
            self.adjust(
                row,
                "code",
                f"The code {code} stands at two variants; this one got a code of its own.",
                "Give each variant a code of its own.",
            )
            return ""
        codes.add(code)
        return code

    def _pictures(self) -> tuple[Picture, ...]:
        found: dict[str, tuple[int, Picture]] = {}
        for row in self.group.rows:
            url = row.get("picture")
            if url and url not in found:
                position = row.get("picture_position")
                place = int(position) if re.fullmatch(r"[0-9]{1,4}", position) else len(found) + 1
                alt = _one_line(row.get("picture_alt"))[:_ALT_MAX]
                found[url] = (place, Picture(row.number, url, alt))
        ordered = [picture for _, picture in sorted(found.values(), key=lambda pair: pair[0])]
        most = self.limits.images_max
        if len(ordered) > most:
            self.adjust(
                self.head,
                "picture",
                f"A product has at most {most} pictures; the first of {len(ordered)} are taken.",
                "Move the ones that show most to the front.",
            )
        return tuple(ordered[:most])


def file_name(url: str) -> str:
    """The last part of a picture's address, which is its name in a folder of pictures."""
    return urlsplit(url).path.rsplit("/", 1)[-1]


def _one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
