"""Orders as a shop's list shows them: one row an order, made once as long as it stays as it is."""

import json
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from clipcart.identity import Actor, require
from clipcart.kit.db import Tx
from clipcart.kit.ids import OrderId, ShopId
from clipcart.kit.listing import Page
from clipcart.kit.money import Money
from clipcart.orders._sql import reads as sql
from clipcart.orders.model import CardLine, State
from clipcart.orders.policy import may_view_shop
from clipcart.orders.queries import OrderFilter, filters_of

CARDS_KEPT = 4096


@dataclass(frozen=True, slots=True, eq=False)
class OrderCard:
    """An order as a shop's list shows it. `due_at` is the clock that runs in its state.

    As long as its row stays as it is, the card is the same object: what is made of it may be kept.
    """

    id: OrderId
    shop_id: ShopId
    state: State
    buyer_name: str
    units: int
    shipped_units: int
    total: Money
    placed_at: datetime
    due_at: datetime | None
    is_late: bool
    cancel_reply_by: datetime | None
    lines: tuple[CardLine, ...]


async def cards_of_shop(
    tx: Tx,
    actor: Actor,
    shop_id: ShopId,
    only: OrderFilter | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[OrderCard]:
    """As orders_of_shop, with what a list shows and no more."""
    require(may_view_shop(actor, shop_id), "orders.view", actor)
    page = await sql.CARDS.page(
        tx,
        order="newest",
        cursor=cursor,
        limit=limit,
        fixed={"shop_id": shop_id},
        filters=filters_of(only or OrderFilter()),
    )
    return page.map(lambda row: _card(shop_id, row))


# Programs look at their newest orders again and again, and most of them have not changed. A card
# is made of its row and nothing else, so the row is the key.
@lru_cache(maxsize=CARDS_KEPT)
def _card(shop_id: ShopId, row: sql.CardRow) -> OrderCard:
    return OrderCard(
        id=row.id,
        shop_id=shop_id,
        state=State(row.state),
        buyer_name=row.buyer_name,
        units=row.units,
        shipped_units=row.shipped_units,
        total=Money.of(row.total_minor, row.currency),
        placed_at=row.placed_at,
        due_at=row.due_at,
        is_late=row.late_at is not None,
        cancel_reply_by=row.cancel_reply_by,
        lines=tuple(map(CardLine._make, json.loads(row.lines))),
    )
