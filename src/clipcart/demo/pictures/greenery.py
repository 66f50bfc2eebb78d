"""Plants in pots, and what gardeners use."""

import math
from collections.abc import Callable

from clipcart.demo.pictures.brush import Brush, Ink
from clipcart.demo.pictures.colour import (
    BRASS,
    GLASS,
    LEAF,
    PAPER,
    SOIL,
    STEEL,
    Rgb,
    darker,
    lighter,
    mix,
)


def _pot(b: Brush, colour: Rgb, top: float = 600, wide: float = 150, bottom: float = 772) -> None:
    b.lathe([(wide * 0.92, top + 20), (wide * 0.68, bottom)], colour, soft=False)
    b.lathe([(wide, top), (wide, top + 36)], lighter(colour, 0.06), soft=False)
    b.oval(500, top, wide, wide * 0.2, lighter(colour, 0.2))
    b.oval(500, top + 4, wide - 12, wide * 0.16, SOIL)


def _leaf(
    b: Brush, x: float, y: float, angle: float, long: float, wide: float, colour: Rgb
) -> None:
    """One leaf from its stalk, `angle` in degrees from straight up, with a lighter rib."""
    a = math.radians(angle - 90)
    cos, sin = math.cos(a), math.sin(a)

    def at(along: float, across: float) -> tuple[float, float]:
        return x + cos * along - sin * across, y + sin * along + cos * across

    b.curve([at(0, 0), at(long * 0.3, wide), at(long * 0.65, wide * 0.9), at(long, 0),
             at(long * 0.65, -wide * 0.9), at(long * 0.3, -wide)], colour, "side")  # fmt: skip
    b.line([at(0, 0), at(long * 0.92, 0)], 3, lighter(colour, 0.3), curved=False, opacity=0.8)


def plant(b: Brush, ink: Ink) -> None:
    (_monstera, _swords, _cactus, _trailing, _fern, _rosettes, _tree)[ink.form](b, ink)


def _monstera(b: Brush, ink: Ink) -> None:
    _pot(b, ink.tint)
    for angle, reach, size in ((-52, 250, 120), (48, 270, 126), (-22, 330, 140), (20, 380, 136),
                               (-70, 180, 96), (72, 170, 92), (2, 250, 130)):  # fmt: skip
        a = math.radians(angle)
        x, y = 500 + math.sin(a) * reach, 590 - math.cos(a) * reach
        b.line([(500, 596), (500 + (x - 500) * 0.4, 470), (x, y)], 9, darker(LEAF, 0.1))
        tone = mix(LEAF, (40, 90, 60), ink.dice.random() * 0.7)
        turn = angle * 1.25
        _leaf(b, x - math.sin(a) * size * 0.3, y + math.cos(a) * size * 0.3, turn, size * 1.3,
              size * 0.62, tone)  # fmt: skip
        t = math.radians(turn - 90)
        for k in (0.45, 0.68, 0.88):
            for side in (-1, 1):
                ax = x - math.sin(a) * size * 0.3 + math.cos(t) * size * 1.3 * k
                ay = y + math.cos(a) * size * 0.3 + math.sin(t) * size * 1.3 * k
                ex, ey = -math.sin(t) * side, math.cos(t) * side
                b.line([(ax + ex * size * 0.2, ay + ey * size * 0.2),
                        (ax + ex * size * 0.6, ay + ey * size * 0.6)], 9,
                        darker(tone, 0.42))  # fmt: skip


def _swords(b: Brush, ink: Ink) -> None:
    for i, x in enumerate((-90, 96, -50, 58, -8, 26)):
        top = (330, 350, 250, 230, 180, 300)[i]
        tone = mix((96, 136, 92), (62, 104, 82), ink.dice.random())
        lean = x * 0.9
        blade = b.curve([(500 + x * 0.6 - 28, 620), (500 + x + lean * 0.3 - 34, 460),
                         (500 + x + lean, top),
                         (500 + x + lean * 0.3 + 34, 460), (500 + x * 0.6 + 28, 620)],
                        (216, 206, 130), "side")  # fmt: skip
        b.curve([(500 + x * 0.6 - 18, 620), (500 + x + lean * 0.3 - 22, 460), (500 + x + lean,
                 top + 30),
                 (500 + x + lean * 0.3 + 22, 460), (500 + x * 0.6 + 18, 620)],
                 tone, "side")  # fmt: skip
        for k in range(8):
            y = 600 - k * 42
            b.line(
                [(350, y), (500, y - 14), (650, y)],
                6,
                lighter(tone, 0.3),
                inside=blade,
                opacity=0.4,
            )
    _pot(b, ink.tint, 600, 158)


