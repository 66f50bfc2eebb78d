"""Makes src/clipcart/catalog/taxonomy/files/*.gz from a copy of the Shopify product taxonomy.

    python tools/build_taxonomy.py path/to/taxonomy

The folder holds `shopify_category_data/*.yml` (the official `data/categories` of
https://github.com/Shopify/product-taxonomy, MIT licence, (c) Shopify) and
`shopify_categories_*.{de,es,pt-BR}.json.gz` (translated names of the same taxonomy, MIT licence;
see NOTICE). The same input gives the same bytes. Made are:

- `categories.tsv.gz`: depth, code, name and attributes of each category, parents before children;
  an attribute is its place in the first line, which names them all;
- `names.tsv.gz`: code and the name in each language of the first line; empty where unknown.
"""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

TARGET = Path(__file__).parents[1] / "src/clipcart/catalog/taxonomy/files"
LANGUAGES = ("de", "es", "pt-BR")


@dataclass
class Category:
    """A category as its vertical's file describes it."""

    code: str
    name: str = ""
    children: list[str] = field(default_factory=list)
    attributes: list[str] = field(default_factory=list)


def read(folder: Path) -> dict[str, Category]:
    """Every category by its code. The files have one form, so that lines are enough."""
    found: dict[str, Category] = {}
    for path in sorted(folder.glob("shopify_category_data/*.yml")):
        items: list[str] = []
        category = Category("")
        for line in path.read_text("utf-8").splitlines():
            if line == "---":
                continue
            _key, _, value = line.strip().removeprefix("- ").partition(": ")
            if line.startswith("- id: "):
                category = found[value] = Category(value)
            elif line.startswith("  name: "):
                category.name = value
            elif line.startswith("  children:"):
                items = category.children
            elif line.startswith("  attributes:"):
                items = category.attributes
            elif line.startswith("  - "):
                items.append(line.removeprefix("  - "))
            else:
                raise SystemExit(f"{path.name}: a line of an unknown form: {line!r}")
    return found


def in_order(categories: dict[str, Category]) -> Iterator[tuple[int, Category]]:
    """Depth and category, parents before children, roots by name."""
    children = {code for category in categories.values() for code in category.children}
    roots = [category for code, category in categories.items() if code not in children]

    def below(category: Category, depth: int) -> Iterator[tuple[int, Category]]:
        yield depth, category
        for code in category.children:
            yield from below(categories[code], depth + 1)

    for root in sorted(roots, key=lambda each: each.name):
        yield from below(root, 0)


def write(name: str, lines: list[str]) -> None:
    """A gzip file that is the same whenever it is made."""
    plain = ("\n".join(lines) + "\n").encode()
    (TARGET / name).write_bytes(gzip.compress(plain, 9, mtime=0))


def main(folder: Path) -> None:
    """Read the copy, check it, write both files and say what they hold."""
    categories = read(folder)
    ordered = list(in_order(categories))
    keys = sorted({key for category in categories.values() for key in category.attributes})
    places = {key: place for place, key in enumerate(keys)}
    if len(ordered) != len(categories):
        raise SystemExit("a category hangs below two others, or below none")
    lines = ["\t".join(keys)]
    for depth, category in ordered:
        refs = " ".join(str(places[key]) for key in category.attributes)
        lines.append(f"{depth}\t{category.code}\t{category.name}\t{refs}")
    write("categories.tsv.gz", lines)
    names: list[dict[str, str]] = []
    for language in LANGUAGES:
        (path,) = folder.glob(f"shopify_categories_*.{language}.json.gz")
        plain = json.loads(gzip.decompress(path.read_bytes()))
        names.append(
            {item["id"]: item["name"] for part in plain["verticals"] for item in part["categories"]}
        )
    lines = ["code\t" + "\t".join(LANGUAGES)]
    for _, category in ordered:
        local = [known.get(category.code, "").strip() for known in names]
        if any(local):
            lines.append("\t".join([category.code, *local]))
    write("names.tsv.gz", lines)
    leaves = sum(1 for category in categories.values() if not category.children)
    print(f"{len(ordered)} categories, {leaves} of them leaves, {len(keys)} attributes")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
