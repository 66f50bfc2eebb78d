"""Product files for tests of imports, made row by row."""

import csv
import io
from pathlib import Path
from typing import Any

HEADER = (
    "Handle", "Title", "Body (HTML)", "Vendor", "Type", "Tags", "Published", "Option1 Name",
    "Option1 Value", "Option2 Name", "Option2 Value", "Option3 Name", "Option3 Value",
    "Variant SKU", "Variant Grams", "Variant Inventory Tracker", "Variant Inventory Qty",
    "Variant Price", "Image Src", "Image Position", "Image Alt Text", "Gift Card",
    "Variant Image", "Variant Weight Unit", "Status", "Google Shopping / Google Product Category",
)  # fmt: skip

Cells = dict[str, Any]


def mug(handle: str = "mug", **cells: Any) -> Cells:
    """A product without options; cells by heading, with _ for blanks."""
    return {
        "Handle": handle,
        "Title": handle.replace("-", " ").title(),
        "Body (HTML)": "<p>Thrown, glazed, fired.</p>",
        "Type": "Mugs",
        "Published": "true",
        "Option1 Name": "Title",
        "Option1 Value": "Default Title",
        "Variant Grams": "340",
        "Variant Inventory Qty": "7",
        "Variant Price": "18.50",
        "Status": "active",
    } | {name.replace("_", " "): value for name, value in cells.items()}


def more(handle: str = "mug", **cells: Any) -> Cells:
    """A later row of a product."""
    return {"Handle": handle} | {name.replace("_", " "): value for name, value in cells.items()}


def sized(handle: str, *sizes: tuple[str, str]) -> list[Cells]:
    """A product in sizes, each with its price."""
    first, *others = sizes
    head = mug(handle, Option1_Name="Size", Option1_Value=first[0], Variant_Price=first[1])
    return [
        head,
        *(more(handle, Option1_Value=size, Variant_Price=price) for size, price in others),
    ]


def text_of(rows: list[Cells], header: tuple[str, ...] = HEADER, delimiter: str = ",") -> str:
    """The rows as CSV."""
    out = io.StringIO()
    writer = csv.DictWriter(out, header, restval="", delimiter=delimiter, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def write(
    folder: Path,
    rows: list[Cells],
    *,
    name: str = "products.csv",
    encoding: str = "utf-8",
    header: tuple[str, ...] = HEADER,
    delimiter: str = ",",
) -> Path:
    """The rows in a file."""
    path = folder / name
    path.write_bytes(text_of(rows, header, delimiter).encode(encoding))
    return path


def errors_of(path: Path) -> list[dict[str, str]]:
    """The error file beside a file; empty when there is none."""
    errors = path.with_name(path.name + ".errors.csv")
    if not errors.exists():
        return []
    with errors.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
