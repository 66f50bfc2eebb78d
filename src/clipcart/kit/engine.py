"""The engine: delivers facts to subscribers, runs jobs and sweeps, and moves the clock.

Delivery is at least once; a done-row in the subscriber's own transaction makes database effects
happen once. Each subscriber gets its facts oldest first, in sets of one class. A set that fails is
repeated one by one, so that one bad fact does not hold up its neighbours; the bad one is kept
with its error, tried again with growing pauses, and finally given up to the graveyard.
"""

import asyncio
import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import msgspec
import structlog

from clipcart.kit import _sql, clock
from clipcart.kit.db import Database, Tx
from clipcart.kit.deadlines import Deadlines
from clipcart.kit.events import EVENTS, Delivered, Event, Handler, Subscriber, decode
from clipcart.kit.failures import NOT_A_FAILURE, retry_at, told
from clipcart.kit.ids import EventId
from clipcart.kit.jobs import AnyJob, Lane, Sweep
from clipcart.kit.runner import JobRunner

log = structlog.get_logger("clipcart.engine")

BATCH = 1_000


@dataclass(frozen=True, slots=True)
class Wiring:
    """Everything that follows a commit, as the composition root collected it."""

    subscribers: Sequence[Subscriber]
    jobs: Sequence[AnyJob]
    sweeps: Sequence[Sweep]


async def _forget(rows: Sequence[_sql.PendingRow], tx: Tx) -> None:
    """Facts that everybody was told. Another process may forget the same ones in another order."""
    shop_ids, ids = [row.shop_id for row in rows], [row.id for row in rows]
    await tx.run(_sql.FORGET_PENDING, shop_ids=shop_ids, ids=ids)


