"""The clock: what time it is here, what is due next, and how far a move has come."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from clipcart.doorway import Shell
from clipcart.kit import clock, clock_move
from clipcart.kit.clock_move import Move
from clipcart.ops.desk import FRESH, Desk, Typed
from clipcart.ops.words import full_span

PATH: Final = "/ops/clock"
CHOICES: Final = (
    ("1h", "1 hour"),
    ("6h", "6 hours"),
    ("1d", "1 day"),
    ("3d", "3 days"),
    ("7d", "7 days"),
)
UNITS: Final = {"h": timedelta(hours=1), "d": timedelta(days=1)}
FARTHEST: Final = timedelta(days=28)
"""In one move: sessions that nobody uses end after 30 days, the operator's too."""


@dataclass(frozen=True, slots=True)
class MoveView:
    """A move as its bar shows it."""

    from_at: datetime
    target_at: datetime
    reached_at: datetime
    percent: int
    is_running: bool
    error: str | None


@dataclass(frozen=True, slots=True)
class ProgressFragment:
    """ops/_clock.html: the time and the move; it keeps looking while one runs."""

    now: datetime
    moved: str
    next_due: datetime | None
    next_in: str | None
    move: MoveView | None
    is_staff: bool


@dataclass(frozen=True, slots=True)
class ClockPage:
    """ops/clock.html."""

    shell: Shell
    progress: ProgressFragment
    choices: tuple[tuple[str, str], ...]
    typed: Typed


async def progress(desk: Desk) -> ProgressFragment:
    """How far it is. Looks for what is due next only while the clock stands."""
    async with desk.visit.reading() as tx:
        move = await clock_move.latest_move(tx)
        now = tx.now
    is_running = move is not None and move.is_running
    due = None if is_running else await desk.services.engine.next_due()
    return ProgressFragment(
        now,
        _moved(now - clock.wall_now()),
        due,
        None if due is None else full_span(max(due - now, timedelta())),
        None if move is None else _view(move, now),
        desk.is_staff,
    )


async def clock_page(desk: Desk, typed: Typed = FRESH) -> ClockPage:
    """The whole page."""
    return ClockPage(desk.shell("Clock", "Clock"), await progress(desk), CHOICES, typed)


def _moved(offset: timedelta) -> str:
    if abs(offset) < timedelta(minutes=1):
        return "The clock is not moved."
    direction = "ahead of" if offset > timedelta() else "behind"
    return f"{full_span(offset).capitalize()} {direction} the machine's own time."


def _view(move: Move, now: datetime) -> MoveView:
    """A running move has come as far as the clock; its own row lags by a beat."""
    if move.is_running:
        move = replace(move, reached_at=max(move.reached_at, now))
    return MoveView(
        move.from_at,
        move.target_at,
        move.reached_at,
        move.percent,
        move.is_running,
        move.error,
    )
