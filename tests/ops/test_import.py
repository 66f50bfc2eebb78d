"""Importing product files: every oddity, interruptions, second runs, updates."""

from pathlib import Path

import pytest

from clipcart.kit.db import Database
from clipcart.ops.importing import reading
from clipcart.ops.importing.reading import UnreadableFile
from clipcart.sellers import NoSuchShop
from tests.ops.files import HEADER, Cells, errors_of, more, mug, sized, text_of, write
from tests.ops.shelf import Shelf, open_shelf, refused


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
async def test_any_encoding_and_separator(
    encoding: str, delimiter: str, shelf: Shelf, tmp_path: Path
) -> None:
    row = mug(Title="Crème “brûlée” mug — größer", Variant_Price="18.50")
    path = write(tmp_path, [row], encoding=encoding, delimiter=delimiter)
    assert (await shelf.bring(path)).created == 1
    (sku,) = await shelf.content()
    assert (sku["title"], sku["price_minor"]) == ("Crème “brûlée” mug — größer", 1850)


async def test_odd_missing_and_extra_columns(shelf: Shelf, tmp_path: Path) -> None:
    header = ("EXTRA", "variant price", " title ", "Handle", "Metafield: x", "Title")
    row = {"variant price": "5", " title ": "Plain mug", "Handle": "plain", "EXTRA": "?"}
    path = write(tmp_path, [row], header=header)
    assert (await shelf.bring(path)).created == 1
    (sku,) = await shelf.content()
    assert (sku["title"], sku["price_minor"], sku["weight_g"], sku["on_hand"]) == (
        "Plain mug", 500, 0, 0,
    )  # fmt: skip


async def test_the_newer_headings(shelf: Shelf, tmp_path: Path) -> None:
    header = ("URL handle", "Title", "Description", "Price", "Inventory quantity",
              "Weight value (grams)", "SKU", "Published on online store")  # fmt: skip
    values = ("tea-mug", "Tea mug", "<b>Hot</b>", "12", "3", "250.0", "TM-1", "TRUE")
    path = write(tmp_path, [dict(zip(header, values, strict=True))], header=header)
    await shelf.bring(path)
    (sku,) = await shelf.content()
    assert (sku["handle"], sku["seller_sku"], sku["weight_g"]) == ("tea-mug", "TM-1", 250)
    assert sku["description_html"] == "<strong>Hot</strong>"
    assert sku["on_hand"] == 3


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"a,b,c\n1,2,3\n", "no column Title"),
        (b'Handle,Title,Variant Price\na,"never closed,1\n' + b"x" * 17_000_000, "never closed"),
        (b"Handle,Title,Variant Price\na,\x81\x8d,1\n", "CSV UTF-8"),
    ],
)
async def test_what_is_no_product_file_is_said_at_once(
    content: bytes, words: str, shelf: Shelf, tmp_path: Path
) -> None:
    path = tmp_path / "products.csv"
    path.write_bytes(content)
    with pytest.raises(UnreadableFile, match=words):
        await shelf.bring(path)
    assert await shelf.fetch("select 1 from ops.product_import") == []


async def test_html_is_made_safe(shelf: Shelf, tmp_path: Path) -> None:
    body = '<div onclick="x()">A <b>mug</b>\n<script>alert(1)</script></div><img src=x>'
    await shelf.bring(write(tmp_path, [mug(**{"Body (HTML)": body})]))
    (sku,) = await shelf.content()
    assert sku["description_html"] == "<p>A <strong>mug</strong>\n</p>"


async def test_three_options_and_rows_of_pictures(shelf: Shelf, tmp_path: Path) -> None:
    head = mug(
        Option1_Name="Size", Option1_Value="Small", Option2_Name="Glaze", Option2_Value="Moss",
        Option3_Name="Handle", Option3_Value="Left", Image_Src="https://x.example/1.jpg",
    )  # fmt: skip
    rows = [
        head,
        more(Option1_Value="Large", Option2_Value="Moss", Option3_Value="Left", Variant_Price="20"),
        more(Image_Src="https://x.example/2.jpg"),
        more(Option1_Value="Large", Option2_Value="Ash", Option3_Value="Right", Variant_Price="21"),
    ]
    report = await shelf.bring(write(tmp_path, rows))
    assert (report.created, report.rows, report.pictures_left, report.drafts) == (1, 4, 2, 1)
    content = await shelf.content()
    assert [sku["options"] for sku in content] == [
        ["Small", "Moss", "Left"], ["Large", "Moss", "Left"], ["Large", "Ash", "Right"],
    ]  # fmt: skip
    assert [sku["price_minor"] for sku in content] == [1850, 2000, 2100]


