"""Money comes in, or does not: what payments and inventory announce, applied in sets."""

from collections import Counter
from collections.abc import Mapping, Sequence

from clipcart import inventory, markets
from clipcart.identity import job_actor
from clipcart.inventory import ReservationExpired
from clipcart.kit.db import Tx
from clipcart.kit.events import Delivered
from clipcart.kit.ids import OrderId, ShopId
from clipcart.orders import clocks
from clipcart.orders._sql import cancellations, reads
from clipcart.orders._sql import changes as sql
from clipcart.orders.actions.calling_off import call_off, refund_all
from clipcart.orders.events import OrderPaid, OrderPaidTooLate
from clipcart.orders.model import OrderKey, State, sources
from clipcart.orders.reasons import By, Reason
from clipcart.payments import PaymentCaptured, PaymentDeclined, RefundSettled

_ACTOR = job_actor("orders.payments")
_UNPAID = frozenset({State.UNPAID})


async def on_payment_captured(tx: Tx, delivered: Sequence[Delivered]) -> None:
    """Paid orders start their clocks; what cannot be kept any more is cancelled and refunded.

    The orders are locked first, so that cancelling and closing wait for the outcome; one that has
    a payment already is left alone, so a fact heard twice changes nothing. An order that stands is
    written once: its row carries its lines, and writing it is what costs.
    """
    amounts = {_key(each.fact): each.fact.amount_minor for each in delivered}
    keys = sorted(amounts)
    rows = await tx.all(
        sql.LOCK_FOR_PAYMENT,
        shop_ids=[key[0] for key in keys],
        ids=[key[1] for key in keys],
        amounts=[amounts[key] for key in keys],
    )
    waiting = {(row.shop_id, row.id): row for row in rows if row.state == State.UNPAID}
    kept: set[OrderKey] = set()
    if waiting:
        kept |= await inventory.confirm(tx, _ACTOR, list(waiting))
        if lost := [key for key in waiting if key not in kept]:
            kept |= await _keep_again(tx, lost)
    await _mark_paid(tx, [row for key, row in waiting.items() if key in kept])
    if rest := [row for row in rows if (row.shop_id, row.id) not in kept]:
        await tx.run(
            sql.RECORD_PAYMENTS,
            shop_ids=[row.shop_id for row in rest],
            ids=[row.id for row in rest],
            amounts=[row.paid_minor for row in rest],
            now=tx.now,
        )
    if gone := {key: Reason.STOCK_GONE for key in waiting if key not in kept}:
        await call_off(tx, _ACTOR, By.SYSTEM, gone, _UNPAID)
    if late := [row for row in rows if row.state == State.CANCELLED]:
        await _send_back(tx, late)


async def _keep_again(tx: Tx, keys: Sequence[OrderKey]) -> frozenset[OrderKey]:
    """Goods of orders whose reservation ran out: kept once more where they are still there."""
    lines = await tx.all(
        reads.LINES, shop_ids=[key[0] for key in keys], ids=[key[1] for key in keys]
    )
    shops = {order_id: shop_id for shop_id, order_id in keys}
    wants = [
        inventory.Want(shops[line.order_id], line.order_id, line.sku_id, line.quantity, tx.now)
        for line in lines
    ]
    refused = await inventory.reserve(tx, _ACTOR, wants)
    again = [key for key in keys if key[1] not in refused]
    return await inventory.confirm(tx, _ACTOR, again)


async def _mark_paid(tx: Tx, rows: Sequence[sql.PaymentRow]) -> None:
    if not rows:
        return
    choices = {(row.market_id, row.free_cancel_hours) for row in rows}
    started = {
        (market_id, hours): clocks.when_paid(markets.get(market_id), tx.now, hours)
        for market_id, hours in choices
    }
    clock = [started[row.market_id, row.free_cancel_hours] for row in rows]
    paid = await tx.all(
        sql.PAY,
        shop_ids=[row.shop_id for row in rows],
        ids=[row.id for row in rows],
        amounts=[row.paid_minor for row in rows],
        now=tx.now,
        free_cancel_untils=[each.free_cancel_until for each in clock],
        ship_bys=[each.ship_by for each in clock],
        cancel_unshipped_ats=[each.cancel_unshipped_at for each in clock],
        deliver_bys=[each.deliver_by for each in clock],
        from_states=sources(State.ON_HOLD),
    )
    tx.announce(
        _ACTOR,
        *(
            OrderPaid(
                shop_id=row.shop_id,
                order_id=row.id,
                person_id=row.buyer_id,
                payment_id=row.payment_id,
                items_minor=row.items_minor,
                shipping_minor=row.shipping_minor,
                tax_minor=row.tax_minor,
                tax_included=row.tax_included,
                total_minor=row.total_minor,
                fee_minor=row.fee_minor,
                paid_minor=row.paid_minor,
                currency=row.currency,
            )
            for row in paid
        ),
    )


async def _send_back(tx: Tx, rows: Sequence[sql.PaymentRow]) -> None:
    """Money for orders that were cancelled before it came."""
    late = await tx.all(
        sql.REFUND_LATE_PAYMENTS,
        shop_ids=[row.shop_id for row in rows],
        ids=[row.id for row in rows],
        now=tx.now,
    )
    await refund_all(tx, _ACTOR, late)
    tx.announce(
        _ACTOR,
        *(
            OrderPaidTooLate(row.shop_id, row.id, row.buyer_id, row.paid_minor, row.currency)
            for row in late
        ),
    )


async def on_payment_declined(tx: Tx, delivered: Sequence[Delivered]) -> None:
    """The order stays UNPAID, with the reason, until another card works or its time is over."""
    reasons: Mapping[OrderKey, str] = {_key(each.fact): each.fact.reason for each in delivered}
    await tx.run(
        sql.RECORD_DECLINES,
        shop_ids=[shop_id for shop_id, _ in reasons],
        ids=[order_id for _, order_id in reasons],
        reasons=list(reasons.values()),
    )


async def on_reservation_expired(tx: Tx, delivered: Sequence[Delivered]) -> None:
    """Nothing is kept for the order any more: it is closed unless it was paid meanwhile."""
    await call_off(
        tx,
        _ACTOR,
        By.SYSTEM,
        {_key(each.fact): Reason.NOT_PAID for each in delivered},
        _UNPAID,
    )


def _key(
    fact: PaymentCaptured | PaymentDeclined | RefundSettled | ReservationExpired,
) -> OrderKey:
    return ShopId(fact.shop_id), OrderId(fact.order_id)


async def on_refund_settled(tx: Tx, delivered: Sequence[Delivered]) -> None:
    """Money is back with the buyer: the order and the request that called it off have changed."""
    back: Counter[OrderKey] = Counter()
    for each in delivered:
        back[_key(each.fact)] += each.fact.amount_minor
    keys = sorted(back)
    await tx.run(
        cancellations.MONEY_BACK,
        shop_ids=[key[0] for key in keys],
        order_ids=[key[1] for key in keys],
        amounts=[back[key] for key in keys],
        now=tx.now,
    )
