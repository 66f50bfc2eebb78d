"""What identity knows of a person, as frozen classes: account, sessions, tokens, addresses."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, NamedTuple

from clipcart.identity.model import Actor
from clipcart.kit.ids import AddressId, PersonId, SessionId, TokenId
from clipcart.kit.jobs import JobKind, Lane

SESSION_IDLE: Final = timedelta(days=30)
STAFF_MODE: Final = timedelta(minutes=30)
RESET_TTL: Final = timedelta(hours=1)
TOKEN_TTL: Final = timedelta(days=365)
SESSION_TOUCH: Final = timedelta(hours=1)
TOKEN_TOUCH: Final = timedelta(minutes=1)


class Attempt(StrEnum):
    """What strangers may try only so often."""

    SIGN_IN = "sign_in"
    SIGN_UP = "sign_up"
    RESET = "reset"


@dataclass(frozen=True, slots=True)
class Limit:
    """How often in a window of `window_s` seconds, from one address and for one e-mail."""

    per_ip: int
    per_email: int
    window_s: int


LIMITS: Final = {
    Attempt.SIGN_IN: Limit(per_ip=60, per_email=10, window_s=900),
    Attempt.SIGN_UP: Limit(per_ip=20, per_email=5, window_s=3600),
    Attempt.RESET: Limit(per_ip=20, per_email=3, window_s=3600),
}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account. `email` is in lower case."""

    id: PersonId
    email: str
    name: str
    market_id: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class NewPerson:
    """Somebody to open an account for."""

    email: str
    name: str
    market_id: str


@dataclass(frozen=True, slots=True)
class PersonName:
    """A person as others may see one."""

    id: PersonId
    name: str


@dataclass(frozen=True, slots=True)
class SessionCookie:
    """A new session. `value` goes into the cookie; it is kept nowhere else."""

    value: str
    session_id: SessionId
    person_id: PersonId
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Session:
    """The session of a cookie: who it is and what a page needs to greet them and to trust forms."""

    actor: Actor
    id: SessionId
    person_id: PersonId
    name: str
    email: str
    market_id: str
    csrf_secret: str
    staff_until: datetime | None
    needs_touch: bool
    """Seen last so long ago that `touch_session` should be called."""


@dataclass(frozen=True, slots=True)
class SessionEntry:
    """A session in the list of an account."""

    id: SessionId
    ip: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    staff_until: datetime | None


class NewToken(NamedTuple):
    """A new API token. `secret` is shown once and kept nowhere."""

    id: TokenId
    secret: str


@dataclass(frozen=True, slots=True)
class TokenEntry:
    """An API token in the list of an account."""

    id: TokenId
    name: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAddress:
    """An address as somebody typed it. The market's rules say which fields it needs."""

    name: str
    line1: str
    line2: str = ""
    district: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A kept address. It never changes: who moves adds a new one."""

    id: AddressId
    market_id: str
    name: str
    line1: str
    line2: str
    district: str
    city: str
    region: str
    postal_code: str
    country: str
    phone: str


@dataclass(frozen=True, slots=True)
class Mail:
    """An e-mail in the outbox. `body` is None once it was handed to a mail server."""

    person_id: PersonId
    id: int
    recipient: str
    subject: str
    body: str | None
    created_at: datetime
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class SendMail:
    """What the job that sends an e-mail carries."""

    person_id: int
    mail_id: int


SEND_MAIL: Final = JobKind("identity.send_mail", SendMail, lane=Lane.PROMPT)


@dataclass(frozen=True, slots=True)
class Bearer:
    """Whoever sends a token. `is_stale`: its last use was noted a minute ago or longer."""

    actor: Actor
    person_id: PersonId
    token_id: TokenId
    is_stale: bool
