"""Event: where an app hears of what happens in a shop, and the log of it."""

from clipcart.open_api.event import log, webhooks

__all__ = ["log", "webhooks"]
