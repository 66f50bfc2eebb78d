"""Reads: what a shop's event log holds for an app, and what was sent to an app."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from clipcart.apps import _sql_notices as sql
from clipcart.apps.audience import types_heard
from clipcart.apps.errors import NoSuchDelivery
from clipcart.apps.model import NOTICES_KEPT, Consent
from clipcart.apps.queries import app_for
from clipcart.identity import Actor
from clipcart.kit.db import Tx
from clipcart.kit.ids import AppId, DeliveryId, ShopId
from clipcart.kit.listing import Page


class DeliveryState(StrEnum):
    """How far a delivery has come. DEAD: given up. DROPPED: nobody wants it any more."""

    WAITING = "WAITING"
    DELIVERED = "DELIVERED"
    DEAD = "DEAD"
    DROPPED = "DROPPED"


@dataclass(frozen=True, slots=True)
class Notice:
    """One entry of a shop's event log: its number there, and the body as it is pushed."""

    seq: int
    type: int
    body: str


@dataclass(frozen=True, slots=True)
class LogPart:
    """Entries of a log in their order. `has_more`: others stand behind the last one.

    `first_seq` is the oldest number that is still kept; what was before it is forgotten.
    """

    notices: tuple[Notice, ...]
    has_more: bool
    first_seq: int
    last_seq: int


@dataclass(frozen=True, slots=True)
class Delivery:
    """What an app is told, and how far that has come."""

    id: DeliveryId
    shop_id: ShopId
    notice_id: int
    type: int
    body: str
    is_test: bool
    state: DeliveryState
    attempts: int
    problem: str | None
    made_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One sending: where to, with which signature, and what was answered, shortened."""

    number: int
    at: datetime
    address: str
    signature: str
    status: int | None
    answer: str
    problem: str | None
    took_us: int


@dataclass(frozen=True, slots=True)
class FailingLine:
    """A queue that rests after failures, until `retry_at`."""

    shop_id: ShopId
    failures: int
    failing_since: datetime | None
    retry_at: datetime | None
    problem: str | None


async def notices_for(
    tx: Tx, actor: Actor, consent: Consent, shop_id: ShopId, after: int, size: int
) -> LogPart:
    """What stands in a shop's event log after a number, for an app that was let in there.

    Only what its scopes and its person's grants cover. Numbers grow and are never given twice;
    some are missing, where others are told.
    """
    grants = actor.memberships.get(shop_id, frozenset())
    # Read before the entries: all up to this number are visible to what is asked next.
    last = await tx.maybe(sql.LAST_NUMBER, shop_id=shop_id) or 0
    rows = await tx.all(
        sql.NOTICES,
        shop_id=shop_id,
        app_id=consent.app_id,
        after=after,
        types=types_heard(consent.scopes, grants),
        since=tx.now - NOTICES_KEPT,
        size=size + 1,
    )
    first = await tx.maybe(sql.FIRST_NUMBER, shop_id=shop_id, since=tx.now - NOTICES_KEPT)
    return LogPart(
        tuple(Notice(row.seq, row.type, row.body) for row in rows[:size]),
        len(rows) > size,
        last + 1 if first is None else first,
        last,
    )


async def app_webhooks_for(tx: Tx, actor: Actor, app_id: AppId) -> Mapping[str, str]:
    """Where one's own app is told for every shop: addresses by topic. Raises NoSuchApp."""
    await app_for(tx, actor, app_id)
    rows = await tx.all(sql.APP_WEBHOOKS, app_ids=[app_id])
    return {row.event_type: row.address for row in rows}


async def deliveries_for(
    tx: Tx,
    actor: Actor,
    app_id: AppId,
    *,
    state: DeliveryState | None = None,
    type: int | None = None,
    shop_id: ShopId | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[Delivery]:
    """What one's own app is told, newest first. Raises NoSuchApp, BadCursor."""
    app = await app_for(tx, actor, app_id)
    page = await sql.DELIVERIES.page(
        tx,
        order="newest",
        cursor=cursor,
        limit=limit,
        fixed={"person_id": app.owner_id, "app_id": app_id},
        filters={
            "state": None if state is None else state.value,
            "type": type,
            "shop_id": shop_id,
        },
    )
    return page.map(_delivery)


async def delivery_for(
    tx: Tx, actor: Actor, app_id: AppId, delivery_id: DeliveryId
) -> tuple[Delivery, Sequence[Attempt]]:
    """One delivery with its last attempts, newest first. Raises NoSuchApp, NoSuchDelivery."""
    app = await app_for(tx, actor, app_id)
    key = {"person_id": app.owner_id, "app_id": app_id}
    row = await tx.maybe(sql.DELIVERY, id=delivery_id, **key)
    if row is None:
        raise NoSuchDelivery
    rows = await tx.all(sql.ATTEMPTS, delivery_id=delivery_id, **key)
    return _delivery(row), [Attempt(*each) for each in rows]


async def deliveries_tally(tx: Tx, actor: Actor, app_id: AppId) -> Mapping[DeliveryState, int]:
    """How many deliveries of one's own app are in each state. Raises NoSuchApp."""
    app = await app_for(tx, actor, app_id)
    found: dict[DeliveryState, int] = defaultdict(int)
    for row in await tx.all(sql.TALLY, person_id=app.owner_id, app_id=app_id):
        found[DeliveryState(row.state)] = row.total
    return found


async def failing_lines_for(tx: Tx, actor: Actor, app_id: AppId) -> tuple[FailingLine, ...]:
    """The queues of one's own app that rest after failures, at most 50. Raises NoSuchApp."""
    app = await app_for(tx, actor, app_id)
    rows = await tx.all(sql.FAILING, person_id=app.owner_id, app_id=app_id)
    return tuple(
        FailingLine(ShopId(row.shop_id), row.failures, row.failing_since, row.retry_at, row.problem)
        for row in rows
    )


def _delivery(row: sql.DeliveryRow) -> Delivery:
    return Delivery(
        DeliveryId(row.id),
        ShopId(row.shop_id),
        row.notice_id,
        row.type,
        row.body,
        row.is_test,
        DeliveryState(row.state),
        row.attempts,
        row.problem,
        row.made_at,
        row.ended_at,
    )
