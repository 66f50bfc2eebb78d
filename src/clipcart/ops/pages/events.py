"""The log of everything that happened, and one fact of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import msgspec

from clipcart import identity, sellers
from clipcart.doorway import Shell
from clipcart.kit import eventlog, graveyard
from clipcart.kit.errors import Absent
from clipcart.kit.ids import PLATFORM, EventId, ShopId, parse_id
from clipcart.ops import words
from clipcart.ops.desk import Desk, address, later
from clipcart.ops.pages.jobs import DeliveryRow, delivery_row
from clipcart.sellers import Shop

PATH: Final = "/ops/events"


@dataclass(frozen=True, slots=True)
class FactRow:
    """A fact in the log."""

    name: str
    url: str
    at: datetime
    subject: str
    subject_url: str
    shop_name: str | None
    shop_url: str
    actor: str
    actor_url: str


@dataclass(frozen=True, slots=True)
class EventsPage:
    """ops/events.html."""

    shell: Shell
    rows: tuple[FactRow, ...]
    shop: str
    subject: str
    prefix: str
    actor: str
    error: str | None
    newer_url: str | None
    older_url: str | None

    @property
    def is_filtered(self) -> bool:
        """Something narrows the log."""
        return bool(self.shop or self.subject or self.prefix or self.actor)


@dataclass(frozen=True, slots=True)
class FactPage:
    """ops/event.html."""

    shell: Shell
    fact: FactRow
    number: int
    payload: str
    deliveries: tuple[DeliveryRow, ...]


async def events_page(desk: Desk) -> EventsPage:
    """The log, newest first, narrowed as the address says. Three statements."""
    shop, subject = desk.query("shop") or "", desk.query("subject") or ""
    prefix, actor = desk.query("name") or "", desk.query("actor") or ""
    wanted, error = None, None
    if shop:
        wanted = 0 if shop == "0" else parse_id(shop)
        error = None if wanted is not None else "A shop's number has only digits; 0 is the platform"
    async with desk.visit.reading() as tx:
        page = await eventlog.log(
            tx,
            cursor=desk.query("at"),
            limit=50,
            shop_id=-1 if error else wanted,
            subject=subject or None,
            prefix=prefix or None,
            actor=actor or None,
        )
        named = {ShopId(row.shop_id) for row in page.items} - {PLATFORM}
        shops = await sellers.shops(tx, named)
        people = await identity.people(tx, words.person_ids(row.actor for row in page.items))
    kept = {"shop": shop, "subject": subject, "name": prefix, "actor": actor}
    return EventsPage(
        desk.shell("Events", "Events"),
        tuple(_row(row, shops, words.who(row.actor, people)) for row in page.items),
        shop,
        subject,
        prefix,
        actor,
        error,
        later(PATH, page.previous_cursor, **kept),
        later(PATH, page.next_cursor, **kept),
    )


async def fact_page(desk: Desk, shop_id: ShopId, event_id: EventId) -> FactPage:
    """One fact with its payload, and who failed on it. Four statements. Raises Absent."""
    async with desk.visit.reading() as tx:
        row = await eventlog.fact(tx, shop_id, event_id)
        if row is None:
            raise Absent("fact")
        failed = await graveyard.failed_facts(tx, of=(shop_id, event_id))
        shops = await sellers.shops(tx, [shop_id])
        people = await identity.people(tx, words.person_ids([row.actor]))
    return FactPage(
        desk.shell(row.name, "Events"),
        _row(row, shops, words.who(row.actor, people)),
        row.id,
        msgspec.json.format(msgspec.json.encode(row.payload), indent=2).decode(),
        tuple(map(delivery_row, failed.items)),
    )


def _row(row: eventlog.LogRow, shops: Mapping[ShopId, Shop], actor: str) -> FactRow:
    shop_id = ShopId(row.shop_id)
    return FactRow(
        row.name,
        f"{PATH}/{row.shop_id}/{row.id}",
        row.at,
        row.subject,
        address(PATH, shop=str(row.shop_id), subject=row.subject),
        shops[shop_id].name if shop_id in shops else None,
        address(PATH, shop=str(row.shop_id)),
        actor,
        address(PATH, actor=row.actor),
    )
