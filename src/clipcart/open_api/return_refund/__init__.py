"""Return & Refund: how orders are called off before they leave."""

from clipcart.open_api.return_refund import cancelling, finding

__all__ = ["cancelling", "finding"]
