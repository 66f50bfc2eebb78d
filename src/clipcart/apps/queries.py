"""Reads: what a call stands for, apps, consents, webhooks, logs."""

from collections.abc import Collection, Mapping

from clipcart.apps import _sql
from clipcart.apps.errors import NoSuchApp
from clipcart.apps.model import (
    Access,
    App,
    Consent,
    RequestEntry,
    RequestSums,
    SecretEntry,
    Webhook,
)
from clipcart.apps.parties import Party
from clipcart.apps.policy import (
    may_authorise_for_self,
    may_edit_webhooks,
    may_manage_app,
    may_see_apps_of_shop,
)
from clipcart.apps.scopes import means_of
from clipcart.apps.vault import Vault, holder_of
from clipcart.identity import Actor, Means, as_person, own_id, require
from clipcart.kit.crypto import digest, is_same
from clipcart.kit.db import Tx
from clipcart.kit.ids import AppId, PersonId, ShopId
from clipcart.kit.listing import Page


def app_of_row(row: "_sql.AppRow | _sql.AccessRow") -> App:
    """The app that a row tells of."""
    return App(
        AppId(row.id),
        row.key,
        row.service_id,
        PersonId(row.owner_id),
        row.name,
        row.about,
        row.redirect_url,
        row.scopes,
        tuple(row.allowed_ips),
        row.created_at,
    )


def consent_of_row(row: _sql.ConsentRow) -> Consent:
    """The consent that a row tells of."""
    return Consent(
        PersonId(row.person_id),
        AppId(row.app_id),
        Party(row.party),
        tuple(row.scopes),
        tuple(map(ShopId, row.shop_ids)),
        row.granted_at,
        row.ends_at,
    )


def _known(key: str) -> str:
    """The key as it can be looked up: what no text in a database can hold is nobody's."""
    return "" if "\0" in key else key


async def access(tx: Tx, vault: Vault, key: str, token: str) -> Access | None:
    """The app of a key, the secrets that count, and whom its token stands for, in one round trip.

    None if there is no such app.
    """
    row = await tx.maybe(
        _sql.ACCESS,
        key=_known(key),
        person_id=holder_of(token) or PersonId(0),
        digest=digest(token),
        now=tx.now,
    )
    if row is None:
        return None
    app_id = AppId(row.id)
    found = tuple(
        vault.unseal(app_id, serial, sealed)
        for serial, sealed in zip(row.serials or (), row.sealed or (), strict=True)
    )
    if row.person_id is None or row.party is None or row.granted_at is None:
        return Access(app_of_row(row), found, None, row.expires_at is not None)
    consent = Consent(
        PersonId(row.person_id),
        app_id,
        Party(row.party),
        tuple(row.consented or ()),
        tuple(map(ShopId, row.shop_ids or ())),
        row.granted_at,
        row.ends_at,
    )
    ends = [each for each in (row.expires_at, row.ends_at) if each is not None]
    return Access(app_of_row(row), found, consent, min(ends) <= tx.now)


async def app_by_secret(tx: Tx, vault: Vault, key: str, secret: str) -> App | None:
    """The app that proves itself by key and secret; None if they do not fit."""
    row = await tx.maybe(_sql.APP_BY_KEY, key=_known(key))
    if row is None:
        return None
    rows = await tx.all(_sql.SECRETS, app_id=row.id, now=tx.now)
    app_id = AppId(row.id)
    is_known = any(is_same(vault.unseal(app_id, each.serial, each.sealed), secret) for each in rows)
    return app_of_row(row) if is_known else None


def actor_of(consent: Consent, grants: Mapping[ShopId, frozenset[str]]) -> Actor:
    """The actor that an app is by a consent: its person, with less.

    `grants` are those that the person has now, shop by shop; shops that are not let in are left
    out, and scopes limit the rest.
    """
    allowed = {each: grants[each] for each in consent.shop_ids if each in grants}
    return as_person(
        consent.person_id,
        means=Means.APP,
        scopes=means_of(consent.scopes),
        memberships=allowed,
        label=f"app:{consent.app_id}:{consent.person_id}",
    )


async def app_by_key(tx: Tx, key: str) -> App:
    """An app as whoever is asked for consent sees it. Raises NoSuchApp."""
    row = await tx.maybe(_sql.APP_BY_KEY, key=_known(key))
    if row is None:
        raise NoSuchApp
    return app_of_row(row)


async def app_by_service(tx: Tx, service_id: int) -> App:
    """The same, by the number in links for sellers. Raises NoSuchApp."""
    row = await tx.maybe(_sql.APP_BY_SERVICE, service_id=service_id)
    if row is None:
        raise NoSuchApp
    return app_of_row(row)


async def apps(tx: Tx, app_ids: Collection[AppId]) -> Mapping[AppId, App]:
    """Apps by id, for pages that name them; unknown ones are left out."""
    rows = await tx.all(_sql.APPS_BY_ID, ids=list(app_ids))
    return {AppId(row.id): app_of_row(row) for row in rows}


async def app_for(tx: Tx, actor: Actor, app_id: AppId) -> App:
    """One of one's own apps. Raises NoSuchApp."""
    row = await tx.maybe(_sql.APP, id=app_id)
    if row is None or not may_manage_app(actor, PersonId(row.owner_id)):
        require(not actor.is_anonymous, "app.manage", actor)
        raise NoSuchApp
    return app_of_row(row)


