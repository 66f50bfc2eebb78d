"""The worker process: rounds of the engine for as long as it lives.

Facts and sweeps in one loop, each lane of jobs in a loop of its own. A loop that meets an outage
waits and goes on, so a database that was away is picked up where it was left; that it went away
and that it came back is one line of the log each.
"""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import asyncpg
import structlog

from clipcart.kit import clock
from clipcart.kit.engine import Engine
from clipcart.kit.failures import AWAY, told
from clipcart.kit.jobs import Lane
from clipcart.kit.presence import Presence

log = structlog.get_logger("clipcart.worker")

IDLE_S = 0.15
SWEEP_EVERY_S = 1.0
OUTAGE_S = 1.0

Round = Callable[[], Awaitable[int]]


class Weather:
    """Whether the database answers, as the loops of one process see it."""

    def __init__(self) -> None:
        self._away_since_ms: int | None = None

    def away(self, error: Exception) -> None:
        """A loop met an outage; the first one is written down."""
        if self._away_since_ms is None:
            self._away_since_ms = clock.ticks_ms()
            log.warning("database_away", error=told(error), waits_s=OUTAGE_S)

    def back(self) -> None:
        """A round went well."""
        if self._away_since_ms is not None:
            away_s = (clock.ticks_ms() - self._away_since_ms) // 1000
            self._away_since_ms = None
            log.info("database_back", away_s=away_s)


async def work(
    engine: Engine, stop: asyncio.Event, pool: "asyncpg.Pool[Any] | None" = None
) -> None:
    """Run until `stop` is set; what has begun is finished first.

    With `pool` the worker signs its claims with a session of its own, so that they are free at
    once when it dies; without, they are free when their leases end.
    """
    weather = Weather()
    presence = Presence(pool, engine.sign_as) if pool is not None else None
    rounds: list[tuple[str, Round, float]] = [
        ("facts", engine.deliver, IDLE_S),
        ("failures", engine.retry_failures, SWEEP_EVERY_S),
        ("sweeps", engine.run_sweeps, SWEEP_EVERY_S),
        *((f"jobs {lane}", partial(claim, engine, presence, lane), IDLE_S) for lane in Lane),
    ]
    if presence is not None:
        rounds.append(("presence", partial(_present, presence), SWEEP_EVERY_S))
        await _round("presence", rounds[-1][1], weather)
    log.info("worker_started")
    try:
        await asyncio.gather(*(_loop(*each, stop, weather) for each in rounds))
    finally:
        if presence is not None:
            await presence.leave()


async def claim(engine: Engine, presence: Presence | None, lane: Lane) -> int:
    """One round of a lane. Who has lost its session claims nothing until it has another.

    A claim without one would be free only after its lease if this process died now, and a database
    that was killed takes workers with it more often than not. Raises what an outage raises.
    """
    if presence is not None and not presence.is_here:
        raise asyncpg.ConnectionDoesNotExistError("this worker's session was lost")
    return await engine.run_jobs(lane)


async def _present(presence: Presence) -> int:
    await presence.keep()
    return 0


async def _round(name: str, step: Round, weather: Weather) -> int | None:
    """How much one round did; None when it failed."""
    try:
        done = await step()
    except AWAY as outage:
        weather.away(outage)
        return None
    except Exception as error:
        log.error("round_failed", loop=name, exc_info=error)
        return None
    weather.back()
    return done


async def _loop(
    name: str, step: Round, idle_s: float, stop: asyncio.Event, weather: Weather
) -> None:
    while not stop.is_set():
        done = await _round(name, step, weather)
        pause = OUTAGE_S if done is None else 0.001 if done else idle_s
        try:
            await asyncio.wait_for(stop.wait(), pause)
        except TimeoutError:
            continue
