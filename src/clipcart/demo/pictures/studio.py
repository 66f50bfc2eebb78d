"""Puts products on sets, lights them and takes the picture.

Everything follows from the product's handle and the number of the picture, so a world rendered
twice is the same to the byte (with the same Pillow).
"""

import io
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from multiprocessing import get_context
from random import Random
from typing import Final

from PIL import Image, ImageChops, ImageFilter

from clipcart.demo.content_model import Palette, Product
from clipcart.demo.pictures.brush import GROUND, Brush, Ink
from clipcart.demo.pictures.colour import Rgb, darker, distance, lighter, mix, rgb
from clipcart.demo.pictures.kinds import KINDS, Pose
from clipcart.demo.pictures.scenes import LYING, STANDING, scene

QUALITY: Final = 82
SHADOW_PIXELS: Final = 125


@dataclass(frozen=True, slots=True)
class Shot:
    """One camera set-up: which set, from where the light, how close, which colours side by side."""

    style: str
    wall: Rgb
    table: Rgb
    side: int
    scale: float
    mirrored: bool
    turn: float
    tints: tuple[Rgb, ...]


def _surroundings(palette: Palette, tints: tuple[Rgb, ...], dice: Random) -> tuple[Rgb, Rgb]:
    """A wall and a table from the shop's palette from which all the tints stand out."""
    wall, table = rgb(palette.wall), rgb(palette.table)
    accent, deep, light = rgb(palette.accent), rgb(palette.deep), rgb(palette.light)
    walls = [
        wall,
        wall,
        lighter(wall, 0.35),
        mix(accent, light, 0.58),
        mix(table, light, 0.45),
        mix(accent, wall, 0.35),
        mix(deep, accent, 0.25),
    ]
    far = [colour for colour in walls if min(distance(colour, tint) for tint in tints) > 105]
    chosen = dice.choice(far) if far else max(walls, key=lambda c: distance(c, tints[0]))
    tables = [table, mix(table, light, 0.45), mix(accent, table, 0.5), mix(deep, table, 0.35)]
    apart = [
        colour
        for colour in tables
        if distance(colour, chosen) > 60 and min(distance(colour, t) for t in tints) > 80
    ]
    return chosen, dice.choice(apart) if apart else darker(chosen, 0.3)


