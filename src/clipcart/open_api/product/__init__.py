"""Product: categories and their rules, brands, pictures and files, products, prices and stock."""

from clipcart.open_api.product import (
    brands,
    categories,
    creating,
    lifecycle,
    readiness,
    reading,
    stock,
    uploads,
)

__all__ = [
    "brands",
    "categories",
    "creating",
    "lifecycle",
    "readiness",
    "reading",
    "stock",
    "uploads",
]
