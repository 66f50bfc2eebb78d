"""Wooden toys."""

import math
from collections.abc import Callable

from clipcart.demo.pictures.brush import Brush, Ink
from clipcart.demo.pictures.colour import LEATHER, PAPER, WOOD, Rgb, darker, lighter, mix

MAPLE: Rgb = (228, 196, 150)
PAINTS: tuple[Rgb, ...] = (
    (210, 96, 63),
    (90, 160, 168),
    (236, 190, 84),
    (122, 150, 90),
    (240, 232, 214),
)


def _paints(ink: Ink) -> tuple[Rgb, ...]:
    return tuple(mix(paint, ink.tint, 0.30) for paint in PAINTS)


def _wheel(b: Brush, x: float, y: float, r: float) -> None:
    b.oval(x + 5, y, r, r, darker(WOOD, 0.35))
    b.oval(x, y, r, r, WOOD, "ball")
    b.oval(x, y, r * 0.62, r * 0.62, lighter(MAPLE, 0.1), "ball")
    b.oval(x, y, r * 0.18, r * 0.18, darker(WOOD, 0.5))


def toycar(b: Brush, ink: Ink) -> None:
    t = ink.tint
    if ink.form == 1:
        b.rect(180, 470, 600, 700, darker(MAPLE, 0.06), "fall", corner=20)
        for i in range(6):
            x = 230 + i * 62
            b.lathe([(12, 392), (14, 420), (24, 440), (25, 520)], PAPER, cx=x, base=0.05)
            b.oval(x, 390, 13, 7, (200, 90, 70))
        b.rect(176, 500, 604, 700, t, "fall", corner=20)
        b.rect(230, 560, 550, 640, lighter(t, 0.5), "side", corner=14)
        b.curve([(600, 700), (600, 470), (640, 410), (740, 410), (790, 520), (840, 560), (840,
                700)], t,
                "fall")  # fmt: skip
        b.poly([(660, 450), (726, 450), (764, 540), (660, 540)], darker(t, 0.55), "side")
    else:
        b.oval(470, 470, 50, 52, MAPLE, "ball")
        b.curve([(424, 460), (470, 408), (516, 460), (470, 444)], ink.accent, "ball")
        b.curve([(140, 690), (160, 590), (300, 560), (380, 520), (450, 540), (560, 520), (700, 570),
                 (850, 620), (860, 700), (700, 730), (300, 730)], t, "fall")  # fmt: skip
        b.curve([(380, 540), (470, 516), (560, 536), (520, 580), (420, 580)], darker(t, 0.55))
        b.line([(170, 650), (500, 640), (850, 670)], 16, lighter(t, 0.6))
        b.oval(330, 640, 40, 40, PAPER)
        b.gloss(300, 586, 70, 12, 0.5)
    for x in (300, 700):
        _wheel(b, x, 706, 76)


def train(b: Brush, ink: Ink) -> None:
    t = ink.tint
    for x, colour in ((130, ink.accent), (380, (236, 190, 84))):
        b.rect(x, 600, x + 210, 710, colour, "fall", corner=14)
        b.oval(x + 70, 590, 44, 44, WOOD, "ball")
        b.oval(x + 140, 592, 40, 40, MAPLE, "ball")
        b.rect(x, 620, x + 210, 710, colour, "fall", corner=14)
        b.line([(x + 206, 690), (x + 250, 690)], 16, darker(WOOD, 0.4), curved=False)
        for wheel in (x + 50, x + 160):
            _wheel(b, wheel, 734, 44)
    b.rect(630, 470, 760, 710, t, "fall", corner=12)
    b.rect(614, 440, 776, 484, darker(t, 0.35), "fall", corner=14)
    b.rect(660, 510, 730, 580, lighter(t, 0.7), "side", corner=10)
    b.rect(740, 560, 900, 700, t, "fall", corner=60)
    b.lathe([(40, 470), (26, 500), (28, 570)], darker(t, 0.3), cx=840)
    b.rect(630, 690, 900, 720, darker(t, 0.3), "side", corner=8)
    for wheel, r in ((690, 54), (800, 44), (880, 40)):
        _wheel(b, wheel, 778 - r, r)


