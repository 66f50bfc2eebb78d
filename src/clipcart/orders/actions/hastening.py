"""Time for one order alone: the wait that runs for it ends now. For sandboxes."""

from clipcart.identity import Actor, require
from clipcart.kit.db import Tx
from clipcart.kit.errors import Absent
from clipcart.kit.ids import OrderId, PersonId, ShopId
from clipcart.orders._sql import changes as sql
from clipcart.orders.events import OrderHastened
from clipcart.orders.policy import may_hasten


async def hasten(tx: Tx, actor: Actor, shop_id: ShopId, order_id: OrderId) -> None:
    """End the wait that runs for an order; what follows is what its clock does by itself.

    UNPAID waits for payment, ON_HOLD for the end of free cancelling, DELIVERED for completion.
    In other states nothing changes. Raises Absent, Forbidden.
    """
    require(may_hasten(actor), "orders.hasten", actor)
    row = await tx.maybe(sql.HASTEN, shop_id=shop_id, id=order_id, now=tx.now)
    if row is None:
        raise Absent("order")
    tx.announce(actor, OrderHastened(shop_id, order_id, PersonId(row)))
