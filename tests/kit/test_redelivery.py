"""Facts that fail beside others, across outages and after crashes: once each, and nobody waits."""

from collections.abc import Callable, Sequence
from datetime import timedelta

import asyncpg
import pytest

from clipcart.kit import _sql
from clipcart.kit.db import Tx
from clipcart.kit.engine import Engine, Wiring
from clipcart.kit.events import Delivered, Subscriber
from tests.kit.test_engine import BellRang, announce
from tests.support.database import START, OneConnection

EngineFor = Callable[[Wiring], Engine]
LATER = START + timedelta(days=9)


async def failures(db: OneConnection) -> list[_sql.FailureRow]:
    async with db.reading() as tx:
        return await tx.all(_sql.FAILURES_DUE, now=LATER, size=10)


async def test_a_failed_fact_that_is_delivered_again_has_one_effect(
    db: OneConnection, engine_for: EngineFor
) -> None:
    """Its neighbour's rows were locked, so the fact stayed pending after its failure was kept."""
    heard: list[int] = []
    tries = {"ear": 0, "eye": 0}

    async def ear(_tx: Tx, facts: Sequence[Delivered]) -> None:
        tries["ear"] += 1
        if tries["ear"] == 1:
            raise ValueError("cracked")
        heard.extend(each.fact.bell_id for each in facts)

    async def eye(_tx: Tx, _facts: Sequence[Delivered]) -> None:
        tries["eye"] += 1
        if tries["eye"] <= 3:
            raise asyncpg.LockNotAvailableError("somebody holds the rows")

    subscribers = [Subscriber("ear", {BellRang: ear}), Subscriber("eye", {BellRang: eye})]
    engine = engine_for(Wiring(subscribers, (), ()))
    await announce(db, 1)
    await engine.deliver()
    await engine.deliver()
    await engine.advance(timedelta(hours=1))
    assert heard == [1]
    assert tries["eye"] == 4
    assert await failures(db) == []


async def test_a_failure_that_another_process_made_good_is_not_kept_again(
    db: OneConnection, engine_for: EngineFor
) -> None:
    calls = 0

    async def ear(_tx: Tx, _facts: Sequence[Delivered]) -> None:
        nonlocal calls
        calls += 1
        raise ValueError("cracked")

    engine = engine_for(Wiring([Subscriber("ear", {BellRang: ear})], (), ()))
    await announce(db, 1)
    await engine.settle()
    (failure,) = await failures(db)
    # Another process handles it, between our look and our own attempt's end.
    await db.connection.execute("delete from kit.event_failure")
    await engine._failed_again(failure, ValueError("cracked"))
    assert await failures(db) == []
    assert calls == 1


async def test_a_fact_that_cannot_be_read_does_not_hold_up_the_others(
    db: OneConnection, engine_for: EngineFor
) -> None:
    heard: list[int] = []

    async def ear(_tx: Tx, facts: Sequence[Delivered]) -> None:
        heard.extend(each.fact.bell_id for each in facts)

    engine = engine_for(Wiring([Subscriber("ear", {BellRang: ear})], (), ()))
    await announce(db, 1, 2, 3)
    sql = "update kit.event set payload = $1 where (payload ->> 'bell_id')::int = 2"
    await db.connection.execute(sql, {"shop_id": 7, "bell": "renamed by another version"})
    await engine.settle()
    assert heard == [1, 3]
    assert [row.attempts for row in await failures(db)] == [1]
    await engine.advance(timedelta(minutes=1))
    assert [row.attempts for row in await failures(db)] == [2]
    await db.connection.execute(
        "update kit.event set payload = $1 where payload ? 'bell'", {"shop_id": 7, "bell_id": 2}
    )
    await engine.advance(timedelta(hours=1))
    assert heard == [1, 3, 2]
    assert await failures(db) == []


@pytest.mark.parametrize(
    "outage",
    [
        asyncpg.CrashShutdownError("terminating connection because of crash"),
        asyncpg.AdminShutdownError("terminating connection"),
        asyncpg.CannotConnectNowError("the database system is in recovery mode"),
        asyncpg.TooManyConnectionsError("sorry, too many clients already"),
        asyncpg.DiskFullError("no space left on device"),
    ],
)
async def test_an_outage_of_the_database_is_nobodys_failure(
    db: OneConnection, engine_for: EngineFor, outage: Exception
) -> None:
    heard: list[int] = []
    tries = 0

    async def ear(_tx: Tx, facts: Sequence[Delivered]) -> None:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise outage
        heard.extend(each.fact.bell_id for each in facts)

    engine = engine_for(Wiring([Subscriber("ear", {BellRang: ear})], (), ()))
    await announce(db, 1, 2)
    await engine.deliver()
    assert heard == []
    assert await failures(db) == []
    await engine.deliver()
    assert heard == [1, 2]
