"""What fulfilment needs of carriers, and what a carrier may count on.

Calls come from jobs, never inside a transaction. Every call may be repeated: `key` names the
label, and a carrier makes one label once. An adapter raises Outage when it does not know what
happened; then the same call is made again later. What a carrier sees of a parcel comes back
through `record_scans`.
"""

from dataclasses import dataclass
from typing import Protocol

from clipcart.kit.ids import PackageId, ShopId


class LabelRefused(Exception):
    """The carrier will not take this parcel. Its text is for people: why, and what to do."""


@dataclass(frozen=True, slots=True)
class Stop:
    """Where a parcel starts or ends."""

    name: str
    line1: str
    line2: str
    city: str
    region: str
    postal_code: str
    country: str


@dataclass(frozen=True, slots=True)
class Parcel:
    """A package as a carrier gets to know it. `promised_days` are business days on the way."""

    shop_id: ShopId
    package_id: PackageId
    label_number: int
    market_id: str
    carrier: str
    service: str
    promised_days: int
    weight_g: int
    sender: Stop
    recipient: Stop

    @property
    def key(self) -> str:
        """The idempotency key: one label is bought once."""
        return label_key(self.shop_id, self.package_id, self.label_number)


def label_key(shop_id: ShopId, package_id: PackageId, label_number: int) -> str:
    """How a label is called between us and a carrier."""
    return f"label-{shop_id}-{package_id}-{label_number}"


class Carrier(Protocol):
    """A way to all carriers of the markets: a carrier's own interface, or a network of many."""

    name: str

    async def buy_label(self, parcel: Parcel) -> str:
        """Buy a label; gives its tracking number. Raises LabelRefused."""

    async def void_label(self, key: str, carrier: str, tracking_number: str) -> bool:
        """Give a label up, or stop watching a number. Whether it was early enough."""

    async def track(self, parcel: Parcel, tracking_number: str) -> bool:
        """Watch a parcel under the seller's own number. Whether the number can be watched."""