async def test_rows_of_a_product_need_not_stand_together(shelf: Shelf, tmp_path: Path) -> None:
    mugs = sized("mug", ("S", "10"), ("M", "11"), ("L", "12"))
    bowls = sized("bowl", ("S", "20"), ("M", "21"))
    rows = [mugs[0], bowls[0], mugs[1], bowls[1], mugs[2]]
    assert (await shelf.bring(write(tmp_path, rows))).created == 2
    content = await shelf.content()
    assert [(sku["handle"], sku["price_minor"]) for sku in content] == [
        ("bowl", 2000), ("bowl", 2100), ("mug", 1000), ("mug", 1100), ("mug", 1200),
    ]  # fmt: skip


async def test_rows_too_far_apart_refuse_the_whole_product(shelf: Shelf, tmp_path: Path) -> None:
    mugs = sized("mug", ("S", "10"), ("M", "11"))
    bowls = [mug(f"bowl-{number}") for number in range(reading.WINDOW_ROWS + 1)]
    path = write(tmp_path, [mugs[0], *bowls, mugs[1]])
    survey = reading.survey(path)
    assert (survey.products, survey.rows) == (len(bowls) + 1, len(bowls) + 2)
    parts = [group for group in reading.groups(survey) if group.key == "mug"]
    assert [(part.is_scattered, part.is_late) for part in parts] == [(True, False), (True, True)]

    report = await shelf.bring(path, limit=3)

    assert (report.created, report.refused) == (2, 1)
    assert [sku["handle"] for sku in await shelf.content()] == ["bowl-0", "bowl-1"]
    assert [(error["row"], error["column"]) for error in errors_of(path)] == [("2", "Handle")]


CELLS: list[tuple[Cells, str, str]] = [
    ({"Variant Price": ""}, "Variant Price", "price"),
    ({"Variant Price": "0"}, "Variant Price", "more than zero"),
    ({"Variant Price": "free"}, "Variant Price", "is not a price"),
    ({"Variant Price": "-3"}, "Variant Price", "negative"),
    ({"Variant Price": "€18"}, "Variant Price", "sells in USD"),
    ({"Variant Price": "1.299"}, "Variant Price", "in one country"),
    ({"Variant Price": "1.005,123"}, "Variant Price", "more decimals"),
    ({"Variant Grams": "heavy"}, "Variant Grams", "not a weight"),
    ({"Variant Inventory Qty": "a few"}, "Variant Inventory Qty", "not a count"),
    ({"Variant Inventory Qty": "1000000"}, "Variant Inventory Qty", "at most"),
    ({"Title": ""}, "Title", "title"),
    ({"Title": "x" * 256}, "Title", "characters"),
    ({"Body (HTML)": "y" * 10_001}, "Body (HTML)", "characters"),
    ({"Option1 Name": "N" * 21, "Option1 Value": "v"}, "Option1 Name", "name of its own"),
    ({"Option1 Name": "Size", "Option1 Value": "v" * 51}, "Option1 Value", "characters"),
    ({"Gift Card": "true"}, "Gift Card", "money"),
]


@pytest.mark.parametrize(("cells", "column", "words"), CELLS, ids=lambda value: str(value)[:30])
async def test_a_cell_that_cannot_be_refuses_its_product(
    cells: Cells, column: str, words: str, shelf: Shelf, tmp_path: Path
) -> None:
    rows = sized("mug", ("S", "10"), ("M", "11")) if "Option1 Name" not in cells else [mug()]
    rows[0] |= cells
    errors = await refused(shelf, write(tmp_path, rows))
    assert [(error["row"], error["column"], error["handle"]) for error in errors] == [
        ("2", column, "mug")
    ]
    assert words in errors[0]["rule"]
    assert errors[0]["cure"]


