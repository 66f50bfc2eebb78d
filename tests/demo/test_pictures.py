"""Every product can be photographed, each picture differs, and twice is the same."""

import io

import pytest
from PIL import Image

from clipcart.demo.content_loader import world
from clipcart.demo.content_model import Product
from clipcart.demo.pictures.kinds import KINDS
from clipcart.demo.pictures.shopfronts import avatar_for, banner_for
from clipcart.demo.pictures.studio import galleries_for, pictures_for, render, variant_pictures_for

PRODUCTS = world().products
SMALL = 160


def test_every_kind_is_used_and_every_product_has_one() -> None:
    assert {product.picture.kind for product in PRODUCTS} == set(KINDS)
    assert len(KINDS) >= 24


@pytest.mark.parametrize("product", PRODUCTS, ids=[p.handle for p in PRODUCTS])
def test_a_gallery_has_distinct_pictures(product: Product) -> None:
    gallery = pictures_for(product, size=SMALL)
    assert 2 <= len(gallery) <= 4
    assert len({name for name, _ in gallery}) == len({data for _, data in gallery}) == len(gallery)
    for _, data in gallery:
        image = Image.open(io.BytesIO(data))
        assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (SMALL, SMALL))
        # A blank or failed drawing has next to no contrast between its middle and its rim.
        brightnesses = image.convert("L").tobytes()
        assert max(brightnesses) - min(brightnesses) > 50


def test_no_two_products_share_a_first_picture() -> None:
    firsts = {pictures_for(product, most=1, size=SMALL)[0][1] for product in PRODUCTS}
    assert len(firsts) == len(PRODUCTS)


def test_pictures_are_the_same_every_time() -> None:
    teapot = world().product("teapot")
    assert pictures_for(teapot, size=SMALL) == pictures_for(teapot, size=SMALL)
    palette = teapot.picture.palette
    one = render("teapot", palette, "seed", "#9dbfa6", SMALL)
    assert one == render("teapot", palette, "seed", "#9dbfa6", SMALL)
    assert one != render("teapot", palette, "another", "#9dbfa6", SMALL)


def test_each_colour_gets_its_own_picture() -> None:
    teapot = world().product("teapot")
    pictures = dict(variant_pictures_for(teapot, size=SMALL))
    assert list(pictures) == ["Celadon", "Rust", "Snow", "Midnight"]
    assert len(set(pictures.values())) == 4
    assert variant_pictures_for(world().product("moon-jar"), size=SMALL) == []


def test_several_processes_take_the_same_pictures() -> None:
    few = PRODUCTS[:4]
    together = dict(galleries_for(few, most=1, size=SMALL))
    assert together == {p.handle: pictures_for(p, most=1, size=SMALL) for p in few}


def test_a_kind_nobody_draws_is_refused() -> None:
    with pytest.raises(KeyError, match="grand-piano"):
        render("grand-piano", world().shops[0].palette, "seed", "#ffffff", SMALL)


def test_shops_have_their_own_banner_and_emblem() -> None:
    banners = {banner_for(shop) for shop in world().shops}
    avatars = {avatar_for(shop) for shop in world().shops}
    assert len(banners) == len(avatars) == len(world().shops)
    assert Image.open(io.BytesIO(min(banners))).size == (800, 300)
    assert Image.open(io.BytesIO(min(avatars))).size == (256, 256)