def _cactus(b: Brush, ink: Ink) -> None:
    body = b.oval(500, 500, 190, 176, (104, 146, 96), "ball")
    for i in range(-5, 6):
        x = 500 + i * 36
        b.line([(500 + i * 8, 326), (x, 500), (500 + i * 20, 690)], 6, (70, 108, 72), inside=body)
        for k in range(7):
            y = 350 + k * 46
            px = 500 + i * 36 * math.sin(math.pi * (k + 1) / 8.5)
            b.line([(px - 9, y - 8), (px, y), (px + 9, y - 8)], 3, (246, 226, 150), inside=body)
    for x in (460, 500, 540):
        b.oval(x, 336, 24, 18, (236, 172, 60), "ball")
    _pot(b, ink.tint, 620, 172)


def _trailing(b: Brush, ink: Ink) -> None:
    b.lathe([(120, 330), (130, 380), (96, 520)], ink.tint)
    b.oval(500, 330, 120, 26, SOIL)
    for x in (-1, 1):
        b.line([(500 + x * 116, 334), (500, 60)], 5, (206, 180, 140), curved=False)
    for i in range(11):
        x = 385 + i * 23
        end = ink.dice.uniform(560, 860)
        sway = ink.dice.uniform(-70, 70) + (i - 5) * 12
        path = [
            (x, 330),
            (x + (i - 5) * 10, 400),
            (x + sway * 0.7, (400 + end) / 2),
            (x + sway, end),
        ]
        b.line(path, 4, (110, 96, 88))
        for k in range(int((end - 360) / 40)):
            share = k / ((end - 360) / 40)
            px, py = x + (i - 5) * 8 * min(share * 3, 1) + sway * share, 380 + (end - 380) * share
            tone = mix((112, 140, 112), (148, 100, 120), ink.dice.random() * 0.6)
            for side in (-1, 1):
                b.oval(px + side * 14, py, 15, 12, tone, "ball")


def _fern(b: Brush, ink: Ink) -> None:
    for i in range(17):
        angle = -92 + i * 11.5
        reach = ink.dice.uniform(240, 350)
        a = math.radians(angle)
        tip = (500 + math.sin(a) * reach, 560 - math.cos(a) * reach * 0.85 + abs(angle) * 0.9)
        middle = (500 + math.sin(a) * reach * 0.55, 540 - math.cos(a) * reach * 0.75)
        tone = mix((118, 160, 78), (66, 112, 66), ink.dice.random())
        b.line([(500, 600), middle, tip], 5, darker(tone, 0.2))
        for k in range(1, 13):
            s = k / 13
            px = (1 - s) ** 2 * 500 + 2 * s * (1 - s) * middle[0] + s * s * tip[0]
            py = (1 - s) ** 2 * 600 + 2 * s * (1 - s) * middle[1] + s * s * tip[1]
            size = 34 * (1 - s * 0.75)
            b.line([(px - size * 0.8, py + size * 0.5), (px, py - size * 0.1),
                    (px + size * 0.8, py + size * 0.5)], 11, tone)  # fmt: skip
    _pot(b, ink.tint, 610, 150)


def _rosettes(b: Brush, ink: Ink) -> None:
    pots = ((280, (132, 168, 142)), (500, (190, 130, 140)), (720, (150, 160, 190)))
    for cx, tone in pots:
        b.lathe([(86, 650), (90, 690), (66, 772)], ink.tint, cx=cx)
        b.oval(cx, 650, 86, 20, SOIL)
        for layer, (count, reach, wide) in enumerate(((11, 104, 30), (9, 78, 27), (6, 48, 22))):
            for i in range(count):
                angle = -100 + i * 200 / (count - 1)
                _leaf(b, cx, 640, angle, reach, wide, lighter(tone, 0.13 * layer))
        b.oval(cx, 606, 22, 22, lighter(tone, 0.45), "ball")


