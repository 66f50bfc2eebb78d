"""Shops, roles and the verification gate: frozen classes and pure rules."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from clipcart.kit.errors import Problem
from clipcart.kit.ids import DocumentId, PersonId, ShopId


class ShopState(StrEnum):
    """How far a shop has come. Only a LIVE shop sells."""

    ONBOARDING = "ONBOARDING"
    IN_REVIEW = "IN_REVIEW"
    LIVE = "LIVE"
    REJECTED = "REJECTED"
    SUSPENDED = "SUSPENDED"


class Requirement(StrEnum):
    """What a shop must show before it sells."""

    BUSINESS = "BUSINESS"
    DOCUMENTS = "DOCUMENTS"
    BANK_ACCOUNT = "BANK_ACCOUNT"


class RequirementState(StrEnum):
    """MISSING and REJECTED wait for the seller, SUBMITTED for an operator."""

    MISSING = "MISSING"
    SUBMITTED = "SUBMITTED"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"


class DocumentState(StrEnum):
    """SUBMITTED and APPROVED papers are current; one of each kind."""

    SUBMITTED = "SUBMITTED"
    APPROVED = "APPROVED"
    REPLACED = "REPLACED"
    EXPIRED = "EXPIRED"


class Role(StrEnum):
    """What somebody does in a shop. Each shop has one OWNER."""

    OWNER = "OWNER"
    MANAGER = "MANAGER"
    PACKER = "PACKER"
    SUPPORT = "SUPPORT"
    BOOKKEEPER = "BOOKKEEPER"


_MANAGER: Final = frozenset(
    {
        "shop.view",
        "shop.edit",
        "products.view",
        "products.edit",
        "inventory.edit",
        "orders.view",
        "orders.ship",
        "orders.cancel",
        "finance.view",
    }
)
GRANTS: Final[Mapping[Role, frozenset[str]]] = MappingProxyType(
    {
        Role.OWNER: _MANAGER | {"staff.edit", "bank.edit"},
        Role.MANAGER: _MANAGER,
        Role.PACKER: frozenset(
            {"shop.view", "products.view", "inventory.edit", "orders.view", "orders.ship"}
        ),
        Role.SUPPORT: frozenset({"shop.view", "products.view", "orders.view", "orders.cancel"}),
        Role.BOOKKEEPER: frozenset({"shop.view", "orders.view", "finance.view"}),
    }
)
"""What each role may do. Staff and bank account are the owner's alone."""

CURRENT: Final = frozenset({DocumentState.SUBMITTED, DocumentState.APPROVED})

_AGAIN: Final = frozenset({RequirementState.SUBMITTED, RequirementState.MISSING})
REQUIREMENT_MOVES: Final[Mapping[RequirementState, frozenset[RequirementState]]] = MappingProxyType(
    {
        RequirementState.MISSING: frozenset({RequirementState.SUBMITTED}),
        RequirementState.SUBMITTED: frozenset(RequirementState),
        RequirementState.REJECTED: _AGAIN,
        RequirementState.APPROVED: _AGAIN | {RequirementState.REJECTED},
    }
)
"""Only what is SUBMITTED can be approved. What changed or expired is MISSING again; an approval
that an operator takes back is REJECTED, since the reason says what to do."""


def state_by_requirements(
    now: ShopState, requirements: Mapping[Requirement, RequirementState]
) -> ShopState:
    """The shop's state after its requirements changed.

    A shop goes live when everything is approved. Once live it stays live (or suspended) while
    something is checked again; ending that is an operator's decision of its own.
    """
    if now in (ShopState.LIVE, ShopState.SUSPENDED):
        return now
    states = set(requirements.values())
    if states == {RequirementState.APPROVED}:
        return ShopState.LIVE
    if RequirementState.REJECTED in states:
        return ShopState.REJECTED
    return ShopState.ONBOARDING if RequirementState.MISSING in states else ShopState.IN_REVIEW


