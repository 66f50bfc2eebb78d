"""Jobs of payments: call the provider, then book what it said in a transaction of its own."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from clipcart.kit.db import Database, Tx
from clipcart.kit.errors import Outage
from clipcart.kit.ids import PLATFORM, PaymentId, PersonId, RefundId, ShopId
from clipcart.kit.jobs import Job, Outcome, Postpone
from clipcart.kit.money import Money
from clipcart.payments._sql import giving, paying
from clipcart.payments.actions.hearing import hear, hear_refunds, read_callbacks
from clipcart.payments.model import (
    CAPTURE,
    CHARGE,
    GIVE_BACK,
    OPEN,
    READ_CALLBACK,
    REFUND,
    VOID,
    Charge,
    GiveBack,
    News,
    PaymentState,
    ReadCallback,
    RefundNews,
    RefundSaid,
    Said,
    SendRefund,
    VoidAttempt,
    look_again_s,
)
from clipcart.payments.ports import ChargeOrder, Provider, RefundOrder
from clipcart.payments.tenders import Tender, TenderKind

OUTAGE_PAUSE_S = 20
CHARGES_AT_ONCE = 250
CALLBACKS_AT_ONCE = 250
_UNDECIDED = (Said.PROCESSING, Said.CHALLENGE)


class Cashier:
    """The job bodies, holding the provider that they talk to."""

    def __init__(self, provider: Provider) -> None:
        self._provider = provider

    async def charge(self, db: Database, payloads: Sequence[Charge]) -> Sequence[Outcome]:
        """Charge attempts, and ask about them until the provider has decided.

        Reading, charging and recording are a few statements for the whole set. Recording locks
        the payments in the order of their ids, as everybody does.
        """
        async with db.reading() as tx:
            rows = await tx.all(
                paying.PAYMENTS,
                person_ids=[payload.person_id for payload in payloads],
                ids=[payload.payment_id for payload in payloads],
            )
            now = tx.now
        wanted = {
            Charge(PersonId(row.person_id), PaymentId(row.id), row.attempt): row
            for row in rows
            if row.state in OPEN and row.open_splits
        }
        asked = [payload for payload in dict.fromkeys(payloads) if payload in wanted]
        orders = [_order(row := wanted[one], row.attempt, row.provider_ref) for one in asked]
        new = [order for order in orders if order.ref is None]
        known = [order for order in orders if order.ref is not None]
        said = dict(zip(new, await self._provider.charge_many(new), strict=True)) if new else {}
        if known:
            said |= zip(known, await self._provider.look_many(known), strict=True)
        heard = [news for news in said.values() if isinstance(news, News)]
        await db.retrying(lambda tx: hear(tx, self._provider.name, heard))
        outcomes = {
            one: _outcome(said[order], now - wanted[one].requested_at)
            for one, order in zip(asked, orders, strict=True)
        }
        return [outcomes.get(payload) for payload in payloads]

    async def capture(self, db: Database, payload: Charge) -> None:
        """Take what is held."""
        payment, _ = await _payment(db, payload)
        if payment is None or payment.state != PaymentState.AUTHORISED:
            return
        try:
            news = await self._provider.capture(
                _order(payment, payload.attempt, payment.provider_ref)
            )
        except Outage as outage:
            raise Postpone(OUTAGE_PAUSE_S, str(outage)) from outage
        await self._hear(db, news)

    async def void(self, db: Database, payload: VoidAttempt) -> None:
        """Give up one attempt. When it came through all the same, that is what is heard."""
        async with db.reading() as tx:
            payment = await tx.maybe(
                paying.PAYMENT, person_id=payload.person_id, id=payload.payment_id
            )
            now = tx.now
        if payment is None or payment.captured_attempt == payload.attempt:
            return
        # Once another attempt was captured, the name that is kept is that one's.
        is_its = payment.attempt == payload.attempt and payment.captured_attempt is None
        known = payment.provider_ref if is_its else None
        order = _order(payment, payload.attempt, payload.ref or known)
        try:
            news = await self._provider.void(order)
        except Outage as outage:
            raise Postpone(OUTAGE_PAUSE_S, str(outage)) from outage
        await self._hear(db, news)
        if news.said in (*_UNDECIDED, Said.AUTHORISED):
            raise Postpone(look_again_s(now - payment.requested_at), "cannot be given up yet")

    async def refund(self, db: Database, payload: SendRefund) -> None:
        """Give money back, and ask until it has arrived or failed."""
        async with db.reading() as tx:
            row = await tx.one(giving.REFUND_TO_SEND, shop_id=payload.shop_id, id=payload.refund_id)
            now = tx.now
        if row.state != "REQUESTED" or row.charge_ref is None:
            return
        order = RefundOrder(
            shop_id=ShopId(row.shop_id),
            refund_id=RefundId(row.id),
            charge_ref=row.charge_ref,
            amount=Money.of(row.amount_minor, row.currency),
            tenders=_tenders(row.tender_kinds, row.tender_minors, row.currency),
            ref=row.provider_ref,
        )
        news = await self._send(order)
        await db.retrying(lambda tx: hear_refunds(tx, self._provider.name, [news]))
        if news.said is RefundSaid.PENDING:
            raise Postpone(look_again_s(now - row.requested_at), "the refund is under way")

    async def give_back(self, db: Database, payload: GiveBack) -> None:
        """Give back a second capture of one payment, which was never in our books."""
        async with db.reading() as tx:
            found = await tx.one(giving.EXCEPTION, id=payload.exception_id)
        if found.resolution is not None:
            return
        order = RefundOrder(
            shop_id=PLATFORM,
            refund_id=RefundId(found.id),
            charge_ref=found.provider_ref,
            amount=Money.of(found.amount_minor, found.currency),
        )
        news = await self._send(order)
        if news.said is RefundSaid.PENDING:
            raise Postpone(look_again_s(timedelta(0)), "the refund is under way")
        if news.said is RefundSaid.FAILED:
            raise RuntimeError(f"a second capture cannot be given back: {news.reason}")

        async def note(tx: Tx) -> None:
            await tx.run(
                giving.RESOLVE_EXCEPTION,
                id=found.id,
                resolution=f"given back as {news.ref}",
                now=tx.now,
            )

        await db.retrying(note)

    async def callbacks(self, db: Database, payloads: Sequence[ReadCallback]) -> Sequence[Outcome]:
        """Read stored callbacks, all in one transaction."""
        mine = [one.callback_id for one in payloads if one.provider == self._provider.name]
        await db.retrying(lambda tx: read_callbacks(tx, self._provider, mine))
        return [
            None
            if one.provider == self._provider.name
            else LookupError(f"no provider {one.provider} is configured to read its callback")
            for one in payloads
        ]

    async def _send(self, order: RefundOrder) -> RefundNews:
        try:
            return await self._provider.refund(order)
        except Outage as outage:
            raise Postpone(OUTAGE_PAUSE_S, str(outage)) from outage

    async def _hear(self, db: Database, news: News) -> None:
        await db.retrying(lambda tx: hear(tx, self._provider.name, [news]))


async def _payment(db: Database, payload: Charge) -> tuple[paying.PaymentRow | None, datetime]:
    """The payment while the attempt is its newest, and the time."""
    async with db.reading() as tx:
        row = await tx.maybe(paying.PAYMENT, person_id=payload.person_id, id=payload.payment_id)
        return (row if row is not None and row.attempt == payload.attempt else None), tx.now


def _outcome(said: News | Outage, age: timedelta) -> Outcome:
    """What becomes of the job that was told this of its attempt."""
    if isinstance(said, Outage):
        return Postpone(OUTAGE_PAUSE_S, str(said))
    if said.said in _UNDECIDED:
        return Postpone(look_again_s(age), "not decided yet")
    return None


def _order(payment: paying.PaymentRow, attempt: int, ref: str | None) -> ChargeOrder:
    return ChargeOrder(
        person_id=PersonId(payment.person_id),
        payment_id=PaymentId(payment.id),
        attempt=attempt,
        amount=Money.of(payment.amount_minor, payment.currency),
        method=payment.method,
        captures_at_once=payment.captures_at_once,
        tenders=_tenders(payment.tender_kinds, payment.tender_minors, payment.currency),
        ref=ref,
    )


def _tenders(kinds: Sequence[str], minors: Sequence[int], code: str) -> tuple[Tender, ...]:
    parts = zip(kinds, minors, strict=True)
    return tuple(Tender(TenderKind(kind), Money.of(minor, code)) for kind, minor in parts if minor)


def jobs(provider: Provider) -> list[Job[Any]]:
    """The jobs of this room, talking to this provider."""
    cashier = Cashier(provider)
    return [
        Job(CHARGE, body_of_many=cashier.charge, at_most=CHARGES_AT_ONCE),
        Job(CAPTURE, cashier.capture),
        Job(VOID, cashier.void),
        Job(REFUND, cashier.refund),
        Job(GIVE_BACK, cashier.give_back),
        Job(READ_CALLBACK, body_of_many=cashier.callbacks, at_most=CALLBACKS_AT_ONCE),
    ]
