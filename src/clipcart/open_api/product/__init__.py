"""Product: categories and their rules, brands, pictures and files, products, prices and stock."""

from clipcart.open_api.product import categories

__all__ = ["categories"]
