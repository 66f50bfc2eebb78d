"""Reading the log of facts: timelines of a thing, the ordered log of a shop."""

from datetime import datetime
from typing import Any, NamedTuple

from clipcart.kit.db import Tx
from clipcart.kit.ids import EventId, ShopId
from clipcart.kit.listing import Key, Listing, Order, Page
from clipcart.kit.sql import query


class LogRow(NamedTuple):
    """One fact as it stands in the log. `actor` is a label such as `person:17`."""

    shop_id: int
    id: int
    at: datetime
    name: str
    actor: str
    subject: str
    payload: Any


_OF_SUBJECT = query(
    """
    select shop_id, id, at, name, actor, subject, payload from kit.event
    where shop_id = :shop_id and subject = :subject order by id""",
    LogRow,
    hot=True,
)

_ONE = query(
    """
    select shop_id, id, at, name, actor, subject, payload from kit.event
    where shop_id = :shop_id and id = :id""",
    LogRow,
    hot=True,
)

_LOG = Listing(
    "select shop_id, id, at, name, actor, subject, payload from kit.event",
    LogRow,
    filters={
        "shop_id": "shop_id = :shop_id",
        "name": "name = :name",
        "prefix": "starts_with(name, :prefix)",
        "subject": "subject = :subject",
        "actor": "actor = :actor",
    },
    orders={
        "newest": Order((Key("id", "bigint"),), down=True),
        "oldest": Order((Key("id", "bigint"),)),
    },
    scatter="the operator's log shows every shop",
)


async def log_of(tx: Tx, shop_id: ShopId, subject: str) -> list[LogRow]:
    """Everything that happened to one thing (`order:123`), oldest first."""
    return await tx.all(_OF_SUBJECT, shop_id=shop_id, subject=subject)


async def fact(tx: Tx, shop_id: ShopId, event_id: EventId) -> LogRow | None:
    """One fact of the log."""
    return await tx.maybe(_ONE, shop_id=shop_id, id=event_id)


async def log(
    tx: Tx,
    *,
    order: str = "newest",
    cursor: str | None = None,
    limit: int = 50,
    **filters: Any,
) -> Page[LogRow]:
    """The log, filtered by shop_id, name, prefix, subject or actor; `newest` or `oldest` first."""
    return await _LOG.page(tx, order=order, cursor=cursor, limit=limit, filters=filters)