def blocks(b: Brush, ink: Ink) -> None:
    paints = _paints(ink)
    spots = ((180, 780), (330, 780), (480, 780), (630, 780), (780, 780), (255, 640), (405, 640),
             (560, 640),
             (330, 500), (485, 500), (420, 360))  # fmt: skip
    for i, (x, y) in enumerate(spots):
        colour = MAPLE if i % 3 == 1 else paints[i % 5]
        if i == 10:
            b.poly([(x - 80, y), (x, y - 130), (x + 80, y)], colour, "side")
            continue
        if i == 7:
            b.rect(x - 70, y - 136, x + 70, y, colour, "round", corner=6)
            b.oval(x, y - 136, 70, 20, lighter(colour, 0.3))
            continue
        b.poly([(x - 70, y - 136), (x - 50, y - 154), (x + 88, y - 154), (x + 70, y - 136)],
               lighter(colour, 0.35))  # fmt: skip
        b.poly(
            [(x + 70, y - 136), (x + 88, y - 154), (x + 88, y - 18), (x + 70, y)],
            darker(colour, 0.3),
        )
        b.rect(x - 70, y - 136, x + 70, y, colour, "fall", corner=6)


def stacker(b: Brush, ink: Ink) -> None:
    b.curve(
        [(270, 720), (500, 700), (730, 720), (660, 786), (500, 800), (340, 786)], MAPLE, "round"
    )
    b.lathe([(18, 260), (20, 700)], MAPLE, soft=False)
    paints = _paints(ink)
    for i in range(7):
        y, r = 690 - i * 62, 205 - i * 20
        b.rect(500 - r, y - 32, 500 + r, y + 32, paints[i % 5], "round", corner=32)
        b.oval(500, y - 24, r * 0.86, 12, lighter(paints[i % 5], 0.35), opacity=0.7)
    b.oval(500, 250, 44, 44, ink.accent, "ball")


def duck(b: Brush, ink: Ink) -> None:
    t = ink.tint
    if ink.form == 1:
        b.line([(170, 700), (360, 780), (640, 780), (840, 690)], 34, WOOD, tube=True)
        for x in (340, 620):
            b.line([(x, 560), (x - 14, 764)], 50, darker(t, 0.2), curved=False, tube=True)
        for side in (-1, 1):
            b.line(
                [(700, 290), (700 + side * 70, 220), (700 + side * 150, 230)], 34, MAPLE, tube=True
            )
            b.line([(700 + side * 90, 226), (700 + side * 100, 170)], 26, MAPLE, tube=True)
        b.curve([(240, 520), (320, 440), (560, 440), (640, 380), (650, 300), (740, 280), (800, 340),
                 (820, 420), (760, 450), (700, 470), (680, 600), (460, 640), (270,
                 620)], t, "ball")  # fmt: skip
        b.oval(712, 346, 13, 13, (40, 30, 30))
        b.rect(400, 430, 540, 470, ink.accent, "fall", corner=16)
        return
    b.line([(820, 640), (920, 700), (980, 640)], 8, ink.deep)
    b.curve([(180, 480), (260, 530), (420, 520), (560, 500), (600, 420), (690, 420), (740, 560),
             (700, 690),
             (520, 740), (320, 710), (220, 620)], t, "ball")  # fmt: skip
    b.oval(640, 370, 108, 104, t, "ball")
    b.curve([(724, 360), (820, 380), (830, 410), (730, 420)], (232, 140, 50), "fall")
    b.oval(666, 346, 14, 14, (40, 30, 30))
    b.curve([(300, 560), (420, 550), (520, 600), (440, 660), (330, 640)], darker(t, 0.18), "fall")
    for x in (360, 590):
        _wheel(b, x, 716, 66)
        b.curve([(x - 20, 740), (x + 60, 760), (x + 70, 784), (x - 30, 784)], LEATHER)


def puzzle(b: Brush, ink: Ink) -> None:
    b.rect(210, 240, 790, 790, darker(MAPLE, 0.2), "side", corner=26)
    b.rect(216, 232, 784, 778, MAPLE, "side", corner=24)
    field = b.rect(250, 266, 750, 744, (176, 208, 208), "fall", corner=12)
    b.oval(500, 780, 330, 110, (122, 150, 90), inside=field)
    b.rect(474, 520, 530, 720, (140, 96, 64), "round", inside=field)
    for x, y, r in ((420, 440, 110), (580, 440, 116), (500, 370, 120)):
        b.oval(x, y, r, r, (110, 150, 84), "ball", inside=field)
    for x, y in ((410, 430), (500, 340), (590, 420), (520, 470), (620, 500)):
        b.oval(x, y, 27, 27, ink.tint, "ball")
    for path in ([(250, 420), (380, 440), (420, 380), (560, 420), (750, 390)],
                 [(250, 600), (420, 580), (520, 620), (750, 590)],
                 [(420, 266), (400, 400), (450, 560), (410, 744)],
                 [(600, 266), (620, 420), (570, 560), (620, 744)]):  # fmt: skip
        b.line([(float(x), float(y)) for x, y in path], 5, darker(MAPLE, 0.5), inside=field)


