"""The embedded server: durable through kills, shared between processes, gone when stopped."""

import contextlib
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import psutil
import pytest

from clipcart.kit.postgres import Embedded, PostgresFailed

SMALL = {"shared_buffers": "16MB", "max_connections": "20"}


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder that the server's own account may enter, unlike pytest's when root runs it."""
    folder = Path(tempfile.mkdtemp(prefix="clipcart-pg-"))
    folder.chmod(0o755)
    yield folder
    for process in _processes(Embedded(folder)):
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    shutil.rmtree(folder)


def _processes(server: Embedded) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            line = " ".join(process.cmdline())
            if process.status() != psutil.STATUS_ZOMBIE and server.name in line:
                found.append(process)
    return found


def _spawn(command: list[str], user: int | None = None) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, user=user)


def _postmaster(server: Embedded) -> int:
    return int((server.data / "postmaster.pid").read_text().splitlines()[0])


async def _sql(server: Embedded, *statements: str) -> object:
    connection = await asyncpg.connect(server.url())
    try:
        answer = None
        for statement in statements:
            answer = await connection.fetchval(statement)
        return answer
    finally:
        await connection.close()


async def test_starts_answers_and_stops_without_leftovers(home: Path) -> None:
    server = Embedded(home, SMALL)
    told: list[str] = []
    server.start(told.append)
    assert server.is_running
    assert any("starting" in line for line in told)
    assert await _sql(server, "select current_database()") == "clipcart"
    assert await _sql(server, "show server_version_num") >= "180000"  # type: ignore[operator]
    for setting, value in {
        "server_encoding": "UTF8",
        "data_checksums": "on",
        "fsync": "on",
        "synchronous_commit": "on",
        "listen_addresses": "",
        "TimeZone": "UTC",
    }.items():
        assert await _sql(server, f"show {setting}") == value
    assert server.stop()
    assert not Embedded(home).is_running
    assert _processes(server) == []
    assert not (server.data / "postmaster.pid").exists()
    assert list(server.socket.iterdir()) == []


async def test_sorts_and_folds_case_alike_on_every_machine(home: Path) -> None:
    with Embedded(home, SMALL) as server:
        assert await _sql(server, "select lower('ÄÇŁ') || upper('straße')") == "äçłSTRAßE"
        provider = "select datlocprovider::text || datlocale from pg_database"
        assert await _sql(server, f"{provider} where datname = 'clipcart'") == "bC.UTF-8"


async def test_only_the_owner_reaches_data_and_socket(home: Path) -> None:
    with Embedded(home, SMALL) as server:
        for folder in (server.data, server.socket):
            assert stat.S_IMODE(folder.stat().st_mode) == 0o700


async def test_committed_work_survives_the_kill_of_every_process(home: Path) -> None:
    server = Embedded(home, SMALL)
    server.start()
    await _sql(server, "create table kept (n int)", "insert into kept values (42)")
    for process in _processes(server):
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    again = Embedded(home, SMALL)
    again.start()
    assert await _sql(again, "select n from kept") == 42
    assert again.stop() is False, "the first handle still counts as a user"
    assert server.stop()
    assert _processes(server) == []


async def test_starts_again_while_children_of_a_killed_server_linger(home: Path) -> None:
    server = Embedded(home, SMALL)
    server.start()
    await _sql(server, "create table kept (n int)", "insert into kept values (7)")
    postmaster = _postmaster(server)
    child = next(one for one in _processes(server) if one.pid != postmaster)
    child.send_signal(signal.SIGSTOP)  # one that cannot notice that its parent is gone
    os.kill(postmaster, signal.SIGKILL)
    again = Embedded(home, SMALL)
    again.start()
    assert await _sql(again, "select n from kept") == 7
    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE
    server.stop()
    assert again.stop()


async def test_a_lock_file_naming_a_living_stranger_is_no_obstacle(home: Path) -> None:
    server = Embedded(home, SMALL)
    server.start()
    recorded = (server.data / "postmaster.pid").read_text().splitlines()
    owner = server.data.stat().st_uid
    assert server.stop()
    stranger = _spawn(["sleep", "60"], owner)
    try:
        recorded[0] = str(stranger.pid)
        (server.data / "postmaster.pid").write_text("\n".join(recorded) + "\n")
        assert not server.is_running
        server.start()
        assert await _sql(server, "select 1") == 1
        assert server.stop()
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.communicate()


async def test_a_server_that_outlived_its_clipcart_is_taken_over(home: Path) -> None:
    script = (
        "import sys, pathlib; from clipcart.kit.postgres import Embedded;"
        "Embedded(pathlib.Path(sys.argv[1])).start(); print('up', flush=True); sys.stdin.read()"
    )
    first = _spawn([sys.executable, "-c", script, str(home)])
    assert first.stdout is not None
    assert first.stdout.readline() == b"up\n"
    first.kill()
    first.communicate()
    server = Embedded(home)
    assert server.is_running
    left_running = _postmaster(server)
    server.start()
    assert _postmaster(server) == left_running
    assert server.stop()
    assert _processes(server) == []


async def test_the_last_of_two_users_stops_it(home: Path) -> None:
    first, second = Embedded(home, SMALL), Embedded(home, SMALL)
    first.start()
    second.start()
    assert not first.stop()
    assert await _sql(second, "select 1") == 1
    assert second.stop()
    assert not second.stop(), "stopping twice is harmless"


async def test_a_half_made_cluster_is_made_again(home: Path) -> None:
    (home / "data.new" / "base").mkdir(parents=True)
    with Embedded(home, SMALL) as server:
        assert await _sql(server, "select 1") == 1
        assert not (home / "data.new").exists()


@pytest.mark.parametrize("name", ["a" * 120, "one, two", "ü" * 50])
async def test_a_home_of_no_use_to_sockets_gets_one_elsewhere(home: Path, name: str) -> None:
    server = Embedded(home / name, SMALL)
    assert home not in server.socket.parents
    assert len(bytes(server.socket)) < 80
    with server:
        assert await _sql(server, "select 1") == 1
    assert not server.socket.exists()


async def test_a_home_with_a_space_and_signs_works(home: Path) -> None:
    server = Embedded(home / "sho p%20'ü&x=1", SMALL)
    assert home in server.socket.parents
    with server:
        assert await _sql(server, "select 1") == 1
        dump = [str(server.bin("pg_dump")), "--schema-only", server.url()]
        assert _spawn(dump).wait() == 0


def test_a_refused_setting_is_explained_at_once(home: Path) -> None:
    server = Embedded(home, {"shared_buffers": "nonsense"})
    begun = time.monotonic()
    with pytest.raises(PostgresFailed, match="shared_buffers"):
        server.start()
    assert time.monotonic() - begun < 30
    assert not server.is_running


def test_a_cluster_of_another_major_version_is_left_alone(home: Path) -> None:
    (home / "data").mkdir()
    (home / "data" / "PG_VERSION").write_text("16\n")
    with pytest.raises(PostgresFailed, match="PostgreSQL 16"):
        Embedded(home).start()
    assert [path.name for path in (home / "data").iterdir()] == ["PG_VERSION"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as another account")
def test_folders_of_others_keep_their_permissions(home: Path) -> None:
    closed = home / "closed"
    closed.mkdir(mode=0o700)
    with pytest.raises(PostgresFailed, match="CLIPCART_HOME"):
        Embedded(closed / "postgres").start()
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700
