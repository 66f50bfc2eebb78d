"""Jobs whose process was killed, or took longer than its lease: tried again, never in each other's
way, and not for ever."""

from collections.abc import Callable

import pytest

from clipcart.kit import runner as runner_module
from clipcart.kit.db import Database
from clipcart.kit.engine import Engine, Wiring
from clipcart.kit.jobs import Job, Lane, Postpone
from tests.kit.test_engine import RING, Note
from tests.support.database import OneConnection

EngineFor = Callable[[Wiring], Engine]

LEASE_ENDS = "update kit.job set leased_until = clock_timestamp() - interval '1 second'"


async def enqueue(db: OneConnection, *texts: str) -> None:
    async with db.transaction() as tx:
        for text in texts:
            tx.enqueue(RING, Note(text))


async def test_a_job_that_always_kills_its_process_is_given_up(
    db: OneConnection, engine_for: EngineFor
) -> None:
    tries = 0

    async def body(_db: Database, _note: Note) -> None:
        nonlocal tries
        tries += 1
        raise KeyboardInterrupt  # As good as a kill: nothing after it runs.

    engine = engine_for(Wiring((), [Job(RING, body)], ()))
    await enqueue(db, "x")
    for _ in range(RING.max_attempts):
        with pytest.raises(KeyboardInterrupt):
            await engine.run_jobs(Lane.PROMPT)
        await db.connection.execute(LEASE_ENDS)
    await engine.run_jobs(Lane.PROMPT)
    assert tries == RING.max_attempts
    state, error = await db.connection.fetchrow("select state, error from kit.job")
    assert state == "dead"
    assert "process ended" in error


@pytest.mark.parametrize("ending", [Postpone(1, "asleep"), ValueError("no bell")])
async def test_who_lost_the_lease_does_not_touch_the_job(
    db: OneConnection, engine_for: EngineFor, ending: Exception
) -> None:
    """Its job is another worker's by now: it neither frees it nor moves it."""
    mine: dict[str, object] = {}

    async def body(_db: Database, _note: Note) -> None:
        await db.connection.execute(
            """update kit.job set attempts = attempts + 1,
                leased_until = clock_timestamp() + interval '5 minutes'"""
        )
        mine.update(await db.connection.fetchrow("select * from kit.job"))
        raise ending

    engine = engine_for(Wiring((), [Job(RING, body)], ()))
    await enqueue(db, "x")
    await engine.run_jobs(Lane.PROMPT)
    assert dict(await db.connection.fetchrow("select * from kit.job")) == mine


async def test_a_job_that_waited_too_long_is_begun_only_under_a_lease(
    db: OneConnection, engine_for: EngineFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner_module, "RENEW_AFTER_MS", -1)
    ran: list[str] = []

    async def body(_db: Database, note: Note) -> None:
        ran.append(note.text)
        if note.text == "slow":
            # So slow that another worker took the next one over.
            await db.connection.execute(
                "update kit.job set attempts = attempts + 1 where payload ->> 'text' = 'next'"
            )

    engine = engine_for(Wiring((), [Job(RING, body)], ()))
    await enqueue(db, "slow", "next", "last")
    await engine.run_jobs(Lane.PROMPT)
    assert ran == ["slow", "last"]
    assert await db.connection.fetchval("select payload ->> 'text' from kit.job") == "next"
