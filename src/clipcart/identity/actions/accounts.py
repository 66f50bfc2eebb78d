"""Accounts: sign up, sign in and out, sessions, forgotten passwords."""

import hashlib
import re
from typing import Final

from clipcart import markets
from clipcart.identity import _sql
from clipcart.identity.actions.mail import write_mail
from clipcart.identity.errors import EmailTaken, NoSuchSession, ResetLinkSpent, SignInFailed
from clipcart.identity.events import PasswordChanged, PersonSignedUp, StaffModeLeft
from clipcart.identity.model import Actor, as_person, require
from clipcart.identity.passwords import password_problem, passwords
from clipcart.identity.policy import may_manage_account, own_id
from clipcart.identity.records import (
    LIMITS,
    RESET_TTL,
    SESSION_IDLE,
    Attempt,
    Person,
    Session,
    SessionCookie,
)
from clipcart.kit import rates
from clipcart.kit.crypto import digest, new_secret
from clipcart.kit.db import Tx
from clipcart.kit.errors import Problem, check
from clipcart.kit.ids import PersonId, SessionId, new_id, parse_id

_PART: Final = r"[^@\s,;<>\"\x00-\x1f]"
_EMAIL: Final = re.compile(rf"{_PART}+@{_PART}+\.{_PART}{{2,}}")
_LONGEST_EMAIL: Final = 254
_LONGEST_NAME: Final = 100


def clean_email(email: str) -> str:
    """The address as it is kept and compared: without blanks around, in lower case."""
    return email.strip().lower()


def email_problem(email: str) -> Problem | None:
    """What is wrong with a cleaned e-mail address, if anything."""
    if len(email) <= _LONGEST_EMAIL and _EMAIL.fullmatch(email):
        return None
    return Problem("email", "it is no e-mail address", "write it like name@example.com")


async def count_attempt(tx: Tx, attempt: Attempt, *, ip: str, email: str) -> None:
    """Count one try. Raises Throttled after too many from one address or for one e-mail.

    `sign_in` and `request_password_reset` count by themselves. Before `sign_up` the door calls
    this in a transaction of its own, since a refused sign-up is rolled back and must count too.
    """
    limit = LIMITS[attempt]
    bucket = f"identity.{attempt.value}"
    who = hashlib.sha256(clean_email(email).encode()).hexdigest()[:32]
    if ip:
        await rates.take(tx, f"{bucket}.ip:{ip}", limit.per_ip, limit.window_s)
    await rates.take(tx, f"{bucket}.email:{who}", limit.per_email, limit.window_s)


async def sign_up(tx: Tx, email: str, password: str, name: str, market_id: str) -> Person:
    """Open an account. Raises Invalid (all problems at once), EmailTaken, NoSuchMarket."""
    email, name = clean_email(email), " ".join(name.split())
    market = markets.get(market_id)
    check([email_problem(email), name_problem(name), password_problem(password, email)])
    person_id = PersonId(new_id())
    if await tx.maybe(_sql.CLAIM_EMAIL, email=email, person_id=person_id) is None:
        raise EmailTaken
    await tx.run(
        _sql.ADD_PERSON,
        person_id=person_id,
        email=email,
        name=name,
        market_id=market.id,
        password_hash=await passwords().hash(password),
        now=tx.now,
    )
    tx.announce(as_person(person_id), PersonSignedUp(person_id, market.id))
    return Person(person_id, email, name, market.id, tx.now)


def name_problem(name: str) -> Problem | None:
    """What is wrong with a tidied name, if anything."""
    if not name:
        return Problem("name", "the name is missing", "write how others should call you")
    if len(name) > _LONGEST_NAME:
        rule = f"the name has more than {_LONGEST_NAME} characters"
        return Problem("name", rule, "choose a shorter one")
    return None


async def sign_in(tx: Tx, email: str, password: str, ip: str) -> SessionCookie | SignInFailed:
    """Start a session.

    A wrong password or unknown e-mail is returned, not raised, so that the try is counted; both
    answer alike and take equally long. Raises Throttled.
    """
    email = clean_email(email)
    await count_attempt(tx, Attempt.SIGN_IN, ip=ip, email=email)
    person_id = await tx.maybe(_sql.PERSON_ID_OF_EMAIL, email=email)
    known = await tx.maybe(_sql.CREDENTIAL, person_id=person_id or 0)
    if not await passwords().is_right(known and known.password_hash, password) or known is None:
        return SignInFailed()
    if passwords().is_outdated(known.password_hash):
        fresh = await passwords().hash(password)
        await tx.run(_sql.SET_PASSWORD, person_id=known.person_id, password_hash=fresh)
    return await start_session(tx, PersonId(known.person_id), ip)


