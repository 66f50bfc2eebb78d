"""Taking the demo's product pictures, in processes of their own: imports little on purpose."""

from dataclasses import dataclass

from clipcart.demo.content_model import Product
from clipcart.demo.pictures.studio import pictures_for, variant_pictures_for
from clipcart.kit.images import Picture, check_picture

COLOUR_PX = 400


@dataclass(frozen=True, slots=True)
class Shots:
    """A product's pictures, checked like any upload: the gallery, and one per colour value."""

    gallery: list[Picture]
    colours: dict[str, Picture]


def shoot(product: Product, *, most: int, size: int) -> Shots:
    """Photograph one product. `most` is the size of its gallery, `size` in pixels.

    A product in several colours needs no second picture: each colour has one.
    """
    has_colours = len(product.variant_tints) > 1
    gallery = pictures_for(product, most=1 if has_colours else most, size=size)
    colours = variant_pictures_for(product, size=COLOUR_PX) if has_colours else []
    return Shots(
        [check_picture("image", raw) for _, raw in gallery],
        {value: check_picture("image", raw) for value, raw in colours},
    )
