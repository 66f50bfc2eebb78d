"""Event: where an app hears of what happens in a shop."""

from clipcart.open_api.event import webhooks

__all__ = ["webhooks"]