def is_waiting(requirements: Mapping[Requirement, RequirementState]) -> bool:
    """An operator has something to decide: nothing is missing and something is submitted."""
    states = set(requirements.values())
    return RequirementState.SUBMITTED in states and RequirementState.MISSING not in states


@dataclass(frozen=True, slots=True)
class Shop:
    """A shop as everybody may see it. `accent` is a colour (`#rrggbb`); keys name media files."""

    id: ShopId
    handle: str
    name: str
    tagline: str
    story: str
    market_id: str
    currency: str
    state: ShopState
    free_cancel_hours: int
    accent: str
    avatar_key: str | None
    banner_key: str | None
    opened_at: datetime
    live_at: datetime | None

    @property
    def is_live(self) -> bool:
        """It may sell now."""
        return self.state is ShopState.LIVE


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenShop:
    """What it takes to open a shop. Without a handle one is made from the name."""

    name: str
    market_id: str
    handle: str = ""
    tagline: str = ""
    story: str = ""
    accent: str = "#0f766e"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopSettings:
    """What the shop's staff may change. `free_cancel_hours` is one of the market's options."""

    name: str
    tagline: str
    story: str
    accent: str
    avatar_key: str | None
    banner_key: str | None
    free_cancel_hours: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Business:
    """The registered business. The market says which legal forms and address fields there are."""

    legal_form: str
    legal_name: str
    tax_number: str
    representative: str
    line1: str
    line2: str = ""
    district: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDocument:
    """A paper whose bytes are stored and checked already. `expires_on` is its last good day."""

    kind: str
    file_key: str
    content_type: str
    size_bytes: int
    expires_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A verification paper of a shop."""

    id: DocumentId
    kind: str
    file_key: str
    content_type: str
    size_bytes: int
    state: DocumentState
    expires_on: date | None
    added_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NewBankAccount:
    """A bank account as its owner typed it. Holder and legal name must be equal."""

    holder_name: str
    bank_name: str
    routing_code: str
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A shop that was verified elsewhere, with everything that a shop here has to show."""

    owner_id: PersonId
    shop: OpenShop
    business: Business
    documents: tuple[NewDocument, ...]
    bank: NewBankAccount


@dataclass(frozen=True, slots=True, kw_only=True)
class BankAccount:
    """A bank account, its number masked. `is_approved`: payouts may go there."""

    id: int
    holder_name: str
    bank_name: str
    routing_code: str
    number_masked: str
    is_approved: bool
    added_at: datetime


@dataclass(frozen=True, slots=True)
class ChecklistItem:
    """One requirement: where it stands, why it was rejected, and what is missing with its cure."""

    requirement: Requirement
    state: RequirementState
    reason: str
    decided_by: str | None
    decided_at: datetime | None
    missing: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Checklist:
    """What a shop still has to do before it sells."""

    shop_id: ShopId
    state: ShopState
    items: tuple[ChecklistItem, ...]

    @property
    def missing(self) -> tuple[Problem, ...]:
        """Everything that is missing, each thing once."""
        return tuple(problem for item in self.items for problem in item.missing)


@dataclass(frozen=True, slots=True)
class QueueItem:
    """A shop that waits for an operator, and since when."""

    shop_id: ShopId
    handle: str
    name: str
    market_id: str
    state: ShopState
    waiting_since: datetime


@dataclass(frozen=True, slots=True)
class StaffMember:
    """Somebody who works in a shop."""

    person_id: PersonId
    name: str
    role: Role
    joined_at: datetime


@dataclass(frozen=True, slots=True)
class Membership:
    """A shop that a person works in."""

    shop_id: ShopId
    role: Role


@dataclass(frozen=True, slots=True)
class Invitation:
    """An open invitation. It is void after `expires_at`."""

    id: int
    email: str
    role: Role
    invited_at: datetime
    expires_at: datetime


def documents_missing(required: Collection[str], current: Collection[str]) -> tuple[str, ...]:
    """The kinds of papers that are required and not there, in the market's order."""
    return tuple(kind for kind in required if kind not in current)


def masked(number: str) -> str:
    """A bank number as people may see it: its last four places."""
    return f"•••• {number[-4:]}"