async def test_every_problem_of_a_product_is_told_at_once(shelf: Shelf, tmp_path: Path) -> None:
    rows = sized("mug", ("S", "10"), ("S", "?"), ("", "12"))
    rows[2]["Variant SKU"] = "M-3"
    errors = await refused(shelf, write(tmp_path, rows))
    assert [(error["row"], error["column"]) for error in errors] == [
        ("3", "Option1 Value"), ("3", "Variant Price"), ("4", "Option1 Value"),
    ]  # fmt: skip


async def test_shifted_rows_refuse_their_product(shelf: Shelf, tmp_path: Path) -> None:
    path = tmp_path / "products.csv"
    path.write_text(text_of([mug()]).replace("active", "active,oops"))
    errors = await refused(shelf, path)
    assert "shifted" in errors[0]["rule"]


async def test_a_row_of_no_product_is_told_and_others_arrive(shelf: Shelf, tmp_path: Path) -> None:
    path = write(tmp_path, [mug(), {"Variant Price": "3"}, {}, mug("bowl")])
    report = await shelf.bring(path)
    assert (report.created, report.refused, report.rows) == (2, 0, 3)
    assert [(error["row"], error["column"]) for error in errors_of(path)] == [("3", "Handle")]


async def test_what_can_be_made_to_fit_is_adjusted_and_said(shelf: Shelf, tmp_path: Path) -> None:
    rows = [
        mug("Träumer Mug", Variant_SKU="Mug with spaces " + "x" * 60, Variant_Inventory_Qty="-4"),
        mug("bowl", Variant_SKU="SAME"),
        mug("cup", Variant_SKU="SAME", Option1_Name="", Option1_Value="Blue"),
    ]
    path = write(tmp_path, rows)
    report = await shelf.bring(path)
    assert (report.created, report.refused, report.adjusted) == (3, 0, 5)
    content = {sku["handle"]: sku for sku in await shelf.content()}
    odd = next(handle for handle in content if handle.startswith("traumer-mug-"))
    assert len(content[odd]["seller_sku"]) == 50
    assert content[odd]["on_hand"] == 0
    assert (content["bowl"]["seller_sku"], content["cup"]["seller_sku"]) == ("SAME", "SKU-*")
    assert {(error["row"], error["column"]) for error in errors_of(path)} == {
        ("2", "Handle"), ("2", "Variant SKU"), ("2", "Variant Inventory Qty"),
        ("4", "Option1 Name"), ("4", "Variant SKU"),
    }  # fmt: skip
    facts = await shelf.facts()
    again = await shelf.bring(path)
    assert (again.unchanged, again.adjusted) == (3, 5)
    assert await shelf.facts() == facts


async def test_types_find_their_category(shelf: Shelf, tmp_path: Path) -> None:
    rows = [
        mug("a", Type="Mug"),
        mug("b", Type="Road bicycle"),
        mug("c", Type="Bike racks"),
        mug("d-mug", Type=""),
        mug("e", Type="Bike tools"),
        mug("f", **{"Google_Shopping_/_Google_Product_Category": "home & garden > decor > vases"}),
    ]
    await shelf.bring(write(tmp_path, rows))
    found = [sku["category"] for sku in await shelf.content()]
    mugs = "Home & Garden > Kitchen & Dining > Tableware > Drinkware > Mugs"
    cycling = "Sporting Goods > Outdoor Recreation > Cycling"
    assert found[0] == found[3] == mugs, "the type is a title, and else the title is"
    assert found[1].startswith(f"{cycling} > Bicycles")
    assert found[4].startswith(f"{cycling} > Bicycle Accessories > Bicycle Tools")
    assert found[5] == "Home & Garden > Decor > Vases", "a path of the tree decides"


async def test_yen_have_no_decimals(db: Database, tmp_path: Path) -> None:
    shelf = await open_shelf(db, tmp_path / "media", "jp")
    rows = [mug("a", Variant_Price="¥1,200"), mug("b", Variant_Price="1200.00"),
            mug("c", Variant_Price="12.50")]  # fmt: skip
    report = await shelf.bring(write(tmp_path, rows))
    assert (report.created, report.refused) == (2, 1)
    assert [sku["price_minor"] for sku in await shelf.content()] == [1200, 1200]


async def test_an_unknown_shop(shelf: Shelf, tmp_path: Path) -> None:
    shelf.handle = "nowhere"
    with pytest.raises(NoSuchShop):
        await shelf.bring(write(tmp_path, [mug()], header=HEADER))
