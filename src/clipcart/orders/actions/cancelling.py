"""Wishes to cancel: at once where nobody loses by it, else a request with a reply clock."""

from clipcart import markets
from clipcart.identity import Actor, require
from clipcart.kit.db import Tx
from clipcart.kit.errors import Absent
from clipcart.kit.ids import OrderId, ShopId, new_id
from clipcart.orders import clocks, errors, model
from clipcart.orders._sql import changes as sql
from clipcart.orders._sql import reads
from clipcart.orders.actions.calling_off import call_off, close_requests
from clipcart.orders.events import (
    CancellationApproved,
    CancellationRejected,
    CancellationRequested,
    CancellationWithdrawn,
)
from clipcart.orders.model import CancellationId, CancelOutcome, State
from clipcart.orders.policy import may_answer, may_cancel, may_view, may_withdraw, side_for, sides
from clipcart.orders.reasons import REASONS, Answer, By, CancellationState, Reason

_NOT_COLLECTED = frozenset(State) - {State.IN_TRANSIT}


async def cancel(
    tx: Tx, actor: Actor, shop_id: ShopId, order_id: OrderId, reason: Reason, note: str = ""
) -> CancelOutcome:
    """Cancel an order, or, for a buyer after the free window, ask the shop to.

    On whose behalf follows from the actor and the reason (reasons.REASONS). A buyer's order is
    cancelled at once while it is unpaid or in its free window; later the shop has its market's
    time to answer, and silence is consent. Shop, operator and platform cancel at once until a
    carrier has a parcel; PARCEL_LOST cancels what a carrier lost.

    Raises ReasonNotAllowed, CannotCancel, CancellationPending; Absent for who may not see it.
    """
    order = await _locked(tx, actor, shop_id, order_id)
    require(may_cancel(actor, shop_id, order.buyer_id), "orders.cancel", actor)
    among = sides(actor, shop_id, order.buyer_id)
    by = side_for(reason, among)
    if by is None:
        allowed = {other.value for side in among for other in REASONS[side]}
        raise errors.ReasonNotAllowed(reason.value, tuple(sorted(allowed)))
    state = State(order.state)
    if by is By.BUYER and not model.is_free_to_cancel(state, order.free_cancel_until, tx.now):
        return await _ask(tx, actor, order, reason, note)
    from_states = frozenset({State.IN_TRANSIT}) if reason is Reason.PARCEL_LOST else _NOT_COLLECTED
    if not await call_off(tx, actor, by, {(shop_id, order_id): reason}, from_states):
        raise errors.CannotCancel(order_id, state.value)
    return CancelOutcome(is_cancelled=True)


async def answer_cancellation(
    tx: Tx,
    actor: Actor,
    shop_id: ShopId,
    order_id: OrderId,
    *,
    approve: bool,
    answer: Answer = Answer.ALREADY_PACKED,
) -> None:
    """Grant or reject the buyer's open request. `answer` says why it is rejected.

    Raises NoCancellationPending when there is none (any more); Absent, Forbidden.
    """
    order = await _locked(tx, actor, shop_id, order_id)
    require(may_answer(actor, shop_id), "orders.cancel", actor)
    if order.cancel_reply_by is None:
        raise errors.NoCancellationPending(order_id)
    if approve:
        await approve_request(tx, actor, order)
        return
    await tx.run(sql.STOP_ASKING, shop_id=shop_id, id=order_id, now=tx.now)
    await close_requests(tx, actor, [order], CancellationState.REJECTED, answer.value)
    tx.announce(actor, CancellationRejected(shop_id, order_id, order.buyer_id, answer.value))


async def approve_request(tx: Tx, actor: Actor, order: sql.LockedRow) -> None:
    """Cancel a locked order as its buyer asked."""
    requests = await tx.all(reads.CANCELLATIONS, shop_id=order.shop_id, order_id=order.id)
    reason = Reason(requests[-1].reason)
    key = (order.shop_id, order.id)
    if not await call_off(tx, actor, By.BUYER, {key: reason}, _NOT_COLLECTED):
        raise errors.CannotCancel(order.id, order.state)
    tx.announce(
        actor, CancellationApproved(order.shop_id, order.id, order.buyer_id, is_automatic=False)
    )


async def withdraw_cancellation(tx: Tx, actor: Actor, shop_id: ShopId, order_id: OrderId) -> None:
    """The buyer takes the open request back. Raises NoCancellationPending; Absent, Forbidden."""
    order = await _locked(tx, actor, shop_id, order_id)
    require(may_withdraw(actor, order.buyer_id), "orders.withdraw_cancellation", actor)
    if order.cancel_reply_by is None:
        raise errors.NoCancellationPending(order_id)
    await tx.run(sql.STOP_ASKING, shop_id=shop_id, id=order_id, now=tx.now)
    await close_requests(tx, actor, [order], CancellationState.WITHDRAWN, None)
    tx.announce(actor, CancellationWithdrawn(shop_id, order_id, order.buyer_id))


async def _ask(
    tx: Tx, actor: Actor, order: sql.LockedRow, reason: Reason, note: str
) -> CancelOutcome:
    if order.cancel_reply_by is not None:
        raise errors.CancellationPending(order.id)
    if not model.is_open_to_cancel(State(order.state), order.collected_at):
        raise errors.CannotCancel(order.id, order.state)
    reply_by = clocks.cancel_reply_by(markets.get(order.market_id), tx.now)
    cancellation_id = CancellationId(new_id())
    await tx.run(
        sql.ASK_TO_CANCEL,
        shop_id=order.shop_id,
        id=order.id,
        reply_by=reply_by,
        now=tx.now,
        from_states=model.sources(State.CANCELLED, _NOT_COLLECTED),
    )
    await tx.run(
        sql.ADD_CANCELLATION,
        shop_id=order.shop_id,
        id=cancellation_id,
        order_id=order.id,
        reason=reason.value,
        note=note,
        reply_by=reply_by,
        now=tx.now,
    )
    tx.announce(
        actor,
        CancellationRequested(order.shop_id, order.id, order.buyer_id, reason.value, reply_by),
    )
    return CancelOutcome(False, cancellation_id, reply_by)


async def _locked(tx: Tx, actor: Actor, shop_id: ShopId, order_id: OrderId) -> sql.LockedRow:
    """The order, held until the transaction ends, for those who may know of it."""
    row = await tx.maybe(sql.LOCK, shop_id=shop_id, id=order_id)
    if row is None or not (
        may_view(actor, shop_id, row.buyer_id) or may_cancel(actor, shop_id, row.buyer_id)
    ):
        raise Absent("order")
    return row
