"""The whole replay: read, settle, live, let time run out, compare. Goes on where it stopped."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Final

from clipcart import payments, sellers, settlement
from clipcart.fulfilment import Carrier, Parcel
from clipcart.kit import clock
from clipcart.kit.connections import Pool
from clipcart.kit.engine import Wiring
from clipcart.kit.files import Files
from clipcart.kit.presence import Presence
from clipcart.ops.replaying import _sql as sql
from clipcart.ops.replaying import files, record, replayed, tables
from clipcart.ops.replaying.causes import Cause, Difference
from clipcart.ops.replaying.clockwork import StillDatabase, StillEngine
from clipcart.ops.replaying.plan import Grains, Plan, plan
from clipcart.ops.replaying.sampling import sample
from clipcart.ops.replaying.settling import Stage, settle
from clipcart.ops.replaying.tables import By, Line
from clipcart.ops.replaying.telling import Tell
from clipcart.ops.replaying.till import HistoricProvider
from clipcart.ops.replaying.trading import QUIET, Agenda, Trade, agenda_of

DAYS_BEFORE: Final = 7
"""Shops open so long before the first order."""


class CannotReplay(ValueError):
    """The installation holds something else, or was begun with other options."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be replayed: a folder, all of it or a sample, in steps of so many hours."""

    folder: Path
    sample: int | None = None
    grain_hours: int = 6


@dataclass(frozen=True, slots=True)
class Report:
    """What came out. Money in centavos; `worked_s` is the time of all runs together."""

    orders: int
    worked_s: int
    resumed: bool
    comparison: Mapping[By, Sequence[Line]]
    differences: Sequence[Difference]
    proof: settlement.Proof

    @property
    def is_equal(self) -> bool:
        """Every table is equal once its exceptions are counted, and the books prove."""
        return self.proof.holds and all(
            line.is_equal for lines in self.comparison.values() for line in lines
        )


class HistoricCarrier:
    """The carriers of the history: they know only what the files say, which the replay scans."""

    name: str = "history"

    async def buy_label(self, parcel: Parcel) -> str:
        """Nobody buys one: sellers ship with numbers of their own."""
        raise AssertionError(f"no label is bought for {parcel.key}")

    async def void_label(self, key: str, carrier: str, tracking_number: str) -> bool:
        """There is nothing to give up."""
        return True

    async def track(self, parcel: Parcel, tracking_number: str) -> bool:
        """Nobody watches the number but the replay itself."""
        return False


@dataclass(frozen=True, slots=True)
class Premises:
    """Where it is replayed: a database, files, and what is wired when outsiders are given."""

    pool: Pool
    files: Files
    secret: str
    bank_url: str
    wire: Callable[[payments.Provider, Carrier, settlement.Bank], Wiring]


async def replay(premises: Premises, wish: Wish, tell: Tell) -> Report:
    """Replay a history into an empty installation, or go on with it. Raises CannotReplay."""
    await _check_free(StillDatabase(premises.pool, clock.wall_now()))
    tell("reading", 0, 1)
    grains = Grains(wish.grain_hours)
    history = sample(files.read(wish.folder), wish.sample, grains)
    first = grains.of(history.orders[0].purchased) - DAYS_BEFORE * 24 // grains.hours
    db = StillDatabase(premises.pool, grains.start(first))
    secret = premises.secret
    test = payments.TestProvider(db, secret=secret, seed=1, challenge_url=premises.bank_url)
    provider = HistoricProvider(test, db, secret)
    carrier, bank = HistoricCarrier(), settlement.BankRobot(db)
    engine = StillEngine(db, premises.wire(provider, carrier, bank))
    row = await _begin(db, wish, first)
    presence = Presence(premises.pool, engine.sign_as)
    await presence.keep()
    try:
        async with db.reading() as tx:
            known = await record.load(tx)
        stage = Stage(db, engine, premises.files, known, tell)
        run = _Run(stage, wish, row, grains, Trade(stage, provider, grains))
        return await run.whole(history)
    finally:
        await presence.leave()


async def _check_free(db: StillDatabase) -> None:
    """Before the files are read, which takes a while: only an empty installation, or our own."""
    async with db.reading() as tx:
        if await tx.maybe(sql.REPLAY) is None and not await sellers.is_empty(tx):
            raise CannotReplay("there are shops already; replay into an empty installation")


async def _begin(db: StillDatabase, wish: Wish, first: int) -> sql.ReplayRow:
    digest = files.digest(wish.folder, str(wish.sample), str(wish.grain_hours))
    async with db.transaction() as tx:
        row = await tx.maybe(sql.REPLAY)
        if row is None:
            await tx.run(
                sql.BEGIN,
                digest=digest,
                folder=str(wish.folder),
                sample=wish.sample,
                grain_hours=wish.grain_hours,
                grain=first,
                now=clock.wall_now(),
            )
            row = await tx.one(sql.REPLAY)
    if row.digest != digest:
        told = "all of it" if row.sample is None else f"--sample {row.sample}"
        raise CannotReplay(
            f"another replay was begun here ({row.folder}, {told}, --grain {row.grain_hours})"
        )
    return row


