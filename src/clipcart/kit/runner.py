"""Running jobs: claimed by lane in one statement, run one by one or in sets, finished in sets.

A claim is a lease and a number (`attempts`). Who lost the lease finds another number in the row
and leaves it alone, so a worker that was paused does no harm when it wakes.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

import msgspec
import structlog

from clipcart.kit import _sql, clock
from clipcart.kit.db import Database, Tx
from clipcart.kit.failures import told
from clipcart.kit.jobs import AnyJob, Lane, Outcome, Postpone

log = structlog.get_logger("clipcart.engine")

LEASE_S = 300
RENEW_AFTER_MS = 60_000
"""A job that waited so long for its turn gets a new lease before it is begun."""
LANE_WIDTH = {Lane.MONEY: 8, Lane.PROMPT: 4, Lane.BULK: 2, Lane.MEDIA: 1, Lane.WEBHOOKS: 2}
SETS_AT_ONCE = 1_000
"""How many jobs of kinds that run in sets are claimed at most in one round."""

Ended = tuple[_sql.JobRow, Outcome]


class JobRunner:
    """Runs the jobs of a wiring on a database; `worker` is who claims, if it has a session."""

    def __init__(self, db: Database, jobs: Sequence[AnyJob], *, concurrent: bool) -> None:
        self.worker: int | None = None
        self._db = db
        self._jobs = {job.kind.name: job for job in jobs}
        self._of_many = [job.kind.name for job in jobs if job.body_of_many]
        self._concurrent = concurrent

    async def run(self, lane: Lane) -> int:
        """Claim what is due in a lane and run it; gives how many ran."""
        width = LANE_WIDTH[lane] if self._concurrent else 1
        async with self._db.transaction() as tx:
            rows = await tx.all(
                _sql.CLAIM_JOBS,
                lane=lane.value,
                now=tx.now,
                size=width * 4,
                many=SETS_AT_ONCE,
                many_kinds=self._of_many,
                worker=self.worker,
                lease_s=LEASE_S,
            )
        rows.sort(key=lambda row: row.id)
        claimed_ms = clock.ticks_ms()
        await self._side_by_side(
            width, [partial(self._begin, part, claimed_ms) for part in self._parts(rows)]
        )
        return len(rows)

    async def _side_by_side(
        self, width: int, parts: Sequence[Callable[[], Awaitable[None]]]
    ) -> None:
        if not self._concurrent or len(parts) < 2:
            for part in parts:
                await part()
            return
        gate = asyncio.Semaphore(width)

        async def gated(part: Callable[[], Awaitable[None]]) -> None:
            async with gate:
                await part()

        await asyncio.gather(*(gated(part) for part in parts))

    def _parts(self, rows: Iterable[_sql.JobRow]) -> list[Sequence[_sql.JobRow]]:
        """What is run together. A job that was begun before runs alone, and last.

        It may be the one that ended its process. Such ones take turns in being first, so that
        those behind it are not given up with it.
        """
        fresh: dict[str, list[_sql.JobRow]] = {}
        again: list[_sql.JobRow] = []
        parts: list[Sequence[_sql.JobRow]] = []
        for row in rows:
            if row.kind not in self._of_many:
                parts.append([row])
            elif row.attempts > 1:
                again.append(row)
            else:
                fresh.setdefault(row.kind, []).append(row)
        for kind, found in fresh.items():
            size = self._jobs[kind].at_most
            parts.extend(found[start : start + size] for start in range(0, len(found), size))
        again.sort(key=lambda row: row.id * row.attempts % 997)
        return [*parts, *([row] for row in again)]

    async def _begin(self, rows: Sequence[_sql.JobRow], claimed_ms: int) -> None:
        if clock.ticks_ms() - claimed_ms > RENEW_AFTER_MS:
            rows = [row for row in rows if await self._renewed(row)]
        worn = [row for row in rows if row.attempts > row.max_attempts]
        error = RuntimeError("its process ended each time, so it is not begun again")
        ended: list[Ended] = [(row, error) for row in worn]
        if todo := [row for row in rows if row.attempts <= row.max_attempts]:
            ended += await self._run(todo, claimed_ms)
        await self._finish(ended)

    async def _renewed(self, row: _sql.JobRow) -> bool:
        async with self._db.transaction() as tx:
            renewed = await tx.run(
                _sql.RENEW_JOB, id=row.id, attempts=row.attempts, lease_s=LEASE_S
            )
        return renewed == 1

    async def _run(self, rows: Sequence[_sql.JobRow], claimed_ms: int) -> list[Ended]:
        """What became of jobs of one kind."""
        job = self._jobs.get(rows[0].kind)
        if job is None:
            unknown = LookupError(f"no job of kind {rows[0].kind} is known to this version")
            return [(row, unknown) for row in rows]
        try:
            payloads = [
                msgspec.convert(row.payload, job.kind.payload, strict=False) for row in rows
            ]
            outcomes = await _outcomes(self._db, job, payloads)
        except Exception as error:
            if len(rows) == 1:
                return [(rows[0], error)]
            log.warning("job_set_failed", kind=job.kind.name, size=len(rows), exc_info=error)
            for row in rows:
                await self._begin([row], claimed_ms)
            return []
        return list(zip(rows, outcomes, strict=True))

    async def _finish(self, ended: Sequence[Ended]) -> None:
        """Write down what became of them, in one transaction."""
        if not ended:
            return
        for row, outcome in ended:
            if outcome is not None and not isinstance(outcome, Postpone):
                key = {"kind": row.kind, "job": row.id, "attempts": row.attempts}
                log.error("job_failed", **key, exc_info=outcome)
        await self._db.retrying(partial(_write_down, ended))


async def _outcomes(db: Database, job: AnyJob, payloads: Sequence[Any]) -> Sequence[Outcome]:
    if job.body_of_many is not None:
        outcomes = await job.body_of_many(db, payloads)
        if len(outcomes) != len(payloads):
            raise ValueError(f"{job.kind.name} gave {len(outcomes)} outcomes of {len(payloads)}")
        return outcomes
    if job.body is not None:
        await job.body(db, payloads[0])
    return [None]


async def _write_down(ended: Sequence[Ended], tx: Tx) -> None:
    done = [row.id for row, outcome in ended if outcome is None]
    if done:
        await tx.run(_sql.FINISH_JOBS, ids=done)
    later = [(row, outcome) for row, outcome in ended if isinstance(outcome, Postpone)]
    if later:
        await tx.run(
            _sql.POSTPONE_JOBS,
            ids=[row.id for row, _ in later],
            attempts=[row.attempts for row, _ in later],
            run_ats=[tx.now + timedelta(seconds=outcome.delay_s) for _, outcome in later],
            errors=[str(outcome) for _, outcome in later],
        )
    failed = [
        (row, outcome)
        for row, outcome in ended
        if outcome is not None and not isinstance(outcome, Postpone)
    ]
    if failed:
        await tx.run(
            _sql.FAIL_JOBS,
            ids=[row.id for row, _ in failed],
            attempts=[row.attempts for row, _ in failed],
            run_ats=[
                None if (pause := _pause(row)) is None else tx.now + pause for row, _ in failed
            ],
            errors=[told(outcome) for _, outcome in failed],
        )


def _pause(row: _sql.JobRow) -> timedelta | None:
    """How long a job that failed rests; None gives it up."""
    if row.attempts >= row.max_attempts:
        return None
    return timedelta(seconds=min(3600, 2**row.attempts * 2 + row.id % 7))
