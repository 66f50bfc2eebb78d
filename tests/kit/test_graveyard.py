"""What was given up can be seen, tried again and taken away; moves of the clock run one by one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

import pytest

from clipcart.kit import clock_move, graveyard
from clipcart.kit.db import Database, Tx
from clipcart.kit.engine import Engine, Wiring
from clipcart.kit.errors import Invalid
from clipcart.kit.eventlog import log
from clipcart.kit.events import Delivered, Event, Subscriber, event
from clipcart.kit.ids import EventId, JobId, ShopId
from clipcart.kit.jobs import Job, JobKind, Lane
from tests.support.database import START, OneConnection

EngineFor = Callable[[Wiring], Engine]


@event
@dataclass(frozen=True, slots=True)
class LampLit(Event):
    NAME: ClassVar[str] = "graveyard_test.lamp_lit"
    SUBJECT: ClassVar[str] = "lamp_id"
    shop_id: ShopId
    lamp_id: int


@dataclass(frozen=True, slots=True)
class Keeper:
    label: str = "operator:7"


@dataclass(frozen=True, slots=True)
class Lamp:
    number: int


LIGHT = JobKind("graveyard_test.light", Lamp, lane=Lane.MONEY, max_attempts=1)
OIL = JobKind("graveyard_test.oil", Lamp, lane=Lane.BULK, max_attempts=5)


class Wick:
    """A job and a subscriber that fail while they are wet."""

    def __init__(self) -> None:
        self.is_wet = True
        self.lit: list[int] = []

    async def light(self, _db: Database, lamp: Lamp) -> None:
        if self.is_wet:
            raise ValueError("wet wick")
        self.lit.append(lamp.number)

    async def hear(self, _tx: Tx, facts: Sequence[Delivered]) -> None:
        if self.is_wet:
            raise ValueError("wet wick")
        self.lit.extend(fact.fact.lamp_id for fact in facts)

    @property
    def wiring(self) -> Wiring:
        ear = Subscriber("ear", {LampLit: self.hear})
        return Wiring([ear], [Job(LIGHT, self.light), Job(OIL, self.light)], ())


async def enqueue(db: Database, *numbers: int, key: str | None = None) -> None:
    async with db.transaction() as tx:
        for number in numbers:
            tx.enqueue(LIGHT, Lamp(number), dedupe_key=key)


async def facts_named(db: Database, name: str) -> int:
    async with db.reading() as tx:
        return len((await log(tx, name=name)).items)


async def test_the_pulse_counts_and_dates_what_waits(
    db: OneConnection, engine_for: EngineFor
) -> None:
    wick = Wick()
    async with db.transaction() as tx:
        tx.announce(Keeper(), LampLit(ShopId(3), 1), LampLit(ShopId(4), 2))
        tx.enqueue(LIGHT, Lamp(1))
        tx.enqueue(OIL, Lamp(2))
        tx.enqueue(OIL, Lamp(3), run_at=START + timedelta(days=1))
    async with db.reading() as tx:
        before = await graveyard.pulse(tx)
    assert before.pending == graveyard.Heap(2, START)
    assert before.due == {"bulk": graveyard.Heap(1, START), "money": graveyard.Heap(1, START)}
    assert before.later == {"bulk": graveyard.Heap(1, START + timedelta(days=1))}
    assert (before.dead_count, before.given_up_count) == (0, 0)
    await engine_for(wick.wiring).settle()
    async with db.reading() as tx:
        after = await graveyard.pulse(tx)
    assert after.pending == graveyard.Heap(0, None)
    assert after.retrying == {"ear": graveyard.Heap(2, START)}
    assert after.dead == {LIGHT.name: graveyard.Heap(1, START)}
    assert after.failing == {"bulk": graveyard.Heap(1, START)}


async def test_a_dead_job_is_replayed_and_done(db: OneConnection, engine_for: EngineFor) -> None:
    wick = Wick()
    engine = engine_for(wick.wiring)
    await enqueue(db, 1, 2)
    await engine.settle()
    async with db.reading() as tx:
        dead = (await graveyard.jobs(tx, is_dead=True)).items
    assert [job.payload for job in dead] == [{"number": 2}, {"number": 1}]
    assert dead[0].error == "ValueError: wet wick"
    wick.is_wet = False
    async with db.transaction() as tx:
        await graveyard.replay_job(tx, Keeper(), dead[0].id)
    await engine.settle()
    assert wick.lit == [2]
    assert await facts_named(db, "kit.job_replayed") == 1
    with pytest.raises(graveyard.CannotReplay):
        async with db.transaction() as tx:
            await graveyard.replay_job(tx, Keeper(), dead[0].id)
    assert await facts_named(db, "kit.job_replayed") == 1


async def test_all_of_a_kind_come_back_but_twins_only_once(
    db: OneConnection, engine_for: EngineFor
) -> None:
    wick = Wick()
    engine = engine_for(wick.wiring)
    for number in (1, 2):  # Two lives of one dedupe key.
        await enqueue(db, number, key="the same")
        await engine.settle()
    await enqueue(db, 3)
    await engine.settle()
    wick.is_wet = False
    async with db.transaction() as tx:
        assert await graveyard.replay_jobs(tx, Keeper(), LIGHT.name) == 2
        assert await graveyard.replay_jobs(tx, Keeper(), LIGHT.name) == 0
    await engine.settle()
    assert wick.lit == [1, 3]
    async with db.reading() as tx:
        assert [job.payload["number"] for job in (await graveyard.jobs(tx)).items] == [2]


async def test_a_dead_job_is_deleted_with_a_reason_only(
    db: OneConnection, engine_for: EngineFor
) -> None:
    await enqueue(db, 1)
    await engine_for(Wick().wiring).settle()
    async with db.reading() as tx:
        job = (await graveyard.jobs(tx, is_dead=True)).items[0]
    with pytest.raises(Invalid):
        async with db.transaction() as tx:
            await graveyard.delete_job(tx, Keeper(), job.id, "  ")
    assert await facts_named(db, "kit.job_deleted") == 0
    async with db.transaction() as tx:
        await graveyard.delete_job(tx, Keeper(), job.id, "lit by hand")
    with pytest.raises(graveyard.CannotReplay):
        async with db.transaction() as tx:
            await graveyard.delete_job(tx, Keeper(), job.id, "again")
    assert await facts_named(db, "kit.job_deleted") == 1


async def test_a_queued_job_is_never_deleted_or_replayed(db: OneConnection) -> None:
    await enqueue(db, 1)
    async with db.reading() as tx:
        job = (await graveyard.jobs(tx)).items[0]
    with pytest.raises(graveyard.CannotReplay):
        async with db.transaction() as tx:
            await graveyard.delete_job(tx, Keeper(), job.id, "why not")
    for job_id in (job.id, JobId(1)):
        with pytest.raises(graveyard.CannotReplay):
            async with db.transaction() as tx:
                await graveyard.replay_job(tx, Keeper(), job_id)
    async with db.reading() as tx:
        assert (await graveyard.jobs(tx)).items == (job,)
        assert (await log(tx)).items == ()


async def test_a_fact_given_up_is_handed_over_again(
    db: OneConnection, engine_for: EngineFor
) -> None:
    wick = Wick()
    engine = engine_for(wick.wiring)
    async with db.transaction() as tx:
        tx.announce(Keeper(), LampLit(ShopId(3), 1), LampLit(ShopId(3), 2))
    await engine.settle()
    async with db.reading() as tx:
        assert (await graveyard.failed_facts(tx, is_given_up=True)).items == ()
        waiting = (await graveyard.failed_facts(tx, is_given_up=False)).items
    with pytest.raises(graveyard.CannotReplay):  # It comes back by itself.
        async with db.transaction() as tx:
            await graveyard.replay_fact(tx, Keeper(), ShopId(3), waiting[0].event_id, "ear")
    await engine.advance(timedelta(days=1))
    async with db.reading() as tx:
        page = await graveyard.failed_facts(tx, is_given_up=True, limit=1)
        rest = await graveyard.failed_facts(tx, is_given_up=True, cursor=page.next_cursor)
    assert [item.name for item in (*page.items, *rest.items)] == [LampLit.NAME] * 2
    wick.is_wet = False
    failed = page.items[0]
    async with db.transaction() as tx:
        await graveyard.replay_fact(tx, Keeper(), failed.shop_id, failed.event_id, "ear")
    await engine.settle()
    assert wick.lit == [2]
    async with db.transaction() as tx:
        assert await graveyard.replay_facts(tx, Keeper(), "ear") == 1
    await engine.settle()
    assert wick.lit == [2, 1]
    async with db.reading() as tx:
        assert (await graveyard.failed_facts(tx)).items == ()
        assert (await graveyard.failed_facts(tx, of=(ShopId(3), EventId(1)))).items == ()


async def test_one_move_of_the_clock_at_a_time(db: OneConnection, engine_for: EngineFor) -> None:
    async with db.transaction() as tx:
        move = await clock_move.begin_move(tx, Keeper(), timedelta(hours=6))
    assert move is not None
    assert move.percent == 0
    async with db.transaction() as tx:
        assert await clock_move.begin_move(tx, Keeper(), timedelta(hours=1)) is None
    assert await facts_named(db, "kit.clock_move_begun") == 1
    await clock_move.carry_out(db, engine_for(Wiring((), (), ())), move)
    assert db.moment == START + timedelta(hours=6)
    async with db.reading() as tx:
        latest = await clock_move.latest_move(tx)
    assert latest is not None
    assert (latest.is_running, latest.percent, latest.error) == (False, 100, None)


async def test_a_move_whose_process_is_gone_has_ended(db: OneConnection) -> None:
    async with db.transaction() as tx:
        move = await clock_move.begin_move(tx, Keeper(), timedelta(days=1))
    await db.connection.execute("update kit.clock_move set beat_at = beat_at - interval '1 minute'")
    async with db.reading() as tx:
        latest = await clock_move.latest_move(tx)
    assert move is not None
    assert latest is not None
    assert (latest.id, latest.is_running) == (move.id, False)
    assert latest.error == "the process that moved it ended"
    async with db.transaction() as tx:
        assert await clock_move.begin_move(tx, Keeper(), timedelta(days=1)) is not None


async def test_a_move_that_fails_says_so(db: OneConnection, engine_for: EngineFor) -> None:
    class Broken(Engine):
        async def advance(self, *_args: object, **_more: object) -> None:  # type: ignore[override]
            raise ValueError("stuck")

    async with db.transaction() as tx:
        move = await clock_move.begin_move(tx, Keeper(), timedelta(days=1))
    assert move is not None
    await clock_move.carry_out(db, Broken(db, Wiring((), (), ())), move)
    async with db.reading() as tx:
        latest = await clock_move.latest_move(tx)
    assert latest is not None
    assert (latest.is_running, latest.percent, latest.error) == (False, 0, "ValueError: stuck")
