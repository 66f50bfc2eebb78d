"""What the catalogue does by itself: audits, and following what becomes of shops."""

from collections.abc import Sequence
from typing import Any

from clipcart.catalog.actions.auditing import audit, release_approved
from clipcart.catalog.actions.shops import mirror
from clipcart.catalog.model import AUDIT, Audit
from clipcart.identity import job_actor
from clipcart.kit.db import Database, Tx
from clipcart.kit.events import Delivered, Subscriber
from clipcart.kit.ids import ShopId
from clipcart.kit.jobs import Job
from clipcart.sellers import ShopChanged, ShopReinstated, ShopSuspended, ShopWentLive

_AUDITOR = job_actor("catalog.audit")


async def run_audit(db: Database, payload: Audit) -> None:
    """The platform's own look at submitted products."""

    async def body(tx: Tx) -> None:
        await audit(tx, _AUDITOR, payload.shop_id, payload.product_ids)

    await db.retrying(body)


def _shops(facts: Sequence[Delivered]) -> list[ShopId]:
    return sorted({fact.fact.shop_id for fact in facts})


async def on_shop_changed(tx: Tx, facts: Sequence[Delivered]) -> None:
    """Follow a shop's name, and whether it may sell. Reads the shop as it is, in any order."""
    await mirror(tx, _shops(facts))


async def on_shop_went_live(tx: Tx, facts: Sequence[Delivered]) -> None:
    """Put on sale what was approved while the shop was being verified."""
    await mirror(tx, _shops(facts))
    for shop_id in _shops(facts):
        await release_approved(tx, _AUDITOR, shop_id)


SUBSCRIBER = Subscriber(
    "catalog",
    {
        ShopWentLive: on_shop_went_live,
        ShopSuspended: on_shop_changed,
        ShopReinstated: on_shop_changed,
        ShopChanged: on_shop_changed,
    },
)
JOBS: Sequence[Job[Any]] = (Job(AUDIT, run_audit),)
