"""Fulfilment: from a paid order to a parcel at the door.

Owns      schema `fulfilment`
Calls     identity, markets, sellers, inventory, orders
Tells     PackageCreated, LabelMade, PackageCollected, PackageScanned, PackageDelivered, ...
Promises  a unit is in one package; packages move only along MOVES; scans twice or late are inert.
"""

from clipcart.fulfilment.actions.delivering import delivery_reports, tell_delivery
from clipcart.fulfilment.actions.labels import replace_label
from clipcart.fulfilment.actions.shipping import ship, ship_many
from clipcart.fulfilment.actions.shipping_sets import ship_orders
from clipcart.fulfilment.actions.tracking import mark_shipped, record_scan, record_scans
from clipcart.fulfilment.carriers import KnownCarrier, TrackingMatch, make_tracking_number
from clipcart.fulfilment.carriers import carrier as known_carrier
from clipcart.fulfilment.carriers import carriers as known_carriers
from clipcart.fulfilment.carriers import check as check_tracking
from clipcart.fulfilment.carriers import identify as identify_tracking
from clipcart.fulfilment.contents import packages_of_units
from clipcart.fulfilment.errors import (
    CannotChangeLabel,
    CannotHandOver,
    CannotTellDelivery,
    CarrierNotAllowed,
    InvalidTracking,
    NoLabelYet,
    NoSuchCarrier,
    ProofNeeded,
    TrackingTaken,
)
from clipcart.fulfilment.events import (
    LabelFailed,
    LabelMade,
    LabelVoided,
    PackageCancelled,
    PackageCollected,
    PackageCreated,
    PackageDelivered,
    PackageLost,
    PackageScanned,
)
from clipcart.fulfilment.model import (
    MOVES,
    DeliveryKind,
    DeliveryReport,
    DeliveryTold,
    LabelWish,
    Mode,
    Package,
    PackageFilter,
    PackageKey,
    PackageLine,
    ProofKind,
    Scan,
    ScanKind,
    ScanReport,
    ShipOutcome,
    ShipRequest,
    State,
)
from clipcart.fulfilment.parcels import address_lines, sender_of
from clipcart.fulfilment.ports import Carrier, LabelRefused, Parcel, Stop
from clipcart.fulfilment.printing import label_and_slip_pdf, label_pdf, slip_pdf
from clipcart.fulfilment.queries import (
    package_for,
    packages_by_keys,
    packages_of_order,
    packages_of_orders,
    packages_of_shop,
)
from clipcart.fulfilment.searching import By as PackageSearchBy
from clipcart.fulfilment.searching import PackageSearch, count_packages, search_packages

__all__ = [
    "MOVES",
    "CannotChangeLabel",
    "CannotHandOver",
    "CannotTellDelivery",
    "Carrier",
    "CarrierNotAllowed",
    "DeliveryKind",
    "DeliveryReport",
    "DeliveryTold",
    "InvalidTracking",
    "KnownCarrier",
    "LabelFailed",
    "LabelMade",
    "LabelRefused",
    "LabelVoided",
    "LabelWish",
    "Mode",
    "NoLabelYet",
    "NoSuchCarrier",
    "Package",
    "PackageCancelled",
    "PackageCollected",
    "PackageCreated",
    "PackageDelivered",
    "PackageFilter",
    "PackageKey",
    "PackageLine",
    "PackageLost",
    "PackageScanned",
    "PackageSearch",
    "PackageSearchBy",
    "Parcel",
    "ProofKind",
    "ProofNeeded",
    "Scan",
    "ScanKind",
    "ScanReport",
    "ShipOutcome",
    "ShipRequest",
    "State",
    "Stop",
    "TrackingMatch",
    "TrackingTaken",
    "address_lines",
    "check_tracking",
    "count_packages",
    "delivery_reports",
    "identify_tracking",
    "known_carrier",
    "known_carriers",
    "label_and_slip_pdf",
    "label_pdf",
    "make_tracking_number",
    "mark_shipped",
    "package_for",
    "packages_by_keys",
    "packages_of_order",
    "packages_of_orders",
    "packages_of_shop",
    "packages_of_units",
    "record_scan",
    "record_scans",
    "replace_label",
    "search_packages",
    "sender_of",
    "ship",
    "ship_many",
    "ship_orders",
    "slip_pdf",
    "tell_delivery",
]
