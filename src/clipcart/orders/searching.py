"""A shop's orders for programs that follow them: by time, state, buyer and wishes to cancel.

A page costs the same however many orders a shop has: it walks an index of the order asked for, or,
where bounds in the other time leave few orders, takes those and sorts them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

from clipcart.identity import Actor, require
from clipcart.kit.db import Tx
from clipcart.kit.ids import OrderId, PersonId, ShopId
from clipcart.kit.listing import Listing, Page
from clipcart.orders._sql import searching as sql
from clipcart.orders._sql.reads import OrderRow
from clipcart.orders.model import Order, State
from clipcart.orders.policy import may_view_shop
from clipcart.orders.queries import order_of, orders_by_keys

COUNTED: Final = 10_000
"""How far `count_orders` counts."""
_FEW: Final = 5_000
"""So many orders are sorted at once without being felt."""
_FIRST: Final = datetime(2000, 1, 1, tzinfo=UTC)
_LAST: Final = datetime(9999, 1, 1, tzinfo=UTC)


class By(StrEnum):
    """By which time a search is ordered."""

    PLACED = "placed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderSearch:
    """Which of a shop's orders; None leaves nothing out. Times `_from` are in, `_below` are out.

    `asks` is whether the buyer's wish to cancel waits for an answer.
    """

    state: State | None = None
    buyer_id: PersonId | None = None
    asks: bool | None = None
    placed_from: datetime | None = None
    placed_below: datetime | None = None
    changed_from: datetime | None = None
    changed_below: datetime | None = None


async def search_orders(
    tx: Tx,
    actor: Actor,
    shop_id: ShopId,
    search: OrderSearch,
    *,
    by: By = By.PLACED,
    newest_first: bool = True,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[Order]:
    """A page of a shop's orders. Raises BadCursor; Forbidden without orders.view."""
    require(may_view_shop(actor, shop_id), "orders.view", actor)
    listing, fixed = await _listing(tx, shop_id, search, by)
    page: Page[OrderRow] = await listing.page(
        tx,
        order=f"{by.value}_{'down' if newest_first else 'up'}",
        cursor=cursor,
        limit=limit,
        fixed=fixed,
        filters=_filters(search),
    )
    return page.map(order_of)


async def count_orders(tx: Tx, actor: Actor, shop_id: ShopId, search: OrderSearch) -> int:
    """How many orders a search finds, counted no further than COUNTED."""
    require(may_view_shop(actor, shop_id), "orders.view", actor)
    return await sql.FOUND.count(
        tx, up_to=COUNTED, fixed={"shop_id": shop_id}, filters=_filters(search)
    )


async def orders_for(
    tx: Tx, actor: Actor, shop_id: ShopId, order_ids: Sequence[OrderId]
) -> Mapping[OrderId, Order]:
    """Those of these orders that the shop has; Forbidden without orders.view."""
    require(may_view_shop(actor, shop_id), "orders.view", actor)
    found = await orders_by_keys(tx, [(shop_id, order_id) for order_id in set(order_ids)])
    return {key[1]: order for key, order in found.items()}


async def _listing(
    tx: Tx, shop_id: ShopId, search: OrderSearch, by: By
) -> tuple[Listing[OrderRow], dict[str, Any]]:
    if by is By.PLACED:
        other, bounds = sql.CHANGED_WITHIN, (search.changed_from, search.changed_below)
        names = ("changed_from", "changed_below")
    else:
        other, bounds = sql.PLACED_WITHIN, (search.placed_from, search.placed_below)
        names = ("placed_from", "placed_below")
    fixed: dict[str, Any] = {"shop_id": shop_id}
    if bounds == (None, None):
        return sql.FOUND, fixed
    within = dict(zip(names, bounds, strict=True))
    if await sql.FOUND.count(tx, up_to=_FEW, fixed=fixed, filters=within) >= _FEW:
        return sql.FOUND, fixed
    return other, {**fixed, "from_": bounds[0] or _FIRST, "below_": bounds[1] or _LAST}


def _filters(search: OrderSearch) -> dict[str, Any]:
    """An order changes at or after it is placed, so a bound of one time is one of the other too."""
    return {
        "state": None if search.state is None else search.state.value,
        "buyer_id": search.buyer_id,
        "asks": True if search.asks else None,
        "asks_not": True if search.asks is False else None,
        "placed_from": search.placed_from,
        "placed_below": _earlier(search.placed_below, search.changed_below),
        "changed_from": _later(search.changed_from, search.placed_from),
        "changed_below": search.changed_below,
    }


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((each for each in (one, other) if each is not None), default=None)


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max((each for each in (one, other) if each is not None), default=None)
