"""How orders of the history are paid here: by the test provider, at the moment that history says.

A token carries the way to pay and the moment. Until then the provider is still thinking; then it
charges, and calls back like any provider. Who asks it earlier, or asks it to give up, is answered
as by any provider.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Final

from clipcart import payments
from clipcart.kit.clock import wall_now
from clipcart.kit.crypto import is_same, sign
from clipcart.kit.db import Tx
from clipcart.kit.errors import Outage
from clipcart.kit.ids import PaymentId, PersonId
from clipcart.kit.money import Money
from clipcart.ops.replaying.clockwork import StillDatabase
from clipcart.ops.replaying.plan import Grains, Plan
from clipcart.payments import (
    ChargeOrder,
    News,
    RefundNews,
    RefundOrder,
    Said,
    Tender,
    TenderKind,
    kind_of,
)

NOBODYS_CARD: Final = "4000000000000002"
SIGNATURE: Final = "history-signature"
_WORD: Final = "history"

KIND_OF: Final[Mapping[str, TenderKind]] = MappingProxyType(
    {
        "boleto": TenderKind.BOLETO,
        "credit_card": TenderKind.CARD,
        "debit_card": TenderKind.DEBIT,
        "voucher": TenderKind.VOUCHER,
    }
)
"""The tender of each of the files' payment types."""
TYPE_OF: Final[Mapping[TenderKind, str]] = MappingProxyType(
    {kind: type_ for type_, kind in KIND_OF.items()}
)

Due = tuple[PersonId, PaymentId, Plan]
"""Whose payment is to be captured now."""


def tenders(each: Plan) -> tuple[Tender, ...]:
    """What the purchase is paid with here: the files' types and the plan's amounts."""
    return tuple(Tender(KIND_OF[type_], Money.of(minor, "BRL")) for type_, minor in each.tenders)


class HistoricProvider:
    """The test provider, which charges a token of ours no earlier than at its moment."""

    name: str = "test"

    def __init__(self, provider: payments.TestProvider, db: StillDatabase, secret: str) -> None:
        self._provider = provider
        self._db = db
        self._secret = secret
        self._at_once = {kind: provider.token_of(kind, after=timedelta(0)) for kind in TenderKind}
        self._nobodys = provider.tokenise(NOBODYS_CARD, "12/39", "123", wall_now())

    def token(self, each: Plan, grains: Grains) -> str:
        """A token that pays the order when history did; one that never does without a payment.

        One token stands for all tenders: it is of the largest one's kind.
        """
        if each.pay is None:
            return self._nobodys
        largest = max(each.tenders, key=lambda tender: (tender[1], tender[0]))[0]
        seconds = int(grains.start(each.pay).timestamp())
        return f"{KIND_OF[largest].value.lower()}_{_WORD}_{seconds}"

    async def capture_due(self, due: Sequence[Due], grains: Grains) -> None:
        """Charge what is due, and call back about it. Once, however often it is asked for."""
        orders = [
            ChargeOrder(
                person_id,
                payment_id,
                1,
                Money.of(each.total_minor, "BRL"),
                self.token(each, grains),
                captures_at_once=True,
            )
            for person_id, payment_id, each in due
        ]
        said = await self.charge_many(orders)
        bodies = [self._body(news) for news in said if isinstance(news, News)]

        async def call_back(tx: Tx) -> None:
            await payments.store_callbacks(
                tx, self, [({SIGNATURE: sign(self._secret, _WORD, body)}, body) for body in bodies]
            )

        await self._db.retrying(call_back)

    # -- the port ------------------------------------------------------------------------------

    async def charge_many(self, orders: Sequence[ChargeOrder]) -> Sequence[News | Outage]:
        """Charge what is due; of the rest it is still thinking."""
        due = [order for order in orders if self._is_due(order)]
        told = await self._provider.charge_many([self._plain(order) for order in due])
        news = {order.key: each for order, each in zip(due, told, strict=True)}
        return [news.get(order.key) or self._thinking(order) for order in orders]

    async def look_many(self, orders: Sequence[ChargeOrder]) -> Sequence[News | Outage]:
        """As asking to charge again: one attempt charges at most once."""
        return await self.charge_many(orders)

    async def capture(self, order: ChargeOrder) -> News:
        """Take an amount that is held."""
        return await self._provider.capture(self._plain(order))

    async def void(self, order: ChargeOrder) -> News:
        """Give an attempt up."""
        return await self._provider.void(self._plain(order))

    async def refund(self, order: RefundOrder) -> RefundNews:
        """Give money back."""
        return await self._provider.refund(order)

    def verify(self, headers: Mapping[str, str], body: bytes, now: datetime) -> str:
        """The id of a callback of ours, or of the test provider's own."""
        given = headers.get(SIGNATURE, "")
        if given and is_same(given, sign(self._secret, _WORD, body)):
            return str(json.loads(body)["id"])
        return self._provider.verify(headers, body, now)

    def read(self, body: bytes) -> Sequence[News | RefundNews]:
        """What a callback says: ours are written as the test provider's."""
        return self._provider.read(body)

    # -- inside --------------------------------------------------------------------------------

    def _is_due(self, order: ChargeOrder) -> bool:
        if not _is_ours(order.method):
            return True
        seconds = int(order.method.rpartition("_")[2])
        return datetime.fromtimestamp(seconds, UTC) <= self._db.moment

    def _plain(self, order: ChargeOrder) -> ChargeOrder:
        """The order with a token of the test provider's own that is paid at once."""
        if not _is_ours(order.method):
            return order
        return replace(order, method=self._at_once[kind_of(order.method)])

    def _thinking(self, order: ChargeOrder) -> News:
        return News(
            person_id=order.person_id,
            payment_id=order.payment_id,
            attempt=order.attempt,
            said=Said.PROCESSING,
            ref=f"tp_{order.key}",
            amount=order.amount,
        )

    def _body(self, news: News) -> bytes:
        told = {
            "id": f"{news.ref}:{news.said}",
            "kind": "charge",
            "ref": news.ref,
            "person_id": news.person_id,
            "payment_id": news.payment_id,
            "attempt": news.attempt,
            "said": news.said.value,
            "amount_minor": news.amount.minor,
            "currency": news.amount.currency.code,
            "reason": news.reason,
            "brand": news.brand,
            "last4": news.last4,
        }
        return json.dumps(told).encode()


def _is_ours(method: str) -> bool:
    """Whether it is one of our tokens: kind, word, moment."""
    return method.split("_")[1:2] == [_WORD]
