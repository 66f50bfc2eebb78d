"""Shop banners and letterless emblems, drawn from the shop's palette."""

import io
import math
from random import Random
from typing import Final

from PIL import Image, ImageChops, ImageDraw

from clipcart.demo.content_model import Shop
from clipcart.demo.pictures.colour import Rgb, lighter, mix, rgb

BANNER: Final = (800, 300)
AVATAR: Final = 256
FINE: Final = 3


def _tones(shop: Shop) -> tuple[Rgb, ...]:
    palette = shop.palette
    return (
        rgb(palette.accent),
        rgb(palette.deep),
        rgb(palette.wall),
        rgb(palette.table),
        rgb(palette.light),
        rgb(shop.accent),
    )


def _tile(
    draw: ImageDraw.ImageDraw, left: int, top: int, side: int, dice: Random, tones: tuple[Rgb, ...]
) -> None:
    """One tile of the pattern: quarter circles, leaves, rings or halves in two tones."""
    back, front, third = dice.sample(tones, 3)
    right, bottom = left + side, top + side
    draw.rectangle((left, top, right, bottom), fill=back)
    shape, turn = dice.randrange(5), dice.randrange(4)
    cx, cy = (left, right)[turn % 2], (top, bottom)[turn // 2]
    if shape == 0:
        draw.pieslice((cx - side, cy - side, cx + side, cy + side), *_quarter(turn), fill=front)
        half = side // 2
        draw.pieslice((cx - half, cy - half, cx + half, cy + half), *_quarter(turn), fill=third)
    elif shape == 1:
        gap = side // 7
        draw.ellipse((left + gap, top + gap, right - gap, bottom - gap), fill=front)
        gap = side * 3 // 10
        draw.ellipse((left + gap, top + gap, right - gap, bottom - gap), fill=third)
    elif shape == 2:
        corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
        draw.polygon([corners[turn], corners[(turn + 1) % 4], corners[(turn + 2) % 4]], fill=front)
    elif shape == 3:
        for stripe in range(0, 6, 2):
            y = top + side * stripe // 6
            draw.rectangle((left, y, right, y + side // 6), fill=front)
    else:
        start = 0 if turn % 2 else 90
        half = side // 2
        draw.pieslice((left, top - half, right, top + half), 0, 180, fill=front)
        draw.pieslice((left, top + half - 1, right, bottom + half), 180, 360, fill=third)
        draw.arc((left, top, right, bottom), start, start + 180, fill=front, width=side // 16)


def _quarter(turn: int) -> tuple[int, int]:
    start = (0, 90, 270, 180)[turn]
    return start, start + 90


def banner_for(shop: Shop) -> bytes:
    """A patterned banner, 800 x 300, as PNG."""
    dice = Random(f"banner/{shop.handle}")
    width, height = BANNER
    side = 100 * FINE
    image = Image.new("RGB", (width * FINE, height * FINE))
    draw = ImageDraw.Draw(image)
    for left in range(0, width * FINE, side):
        for top in range(0, height * FINE, side):
            _tile(draw, left, top, side, dice, _tones(shop))
    small = image.reduce(FINE)
    light = Image.linear_gradient("L").rotate(90).resize(BANNER).point(lambda v: v // 6)
    warm = Image.new("RGB", BANNER, lighter(rgb(shop.palette.light), 0.5))
    return _png(Image.composite(warm, small, light))


def avatar_for(shop: Shop) -> bytes:
    """An emblem without letters, 256 pixels square, as PNG: petals turned about a core."""
    dice = Random(f"avatar/{shop.handle}")
    side = AVATAR * FINE
    accent, deep, wall, table, light, own = _tones(shop)
    image = Image.new("RGB", (side, side), own)
    middle = side / 2
    petals = dice.choice((3, 4, 5, 6, 8))
    reach, width = dice.uniform(0.26, 0.3) * side, dice.uniform(0.11, 0.19) * side
    colours = (light, mix(wall, table, 0.3))
    for petal in range(petals):
        mask = Image.new("L", (side, side))
        angle = math.tau * petal / petals
        x, y = middle + math.sin(angle) * reach * 0.62, middle - math.cos(angle) * reach * 0.62
        box = (x - width / 2, y - reach / 2, x + width / 2, y + reach / 2)
        ImageDraw.Draw(mask).ellipse(box, fill=255)
        turned = mask.rotate(-math.degrees(angle), center=(x, y))
        image.paste(colours[petal % 2] if petals % 2 == 0 else light, (0, 0), turned)
    core = side * 0.085
    draw = ImageDraw.Draw(image)
    draw.ellipse((middle - core, middle - core, middle + core, middle + core), fill=deep)
    core *= 0.5
    draw.ellipse((middle - core, middle - core, middle + core, middle + core), fill=accent)
    sheen = ImageChops.invert(Image.linear_gradient("L")).resize((side, side))
    image.paste(lighter(own, 0.8), (0, 0), sheen.point(lambda v: v // 12))
    return _png(image.reduce(FINE))


def _png(image: Image.Image) -> bytes:
    target = io.BytesIO()
    image.save(target, "PNG", optimize=True)
    return target.getvalue()
