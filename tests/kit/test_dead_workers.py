"""Workers that are killed, paused or cut off: others take over at once, nobody does it twice."""

import asyncio
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import pytest

from clipcart.kit.connections import connect_pool
from clipcart.kit.db import Database, PooledDatabase
from clipcart.kit.engine import Engine, Wiring
from clipcart.kit.jobs import Job, Lane
from clipcart.kit.migrate import migrate
from clipcart.kit.postgres import Embedded
from clipcart.kit.presence import Presence
from clipcart.kit.worker import claim, work
from tests.kit.test_engine import RING, Note
from tests.support.database import clone

SLEEPER = """
import asyncio, sys
from clipcart.kit.connections import connect_pool
from clipcart.kit.db import PooledDatabase
from clipcart.kit.engine import Engine, Wiring
from clipcart.kit.jobs import Job, JobKind, Lane
from clipcart.kit.worker import work

async def main():
    pool = await connect_pool(sys.argv[1], size=6)
    async def body(db, note):
        print("begun", flush=True)
        await asyncio.sleep(float(sys.argv[2]))
    kind = JobKind("kit_test.ring", dict, lane=Lane.PROMPT)
    engine = Engine(PooledDatabase(pool, movable_clock=True), Wiring((), [Job(kind, body)], ()))
    await work(engine, asyncio.Event(), pool)

asyncio.run(main())
"""


@pytest.fixture
async def address(server: Callable[[str], str], template: str) -> str:
    """A database of the test's own."""
    return await clone(server, template)


@pytest.fixture
async def ours(address: str) -> AsyncIterator[PooledDatabase]:
    """This process's connections to it."""
    pool = await connect_pool(address, size=6)
    yield PooledDatabase(pool, movable_clock=True)
    await pool.close()


@contextmanager
def sleeper(address: str, sleep_s: float) -> Iterator["subprocess.Popen[str]"]:
    """Another worker, which has begun a job when the block starts."""
    process = subprocess.Popen(
        [sys.executable, "-c", SLEEPER, address, str(sleep_s)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        assert "begun\n" in iter(process.stdout.readline, "")
        yield process
    finally:
        process.kill()
        process.wait()


async def ring(db: PooledDatabase, *texts: str) -> None:
    async with db.transaction() as tx:
        for text in texts:
            tx.enqueue(RING, Note(text))


def bell(db: PooledDatabase, rung: list[str]) -> Engine:
    async def body(_db: Database, note: Note) -> None:
        rung.append(note.text)

    return Engine(db, Wiring((), [Job(RING, body)], ()))


async def until(condition: Callable[[], Awaitable[bool]], limit_s: float = 8) -> None:
    async with asyncio.timeout(limit_s):
        while not await condition():  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def test_jobs_of_a_killed_worker_are_free_at_once(ours: PooledDatabase, address: str) -> None:
    rung: list[str] = []
    engine = bell(ours, rung)
    await ring(ours, "x")
    with sleeper(address, 60) as other:
        assert await engine.run_jobs(Lane.PROMPT) == 0
        other.send_signal(signal.SIGKILL)
        other.wait()

        async def took_over() -> bool:
            return await engine.run_jobs(Lane.PROMPT) == 1

        await until(took_over)
    assert rung == ["x"]
    assert await ours.pool.fetchval("select count(*) from kit.job") == 0


async def test_a_paused_worker_keeps_its_jobs_and_does_no_harm_when_it_wakes(
    ours: PooledDatabase, address: str
) -> None:
    rung: list[str] = []
    engine = bell(ours, rung)
    await ring(ours, "x")
    with sleeper(address, 0.5) as other:
        other.send_signal(signal.SIGSTOP)
        assert await engine.run_jobs(Lane.PROMPT) == 0
        # Its lease ends while it is paused: another worker claims the job, and is at it.
        await ours.pool.execute(
            """update kit.job set attempts = attempts + 1, leased_by = null,
                leased_until = clock_timestamp() + interval '5 minutes', max_attempts = 1"""
        )
        other.send_signal(signal.SIGCONT)

        async def gone() -> bool:
            return not await ours.pool.fetchval("select count(*) from kit.job")

        # It did the work, so the job is done; it is neither freed nor buried for the other.
        await until(gone)
    assert rung == []


async def test_a_session_that_was_lost_is_opened_anew(ours: PooledDatabase) -> None:
    numbers: list[int | None] = []
    presence = Presence(ours.pool, numbers.append)
    await presence.keep()
    await presence.keep()
    assert len(numbers) == 1
    ended = "select pg_terminate_backend(pid, 2000) from pg_locks where objid = $1"
    assert await ours.pool.fetchval(ended, numbers[0])
    with pytest.raises(Exception, match=r"clos|terminat|lost"):
        await presence.keep()
    await presence.keep()
    assert numbers[1] is None
    assert numbers[2] not in (None, numbers[0])
    await presence.leave()
    held = "select count(*) from pg_locks where locktype = 'advisory'"
    await until(lambda: _is_zero(ours, held))


async def test_a_worker_without_its_session_claims_nothing(ours: PooledDatabase) -> None:
    rung: list[str] = []
    engine = bell(ours, rung)
    presence = Presence(ours.pool, engine.sign_as)
    await ring(ours, "x")
    with pytest.raises(asyncpg.PostgresConnectionError):
        await claim(engine, presence, Lane.PROMPT)
    assert await ours.pool.fetchval("select count(*) from kit.job where leased_until is null") == 1
    await presence.keep()
    assert await claim(engine, presence, Lane.PROMPT) == 1
    assert rung == ["x"]
    await presence.leave()


async def _is_zero(db: PooledDatabase, sql: str) -> bool:
    return not await db.pool.fetchval(sql)


@pytest.fixture
def own_server() -> Iterator[Embedded]:
    """A server that the test may stop."""
    home = Path(tempfile.mkdtemp(prefix="clipcart-pg-"))
    home.chmod(0o755)
    server = Embedded(home, {"shared_buffers": "16MB", "max_connections": "40"})
    server.start()
    yield server
    server.stop()
    shutil.rmtree(home)


async def test_a_worker_waits_while_the_database_is_away(
    own_server: Embedded, capsys: pytest.CaptureFixture[str]
) -> None:
    await migrate(own_server.url())
    pool = await connect_pool(own_server.url(), size=10)
    db = PooledDatabase(pool, movable_clock=True)
    rung: list[str] = []
    stop = asyncio.Event()
    running = asyncio.create_task(work(bell(db, rung), stop, pool))
    try:
        await ring(db, "before")
        await until(lambda: _has(rung, "before"))
        await asyncio.to_thread(own_server.stop)
        await asyncio.sleep(1.5)
        assert not running.done()
        await asyncio.to_thread(own_server.start)
        await ring(db, "after")
        await until(lambda: _has(rung, "after"))
    finally:
        stop.set()
        await running
        await pool.close()
    told = capsys.readouterr()
    lines = told.out + told.err
    assert lines.count("database_away") in (1, 2)
    assert lines.count("database_back") == lines.count("database_away")
    assert "round_failed" not in lines


async def _has(rung: list[str], text: str) -> bool:
    return text in rung
