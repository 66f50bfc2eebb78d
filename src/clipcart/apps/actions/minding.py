"""Developers' verbs on what their app is told: addresses, tests, sending again, setting aside."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from clipcart.apps import _sql_notices as sql
from clipcart.apps.actions.listening import LONGEST_ADDRESS
from clipcart.apps.actions.noticing import LineKey, schedule, wake
from clipcart.apps.envelopes import body_of
from clipcart.apps.errors import CannotSendAgain, NoAddress
from clipcart.apps.events import AppWebhookChanged, DeliveriesRevived
from clipcart.apps.model import App, url_problem
from clipcart.apps.notes import Note
from clipcart.apps.queries import app_for
from clipcart.apps.topics import BY_NAME, Topic
from clipcart.identity import Actor
from clipcart.kit.db import Tx
from clipcart.kit.errors import Problem, check
from clipcart.kit.http import guard_public_address
from clipcart.kit.ids import PLATFORM, AppId, DeliveryId, ShopId, new_id

MOST_REVIVED = 1_000


async def check_address(address: str, *, is_local: bool) -> None:
    """Look before an address is set, outside any transaction: is it on the public internet?

    `is_local` (outside production): any is taken. Raises AddressRefused.
    """
    if not is_local and urlsplit(address).scheme == "https":
        await guard_public_address(address)


async def set_app_webhook(
    tx: Tx,
    actor: Actor,
    app_id: AppId,
    event_type: str,
    address: str,
    *,
    is_local: bool = False,
) -> None:
    """Have a kind of event told to `address` for every shop; an empty one ends that.

    What the app set for a single shop goes before it. Raises NoSuchApp, Invalid.
    """
    app = await app_for(tx, actor, app_id)
    address = address.strip()
    check(
        [
            None
            if event_type in BY_NAME
            else Problem("event_type", "it is no topic", "choose one of the list"),
            url_problem("address", address, LONGEST_ADDRESS, is_local=is_local)
            if address
            else None,
        ]
    )
    if address:
        changed = await tx.run(
            sql.SET_APP_WEBHOOK, app_id=app.id, event_type=event_type, address=address, now=tx.now
        )
    else:
        changed = await tx.run(sql.REMOVE_APP_WEBHOOK, app_id=app.id, event_type=event_type)
    if changed:
        tx.announce(actor, AppWebhookChanged(app.id, event_type, bool(address)))


async def send_test(tx: Tx, actor: Actor, app_id: AppId, event_type: str) -> DeliveryId:
    """Send an example of a topic to the app's address now. Raises NoSuchApp, Invalid, NoAddress."""
    app = await app_for(tx, actor, app_id)
    topic = BY_NAME.get(event_type)
    if topic is None:
        check([Problem("event_type", "it is no topic", "choose one of the list")])
    assert topic is not None
    known = await tx.all(sql.APP_WEBHOOKS, app_ids=[app.id])
    if topic.name not in {row.event_type for row in known}:
        raise NoAddress(topic=topic.name)
    delivery_id, notice_id = DeliveryId(new_id()), new_id()
    await tx.run(
        sql.ADD_DELIVERIES,
        person_ids=[app.owner_id],
        app_ids=[app.id],
        ids=[delivery_id],
        shop_ids=[PLATFORM],
        seqs=[0],
        notice_ids=[notice_id],
        types=[topic.type],
        bodies=[_example(topic, notice_id, tx)],
        is_test=True,
        now=tx.now,
    )
    await schedule(tx, [_line(app, PLATFORM)], now=True)
    return delivery_id


def _example(topic: Topic, notice_id: int, tx: Tx) -> str:
    return body_of(Note(topic.type, topic.sample), PLATFORM, notice_id, tx.now)


def _line(app: App, shop_id: int) -> LineKey:
    return LineKey(app.owner_id, app.id, ShopId(shop_id))


async def send_again(tx: Tx, actor: Actor, app_id: AppId, delivery_id: DeliveryId) -> None:
    """Send one delivery again that has ended, however it did. NoSuchApp, CannotSendAgain."""
    app = await app_for(tx, actor, app_id)
    rows = await tx.all(
        sql.AGAIN, person_id=app.owner_id, app_id=app.id, id=delivery_id, now=tx.now
    )
    if not rows:
        raise CannotSendAgain
    await _revived(tx, actor, app, rows)


async def send_dead_again(tx: Tx, actor: Actor, app_id: AppId) -> int:
    """Send again what was given up, the oldest first; gives how many. Raises NoSuchApp."""
    app = await app_for(tx, actor, app_id)
    rows = await tx.all(
        sql.REVIVE,
        person_id=app.owner_id,
        app_id=app.id,
        id=None,
        size=MOST_REVIVED,
        now=tx.now,
    )
    if rows:
        await _revived(tx, actor, app, rows)
    return len(rows)


async def _revived(tx: Tx, actor: Actor, app: App, rows: Sequence[sql.RevivedRow]) -> None:
    await schedule(tx, {_line(app, row.shop_id) for row in rows}, now=True)
    tx.announce(actor, DeliveriesRevived(app.id, len(rows)))


async def set_aside(tx: Tx, actor: Actor, app_id: AppId, delivery_id: DeliveryId) -> None:
    """Give a waiting delivery up, so that those behind it are sent. NoSuchApp, CannotSendAgain."""
    app = await app_for(tx, actor, app_id)
    rows = await tx.all(
        sql.SET_ASIDE,
        person_id=app.owner_id,
        app_id=app.id,
        id=delivery_id,
        problem="its developer set it aside",
        now=tx.now,
    )
    if not rows:
        raise CannotSendAgain
    await schedule(tx, {_line(app, row.shop_id) for row in rows}, now=True)


async def try_now(tx: Tx, actor: Actor, app_id: AppId) -> int:
    """End the pauses of every line of the app that failed; gives how many. Raises NoSuchApp."""
    app = await app_for(tx, actor, app_id)
    rows = await tx.all(sql.LINES_FAILING, person_id=app.owner_id, app_id=app.id)
    await wake(tx, [row for row in rows if not row.is_scheduled])
    return len(rows)
