"""Seller: the shops of a seller, and what sellers may do beyond them."""

from clipcart.open_api.seller import shops

__all__ = ["shops"]
