"""How often the recommended category is right: python -m bench.categories path/to/files.csv ...

The files are Shopify product CSVs, one shop each; none is part of the repository, and the model was
made from none of them. The right category of a product is read from the `Type` column, by the
tables below: a type means a category of the tree, and a recommendation hits if it is that category
or a leaf below it. Types that name no single category (Apparel, Indoor, Glow Series) are left out
and counted. The recommender sees the title alone; a second row adds the description.
"""

import csv
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib import resources
from pathlib import Path
from statistics import median, quantiles

import click
import psutil
from rich.console import Console
from rich.table import Table

from bench.report import RESULTS
from clipcart import catalog
from clipcart.catalog.sanitise import plain_text, sanitise
from clipcart.catalog.taxonomy import recommending
from clipcart.catalog.taxonomy.words import stems
from clipcart.kit.clock import stopwatch, wall_now

SKI = "sg-4-17-2"
BIKE = "sg-4-4"
MEANT = {
    "beanies": "aa-2-17-2",
    "gloves": "aa-2-13",
    "goggles": f"{SKI}-3",
    "helmets": f"{SKI}-4",
    "jackets": "aa-1-10-2",
    "ski bindings": f"{SKI}-10",
    "ski boots": f"{SKI}-11",
    "skis": f"{SKI}-13",
    "snowboard bindings": f"{SKI}-15",
    "snowboard boots": f"{SKI}-16",
    "snowboards": f"{SKI}-17",
    "bracelet": "aa-6-3",
    "earrings": "aa-6-6",
    "necklace": "aa-6-8",
    "fixed gear bicycle": f"{BIKE}-3",
    "kids fixed gear bike": f"{BIKE}-3",
    "premium fixed gear bike": f"{BIKE}-3",
    "tools": f"{BIKE}-1-22",
    "saddle": f"{BIKE}-2-13",
    "handlebars": f"{BIKE}-2-9",
    "lock": f"{BIKE}-1-13",
    "locks": f"{BIKE}-1-13",
    "wheelsets": f"{BIKE}-2-24",
    "pumps": f"{BIKE}-1-15",
    "grips": f"{BIKE}-1-12",
    "bar tape": f"{BIKE}-1-12",
    "cranks": f"{BIKE}-2-4-5",
    "framesets": f"{BIKE}-2-6",
    "tires": f"{BIKE}-2-21",
    "tube": f"{BIKE}-2-22",
    "baskets": f"{BIKE}-1-2",
    "helmet": f"{BIKE}-4-5",
    "stem": f"{BIKE}-2-17",
    "head set": f"{BIKE}-2-11",
    "seatpost": f"{BIKE}-2-15",
    "seatpost clamp": f"{BIKE}-2-14",
    "bells": f"{BIKE}-1-3",
    "shoes": f"{BIKE}-4-8",
    "fender": f"{BIKE}-1-10",
    "forks": f"{BIKE}-2-5",
    "computer": f"{BIKE}-1-8",
    "kickstand": f"{BIKE}-2-12",
    "pannier": f"{BIKE}-1-1",
    "brake": f"{BIKE}-2-1",
    "bottom brackets": f"{BIKE}-2-4",
    "freewheels": f"{BIKE}-2-4",
    "chain": f"{BIKE}-2-4",
    "chains": f"{BIKE}-2-4",
    "fixed cogs": f"{BIKE}-2-4",
    "rim tape": f"{BIKE}-2-23-4",
    "foot straps": f"{BIKE}-1-21",
    "water bottle": "hg-11-3-11",
    "water bottle holder": f"{BIKE}-1-4",
}
"""What a type means, by the taxonomy's code."""


