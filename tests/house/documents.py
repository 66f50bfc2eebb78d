"""Reading the documents: which there are, what they link to and name, and the tables in them."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.house.tidy import CLONE

DOCS = CLONE / "docs"
ROOT_PAGES = ("README.md", "ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md")

_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_CODE = re.compile(r"`([^`\n]+)`")
_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def pages() -> list[Path]:
    """Every document, those of the root first."""
    return [*(CLONE / name for name in ROOT_PAGES), *sorted(DOCS.rglob("*.md"))]


def name(page: Path) -> str:
    """A page's path inside the clone."""
    return page.relative_to(CLONE).as_posix()


def prose(page: Path) -> str:
    """The page without its blocks of code."""
    return _FENCE.sub("", page.read_text())


def links(page: Path) -> Iterator[tuple[Path, str]]:
    """What a page links to inside the clone: the file, and the part of it or nothing."""
    for target in _LINK.findall(prose(page)):
        if "://" in target:
            continue
        path, _, part = target.partition("#")
        yield (page.parent / path).resolve() if path else page, part


def parts(page: Path) -> set[str]:
    """The names by which the page's headings can be linked to."""
    plain = (re.sub(r"[^\w\- ]", "", title.lower()) for title in _HEADING.findall(prose(page)))
    return {title.strip().replace(" ", "-") for title in plain}


def codes(page: Path) -> list[str]:
    """What stands between backticks in the text."""
    return _CODE.findall(prose(page))


def everything_typed(page: Path) -> str:
    """Blocks and backticks together: what a reader may copy."""
    return "\n".join([*_FENCE.findall(page.read_text()), *codes(page)])


def tables(page: str) -> Iterator[list[Mapping[str, str]]]:
    """Each table of a page of docs/, as rows of heading -> text without backticks."""
    rows: list[list[str]] = []
    for line in [*(DOCS / page).read_text().splitlines(), ""]:
        if line.startswith("|"):
            rows.append([cell.strip().replace("`", "") for cell in line.strip("|").split("|")])
        elif rows:
            heads, _, *body = rows
            yield [dict(zip(heads, row, strict=True)) for row in body]
            rows = []


def table(page: str, *heads: str) -> list[Mapping[str, str]]:
    """The table that begins with these headings. Raises LookupError."""
    for found in tables(page):
        if tuple(found[0])[: len(heads)] == heads:
            return found
    raise LookupError(f"docs/{page} has no table that begins with {heads}")