def moon(b: Brush, ink: Ink) -> None:
    outer = [(500 + 330 * math.cos(a), 450 + 330 * math.sin(a))
             for a in (math.pi * (0.04 + 0.92 * k / 24) for k in range(25))]  # fmt: skip
    inner = [(500 + 280 * math.cos(a), 380 + 210 * math.sin(a))
             for a in (math.pi * (0.04 + 0.92 * k / 24) for k in range(25))]  # fmt: skip
    b.poly(outer + inner[::-1], ink.tint, "fall")
    paints = _paints(ink)
    for i, (x, y) in enumerate(((500, 550), (400, 520), (600, 522), (450, 450), (552, 452),
                                (500, 370),
                                (310, 450), (690, 455), (504, 282))):  # fmt: skip
        star = []
        for k in range(10):
            reach, angle = (58, 30)[k % 2], math.pi * k / 5 + i
            star.append((x + reach * math.sin(angle), y - reach * math.cos(angle)))
        b.poly([(px + 6, py + 6) for px, py in star], darker(paints[i % 5], 0.4))
        b.poly(star, paints[i % 5], "fall")


def toolbox(b: Brush, ink: Ink) -> None:
    b.line([(360, 560), (300, 330)], 34, MAPLE, curved=False, tube=True)
    b.rect(220, 290, 380, 360, ink.tint, "fall", corner=12)
    b.poly([(560, 560), (640, 300), (700, 320), (660, 560)], (200, 206, 204), "side")
    b.rect(620, 240, 720, 330, MAPLE, "side", corner=24)
    b.line([(470, 560), (470, 380)], 40, (236, 190, 84), curved=False, tube=True)
    b.line([(210, 640), (210, 440), (790, 440), (790, 640)], 34, MAPLE, curved=False, tube=True)
    b.poly([(180, 560), (820, 560), (790, 782), (210, 782)], ink.tint, "fall")
    for y in (634, 708):
        b.line([(190, y), (810, y)], 4, darker(ink.tint, 0.35), curved=False)
    for x in (250, 750):
        b.oval(x, 600, 16, 16, MAPLE, "ball")
        b.oval(x, 740, 16, 16, MAPLE, "ball")


def toyhouse(b: Brush, ink: Ink) -> None:
    b.rect(260, 480, 740, 782, MAPLE, "side", corner=10)
    b.poly([(210, 500), (500, 260), (790, 500)], ink.tint, "fall")
    b.line([(210, 500), (500, 262), (790, 500)], 18, darker(ink.tint, 0.2), curved=False)
    b.oval(500, 410, 50, 50, darker(ink.tint, 0.6))
    paints = _paints(ink)
    b.oval(350, 590, 50, 50, darker(WOOD, 0.6))
    b.oval(354, 594, 40, 40, paints[1], "ball")
    b.poly([(590, 640), (650, 540), (710, 640)], darker(WOOD, 0.6))
    b.poly([(606, 634), (650, 560), (696, 634)], paints[2])
    b.rect(440, 610, 560, 782, paints[3], "side", corner=14)
    b.oval(540, 700, 9, 9, PAPER)
    b.rect(300, 680, 390, 760, darker(WOOD, 0.6), corner=6)
    b.rect(308, 688, 384, 754, paints[0], "fall", corner=6)
    b.oval(650, 716, 44, 30, darker(WOOD, 0.6))


def pegs(b: Brush, ink: Ink) -> None:
    for i, (x, high) in enumerate(((180, 170), (290, 230), (400, 290), (520, 320), (640, 260),
                                   (745, 190),
                                   (835, 130))):  # fmt: skip
        tone = mix(ink.tint, (PAINTS[i % 5]), 0.0 if i % 3 else 0.75)
        r = high * 0.2
        b.lathe(
            [(r * 0.6, 780 - high + r * 1.4), (r, 780 - high * 0.45), (r * 0.95, 774)], tone, cx=x
        )
        b.oval(x, 780 - high + r * 0.6, r * 0.92, r * 0.95, ink.tint, "ball")


STANDS: dict[str, Callable[[Brush, Ink], None]] = {
    "toycar": toycar, "train": train, "blocks": blocks, "stacker": stacker, "duck": duck,
            "moon": moon,
    "toolbox": toolbox, "toyhouse": toyhouse, "pegs": pegs,
}  # fmt: skip
LIES: dict[str, Callable[[Brush, Ink], None]] = {"puzzle": puzzle}
