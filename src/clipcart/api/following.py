"""Orders: look, follow, cancel."""

from collections.abc import Sequence

from litestar import get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody

from clipcart import orders
from clipcart.api import mapping, schemas
from clipcart.api.browsing import Cursor, Limit
from clipcart.api.caller import Caller, PathId
from clipcart.kit.db import Tx
from clipcart.kit.errors import Problem, check
from clipcart.kit.ids import OrderId, ShopId


@get("/orders", tags=["Orders"])
async def list_orders(
    caller: NamedDependency[Caller], cursor: Cursor = None, limit: Limit = 20
) -> schemas.Orders:
    """One's own orders, newest first."""
    async with caller.services.db.reading() as tx:
        page = await orders.orders_of_buyer(tx, caller.actor, cursor, limit)
    return schemas.Orders([mapping.order(found) for found in page.items], page.next_cursor)


@get("/orders/{shop_id:int}/{order_id:int}", tags=["Orders"])
async def show_order(
    caller: NamedDependency[Caller], shop_id: PathId, order_id: PathId
) -> schemas.Order:
    """An order of one's own."""
    async with caller.services.db.reading() as tx:
        found = await orders.order_for(tx, caller.actor, ShopId(shop_id), OrderId(order_id))
    return mapping.order(found)


@get("/orders/{shop_id:int}/{order_id:int}/timeline", tags=["Orders"])
async def show_timeline(
    caller: NamedDependency[Caller], shop_id: PathId, order_id: PathId
) -> schemas.Timeline:
    """What happened to an order, and what comes next by when."""
    async with caller.services.db.reading() as tx:
        steps = await orders.timeline_for(tx, caller.actor, ShopId(shop_id), OrderId(order_id))
    return schemas.Timeline([mapping.step(found) for found in steps])


@post("/orders/{shop_id:int}/{order_id:int}/cancellations", tags=["Orders"], status_code=201)
async def cancel_order(
    caller: NamedDependency[Caller],
    shop_id: PathId,
    order_id: PathId,
    data: JSONBody[schemas.CancelRequest],
) -> schemas.CancelAnswer:
    """Cancel: at once in the free window, afterwards as a request that the shop answers."""
    reasons = sorted(orders.REASONS[orders.By.BUYER])
    known = data.reason in reasons
    cure = f"Choose one of {', '.join(reasons)}."
    check([None if known else Problem("reason", f"{data.reason!r} is not a reason.", cure)])

    async def action(tx: Tx) -> schemas.CancelAnswer:
        outcome = await orders.cancel(
            tx,
            caller.actor,
            ShopId(shop_id),
            OrderId(order_id),
            orders.Reason(data.reason),
            data.note,
        )
        return schemas.CancelAnswer(outcome.is_cancelled, outcome.reply_by)

    return await caller.once(data, schemas.CancelAnswer, action)


ROUTES: Sequence[HTTPRouteHandler] = (list_orders, show_order, show_timeline, cancel_order)
