"""The one way an order becomes CANCELLED, whoever wished it: state, stock, money, facts."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from clipcart import inventory, payments
from clipcart.identity import Actor
from clipcart.kit.db import Tx
from clipcart.orders._sql import changes as sql
from clipcart.orders.events import OrderCancelled
from clipcart.orders.model import OrderKey, State, sources
from clipcart.orders.reasons import SELLER_FAULT, By, CancellationState, Reason


async def call_off(
    tx: Tx,
    actor: Actor,
    by: By,
    reasons: Mapping[OrderKey, Reason],
    among: frozenset[State],
    *,
    unshipped_due: datetime | None = None,
    reply_due: datetime | None = None,
) -> Sequence[sql.CancelledRow]:
    """Cancel those of the orders that are still in a state `among`; gives them.

    One guarded update decides against shipping, payment and every other wish to cancel. What was
    kept is released, what came in is asked back in full, what was not taken yet is given up.
    """
    if not reasons:
        return ()
    keys = sorted(reasons)
    rows = await tx.all(
        sql.CANCEL,
        shop_ids=[key[0] for key in keys],
        ids=[key[1] for key in keys],
        reasons=[reasons[key].value for key in keys],
        from_states=sources(State.CANCELLED, among),
        by=by.value,
        fault_reasons=sorted(reason.value for reason in SELLER_FAULT),
        unshipped_due=unshipped_due,
        reply_due=reply_due,
        now=tx.now,
    )
    if not rows:
        return rows
    done = [(row.shop_id, row.id) for row in rows]
    await inventory.release(tx, actor, done)
    await _settle_money(tx, actor, rows)
    asked = [row for row in rows if row.had_request]
    if asked:
        await close_requests(tx, actor, asked, CancellationState.SUCCESS, None)
    tx.announce(actor, *(_fact(row, by) for row in rows))
    return rows


async def close_requests(
    tx: Tx,
    actor: Actor,
    orders: Sequence[sql.CancelledRow | sql.CollectedRow | sql.LockedRow],
    state: CancellationState,
    answer_reason: str | None,
) -> None:
    """Write how the open requests of these orders ended."""
    await tx.run(
        sql.CLOSE_CANCELLATIONS,
        shop_ids=[order.shop_id for order in orders],
        order_ids=[order.id for order in orders],
        state=state.value,
        answered_by=actor.label,
        answer_reason=answer_reason,
        now=tx.now,
    )


async def refund_all(tx: Tx, actor: Actor, rows: Sequence[sql.CancelledRow | sql.LateRow]) -> None:
    """Ask back everything that came in and is not on its way back already.

    Keys made of the order make it once, whoever repeats it.
    """
    paid = await payments.payments_of_orders(tx, [(row.shop_id, row.id) for row in rows])
    await payments.request_refunds(
        tx,
        actor,
        [
            payments.RefundDraft(
                shop_id=row.shop_id,
                order_id=row.id,
                amount=paid[row.id].refundable,
                reason=row.reason,
                key=f"order:{row.id}:cancelled",
            )
            for row in rows
            if row.id in paid and paid[row.id].refundable.is_positive
        ],
    )


async def _settle_money(tx: Tx, actor: Actor, rows: Sequence[sql.CancelledRow]) -> None:
    await refund_all(tx, actor, [row for row in rows if row.was_paid])
    unpaid = [(row.shop_id, row.id) for row in rows if not row.was_paid]
    if unpaid:
        await payments.request_void(tx, actor, unpaid)


def _fact(row: sql.CancelledRow, by: By) -> OrderCancelled:
    return OrderCancelled(
        shop_id=row.shop_id,
        order_id=row.id,
        person_id=row.buyer_id,
        was_paid=row.was_paid,
        by=by.value,
        reason=row.reason,
        is_seller_fault=row.is_seller_fault,
        refund_minor=row.paid_minor,
        units_with_label=row.shipped_units,
        currency=row.currency,
    )
