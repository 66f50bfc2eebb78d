"""Facts, jobs, sweeps and the clock: what follows a commit."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, LiteralString

import pytest

from clipcart.kit import _sql
from clipcart.kit.db import Database, Tx
from clipcart.kit.engine import Engine, Wiring
from clipcart.kit.eventlog import log
from clipcart.kit.events import Delivered, Event, Subscriber, event
from clipcart.kit.ids import ShopId
from clipcart.kit.jobs import Job, JobKind, Lane, Postpone, Sweep
from clipcart.kit.sql import Query, compose
from tests.support.database import START, OneConnection

EngineFor = Callable[[Wiring], Engine]


@event
@dataclass(frozen=True, slots=True)
class BellRang(Event):
    NAME: ClassVar[str] = "kit_test.bell_rang"
    SUBJECT: ClassVar[str] = "bell_id"
    shop_id: ShopId
    bell_id: int


@dataclass(frozen=True, slots=True)
class Ringer:
    label: str = "robot:ringer"


@dataclass(frozen=True, slots=True)
class Note:
    text: str


RING = JobKind("kit_test.ring", Note, lane=Lane.PROMPT, max_attempts=3)
NOBODY = Wiring((), (), ())


def bells(*numbers: int) -> list[BellRang]:
    return [BellRang(ShopId(7), number) for number in numbers]


async def announce(db: Database, *numbers: int) -> None:
    async with db.transaction() as tx:
        tx.announce(Ringer(), *bells(*numbers))


async def test_facts_arrive_in_order_as_a_set(db: OneConnection, engine_for: EngineFor) -> None:
    heard: list[list[int]] = []

    async def listen(_tx: Tx, facts: Sequence[Delivered]) -> None:
        heard.append([fact.fact.bell_id for fact in facts])

    engine = engine_for(Wiring([Subscriber("ear", {BellRang: listen})], (), ()))
    await announce(db, 1, 2, 3)
    await engine.settle()
    await engine.settle()
    assert heard == [[1, 2, 3]]


async def test_a_fact_of_a_rolled_back_transaction_is_never_heard(
    db: OneConnection, engine_for: EngineFor
) -> None:
    heard: list[Delivered] = []

    async def listen(_tx: Tx, facts: Sequence[Delivered]) -> None:
        heard.extend(facts)

    engine = engine_for(Wiring([Subscriber("ear", {BellRang: listen})], (), ()))
    with pytest.raises(ZeroDivisionError):
        async with db.transaction() as tx:
            tx.announce(Ringer(), *bells(1))
            await tx.flush()
            raise ZeroDivisionError
    await engine.settle()
    assert heard == []


async def test_one_bad_fact_does_not_hold_up_its_neighbours(
    db: OneConnection, engine_for: EngineFor
) -> None:
    heard: list[int] = []

    async def listen(_tx: Tx, facts: Sequence[Delivered]) -> None:
        for fact in facts:
            if fact.fact.bell_id == 2 and db.moment < START + timedelta(hours=1):
                raise ValueError("cracked")
            heard.append(fact.fact.bell_id)

    engine = engine_for(Wiring([Subscriber("ear", {BellRang: listen})], (), ()))
    await announce(db, 1, 2, 3)
    await engine.settle()
    # The set failed as a whole once (1 was heard and undone), then one by one.
    assert heard[-2:] == [1, 3]
    async with db.reading() as tx:
        assert await tx.all(_sql.FAILURES_DUE, now=START + timedelta(days=1), size=10)
    await engine.advance(timedelta(hours=2))
    assert heard.count(2) == 1
    async with db.reading() as tx:
        assert not await tx.all(_sql.FAILURES_DUE, now=START + timedelta(days=9), size=10)


async def test_redelivery_after_a_crash_has_no_second_effect(
    db: OneConnection, engine_for: EngineFor
) -> None:
    heard: list[int] = []

    async def listen(_tx: Tx, facts: Sequence[Delivered]) -> None:
        heard.extend(fact.fact.bell_id for fact in facts)

    engine = engine_for(Wiring([Subscriber("ear", {BellRang: listen})], (), ()))
    await announce(db, 1)
    async with db.reading() as tx:
        rows = await tx.all(_sql.PENDING, size=9)
    await engine.deliver()
    # A crash between the effect and forgetting: the fact is pending again, its done-row is there.
    for table, columns in (("event_pending", "id"), ("event_done", "event_id, subscriber")):
        values = "$1, $2" if table == "event_pending" else "$1, $2, 'ear'"
        await db.connection.execute(
            f"insert into kit.{table} (shop_id, {columns}) values ({values})", 7, rows[0].id
        )
    await engine.settle()
    assert heard == [1]


async def test_jobs_run_when_due_once_per_dedupe_key_and_in_series(
    db: OneConnection, engine_for: EngineFor
) -> None:
    ran: list[str] = []

    async def body(_db: Database, note: Note) -> None:
        ran.append(note.text)

    engine = engine_for(Wiring((), [Job(RING, body)], ()))
    async with db.transaction() as tx:
        tx.enqueue(RING, Note("later"), run_at=tx.now + timedelta(days=3))
        tx.enqueue(RING, Note("once"), dedupe_key="same")
        tx.enqueue(RING, Note("twice"), dedupe_key="same")
        tx.enqueue(RING, Note("first"), serial_key="row")
        tx.enqueue(RING, Note("second"), serial_key="row")
    await engine.settle()
    assert ran == ["once", "first", "second"]
    assert await engine.advance(timedelta(days=4)) == START + timedelta(days=4)
    assert ran[-1] == "later"


async def test_a_failing_job_is_retried_and_then_buried(
    db: OneConnection, engine_for: EngineFor
) -> None:
    tries: list[datetime] = []

    async def body(_db: Database, _note: Note) -> None:
        tries.append(db.moment)
        raise ValueError("no bell")

    engine = engine_for(Wiring((), [Job(RING, body)], ()))
    async with db.transaction() as tx:
        tx.enqueue(RING, Note("x"))
    await engine.advance(timedelta(days=1))
    assert len(tries) == 3
    assert tries == sorted(set(tries))
    state, error = await db.connection.fetchrow("select state, error from kit.job")
    assert (state, error) == ("dead", "ValueError: no bell")


async def test_a_postponed_job_is_not_a_failure(db: OneConnection, engine_for: EngineFor) -> None:
    tries: list[datetime] = []

    async def body(_db: Database, _note: Note) -> None:
        tries.append(db.moment)
        if len(tries) < 6:
            raise Postpone(60, "the bell is asleep")

    engine = engine_for(Wiring((), [Job(RING, body)], ()))
    async with db.transaction() as tx:
        tx.enqueue(RING, Note("x"))
    await engine.advance(timedelta(days=1))
    assert len(tries) == 6
    assert await db.connection.fetchval("select count(*) from kit.job") == 0


async def test_advancing_stops_at_every_deadline(db: OneConnection, engine_for: EngineFor) -> None:
    def own(sql: LiteralString) -> Query[datetime]:
        return compose(sql, datetime, module=__name__, register=False)

    await db.connection.execute("create temporary table bell (at timestamptz) on commit drop")
    for days in (2, 5):
        await db.connection.execute("insert into bell values ($1)", START + timedelta(days=days))
    met: list[datetime] = []

    async def run(tx: Tx) -> int:
        rung = await tx.all(own("delete from bell where at <= :now returning at"), now=tx.now)
        met.extend(tx.now for _ in rung)
        return len(rung)

    bells = Sweep("kit_test.bells", own("select min(at) from bell"), run)
    silent = Sweep("kit_test.silent", own("select 'infinity'::timestamptz"), run)
    engine = engine_for(Wiring((), (), [bells, silent]))
    await engine.advance(timedelta(days=9))
    grain = timedelta(minutes=10)
    assert met == [START + timedelta(days=2) + grain, START + timedelta(days=5) + grain]


async def test_the_log_is_paged_and_filtered(db: OneConnection) -> None:
    await announce(db, *range(1, 8))
    async with db.reading() as tx:
        first = await log(tx, limit=3, subject=None, shop_id=7)
        second = await log(tx, limit=3, cursor=first.next_cursor, shop_id=7)
        back = await log(tx, limit=3, cursor=second.previous_cursor, shop_id=7)
        other = await log(tx, shop_id=8)
    assert [row.payload["bell_id"] for row in (*first.items, *second.items)] == [7, 6, 5, 4, 3, 2]
    assert back.items == first.items
    assert other.items == ()


async def test_a_savepoint_takes_its_facts_with_it(db: OneConnection) -> None:
    async with db.transaction() as tx:
        tx.announce(Ringer(), *bells(1))
        with pytest.raises(ZeroDivisionError):
            async with tx.savepoint():
                tx.announce(Ringer(), *bells(2))
                raise ZeroDivisionError
    async with db.reading() as reading:
        page = await log(reading)
    assert [row.payload["bell_id"] for row in page.items] == [1]


async def test_reading_refuses_to_change(db: OneConnection) -> None:
    async with db.reading() as tx:
        with pytest.raises(RuntimeError, match="only reads"):
            await tx.run(_sql.MOVE_CLOCK, offset_us=1)