class _Run:
    def __init__(
        self, stage: Stage, wish: Wish, row: sql.ReplayRow, grains: Grains, trade: Trade
    ) -> None:
        self._stage = stage
        self._wish = wish
        self._row = row
        self._grains = grains
        self._trade = trade
        self._watch = clock.stopwatch()
        self._resumed = row.stage != "SETTLING" or bool(stage.record.people)

    async def whole(self, history: files.History) -> Report:
        found = [plan(number, order, self._grains) for number, order in enumerate(history.orders)]
        plans = [each for each in found if isinstance(each, Plan)]
        await self._stage.engine.move_to(self._grains.start(self._row.grain))
        if self._row.stage == "SETTLING":
            await settle(self._stage, history)
            async with self._stage.db.transaction() as tx:
                unplaced = [item for each in found if not isinstance(each, Plan) for item in each]
                await record.note(tx, unplaced)
            await self._reach("TRADING", self._row.grain)
        if self._row.stage == "TRADING":
            await self._trade_all(plans)
        if self._row.stage == "ENDING":
            await self._run_out()
        return await self._report(history, plans)

    async def _trade_all(self, plans: Sequence[Plan]) -> None:
        agenda = agenda_of(plans)
        done = len(self._stage.record.orders)
        coming = [grain for grain in agenda.grains if grain >= self._row.grain]
        grain = coming[0]
        while grain <= coming[-1]:
            self._stage.tell("orders", done, len(plans))
            await self._reach("TRADING", grain)
            await self._trade.live(agenda, grain)
            done = len(self._stage.record.orders)
            grain = await self._next(agenda, grain)
        await self._reach("ENDING", self._row.grain)

    async def _next(self, agenda: Agenda, grain: int) -> int:
        """The next grain with something to do: an event, or a deadline before it."""
        following = agenda.after(grain)
        if following == grain + 1:
            return following
        due = await self._stage.engine.next_due()
        return following if due is None else min(following, self._grains.meeting(due, grain))

    async def _run_out(self) -> None:
        """Deadlines, releases, reserves and payouts after the last event."""
        engine = self._stage.engine
        until = self._grains.start(self._row.grain) + QUIET
        began = await engine.now()

        def tell(now: object, _target: object) -> None:
            days = (self._stage.db.moment - began).days
            self._stage.tell("days after", days, (until - began).days)

        await engine.advance(max(until - began, timedelta()), progress=tell)
        await self._reach("DONE", self._row.grain)

    async def _reach(self, stage: str, grain: int) -> None:
        """Written down before the grain is begun: what was begun is done again whole."""
        worked_s = self._row.worked_s + int(clock.stopwatch() - self._watch)
        async with self._stage.db.transaction() as tx:
            await tx.run(
                sql.MOVE, digest=self._row.digest, stage=stage, grain=grain, worked_s=worked_s
            )
        self._watch += worked_s - self._row.worked_s
        self._row = self._row._replace(stage=stage, grain=grain, worked_s=worked_s)

    async def _report(self, history: files.History, plans: Sequence[Plan]) -> Report:
        tell = self._stage.tell
        tell("comparing", 0, 3)
        async with self._stage.db.transaction() as tx:
            ended = await replayed.outcomes(tx, self._stage.record)
            await record.note(tx, replayed.judge(plans, ended))
            differences = await record.noted(tx)
        tell("comparing", 1, 3)
        ids = frozenset(order.id for order in history.orders)
        from_files = await asyncio.to_thread(tables.straight, self._wish.folder, ids)
        explained = tables.as_explained(from_files, differences)
        here = tables.tables_of(each.figures for each in ended.values())
        comparison = tables.compare(
            tables.tables_of(from_files.values()), tables.tables_of(explained.values()), here
        )
        tell("proving", 2, 3)
        async with self._stage.db.snapshot() as tx:
            proof = await settlement.prove(tx)
        tell("proving", 3, 3)
        return Report(len(ids), self._row.worked_s, self._resumed, comparison, differences, proof)


def without_notes(differences: Sequence[Difference]) -> list[Difference]:
    """Exceptions without what is only for people, to compare two runs."""
    return [replace(each, note="") for each in differences]


def by_cause(differences: Sequence[Difference]) -> Mapping[Cause, tuple[int, int]]:
    """How many orders each cause has, and by how many centavos they were paid differently."""
    found: dict[Cause, tuple[set[str], int]] = {}
    for each in differences:
        ids, minor = found.get(each.cause, (set(), 0))
        ids.add(each.order_id)
        found[each.cause] = ids, minor + sum(each.payments.values())
    return {cause: (len(ids), minor) for cause, (ids, minor) in sorted(found.items())}
