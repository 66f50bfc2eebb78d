"""Fulfillment: packages from the call that makes them to the door, and their papers."""

from clipcart.open_api.fulfillment import (
    delivering,
    documents,
    making,
    packages,
    shipping,
    splitting,
)

__all__ = ["delivering", "documents", "making", "packages", "shipping", "splitting"]
