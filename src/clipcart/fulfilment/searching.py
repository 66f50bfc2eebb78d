"""A shop's packages for programs that follow them: by state and by when they were made or changed.

A page walks an index of the order asked for, so it costs the same however many packages there are.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from clipcart.fulfilment._sql import searching as sql
from clipcart.fulfilment.model import Package, State
from clipcart.fulfilment.policy import may_view
from clipcart.fulfilment.queries import packages_by_keys
from clipcart.identity import Actor, require
from clipcart.kit.db import Tx
from clipcart.kit.ids import ShopId
from clipcart.kit.listing import Page

COUNTED: Final = 10_000
"""How far `count_packages` counts."""


class By(StrEnum):
    """By which time a search is ordered."""

    MADE = "made"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageSearch:
    """Which of a shop's packages; None and no states leave nothing out.

    Times `_from` are in, `_below` are out.
    """

    states: frozenset[State] = frozenset()
    made_from: datetime | None = None
    made_below: datetime | None = None
    changed_from: datetime | None = None
    changed_below: datetime | None = None


async def search_packages(
    tx: Tx,
    actor: Actor,
    shop_id: ShopId,
    search: PackageSearch,
    *,
    by: By = By.MADE,
    newest_first: bool = True,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[Package]:
    """A page of a shop's packages. Raises BadCursor; Forbidden without orders.view."""
    require(may_view(actor, shop_id), "orders.view", actor)
    page = await sql.FOUND.page(
        tx,
        order=f"{by.value}_{'down' if newest_first else 'up'}",
        cursor=cursor,
        limit=limit,
        fixed={"shop_id": shop_id},
        filters=_filters(search),
    )
    packages = await packages_by_keys(tx, [(row.shop_id, row.id) for row in page.items])
    return Page(packages, page.next_cursor, page.previous_cursor)


async def count_packages(tx: Tx, actor: Actor, shop_id: ShopId, search: PackageSearch) -> int:
    """How many packages a search finds, counted no further than COUNTED."""
    require(may_view(actor, shop_id), "orders.view", actor)
    return await sql.FOUND.count(
        tx, up_to=COUNTED, fixed={"shop_id": shop_id}, filters=_filters(search)
    )


def _filters(search: PackageSearch) -> dict[str, Any]:
    return {
        "states": sorted(state.value for state in search.states) or None,
        "made_from": search.made_from,
        "made_below": search.made_below,
        "changed_from": search.changed_from,
        "changed_below": search.changed_below,
    }
