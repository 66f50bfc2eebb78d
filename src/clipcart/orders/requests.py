"""Which request to cancel belongs to an order, for rooms that tell others."""

from collections.abc import Mapping, Sequence

from clipcart.kit.db import Tx
from clipcart.orders._sql import reads as sql
from clipcart.orders.model import Cancellation, CancellationId, OrderKey
from clipcart.orders.reasons import Answer, CancellationState, Reason


async def cancellation_ids(tx: Tx, keys: Sequence[OrderKey]) -> Mapping[OrderKey, CancellationId]:
    """The newest request to cancel of each order, for other rooms. Orders without are left out."""
    rows = await tx.all(
        sql.CANCELLATION_IDS, shop_ids=[key[0] for key in keys], order_ids=[key[1] for key in keys]
    )
    return {(row.shop_id, row.order_id): row.id for row in rows}


def cancellation_of(row: sql.CancellationRow) -> Cancellation:
    """The request of a row, for this room."""
    return Cancellation(
        id=row.id,
        order_id=row.order_id,
        reason=Reason(row.reason),
        note=row.note,
        state=CancellationState(row.state),
        requested_at=row.requested_at,
        reply_by=row.reply_by,
        answered_at=row.answered_at,
        answered_by=row.answered_by,
        answer_reason=None if row.answer_reason is None else Answer(row.answer_reason),
    )
