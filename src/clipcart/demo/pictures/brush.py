"""Draws shaded shapes in a square of 1000 x 1000 units, independent of the picture's size.

A brush keeps colour and coverage apart at twice the final size; `onto` brings both down together,
which is where edges become smooth. `at` moves, turns, scales or mirrors everything drawn after it;
the light always comes from the same side, since shading follows pixels and not the turned shape.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from clipcart.demo.pictures.colour import Rgb, darker, lighter, mix

Point = tuple[float, float]
FINE = 2  # pixels drawn per final pixel, each way
GROUND = 780.0  # units: where standing things stand


@dataclass(frozen=True, slots=True)
class Shape:
    """What has been drawn: a mask and where its corner lies, for painting inside it later."""

    mask: Image.Image
    left: int
    top: int


@dataclass(frozen=True, slots=True)
class Ink:
    """The colours and choices with which one product is drawn."""

    tint: Rgb
    accent: Rgb
    deep: Rgb
    light: Rgb
    form: int
    dice: Random


@lru_cache(maxsize=512)
def _ramp(colour: Rgb, shade: str, side: int) -> Image.Image:
    """A strip or disc of shading that is stretched over a shape. `side` -1: light from the left."""
    if shade == "ball":
        disc = Image.radial_gradient("L").crop((40, 40, 216, 216)).resize((64, 64))
        disc = ImageChops.offset(disc, 10 * side, -10)
        dark, bright = darker(colour, 0.34), lighter(colour, 0.30)
        return Image.composite(
            Image.new("RGB", (64, 64), dark), Image.new("RGB", (64, 64), bright), disc
        )
    stops: tuple[tuple[float, Rgb], ...]
    if shade == "round":
        stops = (
            (0.0, darker(colour, 0.10)),
            (0.22, lighter(colour, 0.26)),
            (0.48, colour),
            (0.86, darker(colour, 0.34)),
            (1.0, darker(colour, 0.22)),
        )
    elif shade == "metal":
        stops = (
            (0.0, darker(colour, 0.42)),
            (0.14, lighter(colour, 0.15)),
            (0.26, lighter(colour, 0.72)),
            (0.42, colour),
            (0.72, darker(colour, 0.45)),
            (0.88, darker(colour, 0.15)),
            (1.0, darker(colour, 0.4)),
        )
    elif shade == "fall":
        stops = ((0.0, lighter(colour, 0.2)), (0.5, colour), (1.0, darker(colour, 0.24)))
    elif shade == "side":
        stops = ((0.0, lighter(colour, 0.14)), (1.0, darker(colour, 0.16)))
    elif shade == "glow":
        stops = ((0.0, lighter(colour, 0.75)), (0.55, lighter(colour, 0.35)), (1.0, colour))
    else:
        stops = ((0.0, lighter(colour, 0.06)), (1.0, darker(colour, 0.07)))
    strip = Image.new("RGB", (48, 1))
    for x in range(48):
        strip.putpixel((x, 0), _between(stops, x / 47))
    if shade in {"fall", "flat", "glow"}:
        return strip.transpose(Image.Transpose.ROTATE_270)
    return strip if side < 0 else strip.transpose(Image.Transpose.FLIP_LEFT_RIGHT)


def _stretch(ramp: Image.Image, size: tuple[int, int]) -> Image.Image:
    """A ramp over a whole shape. Strips vary one way only, so they are filtered once and copied."""
    wide, high = ramp.size
    if high == 1:
        ramp = ramp.resize((size[0], 1), Image.Resampling.BILINEAR)
    elif wide == 1:
        ramp = ramp.resize((1, size[1]), Image.Resampling.BILINEAR)
    else:
        return ramp.resize(size, Image.Resampling.BILINEAR)
    return ramp.resize(size, Image.Resampling.NEAREST)


def _between(stops: Sequence[tuple[float, Rgb]], place: float) -> Rgb:
    for (start, one), (end, other) in pairwise(stops):
        if place <= end:
            return mix(one, other, (place - start) / (end - start))
    return stops[-1][1]


def smooth(points: Sequence[Point], closed: bool = True, steps: int = 8) -> list[Point]:
    """A Catmull-Rom curve through the points."""
    count = len(points)
    result: list[Point] = []
    for index in range(count if closed else count - 1):
        corners = [
            points[(index + o) % count] if closed else points[min(max(index + o, 0), count - 1)]
            for o in (-1, 0, 1, 2)
        ]
        for step in range(steps):
            t = step / steps
            weights = (
                -0.5 * t + t * t - 0.5 * t**3,
                1 - 2.5 * t * t + 1.5 * t**3,
                0.5 * t + 2 * t * t - 1.5 * t**3,
                -0.5 * t * t + 0.5 * t**3,
            )
            result.append(
                (
                    sum(w * c[0] for w, c in zip(weights, corners, strict=True)),
                    sum(w * c[1] for w, c in zip(weights, corners, strict=True)),
                )
            )
    if not closed:
        result.append(points[-1])
    return result


def ring(cx: float, cy: float, rx: float, ry: float, count: int = 56) -> list[Point]:
    """Points on an ellipse."""
    return [
        (cx + rx * math.cos(a), cy + ry * math.sin(a))
        for a in (math.tau * i / count for i in range(count))
    ]


class Brush:
    """One layer of drawing; see the module for the idea."""

    def __init__(self, size: int, side: int) -> None:
        self.pixels = size * FINE
        self.side = side
        self.unit = self.pixels / 1000
        self._rgb = Image.new("RGB", (self.pixels, self.pixels))
        self._alpha = Image.new("L", (self.pixels, self.pixels))
        self.at()

    def at(
        self,
        x: float = 0,
        y: float = 0,
        scale: float = 1,
        turn: float = 0,
        mirrored: bool = False,
        pivot: Point = (500, GROUND),
    ) -> None:
        """Places what follows: moved by x, y units; scaled, turned (degrees) about the pivot."""
        self._move = (x, y)
        self._scale = scale
        self._cos, self._sin = math.cos(math.radians(turn)), math.sin(math.radians(turn))
        self._mirror = -1 if mirrored else 1
        self._pivot = pivot

    def placement(self) -> tuple[float, float, float, float, bool, Point]:
        """The arguments that `at` was last given, for drawings that fan out copies."""
        turn = math.degrees(math.atan2(self._sin, self._cos))
        return *self._move, self._scale, turn, self._mirror < 0, self._pivot

    def _place(self, points: Sequence[Point]) -> list[Point]:
        px, py = self._pivot
        dx, dy = self._move
        scale, unit = self._scale, self.unit
        cos, sin, mirror = self._cos, self._sin, self._mirror
        placed = []
        for x, y in points:
            u, v = (x - px) * scale * mirror, (y - py) * scale
            placed.append(
                ((px + dx + u * cos - v * sin) * unit, (py + dy + u * sin + v * cos) * unit)
            )
        return placed

    def _stencil(self, points: Sequence[Point]) -> Shape | None:
        placed = self._place(points)
        left = max(math.floor(min(x for x, _ in placed)), 0)
        top = max(math.floor(min(y for _, y in placed)), 0)
        right = min(math.ceil(max(x for x, _ in placed)), self.pixels)
        bottom = min(math.ceil(max(y for _, y in placed)), self.pixels)
        if right <= left or bottom <= top:
            return None
        mask = Image.new("L", (right - left, bottom - top))
        ImageDraw.Draw(mask).polygon([(x - left, y - top) for x, y in placed], fill=255)
        return Shape(mask, left, top)

    def _paint(self, shape: Shape, colour: Rgb, shade: str, opacity: float) -> None:
        ramp = _ramp(colour, shade, self.side)
        fill = _stretch(ramp, shape.mask.size)
        mask = shape.mask if opacity >= 1 else shape.mask.point(lambda v: round(v * opacity))
        self._rgb.paste(fill, (shape.left, shape.top), mask)
        self._alpha.paste(255, (shape.left, shape.top), mask)

    def poly(
        self,
        points: Sequence[Point],
        colour: Rgb,
        shade: str = "flat",
        *,
        opacity: float = 1,
        inside: Shape | None = None,
    ) -> Shape:
        """A filled polygon, optionally only where `inside` was drawn."""
        shape = self._stencil(points)
        if shape is None:
            return Shape(Image.new("L", (1, 1)), 0, 0)
        if inside is not None:
            window = Image.new("L", shape.mask.size)
            window.paste(inside.mask, (inside.left - shape.left, inside.top - shape.top))
            shape = Shape(ImageChops.multiply(shape.mask, window), shape.left, shape.top)
        self._paint(shape, colour, shade, opacity)
        return shape

    def curve(
        self,
        points: Sequence[Point],
        colour: Rgb,
        shade: str = "flat",
        *,
        opacity: float = 1,
        inside: Shape | None = None,
    ) -> Shape:
        """A filled closed curve through the points."""
        return self.poly(smooth(points), colour, shade, opacity=opacity, inside=inside)

    def oval(
        self,
        cx: float,
        cy: float,
        rx: float,
        ry: float,
        colour: Rgb,
        shade: str = "flat",
        *,
        opacity: float = 1,
        inside: Shape | None = None,
    ) -> Shape:
        """A filled ellipse."""
        return self.poly(ring(cx, cy, rx, ry), colour, shade, opacity=opacity, inside=inside)

    def rect(
        self,
        left: float,
        top: float,
        right: float,
        bottom: float,
        colour: Rgb,
        shade: str = "flat",
        *,
        corner: float = 0,
        opacity: float = 1,
        inside: Shape | None = None,
    ) -> Shape:
        """A rectangle with round corners."""
        points: list[Point] = []
        for cx, cy, start in (
            (right - corner, top + corner, -90),
            (right - corner, bottom - corner, 0),
            (left + corner, bottom - corner, 90),
            (left + corner, top + corner, 180),
        ):
            for step in range(7 if corner else 1):
                angle = math.radians(start + step * 15)
                points.append((cx + corner * math.cos(angle), cy + corner * math.sin(angle)))
        return self.poly(points, colour, shade, opacity=opacity, inside=inside)

    def lathe(
        self,
        profile: Sequence[Point],
        colour: Rgb,
        shade: str = "round",
        *,
        cx: float = 500,
        soft: bool = True,
        base: float = 0.14,
        opacity: float = 1,
    ) -> Shape:
        """A turned body: (radius, y) from top to bottom, with the foot rounded by `base`."""
        side = smooth(profile, closed=False, steps=7) if soft else list(profile)
        radius, bottom = side[-1]
        foot = [
            (cx + radius * math.cos(a), bottom + radius * base * math.sin(a))
            for a in (math.pi * i / 20 for i in range(21))
        ]
        outline = [(cx + r, y) for r, y in side] + foot + [(cx - r, y) for r, y in reversed(side)]
        return self.poly(outline, colour, shade, opacity=opacity)

    def line(
        self,
        points: Sequence[Point],
        width: float,
        colour: Rgb,
        *,
        curved: bool = True,
        tube: bool = False,
        inside: Shape | None = None,
        opacity: float = 1,
    ) -> None:
        """A stroke with round ends; `tube` gives it a lit and a dark side."""
        path = smooth(points, closed=False, steps=10) if curved else list(points)
        if tube:
            self.line(path, width, darker(colour, 0.32), curved=False)
            shift = width * 0.09 * self.side * self._mirror
            middle = [(x + shift, y - width * 0.07) for x, y in path]
            self.line(middle, width * 0.74, colour, curved=False)
            shine = [(x + shift * 2, y - width * 0.16) for x, y in path]
            self.line(shine, width * 0.24, lighter(colour, 0.34), curved=False)
            return
        outline = _thick(path, width / 2)
        self.poly(outline, colour, inside=inside, opacity=opacity)
        for x, y in (path[0], path[-1]):
            self.oval(x, y, width / 2, width / 2, colour, inside=inside, opacity=opacity)

    def gloss(self, cx: float, cy: float, rx: float, ry: float, strength: float = 0.5) -> None:
        """A soft window of light on what is already there."""
        self._soft(ring(cx, cy, rx, ry, 24), (255, 255, 252), strength, max(min(rx, ry) / 2.4, 3))

    def dusk(self, cx: float, cy: float, rx: float, ry: float, strength: float = 0.4) -> None:
        """A soft shadow on what is already there."""
        self._soft(ring(cx, cy, rx, ry, 24), (40, 24, 34), strength, max(min(rx, ry) / 2.4, 3))

    def _soft(self, points: Sequence[Point], colour: Rgb, strength: float, blur: float) -> None:
        reach = blur * 2.2 * self._scale * self.unit
        placed = self._place(points)
        left = max(int(min(x for x, _ in placed) - reach), 0)
        top = max(int(min(y for _, y in placed) - reach), 0)
        right = min(int(max(x for x, _ in placed) + reach), self.pixels)
        bottom = min(int(max(y for _, y in placed) + reach), self.pixels)
        if right - left < 8 or bottom - top < 8:
            return
        small = Image.new("L", ((right - left) // 8 + 1, (bottom - top) // 8 + 1))
        ImageDraw.Draw(small).polygon(
            [((x - left) / 8, (y - top) / 8) for x, y in placed], fill=round(255 * strength)
        )
        small = small.filter(ImageFilter.GaussianBlur(blur * self._scale * self.unit / 8))
        mask = small.resize((right - left, bottom - top), Image.Resampling.BILINEAR)
        mask = ImageChops.multiply(mask, self._alpha.crop((left, top, right, bottom)))
        self._rgb.paste(colour, (left, top), mask)

    def specks(self, shape: Shape, colour: Rgb, count: int, size: float, dice: Random) -> None:
        """Freckles inside a shape, as ash leaves them on a glaze."""
        width, height = shape.mask.size
        dots = Image.new("L", shape.mask.size)
        draw = ImageDraw.Draw(dots)
        for _ in range(count):
            x, y = dice.random() * width, dice.random() * height
            r = size * self.unit * self._scale * dice.uniform(0.3, 1)
            draw.ellipse((x - r, y - r, x + r, y + r), fill=dice.randint(80, 190))
        self._rgb.paste(colour, (shape.left, shape.top), ImageChops.multiply(dots, shape.mask))

    def onto(self, picture: Image.Image) -> Image.Image:
        """The picture with this layer on top. Colour is kept multiplied by coverage, so it adds."""
        picture.paste((0, 0, 0), (0, 0), self._alpha.reduce(FINE))
        return ImageChops.add(picture, self._rgb.reduce(FINE))

    def coverage(self, pixels: int) -> Image.Image:
        """The silhouette alone, small, for shadows."""
        return self._alpha.resize((pixels, pixels), Image.Resampling.BOX)


def _thick(path: Sequence[Point], half: float) -> list[Point]:
    """The outline of a stroke along a path."""
    left: list[Point] = []
    right: list[Point] = []
    last = len(path) - 1
    for index, (x, y) in enumerate(path):
        before, after = path[max(index - 1, 0)], path[min(index + 1, last)]
        dx, dy = after[0] - before[0], after[1] - before[1]
        length = math.hypot(dx, dy) or 1
        nx, ny = -dy / length * half, dx / length * half
        left.append((x + nx, y + ny))
        right.append((x - nx, y - ny))
    return left + right[::-1]
