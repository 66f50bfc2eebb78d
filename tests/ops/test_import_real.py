"""Real catalogues as Shopify exported them, counted independently."""

import csv
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest

from tests.ops.files import errors_of
from tests.ops.shelf import Shelf

FILES = {  # rows and products as the folder's README counts them
    "packt_course_store.csv": (21, 20),
    "partners2017_bicycles.csv": (1399, 284),
    "partners2017_snowdevil.csv": (636, 278),
    "partners_apparel.csv": (22, 20),
    "partners_home-and-garden.csv": (21, 20),
    "partners_jewelery.csv": (41, 20),
}


@pytest.mark.parametrize("name", FILES)
async def test_a_real_file_arrives_whole(
    name: str, shared: Path, shelf: Shelf, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes((shared / "data" / "shopify_csv" / name).read_bytes())
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    products: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in rows:
        products[row["Handle"]].append(row)
    assert (len(rows), len(products)) == FILES[name]
    # The one thing in these files that our catalogue does not take is a price of nothing.
    free = {
        row["Handle"] for row in rows if row["Variant Price"] and not Decimal(row["Variant Price"])
    }
    variants = [row for row in rows if row["Variant Price"] and row["Handle"] not in free]

    report = await shelf.bring(path)

    assert (report.created, report.refused) == (len(products) - len(free), len(free))
    assert (report.updated, report.unchanged, report.rows) == (0, 0, len(rows))
    content = await shelf.content()
    assert len(content) == len(variants)
    assert {row["handle"] for row in content} == set(products) - free
    assert sum(row["price_minor"] for row in content) == sum(
        int(Decimal(row["Variant Price"]) * 100) for row in variants
    )
    assert sum(row["on_hand"] for row in content) == sum(
        max(0, int(row["Variant Inventory Qty"] or 0)) for row in variants
    )
    assert sum(row["weight_g"] for row in content) == sum(
        int(Decimal(row["Variant Grams"] or 0)) for row in variants
    )
    titles = {row["handle"]: row["title"] for row in content}
    assert titles == {
        handle: " ".join(of[0]["Title"].split())
        for handle, of in products.items()
        if handle not in free
    }
    refused = {error["handle"] for error in errors_of(path) if error["result"] == "refused"}
    assert refused == free


async def test_a_second_run_of_a_real_file_does_nothing(
    shared: Path, shelf: Shelf, tmp_path: Path
) -> None:
    path = tmp_path / "bicycles.csv"
    path.write_bytes((shared / "data/shopify_csv/partners2017_bicycles.csv").read_bytes())
    first = await shelf.bring(path, limit=60)
    before, facts, jobs = await shelf.content(), await shelf.facts(), await shelf.jobs()

    second = await shelf.bring(path, limit=60)

    assert first.created + first.refused == 60
    assert (second.created, second.updated) == (0, 0)
    assert (second.unchanged, second.refused) == (first.created, first.refused)
    assert await shelf.content() == before
    assert (await shelf.facts(), await shelf.jobs()) == (facts, jobs)
