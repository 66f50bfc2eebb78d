"""Fulfillment: packages from the call that makes them to the door, and their papers."""

from clipcart.open_api.fulfillment import documents, making, packages, shipping

__all__ = ["documents", "making", "packages", "shipping"]
