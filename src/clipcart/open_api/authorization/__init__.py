"""Authorization: which shops a token covers, and giving them back."""

from clipcart.open_api.authorization import shops

__all__ = ["shops"]
