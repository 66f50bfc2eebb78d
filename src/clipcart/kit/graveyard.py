"""The graveyard: jobs and deliveries that were given up, their way back, and how work flows.

For the operator's door, which has asked who may see and steer this.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from clipcart.kit import _graveyard_sql as sql
from clipcart.kit.db import Tx
from clipcart.kit.errors import Kind, Problem, Refusal, check
from clipcart.kit.events import Event, HasLabel, event
from clipcart.kit.ids import EventId, JobId, ShopId
from clipcart.kit.jobs import Lane
from clipcart.kit.listing import Page


class CannotReplay(Refusal):
    """It is not in the graveyard any more, or its twin waits already."""

    code = "kit.cannot_replay"
    kind = Kind.CONFLICT


@event
@dataclass(frozen=True, slots=True)
class JobReplayed(Event):
    """A job that was given up is tried anew."""

    NAME: ClassVar[str] = "kit.job_replayed"
    SUBJECT: ClassVar[str] = "job_id"
    job_id: JobId
    kind: str


@event
@dataclass(frozen=True, slots=True)
class JobDeleted(Event):
    """A job that was given up will not be done."""

    NAME: ClassVar[str] = "kit.job_deleted"
    SUBJECT: ClassVar[str] = "job_id"
    job_id: JobId
    kind: str
    error: str
    reason: str


@event
@dataclass(frozen=True, slots=True)
class FactReplayed(Event):
    """A fact that a subscriber had given up is handed to it again."""

    NAME: ClassVar[str] = "kit.fact_replayed"
    SUBJECT: ClassVar[str] = "event_id"
    shop_id: ShopId
    event_id: EventId
    subscriber: str


@dataclass(frozen=True, slots=True)
class Heap:
    """How many of something there are, and since when the oldest waits (None when there is none).

    `oldest` is when a fact was announced or a failure happened; of due jobs when they fell due.
    """

    count: int = 0
    oldest: datetime | None = None


@dataclass(frozen=True, slots=True)
class Pulse:
    """How work flows: facts to deliver, deliveries by subscriber, jobs by lane, dead by kind."""

    pending: Heap
    retrying: Mapping[str, Heap]
    given_up: Mapping[str, Heap]
    due: Mapping[str, Heap]
    later: Mapping[str, Heap]
    failing: Mapping[str, Heap]
    dead: Mapping[str, Heap]

    @property
    def dead_count(self) -> int:
        """All dead jobs."""
        return sum(heap.count for heap in self.dead.values())

    @property
    def given_up_count(self) -> int:
        """All deliveries given up."""
        return sum(heap.count for heap in self.given_up.values())


@dataclass(frozen=True, slots=True)
class JobLine:
    """A job that is queued or dead. `attempts` have been made; `error` is the last one's."""

    id: JobId
    kind: str
    lane: Lane
    is_dead: bool
    payload: Any
    run_at: datetime
    attempts: int
    max_attempts: int
    error: str | None
    enqueued_at: datetime


@dataclass(frozen=True, slots=True)
class FailedFact:
    """A fact that a subscriber failed on. `retry_at` None: it was given up."""

    shop_id: ShopId
    event_id: EventId
    subscriber: str
    attempts: int
    retry_at: datetime | None
    error: str
    failed_at: datetime
    name: str
    subject: str


async def pulse(tx: Tx) -> Pulse:
    """How work flows right now. One statement."""
    parts: dict[str, dict[str, Heap]] = {}
    for row in await tx.all(sql.PULSE, now=tx.now):
        parts.setdefault(row.part, {})[row.name] = Heap(row.total, row.oldest)
    return Pulse(
        pending=parts.get("pending", {}).get("", Heap()),
        retrying=parts.get("retrying", {}),
        given_up=parts.get("given_up", {}),
        due=parts.get("due", {}),
        later=parts.get("later", {}),
        failing=parts.get("failing", {}),
        dead=parts.get("dead", {}),
    )


