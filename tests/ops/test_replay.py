"""The replay of a real marketplace: its files, the tables, and being killed on the way."""

import asyncio
import csv
import gzip
import os
import random
import signal
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Final

import pytest

from clipcart import settlement
from clipcart.main import Installation, open_installation
from clipcart.ops.commands.replay import premises_of
from clipcart.ops.replaying import files, tables
from clipcart.ops.replaying.causes import Cause
from clipcart.ops.replaying.plan import Grains
from clipcart.ops.replaying.running import CannotReplay, Report, Wish, by_cause, replay
from clipcart.ops.replaying.sampling import sample
from clipcart.ops.replaying.tables import By
from tests.support.database import clone
from tests.support.installation import settings_for

MONTHS: Final = {
    "2016-09": 4, "2016-10": 324, "2016-12": 1, "2017-01": 800, "2017-02": 1_780,
    "2017-03": 2_682, "2017-04": 2_404, "2017-05": 3_700, "2017-06": 3_245, "2017-07": 4_026,
    "2017-08": 4_331, "2017-09": 4_285, "2017-10": 4_631, "2017-11": 7_544, "2017-12": 5_673,
    "2018-01": 7_269, "2018-02": 6_728, "2018-03": 7_211, "2018-04": 6_939, "2018-05": 6_873,
    "2018-06": 6_167, "2018-07": 6_292, "2018-08": 6_512, "2018-09": 16, "2018-10": 4,
}  # fmt: skip
"""Orders placed per month, as the data's own README has them."""
STATUSES: Final = {
    "delivered": 96_478, "shipped": 1_107, "canceled": 625, "unavailable": 609, "invoiced": 314,
    "processing": 301, "created": 5, "approved": 2,
}  # fmt: skip
PAID: Final = {
    "credit_card": 12_542_084_19, "boleto": 2_869_361_27, "voucher": 379_436_87,
    "debit_card": 217_989_79, "not_defined": 0,
}  # fmt: skip


@pytest.fixture(scope="session")
def olist(shared: Path) -> Path:
    """The folder of the history."""
    return shared / "data" / "olist"


@pytest.fixture(scope="session")
def history(olist: Path) -> files.History:
    """The files, read once."""
    return files.read(olist)


@pytest.fixture
def excerpt(olist: Path, history: files.History, tmp_path: Path) -> Callable[[int], Path]:
    """Writes the files of so many orders, chosen as a sample is; gives their folder."""

    def write(size: int) -> Path:
        chosen = sample(history, size, Grains(24))
        keep = {
            files.ORDERS: ("order_id", {order.id for order in chosen.orders}),
            files.LINES: ("order_id", {order.id for order in chosen.orders}),
            files.PAYMENTS: ("order_id", {order.id for order in chosen.orders}),
            files.BUYERS: (
                "customer_unique_id",
                {order.buyer.person for order in chosen.orders},
            ),
            files.PRODUCTS: ("product_id", set(chosen.products)),
            files.SELLERS: ("seller_id", set(chosen.sellers)),
            files.TRANSLATION: ("product_category_name", None),
        }
        folder = tmp_path / "olist"
        folder.mkdir()
        for name, (key, wanted) in keep.items():
            rows = [row for row in files.rows(olist, name) if wanted is None or row[key] in wanted]
            with gzip.open(folder / f"{name}.csv.gz", "wt", encoding="utf-8", newline="") as file:
                out = csv.DictWriter(file, list(rows[0]))
                out.writeheader()
                out.writerows(rows)
        return folder

    return write


@pytest.fixture
async def empty(
    server: Callable[[str], str], template: str, home: Path, tmp_path: Path
) -> AsyncIterator[Installation]:
    """An installation with nothing in it."""
    url = await clone(server, template)
    opened = await open_installation(settings_for(home, url, tmp_path / "media"), url)
    yield opened
    await opened.close()


def _silent(_step: str, _done: int, _of: int) -> None:
    """Tells nobody."""


def test_the_files_add_up_to_what_others_have_published(olist: Path) -> None:
    ids = frozenset(row["order_id"] for row in files.rows(olist, files.ORDERS))
    found = tables.straight(olist, ids)
    sums = tables.tables_of(found.values())
    assert len(found) == 99_441
    assert {key: row[0] for key, row in sums[By.STATUS].items()} == STATUSES
    assert {key: row[0] for key, row in sums[By.MONTH].items()} == MONTHS
    assert {key: row[0] for key, row in sums[By.PAYMENT].items()} == PAID
    assert sum(row[1] for row in sums[By.STATE].values()) == 13_591_643_70
    assert sum(row[2] for row in sums[By.STATE].values()) == 2_251_909_54
    assert sum(row[3] for row in sums[By.STATE].values()) == 16_008_872_12
    assert len(sums[By.SELLER]) == 3_095
    assert sum(row[0] for row in sums[By.SELLER].values()) == 112_650
    assert sums[By.STATUS]["delivered"][1:3] == (13_221_498_11, 2_198_275_64)


def test_the_readers_agree(history: files.History) -> None:
    """What is replayed is read by other code than what it is compared with."""
    assert len(history.orders) == 99_441
    assert sum(len(order.lines) for order in history.orders) == 112_650
    assert sum(order.price_minor for order in history.orders) == 13_591_643_70
    assert sum(order.paid_minor for order in history.orders) == 16_008_872_12
    assert len({order.buyer.person for order in history.orders}) == 96_096
    assert len(history.sellers) == 3_095
    assert len(history.products) == 32_951


