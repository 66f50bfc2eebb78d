"""Facts about shops. Bank numbers appear masked only."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from clipcart.kit.events import Event, event
from clipcart.kit.ids import DocumentId, PersonId, ShopId


@event
@dataclass(frozen=True, slots=True)
class ShopOpened(Event):
    """A shop exists; it may not sell yet."""

    NAME: ClassVar[str] = "sellers.shop_opened"
    SUBJECT: ClassVar[str] = "shop_id"
    shop_id: ShopId
    person_id: PersonId
    handle: str
    market_id: str
    currency: str


@event
@dataclass(frozen=True, slots=True)
class ShopChanged(Event):
    """A shop's name, look or settings changed."""

    NAME: ClassVar[str] = "sellers.shop_changed"
    SUBJECT: ClassVar[str] = "shop_id"
    shop_id: ShopId
    free_cancel_hours: int


@event
@dataclass(frozen=True, slots=True)
class RequirementSubmitted(Event):
    """The seller handed in what a requirement asks for."""

    NAME: ClassVar[str] = "sellers.requirement_submitted"
    SUBJECT: ClassVar[str] = "shop_id"
    shop_id: ShopId
    requirement: str


@event
@dataclass(frozen=True, slots=True)
class RequirementReopened(Event):
    """What was handed in does not suffice any more: other data were given, or a paper expired."""

    NAME: ClassVar[str] = "sellers.requirement_reopened"
    SUBJECT: ClassVar[str] = "shop_id"
    shop_id: ShopId
    requirement: str
    reason: str


@event
@dataclass(frozen=True, slots=True)
class RequirementDecided(Event):
    """An operator approved or rejected what was handed in."""

    NAME: ClassVar[str] = "sellers.requirement_decided"
    SUBJECT: ClassVar[str] = "shop_id"
    shop_id: ShopId
    requirement: str
    is_approved: bool
    reason: str


@event
@dataclass(frozen=True, slots=True)
class DocumentAdded(Event):
    """A verification paper was handed in; an older one of its kind is replaced."""

    NAME: ClassVar[str] = "sellers.document_added"
    SUBJECT: ClassVar[str] = "shop_id"
    shop_id: ShopId
    document_id: DocumentId
    kind: str


@event
@dataclass(frozen=True, slots=True)
class DocumentExpired(Event):
    """A verification paper is past its last day."""

    NAME: ClassVar[str] = "sellers.document_expired"
    SUBJECT: ClassVar[str] = "shop_id"
    shop_id: ShopId
    document_id: DocumentId
    kind: str


@event
@dataclass(frozen=True, slots=True)
class ShopWentLive(Event):
    """Everything is approved: the shop may sell."""

    NAME: ClassVar[str] = "sellers.shop_went_live"
    SUBJECT: ClassVar[str] = "shop_id"
    shop_id: ShopId


@event
@dataclass(frozen=True, slots=True)
class ShopSuspended(Event):
    """An operator stopped the shop from selling."""

    NAME: ClassVar[str] = "sellers.shop_suspended"
    SUBJECT: ClassVar[str] = "shop_id"
    shop_id: ShopId
    reason: str


@event
@dataclass(frozen=True, slots=True)
class ShopReinstated(Event):
    """An operator let a suspended shop sell again."""

    NAME: ClassVar[str] = "sellers.shop_reinstated"
    SUBJECT: ClassVar[str] = "shop_id"
    shop_id: ShopId
    reason: str


@event
@dataclass(frozen=True, slots=True)
class BankAccountChanged(Event):
    """The owner named a bank account; payouts go there once it is approved."""

    NAME: ClassVar[str] = "sellers.bank_account_changed"
    SUBJECT: ClassVar[str] = "shop_id"
    shop_id: ShopId
    number_masked: str


@event
@dataclass(frozen=True, slots=True)
class StaffInvited(Event):
    """Somebody was invited to work in the shop."""

    NAME: ClassVar[str] = "sellers.staff_invited"
    SUBJECT: ClassVar[str] = "shop_id"
    shop_id: ShopId
    invitation_id: int
    role: str
    expires_at: datetime


@event
@dataclass(frozen=True, slots=True)
class InvitationRevoked(Event):
    """An invitation was taken back."""

    NAME: ClassVar[str] = "sellers.invitation_revoked"
    SUBJECT: ClassVar[str] = "shop_id"
    shop_id: ShopId
    invitation_id: int


@event
@dataclass(frozen=True, slots=True)
class StaffJoined(Event):
    """Somebody works in the shop now."""

    NAME: ClassVar[str] = "sellers.staff_joined"
    SUBJECT: ClassVar[str] = "shop_id"
    shop_id: ShopId
    person_id: PersonId
    role: str


@event
@dataclass(frozen=True, slots=True)
class StaffRoleChanged(Event):
    """Somebody has another role in the shop."""

    NAME: ClassVar[str] = "sellers.staff_role_changed"
    SUBJECT: ClassVar[str] = "shop_id"
    shop_id: ShopId
    person_id: PersonId
    role: str


@event
@dataclass(frozen=True, slots=True)
class StaffRemoved(Event):
    """Somebody does not work in the shop any more."""

    NAME: ClassVar[str] = "sellers.staff_removed"
    SUBJECT: ClassVar[str] = "shop_id"
    shop_id: ShopId
    person_id: PersonId
