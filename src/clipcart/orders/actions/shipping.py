"""The way to the buyer: labels, the carrier's first scan, delivery. Fulfilment calls these."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from clipcart import markets
from clipcart.identity import Actor, require
from clipcart.kit.db import Tx
from clipcart.kit.errors import Absent, Refusal
from clipcart.kit.ids import LineId, OrderId, ShopId
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
    key = (shop_id, order_id)
    outcome = (await mark_labels_made(tx, actor, {key: lines}))[key]
    if isinstance(outcome, Refusal):
        raise outcome
    return outcome


async def mark_labels_made(
    tx: Tx, actor: Actor, wishes: Mapping[OrderKey, Sequence[LineShipped] | None]
) -> Mapping[OrderKey, State | Refusal]:
    """As `mark_label_made`, for any orders of any shops: gives each one's new state or refusal.

    A constant number of statements. One that is refused changes nothing and holds up no other.
    """
    for shop_id in {key[0] for key in wishes}:
        require(may_ship(actor, shop_id), "orders.ship", actor)
    keys = sorted(wishes)
    pairs = {"shop_ids": [key[0] for key in keys], "ids": [key[1] for key in keys]}
    locked = {(row.shop_id, row.id): row for row in await tx.all(sql.LOCK_MANY, **pairs)}
    left: dict[OrderId, dict[LineId, int]] = defaultdict(dict)
    for line in await tx.all(reads.LINES, **pairs):
        left[line.order_id][line.id] = line.quantity - line.shipped_quantity
    outcomes: dict[OrderKey, State | Refusal] = {}
    ready: list[tuple[sql.LockedRow, Sequence[LineShipped]]] = []
    for key in keys:
        try:
            ready.append(_shippable(key, locked.get(key), left[key[1]], wishes[key]))
        except Refusal as refusal:
            outcomes[key] = refusal
    return outcomes | await _ship(tx, actor, ready)


def _shippable(
    key: OrderKey,
    order: sql.LockedRow | None,
    left: Mapping[LineId, int],
    lines: Sequence[LineShipped] | None,
) -> tuple[sql.LockedRow, Sequence[LineShipped]]:
    """A locked order and what is shipped of it. Raises why it cannot be."""
    if order is None:
        raise Absent("order")
    if order.state not in _SHIPPABLE:
        raise errors.CannotShip(key[1], order.state)
    if order.cancel_reply_by is not None:
        raise errors.CancellationPending(key[1])
    if lines is None:
        lines = [LineShipped(line_id, units) for line_id, units in left.items() if units]
    for line in lines:
        if line.quantity > left.get(line.line_id, 0):
            open_units = left.get(line.line_id, 0)
            raise errors.MoreThanOrdered(line.line_id, line.quantity, open_units)
    if len({line.line_id for line in lines}) != len(lines) or not lines:
        raise ValueError("each line is named once, and at least one")
    return order, lines


async def _ship(
    tx: Tx, actor: Actor, ready: Sequence[tuple[sql.LockedRow, Sequence[LineShipped]]]
) -> dict[OrderKey, State | Refusal]:
    if not ready:
        return {}
    shipped = [(order, line) for order, lines in ready for line in lines]
    await tx.all(
        sql.SHIP_LINES,
        shop_ids=[order.shop_id for order, _ in shipped],
        order_ids=[order.id for order, _ in shipped],
        line_ids=[line.line_id for _, line in shipped],
        quantities=[line.quantity for _, line in shipped],
    )
    units = [sum(line.quantity for line in lines) for _, lines in ready]
    unshipped = {
        market_id: clocks.unshipped(markets.get(market_id), tx.now)
        for market_id in {order.market_id for order, _ in ready}
    }
    rows = await tx.all(
        sql.SHIP,
        shop_ids=[order.shop_id for order, _ in ready],
        ids=[order.id for order, _ in ready],
        units=units,
        cancel_unshipped_ats=[unshipped[order.market_id] for order, _ in ready],
        from_states=sources(State.AWAITING_COLLECTION, _SHIPPABLE),
        now=tx.now,
    )
    states = {(row.shop_id, row.id): State(row.state) for row in rows}
    tx.announce(
        actor,
        *(
            OrderLabelMade(
                order.shop_id,
                order.id,
                order.buyer_id,
                count,
                states[order.shop_id, order.id] is State.AWAITING_COLLECTION,
            )
            for (order, _), count in zip(ready, units, strict=True)
        ),
    )
    return {(order.shop_id, order.id): states[order.shop_id, order.id] for order, _ in ready}


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
    # Facts of one kind stand together: whoever listens gets them as one set.
    tx.announce(
        actor,
        *(
            OrderCollected(row.shop_id, row.id, row.buyer_id, row.is_late)
            for row in rows
            if row.is_first
        ),
    )
    tx.announce(
        actor,
        *(
            OrderInTransit(row.shop_id, row.id, row.buyer_id)
            for row in rows
            if row.state == State.IN_TRANSIT
        ),
    )
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
