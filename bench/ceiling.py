"""The ceiling: the same SQL, straight through asyncpg, from as many connections.

The statements are not written again. A face is called once on a connection that writes down what
it is asked (and is rolled back); what was written down is then replayed by bare connections with
the same values, in the same transactions. So the ceiling follows every change of a room's SQL.
"""

import asyncio
import contextlib
import multiprocessing
from array import array
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from time import perf_counter
from typing import Any

import asyncpg
import uvloop

from bench.wire import Outcome
from clipcart.kit.clock import wall_now
from clipcart.kit.connections import prepare_connection
from clipcart.kit.db import Tx
from clipcart.main import Installation

Statement = tuple[str, str, tuple[Any, ...]]
"""The driver's method, the SQL, the values."""
Work = Sequence[Statement]


class _Recorder:
    """A connection that remembers what it was asked."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self.statements: list[Statement] = []

    async def _do(self, method: str, sql: str, values: tuple[Any, ...]) -> Any:
        self.statements.append((method, sql, values))
        return await getattr(self._connection, method)(sql, *values)

    async def fetch(self, sql: str, *values: Any) -> Any:
        return await self._do("fetch", sql, values)

    async def fetchrow(self, sql: str, *values: Any) -> Any:
        return await self._do("fetchrow", sql, values)

    async def execute(self, sql: str, *values: Any) -> Any:
        return await self._do("execute", sql, values)

    def transaction(self) -> Any:
        return self._connection.transaction()


async def record(
    installation: Installation, calls: Sequence[Callable[[Tx], Awaitable[object]]]
) -> list[Work]:
    """The statements of each call. Nothing that they change stays."""
    works: list[Work] = []
    async with installation.pool.acquire() as connection:
        for call in calls:
            async with _undone(connection):
                recorder = _Recorder(connection)
                tx = Tx(recorder, wall_now())
                await call(tx)
                await tx.flush()
            works.append(tuple(recorder.statements))
    return works


@contextlib.asynccontextmanager
async def _undone(connection: Any) -> AsyncIterator[None]:
    transaction = connection.transaction()
    await transaction.start()
    try:
        yield
    finally:
        await transaction.rollback()


@dataclass(frozen=True, slots=True)
class Replay:
    """What to replay. `writes`: each work is one durable transaction, done once."""

    url: str
    works: Sequence[Work]
    connections: int
    seconds: float
    writes: bool = False
    pieces: int = 1
    """How many requests one work stands for."""


async def _replay(replay: Replay) -> Outcome:
    outcome = Outcome()
    connections = [await asyncpg.connect(replay.url) for _ in range(replay.connections)]
    for connection in connections:
        await prepare_connection(connection)
    numbers = iter(range(len(replay.works))) if replay.writes else None
    place = 0
    begun = perf_counter()
    until = begun + replay.seconds

    def next_work() -> Work | None:
        nonlocal place
        if numbers is not None:
            number = next(numbers, None)
            return None if number is None else replay.works[number]
        place += 1
        return replay.works[place % len(replay.works)]

    async def client(connection: Any) -> None:
        while (at := perf_counter()) < until and (work := next_work()) is not None:
            if replay.writes:
                try:
                    async with connection.transaction():
                        for method, sql, values in work:
                            await getattr(connection, method)(sql, *values)
                except asyncpg.DeadlockDetectedError:
                    continue
            else:
                for method, sql, values in work:
                    await getattr(connection, method)(sql, *values)
            outcome.scripts += replay.pieces
            outcome.latencies_s.append(perf_counter() - at)

    await asyncio.gather(*map(client, connections))
    outcome.seconds = perf_counter() - begun
    await asyncio.gather(*(connection.close() for connection in connections))
    return outcome


def _in_child(replay: Replay, pipe: "Connection[Outcome, Outcome]") -> None:
    pipe.send(uvloop.run(_replay(replay)))
    pipe.close()


def measure(replay: Replay, processes: int = 1) -> Outcome:
    """Replay from processes of their own; each has its share of connections and of the work."""
    context = multiprocessing.get_context("spawn")
    pipes, children = [], []
    for number in range(processes):
        ours, theirs = context.Pipe(duplex=False)
        share = Replay(
            replay.url,
            # Reads are done again and again; a write is done once, so the processes share them.
            replay.works[number::processes] if replay.writes else replay.works,
            max(1, replay.connections // processes),
            replay.seconds,
            replay.writes,
            replay.pieces,
        )
        child = context.Process(target=_in_child, args=(share, theirs))
        child.start()
        theirs.close()
        pipes.append(ours)
        children.append(child)
    outcomes = [pipe.recv() for pipe in pipes]
    for child in children:
        child.join(10)
    whole = Outcome(latencies_s=array("d"))
    for outcome in outcomes:
        whole.scripts += outcome.scripts
        whole.seconds = max(whole.seconds, outcome.seconds)
        whole.latencies_s.extend(outcome.latencies_s)
    return whole
