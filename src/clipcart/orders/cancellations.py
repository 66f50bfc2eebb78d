"""A shop's cancellations for programs that follow them, however they came about.

A buyer's request has an id of its own. An order that was called off without one (by the shop, the
platform, or by the buyer while nobody loses by it) stands for its cancellation itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from clipcart.identity import Actor, require
from clipcart.kit.db import Tx
from clipcart.kit.ids import OrderId, PersonId, ShopId
from clipcart.kit.listing import Page
from clipcart.orders._sql import cancellations as sql
from clipcart.orders._sql import reads
from clipcart.orders.model import Cancellation, CancellationId, Order
from clipcart.orders.policy import may_view_shop
from clipcart.orders.queries import orders_by_keys
from clipcart.orders.reasons import By, Reason
from clipcart.orders.requests import cancellation_of

COUNTED: Final = 10_000
"""How far `count_cancellations` counts."""


class Stage(StrEnum):
    """How far a cancellation has come.

    PENDING waits for the shop, AGREED for the money to reach the buyer, DONE has nothing left to
    give back. DROPPED was refused, or taken back by the buyer.
    """

    PENDING = "PENDING"
    AGREED = "AGREED"
    DONE = "DONE"
    DROPPED = "DROPPED"


class Way(StrEnum):
    """By which time a search is ordered."""

    ASKED = "asked"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class CancellationSearch:
    """Which of a shop's cancellations; None leaves nothing out.

    `ids` are of requests, or of orders that were called off without one. Times `_from` are in,
    `_below` are out.
    """

    ids: Sequence[int] | None = None
    order_ids: Sequence[OrderId] | None = None
    buyer_ids: Sequence[PersonId] | None = None
    stages: frozenset[Stage] | None = None
    by_buyer: bool | None = None
    asked_from: datetime | None = None
    asked_below: datetime | None = None
    changed_from: datetime | None = None
    changed_below: datetime | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A cancellation with its order. `request` is None when nobody had to be asked."""

    id: int
    stage: Stage
    order: Order
    request: Cancellation | None
    asked_at: datetime
    changed_at: datetime

    @property
    def by(self) -> By:
        """Whose wish it is."""
        if self.request is None and self.order.cancelled is not None:
            return self.order.cancelled.by
        return By.BUYER

    @property
    def reason(self) -> Reason:
        """Why."""
        if self.request is not None:
            return self.request.reason
        if self.order.cancelled is None:
            raise RuntimeError(f"order {self.order.id} is not cancelled")
        return self.order.cancelled.reason


async def search_cancellations(
    tx: Tx,
    actor: Actor,
    shop_id: ShopId,
    search: CancellationSearch,
    *,
    by: Way = Way.ASKED,
    newest_first: bool = True,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[Found]:
    """A page of a shop's cancellations. Raises BadCursor; Forbidden without orders.view."""
    require(may_view_shop(actor, shop_id), "orders.view", actor)
    page = await sql.FOUND.page(
        tx,
        order=f"{by.value}_{'down' if newest_first else 'up'}",
        cursor=cursor,
        limit=limit,
        fixed={"shop_id": shop_id},
        filters=_filters(search),
    )
    found = await orders_by_keys(tx, [(shop_id, row.order_id) for row in page.items])
    ids = [row.id for row in page.items if row.is_request]
    rows = await tx.all(reads.CANCELLATIONS_BY_ID, shop_id=shop_id, ids=ids) if ids else []
    requests = {row.id: cancellation_of(row) for row in rows}
    return page.map(
        lambda row: Found(
            row.id,
            Stage(row.stage),
            found[shop_id, row.order_id],
            requests[CancellationId(row.id)] if row.is_request else None,
            row.asked_at,
            row.changed_at,
        )
    )


async def count_cancellations(
    tx: Tx, actor: Actor, shop_id: ShopId, search: CancellationSearch
) -> int:
    """How many cancellations a search finds, counted no further than COUNTED."""
    require(may_view_shop(actor, shop_id), "orders.view", actor)
    return await sql.FOUND.count(
        tx, up_to=COUNTED, fixed={"shop_id": shop_id}, filters=_filters(search)
    )


def _filters(search: CancellationSearch) -> dict[str, Any]:
    return {
        "ids": _list(search.ids),
        "order_ids": _list(search.order_ids),
        "buyer_ids": _list(search.buyer_ids),
        "stages": None if search.stages is None else sorted(each.value for each in search.stages),
        "by_buyer": search.by_buyer,
        "asked_from": search.asked_from,
        "asked_below": search.asked_below,
        "changed_from": search.changed_from,
        "changed_below": search.changed_below,
    }


def _list(values: Sequence[int] | None) -> list[int] | None:
    return None if values is None else list(values)
