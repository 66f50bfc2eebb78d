"""Jobs in sets: one body for many, an outcome for each, and nobody suffers for a neighbour."""

from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest

from clipcart.kit.db import Database
from clipcart.kit.engine import Engine, Wiring
from clipcart.kit.jobs import Job, JobKind, Lane, Outcome, Postpone
from tests.kit.test_engine import RING, Note
from tests.support.database import OneConnection

EngineFor = Callable[[Wiring], Engine]


async def enqueue(db: OneConnection, *texts: str, serial_key: str | None = None) -> None:
    async with db.transaction() as tx:
        for text in texts:
            tx.enqueue(RING, Note(text), serial_key=serial_key)


async def left(db: OneConnection) -> dict[str, tuple[str, int]]:
    """What is still there: its state and how often it was begun, by its text."""
    rows = await db.connection.fetch("select payload ->> 'text', state, attempts from kit.job")
    return {row[0]: (row[1], row[2]) for row in rows}


async def test_a_set_is_run_at_once_and_in_parts_of_its_size(
    db: OneConnection, engine_for: EngineFor
) -> None:
    sets: list[list[str]] = []

    async def body(_db: Database, notes: Sequence[Note]) -> Sequence[Outcome]:
        sets.append([note.text for note in notes])
        return [None] * len(notes)

    engine = engine_for(Wiring((), [Job(RING, body_of_many=body, at_most=3)], ()))
    await enqueue(db, "a", "b", "c", "d")
    assert await engine.run_jobs(Lane.PROMPT) == 4
    assert sets == [["a", "b", "c"], ["d"]]
    assert await left(db) == {}


async def test_each_of_a_set_has_an_outcome_of_its_own(
    db: OneConnection, engine_for: EngineFor
) -> None:
    async def body(_db: Database, notes: Sequence[Note]) -> Sequence[Outcome]:
        said: dict[str, Outcome] = {"fails": ValueError("no bell"), "waits": Postpone(60, "asleep")}
        return [said.get(note.text) for note in notes]

    engine = engine_for(Wiring((), [Job(RING, body_of_many=body)], ()))
    await enqueue(db, "works", "fails", "waits", "works, too")
    await engine.run_jobs(Lane.PROMPT)
    assert await left(db) == {"fails": ("queued", 1), "waits": ("queued", 0)}
    errors = await db.connection.fetch(
        "select error, run_at - $1 from kit.job order by id", db.moment
    )
    assert errors[0][0] == "ValueError: no bell"
    assert errors[0][1] > timedelta(0)
    assert tuple(errors[1]) == ("asleep; again in 60 s", timedelta(seconds=60))


async def test_when_a_set_raises_only_the_guilty_one_counts_an_attempt(
    db: OneConnection, engine_for: EngineFor
) -> None:
    sets: list[int] = []

    async def body(_db: Database, notes: Sequence[Note]) -> Sequence[Outcome]:
        sets.append(len(notes))
        if any(note.text == "bad" for note in notes):
            raise ValueError("cracked")
        return [None] * len(notes)

    engine = engine_for(Wiring((), [Job(RING, body_of_many=body)], ()))
    await enqueue(db, "a", "bad", "b", "c")
    await engine.run_jobs(Lane.PROMPT)
    assert sets == [4, 1, 1, 1, 1]
    assert await left(db) == {"bad": ("queued", 1)}
    await enqueue(db, "d", "e")
    await engine.advance(timedelta(hours=1))
    # Who was guilty once is tried alone, and given up after its three times.
    assert sets[5:] == [2, 1, 1]
    assert await left(db) == {"bad": ("dead", 3)}


async def test_a_payload_that_cannot_be_read_fails_alone(
    db: OneConnection, engine_for: EngineFor
) -> None:
    async def body(_db: Database, notes: Sequence[Note]) -> Sequence[Outcome]:
        return [None] * len(notes)

    engine = engine_for(Wiring((), [Job(RING, body_of_many=body)], ()))
    await enqueue(db, "a", "b", "c")
    await db.connection.execute(
        """update kit.job set payload = '{"txt": "b"}' where payload ->> 'text' = 'b'"""
    )
    await engine.run_jobs(Lane.PROMPT)
    assert list((await left(db)).values()) == [("queued", 1)]


async def test_too_few_outcomes_are_a_failure_of_all(
    db: OneConnection, engine_for: EngineFor
) -> None:
    async def body(_db: Database, _notes: Sequence[Note]) -> Sequence[Outcome]:
        return []

    engine = engine_for(Wiring((), [Job(RING, body_of_many=body)], ()))
    await enqueue(db, "a", "b")
    await engine.run_jobs(Lane.PROMPT)
    assert await left(db) == {"a": ("queued", 1), "b": ("queued", 1)}


async def test_a_serial_key_holds_in_sets(db: OneConnection, engine_for: EngineFor) -> None:
    sets: list[list[str]] = []

    async def body(_db: Database, notes: Sequence[Note]) -> Sequence[Outcome]:
        sets.append([note.text for note in notes])
        return [None] * len(notes)

    engine = engine_for(Wiring((), [Job(RING, body_of_many=body)], ()))
    await enqueue(db, "first", "second", serial_key="row")
    await enqueue(db, "free")
    await engine.settle()
    assert sets == [["first", "free"], ["second"]]


async def test_sets_do_not_crowd_out_single_jobs(db: OneConnection, engine_for: EngineFor) -> None:
    ran: list[str] = []
    single = JobKind("kit_test.single", Note, lane=Lane.PROMPT)

    async def of_many(_db: Database, notes: Sequence[Note]) -> Sequence[Outcome]:
        ran.extend(note.text for note in notes)
        return [None] * len(notes)

    async def alone(_db: Database, note: Note) -> None:
        ran.append(note.text)

    jobs = [Job(RING, body_of_many=of_many, at_most=50), Job(single, alone)]
    engine = engine_for(Wiring((), jobs, ()))
    await enqueue(db, *("many" for _ in range(60)))
    async with db.transaction() as tx:
        tx.enqueue(single, Note("single"))
    await engine.run_jobs(Lane.PROMPT)
    assert sorted(set(ran)) == ["many", "single"]
    assert len(ran) == 61


def test_a_job_has_one_body() -> None:
    with pytest.raises(ValueError, match="either a body or a body of many"):
        Job(RING)
