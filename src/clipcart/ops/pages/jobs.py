"""Jobs and deliveries: how they flow, what fails, what was given up."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import msgspec

from clipcart.doorway import Shell
from clipcart.kit import graveyard
from clipcart.kit.db import Tx
from clipcart.kit.graveyard import FailedFact, Heap, JobLine, Pulse
from clipcart.kit.ids import JobId
from clipcart.ops import runbooks
from clipcart.ops.desk import FRESH, Desk, Typed, address, later
from clipcart.ops.pages.listings import Tab
from clipcart.ops.pages.overview import LaneRow, lane_rows
from clipcart.ops.runbooks import Runbook
from clipcart.ops.words import age

PATH: Final = "/ops/jobs"
FLOW, FAILING, GRAVEYARD, DELIVERIES = "flow", "failing", "graveyard", "deliveries"
SHOWN: Final = 25


@dataclass(frozen=True, slots=True)
class JobRow:
    """A job. `payload` is JSON."""

    id: JobId
    kind: str
    lane: str
    payload: str
    error: str
    attempts: str
    enqueued_at: datetime
    run_at: datetime


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """A fact that a subscriber failed on; `retry_at` None means it was given up."""

    shop_id: int
    event_id: int
    subscriber: str
    name: str
    subject: str
    url: str
    attempts: int
    error: str
    failed_at: datetime
    retry_at: datetime | None


@dataclass(frozen=True, slots=True)
class HeapRow:
    """All dead jobs of a kind, or all deliveries that a subscriber gave up."""

    name: str
    count: int
    age: str | None


@dataclass(frozen=True, slots=True)
class JobsPage:
    """ops/jobs.html. `typed` belongs to the job `typed_id`."""

    shell: Shell
    view: str
    tabs: tuple[Tab, ...]
    pending: int
    pending_age: str | None
    lanes: tuple[LaneRow, ...]
    heaps: tuple[HeapRow, ...]
    jobs: tuple[JobRow, ...]
    deliveries: tuple[DeliveryRow, ...]
    kind: str | None
    newer_url: str | None
    older_url: str | None
    runbook: Runbook
    typed: Typed
    typed_id: int


async def jobs_page(
    desk: Desk, view: str | None, cursor: str | None, typed: Typed = FRESH, typed_id: int = 0
) -> JobsPage:
    """One view. Two statements, three for what fails."""
    chosen = view if view in (FAILING, GRAVEYARD, DELIVERIES) else FLOW
    kind = desk.query("kind") if chosen == GRAVEYARD else None
    async with desk.visit.reading() as tx:
        pulse = await graveyard.pulse(tx)
        jobs, deliveries, newer, older = await _lists(tx, chosen, kind, cursor)
        now = tx.now
    heaps = {GRAVEYARD: pulse.dead, DELIVERIES: pulse.given_up}.get(chosen, {})
    return JobsPage(
        shell=desk.shell("Jobs", "Jobs"),
        view=chosen,
        tabs=_tabs(chosen, pulse),
        pending=pulse.pending.count,
        pending_age=age(now, pulse.pending.oldest),
        lanes=lane_rows(pulse, now),
        heaps=tuple(_heap(name, heap, now) for name, heap in heaps.items()),
        jobs=tuple(map(_job, jobs)),
        deliveries=tuple(map(delivery_row, deliveries)),
        kind=kind,
        newer_url=later(PATH, newer, view=chosen, kind=kind),
        older_url=later(PATH, older, view=chosen, kind=kind),
        runbook=runbooks.GRAVEYARD if chosen in (GRAVEYARD, DELIVERIES) else runbooks.JOBS,
        typed=typed,
        typed_id=typed_id,
    )


async def _lists(
    tx: Tx, view: str, kind: str | None, cursor: str | None
) -> tuple[tuple[JobLine, ...], tuple[FailedFact, ...], str | None, str | None]:
    """Jobs and deliveries of a view, and the cursors of its paged list."""
    if view == FLOW:
        return (), (), None, None
    if view == DELIVERIES:
        given_up = await graveyard.failed_facts(tx, is_given_up=True, cursor=cursor, limit=SHOWN)
        return (), given_up.items, given_up.previous_cursor, given_up.next_cursor
    if view == GRAVEYARD:
        dead = await graveyard.jobs(tx, is_dead=True, kind=kind, cursor=cursor, limit=SHOWN)
        return dead.items, (), dead.previous_cursor, dead.next_cursor
    failing = await graveyard.jobs(tx, is_dead=False, has_error=True, cursor=cursor, limit=SHOWN)
    retrying = await graveyard.failed_facts(tx, is_given_up=False, limit=SHOWN)
    return failing.items, retrying.items, failing.previous_cursor, failing.next_cursor


def _tabs(chosen: str, pulse: Pulse) -> tuple[Tab, ...]:
    failing = sum(heap.count for heap in (*pulse.failing.values(), *pulse.retrying.values()))
    return tuple(
        Tab(label, address(PATH, view=view), view == chosen, count or None)
        for label, view, count in (
            ("Flow", FLOW, 0),
            ("Failing", FAILING, failing),
            ("Graveyard", GRAVEYARD, pulse.dead_count),
            ("Deliveries given up", DELIVERIES, pulse.given_up_count),
        )
    )


def _heap(name: str, heap: Heap, now: datetime) -> HeapRow:
    return HeapRow(name, heap.count, age(now, heap.oldest))


def _job(job: JobLine) -> JobRow:
    return JobRow(
        job.id,
        job.kind,
        job.lane.value,
        msgspec.json.encode(job.payload).decode(),
        job.error or "",
        f"{job.attempts} of {job.max_attempts}",
        job.enqueued_at,
        job.run_at,
    )


def delivery_row(failed: FailedFact) -> DeliveryRow:
    """A failed delivery as lists show it."""
    return DeliveryRow(
        failed.shop_id,
        failed.event_id,
        failed.subscriber,
        failed.name,
        failed.subject,
        f"/ops/events/{failed.shop_id}/{failed.event_id}",
        failed.attempts,
        failed.error,
        failed.failed_at,
        failed.retry_at,
    )
