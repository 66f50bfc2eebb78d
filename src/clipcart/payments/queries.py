"""Reads of payments for other rooms and for pages."""

from collections.abc import Mapping, Sequence

from clipcart.identity import Actor, require
from clipcart.kit.db import Tx
from clipcart.kit.errors import Absent, SignInNeeded
from clipcart.kit.ids import OrderId, PaymentId, PersonId, RefundId, ShopId
from clipcart.kit.money import Money
from clipcart.payments import policy
from clipcart.payments._sql import giving, paying
from clipcart.payments.model import (
    ExceptionKind,
    OrderPayment,
    Payment,
    PaymentException,
    PaymentState,
    ProviderTotals,
    Refund,
    RefundState,
    Split,
)
from clipcart.payments.tenders import PaidTender, TenderKind

EXCEPTIONS_SHOWN = 200


def as_payment(row: paying.PaymentRow) -> Payment:
    """The payment of a row."""
    return Payment(
        id=PaymentId(row.id),
        person_id=PersonId(row.person_id),
        amount=Money.of(row.amount_minor, row.currency),
        state=PaymentState(row.state),
        attempt=row.attempt,
        brand=row.brand,
        last4=row.last4,
        decline_reason=row.decline_reason,
        challenge_url=row.challenge_url,
        splits=tuple(
            Split(ShopId(shop), OrderId(order), Money.of(minor, row.currency))
            for shop, order, minor in zip(
                row.shop_ids, row.order_ids, row.split_minors, strict=True
            )
        ),
        tenders=paid_tenders(row),
        requested_at=row.requested_at,
        changed_at=row.changed_at,
    )


def paid_tenders(row: paying.PaymentRow | paying.CapturedRow) -> tuple[PaidTender, ...]:
    """The tenders of a row."""
    return tuple(
        PaidTender(TenderKind(kind), Money.of(minor, row.currency), Money.of(back, row.currency))
        for kind, minor, back in zip(
            row.tender_kinds, row.tender_minors, row.tender_back_minors, strict=True
        )
    )


def as_order_payment(row: paying.SplitRow) -> OrderPayment:
    """The order's part of a payment, of a row."""
    return OrderPayment(
        shop_id=ShopId(row.shop_id),
        order_id=OrderId(row.order_id),
        payment_id=PaymentId(row.payment_id),
        person_id=PersonId(row.person_id),
        amount=Money.of(row.amount_minor, row.currency),
        captured=Money.of(row.captured_minor, row.currency),
        refunding=Money.of(row.refunding_minor, row.currency),
        refunded=Money.of(row.refunded_minor, row.currency),
        captured_at=row.captured_at,
    )


def as_refund(row: giving.RefundRow) -> Refund:
    """The refund of a row."""
    return Refund(
        id=RefundId(row.id),
        shop_id=ShopId(row.shop_id),
        order_id=OrderId(row.order_id),
        amount=Money.of(row.amount_minor, row.currency),
        reason=row.reason,
        state=RefundState(row.state),
        failure=row.failure,
        requested_at=row.requested_at,
        ended_at=row.ended_at,
        tender_minors=tuple(row.tender_minors),
    )


async def payment_for(tx: Tx, actor: Actor, payment_id: PaymentId) -> Payment:
    """The actor's own payment. Raises SignInNeeded, or Absent for what is not theirs."""
    if actor.is_anonymous:
        raise SignInNeeded
    if actor.person_id is None or not policy.may_view(actor, actor.person_id):
        raise Absent("payment")
    row = await tx.maybe(paying.PAYMENT, person_id=actor.person_id, id=payment_id)
    if row is None:
        raise Absent("payment")
    return as_payment(row)


async def payments_of_orders(
    tx: Tx, keys: Sequence[tuple[ShopId, OrderId]]
) -> Mapping[OrderId, OrderPayment]:
    """What was paid for these orders. For rooms, which have asked who may see the orders."""
    rows = await tx.all(
        paying.SPLITS,
        shop_ids=[shop_id for shop_id, _ in keys],
        order_ids=[order_id for _, order_id in keys],
    )
    return {OrderId(row.order_id): as_order_payment(row) for row in rows}


async def payment_of_order(tx: Tx, shop_id: ShopId, order_id: OrderId) -> OrderPayment | None:
    """What was paid for one order, or None when no payment was asked for it."""
    return (await payments_of_orders(tx, [(shop_id, order_id)])).get(order_id)


async def captured_tenders(
    tx: Tx, keys: Sequence[tuple[PersonId, PaymentId]]
) -> Mapping[PaymentId, tuple[PaidTender, ...]]:
    """What payments were paid with, of those whose money was taken. For rooms, as above."""
    rows = await tx.all(
        paying.CAPTURED,
        person_ids=[person_id for person_id, _ in keys],
        ids=[payment_id for _, payment_id in keys],
    )
    return {PaymentId(row.id): paid_tenders(row) for row in rows}


async def refunds_of_order(tx: Tx, shop_id: ShopId, order_id: OrderId) -> list[Refund]:
    """The refunds of an order, oldest first. For rooms, which have asked who may see it."""
    rows = await tx.all(giving.REFUNDS_OF_ORDER, shop_id=shop_id, order_id=order_id)
    return [as_refund(row) for row in rows]


async def provider_totals(tx: Tx) -> Mapping[str, ProviderTotals]:
    """Captured and refunded through the provider by currency code, as our books have it."""
    return {
        row.currency: ProviderTotals(
            Money.of(row.captured_minor, row.currency), Money.of(row.refunded_minor, row.currency)
        )
        for row in await tx.all(giving.TOTALS)
    }


async def open_exceptions(tx: Tx, actor: Actor) -> list[PaymentException]:
    """What providers said that does not fit and is not solved, oldest first, at most 200."""
    require(policy.may_see_exceptions(actor), "payments.exceptions", actor)
    rows = await tx.all(giving.OPEN_EXCEPTIONS, size=EXCEPTIONS_SHOWN)
    return [as_exception(row) for row in rows]


def as_exception(row: giving.ExceptionRow) -> PaymentException:
    """The exception of a row."""
    return PaymentException(
        id=row.id,
        kind=ExceptionKind(row.kind),
        provider=row.provider,
        subject=row.subject,
        said=row.said,
        provider_ref=row.provider_ref,
        amount=Money.of(row.amount_minor, row.currency),
        at=row.at,
        resolution=row.resolution,
    )
