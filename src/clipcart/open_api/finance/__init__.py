"""Finance: what a shop was credited each day, and what was paid out to its bank."""

from clipcart.open_api.finance import money, transactions

__all__ = ["money", "transactions"]