async def apps_of(tx: Tx, actor: Actor) -> tuple[App, ...]:
    """One's own apps, newest first."""
    owner_id = own_id(actor)
    require(may_manage_app(actor, owner_id), "app.manage", actor)
    return tuple(map(app_of_row, await tx.all(_sql.APPS_OF_OWNER, owner_id=owner_id)))


async def secrets_for(tx: Tx, actor: Actor, app_id: AppId) -> tuple[SecretEntry, ...]:
    """The secrets of an app that count now, newest first: when made and until when. NoSuchApp."""
    await app_for(tx, actor, app_id)
    rows = await tx.all(_sql.SECRETS, app_id=app_id, now=tx.now)
    return tuple(SecretEntry(row.serial, row.created_at, row.ends_at) for row in rows)


async def newest_secret(tx: Tx, vault: Vault, app_id: AppId) -> str:
    """The secret that signs what clipcart sends to an app. For jobs; never shown."""
    rows = await tx.all(_sql.SECRETS, app_id=app_id, now=tx.now)
    return vault.unseal(app_id, rows[0].serial, rows[0].sealed)


async def consents_of(tx: Tx, actor: Actor) -> tuple[Consent, ...]:
    """What one lets apps do, the newest first."""
    person_id = own_id(actor)
    require(may_authorise_for_self(actor, person_id), "person.authorise", actor)
    return tuple(map(consent_of_row, await tx.all(_sql.CONSENTS, person_id=person_id)))


async def apps_of_shop(tx: Tx, actor: Actor, shop_id: ShopId) -> tuple[tuple[App, PersonId], ...]:
    """The apps that are let into a shop, with who let them in; the newest first."""
    require(may_see_apps_of_shop(actor, shop_id), "shop.view", actor)
    rows = await tx.all(_sql.APPS_OF_SHOP, shop_id=shop_id)
    known = await apps(tx, {AppId(row.app_id) for row in rows})
    return tuple((known[AppId(row.app_id)], PersonId(row.person_id)) for row in rows)


def _webhook(row: _sql.WebhookRow) -> Webhook:
    return Webhook(ShopId(row.shop_id), AppId(row.app_id), *row[2:])


async def webhooks_for(tx: Tx, actor: Actor, app: App, shop_id: ShopId) -> tuple[Webhook, ...]:
    """Where an app hears of events in a shop, by kind of event."""
    require(may_edit_webhooks(actor, shop_id), "webhooks.edit", actor)
    return tuple(map(_webhook, await tx.all(_sql.WEBHOOKS, shop_id=shop_id, app_id=app.id)))


async def webhooks_in(tx: Tx, shop_ids: Collection[ShopId]) -> tuple[Webhook, ...]:
    """Every app's webhooks in these shops, for what delivers them."""
    rows = await tx.all(_sql.WEBHOOKS_OF_SHOPS, shop_ids=list(shop_ids))
    return tuple(map(_webhook, rows))


MOST_SUMMED = 1_000
MOST_CONSENTS = 100


async def consents_to_app_for(tx: Tx, actor: Actor, app_id: AppId) -> tuple[Consent, ...]:
    """Who lets one's own app act for them now, newest first, at most 100. Raises NoSuchApp."""
    await app_for(tx, actor, app_id)
    rows = await tx.all(_sql.CONSENTS_TO_APP, app_id=app_id, count=MOST_CONSENTS)
    return tuple(each for each in map(consent_of_row, rows) if not _is_over(tx, each))


def _is_over(tx: Tx, consent: Consent) -> bool:
    return consent.ends_at is not None and consent.ends_at <= tx.now


async def request_sums_for(tx: Tx, actor: Actor, app_id: AppId) -> RequestSums:
    """How the newest thousand requests of one's own app went. Raises NoSuchApp."""
    app = await app_for(tx, actor, app_id)
    row = await tx.one(
        _sql.REQUESTS_SUMMED, person_id=app.owner_id, app_id=app_id, count=MOST_SUMMED
    )
    return RequestSums(row.calls, row.failed, row.limited, row.middle_us or 0, row.slow_us or 0)


async def requests_for(
    tx: Tx,
    actor: Actor,
    app_id: AppId,
    *,
    shop_id: ShopId | None = None,
    failed: bool | None = None,
    path: str | None = None,
    code: int | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[RequestEntry]:
    """What one's own app asked and was answered, newest first. Raises NoSuchApp.

    `path` is how the path begins.
    """
    app = await app_for(tx, actor, app_id)
    page = await _sql.REQUESTS.page(
        tx,
        order="newest",
        cursor=cursor,
        limit=limit,
        fixed={"person_id": app.owner_id, "app_id": app_id},
        filters={"shop_id": shop_id, "failed": failed, "path": path, "code": code},
    )
    return page.map(
        lambda row: RequestEntry(
            app.owner_id,
            app_id,
            row.at,
            row.method,
            row.path,
            None if row.shop_id is None else ShopId(row.shop_id),
            row.status,
            row.code,
            row.message,
            row.took_us,
            row.request_id,
        )
    )
