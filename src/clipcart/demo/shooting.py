"""Taking the demo's product pictures, in processes of their own: imports little on purpose."""

from clipcart.demo.content_model import Product
from clipcart.demo.pictures.studio import pictures_for
from clipcart.kit.images import check_picture


def shoot(product: Product, *, most: int, size: int) -> list[tuple[str, bytes, bytes]]:
    """A product's gallery as (name, picture, thumbnail), checked like any upload."""
    gallery = []
    for name, raw in pictures_for(product, most=most, size=size):
        picture = check_picture("image", raw)
        gallery.append((name, picture.content, picture.thumbnail))
    return gallery
