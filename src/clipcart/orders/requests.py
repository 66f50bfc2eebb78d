"""Which request to cancel belongs to an order, for rooms that tell others."""

from collections.abc import Mapping, Sequence

from clipcart.kit.db import Tx
from clipcart.orders._sql import reads as sql
from clipcart.orders.model import CancellationId, OrderKey


async def cancellation_ids(tx: Tx, keys: Sequence[OrderKey]) -> Mapping[OrderKey, CancellationId]:
    """The newest request to cancel of each order, for other rooms. Orders without are left out."""
    rows = await tx.all(
        sql.CANCELLATION_IDS, shop_ids=[key[0] for key in keys], order_ids=[key[1] for key in keys]
    )
    return {(row.shop_id, row.order_id): row.id for row in rows}