def test_a_sample_is_the_same_each_time_and_keeps_the_odd_cases(history: files.History) -> None:
    grains = Grains(24)
    first, again = sample(history, 300, grains), sample(history, 300, grains)
    assert len(first.orders) == 300
    assert [order.id for order in first.orders] == [order.id for order in again.orders]
    assert {order.status for order in first.orders} == set(STATUSES)
    assert any(not order.payments for order in first.orders)
    assert any(len({line.seller for line in order.lines}) > 1 for order in first.orders)


async def test_a_sample_replayed_is_equal_to_the_cent_and_the_books_prove(
    empty: Installation, olist: Path
) -> None:
    report = await replay(premises_of(empty), Wish(olist, 600, 24), _silent)
    _check(report)
    causes = by_cause(report.differences)
    for cause in (Cause.NO_LINES, Cause.NO_PAYMENT, Cause.INTEREST, Cause.NEVER_HANDED_OVER):
        assert causes[cause][0] >= 1
    assert (
        sum(line.here[0] for line in report.comparison[By.MONTH]) == 600 - causes[Cause.NO_LINES][0]
    )
    async with empty.db.reading() as tx:
        assert (await settlement.prove(tx)).holds


async def test_a_cent_too_much_is_found(
    empty: Installation, excerpt: Callable[[int], Path]
) -> None:
    """The comparison can fail: it is shown a file that was changed after the replay."""
    folder = excerpt(60)
    _check(await replay(premises_of(empty), Wish(folder, None, 24), _silent))
    path = folder / f"{files.PAYMENTS}.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    rows[0]["payment_value"] = f"{float(rows[0]['payment_value']) + 0.01:.2f}"
    ids = frozenset(row["order_id"] for row in files.rows(folder, files.ORDERS))
    before = tables.tables_of(tables.straight(folder, ids).values())
    with gzip.open(path, "wt", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, list(rows[0]))
        out.writeheader()
        out.writerows(rows)
    after = tables.tables_of(tables.straight(folder, ids).values())
    lines = tables.compare(after, after, before)[By.PAYMENT]
    assert [line.left for line in lines if not line.is_equal] == [(-1,)]


async def test_only_an_empty_installation_or_its_own_replay_is_taken(
    installation: Installation, olist: Path
) -> None:
    with pytest.raises(CannotReplay, match="empty"):
        await replay(premises_of(installation), Wish(olist, 10, 24), _silent)


def _check(report: Report) -> None:
    unequal = [
        (by.value, line)
        for by, lines in report.comparison.items()
        for line in lines
        if any(line.left)
    ]
    assert unequal == []
    assert report.proof.problems == ()
    assert report.is_equal


# -- killed ----------------------------------------------------------------------------------------


STEPS: Final = ("  people", "  shops", "  products", "  orders", "  days after")
"""How the lines begin that tell of work."""


class Runs:
    """Replays as processes of their own, on a database of their own each."""

    def __init__(self, folder: Path, url: str, home: Path, target: Path) -> None:
        self._folder = folder
        self._target = target
        self._environment = {
            **os.environ,
            "CLIPCART_HOME": str(home),
            "CLIPCART_DATABASE_URL": url,
            "CLIPCART_MEDIA_URL": (target.parent / "media").as_uri(),
        }

    async def start(self) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "clipcart.ops.cli", "replay", "olist", str(self._folder)),
            *("--grain", "24", "--report", str(self._target)),
            env=self._environment,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )

    async def finish(self) -> str:
        process = await self.start()
        _, errors = await process.communicate()
        assert process.returncode == 0, errors.decode()[-2_000:]
        return self._target.read_text()


async def _at_work(process: asyncio.subprocess.Process, pause_s: float) -> None:
    """Wait until it has something to do, and then some more. ProcessLookupError: it has ended."""
    assert process.stderr is not None
    while line := await process.stderr.readline():
        if line.decode().startswith(STEPS):
            await asyncio.sleep(pause_s)
            if process.returncode is None:
                return
            break
    raise ProcessLookupError


async def test_killed_at_random_points_it_ends_as_if_undisturbed(
    server: Callable[[str], str],
    template: str,
    home: Path,
    excerpt: Callable[[int], Path],
    tmp_path: Path,
) -> None:
    folder = excerpt(80)
    quiet = Runs(folder, await clone(server, template), home, tmp_path / "quiet.csv")
    expected = await quiet.finish()
    seed = int(os.environ.get("CLIPCART_REPLAY_SEED") or random.randrange(1_000_000))
    print(f"CLIPCART_REPLAY_SEED={seed}")
    dice = random.Random(seed)
    killed = Runs(folder, await clone(server, template), home, tmp_path / "killed.csv")
    kills = 0
    while kills < 5:
        process = await killed.start()
        try:
            await asyncio.wait_for(_at_work(process, dice.random() * 4), 120)
            process.send_signal(signal.SIGKILL)
        except ProcessLookupError:
            break
        await process.communicate()
        kills += 1
    assert kills, "it was over before it could be killed"
    assert await killed.finish() == expected
