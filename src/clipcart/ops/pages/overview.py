"""The overview: is the platform sound, and if not, what to do."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from clipcart import catalog, payments, sellers
from clipcart.catalog import AuditStatus
from clipcart.doorway import Shell
from clipcart.kit import graveyard
from clipcart.kit.graveyard import Heap, Pulse
from clipcart.kit.jobs import Lane
from clipcart.ops import runbooks
from clipcart.ops.desk import Desk
from clipcart.ops.runbooks import Runbook
from clipcart.ops.words import age, plural

COUNTED: Final = 200
"""Queues are counted as far as this; beyond it more is only more."""

SLOW: Final = timedelta(minutes=2)
STUCK: Final = timedelta(minutes=15)
"""How long work may wait before the page turns yellow, and red."""
DECISION_LATE: Final = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Signal:
    """One figure. `tone` warn or bad comes with what to do about it."""

    label: str
    figure: str
    note: str
    tone: str
    url: str
    runbook: Runbook | None = None


@dataclass(frozen=True, slots=True)
class LaneRow:
    """A lane of jobs: how many are due, since when the oldest, how many come later or fail."""

    name: str
    due: int
    oldest: str | None
    later: int
    failing: int
    tone: str


@dataclass(frozen=True, slots=True)
class OverviewPage:
    """ops/overview.html."""

    shell: Shell
    is_sound: bool
    signals: tuple[Signal, ...]
    lanes: tuple[LaneRow, ...]

    @property
    def work(self) -> tuple[tuple[str, str, Runbook], ...]:
        """What to do: tone, label and runbook of each figure that is not as it should be."""
        found = {
            signal.runbook.title: (signal.tone, signal.label, signal.runbook)
            for signal in self.signals
            if signal.runbook is not None
        }
        return tuple(sorted(found.values(), key=lambda item: item[0] != "bad"))


async def overview_page(desk: Desk) -> OverviewPage:
    """Four statements, whatever there is to count."""
    async with desk.visit.reading() as tx:
        pulse = await graveyard.pulse(tx)
        waiting = await sellers.verification_queue(tx, desk.actor, limit=COUNTED)
        audits = await catalog.audit_queue(
            tx, desk.actor, audit_status=AuditStatus.AUDITING, limit=COUNTED
        )
        strange = await payments.open_exceptions(tx, desk.actor)
        now = tx.now
    signals = (
        _facts(pulse, now),
        _jobs(pulse, now),
        _failing(pulse),
        _dead(pulse),
        _verification(
            _count(len(waiting.items), waiting.next_cursor),
            waiting.items[0].waiting_since if waiting.items else None,
            now,
        ),
        Signal(
            "Listings to decide",
            _count(len(audits.items), audits.next_cursor),
            _since(now, audits.items[0].updated_at if audits.items else None, "Nothing waits"),
            "wait" if audits.items else "ok",
            "/ops/listings",
        ),
        Signal(
            "Payment exceptions",
            str(len(strange)),
            _since(now, strange[0].at if strange else None, "Everything fits"),
            "bad" if strange else "ok",
            "/ops/exceptions",
            runbooks.EXCEPTIONS if strange else None,
        ),
    )
    return OverviewPage(
        desk.shell("Overview", "Overview"),
        not any(signal.tone == "bad" for signal in signals),
        signals,
        lane_rows(pulse, now),
    )


def lane_rows(pulse: Pulse, now: datetime) -> tuple[LaneRow, ...]:
    """Every lane, busy or not."""
    return tuple(
        LaneRow(
            lane.value.capitalize(),
            _of(pulse.due, lane).count,
            age(now, _of(pulse.due, lane).oldest),
            _of(pulse.later, lane).count,
            _of(pulse.failing, lane).count,
            _tone(now, _of(pulse.due, lane).oldest),
        )
        for lane in Lane
    )


def _of(heaps: Mapping[str, Heap], lane: Lane) -> Heap:
    return heaps.get(lane.value, Heap())


def _tone(now: datetime, oldest: datetime | None) -> str:
    waits = timedelta() if oldest is None else now - oldest
    return "bad" if waits > STUCK else "warn" if waits > SLOW else "ok"


def _count(shown: int, more: str | None) -> str:
    return f"{shown}+" if more else str(shown)


def _since(now: datetime, oldest: datetime | None, none: str) -> str:
    waits = age(now, oldest)
    return none if waits is None else f"The oldest for {waits}"


def _facts(pulse: Pulse, now: datetime) -> Signal:
    heap = pulse.pending
    tone = _tone(now, heap.oldest)
    return Signal(
        "Facts to deliver",
        str(heap.count),
        _since(now, heap.oldest, "Everybody has heard everything"),
        tone,
        "/ops/jobs",
        runbooks.FACTS if tone != "ok" else None,
    )


def _jobs(pulse: Pulse, now: datetime) -> Signal:
    oldest = min((heap.oldest for heap in pulse.due.values() if heap.oldest), default=None)
    tone = _tone(now, oldest)
    return Signal(
        "Jobs due",
        str(sum(heap.count for heap in pulse.due.values())),
        _since(now, oldest, "Nothing is late"),
        tone,
        "/ops/jobs",
        runbooks.JOBS if tone != "ok" else None,
    )


def _failing(pulse: Pulse) -> Signal:
    count = sum(heap.count for heap in (*pulse.failing.values(), *pulse.retrying.values()))
    return Signal(
        "Failing, tried again",
        str(count),
        "Jobs and deliveries" if count else "No attempt failed",
        "warn" if count else "ok",
        "/ops/jobs?view=failing",
        runbooks.FAILING if count else None,
    )


def _dead(pulse: Pulse) -> Signal:
    jobs, facts = pulse.dead_count, pulse.given_up_count
    return Signal(
        "Graveyard",
        str(jobs + facts),
        f"{plural(jobs, 'job')}, {plural(facts, 'delivery', 'deliveries')}"
        if jobs + facts
        else "Nothing was given up",
        "bad" if jobs + facts else "ok",
        "/ops/jobs?view=deliveries" if facts and not jobs else "/ops/jobs?view=graveyard",
        runbooks.GRAVEYARD if jobs + facts else None,
    )


def _verification(count: str, oldest: datetime | None, now: datetime) -> Signal:
    is_late = oldest is not None and now - oldest > DECISION_LATE
    return Signal(
        "Shops to verify",
        count,
        _since(now, oldest, "Nobody waits"),
        "warn" if is_late else "wait" if oldest else "ok",
        "/ops/verification",
        runbooks.VERIFICATION if is_late else None,
    )
