"""The clock. There is none of this in production."""

from datetime import timedelta

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.response import Redirect

from clipcart.identity import require
from clipcart.kit import clock_move
from clipcart.kit.clock_move import Move
from clipcart.kit.db import Tx
from clipcart.kit.errors import Problem, check
from clipcart.ops.desk import Desk, Typed
from clipcart.ops.pages.clock import CHOICES, FARTHEST, PATH, UNITS, clock_page, progress
from clipcart.ops.policy import may_operate


@get("/clock")
async def clock(clock_desk: NamedDependency[Desk]) -> Response[str]:
    """What time it is here."""
    _demo_only(clock_desk)
    return clock_desk.html("clock.html", await clock_page(clock_desk))


@get("/clock/progress")
async def look(clock_desk: NamedDependency[Desk]) -> Response[str] | Redirect:
    """How far a move has come."""
    _demo_only(clock_desk)
    if not clock_desk.is_fragment:
        return clock_desk.redirect(PATH)
    return clock_desk.html("_clock.html", await progress(clock_desk))


@post("/clock/advance", status_code=200)
async def advance(desk: NamedDependency[Desk]) -> Response[str] | Redirect:
    """Let time pass, in the background."""
    _demo_only(desk)
    begun: list[Move] = []

    async def body(tx: Tx) -> Move | None:
        require(may_operate(desk.actor), "ops.operate", desk.actor)
        return await clock_move.begin_move(tx, desk.actor, _span(desk))

    async def show(typed: Typed) -> Response[str]:
        return desk.html("clock.html", await clock_page(desk, typed), status=422)

    def told(move: Move | None) -> str | None:
        if move is None:
            return "The clock is moving already. Wait until it stands."
        begun.append(move)
        return None

    answer = await desk.carry_out(body, back=PATH, done=told, show=show)
    for move in begun:
        clock_move.in_background(desk.services.db, desk.services.engine, move)
    return answer


def _span(desk: Desk) -> timedelta:
    """How far, from a button or from number and unit. Raises Invalid."""
    by = desk.form.text("by")
    if by in dict(CHOICES):
        return int(by[:-1]) * UNITS[by[-1]]
    unit = UNITS.get(desk.form.text("unit"), UNITS["h"])
    farthest = FARTHEST // unit
    count = desk.form.number("count", low=1, high=10_000)
    too_far = Problem("count", f"One move goes at most {farthest} this way.", "Move in two steps.")
    check([None if count <= farthest else too_far])
    return count * unit


def _demo_only(desk: Desk) -> None:
    if not desk.services.is_demo:
        raise NotFoundException


ROUTES = (clock, look, advance)
