"""What payments needs of a provider, and what a provider may count on.

Charges come in sets: a provider with no such call makes single ones side by side (`side_by_side`).
Every call may be repeated: `key` names the deed, and a provider does one deed once. An adapter
raises Outage when it does not know what happened; then the same call is made again later.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from clipcart.kit.errors import Outage
from clipcart.kit.ids import PaymentId, PersonId, RefundId, ShopId
from clipcart.kit.money import Money
from clipcart.payments.model import News, RefundNews
from clipcart.payments.tenders import Tender


@dataclass(frozen=True, slots=True)
class ChargeOrder:
    """One attempt to charge. `ref` is the provider's own name of it, once it was heard."""

    person_id: PersonId
    payment_id: PaymentId
    attempt: int
    amount: Money
    method: str
    captures_at_once: bool
    tenders: tuple[Tender, ...] = ()
    ref: str | None = None

    @property
    def key(self) -> str:
        """The idempotency key: one attempt charges at most once."""
        return f"charge-{self.payment_id}-{self.attempt}"


@dataclass(frozen=True, slots=True)
class RefundOrder:
    """Money to give back from the charge `charge_ref`. `ref` is the refund's own name, if known.

    `tenders` say over which ways it goes back; empty is the charge's own.
    """

    shop_id: ShopId
    refund_id: RefundId
    charge_ref: str
    amount: Money
    tenders: tuple[Tender, ...] = ()
    ref: str | None = None

    @property
    def key(self) -> str:
        """The idempotency key: one refund pays back at most once."""
        return f"refund-{self.shop_id}-{self.refund_id}"


class Provider(Protocol):
    """A payment provider. Only jobs call it, never inside a transaction."""

    name: str

    async def charge_many(self, orders: Sequence[ChargeOrder]) -> Sequence[News | Outage]:
        """Hold or take each amount; what became of each, in their order. Raises for none."""

    async def look_many(self, orders: Sequence[ChargeOrder]) -> Sequence[News | Outage]:
        """What is known of each attempt by now, in their order. Raises for none."""

    async def capture(self, order: ChargeOrder) -> News:
        """Take an amount that is held."""

    async def void(self, order: ChargeOrder) -> News:
        """Give an attempt up. Says CAPTURED when it is too late, so that it can be refunded."""

    async def refund(self, order: RefundOrder) -> RefundNews:
        """Give money back, or say how far that has come."""

    def verify(self, headers: Mapping[str, str], body: bytes, now: datetime) -> str:
        """The id of a genuine callback. Raises CallbackRefused for any other."""

    def read(self, body: bytes) -> Sequence[News | RefundNews]:
        """What a stored callback says; nothing where it is of no interest to us."""


AT_ONCE = 16
"""Single calls under way at once where a provider takes no sets."""


async def side_by_side(
    call: Callable[[ChargeOrder], Awaitable[News]], orders: Sequence[ChargeOrder]
) -> Sequence[News | Outage]:
    """A call for each order, at most AT_ONCE together; an outage is the outcome of its order."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(order: ChargeOrder) -> News | Outage:
        async with gate:
            try:
                return await call(order)
            except Outage as outage:
                return outage

    return await asyncio.gather(*(one(order) for order in orders))
