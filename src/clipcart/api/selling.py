"""A shop's own lists, for its staff's programs: whoever has the role and the scope."""

from collections.abc import Sequence
from typing import Annotated

from litestar import get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import QueryParameter

from clipcart import orders, sellers
from clipcart.api import mapping, schemas
from clipcart.api.browsing import Cursor, Limit
from clipcart.api.caller import Caller, PathId
from clipcart.kit.errors import Problem, check
from clipcart.kit.ids import ShopId

StateName = Annotated[
    str | None,
    QueryParameter(name="state", max_length=30, description="Only orders in this state."),
]
Words = Annotated[
    str | None,
    QueryParameter(
        name="query", max_length=100, description="An order's id, or how a buyer's name begins."
    ),
]


@get("/seller/{shop_id:int}/orders", tags=["Selling"])
async def list_shop_orders(
    caller: NamedDependency[Caller],
    shop_id: PathId,
    wanted: StateName = None,
    words: Words = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> schemas.ShopOrders:
    """A shop's orders with their lines, newest first. Needs orders:read and a role in the shop."""
    known = wanted is None or wanted in orders.State.__members__
    cure = f"Choose one of {', '.join(orders.State.__members__)}."
    check([None if known else Problem("state", f"{wanted!r} is not a state.", cure)])
    only = orders.OrderFilter(
        states=frozenset({orders.State(wanted)} if wanted else ()), text=words or ""
    )
    async with caller.services.db.reading() as tx:
        actor = await sellers.with_memberships(tx, caller.actor)
        page = await orders.cards_of_shop(tx, actor, ShopId(shop_id), only, cursor, limit)
    return schemas.ShopOrders([mapping.shop_order(found) for found in page.items], page.next_cursor)


ROUTES: Sequence[HTTPRouteHandler] = (list_shop_orders,)
