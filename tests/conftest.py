"""Fixtures: a migrated template once, a clone per worker, a rolled-back transaction per test."""

import asyncio
import os
import subprocess
import tempfile
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from clipcart.kit.connections import connect_pool, prepare_connection
from clipcart.kit.db import PooledDatabase, Tx
from clipcart.kit.engine import Engine, Wiring
from clipcart.kit.migrate import migrate
from clipcart.kit.postgres import Embedded
from tests.support.database import OneConnection, StillEngine, clone

pytest_plugins = ["tests.support.installation"]

# Nothing of a test outlives it, so nothing has to reach the disk. Tests of crashes and of
# durability start servers of their own.
HASTY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}

SHARED = Path(__file__).resolve().parents[2] / "shared"


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--seed` repeats the choices of a test that makes them at random, and printed them."""
    parser.addoption("--seed", help="The seed of the crash test.")
    parser.addoption("--fuzz-s", help="For how many seconds requests are made up for the open API.")


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], str]]:
    """A PostgreSQL for this worker; gives the address of a database by name."""
    own = os.environ.get("CLIPCART_TEST_DATABASE_URL")
    if own:
        yield lambda name: own.rsplit("/", 1)[0] + "/" + name
        return
    home = Path(tempfile.mkdtemp(prefix="clipcart-test-"))
    home.chmod(0o755)
    embedded = Embedded(home, HASTY)
    embedded.start()
    try:
        yield lambda name: embedded.url(name)
    finally:
        embedded.stop()
        # Gigabytes of small files: nobody waits for them to go.
        subprocess.Popen(["nice", "rm", "-rf", str(home)], start_new_session=True)


@pytest.fixture(scope="session")
async def template(server: Callable[[str], str]) -> str:
    """The name of a migrated database that others are cloned from."""
    name = f"clipcart_template_{uuid.uuid4().hex[:8]}"
    admin = await asyncpg.connect(server("postgres"))
    await admin.execute(f"create database {name}")
    await admin.close()
    await migrate(server(name))
    return name


@pytest.fixture(scope="session")
async def connection(server: Callable[[str], str], template: str) -> AsyncIterator[Any]:
    """The worker's connection for tests that are rolled back."""
    opened = await asyncpg.connect(await clone(server, template), timeout=60)
    await prepare_connection(opened)
    yield opened
    await opened.close()


@pytest.fixture
async def db(connection: Any) -> AsyncIterator[OneConnection]:
    """A database whose changes vanish after the test; time stands at `db.moment`."""
    transaction = connection.transaction()
    await transaction.start()
    try:
        yield OneConnection(connection)
    finally:
        await transaction.rollback()


@pytest.fixture
async def tx(db: OneConnection) -> Tx:
    """An open transaction for tests of one room; call `tx.flush()` to look at facts and jobs."""
    return Tx(db.connection, db.moment)


@pytest.fixture
def engine_for(db: OneConnection) -> Callable[[Wiring], Engine]:
    """Makes an engine over the test's database for a wiring."""
    return lambda wiring: StillEngine(db, wiring, concurrent=False)


@pytest.fixture
async def real_db(server: Callable[[str], str], template: str) -> AsyncIterator[PooledDatabase]:
    """A database of the test's own with a pool: real commits, for races and crashes."""
    pool = await connect_pool(await clone(server, template), size=20)
    db = PooledDatabase(pool, movable_clock=True)
    yield db
    await db.close()


@pytest.fixture
def race() -> Callable[..., Awaitable[list[Any]]]:
    """Starts coroutines together and gives results and exceptions in order."""

    async def run(*contenders: Awaitable[Any]) -> list[Any]:
        return await asyncio.gather(*contenders, return_exceptions=True)

    return run


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real data beside the clone. Absent: says what is left out, or fails in CI."""
    if SHARED.is_dir():
        return SHARED
    if os.environ.get("CLIPCART_REQUIRE_SHARED"):
        pytest.fail(f"{SHARED} is missing, and CLIPCART_REQUIRE_SHARED is set")
    pytest.skip(f"left out: real data folder ../{SHARED.name} is not beside this clone")
