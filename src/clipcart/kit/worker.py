"""The worker process: rounds of the engine for as long as it lives.

Facts and sweeps in one loop, each lane of jobs in a loop of its own. A loop that meets an outage
writes it down, waits and goes on, so a database that was away is picked up where it was left.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

import structlog

from clipcart.kit.engine import Engine
from clipcart.kit.jobs import Lane

log = structlog.get_logger("clipcart.worker")

IDLE_S = 0.15
SWEEP_EVERY_S = 1.0
OUTAGE_S = 1.0

Round = Callable[[], Awaitable[int]]


async def work(engine: Engine, stop: asyncio.Event) -> None:
    """Run until `stop` is set; what has begun is finished first."""
    rounds: Sequence[tuple[str, Round, float]] = (
        ("facts", engine.deliver, IDLE_S),
        ("failures", engine.retry_failures, SWEEP_EVERY_S),
        ("sweeps", engine.run_sweeps, SWEEP_EVERY_S),
        *((f"jobs {lane}", partial(engine.run_jobs, lane), IDLE_S) for lane in Lane),
    )
    log.info("worker_started")
    await asyncio.gather(*(_loop(name, step, idle_s, stop) for name, step, idle_s in rounds))


async def _loop(name: str, step: Round, idle_s: float, stop: asyncio.Event) -> None:
    while not stop.is_set():
        try:
            pause = 0.0 if await step() else idle_s
        except Exception as error:
            log.error("round_failed", loop=name, exc_info=error)
            pause = OUTAGE_S
        try:
            await asyncio.wait_for(stop.wait(), pause or 0.001)
        except TimeoutError:
            continue