@dataclass(frozen=True, slots=True)
class Product:
    """A title, its description as text, and the code that its type means."""

    title: str
    text: str
    code: str


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table: shares are of the products asked."""

    shop: str
    seen: str
    asked: int
    left_out: int
    top_1: float
    top_3: float
    median_ms: float
    p99_ms: float


def products(path: Path) -> tuple[list[Product], int]:
    """The file's products whose type means a category, and how many have none."""
    found: dict[str, Product | None] = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            if not row["Title"] or row["Handle"] in found:
                continue
            code = MEANT.get(row["Type"].strip().casefold())
            text = plain_text(sanitise(row.get("Body (HTML)") or ""))
            found[row["Handle"]] = None if code is None else Product(row["Title"], text, code)
    asked = [product for product in found.values() if product is not None]
    return asked, len(found) - len(asked)


def names_its_kind(product: Product) -> bool:
    """The title has the noun of the category's name, or of one of its halves."""
    meant = catalog.category_of_code(product.code)
    if meant is None:
        raise LookupError(f"there is no category {product.code}")
    nouns = {stems(part)[-1] for part in meant.name.split("&")}
    return bool(nouns & set(stems(product.title)))


def measure(shop: str, seen: str, asked: list[Product], left_out: int) -> Row:
    """Recommend for each product, and compare."""
    took, first, third = [], 0, 0
    for product in asked:
        beside = (product.text,) if seen == "title and description" else ()
        start = stopwatch()
        got = catalog.recommend_category(product.title, beside=beside, limit=3)
        took.append((stopwatch() - start) * 1000)
        hits = [f"{each.category.code}-".startswith(f"{product.code}-") for each in got]
        first += any(hits[:1])
        third += any(hits)
    count = len(asked)
    p99 = quantiles(took, n=100)[98]
    return Row(shop, seen, count, left_out, first / count, third / count, median(took), p99)


def rows(paths: list[Path]) -> Iterator[Row]:
    """Each shop for itself, then all of them."""
    read = {path.stem: products(path) for path in paths}
    together = [product for asked, _ in read.values() for product in asked]
    left_out = sum(count for _, count in read.values())
    for seen in ("title", "title and description"):
        for shop, (asked, count) in read.items():
            if len(asked) > 1:
                yield measure(shop, seen, asked, count)
        yield measure("all shops", seen, together, left_out)
    telling = [product for product in together if names_its_kind(product)]
    yield measure("all shops", "title that names its kind", telling, len(together) - len(telling))
    words = dict(recommending.added()["words"])
    recommending.added()["words"].clear()
    recommending.forget()
    yield measure("all shops", "title, without the lexicon", together, left_out)
    recommending.added()["words"].update(words)


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--results", type=click.Path(path_type=Path), default=RESULTS, show_default=True)
def main(files: tuple[Path, ...], results: Path) -> None:
    """Print the table and write it as a file."""
    process = psutil.Process()
    before, start = process.memory_info().rss, stopwatch()
    catalog.categories()
    tree_s = stopwatch() - start
    catalog.recommend_category("Mug")
    model_s = stopwatch() - start - tree_s
    memory_mb = (process.memory_info().rss - before) / 1e6
    folder = resources.files("clipcart.catalog.taxonomy").joinpath("files")
    size_kb = sum(len(file.read_bytes()) for file in folder.iterdir()) / 1000
    found = list(rows(list(files)))
    table = Table("Shop", "Seen", "Products", "Left out", "Top 1", "Top 3", "Median", "p99")
    for row in found:
        table.add_row(
            row.shop, row.seen, f"{row.asked}", f"{row.left_out}", f"{row.top_1:.1%}",
            f"{row.top_3:.1%}", f"{row.median_ms:.2f} ms", f"{row.p99_ms:.2f} ms",
        )  # fmt: skip
    console = Console()
    console.print(table)
    about = {
        "tree_s": round(tree_s, 3), "model_s": round(model_s, 3),
        "memory_mb": round(memory_mb, 1), "package_kb": round(size_kb),
    }  # fmt: skip
    console.print(", ".join(f"{name} {value}" for name, value in about.items()))
    results.mkdir(parents=True, exist_ok=True)
    path = results / f"categories-{wall_now():%Y%m%dT%H%M%SZ}.json"
    path.write_text(json.dumps({**about, "rows": [asdict(row) for row in found]}, indent=1) + "\n")
    console.print(str(path))


if __name__ == "__main__":
    main()
