"""Logistics: where a shop ships from, by which ways, with whom."""

from clipcart.open_api.logistics import tracking, warehouses

__all__ = ["tracking", "warehouses"]
