"""Reads: who is behind a cookie or token, names, addresses, lists of the account page."""

from collections.abc import Collection, Mapping, Sequence

from clipcart.identity import _sql
from clipcart.identity.actions.accounts import clean_email
from clipcart.identity.errors import NoSuchAddress
from clipcart.identity.model import Actor, Means, as_person, require
from clipcart.identity.policy import may_manage_account, may_see_outbox, may_use_addresses, own_id
from clipcart.identity.records import (
    SESSION_IDLE,
    SESSION_TOUCH,
    TOKEN_TOUCH,
    Address,
    Bearer,
    Mail,
    Person,
    PersonName,
    Session,
    SessionEntry,
    TokenEntry,
)
from clipcart.kit.crypto import digest
from clipcart.kit.db import Tx
from clipcart.kit.ids import AddressId, PersonId, SessionId, TokenId, parse_id
from clipcart.kit.listing import Page


async def actor_of_session(tx: Tx, cookie: str) -> Session | None:
    """The session of a cookie, in one round trip; None for one that is unknown or expired.

    Once an hour of use the expiry moves on: here if `tx` may write, else the door calls
    `touch_session` when `needs_touch` says so.
    """
    person_id = parse_id(cookie.partition(".")[0])
    if person_id is None:
        return None
    row = await tx.maybe(
        _sql.ACTOR_OF_SESSION, person_id=person_id, digest=digest(cookie), now=tx.now
    )
    if row is None:
        return None
    staff_until = row.staff_until if row.staff_until and row.staff_until > tx.now else None
    is_stale = tx.now - row.seen_at >= SESSION_TOUCH
    if is_stale and tx.writable:
        await tx.run(
            _sql.TOUCH_SESSION,
            person_id=row.person_id,
            session_id=row.id,
            now=tx.now,
            expires_at=tx.now + SESSION_IDLE,
        )
    actor = as_person(
        PersonId(row.person_id), roles=frozenset(row.roles), staff_mode=staff_until is not None
    )
    return Session(
        actor,
        SessionId(row.id),
        PersonId(row.person_id),
        row.name,
        row.email,
        row.market_id,
        row.csrf_secret,
        staff_until,
        needs_touch=is_stale and not tx.writable,
    )


async def bearers(tx: Tx, secrets: Sequence[str]) -> list[Bearer | None]:
    """Who holds each of these API tokens; None for one that is not good any more.

    One statement for all of them. Whoever asks notes the use of those that are `is_stale`.
    """
    asked = [_asked(secret) for secret in secrets]
    rows = await tx.all(
        _sql.ACTORS_OF_TOKENS,
        person_ids=[person_id for person_id, _ in asked],
        digests=[hashed for _, hashed in asked],
        now=tx.now,
    )
    found: list[Bearer | None] = [None] * len(asked)
    for row in rows:
        actor = as_person(
            PersonId(row.person_id),
            means=Means.TOKEN,
            scopes=frozenset(row.scopes),
            roles=frozenset(row.roles),
            staff_mode=row.staff_mode,
        )
        is_stale = row.last_used_at is None or tx.now - row.last_used_at >= TOKEN_TOUCH
        found[row.place - 1] = Bearer(actor, PersonId(row.person_id), TokenId(row.id), is_stale)
    return found


def _asked(secret: str) -> tuple[int, bytes]:
    """The key of a token; one that nobody has for a text that is none."""
    mark, _, rest = secret.partition("_")
    person_id = parse_id(rest.partition("_")[0]) if mark == "cc" else None
    return person_id or 0, digest(secret)


async def touch_tokens(tx: Tx, used: Sequence[Bearer]) -> None:
    """Note that these tokens were used now."""
    await tx.run(
        _sql.TOUCH_TOKENS,
        person_ids=[bearer.person_id for bearer in used],
        ids=[bearer.token_id for bearer in used],
        now=tx.now,
    )


