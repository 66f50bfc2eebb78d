"""What happens when a clock runs out: one bounded set of orders per call, across shops.

Every body reads the keys that are due and changes those that still are by a guarded update, so
that it can run twice, on two workers, or between other changes.
"""

from collections.abc import Sequence

from clipcart.identity import job_actor
from clipcart.kit.db import Tx
from clipcart.orders._sql import changes as sql
from clipcart.orders._sql import due
from clipcart.orders.actions.calling_off import call_off
from clipcart.orders.events import (
    CancellationApproved,
    OrderCompleted,
    OrderLate,
    OrderOverdue,
    OrderReleased,
)
from clipcart.orders.model import BEFORE_COLLECTION, State, sources
from clipcart.orders.reasons import By, Reason

SET_SIZE = 200


def _keys(rows: Sequence[due.KeyRow | due.ReasonRow]) -> dict[str, list[int]]:
    ordered = sorted((row.shop_id, row.id) for row in rows)
    return {"shop_ids": [key[0] for key in ordered], "ids": [key[1] for key in ordered]}


async def close_unpaid(tx: Tx) -> int:
    """Orders that nobody paid in time are cancelled; their goods are for sale again."""
    rows = await tx.all(due.DUE_PAY, now=tx.now, size=SET_SIZE)
    reasons = {(row.shop_id, row.id): Reason.NOT_PAID for row in rows}
    actor = job_actor("orders.close_unpaid")
    return len(await call_off(tx, actor, By.SYSTEM, reasons, frozenset({State.UNPAID})))


async def release(tx: Tx) -> int:
    """The free-cancel window is over: the shop sees the order in its queue."""
    rows = await tx.all(due.DUE_RELEASE, now=tx.now, size=SET_SIZE)
    moved = await tx.all(
        sql.RELEASE, **_keys(rows), from_states=sources(State.AWAITING_SHIPMENT), now=tx.now
    )
    facts = [OrderReleased(row.shop_id, row.id, row.buyer_id, row.due_at) for row in moved]
    tx.announce(job_actor("orders.release"), *facts)
    return len(moved)


async def mark_late(tx: Tx) -> int:
    """The dispatch deadline passed without a carrier's scan."""
    rows = await tx.all(due.DUE_SHIP, now=tx.now, size=SET_SIZE)
    marked = await tx.all(sql.MARK_LATE, **_keys(rows), now=tx.now)
    facts = [OrderLate(row.shop_id, row.id, row.buyer_id, row.due_at) for row in marked]
    tx.announce(job_actor("orders.mark_late"), *facts)
    return len(marked)


async def cancel_unshipped(tx: Tx) -> int:
    """No label, or a label and no scan, for too long: cancelled at the shop's cost."""
    rows = await tx.all(due.DUE_UNSHIPPED, now=tx.now, size=SET_SIZE)
    reasons = {(row.shop_id, row.id): Reason.NOT_SHIPPED for row in rows}
    actor = job_actor("orders.cancel_unshipped")
    return len(
        await call_off(tx, actor, By.SYSTEM, reasons, BEFORE_COLLECTION, unshipped_due=tx.now)
    )


async def mark_overdue(tx: Tx) -> int:
    """The deliver-by deadline passed while a carrier has the order."""
    rows = await tx.all(due.DUE_DELIVER, now=tx.now, size=SET_SIZE)
    marked = await tx.all(sql.MARK_OVERDUE, **_keys(rows), now=tx.now)
    facts = [OrderOverdue(row.shop_id, row.id, row.buyer_id, row.due_at) for row in marked]
    tx.announce(job_actor("orders.mark_overdue"), *facts)
    return len(marked)


async def complete(tx: Tx) -> int:
    """The return window is over: the sale stands."""
    rows = await tx.all(due.DUE_COMPLETE, now=tx.now, size=SET_SIZE)
    moved = await tx.all(
        sql.COMPLETE, **_keys(rows), from_states=sources(State.COMPLETED), now=tx.now
    )
    facts = [OrderCompleted(row.shop_id, row.id, row.buyer_id) for row in moved]
    tx.announce(job_actor("orders.complete"), *facts)
    return len(moved)


async def approve_unanswered(tx: Tx) -> int:
    """Requests to cancel that the shop did not answer in time are granted."""
    rows = await tx.all(due.DUE_REPLY, now=tx.now, size=SET_SIZE)
    reasons = {(row.shop_id, row.id): Reason(row.reason) for row in rows}
    actor = job_actor("orders.approve_unanswered")
    among = BEFORE_COLLECTION | {State.ON_HOLD}
    cancelled = await call_off(tx, actor, By.BUYER, reasons, among, reply_due=tx.now)
    tx.announce(
        actor,
        *(
            CancellationApproved(row.shop_id, row.id, row.buyer_id, is_automatic=True)
            for row in cancelled
        ),
    )
    return len(cancelled)
