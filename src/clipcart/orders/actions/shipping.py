"""The way to the buyer: labels, the carrier's first scan, delivery. Fulfilment calls these."""

from collections.abc import Collection, Sequence

from clipcart import markets
from clipcart.identity import Actor, require
from clipcart.kit.db import Tx
from clipcart.kit.errors import Absent
from clipcart.kit.ids import OrderId, ShopId
from clipcart.orders import clocks, errors
from clipcart.orders._sql import changes as sql
from clipcart.orders._sql import reads
from clipcart.orders.actions.calling_off import close_requests
from clipcart.orders.events import (
    CancellationRejected,
    OrderCollected,
    OrderDelivered,
    OrderInTransit,
    OrderLabelMade,
)
from clipcart.orders.model import LineShipped, OrderKey, State, sources
from clipcart.orders.policy import may_ship, may_track
from clipcart.orders.reasons import Answer, CancellationState

_SHIPPABLE = frozenset({State.AWAITING_SHIPMENT, State.PARTIALLY_SHIPPING})
_LABELLED = frozenset({State.PARTIALLY_SHIPPING, State.AWAITING_COLLECTION})


async def mark_label_made(
    tx: Tx,
    actor: Actor,
    shop_id: ShopId,
    order_id: OrderId,
    lines: Sequence[LineShipped] | None = None,
) -> State:
    """Units got a label; all that are open without `lines`. Gives the new state.

    AWAITING_COLLECTION when no unit is left, else PARTIALLY_SHIPPING. The clock that cancels
    what is not shipped starts again, now for the carrier's scan. Of cancelling and shipping at
    the same moment one wins, here or there.

    Raises CannotShip, CancellationPending, MoreThanOrdered, and then nothing changed; Absent.
    """
    require(may_ship(actor, shop_id), "orders.ship", actor)
    order = await tx.maybe(sql.LOCK, shop_id=shop_id, id=order_id)
    if order is None:
        raise Absent("order")
    if order.state not in _SHIPPABLE:
        raise errors.CannotShip(order_id, order.state)
    if order.cancel_reply_by is not None:
        raise errors.CancellationPending(order_id)
    known = {
        row.id: row.quantity - row.shipped_quantity
        for row in await tx.all(reads.LINES, shop_ids=[shop_id], ids=[order_id])
    }
    if lines is None:
        lines = [LineShipped(line_id, left) for line_id, left in known.items() if left]
    for line in lines:
        if line.quantity > known.get(line.line_id, 0):
            left = known.get(line.line_id, 0)
            raise errors.MoreThanOrdered(line.line_id, line.quantity, left)
    if len({line.line_id for line in lines}) != len(lines) or not lines:
        raise ValueError("each line is named once, and at least one")
    return await _ship(tx, actor, order, lines)


async def _ship(tx: Tx, actor: Actor, order: sql.LockedRow, lines: Sequence[LineShipped]) -> State:
    units = sum(line.quantity for line in lines)
    await tx.all(
        sql.SHIP_LINES,
        shop_id=order.shop_id,
        order_id=order.id,
        line_ids=[line.line_id for line in lines],
        quantities=[line.quantity for line in lines],
    )
    shipped = await tx.one(
        sql.SHIP,
        shop_id=order.shop_id,
        id=order.id,
        units=units,
        cancel_unshipped_at=clocks.unshipped(markets.get(order.market_id), tx.now),
        from_states=sources(State.AWAITING_COLLECTION, _SHIPPABLE),
        now=tx.now,
    )
    state = State(shipped.state)
    is_complete = state is State.AWAITING_COLLECTION
    tx.announce(actor, OrderLabelMade(order.shop_id, order.id, order.buyer_id, units, is_complete))
    return state


async def mark_collected(tx: Tx, actor: Actor, keys: Collection[OrderKey]) -> frozenset[OrderKey]:
    """A carrier scanned a parcel of these orders; gives those for which it was the first scan.

    From now on they cannot be called off; an open request to cancel is thereby rejected. Orders
    without an open unit are IN_TRANSIT; the others stay PARTIALLY_SHIPPING. Orders that have no
    label or are past this are left as they are.
    """
    for shop_id in {key[0] for key in keys}:
        require(may_track(actor, shop_id), "orders.ship", actor)
    ordered = sorted(keys)
    rows = await tx.all(
        sql.COLLECT,
        shop_ids=[key[0] for key in ordered],
        ids=[key[1] for key in ordered],
        from_states=sorted(_LABELLED),
        now=tx.now,
    )
    if asked := [row for row in rows if row.had_request]:
        answer = Answer.COLLECTED.value
        await close_requests(tx, actor, asked, CancellationState.REJECTED, answer)
        for row in asked:
            tx.announce(actor, CancellationRejected(row.shop_id, row.id, row.buyer_id, answer))
    for row in rows:
        if row.is_first:
            tx.announce(actor, OrderCollected(row.shop_id, row.id, row.buyer_id, row.is_late))
        if row.state == State.IN_TRANSIT:
            tx.announce(actor, OrderInTransit(row.shop_id, row.id, row.buyer_id))
    return frozenset((row.shop_id, row.id) for row in rows if row.is_first)


async def mark_delivered(tx: Tx, actor: Actor, keys: Collection[OrderKey]) -> frozenset[OrderKey]:
    """The last parcel of these orders arrived; gives those that became DELIVERED.

    A delivery without an earlier scan counts as the scan too. The return window starts. Orders
    with units that have no label yet, and orders past this, are left as they are.
    """
    for shop_id in {key[0] for key in keys}:
        require(may_track(actor, shop_id), "orders.ship", actor)
    await mark_collected(tx, actor, keys)
    ordered = sorted(keys)
    found = await tx.all(
        reads.STATES, shop_ids=[key[0] for key in ordered], ids=[key[1] for key in ordered]
    )
    coming = [row for row in found if row.state == State.IN_TRANSIT]
    ends = {
        market_id: clocks.complete_at(markets.get(market_id), tx.now)
        for market_id in {row.market_id for row in coming}
    }
    rows = await tx.all(
        sql.DELIVER,
        shop_ids=[row.shop_id for row in coming],
        ids=[row.id for row in coming],
        complete_ats=[ends[row.market_id] for row in coming],
        from_states=sources(State.DELIVERED),
        now=tx.now,
    )
    for row in rows:
        tx.announce(actor, OrderDelivered(row.shop_id, row.id, row.buyer_id, row.due_at))
    return frozenset((row.shop_id, row.id) for row in rows)
