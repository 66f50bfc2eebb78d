"""Transactions: opened by doors and job runners, handed down, committed once.

`Database.transaction()` opens one; `tx` runs statements (`one`, `maybe`, `all`, `stream`, `run`),
announces facts, enqueues jobs and knows the time. `Database.reading()` is for pages that only look.
"""

import asyncio
import contextlib
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from contextvars import ContextVar
from datetime import datetime
from typing import Any, TypeVar

import asyncpg
import msgspec

from clipcart.kit import clock
from clipcart.kit.connections import Pool, is_lost
from clipcart.kit.events import Event, HasLabel, encode
from clipcart.kit.ids import JobId, new_id
from clipcart.kit.jobs import JobKind
from clipcart.kit.sql import Query, command, query

R = TypeVar("R")
P = TypeVar("P")

open_transactions: ContextVar[int] = ContextVar("open_transactions", default=0)
"""How many transactions this task holds; outbound HTTP refuses while it is not 0."""

round_trips: ContextVar[list[int] | None] = ContextVar("round_trips", default=None)
"""A counter of statements sent, set by tests that hold pages to a budget."""

RETRIES = 3
OFFSET_AGE_MS = 20
"""How long a page may use the clock's offset as last read; transactions always ask."""

_OFFSET = query("select offset_us from kit.clock", int)

_WRITE_OUTBOX = command("""
    with fact as (
        insert into kit.event (shop_id, id, at, name, version, actor, subject, payload)
        select * from unnest(:shop_ids::bigint[], :ids::bigint[], :ats::timestamptz[],
            :names::text[], :versions::int[], :actors::text[], :subjects::text[],
            :payloads::jsonb[])
    ), pending as (
        insert into kit.event_pending (shop_id, id)
        select * from unnest(:shop_ids::bigint[], :ids::bigint[])
    )
    insert into kit.job
        (id, kind, lane, payload, run_at, dedupe_key, serial_key, max_attempts, enqueued_at)
    select * from unnest(:job_ids::bigint[], :kinds::text[], :lanes::text[],
        :job_payloads::jsonb[], :run_ats::timestamptz[], :dedupe_keys::text[],
        :serial_keys::text[], :max_attempts::int[], :enqueued_ats::timestamptz[])
    on conflict (kind, dedupe_key) where state = 'queued' do nothing""")


class NoRow(LookupError):
    """`tx.one` found nothing: the caller promised that the row is there, so it is a bug."""


