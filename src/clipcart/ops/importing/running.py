"""An import from its first row to its last: each product in a transaction of its own."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from clipcart import markets, sellers
from clipcart.identity import Means, as_person, job_actor
from clipcart.kit.db import Database, Tx
from clipcart.kit.errors import Refusal
from clipcart.kit.files import Files
from clipcart.kit.money import currency
from clipcart.ops.importing import _sql as sql
from clipcart.ops.importing.listing import Limits, Listing, Note, merged
from clipcart.ops.importing.pictures import Keys, PictureFolder
from clipcart.ops.importing.progress import Progress, result_of, run_digest, write_errors
from clipcart.ops.importing.reading import Group, Survey, groups, survey
from clipcart.ops.importing.refusals import notes_of
from clipcart.ops.importing.shopify import read_listing
from clipcart.ops.importing.storing import Outcome, Stored, Target, store

Tell = Callable[[int, int], None]
"""Told how many rows are done, of how many."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is imported, where to, and how."""

    path: Path
    shop_handle: str
    limit: int | None = None
    images: Path | None = None
    set_stock: bool = False
    is_rehearsal: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """What became of a file. `resumed_at` is the number of products done by an earlier run."""

    shop: sellers.Shop
    survey: Survey
    rows: int
    created: int
    updated: int
    unchanged: int
    refused: int
    drafts: int
    pictures_left: int
    adjusted: int
    resumed_at: int
    errors: Path | None


class _Rehearsed(Exception):
    """Carries the result out of a transaction that must not be kept."""

    def __init__(self, stored: Stored) -> None:
        super().__init__()
        self.stored = stored


@dataclass(slots=True)
class _Rehearsal:
    """What a rehearsal would have written."""

    rows: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    problems: list[sql.ProblemRow] = field(default_factory=list)
    codes: dict[str, str] = field(default_factory=dict)

    def record(self, group: Group, stored: Stored) -> None:
        self.rows += group.row_count
        self.counts[stored.outcome.value] += 1
        self.counts["drafts"] += int(stored.is_draft)
        self.counts["pictures_left"] += stored.pictures_left
        self.problems += [
            sql.ProblemRow(
                note.row, note.column, note.handle, result_of(note), note.rule, note.cure
            )
            for note in stored.notes
        ]


async def import_products(
    db: Database, files: Files, order: Order, tell: Tell = lambda _done, _of: None
) -> Report:
    """Import the file, going on where an interrupted run of it stopped.

    Raises UnreadableFile when the file as a whole is none, NoSuchShop, ImportRuns.
    """
    return await _Run(db, files, order, tell).whole()


class _Run:
    def __init__(self, db: Database, files: Files, order: Order, tell: Tell) -> None:
        self._db = db
        self._files = files
        self._order = order
        self._tell = tell
        self._folder = None if order.images is None else PictureFolder(order.images)
        self._rehearsal = _Rehearsal() if order.is_rehearsal else None
        self._survey: Survey
        self._target: Target
        self._progress: Progress

    async def whole(self) -> Report:
        order = self._order
        self._survey = survey(order.path)
        async with self._db.reading() as tx:
            self._target = await target_of(tx, order.shop_handle, set_stock=order.set_stock)
        digest = run_digest(
            self._survey.digest, f"pictures={order.images is not None}", f"stock={order.set_stock}"
        )
        self._progress = Progress(self._db, self._target.shop.id, digest)
        first = 0
        if self._rehearsal is None:
            first = (await self._progress.begin()).next_product
        rows = 0
        for place, group in enumerate(groups(self._survey)):
            if order.limit is not None and place >= order.limit:
                break
            if place >= first:
                await self._one(place, group)
            rows += group.row_count
            self._tell(rows, self._survey.rows)
        return await self._report(first)

    async def _one(self, place: int, group: Group) -> None:
        """One product: stored with its progress, or refused and said so."""
        listing, notes = read_listing(group, self._survey, self._target.limits)
        if listing is None:
            await self._refuse(place, group, notes)
            return
        keys: Keys = {}
        if self._folder is not None:
            name = self._survey.name("picture")
            keys, missing = await self._folder.store(self._files, listing, name)
            notes = [*notes, *missing]
        try:
            stored = await self._store(place, group, listing, keys, notes)
        except Refusal as refusal:
            found = notes_of(refusal, self._survey, listing)
            await self._refuse(place, group, [*notes, *found])
            return
        if self._rehearsal is not None:
            self._rehearsal.record(group, stored)
            taken = {variant.code: listing.handle for variant in listing.variants}
            self._rehearsal.codes = taken | self._rehearsal.codes

    async def _store(
        self, place: int, group: Group, listing: Listing, keys: Keys, notes: list[Note]
    ) -> Stored:
        async def body(tx: Tx) -> Stored:
            rehearsal = self._rehearsal
            if rehearsal is None:
                await self._progress.claim(tx, place, group.row_count)
            taken = None if rehearsal is None else rehearsal.codes
            done = await store(tx, self._target, self._survey, listing, keys, also_taken=taken)
            stored = Stored(
                done.outcome,
                tuple(merged([*notes, *done.notes])),
                done.is_draft,
                done.pictures_left,
            )
            if rehearsal is not None:
                raise _Rehearsed(stored)
            await self._progress.record(tx, place, stored)
            return stored

        try:
            return await self._db.retrying(body)
        except _Rehearsed as rehearsed:
            return rehearsed.stored

    async def _refuse(self, place: int, group: Group, notes: list[Note]) -> None:
        is_extra = group.is_stray or group.is_late
        outcome = Outcome.STRAY if is_extra else Outcome.REFUSED
        stored = Stored(outcome, tuple(merged(notes)))
        if self._rehearsal is not None:
            self._rehearsal.record(group, stored)
            return

        async def body(tx: Tx) -> None:
            await self._progress.claim(tx, place, group.row_count)
            await self._progress.record(tx, place, stored)

        await self._db.retrying(body)

    async def _report(self, resumed_at: int) -> Report:
        if self._rehearsal is None:
            row, problems = await self._progress.finish()
            rows, counts = row.next_row, row._asdict()
        else:
            problems = sorted(self._rehearsal.problems, key=lambda problem: problem.row_number)
            rows, counts = self._rehearsal.rows, dict(self._rehearsal.counts)
        names = ("created", "updated", "unchanged", "refused", "drafts", "pictures_left")
        created, updated, unchanged, refused, drafts, left = (counts.get(name, 0) for name in names)
        return Report(
            shop=self._target.shop,
            survey=self._survey,
            rows=rows,
            created=created,
            updated=updated,
            unchanged=unchanged,
            refused=refused,
            drafts=drafts,
            pictures_left=left,
            adjusted=sum(1 for problem in problems if problem.result == "adjusted"),
            resumed_at=resumed_at,
            errors=write_errors(self._order.path, problems),
        )


async def target_of(tx: Tx, shop_handle: str, *, set_stock: bool) -> Target:
    """The shop of this handle, to be filled in its owner's name. Raises NoSuchShop."""
    shop = await sellers.shop_by_handle(tx, shop_handle)
    platform = job_actor("ops.import")
    staff = await sellers.staff_of(tx, platform, shop.id)
    owner = next(one.person_id for one in staff if one.role is sellers.Role.OWNER)
    actor = await sellers.with_memberships(tx, as_person(owner, means=Means.PROCESS))
    market = markets.get(shop.market_id)
    rules = market.at(tx.now)
    limits = Limits(currency(shop.currency), rules.seller_sku_max, rules.images_max)
    return Target(shop, actor, market.country, limits, set_stock)