async def start_session(tx: Tx, person_id: PersonId, ip: str) -> SessionCookie:
    """A session for somebody who has just proved who they are: by password or by signing up."""
    secret, session_id = new_secret(), SessionId(new_id())
    value, expires_at = f"{person_id}.{secret}", tx.now + SESSION_IDLE
    await tx.run(
        _sql.ADD_SESSION,
        person_id=person_id,
        id=session_id,
        digest=digest(value),
        csrf_secret=new_secret(),
        ip=ip,
        now=tx.now,
        expires_at=expires_at,
    )
    return SessionCookie(value, session_id, person_id, expires_at)


async def touch_session(tx: Tx, session: Session) -> None:
    """Note that the session is in use, so that it does not expire."""
    await tx.run(
        _sql.TOUCH_SESSION,
        person_id=session.person_id,
        session_id=session.id,
        now=tx.now,
        expires_at=tx.now + SESSION_IDLE,
    )


async def sign_out(tx: Tx, cookie: str) -> None:
    """End the session of a cookie. An unknown cookie is no error: there is nothing to end."""
    person_id = parse_id(cookie.partition(".")[0])
    if person_id is None:
        return
    session_id = await tx.maybe(_sql.SESSION_OF_COOKIE, person_id=person_id, digest=digest(cookie))
    if session_id is not None:
        await _end(tx, as_person(PersonId(person_id)), SessionId(session_id))


async def revoke_session(tx: Tx, actor: Actor, session_id: SessionId) -> None:
    """End one of one's own sessions, such as that of a lost phone. Raises NoSuchSession."""
    require(may_manage_account(actor, own_id(actor)), "account.manage", actor)
    if not await _end(tx, actor, session_id):
        raise NoSuchSession


async def _end(tx: Tx, actor: Actor, session_id: SessionId) -> bool:
    person_id = own_id(actor)
    was_staff = await tx.maybe(
        _sql.END_SESSION, person_id=person_id, session_id=session_id, now=tx.now
    )
    if was_staff:
        tx.announce(actor, StaffModeLeft(person_id, session_id, has_expired=False))
    return was_staff is not None


async def request_password_reset(tx: Tx, email: str, ip: str, base_url: str) -> None:
    """Send a link to set a new password, if there is an account. The answer never tells.

    `base_url` is how people reach this installation. Raises Throttled.
    """
    email = clean_email(email)
    await count_attempt(tx, Attempt.RESET, ip=ip, email=email)
    person_id = await tx.maybe(_sql.PERSON_ID_OF_EMAIL, email=email)
    person = await tx.maybe(_sql.PERSON, person_id=person_id or 0)
    if person is None:
        return
    token = f"{person.person_id}.{new_secret()}"
    await tx.run(
        _sql.ADD_RESET,
        person_id=person.person_id,
        digest=digest(token),
        now=tx.now,
        expires_at=tx.now + RESET_TTL,
    )
    await write_mail(
        tx,
        PersonId(person.person_id),
        person.email,
        "identity_reset",
        name=person.name,
        url=f"{base_url}/password/reset/{token}",
    )


async def reset_password(tx: Tx, token: str, password: str) -> PersonId:
    """Set a new password by the link's token; every session ends, every other link is spent.

    Raises ResetLinkSpent, or Invalid for a bad password (then the link stays good).
    """
    wanted = parse_id(token.partition(".")[0])
    person = await tx.maybe(_sql.PERSON, person_id=wanted or 0)
    if person is None or not await tx.maybe(
        _sql.USE_RESET, person_id=person.person_id, digest=digest(token), now=tx.now
    ):
        raise ResetLinkSpent
    check([password_problem(password, person.email)])
    person_id = PersonId(person.person_id)
    actor = as_person(person_id)
    await tx.run(
        _sql.SET_PASSWORD, person_id=person_id, password_hash=await passwords().hash(password)
    )
    await tx.run(_sql.FORGET_RESETS_OF, person_id=person_id)
    for row in await tx.all(_sql.END_STAFF_MODES, person_id=person_id):
        tx.announce(actor, StaffModeLeft(person_id, SessionId(row.id), has_expired=False))
    await tx.run(_sql.END_SESSIONS, person_id=person_id)
    tx.announce(actor, PasswordChanged(person_id))
    return person_id