class Tx:
    """A running transaction."""

    __slots__ = ("_connection", "_events", "_jobs", "now", "writable")

    def __init__(self, connection: Any, now: datetime, *, writable: bool = True) -> None:
        self._connection = connection
        self.now = now
        self.writable = writable
        self._events: list[tuple[Any, ...]] = []
        self._jobs: list[tuple[Any, ...]] = []

    async def one(self, statement: Query[R], **values: Any) -> R:
        """The single row. Raises NoRow when there is none."""
        found = await self.maybe(statement, **values)
        if found is None:
            raise NoRow(statement.sql)
        return found

    async def maybe(self, statement: Query[R], **values: Any) -> R | None:
        """The single row, or None; for a single column also None where its value is null."""
        _count()
        record = await self._connection.fetchrow(statement.sql, *statement.bind(values))
        return None if record is None else statement.make(record)

    async def all(self, statement: Query[R], **values: Any) -> list[R]:
        """Every row."""
        _count()
        records = await self._connection.fetch(statement.sql, *statement.bind(values))
        return [statement.make(record) for record in records]

    async def stream(self, statement: Query[R], **values: Any) -> AsyncIterator[R]:
        """Rows one after the other, for results that do not fit in memory."""
        _count()
        async for record in self._connection.cursor(statement.sql, *statement.bind(values)):
            yield statement.make(record)

    async def run(self, statement: Query[Any], **values: Any) -> int:
        """Change rows; gives how many."""
        if not self.writable:
            raise RuntimeError("this transaction only reads; open db.transaction() to change rows")
        _count()
        status: str = await self._connection.execute(statement.sql, *statement.bind(values))
        return int(status.rsplit(" ", 1)[-1]) if status[-1].isdigit() else 0

    def announce(self, actor: HasLabel, *facts: Event) -> None:
        """Write facts into the log at commit; subscribers are told afterwards."""
        for fact in facts:
            self._events.append(
                (
                    fact.shop,
                    new_id(),
                    self.now,
                    fact.NAME,
                    fact.VERSION,
                    actor.label,
                    fact.subject,
                    encode(fact),
                )
            )

    def enqueue(
        self,
        kind: JobKind[P],
        payload: P,
        *,
        run_at: datetime | None = None,
        dedupe_key: str | None = None,
        serial_key: str | None = None,
    ) -> JobId:
        """Enqueue a job with the commit.

        A second queued job of the same kind and `dedupe_key` is dropped. Of jobs with the same
        `serial_key` only the oldest runs at a time.
        """
        job_id = JobId(new_id())
        self._jobs.append(
            (
                job_id,
                kind.name,
                kind.lane.value,
                msgspec.to_builtins(payload),
                run_at or self.now,
                dedupe_key,
                serial_key,
                kind.max_attempts,
                self.now,
            )
        )
        return job_id

    async def flush(self) -> None:
        """Write buffered facts and jobs now. The transaction does it at its end by itself."""
        if not self._events and not self._jobs:
            return
        if not self.writable:
            raise RuntimeError("facts and jobs need db.transaction()")
        facts = list(zip(*self._events, strict=True)) or [()] * 8
        jobs = list(zip(*self._jobs, strict=True)) or [()] * 9
        self._events, self._jobs = [], []
        await self.run(
            _WRITE_OUTBOX,
            shop_ids=facts[0],
            ids=facts[1],
            ats=facts[2],
            names=facts[3],
            versions=facts[4],
            actors=facts[5],
            subjects=facts[6],
            payloads=facts[7],
            job_ids=jobs[0],
            kinds=jobs[1],
            lanes=jobs[2],
            job_payloads=jobs[3],
            run_ats=jobs[4],
            dedupe_keys=jobs[5],
            serial_keys=jobs[6],
            max_attempts=jobs[7],
            enqueued_ats=jobs[8],
        )

    def check_told_nothing(self) -> None:
        """Raises RuntimeError if facts or jobs wait for a commit that does not come."""
        if self._events or self._jobs:
            raise RuntimeError("facts and jobs need db.transaction()")

    @contextlib.asynccontextmanager
    async def savepoint(self) -> AsyncIterator[None]:
        """A part that may fail alone: on an exception its rows, facts and jobs are undone."""
        facts, jobs = len(self._events), len(self._jobs)
        try:
            async with self._connection.transaction():
                yield
        except BaseException:
            del self._events[facts:]
            del self._jobs[jobs:]
            raise


def _count() -> None:
    counter = round_trips.get()
    if counter is not None:
        counter[0] += 1


class Database(ABC):
    """Where transactions come from. Doors and runners hold one; rooms never see it."""

    @abstractmethod
    def transaction(self) -> AbstractAsyncContextManager[Tx]:
        """A transaction: commits when the block ends, rolls back when it raises."""

    @abstractmethod
    def reading(self) -> AbstractAsyncContextManager[Tx]:
        """A `tx` that only reads, each statement on its own snapshot: one round trip each."""

    def snapshot(self) -> AbstractAsyncContextManager[Tx]:
        """A `tx` whose statements all see the same moment, for proofs while everything runs on."""
        return self.transaction()

    @property
    def now_hint(self) -> datetime:
        """The time as last seen here, for decoration such as countdowns. Rules use `tx.now`."""
        return clock.wall_now()

    @abstractmethod
    def outright(self) -> AbstractAsyncContextManager[Tx]:
        """A `tx` each of whose statements is a transaction of its own; no facts, no jobs."""

    async def retrying(self, body: Callable[[Tx], Awaitable[R]]) -> R:
        """Run `body` in a transaction; again after deadlock, lock wait, serialization failure."""
        return await self._again(self.transaction, body)

    async def at_once(self, body: Callable[[Tx], Awaitable[R]]) -> R:
        """As `retrying`, for what changes rows by a single statement: two round trips less.

        Each statement commits by itself, so a body that reads first writes under the condition
        that what it read still holds.
        """
        return await self._again(self.outright, body)

    async def _again(
        self,
        begin: Callable[[], AbstractAsyncContextManager[Tx]],
        body: Callable[[Tx], Awaitable[R]],
    ) -> R:
        for attempt in range(RETRIES):
            try:
                async with begin() as tx:
                    return await body(tx)
            except (
                asyncpg.SerializationError,
                asyncpg.DeadlockDetectedError,
                asyncpg.LockNotAvailableError,
            ):
                if attempt == RETRIES - 1:
                    raise
                await asyncio.sleep(0.01 * 2**attempt)
        raise AssertionError("unreachable")


