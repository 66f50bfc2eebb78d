"""Subscriptions of an app to kinds of events in one shop."""

from typing import Any

from clipcart import apps
from clipcart.apps import Webhook
from clipcart.open_api.call import Call
from clipcart.open_api.registry import serves
from clipcart.open_api.values import wire_time


def _webhook(webhook: Webhook) -> dict[str, Any]:
    return {
        "event_type": webhook.event_type,
        "address": webhook.address,
        "create_time": wire_time(webhook.created_at),
        "update_time": wire_time(webhook.changed_at),
    }


@serves("GET", "/event/202309/webhooks")
async def get_shop_webhooks(call: Call) -> dict[str, Any]:
    """What the app has set for this shop; what it has set for all shops is not listed."""
    async with call.reading() as tx:
        found = await apps.webhooks_for(tx, call.actor, call.app, call.shop_id)
    return {"webhooks": [_webhook(each) for each in found], "total_count": len(found)}


@serves("PUT", "/event/202309/webhooks")
async def update_shop_webhook(call: Call) -> None:
    """Set where one kind of event is told; it replaces what was set before."""
    await apps.check_address(call.body["address"], is_local=call.services.is_demo)
    await call.do(
        lambda tx: apps.set_webhook(
            tx,
            call.actor,
            call.app,
            call.shop_id,
            call.body["event_type"],
            call.body["address"],
            is_local=call.services.is_demo,
        )
    )


@serves("DELETE", "/event/202309/webhooks")
async def delete_shop_webhook(call: Call) -> None:
    """Tell one kind of event no longer; works also when nothing was set."""
    event_type = call.body["event_type"]
    await call.do(
        lambda tx: apps.remove_webhook(tx, call.actor, call.app, call.shop_id, event_type)
    )
