"""The sets on which products are photographed: walls, tables, plinths, window light, foliage.

A set is built from two colours, a style and the side of the light, and kept: a shop of a dozen
products uses few of them, and building one costs more than drawing a product.
"""

from functools import lru_cache
from random import Random

from PIL import Image, ImageDraw, ImageFilter

from clipcart.demo.pictures.brush import GROUND, Point, ring, smooth
from clipcart.demo.pictures.colour import Rgb, darker, lighter, mix

STANDING = ("table", "sweep", "window", "disc", "arch", "plinth", "foliage", "block")
LYING = ("sheet", "linen", "diagonal", "lightfall", "terrazzo", "planks")
HORIZON = 640.0
SMALL = 200  # pixels: the size at which soft light is painted


def _gradient(top: Rgb, bottom: Rgb, size: tuple[int, int]) -> Image.Image:
    strip = Image.new("RGB", (1, 2))
    strip.putpixel((0, 0), top)
    strip.putpixel((0, 1), bottom)
    return strip.resize(size, Image.Resampling.BILINEAR, box=(0, 0.25, 1, 1.75))


def _spot(image: Image.Image, x: float, y: float, colour: Rgb, strength: float) -> None:
    """A pool of light (or dark) around a point, on a small canvas."""
    disc = Image.radial_gradient("L").point(lambda v: round(max(0, 255 - v * 1.3) * strength))
    wide = disc.resize((SMALL * 2, SMALL * 2), Image.Resampling.BILINEAR)
    corner = (round(SMALL * x / 1000) - SMALL, round(SMALL * y / 1000) - SMALL)
    layer = Image.new("L", image.size)
    layer.paste(wide, corner)
    image.paste(colour, (0, 0), layer)


def _cut(image: Image.Image, points: list[Point], fill: Image.Image | Rgb) -> None:
    """Pastes a crisp shape with smooth edges."""
    size = image.width
    mask = Image.new("L", (size * 2, size * 2))
    ImageDraw.Draw(mask).polygon([(x * size / 500, y * size / 500) for x, y in points], fill=255)
    image.paste(fill, (0, 0), mask.reduce(2))


def _light_shapes(
    image: Image.Image, shapes: list[list[Point]], colour: Rgb, strength: float, blur: float
) -> None:
    """Soft-edged light or shade thrown on a surface."""
    small = image.width // 2
    mask = Image.new("L", (small, small))
    draw = ImageDraw.Draw(mask)
    for points in shapes:
        draw.polygon([(x * small / 1000, y * small / 1000) for x, y in points], fill=255)
    mask = mask.filter(ImageFilter.GaussianBlur(blur * small / 1000))
    mask = mask.point(lambda v: round(v * strength)).resize(image.size, Image.Resampling.BILINEAR)
    image.paste(colour, (0, 0), mask)


def _panes(side: int) -> list[list[Point]]:
    """Four window panes, slanting away from the light."""
    panes: list[list[Point]] = []
    for column in range(2):
        for row in range(2):
            left, top = 180 + column * 250, 40 + row * 270
            corners = ((left, top), (left + 215, top), (left + 215, top + 235), (left, top + 235))
            slanted: list[Point] = [(x + (y - 40) * 0.35, y + (x - 180) * 0.16) for x, y in corners]
            panes.append(slanted if side < 0 else [(1000 - x, y) for x, y in slanted])
    return panes


def _leaves(side: int) -> list[list[Point]]:
    """The shadow of a branch outside the window."""
    dice = Random(11)
    shapes: list[list[Point]] = []
    for branch in range(3):
        x, y = 40.0 + branch * 190, -30.0
        for _ in range(9):
            x, y = x + dice.uniform(20, 62), y + dice.uniform(30, 70)
            for direction in (-1, 1):
                tip = (x + direction * dice.uniform(90, 150), y + dice.uniform(20, 90))
                middle = ((x + tip[0]) / 2, (y + tip[1]) / 2)
                shapes.append(
                    smooth([(x, y), (middle[0], middle[1] - 24), tip, (middle[0], middle[1] + 26)])
                )
    return shapes if side < 0 else [[(1000 - x, y) for x, y in points] for points in shapes]