class PooledDatabase(Database):
    """A database behind a connection pool."""

    def __init__(self, pool: Pool, *, movable_clock: bool) -> None:
        self.pool = pool
        self._movable = movable_clock
        self._offset_us = 0
        self._offset_until_ms = 0

    @property
    def now_hint(self) -> datetime:
        return clock.at_offset(self._offset_us)

    async def _now(self, connection: Any) -> datetime:
        if not self._movable:
            return clock.wall_now()
        self._offset_us = await connection.fetchval(_OFFSET.sql)
        return clock.at_offset(self._offset_us)

    async def close(self) -> None:
        """Close every connection."""
        await self.pool.close()

    @contextlib.asynccontextmanager
    async def transaction(self) -> AsyncIterator[Tx]:
        connection, is_clean = await self.pool.take(), False
        token = open_transactions.set(open_transactions.get() + 1)
        try:
            async with connection.transaction():
                tx = Tx(connection, await self._now(connection))
                yield tx
                await tx.flush()
            is_clean = True
        except (asyncpg.InterfaceError, asyncpg.InternalClientError) as error:
            # What asyncpg says of a connection that was lost on the way hides that it was.
            if not is_lost(connection):
                raise
            raise asyncpg.ConnectionDoesNotExistError("the connection was lost") from error
        finally:
            open_transactions.reset(token)
            self._offset_until_ms = 0  # It may have been the one that moved the clock.
            await self.pool.give_back(connection, is_clean=is_clean)

    def reading(self) -> AbstractAsyncContextManager[Tx]:
        return _Reading(self)

    @contextlib.asynccontextmanager
    async def outright(self) -> AsyncIterator[Tx]:
        connection, is_clean = await self.pool.take(), False
        try:
            tx = Tx(connection, await self._now(connection))
            yield tx
            tx.check_told_nothing()
            is_clean = True
        finally:
            await self.pool.give_back(connection, is_clean=is_clean)

    async def now_for_looking(self, connection: Any) -> datetime:
        """The time for a page. Under load most find the offset known: one round trip less."""
        if clock.ticks_ms() >= self._offset_until_ms:
            await self._now(connection)
            self._offset_until_ms = clock.ticks_ms() + OFFSET_AGE_MS
        return self.now_hint

    @contextlib.asynccontextmanager
    async def snapshot(self) -> AsyncIterator[Tx]:
        async with (
            self.pool.acquire() as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            yield Tx(connection, await self._now(connection), writable=False)


class _Reading(AbstractAsyncContextManager[Tx]):
    """What `reading` gives: written out, since every page goes through it."""

    __slots__ = ("_connection", "_db")

    def __init__(self, db: PooledDatabase) -> None:
        self._db = db

    async def __aenter__(self) -> Tx:
        self._connection = await self._db.pool.take()
        try:
            now = await self._db.now_for_looking(self._connection)
        except BaseException:
            await self._db.pool.give_back(self._connection, is_clean=False)
            raise
        return Tx(self._connection, now, writable=False)

    async def __aexit__(self, kind: type[BaseException] | None, *_error: object) -> None:
        await self._db.pool.give_back(self._connection, is_clean=kind is None)
