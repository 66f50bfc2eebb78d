"""Where an app wants to hear of events in a shop."""

from clipcart.apps import _sql
from clipcart.apps.model import App, url_problem
from clipcart.apps.policy import may_edit_webhooks
from clipcart.identity import Actor, require
from clipcart.kit.db import Tx
from clipcart.kit.errors import Problem, check
from clipcart.kit.ids import ShopId

LONGEST_ADDRESS = 255


async def set_webhook(
    tx: Tx,
    actor: Actor,
    app: App,
    shop_id: ShopId,
    event_type: str,
    address: str,
    *,
    is_local: bool = False,
) -> None:
    """Have a kind of event told to `address`, instead of where it was told before.

    `is_local` (outside production): the address may be plain http. Raises Invalid.
    """
    require(may_edit_webhooks(actor, shop_id), "webhooks.edit", actor)
    check(
        [
            url_problem("address", address, LONGEST_ADDRESS, is_local=is_local),
            None if event_type else Problem("event_type", "it is missing", "name the event"),
        ]
    )
    await tx.run(
        _sql.SET_WEBHOOK,
        shop_id=shop_id,
        app_id=app.id,
        event_type=event_type,
        address=address,
        now=tx.now,
    )


async def remove_webhook(tx: Tx, actor: Actor, app: App, shop_id: ShopId, event_type: str) -> None:
    """Tell a kind of event no longer; works also where nothing was told."""
    require(may_edit_webhooks(actor, shop_id), "webhooks.edit", actor)
    await tx.run(_sql.REMOVE_WEBHOOK, shop_id=shop_id, app_id=app.id, event_type=event_type)