class Engine:
    """Runs the wiring on a database. `concurrent=False` keeps to one transaction at a time."""

    def __init__(self, db: Database, wiring: Wiring, *, concurrent: bool = True) -> None:
        self._db = db
        self._subscribers = wiring.subscribers
        self._by_name = {subscriber.name: subscriber for subscriber in wiring.subscribers}
        self._runner = JobRunner(db, wiring.jobs, concurrent=concurrent)
        self._deadlines = Deadlines(wiring.sweeps)
        self._concurrent = concurrent
        self._next_deadline: datetime | None = None

    # -- facts ---------------------------------------------------------------------------------

    async def deliver(self) -> int:
        """Deliver one set of pending facts to everybody who listens; gives how many."""
        async with self._db.reading() as tx:
            rows = await tx.all(_sql.PENDING, size=BATCH)
        facts = [(row, fact) for row in rows if (fact := await self._readable(row)) is not None]
        tellings = [self._tell(subscriber, facts) for subscriber in self._subscribers]
        # Subscribers wait for each other only to be through with the set.
        through = (
            await asyncio.gather(*tellings)
            if self._concurrent
            else [await telling for telling in tellings]
        )
        if rows and all(through):
            await self._db.retrying(partial(_forget, rows))
        return len(rows)

    async def _tell(
        self, subscriber: Subscriber, facts: Sequence[tuple[_sql.PendingRow, Event]]
    ) -> bool:
        """Whether one subscriber is through with these facts: runs of one class, in their order.

        For one that hears `in_order`, runs of one handler, and none after one that has to wait.
        """
        mine = [
            (type(fact), row.shop_id, Delivered(EventId(row.id), row.at, row.actor, fact))
            for row, fact in facts
            if type(fact) in subscriber.handlers
        ]
        in_order, handlers = subscriber.in_order, subscriber.handlers
        through = True
        for _, run in itertools.groupby(mine, lambda it: handlers[it[0]] if in_order else it[0]):
            told_now = list(run)
            handler = handlers[told_now[0][0]]
            through &= await self._hand_over(subscriber, handler, [each[1:] for each in told_now])
            if in_order and not through:
                break
        return through

    async def _readable(self, row: _sql.PendingRow) -> Event | None:
        """The fact, unless this version does not know it or cannot read it.

        One that cannot be read is set aside for everybody who listens to its kind.
        """
        try:
            return decode(row.name, row.payload)
        except msgspec.ValidationError as error:
            delivered = Delivered(EventId(row.id), row.at, row.actor, None)
            for subscriber in self._subscribers:
                if EVENTS[row.name] in subscriber.handlers:
                    await self._set_aside(subscriber.name, (row.shop_id, delivered), error)
            return None

    async def _hand_over(
        self, subscriber: Subscriber, handler: Handler, facts: list[tuple[int, Delivered]]
    ) -> bool:
        """Whether the subscriber is through with these facts, for better or worse."""
        try:
            await self._handle(subscriber.name, handler, facts)
        except NOT_A_FAILURE:
            return False
        except Exception as first:
            if len(facts) == 1:
                await self._set_aside(subscriber.name, facts[0], first)
                return True
            for done, fact in enumerate(facts):
                if not await self._hand_over(subscriber, handler, [fact]):
                    return await self._rest(subscriber, handler, facts[done + 1 :])
        return True

    async def _rest(
        self, subscriber: Subscriber, handler: Handler, facts: list[tuple[int, Delivered]]
    ) -> bool:
        """Hand over what stands behind a fact that has to wait, unless the order counts."""
        if not subscriber.in_order:
            for fact in facts:
                await self._hand_over(subscriber, handler, [fact])
        return False

    async def _handle(
        self, name: str, handler: Handler, facts: list[tuple[int, Delivered]]
    ) -> None:
        async def body(tx: Tx) -> None:
            fresh = await tx.all(
                _sql.MARK_DONE,
                subscriber=name,
                shop_ids=[shop for shop, _ in facts],
                ids=[fact.id for _, fact in facts],
            )
            new = set(fresh)
            todo = [fact for _, fact in facts if fact.id in new]
            if todo:
                await handler(tx, todo)

        await self._db.retrying(body)

    async def _set_aside(self, name: str, failed: tuple[int, Delivered], error: Exception) -> None:
        """Keep a fact that failed, to be tried again; its delivery is thereby done.

        Both in one transaction: were it delivered again after a crash, it would happen twice.
        """
        shop_id, fact = failed
        log.error("fact_failed", subscriber=name, fact=fact.id, attempts=1, exc_info=error)

        async def body(tx: Tx) -> None:
            key = {"shop_ids": [shop_id], "ids": [fact.id]}
            if await tx.all(_sql.MARK_DONE, subscriber=name, **key):
                await tx.run(
                    _sql.RECORD_FAILURE,
                    shop_id=shop_id,
                    event_id=fact.id,
                    subscriber=name,
                    retry_at=retry_at(tx.now, 1),
                    error=told(error),
                    now=tx.now,
                )

        await self._db.retrying(body)

    async def _failed_again(self, failure: _sql.FailureRow, error: Exception) -> None:
        attempts, fact = failure.attempts + 1, failure.event_id
        name = failure.subscriber
        log.error("fact_failed", subscriber=name, fact=fact, attempts=attempts, exc_info=error)
        async with self._db.transaction() as tx:
            await tx.run(
                _sql.FAILED_AGAIN,
                shop_id=failure.shop_id,
                event_id=fact,
                subscriber=name,
                attempts=attempts,
                retry_at=retry_at(tx.now, attempts),
                error=told(error),
                now=tx.now,
            )

    async def retry_failures(self) -> int:
        """Hand over again what failed and is due; gives how many were tried."""
        async with self._db.reading() as tx:
            due = await tx.all(_sql.FAILURES_DUE, now=tx.now, size=BATCH)
        for failure in due:
            await self._retry(failure)
        return len(due)

    async def _retry(self, failure: _sql.FailureRow) -> None:
        key = {
            "shop_id": failure.shop_id,
            "event_id": failure.event_id,
            "subscriber": failure.subscriber,
        }
        async with self._db.reading() as tx:
            row = await tx.maybe(_sql.EVENTS_BY_ID, shop_id=failure.shop_id, id=failure.event_id)
        subscriber = self._by_name.get(failure.subscriber)
        cls = None if row is None else EVENTS.get(row.name)
        handler = subscriber.handlers.get(cls) if subscriber and cls else None
        if row is None or handler is None:
            async with self._db.transaction() as tx:
                await tx.run(_sql.FORGET_FAILURE, **key)
            return

        async def body(tx: Tx) -> None:
            fact = decode(row.name, row.payload)
            if await tx.run(_sql.FORGET_FAILURE, **key):
                await handler(tx, [Delivered(EventId(row.id), row.at, row.actor, fact)])

        try:
            await self._db.retrying(body)
        except NOT_A_FAILURE as outage:
            log.warning("fact_waits", fact=failure.event_id, error=told(outage))
        except Exception as error:
            await self._failed_again(failure, error)

    # -- jobs ----------------------------------------------------------------------------------

    async def run_jobs(self, lane: Lane) -> int:
        """Claim what is due in a lane and run it; gives how many ran."""
        return await self._runner.run(lane)

    def sign_as(self, worker: int | None) -> None:
        """Claims are this worker's from now on: they end with its session (kit/presence.py)."""
        self._runner.worker = worker

    # -- sweeps --------------------------------------------------------------------------------

    async def run_sweeps(self) -> int:
        """Handle every deadline that is due; gives how many things were handled."""
        async with self._db.reading() as tx:
            dues, now = await self._deadlines.read(tx), tx.now
        handled = 0
        for sweep, due in dues:
            if due is not None and due <= now:
                handled += await self._sweep(sweep)
        self._next_deadline = min(
            (due for _, due in dues if due is not None and due > now), default=None
        )
        return handled

    async def _sweep(self, sweep: Sweep) -> int:
        total = 0
        try:
            while count := await self._db.retrying(sweep.run):
                total += count
        except Exception as error:
            log.error("sweep_failed", sweep=sweep.name, exc_info=error)
        return total

    # -- running -------------------------------------------------------------------------------

    async def step(self) -> int:
        """One round of what is to be done now; deadlines only when nothing else is."""
        return await self.work() or await self.run_sweeps()

    async def work(self) -> int:
        """One round of facts and jobs, without looking at deadlines; gives how much was done."""
        async with self._db.reading() as tx:
            busy = await tx.one(_sql.BUSY, now=tx.now)
        done = await self.deliver() if busy.has_facts else 0
        done += await self.retry_failures() if busy.has_failures else 0
        for lane in busy.lanes:
            done += await self.run_jobs(Lane(lane))
        return done

    async def settle(self, rounds: int = 10_000) -> None:
        """Run until nothing is due any more. Raises RuntimeError when it never ends."""
        for _ in range(rounds):
            if not await self.step():
                return
        raise RuntimeError("work never ends: something keeps enqueueing itself for now")

    async def next_due(self) -> datetime | None:
        """When the next job or deadline is due by the installation's clock."""
        async with self._db.reading() as tx:
            dues = await self._deadlines.read(tx)
        self._next_deadline = min((due for _, due in dues if due is not None), default=None)
        return await self._next_due()

    async def _next_due(self) -> datetime | None:
        """As `next_due`, when the deadlines were looked at just now."""
        async with self._db.reading() as tx:
            found = [
                await tx.maybe(_sql.NEXT_JOB_DUE),
                await tx.maybe(_sql.NEXT_FAILURE_DUE),
                self._next_deadline,
            ]
        return min((due for due in found if due is not None), default=None)

    async def advance(
        self,
        by: timedelta,
        *,
        grain: timedelta = timedelta(minutes=10),
        progress: Callable[[datetime, datetime], Any] = lambda _now, _target: None,
    ) -> datetime:
        """Move the clock forward, stopping at everything that falls due on the way.

        Deadlines closer together than `grain` are handled in one stop. Gives the new time.
        """
        await self.settle()
        target = await self.now() + by
        while True:
            due, now = await self._next_due(), await self.now()
            if due is None or due > target:
                break
            await self.move_to(min(target, max(due, now) + grain))
            await self.settle()
            progress(await self.now(), target)
        await self.move_to(target)
        await self.settle()
        return await self.now()

    async def now(self) -> datetime:
        """The installation's time."""
        async with self._db.reading() as tx:
            return tx.now

    async def reset_clock(self) -> None:
        """Set the installation's clock to the machine's. What happened stays as it is."""
        async with self._db.transaction() as tx:
            await tx.run(_sql.MOVE_CLOCK, offset_us=0)

    async def start_at(self, moment: datetime) -> None:
        """Let an empty installation begin at `moment`, which may be in the past."""
        offset = moment - clock.wall_now()
        async with self._db.transaction() as tx:
            await tx.run(_sql.MOVE_CLOCK, offset_us=offset // timedelta(microseconds=1))

    async def move_to(self, moment: datetime) -> None:
        """Set the installation's clock to `moment`. The clock never goes back this way."""
        offset = moment - clock.wall_now()
        async with self._db.transaction() as tx:
            if moment < tx.now:
                return
            await tx.run(_sql.MOVE_CLOCK, offset_us=offset // timedelta(microseconds=1))
