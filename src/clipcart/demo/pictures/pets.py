"""For dogs."""

import math
from collections.abc import Callable

from clipcart.demo.pictures.brush import Brush, Ink
from clipcart.demo.pictures.colour import PAPER, Rgb, darker, lighter


def _bone(b: Brush, x: float, y: float, long: float, angle: float, colour: Rgb) -> None:
    a = math.radians(angle)
    cos, sin = math.cos(a), math.sin(a)
    thick = long * 0.3
    for shift, tone in ((6.0, darker(colour, 0.4)), (0.0, colour)):
        ends = [(x - cos * long / 2, y - sin * long / 2 + shift),
                (x + cos * long / 2, y + sin * long / 2 + shift)]  # fmt: skip
        b.line(ends, thick, tone, curved=False)
        for ex, ey in ends:
            for side in (-1, 1):
                b.oval(ex - sin * side * thick * 0.5, ey + cos * side * thick * 0.5, thick * 0.55,
                       thick * 0.55, tone, "ball" if not shift else "flat")  # fmt: skip
    b.line([(x - cos * long / 3, y - sin * long / 3), (x + cos * long / 3, y + sin * long / 3)],
           thick * 0.5, lighter(colour, 0.15), curved=False)  # fmt: skip
    for k in (-0.25, 0.0, 0.25):
        b.oval(x + cos * long * k, y + sin * long * k, 5, 5, darker(colour, 0.45))


def dogbiscuit(b: Brush, ink: Ink) -> None:
    kraft: Rgb = (206, 172, 128)
    b.poly([(330, 300), (670, 300), (690, 780), (310, 780)], kraft, "round")
    b.poly([(326, 300), (346, 280), (366, 300), (386, 280), (406, 300), (426, 280), (446, 300),
            (466, 280),
            (486, 300), (506, 280), (526, 300), (546, 280), (566, 300), (586, 280), (606, 300),
            (626, 280),
            (646, 300), (666, 280), (674, 330), (326, 330)], darker(kraft, 0.14),
            "round")  # fmt: skip
    b.rect(370, 420, 630, 670, PAPER, "round", corner=16)
    b.oval(500, 540, 84, 84, ink.accent)
    _bone(b, 500, 536, 84, -20, PAPER)
    b.dusk(650, 560, 20, 150, 0.3)
    for i, (x, y) in enumerate(
        ((220, 740), (300, 770), (740, 750), (820, 772), (660, 786), (160, 784))
    ):
        tone = lighter(ink.tint, (i % 3) * 0.08)
        if ink.form == 0:
            _bone(b, x, y - 16, 96, (-20, 14, 34, -8, 10, 24)[i], tone)
        else:
            star = [(x + (46 if k % 2 == 0 else 22) * math.sin(math.pi * k / 5),
                     y - 12 - (34 if k % 2 == 0 else 17) * math.cos(math.pi * k / 5))
                    for k in range(10)]  # fmt: skip
            b.curve([(px, py + 7) for px, py in star], darker(tone, 0.4))
            b.curve(star, tone, "fall")


def cake(b: Brush, ink: Ink) -> None:
    b.lathe([(300, 736), (304, 748), (120, 774)], (214, 226, 226))
    b.lathe([(214, 540), (216, 640), (212, 730)], (205, 140, 76))
    b.lathe([(216, 520), (217, 560), (214, 600)], ink.tint)
    for i in range(9):
        x = 300 + i * 50
        drop = 640 + (i * 37) % 60
        b.line([(x, 590), (x, drop - abs(i - 4) * 6)], 40, ink.tint, curved=False)
    b.oval(500, 520, 216, 52, lighter(ink.tint, 0.4), "side")
    for i in range(10):
        a = math.tau * i / 10
        b.oval(
            500 + 178 * math.cos(a), 516 + 38 * math.sin(a), 26, 22, lighter(ink.tint, 0.6), "ball"
        )
    _bone(b, 500, 430, 150, -68, (214, 160, 96))
    b.gloss(350, 640, 16, 60, 0.4)


def knot(b: Brush, ink: Ink) -> None:
    t = ink.tint
    for i, x in enumerate((150, 850)):
        for k in range(9):
            spread = (k - 4) * 15
            b.line([(x + (100 if i == 0 else -100), 520 + spread * 0.4), (x,
                   520 + spread * 1.6)], 13,
                   (t, PAPER, ink.deep)[k % 3], curved=False)  # fmt: skip
    for k, colour in enumerate((t, PAPER, darker(t, 0.25))):
        path = [(240 + j * 26, 520 + math.sin(j * 0.9 + k * 2.1) * 32) for j in range(21)]
        b.line(path, 36, colour, tube=True)
    for x in (260, 500, 740):
        b.oval(x, 520, 92, 84, t, "ball")
        b.line([(x - 66, 476), (x, 500), (x + 62, 580)], 32, PAPER, tube=True)
        b.line([(x - 60, 560), (x - 10, 520), (x + 66, 470)], 30, darker(t, 0.1), tube=True)


STANDS: dict[str, Callable[[Brush, Ink], None]] = {"dogbiscuit": dogbiscuit, "cake": cake}
LIES: dict[str, Callable[[Brush, Ink], None]] = {"knot": knot}
