"""Facts of fulfilment. They stand in the log of the order, so that its timeline can show them."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from clipcart.kit.events import Event, event
from clipcart.kit.ids import OrderId, PackageId, PersonId, ShopId


@event
@dataclass(frozen=True, slots=True)
class PackageCreated(Event):
    """The shop packed units of an order. `mode` is one of model.Mode."""

    NAME: ClassVar[str] = "fulfilment.package_created"
    SUBJECT: ClassVar[str] = "order_id"
    shop_id: ShopId
    order_id: OrderId
    package_id: PackageId
    person_id: PersonId
    mode: str
    carrier: str
    units: int


@event
@dataclass(frozen=True, slots=True)
class LabelMade(Event):
    """The package has a label and a tracking number, and waits for the carrier."""

    NAME: ClassVar[str] = "fulfilment.label_made"
    SUBJECT: ClassVar[str] = "order_id"
    shop_id: ShopId
    order_id: OrderId
    package_id: PackageId
    person_id: PersonId
    mode: str
    carrier: str
    tracking_number: str


@event
@dataclass(frozen=True, slots=True)
class LabelFailed(Event):
    """No label could be bought; the shop has to choose another way."""

    NAME: ClassVar[str] = "fulfilment.label_failed"
    SUBJECT: ClassVar[str] = "order_id"
    shop_id: ShopId
    order_id: OrderId
    package_id: PackageId
    person_id: PersonId
    carrier: str
    problem: str


@event
@dataclass(frozen=True, slots=True)
class LabelVoided(Event):
    """The shop gave a label up for another one before the carrier had the package."""

    NAME: ClassVar[str] = "fulfilment.label_voided"
    SUBJECT: ClassVar[str] = "order_id"
    shop_id: ShopId
    order_id: OrderId
    package_id: PackageId
    person_id: PersonId
    carrier: str
    tracking_number: str


@event
@dataclass(frozen=True, slots=True)
class PackageCollected(Event):
    """The first scan: the carrier has the package, or the seller says so (SELLER mode)."""

    NAME: ClassVar[str] = "fulfilment.package_collected"
    SUBJECT: ClassVar[str] = "order_id"
    shop_id: ShopId
    order_id: OrderId
    package_id: PackageId
    person_id: PersonId
    carrier: str
    tracking_number: str


@event
@dataclass(frozen=True, slots=True)
class PackageScanned(Event):
    """Somebody saw the package. `kind` is one of model.ScanKind, `scanned_at` the scan's own time.

    Each scan is announced once, also one that came too late to change anything.
    """

    NAME: ClassVar[str] = "fulfilment.package_scanned"
    SUBJECT: ClassVar[str] = "order_id"
    shop_id: ShopId
    order_id: OrderId
    package_id: PackageId
    person_id: PersonId
    kind: str
    place: str
    scanned_at: datetime


@event
@dataclass(frozen=True, slots=True)
class PackageDelivered(Event):
    """The package is at the buyer's door."""

    NAME: ClassVar[str] = "fulfilment.package_delivered"
    SUBJECT: ClassVar[str] = "order_id"
    shop_id: ShopId
    order_id: OrderId
    package_id: PackageId
    person_id: PersonId


@event
@dataclass(frozen=True, slots=True)
class PackageLost(Event):
    """The carrier lost the package."""

    NAME: ClassVar[str] = "fulfilment.package_lost"
    SUBJECT: ClassVar[str] = "order_id"
    shop_id: ShopId
    order_id: OrderId
    package_id: PackageId
    person_id: PersonId
    carrier: str
    tracking_number: str


@event
@dataclass(frozen=True, slots=True)
class PackageCancelled(Event):
    """The order was called off before the carrier had the package; its units are back in stock."""

    NAME: ClassVar[str] = "fulfilment.package_cancelled"
    SUBJECT: ClassVar[str] = "order_id"
    shop_id: ShopId
    order_id: OrderId
    package_id: PackageId
    person_id: PersonId
    units: int
