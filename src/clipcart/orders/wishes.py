"""Buyers' requests to cancel, for those who answer them."""

from clipcart.identity import Actor
from clipcart.kit.db import Tx
from clipcart.kit.errors import Absent
from clipcart.kit.ids import OrderId, ShopId
from clipcart.orders._sql import reads as sql
from clipcart.orders.model import Cancellation, CancellationId
from clipcart.orders.queries import cancellations_for


async def cancellation_for(
    tx: Tx, actor: Actor, shop_id: ShopId, cancellation_id: CancellationId
) -> Cancellation:
    """A request to cancel by its id, for whom order_for answers about its order; else Absent."""
    order_id = await tx.maybe(sql.ORDER_OF_CANCELLATION, shop_id=shop_id, id=cancellation_id)
    if order_id is None:
        raise Absent("cancellation")
    found = await cancellations_for(tx, actor, shop_id, OrderId(order_id))
    return next(each for each in found if each.id == cancellation_id)