def _table(image: Image.Image, table: Rgb, horizon: float = HORIZON) -> None:
    _light_shapes(
        image,
        [[(0, horizon - 26), (1000, horizon - 26), (1000, horizon), (0, horizon)]],
        darker(table, 0.6),
        0.22,
        14,
    )
    edge = round(horizon * image.width / 1000)
    board = _gradient(table, darker(table, 0.16), (image.width, image.height - edge))
    image.paste(board, (0, edge))
    image.paste(lighter(table, 0.32), (0, edge, image.width, edge + max(image.width // 320, 1)))


def _plinth(image: Image.Image, colour: Rgb, side: int) -> None:
    steps = 40
    body = Image.new("RGB", (steps, 1))
    for x in range(steps):
        share = x / (steps - 1) if side < 0 else 1 - x / (steps - 1)
        body.putpixel((x, 0), darker(lighter(colour, 0.12 * (1 - share)), 0.34 * share))
    fill = Image.new("RGB", image.size)
    wide = round(image.width * 0.74)
    fill.paste(
        body.resize((wide, image.height), Image.Resampling.BILINEAR), ((image.width - wide) // 2, 0)
    )
    cy = GROUND + 16
    lower: list[Point] = [(870, cy), (870, 1000), (130, 1000), (130, cy)]
    _cut(image, lower, fill)
    _cut(image, ring(500, cy, 370, 84, 90), lighter(colour, 0.24))


def _standing(style: str, wall: Rgb, table: Rgb, side: int, size: int) -> Image.Image:
    lit_x = 260 if side < 0 else 740
    canvas = _gradient(lighter(wall, 0.10), darker(wall, 0.06), (SMALL, SMALL))
    _spot(canvas, lit_x, 260, lighter(wall, 0.6), 0.55)
    _spot(canvas, 1000 - lit_x + (160 if side < 0 else -160), 900, darker(wall, 0.45), 0.22)
    image = canvas.resize((size, size), Image.Resampling.BILINEAR)
    if style == "disc":
        _cut(image, ring(500, 470, 335, 335, 120), mix(table, lighter(wall, 0.4), 0.18))
    elif style == "arch":
        arch = [*[p for p in ring(500, 400, 310, 310, 120) if p[1] <= 400], (190, 700), (810, 700)]
        arch.sort(key=lambda p: (0, p[0]) if p[1] <= 400 else (1, -p[0]))
        _cut(image, arch, darker(wall, 0.2))
        inner: list[Point] = [(x + 26 * -side, y + 12) for x, y in arch]
        _light_shapes(image, [inner], lighter(wall, 0.12), 0.7, 10)
    elif style == "window":
        _light_shapes(image, _panes(side), lighter(wall, 0.7), 0.6, 7)
    elif style == "foliage":
        _light_shapes(image, _leaves(side), darker(wall, 0.5), 0.30, 11)
    if style == "sweep":
        floor = _gradient(wall, lighter(wall, 0.34), (SMALL, SMALL))
        mask = Image.new("L", (1, 100))
        for y in range(100):
            mask.putpixel((0, y), round(255 * min(max((y - 56) / 26, 0), 1)))
        image.paste(
            floor.resize((size, size), Image.Resampling.BILINEAR),
            (0, 0),
            mask.resize((size, size), Image.Resampling.BILINEAR),
        )
    elif style == "block":
        corner: list[Point] = [(0, 560), (1000, 690), (1000, 1000), (0, 1000)]
        _cut(
            image,
            corner if side < 0 else [(1000 - x, y) for x, y in corner],
            mix(table, wall, 0.15),
        )
    elif style == "plinth":
        _plinth(image, mix(table, wall, 0.35), side)
    else:
        _table(image, table)
    if style == "window":
        spill = [
            [(x + 120 * -side, y * 0.45 + 640) for x, y in pane] for pane in _panes(side)[1::2]
        ]
        _light_shapes(image, spill, lighter(table, 0.6), 0.32, 12)
    return image


def _lying(style: str, wall: Rgb, table: Rgb, side: int, size: int) -> Image.Image:
    ground = table if style == "planks" else wall
    canvas = _gradient(lighter(ground, 0.10), darker(ground, 0.08), (SMALL, SMALL))
    lit_x = 200 if side < 0 else 800
    _spot(canvas, lit_x, 180, lighter(ground, 0.6), 0.5)
    _spot(canvas, 1000 - lit_x, 950, darker(ground, 0.5), 0.22)
    image = canvas.resize((size, size), Image.Resampling.BILINEAR)
    draw = ImageDraw.Draw(image, "RGBA")
    dice = Random(5)
    if style == "linen":
        for step in range(0, size, 4):
            shade = (*darker(ground, 0.7), dice.randint(4, 18))
            draw.line((step, 0, step, size), fill=shade)
            draw.line((0, step, size, step), fill=(*WARM, dice.randint(4, 26)))
    elif style == "diagonal":
        half: list[Point] = [(0, 640), (1000, 250), (1000, 1000), (0, 1000)]
        _cut(image, half if side < 0 else [(1000 - x, y) for x, y in half], mix(table, wall, 0.25))
    elif style == "lightfall":
        _light_shapes(image, _panes(side), lighter(ground, 0.75), 0.55, 9)
    elif style == "terrazzo":
        for _ in range(170):
            x, y, r = dice.uniform(0, 1000), dice.uniform(0, 1000), dice.uniform(4, 17)
            chip = [
                (px + dice.uniform(-r, r) * 0.7, py + dice.uniform(-r, r) * 0.7)
                for px, py in ring(x, y, r, r, 6)
            ]
            colour = dice.choice(
                (table, darker(wall, 0.3), lighter(wall, 0.7), mix(table, wall, 0.5))
            )
            unit = size / 1000
            draw.polygon([(px * unit, py * unit) for px, py in chip], fill=(*colour, 150))
    elif style == "planks":
        for board in range(5):
            edge = board * size // 5
            tone = (*darker(table, 0.5), dice.randint(0, 34))
            draw.rectangle((0, edge, size, edge + size // 5), fill=tone)
            for _ in range(9):
                y = edge + dice.randint(4, size // 5 - 4)
                draw.line((0, y, size, y + dice.randint(-6, 6)), fill=(*darker(table, 0.6), 16))
            draw.line((0, edge, size, edge), fill=(*darker(table, 0.7), 110), width=2)
    return image


WARM: Rgb = (255, 250, 240)


@lru_cache(maxsize=40)
def scene(style: str, wall: Rgb, table: Rgb, side: int, size: int) -> Image.Image:
    """The empty set, `size` pixels square. Shared: copy before drawing on it."""
    build = _lying if style in LYING else _standing
    return build(style, wall, table, side, size)