async def jobs(
    tx: Tx,
    *,
    is_dead: bool | None = None,
    has_error: bool | None = None,
    kind: str | None = None,
    lane: str | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[JobLine]:
    """Queued and dead jobs, newest first. Raises BadCursor."""
    state = None if is_dead is None else "dead" if is_dead else "queued"
    page = await sql.JOBS.page(
        tx,
        order="newest",
        cursor=cursor,
        limit=limit,
        filters={"state": state, "has_error": has_error, "kind": kind, "lane": lane},
    )
    return page.map(_job)


def _job(row: sql.JobLineRow) -> JobLine:
    return JobLine(
        JobId(row.id),
        row.kind,
        Lane(row.lane),
        row.state == "dead",
        row.payload,
        row.run_at,
        row.attempts,
        row.max_attempts,
        row.error,
        row.enqueued_at,
    )


async def failed_facts(
    tx: Tx,
    *,
    is_given_up: bool | None = None,
    of: tuple[ShopId, EventId] | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[FailedFact]:
    """Facts that subscribers failed on, newest first; all, or those `of` one fact."""
    page = await sql.FAILURES.page(
        tx,
        order="newest",
        cursor=cursor,
        limit=limit,
        filters={
            "is_given_up": is_given_up,
            "shop_id": None if of is None else of[0],
            "event_id": None if of is None else of[1],
        },
    )
    return page.map(_failed)


def _failed(row: sql.FailureLineRow) -> FailedFact:
    return FailedFact(
        ShopId(row.shop_id),
        EventId(row.event_id),
        row.subscriber,
        row.attempts,
        row.retry_at,
        row.error,
        row.failed_at,
        row.name,
        row.subject,
    )


async def replay_job(tx: Tx, actor: HasLabel, job_id: JobId) -> None:
    """Queue a dead job again, due now, with all its attempts. Raises CannotReplay."""
    kind = await tx.maybe(sql.KIND_OF_DEAD, id=job_id)
    if kind is None or not await _replay(tx, actor, kind, job_id):
        raise CannotReplay


async def replay_jobs(tx: Tx, actor: HasLabel, kind: str) -> int:
    """Queue every dead job of a kind again; gives how many.

    Of jobs with the same dedupe key one is queued; the others stay dead.
    """
    return await _replay(tx, actor, kind, None)


async def _replay(tx: Tx, actor: HasLabel, kind: str, job_id: JobId | None) -> int:
    rows = await tx.all(sql.REPLAY_JOBS, kind=kind, id=job_id, now=tx.now)
    tx.announce(actor, *(JobReplayed(JobId(row.id), row.kind) for row in rows))
    return len(rows)


async def delete_job(tx: Tx, actor: HasLabel, job_id: JobId, reason: str) -> None:
    """Take a dead job away for good; the reason stands in the log. Raises Invalid, CannotReplay."""
    reason = reason.strip()
    missing = Problem("reason", "no reason is given", "say why it need not be done")
    check([None if reason else missing])
    row = await tx.maybe(sql.DELETE_DEAD, id=job_id)
    if row is None:
        raise CannotReplay
    tx.announce(actor, JobDeleted(job_id, row.kind, row.error or "", reason[:500]))


async def replay_fact(
    tx: Tx, actor: HasLabel, shop_id: ShopId, event_id: EventId, subscriber: str
) -> None:
    """Hand a fact to a subscriber again that had given it up. Raises CannotReplay."""
    row = await tx.maybe(
        sql.REPLAY_FACT, shop_id=shop_id, event_id=event_id, subscriber=subscriber, now=tx.now
    )
    if row is None:
        raise CannotReplay
    tx.announce(actor, FactReplayed(shop_id, event_id, subscriber))


async def replay_facts(tx: Tx, actor: HasLabel, subscriber: str) -> int:
    """Hand everything to a subscriber again that it had given up; gives how many."""
    rows = await tx.all(sql.REPLAY_FACTS_OF, subscriber=subscriber, now=tx.now)
    tx.announce(
        actor,
        *(FactReplayed(ShopId(row.shop_id), EventId(row.event_id), row.subscriber) for row in rows),
    )
    return len(rows)
