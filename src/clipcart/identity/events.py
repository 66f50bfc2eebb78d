"""Facts about people. They carry no e-mail address and no name: the log is kept for good."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from clipcart.kit.events import Event, event
from clipcart.kit.ids import PersonId, SessionId


@event
@dataclass(frozen=True, slots=True)
class PersonSignedUp(Event):
    """A person has an account now."""

    NAME: ClassVar[str] = "identity.person_signed_up"
    SUBJECT: ClassVar[str] = "person_id"
    person_id: PersonId
    market_id: str


@event
@dataclass(frozen=True, slots=True)
class PasswordChanged(Event):
    """A person has a new password; every session ended with it."""

    NAME: ClassVar[str] = "identity.password_changed"
    SUBJECT: ClassVar[str] = "person_id"
    person_id: PersonId


@event
@dataclass(frozen=True, slots=True)
class RoleGranted(Event):
    """A person has a role on the platform."""

    NAME: ClassVar[str] = "identity.role_granted"
    SUBJECT: ClassVar[str] = "person_id"
    person_id: PersonId
    role: str


@event
@dataclass(frozen=True, slots=True)
class RoleRevoked(Event):
    """A person lost a role on the platform."""

    NAME: ClassVar[str] = "identity.role_revoked"
    SUBJECT: ClassVar[str] = "person_id"
    person_id: PersonId
    role: str


@event
@dataclass(frozen=True, slots=True)
class StaffModeEntered(Event):
    """An operator acts as one from now on, at most `until`, and said why."""

    NAME: ClassVar[str] = "identity.staff_mode_entered"
    SUBJECT: ClassVar[str] = "person_id"
    person_id: PersonId
    session_id: SessionId
    reason: str
    until: datetime


@event
@dataclass(frozen=True, slots=True)
class StaffModeLeft(Event):
    """An operator is an ordinary person again: by choice, or since the time was over."""

    NAME: ClassVar[str] = "identity.staff_mode_left"
    SUBJECT: ClassVar[str] = "person_id"
    person_id: PersonId
    session_id: SessionId
    has_expired: bool
