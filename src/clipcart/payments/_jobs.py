"""Jobs of payments: call the provider, then book what it said in a transaction of its own."""

from datetime import datetime, timedelta
from typing import Any

from clipcart.kit.db import Database, Tx
from clipcart.kit.errors import Outage
from clipcart.kit.ids import PLATFORM, PaymentId, PersonId, RefundId, ShopId
from clipcart.kit.jobs import Job, Postpone
from clipcart.kit.money import Money
from clipcart.payments import _sql
from clipcart.payments.actions.hearing import hear, hear_refunds, read_callback
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

OUTAGE_PAUSE_S = 20
_UNDECIDED = (Said.PROCESSING, Said.CHALLENGE)


class Cashier:
    """The job bodies, holding the provider that they talk to."""

    def __init__(self, provider: Provider) -> None:
        self._provider = provider

    async def charge(self, db: Database, payload: Charge) -> None:
        """Charge one attempt, and ask about it until the provider has decided."""
        payment, now = await _payment(db, payload)
        if payment is None or payment.state not in OPEN or not payment.open_splits:
            return
        order = _order(payment, payload.attempt, payment.provider_ref)
        try:
            if order.ref is None:
                news = await self._provider.charge(order)
            else:
                news = await self._provider.look(order)
        except Outage as outage:
            raise Postpone(OUTAGE_PAUSE_S, str(outage)) from outage
        await self._hear(db, news)
        if news.said in _UNDECIDED:
            raise Postpone(look_again_s(now - payment.requested_at), "not decided yet")

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
                _sql.PAYMENT, person_id=payload.person_id, id=payload.payment_id
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
            row = await tx.one(_sql.REFUND_TO_SEND, shop_id=payload.shop_id, id=payload.refund_id)
            now = tx.now
        if row.state != "REQUESTED" or row.charge_ref is None:
            return
        order = RefundOrder(
            shop_id=ShopId(row.shop_id),
            refund_id=RefundId(row.id),
            charge_ref=row.charge_ref,
            amount=Money.of(row.amount_minor, row.currency),
            ref=row.provider_ref,
        )
        news = await self._send(order)
        await db.retrying(lambda tx: hear_refunds(tx, self._provider.name, [news]))
        if news.said is RefundSaid.PENDING:
            raise Postpone(look_again_s(now - row.requested_at), "the refund is under way")

    async def give_back(self, db: Database, payload: GiveBack) -> None:
        """Give back a second capture of one payment, which was never in our books."""
        async with db.reading() as tx:
            found = await tx.one(_sql.EXCEPTION, id=payload.exception_id)
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
                _sql.RESOLVE_EXCEPTION,
                id=found.id,
                resolution=f"given back as {news.ref}",
                now=tx.now,
            )

        await db.retrying(note)

    async def callback(self, db: Database, payload: ReadCallback) -> None:
        """Read one stored callback."""
        if payload.provider != self._provider.name:
            raise LookupError(f"no provider {payload.provider} is configured to read its callback")
        await db.retrying(lambda tx: read_callback(tx, self._provider, payload.callback_id))

    async def _send(self, order: RefundOrder) -> RefundNews:
        try:
            return await self._provider.refund(order)
        except Outage as outage:
            raise Postpone(OUTAGE_PAUSE_S, str(outage)) from outage

    async def _hear(self, db: Database, news: News) -> None:
        await db.retrying(lambda tx: hear(tx, self._provider.name, [news]))


async def _payment(db: Database, payload: Charge) -> tuple[_sql.PaymentRow | None, datetime]:
    """The payment while the attempt is its newest, and the time."""
    async with db.reading() as tx:
        row = await tx.maybe(_sql.PAYMENT, person_id=payload.person_id, id=payload.payment_id)
        return (row if row is not None and row.attempt == payload.attempt else None), tx.now


def _order(payment: _sql.PaymentRow, attempt: int, ref: str | None) -> ChargeOrder:
    return ChargeOrder(
        person_id=PersonId(payment.person_id),
        payment_id=PaymentId(payment.id),
        attempt=attempt,
        amount=Money.of(payment.amount_minor, payment.currency),
        method=payment.method,
        captures_at_once=payment.captures_at_once,
        ref=ref,
    )


def jobs(provider: Provider) -> list[Job[Any]]:
    """The jobs of this room, talking to this provider."""
    cashier = Cashier(provider)
    return [
        Job(CHARGE, cashier.charge),
        Job(CAPTURE, cashier.capture),
        Job(VOID, cashier.void),
        Job(REFUND, cashier.refund),
        Job(GIVE_BACK, cashier.give_back),
        Job(READ_CALLBACK, cashier.callback),
    ]