def _shadow(brush: Brush, pose: Pose, side: int, size: int) -> Image.Image:
    """How dark it is around the thing, as a mask of the picture's size."""
    small = brush.coverage(SHADOW_PIXELS)
    if pose is Pose.LIES:
        near = ImageChops.offset(small, -side, 1).filter(ImageFilter.GaussianBlur(1.0))
        far = ImageChops.offset(small, -side * 3, 4).filter(ImageFilter.GaussianBlur(4))
        dark = ImageChops.lighter(
            near.point(lambda v: v * 11 // 20), far.point(lambda v: v * 2 // 5)
        )
        return dark.resize((size, size), Image.Resampling.BILINEAR)
    ground = (GROUND + 8) * SHADOW_PIXELS / 1000
    flat, lean = 0.20, 0.62 * side
    cast = small.transform(
        small.size,
        Image.Transform.AFFINE,
        (1, -lean / flat, lean / flat * ground, 0, 1 / flat, ground - ground / flat),
        Image.Resampling.BILINEAR,
    ).filter(ImageFilter.GaussianBlur(2.4))
    foot_top = round(ground) - 7
    foot = small.crop((0, foot_top, SHADOW_PIXELS, foot_top + 10)).resize((SHADOW_PIXELS, 5))
    contact = Image.new("L", small.size)
    contact.paste(foot, (-side, round(ground) - 2))
    contact = contact.filter(ImageFilter.GaussianBlur(1.5))
    dark = ImageChops.lighter(
        cast.point(lambda v: v * 9 // 20), contact.point(lambda v: min(v * 7 // 10, 255))
    )
    return dark.resize((size, size), Image.Resampling.BILINEAR)


@cache
def _grain(size: int) -> Image.Image:
    """Film grain around 128; hides banding and makes flat walls look photographed."""
    noise = Image.frombytes("L", (size, size), Random(7).randbytes(size * size))
    soft = noise.filter(ImageFilter.GaussianBlur(0.6)).point(lambda v: 128 + (v - 128) // 14)
    return Image.merge("RGB", (soft, soft, soft))


def _places(count: int) -> tuple[tuple[float, float], ...]:
    return {1: ((0.0, 0.0),), 2: ((-195.0, -64.0), (195.0, 20.0))}.get(
        count, ((-275.0, -66.0), (275.0, -66.0), (0.0, 40.0))
    )


def _expose(
    kind: str, form: int, palette: Palette, shot: Shot, seed: str, size: int
) -> Image.Image:
    drawing = KINDS[kind]
    brush = Brush(size, shot.side)
    middle = (500.0, GROUND) if drawing.pose is Pose.STANDS else (500.0, 500.0)
    crowd = {1: 1.0, 2: 0.74}.get(len(shot.tints), 0.62)
    for tint, (x, y) in zip(shot.tints, _places(len(shot.tints)), strict=False):
        brush.at(x, y, shot.scale * crowd, shot.turn, shot.mirrored, middle)
        ink = Ink(
            tint, rgb(palette.accent), rgb(palette.deep), rgb(palette.light), form, Random(seed)
        )
        drawing.draw(brush, ink)
    picture = scene(shot.style, shot.wall, shot.table, shot.side, size).copy()
    shade = darker(mix(shot.wall, rgb(palette.deep), 0.5), 0.55)
    picture.paste(shade, (0, 0), _shadow(brush, drawing.pose, shot.side, size))
    return ImageChops.add(brush.onto(picture), _grain(size), 1, -128)


def _encode(picture: Image.Image, form: str) -> bytes:
    target = io.BytesIO()
    picture.save(target, form, quality=QUALITY)
    return target.getvalue()


def _shot(
    kind: str, palette: Palette, seed: str, number: int, tints: tuple[Rgb, ...], busy: bool
) -> Shot:
    dice = Random(f"{seed}/{number}")
    first = Random(seed)
    lies = KINDS[kind].pose is Pose.LIES
    styles = first.sample(LYING if lies else STANDING, 4)
    wall, table = _surroundings(palette, tints, dice)
    close = 1.0 if busy else (dice.uniform(1.04, 1.16), dice.uniform(1.24, 1.38))[number % 2]
    return Shot(
        style=styles[number % 4],
        wall=wall,
        table=table,
        side=dice.choice((-1, 1)),
        scale=close,
        mirrored=number % 2 == 1,
        turn=dice.choice((-14, -8, -4, 5, 9, 14)) if lies else 0,
        tints=tints,
    )


def render(
    kind: str,
    palette: Palette,
    seed: str,
    variant_colour: str,
    size: int = 800,
    *,
    form: int = 0,
    number: int = 0,
    file_format: str = "JPEG",
) -> bytes:
    """One picture of a thing in one colour (`#rrggbb`), `size` pixels square.

    `number` picks among the compositions of the same seed; KeyError if nobody draws `kind`.
    """
    shot = _shot(kind, palette, seed, number, (rgb(variant_colour),), busy=False)
    return _encode(_expose(kind, form, palette, shot, seed, size), file_format)


def pictures_for(product: Product, *, most: int = 3, size: int = 800) -> list[tuple[str, bytes]]:
    """The product's gallery as (file name, JPEG): first alone, then close, then its colours."""
    picture = product.picture
    variants = [tint for _, tint in product.variant_tints] or [picture.tint]
    shots: list[tuple[str, ...]] = [(picture.tint,), (variants[1 % len(variants)],)]
    if len(variants) > 1:
        shots.append(tuple(variants[:3]))
    gallery = []
    for number, colours in enumerate(shots[:most]):
        tints = tuple(rgb(colour) for colour in colours)
        shot = _shot(
            picture.kind, picture.palette, product.handle, number, tints, busy=len(tints) > 1
        )
        image = _expose(picture.kind, picture.form, picture.palette, shot, product.handle, size)
        gallery.append((f"{product.handle}-{number + 1}.jpg", _encode(image, "JPEG")))
    return gallery


def galleries_for(
    products: Sequence[Product], *, most: int = 2, size: int = 800, processes: int = 2
) -> Iterator[tuple[str, list[tuple[str, bytes]]]]:
    """Galleries of many products as (handle, pictures), in order, made by several processes."""
    shoot = partial(pictures_for, most=most, size=size)
    # Fresh interpreters: forking a process that runs an event loop or threads is not safe.
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        galleries = pool.map(shoot, products, chunksize=6)
        yield from zip((product.handle for product in products), galleries, strict=True)


def variant_pictures_for(product: Product, *, size: int = 400) -> list[tuple[str, bytes]]:
    """One small picture per colour value, all taken from the same spot: (value, JPEG)."""
    picture = product.picture
    tints = tuple(rgb(tint) for _, tint in product.variant_tints)
    if not tints:
        return []
    base = _shot(picture.kind, picture.palette, product.handle, 0, tints, busy=False)
    result = []
    for (value, _), tint in zip(product.variant_tints, tints, strict=True):
        shot = Shot(
            base.style,
            base.wall,
            base.table,
            base.side,
            base.scale,
            base.mirrored,
            base.turn,
            (tint,),
        )
        image = _expose(picture.kind, picture.form, picture.palette, shot, product.handle, size)
        result.append((value, _encode(image, "JPEG")))
    return result
