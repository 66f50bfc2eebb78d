"""Order: what buyers bought, what they paid for it, and how far each unit has come."""

from clipcart.open_api.order import outside, prices, searching

__all__ = ["outside", "prices", "searching"]
