"""What happened becomes numbered notices in a shop's log, and deliveries to its apps."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from clipcart.apps import _sql
from clipcart.apps import _sql_notices as sql
from clipcart.apps.audience import Audience, audience, hearers
from clipcart.apps.envelopes import body_of
from clipcart.apps.notes import TOLD, Note, look_up
from clipcart.apps.parties import Party
from clipcart.apps.topics import TOPICS
from clipcart.apps.vault import Vault
from clipcart.kit.db import Tx
from clipcart.kit.events import Delivered
from clipcart.kit.ids import AppId, PersonId, ShopId, new_id
from clipcart.kit.jobs import JobKind, Lane


@dataclass(frozen=True, slots=True, order=True)
class LineKey:
    """One queue: what an app of this owner is told of a shop (0: of no shop)."""

    person_id: PersonId
    app_id: AppId
    shop_id: ShopId


DELIVER: Final = JobKind("apps.deliver", LineKey, lane=Lane.WEBHOOKS, max_attempts=50)


@dataclass(frozen=True, slots=True)
class _Notice:
    shop_id: ShopId
    seq: int
    id: int
    event_id: int
    note: Note
    body: str
    happened_at: datetime


@dataclass(frozen=True, slots=True)
class Herald:
    """Turns facts into what apps are told. Holds the vault, which knows creators' names."""

    vault: Vault

    async def tell(self, tx: Tx, heard: Sequence[Delivered]) -> None:
        """Note the facts in the logs of shops that let apps in, and queue what is to be sent."""
        let_in = await hearers(tx, {each.fact.shop for each in heard})
        open_shops = {ShopId(row.shop_id) for row in let_in}
        known = await look_up(tx, [each for each in heard if each.fact.shop in open_shops])
        told = [
            (each, note)
            for each in heard
            for note in TOLD[type(each.fact)](each, known)
            if note.app_id is not None or each.fact.shop in open_shops
        ]
        if not told:
            return
        notices = await self._number(tx, told)
        aimed = {(each.shop_id, each.note.app_id) for each in notices if each.note.app_id}
        who = await audience(tx, let_in, [(shop, app) for shop, app in aimed if app is not None])
        await _queue(tx, notices, who)

    async def _number(self, tx: Tx, told: Sequence[tuple[Delivered, Note]]) -> list[_Notice]:
        """The notices, numbered shop by shop while nobody else can, and kept."""
        shop_ids = sorted({each.fact.shop for each, _ in told})
        await tx.run(sql.ADD_NUMBERS, shop_ids=shop_ids)
        rows = await tx.all(sql.LOCK_NUMBERS, shop_ids=shop_ids)
        last = {ShopId(row.shop_id): row.last_seq for row in rows}
        made = []
        for each, note in told:
            shop_id, notice_id = each.fact.shop, new_id()
            last[shop_id] += 1
            name = None
            if note.creator_id is not None and note.app_id is not None:
                name = self.vault.open_id(note.app_id, note.creator_id, Party.CREATOR)
            body = body_of(note, shop_id, notice_id, each.at, name)
            made.append(_Notice(shop_id, last[shop_id], notice_id, each.id, note, body, each.at))
        await tx.run(
            sql.ADD_NOTICES,
            shop_ids=[each.shop_id for each in made],
            seqs=[each.seq for each in made],
            ids=[each.id for each in made],
            event_ids=[each.event_id for each in made],
            app_ids=[each.note.app_id for each in made],
            types=[each.note.type for each in made],
            bodies=[each.body for each in made],
            happened_ats=[each.happened_at for each in made],
            now=tx.now,
        )
        await tx.run(
            sql.MOVE_NUMBERS, shop_ids=shop_ids, last_seqs=[last[each] for each in shop_ids]
        )
        return made


async def _queue(tx: Tx, notices: Sequence[_Notice], who: Audience) -> None:
    """A delivery for each app that may hear a notice and has said where."""
    pairs = [
        (notice, app_id)
        for notice in notices
        for app_id in ([notice.note.app_id] if notice.note.app_id else who.apps_in(notice.shop_id))
        if _is_wanted(who, notice, app_id)
    ]
    if not pairs:
        return
    rows = await tx.all(_sql.APPS_BY_ID, ids=sorted({app_id for _, app_id in pairs}))
    owners = {AppId(row.id): PersonId(row.owner_id) for row in rows}
    await tx.run(
        sql.ADD_DELIVERIES,
        person_ids=[owners[app_id] for _, app_id in pairs],
        app_ids=[app_id for _, app_id in pairs],
        ids=[new_id() for _ in pairs],
        shop_ids=[notice.shop_id for notice, _ in pairs],
        seqs=[notice.seq for notice, _ in pairs],
        notice_ids=[notice.id for notice, _ in pairs],
        types=[notice.note.type for notice, _ in pairs],
        bodies=[notice.body for notice, _ in pairs],
        is_test=False,
        now=tx.now,
    )
    await schedule(
        tx, {LineKey(owners[app_id], app_id, notice.shop_id) for notice, app_id in pairs}
    )


def _is_wanted(who: Audience, notice: _Notice, app_id: AppId) -> bool:
    topic = TOPICS[notice.note.type]
    is_let_in = notice.note.app_id is not None or who.hears(notice.shop_id, app_id, topic)
    return is_let_in and who.address(notice.shop_id, app_id, topic) is not None


async def schedule(tx: Tx, keys: Collection[LineKey], *, now: bool = False) -> None:
    """Have the lines minded that nobody minds. `now`: also those that rest after a failure.

    The rows are locked first: a job that is about to leave its line has done so or has not begun.
    """
    wanted = sorted(set(keys))
    names = {
        "person_ids": [each.person_id for each in wanted],
        "app_ids": [each.app_id for each in wanted],
        "shop_ids": [each.shop_id for each in wanted],
    }
    await tx.run(sql.ADD_LINES, **names)
    rows = await tx.all(sql.LOCK_LINES, **names)
    idle = [row for row in rows if not row.is_scheduled and (now or row.retry_at is None)]
    await wake(tx, idle)


async def wake(tx: Tx, rows: Sequence[sql.LineRow]) -> None:
    """Enqueue a job for each of these locked lines."""
    if not rows:
        return
    await tx.run(
        sql.SCHEDULE,
        person_ids=[row.person_id for row in rows],
        app_ids=[row.app_id for row in rows],
        shop_ids=[row.shop_id for row in rows],
    )
    for row in rows:
        key = LineKey(PersonId(row.person_id), AppId(row.app_id), ShopId(row.shop_id))
        tx.enqueue(DELIVER, key, serial_key=f"webhooks:{row.app_id}:{row.shop_id}")
