"""A database for tests: one connection, nested transactions, a clock that stands still."""

import asyncio
import contextlib
import uuid
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg

from clipcart.kit.db import Database, Tx, open_transactions
from clipcart.kit.engine import Engine

START = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)
"""Monday noon in New York: no holiday near, no clock change for six days."""


class OneConnection(Database):
    """Runs everything on one connection inside the test's own transaction."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.moment = START
        self._lock = asyncio.Lock()

    @contextlib.asynccontextmanager
    async def transaction(self) -> AsyncIterator[Tx]:
        async with self._lock:
            token = open_transactions.set(open_transactions.get() + 1)
            try:
                async with self.connection.transaction():
                    tx = Tx(self.connection, self.moment)
                    yield tx
                    await tx.flush()
                    # What a commit would check is checked here.
                    await self.connection.execute("set constraints all immediate")
                    await self.connection.execute("set constraints all deferred")
            finally:
                open_transactions.reset(token)

    @contextlib.asynccontextmanager
    async def reading(self) -> AsyncIterator[Tx]:
        async with self._lock:
            yield Tx(self.connection, self.moment, writable=False)

    @contextlib.asynccontextmanager
    async def outright(self) -> AsyncIterator[Tx]:
        async with self._lock:
            tx = Tx(self.connection, self.moment)
            yield tx
            tx.check_told_nothing()

    def pass_time(self, by: timedelta) -> None:
        """Move this test's clock without running what falls due."""
        self.moment += by


class StillEngine(Engine):
    """The engine on a OneConnection database: moving the clock moves the test's moment."""

    _db: OneConnection

    async def move_to(self, moment: datetime) -> None:
        self._db.moment = max(self._db.moment, moment)


async def clone(server: Callable[[str], str], template: str) -> str:
    """A fresh copy of the template; gives its address."""
    name = f"clipcart_{uuid.uuid4().hex[:10]}"
    admin = await asyncpg.connect(server("postgres"))
    await admin.execute(f"create database {name} template {template} strategy file_copy")
    await admin.close()
    return server(name)
