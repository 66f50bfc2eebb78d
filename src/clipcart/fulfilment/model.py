"""Packages as values: states and moves, wishes to ship, scans and what they mean."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from clipcart.kit.errors import Problem, Refusal
from clipcart.kit.ids import LineId, OrderId, PackageId, PersonId, ShopId, SkuId
from clipcart.kit.jobs import JobKind, Lane
from clipcart.orders import LineShipped

PackageKey = tuple[ShopId, PackageId]
HEAVIEST_G: Final = 1_000_000
"""More than any parcel weighs: a typing error."""
LONGEST_KEY: Final = 100


class State(StrEnum):
    """How far a package has come.

    TO_FULFIL has no label yet, PROCESSING waits for the carrier, FULFILLING is with it. CANCELLED
    was called off before collection, or lost.
    """

    TO_FULFIL = "TO_FULFIL"
    PROCESSING = "PROCESSING"
    FULFILLING = "FULFILLING"
    COMPLETED = "COMPLETED"
    CANCELLED = "CANCELLED"


MOVES: Final[Mapping[State, frozenset[State]]] = MappingProxyType(
    {
        State.TO_FULFIL: frozenset({State.PROCESSING, State.CANCELLED}),
        State.PROCESSING: frozenset(
            {State.TO_FULFIL, State.FULFILLING, State.COMPLETED, State.CANCELLED}
        ),
        State.FULFILLING: frozenset({State.COMPLETED, State.CANCELLED}),
        State.COMPLETED: frozenset(),
        State.CANCELLED: frozenset(),
    }
)
"""Where a package may go. PROCESSING goes back only to get another label."""

NOT_COLLECTED: Final = frozenset({State.TO_FULFIL, State.PROCESSING})
"""Still with the shop: the label can be changed, the package called off."""


class Mode(StrEnum):
    """Who gets the label: the platform buys it, or the seller brings a tracking number."""

    PLATFORM = "PLATFORM"
    SELLER = "SELLER"


class ScanKind(StrEnum):
    """What was seen. HANDED_OVER is the seller's word; all others are the carrier's.

    Of packages under its own labels the seller may tell DELIVERED and NOT_DELIVERED too.
    """

    HANDED_OVER = "HANDED_OVER"
    COLLECTED = "COLLECTED"
    IN_TRANSIT = "IN_TRANSIT"
    OUT_FOR_DELIVERY = "OUT_FOR_DELIVERY"
    DELAYED = "DELAYED"
    NOT_DELIVERED = "NOT_DELIVERED"
    DELIVERED = "DELIVERED"
    LOST = "LOST"


class DeliveryKind(StrEnum):
    """What a seller tells: it arrived, an attempt failed, or here is the proof."""

    DELIVERED = "DELIVERED"
    NOT_DELIVERED = "NOT_DELIVERED"
    PROOF = "PROOF"


class ProofKind(StrEnum):
    """What proves a delivery."""

    PICTURE = "PICTURE"
    DOCUMENT = "DOCUMENT"


@dataclass(frozen=True, slots=True)
class DeliveryTold:
    """What a seller tells of a delivery. `proof_key` is the proof's name in the media store.

    A failed attempt needs its `reason`, in the words of who tells; a PROOF needs the proof.
    """

    kind: DeliveryKind
    reason: str = ""
    proof_kind: ProofKind | None = None
    proof_key: str | None = None

    def problems(self) -> list[Problem | None]:
        """What is missing."""
        is_failed = self.kind is DeliveryKind.NOT_DELIVERED
        return [
            None
            if bool(self.reason) is is_failed
            else Problem(
                "reason", "A failed attempt, and only that, has a reason.", "Say why it failed."
            ),
            None
            if (self.proof_kind is None) is (self.proof_key is None)
            else Problem("proof", "A proof is of a kind.", "Say whether it is a picture."),
            None
            if self.kind is not DeliveryKind.PROOF or self.proof_key is not None
            else Problem("proof", "The proof is missing.", "Upload it and name it."),
        ]


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """What a seller told of a delivery, and when."""

    kind: DeliveryKind
    reason: str
    proof_kind: ProofKind | None
    proof_key: str | None
    told_at: datetime
    told_by: str


def state_after(kinds: Iterable[ScanKind]) -> State:
    """Where scans bring a package, in whatever order they were heard.

    Any scan shows that the carrier has it. A parcel reported lost and delivered at once was found.
    """
    seen = set(kinds)
    if ScanKind.DELIVERED in seen:
        return State.COMPLETED
    return State.CANCELLED if ScanKind.LOST in seen else State.FULFILLING


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelWish:
    """How a package is to travel.

    PLATFORM takes the named carrier or the market's first, and the number comes with the label;
    SELLER needs both carrier and tracking number.
    """

    mode: Mode = Mode.PLATFORM
    carrier: str = ""
    tracking_number: str = ""

    def problems(self) -> list[Problem | None]:
        """What is missing or too much."""
        if self.mode is Mode.PLATFORM:
            if not self.tracking_number:
                return []
            rule = "A label bought here comes with its own number."
            return [
                Problem("tracking_number", rule, "Leave it empty, or ship with your own label.")
            ]
        return [
            None
            if self.carrier
            else Problem("carrier", "The carrier is missing.", "Choose who takes the parcel."),
            None
            if self.tracking_number.strip()
            else Problem(
                "tracking_number",
                "The tracking number is missing.",
                "Enter it as it stands on the label or receipt.",
            ),
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipRequest:
    """A package to make. `lines` None is everything that is still open.

    `key` is the caller's own name of this wish (a form's token): the same key of the same order
    gives the same package again. Without `weight_g` the lines' weights are added up.
    """

    label: LabelWish = LabelWish()
    lines: tuple[LineShipped, ...] | None = None
    weight_g: int | None = None
    key: str = ""

    def problems(self) -> list[Problem | None]:
        """What is wrong with it, whatever the order."""
        lines = self.lines
        named = [] if lines is None else [line.line_id for line in lines]
        return [
            *self.label.problems(),
            None
            if lines is None or lines
            else Problem("lines", "A package is not empty.", "Choose what goes into it."),
            None
            if len(set(named)) == len(named)
            else Problem("lines", "A line is named twice.", "Name it once, with all its units."),
            None
            if self.weight_g is None or 0 < self.weight_g <= HEAVIEST_G
            else Problem("weight_g", "No parcel weighs this.", f"Enter 1 to {HEAVIEST_G} grams."),
            None
            if len(self.key) <= LONGEST_KEY
            else Problem("key", f"A key has at most {LONGEST_KEY} characters.", "Shorten it."),
        ]


@dataclass(frozen=True, slots=True)
class PackageLine:
    """Units of one line of the order."""

    line_id: LineId
    sku_id: SkuId
    quantity: int


@dataclass(frozen=True, slots=True)
class Scan:
    """What was seen of a package: `at` by the reporter's clock, `heard_at` by ours."""

    kind: ScanKind
    at: datetime
    place: str
    heard_at: datetime
    reported_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A package with its contents and scans, oldest scan first.

    `carrier` is the carrier's id; `tracking_url` its page about the number, where it has one.
    `label_problem` says in words why no label could be bought.
    """

    id: PackageId
    shop_id: ShopId
    order_id: OrderId
    buyer_id: PersonId
    state: State
    mode: Mode
    carrier: str
    carrier_name: str
    service: str
    tracking_number: str | None
    tracking_url: str | None
    is_tracked: bool
    label_problem: str | None
    weight_g: int
    units: int
    lines: tuple[PackageLine, ...]
    scans: tuple[Scan, ...]
    created_at: datetime
    changed_at: datetime
    label_made_at: datetime | None
    collected_at: datetime | None
    delivered_at: datetime | None
    lost_at: datetime | None
    cancelled_at: datetime | None

    @property
    def is_lost(self) -> bool:
        """The carrier lost it."""
        return self.lost_at is not None


@dataclass(frozen=True, slots=True)
class ScanReport:
    """A scan as somebody reports it; `key` is the reporter's own name of it."""

    shop_id: ShopId
    package_id: PackageId
    tracking_number: str
    key: str
    kind: ScanKind
    at: datetime
    place: str = ""


@dataclass(frozen=True, slots=True)
class ShipOutcome:
    """What became of one order of a batch: a package, or why there is none."""

    order_id: OrderId
    package: Package | None = None
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class PackageFilter:
    """Which packages of a shop to list. Empty sets and texts leave nothing out."""

    states: frozenset[State] = frozenset()
    tracking_number: str = ""


@dataclass(frozen=True, slots=True)
class LabelTask:
    """Which label of which package a job is about."""

    shop_id: ShopId
    package_id: PackageId
    label_number: int


@dataclass(frozen=True, slots=True)
class VoidTask:
    """A label that is no longer wanted."""

    shop_id: ShopId
    package_id: PackageId
    label_number: int
    carrier: str
    tracking_number: str


BUY_LABEL: Final = JobKind("fulfilment.buy_label", LabelTask, Lane.PROMPT)
TRACK: Final = JobKind("fulfilment.track", LabelTask, Lane.PROMPT)
VOID_LABEL: Final = JobKind("fulfilment.void_label", VoidTask, Lane.PROMPT)
