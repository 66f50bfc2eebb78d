"""Jobs and deliveries: replay, replay all, delete."""

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect

from clipcart.identity import require
from clipcart.kit import graveyard
from clipcart.kit.db import Tx
from clipcart.kit.errors import Absent
from clipcart.kit.ids import EventId, JobId, ShopId, parse_id
from clipcart.ops.desk import Desk, Typed, address
from clipcart.ops.pages.jobs import DELIVERIES, GRAVEYARD, PATH, jobs_page
from clipcart.ops.policy import may_operate

_DEAD = address(PATH, view=GRAVEYARD)
_GIVEN_UP = address(PATH, view=DELIVERIES)


@get("/jobs")
async def jobs(desk: NamedDependency[Desk]) -> Response[str]:
    """How work flows, what fails, what was given up."""
    return desk.html("jobs.html", await jobs_page(desk, desk.query("view"), desk.query("at")))


@post("/jobs/replay", status_code=200)
async def replay_job(desk: NamedDependency[Desk]) -> Response[str] | Redirect:
    """One dead job again."""
    job_id = JobId(desk.form.id("job"))

    async def body(tx: Tx) -> None:
        require(may_operate(desk.actor), "ops.operate", desk.actor)
        await graveyard.replay_job(tx, desk.actor, job_id)

    return await desk.carry_out(body, back=_DEAD, done="Queued again, with all its attempts.")


@post("/jobs/replay-all", status_code=200)
async def replay_jobs(desk: NamedDependency[Desk]) -> Response[str] | Redirect:
    """Every dead job of a kind again."""
    kind = desk.form.text("kind")[:200]

    async def body(tx: Tx) -> int:
        require(may_operate(desk.actor), "ops.operate", desk.actor)
        return await graveyard.replay_jobs(tx, desk.actor, kind)

    return await desk.carry_out(body, back=_DEAD, done=_queued)


@post("/jobs/delete", status_code=200)
async def delete_job(desk: NamedDependency[Desk]) -> Response[str] | Redirect:
    """A dead job that need not be done."""
    job_id, reason = JobId(desk.form.id("job")), desk.form.text("reason")[:500]

    async def body(tx: Tx) -> None:
        require(may_operate(desk.actor), "ops.operate", desk.actor)
        await graveyard.delete_job(tx, desk.actor, job_id, reason)

    async def show(typed: Typed) -> Response[str]:
        page = await jobs_page(desk, GRAVEYARD, None, typed, job_id)
        return desk.html("jobs.html", page, status=422)

    return await desk.carry_out(body, back=_DEAD, done="Deleted. The log keeps why.", show=show)


@post("/deliveries/replay", status_code=200)
async def replay_fact(desk: NamedDependency[Desk]) -> Response[str] | Redirect:
    """A fact to a subscriber again that had given it up."""
    shop_id, event_id = parse_shop(desk.form.text("shop")), EventId(desk.form.id("event"))
    subscriber = desk.form.text("subscriber")[:200]

    async def body(tx: Tx) -> None:
        require(may_operate(desk.actor), "ops.operate", desk.actor)
        await graveyard.replay_fact(tx, desk.actor, shop_id, event_id, subscriber)

    return await desk.carry_out(body, back=_GIVEN_UP, done="It is handed over again.")


@post("/deliveries/replay-all", status_code=200)
async def replay_facts(desk: NamedDependency[Desk]) -> Response[str] | Redirect:
    """Everything that a subscriber had given up."""
    subscriber = desk.form.text("subscriber")[:200]

    async def body(tx: Tx) -> int:
        require(may_operate(desk.actor), "ops.operate", desk.actor)
        return await graveyard.replay_facts(tx, desk.actor, subscriber)

    return await desk.carry_out(body, back=_GIVEN_UP, done=_queued)


def _queued(count: int) -> str:
    if count == 0:
        return "Nothing to replay: what is here waits in the queue already."
    return "1 is on its way again." if count == 1 else f"{count} are on their way again."


def parse_shop(text: str) -> ShopId:
    """The shop of a fact; 0 is the platform itself. Raises Absent."""
    number = 0 if text == "0" else parse_id(text)
    if number is None:
        raise Absent("shop")
    return ShopId(number)


ROUTES = (jobs, replay_job, replay_jobs, delete_job, replay_fact, replay_facts)
