"""A face called in a process of its own, without HTTP: what the rooms cost beside their SQL."""

import asyncio
import multiprocessing
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from time import perf_counter
from typing import TYPE_CHECKING

import uvloop

from bench.wire import Outcome
from clipcart.kit.connections import connect_pool
from clipcart.kit.db import PooledDatabase, Tx

if TYPE_CHECKING:
    Pipe = Connection[Outcome, Outcome]

Call = Callable[[Tx], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Calls:
    """What to call: each of them again and again, from so many tasks with a connection each."""

    url: str
    calls: Sequence[Call]
    connections: int
    seconds: float


async def _run(wanted: Calls) -> Outcome:
    outcome = Outcome(seconds=wanted.seconds)
    pool = await connect_pool(wanted.url, size=wanted.connections)
    db = PooledDatabase(pool, movable_clock=False)
    warm = perf_counter() + min(1.0, wanted.seconds / 4)
    until = warm + wanted.seconds
    place = 0

    async def task() -> None:
        nonlocal place
        while (begun := perf_counter()) < until:
            place += 1
            async with db.reading() as tx:
                await wanted.calls[place % len(wanted.calls)](tx)
            ended = perf_counter()
            if begun >= warm:
                outcome.scripts += 1
                outcome.latencies_s.append(ended - begun)

    await asyncio.gather(*(task() for _ in range(wanted.connections)))
    await pool.close()
    return outcome


def _in_child(wanted: Calls, pipe: "Pipe") -> None:
    pipe.send(uvloop.run(_run(wanted)))
    pipe.close()


def measure(wanted: Calls) -> Outcome:
    """Call them from a process of its own."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(target=_in_child, args=(wanted, theirs))
    child.start()
    theirs.close()
    outcome: Outcome = ours.recv()
    child.join(10)
    return outcome
