"""Reading a product file: encoding, separator and columns as they are, rows gathered by product.

A file is read three times as a stream: its bytes (digest and encoding), its rows (how many, and
whether each product's rows stand close enough together), and its products. So a file of any size
needs little memory, and what is wrong with the file as a whole is said before anything is stored.
"""

import codecs
import csv
import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from clipcart.kit.text import slug
from clipcart.ops.importing.columns import COLUMNS, column_of

WINDOW_ROWS: Final = 500
"""Rows of one product may stand so far apart; a product whose rows end is closed after as many."""
ROWS_MAX: Final = 2_000
"""Rows of one product: far more than the SKUs and pictures that any market allows."""
_CELL_MAX: Final = 16_000_000
_CHUNK: Final = 1 << 20
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SEPARATORS: Final = (",", ";", "\t")


class UnreadableFile(ValueError):
    """The file as a whole is not a product CSV; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the file: its number as spreadsheets count, and its cells by column.

    `is_shifted` says that it has more cells than the header, so that they cannot be trusted.
    """

    number: int
    cells: Mapping[str, str]
    is_shifted: bool = False

    def get(self, column: str) -> str:
        """The trimmed cell; empty when the column or the cell is not there."""
        return self.cells.get(column, "").strip()


@dataclass(slots=True)
class Group:
    """The rows of one product in the order of the file.

    `is_scattered`: some of its rows stand too far apart. `is_late`: these are those rows.
    """

    key: str
    rows: list[Row] = field(default_factory=list)
    row_count: int = 0
    is_scattered: bool = False
    is_late: bool = False

    @property
    def is_stray(self) -> bool:
        """Rows that name no product."""
        return not self.key


@dataclass(frozen=True, slots=True)
class Survey:
    """What is known of a file before its products are read. `names` are the file's own headings."""

    path: Path
    digest: str
    encoding: str
    separator: str
    columns: Mapping[str, Sequence[int]]
    names: Mapping[str, str]
    width: int
    header_row: int
    rows: int
    products: int
    scattered: frozenset[str]

    def name(self, column: str) -> str:
        """How the file calls a column, or how Shopify does when the file lacks it."""
        return self.names.get(column) or COLUMNS[column][0]


def survey(path: Path, *, window_rows: int = WINDOW_ROWS) -> Survey:
    """Look through the file. Raises UnreadableFile."""
    digest, encoding = _digest_and_encoding(path)
    separator = _separator(path, encoding)
    names, columns, width, header_row = _header(path, encoding, separator)
    first = Survey(
        path, digest, encoding, separator, columns, names, width, header_row, 0, 0, frozenset()
    )
    rows = products = 0
    seen: set[str] = set()
    scattered: set[str] = set()
    for group in groups(first, window_rows=window_rows):
        rows += group.row_count
        if group.is_stray:
            continue
        if group.key in seen:
            scattered.add(group.key)
        else:
            products += 1
            seen.add(group.key)
    return Survey(
        path, digest, encoding, separator, columns, names, width, header_row, rows, products,
        frozenset(scattered),
    )  # fmt: skip


def groups(found: Survey, *, window_rows: int = WINDOW_ROWS) -> Iterator[Group]:
    """The products of the file, each when its rows have ended; the same order every time."""
    waiting: dict[str, Group] = {}
    late: set[str] = set()

    def closed(group: Group) -> Group:
        group.is_scattered = group.key in found.scattered
        group.is_late = group.key in late
        if group.is_scattered:
            late.add(group.key)
        return group

    for row in _rows(found):
        key = _key(row)
        if not key:
            yield Group("", [row], 1)
            continue
        group = waiting.pop(key, None) or Group(key)
        group.row_count += 1
        if len(group.rows) <= ROWS_MAX:
            group.rows.append(row)
        waiting[key] = group
        while (oldest := next(iter(waiting))) != key:
            if waiting[oldest].rows[-1].number >= row.number - window_rows:
                break
            yield closed(waiting.pop(oldest))
    for group in waiting.values():
        yield closed(group)


