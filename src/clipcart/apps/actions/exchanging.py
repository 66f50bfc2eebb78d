"""What apps do with codes and refresh tokens. The app has proved itself by its secret before."""

from datetime import datetime

from clipcart.apps import _sql
from clipcart.apps.errors import CodeSpent, NoSuchConsent, RefreshSpent
from clipcart.apps.events import TrialTokenMade
from clipcart.apps.model import (
    ACCESS_TTL,
    CREATOR_REFRESH_TTL,
    TRIAL_TTL,
    App,
    Consent,
    Issued,
    TrialToken,
)
from clipcart.apps.parties import Party
from clipcart.apps.queries import app_for, consent_of_row
from clipcart.apps.vault import holder_of, new_pass
from clipcart.identity import Actor
from clipcart.kit.crypto import digest
from clipcart.kit.db import Tx
from clipcart.kit.ids import AppId, PersonId
from clipcart.kit.sql import Query


async def exchange_code(tx: Tx, app: App, code: str) -> Issued:
    """Tokens for a code: once, within 30 minutes, for the app it was made for. Raises CodeSpent."""
    consent, expires_at = await _use(tx, _sql.USE_CODE, app, code)
    if consent is None or expires_at <= tx.now:
        raise CodeSpent
    return await _issue(tx, consent)


async def refresh(tx: Tx, app: App, token: str) -> Issued:
    """A new pair for a refresh token, which is thereby spent. Raises RefreshSpent.

    The access token before it stays good until its own end, for calls that are on their way.
    """
    consent, expires_at = await _use(tx, _sql.USE_REFRESH, app, token)
    if consent is None or expires_at <= tx.now:
        raise RefreshSpent
    return await _issue(tx, consent)


async def trial_token(
    tx: Tx, actor: Actor, app_id: AppId, person_id: PersonId, party: Party
) -> TrialToken:
    """An access token for an hour, for the developer of an app that somebody has let in.

    It does what the app's own tokens of this consent do, and ends with the consent. Raises
    NoSuchApp, NoSuchConsent.
    """
    await app_for(tx, actor, app_id)
    key = {"person_id": person_id, "app_id": app_id, "party": party.value}
    row = await tx.maybe(_sql.CONSENT, **key)
    if row is None or (row.ends_at is not None and row.ends_at <= tx.now):
        raise NoSuchConsent
    longest = tx.now + TRIAL_TTL
    ends_at = longest if row.ends_at is None else min(longest, row.ends_at)
    text = new_pass(person_id)
    await tx.run(_sql.ADD_TOKEN, digest=digest(text), now=tx.now, expires_at=ends_at, **key)
    tx.announce(actor, TrialTokenMade(app_id, person_id, ends_at))
    return TrialToken(text, ends_at)


async def _use(
    tx: Tx, statement: Query[_sql.PassRow], app: App, text: str
) -> tuple[Consent | None, datetime]:
    holder = holder_of(text) or PersonId(0)
    used = await tx.maybe(statement, person_id=holder, digest=digest(text), app_id=app.id)
    if used is None:
        return None, tx.now
    row = await tx.maybe(_sql.CONSENT, person_id=holder, app_id=app.id, party=used.party)
    if row is None or (row.ends_at is not None and row.ends_at <= tx.now):
        return None, tx.now
    return consent_of_row(row), used.expires_at


async def _issue(tx: Tx, consent: Consent) -> Issued:
    longest = tx.now + CREATOR_REFRESH_TTL
    refresh_ends = longest if consent.ends_at is None else consent.ends_at
    access_ends = min(tx.now + ACCESS_TTL, refresh_ends)
    access, fresh = new_pass(consent.person_id), new_pass(consent.person_id)
    await tx.run(
        _sql.ADD_TOKENS,
        person_id=consent.person_id,
        app_id=consent.app_id,
        party=Party(consent.party).value,
        digests=[digest(access), digest(fresh)],
        kinds=["ACCESS", "REFRESH"],
        ends=[access_ends, refresh_ends],
        now=tx.now,
    )
    return Issued(consent, access, access_ends, fresh, refresh_ends)