async def actor_of_token(tx: Tx, secret: str) -> Actor | None:
    """The actor behind an API token, limited to its scopes; None if it is not good any more.

    The last use is noted once a minute where `tx` may write.
    """
    [bearer] = await bearers(tx, [secret])
    if bearer is not None and bearer.is_stale and tx.writable:
        await touch_tokens(tx, [bearer])
    return None if bearer is None else bearer.actor


def _person(row: _sql.PersonRow) -> Person:
    return Person(PersonId(row.person_id), row.email, row.name, row.market_id, row.created_at)


async def person(tx: Tx, person_id: PersonId) -> Person | None:
    """An account, for rooms that write to its owner. Doors show others only `people`."""
    row = await tx.maybe(_sql.PERSON, person_id=person_id)
    return None if row is None else _person(row)


async def person_by_email(tx: Tx, email: str) -> Person | None:
    """The account of an e-mail address, for operators' commands."""
    person_id = await tx.maybe(_sql.PERSON_ID_OF_EMAIL, email=clean_email(email))
    return None if person_id is None else await person(tx, PersonId(person_id))


async def people(tx: Tx, person_ids: Collection[PersonId]) -> Mapping[PersonId, PersonName]:
    """Names of people; unknown ones are left out."""
    rows = await tx.all(_sql.NAMES, person_ids=list(person_ids))
    return {PersonId(row.person_id): PersonName(PersonId(row.person_id), row.name) for row in rows}


async def roles_of(tx: Tx, person_id: PersonId) -> frozenset[str]:
    """Roles on the platform."""
    return frozenset(await tx.all(_sql.ROLES, person_id=person_id))


async def sessions_for(tx: Tx, actor: Actor) -> tuple[SessionEntry, ...]:
    """One's own sessions, last used first."""
    person_id = own_id(actor)
    require(may_manage_account(actor, person_id), "account.manage", actor)
    rows = await tx.all(_sql.SESSIONS, person_id=person_id, now=tx.now)
    return tuple(SessionEntry(SessionId(row.id), *row[1:]) for row in rows)


async def tokens_for(tx: Tx, actor: Actor) -> tuple[TokenEntry, ...]:
    """One's own API tokens that are not revoked, newest first."""
    person_id = own_id(actor)
    require(may_manage_account(actor, person_id), "account.manage", actor)
    return tuple(
        TokenEntry(
            TokenId(row.id),
            row.name,
            tuple(row.scopes),
            row.created_at,
            row.expires_at,
            row.last_used_at,
        )
        for row in await tx.all(_sql.TOKENS, person_id=person_id)
    )


def _address(row: _sql.AddressRow) -> Address:
    fields = row._asdict()
    return Address(**{**fields, "id": AddressId(row.id)})


async def addresses(tx: Tx, actor: Actor) -> tuple[Address, ...]:
    """One's own addresses, newest first."""
    person_id = own_id(actor)
    require(may_use_addresses(actor, person_id), "addresses.use", actor)
    return tuple(map(_address, await tx.all(_sql.ADDRESSES, person_id=person_id)))


async def address_for(tx: Tx, actor: Actor, address_id: AddressId) -> Address:
    """One of one's own addresses. Raises NoSuchAddress."""
    person_id = own_id(actor)
    require(may_use_addresses(actor, person_id), "addresses.use", actor)
    row = await tx.maybe(_sql.ADDRESS, person_id=person_id, id=address_id)
    if row is None:
        raise NoSuchAddress
    return _address(row)


async def outbox(
    tx: Tx, actor: Actor, cursor: str | None = None, limit: int = 20, *, is_local: bool = False
) -> Page[Mail]:
    """E-mails, newest first. `is_local`: this installation sends none out, so anybody may look."""
    require(may_see_outbox(actor, is_local), "outbox.view", actor)
    page = await _sql.OUTBOX.page(tx, order="newest", cursor=cursor, limit=limit)
    return page.map(lambda row: Mail(PersonId(row.person_id), *row[1:]))