def _key(row: Row) -> str:
    """What rows of one product have in common: the handle, else one made from the title."""
    handle = row.get("handle")
    if handle:
        return handle
    title = row.get("title")
    plain = slug(title, longest=len(title)) if title else ""
    # A slug drops other scripts, so that two titles in them would be one product.
    return plain if title.isascii() and plain != "item" else title


def _rows(found: Survey) -> Iterator[Row]:
    for number, record in _records(found.path, found.encoding, found.separator):
        if number <= found.header_row or not any(cell.strip() for cell in record):
            continue
        cells: dict[str, str] = {}
        for column, places in found.columns.items():
            cells[column] = next(
                (record[place] for place in places if place < len(record) and record[place]), ""
            )
        # Even empty cells at the end: an unquoted separator moves them there.
        yield Row(number, cells, len(record) > found.width)


def _records(path: Path, encoding: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Every record with its number from 1. Raises UnreadableFile naming the record."""
    csv.field_size_limit(_CELL_MAX)
    number = 0
    with path.open(encoding=encoding, newline="") as file:
        try:
            for number, record in enumerate(csv.reader(file, delimiter=separator), 1):
                yield number, [cell.replace("\x00", "") for cell in record]
        except csv.Error as error:
            raise UnreadableFile(
                f"{path.name}: row {number + 1} is not CSV ({error}); look for a quotation mark"
                " that is never closed"
            ) from error
        except UnicodeError as error:
            raise UnreadableFile(
                f"{path.name}: after row {number} the text is damaged ({error}); save the file"
                " again as CSV UTF-8"
            ) from error


def _digest_and_encoding(path: Path) -> tuple[str, str]:
    digest = hashlib.sha256()
    decoder = codecs.getincrementaldecoder("utf-8")()
    is_utf8 = True
    head = b""
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            head = head or chunk[:4096]
            digest.update(chunk)
            if is_utf8:
                is_utf8 = _decodes(decoder, chunk, final=False)
    is_utf8 = is_utf8 and _decodes(decoder, b"", final=True)
    if not head:
        raise UnreadableFile(f"{path.name} is empty; export the products again")
    return digest.hexdigest(), _encoding(head, is_utf8)


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes, *, final: bool) -> bool:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True


def _encoding(head: bytes, is_utf8: bool) -> str:
    for mark, name in _BOMS:
        if head.startswith(mark):
            return name
    # UTF-16 without a mark: headings are ASCII, so every other byte is zero.
    for name, start in (("utf-16-le", 1), ("utf-16-be", 0)):
        if head[start::2].count(0) * 10 > len(head) * 4:
            return name
    return "utf-8" if is_utf8 else "cp1252"


def _separator(path: Path, encoding: str) -> str:
    """The separator with which the first rows show most known columns."""

    def known(separator: str) -> int:
        best = 0
        for number, record in _records(path, encoding, separator):
            best = max(best, len({column_of(cell) for cell in record} - {None}))
            if number >= 5:
                break
        return best

    return max(_SEPARATORS, key=known)


def _header(
    path: Path, encoding: str, separator: str
) -> tuple[dict[str, str], dict[str, list[int]], int, int]:
    for number, record in _records(path, encoding, separator):
        if not any(cell.strip() for cell in record) or re.match(r"sep=", record[0]):
            continue
        names: dict[str, str] = {}
        columns: dict[str, list[int]] = {}
        for place, heading in enumerate(record):
            column = column_of(heading)
            if column is not None:
                names.setdefault(column, heading.strip())
                columns.setdefault(column, []).append(place)
        missing = [COLUMNS[column][0] for column in ("title", "price") if column not in columns]
        if missing:
            raise UnreadableFile(
                f"{path.name} has no column {' and none '.join(missing)} in row {number}; export"
                " the products as CSV again, with their headings"
            )
        return names, columns, len(record), number
    raise UnreadableFile(f"{path.name} is empty; export the products again")
