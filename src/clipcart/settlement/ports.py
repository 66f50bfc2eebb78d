"""What settlement needs of a bank. Every call may be repeated: `key` names the deed, done once.

An adapter raises Outage when it does not know what happened; the same call is made again later.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from clipcart.kit.ids import PayoutId, ShopId
from clipcart.kit.money import Money


class Said(StrEnum):
    """What a bank can say of a transfer."""

    PENDING = "PENDING"
    PAID = "PAID"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True)
class Transfer:
    """Money to send to a shop's bank account."""

    shop_id: ShopId
    payout_id: PayoutId
    amount: Money
    holder_name: str
    routing_code: str
    number: str

    @property
    def key(self) -> str:
        """The idempotency key: one payout is sent at most once."""
        return transfer_key(self.shop_id, self.payout_id)


def transfer_key(shop_id: ShopId, payout_id: PayoutId) -> str:
    """How the bank knows a payout."""
    return f"payout-{shop_id}-{payout_id}"


@dataclass(frozen=True, slots=True)
class BankNews:
    """What a bank says of a payout, by answer or by callback."""

    shop_id: ShopId
    payout_id: PayoutId
    said: Said
    ref: str
    amount: Money
    reason: str | None = None


class Bank(Protocol):
    """The platform's bank. Only jobs call it, never inside a transaction."""

    name: str

    async def pay(self, transfers: Sequence[Transfer]) -> Sequence[BankNews]:
        """Send the money, or say how far that has come; in the order of the transfers."""

    async def look(self, payouts: Sequence[tuple[ShopId, PayoutId]]) -> Mapping[PayoutId, BankNews]:
        """What is known of payouts by now; those that never arrived at the bank are left out."""

    def verify(self, headers: Mapping[str, str], body: bytes) -> str:
        """The id of a genuine callback. Raises CallbackRefused for any other."""

    def read(self, body: bytes) -> BankNews:
        """What a genuine callback says."""
