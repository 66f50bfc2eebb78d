"""Importing again: after an interruption, the same file once more, a newer one."""

import random
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from clipcart import catalog, inventory
from clipcart.identity import SYSTEM
from clipcart.inventory import Want
from clipcart.kit.db import Database
from clipcart.kit.ids import OrderId, new_id
from clipcart.ops.importing import running, storing
from clipcart.ops.importing.progress import Progress
from tests.ops.files import Cells, errors_of, more, mug, sized, write
from tests.ops.shelf import Shelf, open_shelf, refused


def catalogue(seed: int, products: int) -> list[Cells]:
    """Products of all sorts, some of them refused, their rows partly mixed."""
    dice = random.Random(seed)
    rows: list[Cells] = []
    for number in range(products):
        handle = f"thing-{number}"
        sizes = [
            (f"Size {size}", f"{dice.randint(0, 40)}.95") for size in range(dice.randint(1, 4))
        ]
        made = sized(handle, *sizes)
        made[0]["Variant SKU"] = f"CODE {dice.randint(0, products // 2)}"
        if dice.random() < 0.2:
            made[-1]["Variant Price"] = dice.choice(["", "0", "gone"])
        rows += made
    for _ in range(products // 3):
        place = dice.randrange(len(rows) - 1)
        rows[place], rows[place + 1] = rows[place + 1], rows[place]
    return rows


class Killed(BaseException):
    """The process ended here."""


class Dying:
    """Lets the process end in the middle of a product, once so many are stored or recorded."""

    def __init__(self, steps: int) -> None:
        self.steps = steps
        self._store, self._record = storing.store, Progress.record

    def patch(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(running, "store", self._dying(self._store))
        monkeypatch.setattr(Progress, "record", self._dying(self._record))

    def _dying(self, deed: Any) -> Any:
        async def done(*values: Any, **named: Any) -> Any:
            result = await deed(*values, **named)
            self.steps -= 1
            if self.steps == 0:
                raise Killed  # written by the rooms, but the transaction has not ended
            return result

        return done


@pytest.mark.parametrize("seed", [3, 14, 159])
async def test_a_killed_import_goes_on_to_the_same_end(
    seed: int, db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = catalogue(seed, 24)
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    whole.mkdir()
    broken.mkdir()
    calm = await open_shelf(db, tmp_path / "media")
    expected = await calm.bring(write(whole, rows))
    assert expected.refused
    assert expected.created

    shelf = await open_shelf(db, tmp_path / "media")
    path = write(broken, rows)
    dice = random.Random(seed)
    for _ in range(3):
        with monkeypatch.context() as patched:
            Dying(dice.randint(2, 12)).patch(patched)
            with pytest.raises(Killed):
                await shelf.bring(path)
        assert not errors_of(path)

    report = await shelf.bring(path)

    assert report.resumed_at
    assert await shelf.content() == await calm.content()
    counted = ("created", "updated", "unchanged", "refused", "rows", "drafts", "adjusted")
    assert [getattr(report, name) for name in counted] == [
        getattr(expected, name) for name in counted
    ]
    assert errors_of(path) == errors_of(whole / "products.csv")
    facts = "select name, count(*) from kit.event where shop_id = $1 group by 1 order by 1"
    about = [await shelf.fetch(facts, one.shop_id) for one in (shelf, calm)]
    assert about[0] == about[1]
    async with db.reading() as tx:
        assert await inventory.audit(tx) == []


async def test_a_second_run_changes_and_tells_nothing(shelf: Shelf, tmp_path: Path) -> None:
    path = write(tmp_path, catalogue(1, 12))
    first = await shelf.bring(path)
    before, facts, jobs = await shelf.content(), await shelf.facts(), await shelf.jobs()
    errors = errors_of(path)
    second = await shelf.bring(path)
    assert second.unchanged == first.created
    assert (second.created, second.updated, second.resumed_at) == (0, 0, 0)
    assert await shelf.content() == before
    assert (await shelf.facts(), await shelf.jobs()) == (facts, jobs)
    assert errors_of(path) == errors


async def test_a_newer_file_updates(shelf: Shelf, tmp_path: Path) -> None:
    rows = [*sized("mug", ("S", "10"), ("M", "11")), mug("bowl"), mug("cup")]
    await shelf.bring(write(tmp_path, rows))
    ids = await shelf.fetch("select id, options from catalog.sku order by id")
    rows[1]["Variant Price"] = "11.50"
    rows[2]["Title"] = "Deep bowl"
    report = await shelf.bring(write(tmp_path, [*rows, mug("jug")]))
    assert (report.created, report.updated, report.unchanged) == (1, 2, 1)
    content = await shelf.content()
    assert [(sku["handle"], sku["title"], sku["price_minor"]) for sku in content] == [
        ("bowl", "Deep bowl", 1850), ("cup", "Cup", 1850), ("jug", "Jug", 1850),
        ("mug", "Mug", 1000), ("mug", "Mug", 1150),
    ]  # fmt: skip
    after = await shelf.fetch("select id, options from catalog.sku order by id")
    assert [row for row in after if row in ids] == ids
    changes = await shelf.fetch(
        "select name from kit.event where starts_with(name, 'catalog.') order by id offset 3"
    )
    assert [row["name"] for row in changes] == [
        "catalog.prices_changed", "catalog.product_changed", "catalog.product_created",
    ]  # fmt: skip


async def test_counts_are_set_once_unless_asked(shelf: Shelf, tmp_path: Path) -> None:
    path = write(tmp_path, [mug()])
    await shelf.bring(path)
    async with shelf.db.transaction() as tx:
        product_id = await catalog.product_of_handle(tx, SYSTEM, shelf.shop_id, "mug")
        assert product_id is not None
        (key,) = await catalog.sku_keys_of_product(tx, shelf.shop_id, product_id)
        order_id = OrderId(new_id())
        want = Want(shelf.shop_id, order_id, key[1], 2, tx.now + timedelta(days=1))
        assert await inventory.reserve(tx, SYSTEM, [want]) == {}
        await inventory.confirm(tx, SYSTEM, [(shelf.shop_id, order_id)])
        await inventory.consume_all(tx, SYSTEM, [(shelf.shop_id, order_id)])
    assert (await shelf.bring(path)).unchanged == 1
    assert [sku["on_hand"] for sku in await shelf.content()] == [5]
    assert (await shelf.bring(path, set_stock=True)).updated == 1
    assert [sku["on_hand"] for sku in await shelf.content()] == [7]


async def test_pictures_from_a_folder(shelf: Shelf, tmp_path: Path) -> None:
    folder = tmp_path / "pictures" / "deep"
    folder.mkdir(parents=True)
    Image.new("RGB", (400, 400), "teal").save(folder / "Round Mug.JPG", "JPEG")
    Image.new("RGB", (20, 20), "teal").save(folder / "tiny.png")
    rows = [
        mug(Image_Src="https://x.example/a/round%20mug.jpg?v=1", Image_Alt_Text="Round"),
        more(Image_Src="https://x.example/tiny.png"),
        more(Image_Src="https://x.example/gone.png"),
        mug("bowl", Published="false", Image_Src="https://x.example/round%20mug.jpg"),
    ]
    path = write(tmp_path, rows)
    report = await shelf.bring(path, images=tmp_path / "pictures")
    assert (report.created, report.drafts, report.pictures_left) == (2, 1, 2)
    content = {sku["handle"]: sku for sku in await shelf.content()}
    assert (content["mug"]["status"], content["mug"]["images"]) == ("PENDING", 1)
    assert (content["bowl"]["status"], content["bowl"]["images"]) == ("DRAFT", 1)
    assert [error["row"] for error in errors_of(path)] == ["3", "4"]
    facts, jobs = await shelf.facts(), await shelf.jobs()
    assert (await shelf.bring(path, images=tmp_path / "pictures")).unchanged == 2
    # Without the folder the pictures stay.
    assert (await shelf.bring(path)).unchanged == 2
    assert (await shelf.facts(), await shelf.jobs()) == (facts, jobs)


async def test_a_dry_run_keeps_nothing_and_foretells(shelf: Shelf, tmp_path: Path) -> None:
    path = write(tmp_path, catalogue(2, 16))
    facts, jobs = await shelf.facts(), await shelf.jobs()
    rehearsal = await shelf.bring(path, is_rehearsal=True)
    told = errors_of(path)
    assert await shelf.content() == []
    assert (await shelf.facts(), await shelf.jobs()) == (facts, jobs)
    assert await shelf.fetch("select 1 from ops.product_import") == []
    report = await shelf.bring(path)
    assert (rehearsal.created, rehearsal.refused) == (report.created, report.refused)
    assert rehearsal.adjusted == report.adjusted
    assert told == errors_of(path)


async def test_a_mended_file_leaves_no_error_file(shelf: Shelf, tmp_path: Path) -> None:
    path = write(tmp_path, [mug(Variant_Price="?")])
    await refused(shelf, path)
    assert errors_of(path)
    report = await shelf.bring(write(tmp_path, [mug()]))
    assert (report.created, report.errors) == (1, None)
    assert not errors_of(path)


async def test_a_deleted_product_is_not_brought_back(shelf: Shelf, tmp_path: Path) -> None:
    await shelf.bring(write(tmp_path, [mug()]))
    async with shelf.db.transaction() as tx:
        product_id = await catalog.product_of_handle(tx, SYSTEM, shelf.shop_id, "mug")
        assert product_id is not None
        await catalog.delete(tx, SYSTEM, shelf.shop_id, [product_id])
    errors = await refused(shelf, write(tmp_path, [mug(Title="Another mug")]))
    assert "cannot be edited" in errors[0]["rule"]
