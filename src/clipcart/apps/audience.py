"""The audience: which apps may hear which topics of which shops, and where."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from clipcart import sellers
from clipcart.apps import _sql
from clipcart.apps import _sql_notices as sql
from clipcart.apps.topics import TOPICS, Topic
from clipcart.kit.db import Tx
from clipcart.kit.ids import AppId, PersonId, ShopId
from clipcart.sellers import GRANTS

Right = tuple[frozenset[str], frozenset[str]]
"""The scopes of one consent, and the grants that its person has in the shop now."""


def may_hear(topic: Topic, scopes: Collection[str], grants: Collection[str]) -> bool:
    """An app with these scopes, let in by somebody with these grants, is told of the topic."""
    return (topic.scope is None or topic.scope in scopes) and (
        topic.grant is None or topic.grant in grants
    )


@dataclass(frozen=True, slots=True)
class Audience:
    """Who is let into some shops, what each may hear, and at which addresses."""

    rights: Mapping[tuple[ShopId, AppId], Collection[Right]]
    shop_addresses: Mapping[tuple[ShopId, AppId, str], str]
    app_addresses: Mapping[tuple[AppId, str], str]

    def hears(self, shop_id: ShopId, app_id: AppId, topic: Topic) -> bool:
        """The app may be told of the topic in the shop. Ends of consents it may always."""
        if topic.scope is None:
            return True
        rights = self.rights.get((shop_id, app_id), ())
        return any(may_hear(topic, scopes, grants) for scopes, grants in rights)

    def address(self, shop_id: ShopId, app_id: AppId, topic: Topic) -> str | None:
        """Where: what was set for the shop goes before what was set for the app."""
        own = self.shop_addresses.get((shop_id, app_id, topic.name))
        return own or self.app_addresses.get((app_id, topic.name))

    def apps_in(self, shop_id: ShopId) -> list[AppId]:
        """The apps that are let into a shop."""
        return sorted(app_id for each, app_id in self.rights if each == shop_id)


async def hearers(tx: Tx, shop_ids: Collection[ShopId]) -> list[sql.HearerRow]:
    """Which apps are let into these shops, and by whom. One statement."""
    return await tx.all(sql.HEARERS, shop_ids=list(shop_ids))


async def audience(
    tx: Tx, let_in: Collection[sql.HearerRow], more: Iterable[tuple[ShopId, AppId]] = ()
) -> Audience:
    """What the apps of `let_in` may hear and where; of `more` only where."""
    person_ids = sorted({row.person_id for row in let_in})
    given = {
        (row.person_id, row.app_id): row
        for row in (await tx.all(sql.GIVEN, person_ids=person_ids) if person_ids else ())
        if row.ends_at is None or row.ends_at > tx.now
    }
    grants: dict[tuple[int, int], frozenset[str]] = {}
    for person_id in person_ids:
        for each in await sellers.memberships_of(tx, PersonId(person_id)):
            grants[person_id, each.shop_id] = GRANTS[each.role]
    rights: dict[tuple[ShopId, AppId], list[Right]] = defaultdict(list)
    for row in let_in:
        consent = given.get((row.person_id, row.app_id))
        if consent is not None and row.shop_id in consent.shop_ids:
            has = grants.get((row.person_id, row.shop_id), frozenset())
            rights[ShopId(row.shop_id), AppId(row.app_id)].append((frozenset(consent.scopes), has))
    keys = {*rights, *more}
    shops = await tx.all(_sql.WEBHOOKS_OF_SHOPS, shop_ids=sorted({shop for shop, _ in keys}))
    apps = await tx.all(sql.APP_WEBHOOKS, app_ids=sorted({app for _, app in keys}))
    return Audience(
        rights,
        {(ShopId(row.shop_id), AppId(row.app_id), row.event_type): row.address for row in shops},
        {(AppId(row.app_id), row.event_type): row.address for row in apps},
    )


def types_heard(scopes: Collection[str], grants: Collection[str]) -> list[int]:
    """The numbers of the topics that an app may hear in a shop."""
    return [each.type for each in TOPICS.values() if may_hear(each, scopes, grants)]