def _tree(b: Brush, ink: Ink) -> None:
    b.line([(500, 620), (494, 480), (506, 360)], 20, (124, 94, 66), tube=True)
    for _ in range(90):
        a, r = ink.dice.uniform(0, math.tau), ink.dice.random() ** 0.5
        x, y = 500 + math.cos(a) * 210 * r, 320 + math.sin(a) * 180 * r
        tone = mix((60, 112, 62), (124, 162, 84), ink.dice.random() * (1 - (y - 140) / 500))
        _leaf(b, x, y, ink.dice.uniform(-150, 150), 70, 20, tone)
    for x, y in ((420, 360), (560, 300), (480, 250), (600, 400), (390, 270), (520, 430)):
        b.oval(x, y, 25, 27, (166, 190, 70), "ball")
    _pot(b, ink.tint, 620, 156)


def wateringcan(b: Brush, ink: Ink) -> None:
    t = ink.tint
    b.line([(600, 700), (720, 600), (790, 420), (900, 330)], 26, t, tube=True)
    b.oval(902, 326, 20, 34, BRASS, "ball")
    b.line([(360, 500), (200, 440), (210, 660), (356, 720)], 26, t, tube=True)
    b.lathe([(124, 490), (150, 600), (158, 768)], t)
    b.oval(500, 490, 124, 28, darker(t, 0.5))
    b.line([(376, 490), (420, 370), (580, 370), (624, 490)], 22, t, tube=True)
    b.gloss(420, 620, 16, 90, 0.5)


def pot(b: Brush, ink: Ink) -> None:
    b.lathe([(230, 742), (236, 770)], darker(ink.tint, 0.1), soft=False)
    body = b.lathe([(190, 400), (190, 600), (184, 750)], ink.tint, soft=False)
    b.specks(body, lighter(ink.tint, 0.4), 120, 5, ink.dice)
    b.oval(500, 400, 190, 42, lighter(ink.tint, 0.25))
    b.oval(500, 404, 170, 34, darker(ink.tint, 0.55), "side")
    b.gloss(380, 580, 20, 110, 0.3)


def terrarium(b: Brush, ink: Ink) -> None:
    b.lathe([(110, 330), (190, 430), (206, 580), (180, 768)], GLASS, opacity=0.5)
    b.lathe([(198, 650), (196, 690), (178, 762)], SOIL)
    for x, w in ((400, 90), (520, 110), (620, 70)):
        b.oval(x, 652, w, 34, (96, 134, 70), "ball")
    for angle in (-50, -25, 0, 24, 48, -70, 66):
        _leaf(b, 500, 640, angle, 190 - abs(angle), 26, mix(LEAF, (130, 170, 100), abs(angle) / 90))
    b.oval(590, 640, 34, 24, STEEL, "ball")
    b.rect(404, 280, 596, 344, (206, 164, 116), "round", corner=16)
    b.gloss(350, 540, 14, 120, 0.9)
    b.gloss(650, 520, 8, 100, 0.5)


def seedpacket(b: Brush, ink: Ink) -> None:
    x0, y0, s, turn, mirrored, pivot = b.placement()
    for i, (angle, dx) in enumerate(((-12, -120), (9, 120), (-2, 0))):
        b.at(x0 + dx * s, y0, s, turn + angle, mirrored, pivot)
        b.rect(360, 260, 640, 740, PAPER, "side", corner=4)
        panel = b.rect(380, 330, 620, 640, (ink.tint, ink.accent, mix(ink.deep, ink.tint, 0.3))[i],
                       "fall", corner=8)  # fmt: skip
        for fx, fy in ((440, 450), (540, 400), (500, 520), (570, 540)):
            b.line([(fx, fy), (fx + 6, 660)], 5, LEAF, inside=panel)
            for k in range(7):
                a = math.tau * k / 7
                b.oval(fx + math.cos(a) * 24, fy + math.sin(a) * 24, 15, 15,
                       (PAPER, (238, 130, 110), (250, 220, 130))[i], inside=panel)  # fmt: skip
            b.oval(fx, fy, 14, 14, (150, 90, 40), inside=panel)
        b.rect(420, 672, 580, 690, ink.deep)
        b.rect(360, 260, 640, 300, darker(PAPER, 0.1), "side")
    b.at(x0, y0, s, turn, mirrored, pivot)


STANDS: dict[str, Callable[[Brush, Ink], None]] = {
    "plant": plant, "wateringcan": wateringcan, "pot": pot, "terrarium": terrarium,
}  # fmt: skip
LIES: dict[str, Callable[[Brush, Ink], None]] = {"seedpacket": seedpacket}
