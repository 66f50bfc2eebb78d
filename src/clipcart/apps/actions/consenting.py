"""Letting an app in, and showing it out."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from clipcart.apps import _sql
from clipcart.apps.errors import NoSuchConsent, NothingToConsent
from clipcart.apps.events import (
    AppAuthorised,
    AppDeauthorised,
    CreatorAuthorisedApp,
    CreatorDeauthorisedApp,
)
from clipcart.apps.model import AUTH_CODE_TTL, CONSENT_DAYS, App, Consent, first_warning
from clipcart.apps.parties import Party
from clipcart.apps.policy import may_authorise_for_self, may_authorise_for_shop, may_leave_shop
from clipcart.apps.queries import consent_of_row
from clipcart.apps.scopes import scopes_for
from clipcart.apps.vault import new_pass
from clipcart.identity import Actor, own_id, require
from clipcart.kit.crypto import digest
from clipcart.kit.db import Tx
from clipcart.kit.errors import Problem, check
from clipcart.kit.ids import AppId, PersonId, ShopId


async def authorise_shops(
    tx: Tx, actor: Actor, app: App, shop_ids: Sequence[ShopId], days: int
) -> str:
    """Let an app into shops for some days; gives the code that the app exchanges for tokens.

    It replaces what the person let the same app do before: shops that are not named are left.
    The app gets every scope of its own that sellers can give. Raises Invalid, NothingToConsent.
    """
    shops = tuple(dict.fromkeys(shop_ids))
    for shop_id in shops:
        require(may_authorise_for_shop(actor, shop_id), "shop.authorise", actor)
    require(not actor.is_anonymous, "shop.authorise", actor)
    check(
        [
            None if shops else Problem("shops", "no shop is chosen", "choose at least one"),
            None
            if days in CONSENT_DAYS
            else Problem("days", "that time is not offered", "choose one of the list"),
        ]
    )
    scopes = _scopes(app, Party.SELLER)
    person_id, ends_at = own_id(actor), tx.now + timedelta(days=days)
    known = await tx.maybe(
        _sql.CONSENT, person_id=person_id, app_id=app.id, party=Party.SELLER.value
    )
    left = [ShopId(each) for each in (known.shop_ids if known else ()) if each not in shops]
    await _end_in_shops(tx, actor, app.id, person_id, left, "PERSON")
    await _keep(tx, person_id, app.id, Party.SELLER, scopes, shops, ends_at)
    await tx.run(
        _sql.ADD_SHOP_CONSENTS, app_id=app.id, person_id=person_id, shop_ids=shops, now=tx.now
    )
    tx.announce(actor, *(AppAuthorised(each, app.id, person_id, scopes, ends_at) for each in shops))
    return await _code(tx, person_id, app.id, Party.SELLER)


async def authorise_creator(
    tx: Tx, actor: Actor, app: App, scopes: Iterable[str] | None = None
) -> str:
    """Let an app act for oneself as a creator, without end; gives the code for the app.

    A creator may give a part of what the app asks for. Raises Invalid, NothingToConsent.
    """
    person_id = own_id(actor)
    require(may_authorise_for_self(actor, person_id), "person.authorise", actor)
    asked = _scopes(app, Party.CREATOR)
    given = asked if scopes is None else tuple(each for each in asked if each in set(scopes))
    check([None if given else Problem("scopes", "nothing is chosen", "choose at least one")])
    await _keep(tx, person_id, app.id, Party.CREATOR, given, (), None)
    tx.announce(actor, CreatorAuthorisedApp(app.id, person_id, given))
    return await _code(tx, person_id, app.id, Party.CREATOR)


def _scopes(app: App, party: Party) -> tuple[str, ...]:
    scopes = scopes_for(party, app.scopes)
    if not scopes:
        raise NothingToConsent
    return scopes


async def _keep(
    tx: Tx,
    person_id: PersonId,
    app_id: AppId,
    party: Party,
    scopes: tuple[str, ...],
    shops: tuple[ShopId, ...],
    ends_at: datetime | None,
) -> None:
    await tx.run(
        _sql.KEEP_CONSENT,
        person_id=person_id,
        app_id=app_id,
        party=party.value,
        scopes=scopes,
        shop_ids=shops,
        now=tx.now,
        ends_at=ends_at,
        warn_at=None if ends_at is None else first_warning(tx.now, ends_at),
    )


async def _code(tx: Tx, person_id: PersonId, app_id: AppId, party: Party) -> str:
    code = new_pass(person_id)
    await tx.run(
        _sql.ADD_CODE,
        person_id=person_id,
        digest=digest(code),
        app_id=app_id,
        party=party.value,
        expires_at=tx.now + AUTH_CODE_TTL,
    )
    return code


async def end_consent(tx: Tx, actor: Actor, app_id: AppId, party: Party) -> None:
    """Show an app out that one let in oneself: tokens are useless at once. Raises NoSuchConsent."""
    person_id = own_id(actor)
    require(may_authorise_for_self(actor, person_id), "person.authorise", actor)
    row = await tx.maybe(_sql.CONSENT, person_id=person_id, app_id=app_id, party=party.value)
    if row is None:
        raise NoSuchConsent
    await close_consent(tx, actor, consent_of_row(row), "PERSON")


async def close_consent(tx: Tx, actor: Actor, consent: Consent, ended_by: str) -> None:
    """End a consent, whoever wants it: with its tokens, in each shop, announced."""
    person_id, app_id, party = consent.person_id, consent.app_id, consent.party
    key = {"person_id": person_id, "app_id": app_id, "party": party.value}
    if not await tx.run(_sql.END_CONSENT, now=tx.now, ended_by=ended_by, **key):
        return
    await tx.run(_sql.DROP_PASSES, **key)
    await _end_in_shops(tx, actor, app_id, person_id, consent.shop_ids, ended_by)
    if party is Party.CREATOR:
        tx.announce(actor, CreatorDeauthorisedApp(app_id, person_id, ended_by))


async def _end_in_shops(
    tx: Tx,
    actor: Actor,
    app_id: AppId,
    person_id: PersonId,
    shop_ids: Sequence[ShopId],
    ended_by: str,
) -> None:
    if not shop_ids:
        return
    await tx.run(
        _sql.END_SHOP_CONSENTS, shop_ids=list(shop_ids), app_id=app_id, person_id=person_id
    )
    tx.announce(actor, *(AppDeauthorised(each, app_id, person_id, ended_by) for each in shop_ids))


async def show_out(tx: Tx, actor: Actor, shop_id: ShopId, app_id: AppId) -> None:
    """Staff end an app's access to their shop, whoever of them let it in. Raises NoSuchConsent."""
    require(may_authorise_for_shop(actor, shop_id), "shop.authorise", actor)
    rows = await tx.all(_sql.APPS_OF_SHOP, shop_id=shop_id)
    let_in_by = [PersonId(row.person_id) for row in rows if row.app_id == app_id]
    if not let_in_by:
        raise NoSuchConsent
    for person_id in let_in_by:
        await _leave(tx, actor, shop_id, app_id, person_id, "PERSON")


async def leave_shop(tx: Tx, actor: Actor, consent: Consent, shop_id: ShopId) -> None:
    """An app gives back its access to a shop; without another shop its tokens are useless."""
    require(may_leave_shop(actor, shop_id), "self.leave", actor)
    await _leave(tx, actor, shop_id, consent.app_id, consent.person_id, "APP")


async def _leave(
    tx: Tx, actor: Actor, shop_id: ShopId, app_id: AppId, person_id: PersonId, ended_by: str
) -> None:
    key = {"person_id": person_id, "app_id": app_id}
    row = await tx.maybe(_sql.CONSENT, party=Party.SELLER.value, **key)
    if row is not None and set(row.shop_ids) == {shop_id}:
        await close_consent(tx, actor, consent_of_row(row), ended_by)
        return
    await tx.run(_sql.LEAVE_SHOP, shop_id=shop_id, **key)
    await _end_in_shops(tx, actor, app_id, person_id, [shop_id], ended_by)
