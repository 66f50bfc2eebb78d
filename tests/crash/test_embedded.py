"""The embedded database dies under those who run it, and they start it again by themselves."""

import asyncio
import contextlib
import os
import shutil
import signal
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil
import pytest

from clipcart.kit import postgres_keeper
from clipcart.kit.postgres import Embedded
from clipcart.kit.postgres_keeper import kept, pause_s
from tests.crash.wreck import SECRET, SMALL, free_port, new_folder

LIMIT_S = 60


@dataclass(frozen=True, slots=True)
class House:
    """A `clipcart up` that runs, and its home."""

    process: Process
    home: Path
    port: int

    @property
    def embedded(self) -> Embedded:
        """Its database, as somebody outside sees it."""
        return Embedded(self.home / "postgres")

    @property
    def said(self) -> str:
        """What stood on its terminal."""
        return (self.home / "terminal.log").read_text()

    async def until_page(self) -> None:
        """Wait until the front page and the API answer, and nothing ended meanwhile."""
        async with (
            asyncio.timeout(LIMIT_S),
            httpx.AsyncClient(base_url=f"http://127.0.0.1:{self.port}", timeout=5) as http,
        ):
            while True:
                assert self.process.returncode is None, self.said
                with contextlib.suppress(httpx.HTTPError):
                    paths = ("/ready", "/", "/api/v1/products")
                    answers = [await http.get(path) for path in paths]
                    if {answer.status_code for answer in answers} == {200}:
                        return
                await asyncio.sleep(0.05)


@pytest.fixture
def folder() -> Iterator[Path]:
    """An empty home, and no PostgreSQL of it afterwards."""
    with new_folder("embedded") as made:
        yield made
        for process in Embedded(made / "postgres")._processes():
            with contextlib.suppress(psutil.Error):
                process.kill()


@pytest.fixture
async def house(folder: Path, home: Path) -> AsyncIterator[House]:
    """`clipcart up --no-demo` on a new home, ended afterwards."""
    shutil.copytree(home / "assets", folder / "assets")
    port = free_port()
    own = {
        "CLIPCART_HOME": str(folder),
        "CLIPCART_DATABASE_URL": "",
        "CLIPCART_MEDIA_URL": (folder / "media").as_uri(),
        "CLIPCART_SECRET": SECRET,
        "CLIPCART_HOST": "127.0.0.1",
        "CLIPCART_PORT": str(port),
        "CLIPCART_PUBLIC_URL": f"http://127.0.0.1:{port}",
    }
    with (folder / "terminal.log").open("ab") as terminal:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "clipcart.ops.cli", "up", "--no-demo"),
            env={**os.environ, **own},
            stdin=DEVNULL,
            stdout=terminal,
            stderr=terminal,
            start_new_session=True,
        )
    try:
        yield House(process, folder, port)
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(process.wait(), 30)
        except TimeoutError:
            os.killpg(process.pid, signal.SIGKILL)
            raise


async def until(holds: Callable[[], bool]) -> None:
    """Wait until it holds."""
    async with asyncio.timeout(LIMIT_S):
        while not holds():  # noqa: ASYNC110 - other processes tell nobody
            await asyncio.sleep(0.05)


def postmaster(embedded: Embedded) -> int:
    """Its process."""
    return int((embedded.data / "postmaster.pid").read_text().split()[0])


def runs(embedded: Embedded) -> bool:
    """Asked anew: the type checker takes an attribute that was looked at for settled."""
    return embedded.is_running


async def test_a_killed_postmaster_is_started_again_under_a_running_house(house: House) -> None:
    await house.until_page()
    before = postmaster(house.embedded)
    os.kill(before, signal.SIGKILL)
    await until(lambda: "postgres_started_again" in house.said)
    async with asyncio.timeout(15):
        await house.until_page()
    assert postmaster(house.embedded) != before
    assert house.said.count("postgres_died") == 1
    # It is theirs as the first one was: it ends with them.
    house.process.send_signal(signal.SIGTERM)
    await asyncio.wait_for(house.process.wait(), 30)
    assert not house.embedded.is_running


async def test_what_cannot_start_is_tried_until_it_can(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(postgres_keeper, "LONGEST_PAUSE_S", 1)
    embedded = Embedded(folder / "postgres", SMALL)
    await asyncio.to_thread(embedded.start)
    hidden = embedded.data / "pg_control.away"
    control = embedded.data / "global" / "pg_control"
    with kept(embedded):
        control.rename(hidden)
        os.kill(postmaster(embedded), signal.SIGKILL)
        said = ""
        async with asyncio.timeout(LIMIT_S):
            while said.count("postgres_not_started") < 2:
                await asyncio.sleep(0.05)
                said += "".join(capfd.readouterr())
        assert "pg_control" in said, "its own words are in the log"
        assert not runs(embedded)
        hidden.rename(control)
        await until(lambda: embedded.is_running)
    assert runs(embedded)
    assert embedded.stop()
    assert not runs(embedded)


async def test_two_who_keep_one_cluster_start_it_once(folder: Path) -> None:
    first, second = (Embedded(folder / "postgres", SMALL) for _ in range(2))
    for each in (first, second):
        await asyncio.to_thread(each.start)
    with kept(first), kept(second):
        before = postmaster(first)
        os.kill(before, signal.SIGKILL)
        await until(lambda: first.is_running and postmaster(first) != before)
        after = postmaster(first)
        await asyncio.sleep(3 * postgres_keeper.LOOK_EVERY_S)
        assert postmaster(second) == after != before
    assert first.stop() is False, "the other still uses it"
    assert second.stop()


def test_pauses_grow_and_stay_short() -> None:
    assert [pause_s(starts) for starts in range(8)] == [0, 1, 2, 4, 8, 16, 30, 30]
