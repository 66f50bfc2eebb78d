"""The operator's pages over HTTP: money, jobs, events and the clock."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from clipcart import checkout
from clipcart.identity import as_person
from clipcart.kit import clock_move, graveyard
from clipcart.kit.engine import Engine
from clipcart.kit.eventlog import log
from clipcart.kit.ids import PersonId, new_id
from clipcart.kit.jobs import JobKind, Lane
from clipcart.main import Installation
from clipcart.ops.runbooks import RUNBOOKS
from tests.support.buying import lines_for, request_for
from tests.support.installation import CLONE, Visitor
from tests.support.operating import at_the_desk, facts
from tests.support.world import World

LOST = JobKind("ops_test.lost", dict[str, int], lane=Lane.MONEY, max_attempts=1)


@pytest.fixture
async def operator(visitor: Visitor, world: World) -> Visitor:
    """The operator in staff mode."""
    return await at_the_desk(visitor, world)


# -- money ---------------------------------------------------------------------------------------


async def test_the_proof_and_the_way_of_an_orders_money(
    operator: Visitor, installation: Installation, engine: Engine, world: World
) -> None:
    lines = await lines_for(installation.db, world, "teapot")
    request = await request_for(installation, world, lines)
    placed = await installation.services.counter.place(request)
    assert isinstance(placed, checkout.Placed)
    await engine.advance(timedelta(minutes=5))
    sign = await operator.get("/ops/money/proof", headers={"HX-Request": "true"})
    assert "The books agree" in sign.text
    assert "<html" not in sign.text
    page = await operator.get("/ops/money")
    assert "Owed to buyers, sellers, state, platform = held" in page.text
    async with installation.db.reading() as tx:
        order = (await log(tx, name="orders.placed")).items[0]
    number = order.subject.removeprefix("order:")
    found = await operator.get(f"/ops/money?number=Order%20{number}")
    assert found.url.path == f"/ops/money/{order.shop_id}/{number}"
    assert "Where the money is" in found.text
    assert "Escrow" in found.text
    lost = await operator.get("/ops/money?number=12")
    assert lost.status_code == 404
    assert "No order has this number" in lost.text


async def test_an_exception_is_resolved_with_a_note(
    operator: Visitor, installation: Installation
) -> None:
    number = new_id()
    await installation.pool.execute(
        """insert into payments.exception (id, kind, provider, subject, said, provider_ref,
            amount_minor, currency, at)
        values ($1, 'amount_mismatch', 'test', 'payment:5', 'captured', 'ref', 2400, 'USD',
            clock_timestamp())""",
        number,
    )
    overview = await operator.get("/ops")
    assert "The payment provider said something that does not fit" in overview.text
    page = await operator.get("/ops/exceptions")
    assert "$24.00" in page.text
    url = f"/ops/exceptions/{number}/resolve"
    empty = await operator.submit(url, {"resolution": ""}, page="/ops/exceptions")
    assert empty.status_code == 422
    note = {"resolution": "Refunded the difference at the provider"}
    await operator.submit(url, note, page="/ops/exceptions")
    assert "Everything fits" in (await operator.get("/ops/exceptions")).text
    told = await facts(installation, "ops.payment_exception_resolved")
    assert [row.payload["resolution"] for row in told] == [note["resolution"]]


# -- jobs and events -----------------------------------------------------------------------------


async def test_a_dead_job_is_replayed_and_deleted(
    operator: Visitor, installation: Installation, engine: Engine
) -> None:
    async with installation.db.transaction() as tx:
        tx.enqueue(LOST, {"order": 1})
        tx.enqueue(LOST, {"order": 2})
    await engine.settle()
    page = await operator.get("/ops/jobs?view=graveyard")
    assert "no job of kind ops_test.lost is known" in page.text
    assert "Something was given up" in (await operator.get("/ops")).text
    async with installation.db.reading() as tx:
        dead = (await graveyard.jobs(tx, is_dead=True)).items
    yard = "/ops/jobs?view=graveyard"
    answer = await operator.submit("/ops/jobs/replay", {"job": dead[0].id}, page=yard)
    assert "Queued again" in answer.text
    gone = await operator.submit("/ops/jobs/replay", {"job": dead[0].id}, page=yard)
    assert "not in the graveyard any more" in gone.text
    refused = await operator.submit(
        "/ops/jobs/delete", {"job": dead[1].id, "reason": ""}, page=yard
    )
    assert refused.status_code == 422
    await operator.submit(
        "/ops/jobs/delete", {"job": dead[1].id, "reason": "Done by hand"}, page=yard
    )
    await engine.settle()
    async with installation.db.reading() as tx:
        left = (await graveyard.jobs(tx, is_dead=True)).items
    assert [job.id for job in left] == [dead[0].id]
    answer = await operator.submit("/ops/jobs/replay-all", {"kind": LOST.name}, page=yard)
    assert "1 is on its way again" in answer.text
    assert len(await facts(installation, "kit.job_replayed")) == 2
    deleted = (await facts(installation, "kit.job_deleted"))[0]
    assert deleted.actor.startswith("operator:")
    assert deleted.payload["reason"] == "Done by hand"


async def test_a_delivery_given_up_is_replayed(
    operator: Visitor, installation: Installation
) -> None:
    fact = (await facts(installation, "sellers.shop_went_live"))[0]
    await installation.pool.execute(
        """insert into kit.event_failure (shop_id, event_id, subscriber, attempts, retry_at, error,
            failed_at) values ($1, $2, 'catalog', 8, null, 'ValueError: odd', clock_timestamp())""",
        fact.shop_id,
        fact.id,
    )
    view = "/ops/jobs?view=deliveries"
    assert "ValueError: odd" in (await operator.get(view)).text
    event = await operator.get(f"/ops/events/{fact.shop_id}/{fact.id}")
    assert "Failed deliveries" in event.text
    fields = {"shop": fact.shop_id, "event": fact.id, "subscriber": "catalog"}
    answer = await operator.submit("/ops/deliveries/replay", fields, page=view)
    assert "handed over again" in answer.text
    again = await operator.submit("/ops/deliveries/replay", fields, page=event.url.path)
    assert "not in the graveyard" in again.text
    none = await operator.submit(
        "/ops/deliveries/replay-all", {"subscriber": "catalog"}, page=event.url.path
    )
    assert "Nothing to replay" in none.text
    assert len(await facts(installation, "kit.fact_replayed")) == 1


async def test_the_log_is_narrowed(operator: Visitor, world: World) -> None:
    shop_id = world.shops["fernhollow"]
    path = f"/ops/events?name=sellers.&shop={shop_id}&subject=shop:{shop_id}"
    page = await operator.get(path)
    assert "sellers.shop_went_live" in page.text
    assert "catalog." not in page.text.partition("<table")[2]
    wrong = await operator.get("/ops/events?shop=fernhollow")
    assert "No such fact" in wrong.text
    newest = await operator.get("/ops/events?name=identity.staff_mode_entered")
    url = newest.text.partition('scope="row"><a href="')[2].partition('"')[0]
    fact = await operator.get(url)
    assert "Looking after the tests" in fact.text
    assert (await operator.get("/ops/events/0/12")).status_code == 404


# -- the clock -----------------------------------------------------------------------------------


async def test_time_passes_in_the_background(operator: Visitor, installation: Installation) -> None:
    before = installation.db.now_hint
    far = await operator.submit("/ops/clock/advance", {"count": 99, "unit": "d"}, page="/ops/clock")
    assert far.status_code == 422
    assert "at most 28" in far.text
    assert await facts(installation, "kit.clock_move_begun") == []
    answer = await operator.submit("/ops/clock/advance", {"by": "6h"}, page="/ops/clock")
    assert answer.url.path == "/ops/clock"
    for _ in range(600):
        async with installation.db.reading() as tx:
            move = await clock_move.latest_move(tx)
        if move is not None and not move.is_running:
            break
        await asyncio.sleep(0.05)
    assert move is not None
    assert (move.is_running, move.error) == (False, None)
    assert installation.db.now_hint - before >= timedelta(hours=6)
    page = await operator.get("/ops/clock")
    assert "Your staff mode ended" in page.text
    live = await operator.get("/ops/clock/progress", headers={"HX-Request": "true"})
    assert "hx-get" not in live.text
    assert (await operator.get("/ops")).url.path == "/staff-mode"


async def test_two_moves_at_once_are_one(operator: Visitor, installation: Installation) -> None:
    token = {"_csrf": await operator.token("/ops/clock"), "by": "1h"}
    async with installation.db.transaction() as tx:
        move = await clock_move.begin_move(tx, as_person(PersonId(1)), timedelta(days=1))
    assert move is not None
    answer = await operator.http.post("/ops/clock/advance", data=token, follow_redirects=True)
    assert "The clock is moving already" in answer.text
    assert "hx-get" in answer.text
    assert len(await facts(installation, "kit.clock_move_begun")) == 1


async def test_production_has_no_clock(operator: Visitor, installation: Installation) -> None:
    production = replace(installation.services.settings, production=True)
    object.__setattr__(installation.services, "settings", production)
    assert (await operator.get("/ops/clock")).status_code == 404
    assert "/ops/clock" not in (await operator.get("/ops")).text


def test_runbooks_lead_to_documents_that_are_there() -> None:
    for runbook in RUNBOOKS.values():
        text = (CLONE / "docs" / "operate" / runbook.document).read_text()
        assert runbook.title in text, f"{runbook.document} does not speak of: {runbook.title}"
