"""Moves of the clock from a page: one at a time, in the background, with progress to look at.

The process that moves the clock beats while it does. A move that has not beaten for a while ended
with its process; the clock stays where it had come to, and the next move may begin.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Final

import asyncpg
import structlog

from clipcart.kit import _clock_move_sql as sql
from clipcart.kit.db import Database, Tx
from clipcart.kit.engine import Engine
from clipcart.kit.events import Event, HasLabel, event
from clipcart.kit.ids import new_id

log = structlog.get_logger("clipcart.clock")

TRIES: Final = 5
BEAT_S: Final = 1.0
SILENCE_S: Final = 20
"""Without a beat for so long, the process is gone."""

_running: set[asyncio.Task[None]] = set()
"""Moves of this process: a task that nobody holds may be collected while it runs."""


@event
@dataclass(frozen=True, slots=True)
class ClockMoveBegun(Event):
    """Somebody lets time pass, up to `target_at`."""

    NAME: ClassVar[str] = "kit.clock_move_begun"
    SUBJECT: ClassVar[str] = "move_id"
    move_id: int
    target_at: datetime


@dataclass(frozen=True, slots=True)
class Move:
    """A move of the clock. `error` says why it ended short of `target_at`."""

    id: int
    actor: str
    from_at: datetime
    target_at: datetime
    reached_at: datetime
    is_running: bool
    error: str | None

    @property
    def percent(self) -> int:
        """How much of the way is done, 0 to 100."""
        way = (self.target_at - self.from_at) // timedelta(seconds=1)
        done = (self.reached_at - self.from_at) // timedelta(seconds=1)
        return 100 if way <= 0 else max(0, min(100, done * 100 // way))


async def latest_move(tx: Tx) -> Move | None:
    """The move that runs, or the last one that did."""
    row = await tx.maybe(sql.LATEST_MOVE, silence_s=SILENCE_S)
    return None if row is None else Move(*row)


async def begin_move(tx: Tx, actor: HasLabel, by: timedelta) -> Move | None:
    """Reserve the clock for a move; None while another one runs. `carry_out` does it."""
    await tx.run(sql.BURY_SILENT_MOVES, silence_s=SILENCE_S)
    target = tx.now + by
    move_id = await tx.maybe(
        sql.BEGIN_MOVE, id=new_id(), actor=actor.label, now=tx.now, target_at=target
    )
    if move_id is None:
        return None
    tx.announce(actor, ClockMoveBegun(move_id, target))
    return Move(move_id, actor.label, tx.now, target, tx.now, True, None)


def in_background(db: Database, engine: Engine, move: Move) -> asyncio.Task[None]:
    """Carry a move out while the caller goes on."""
    task = asyncio.create_task(carry_out(db, engine, move))
    _running.add(task)
    task.add_done_callback(_running.discard)
    return task


async def carry_out(db: Database, engine: Engine, move: Move) -> None:
    """Move the clock, meeting every deadline on the way, and write down how far it has come."""
    reached = [move.from_at]
    heart = asyncio.create_task(_beat(db, move.id, lambda: reached[0]))
    error: str | None = "stopped with its process"
    try:

        def progress(now: datetime, _target: datetime) -> None:
            reached[0] = now

        reached[0] = await _advance(engine, move.target_at, progress)
        error = None
    except Exception as failure:
        log.error("clock_move_failed", move=move.id, exc_info=failure)
        error = f"{type(failure).__name__}: {failure}"[:2000]
    finally:
        heart.cancel()
        async with db.transaction() as tx:
            await tx.run(sql.END_MOVE, id=move.id, reached_at=reached[0], error=error)


async def _advance(
    engine: Engine, target: datetime, progress: Callable[[datetime, datetime], None]
) -> datetime:
    """Move to `target`; again from where it stands when it got in the way of a worker."""
    for attempt in range(TRIES):
        try:
            by = target - await engine.now()
            return await engine.advance(max(by, timedelta()), progress=progress)
        except (asyncpg.DeadlockDetectedError, asyncpg.SerializationError) as clash:
            if attempt == TRIES - 1:
                raise
            log.warning("clock_move_clashed", error=str(clash))
    raise AssertionError("unreachable")


async def _beat(db: Database, move_id: int, reached: Callable[[], datetime]) -> None:
    while True:
        await asyncio.sleep(BEAT_S)
        async with db.transaction() as tx:
            await tx.run(sql.BEAT_MOVE, id=move_id, reached_at=reached())
