"""Lamps, lanterns, bulbs, and the glow around them."""

import math
from collections.abc import Callable

from clipcart.demo.pictures.brush import Brush, Ink
from clipcart.demo.pictures.colour import BLACK, BRASS, STEEL, WOOD, Rgb, darker, lighter, mix

GLOW: Rgb = (255, 226, 160)


def lamp(b: Brush, ink: Ink) -> None:
    (_globe, _mushroom, _andon, _pendant, _heron, _festival)[ink.form](b, ink)


def _globe(b: Brush, ink: Ink) -> None:
    b.lathe([(60, 690), (110, 720), (116, 772)], WOOD)
    paper = b.oval(500, 480, 250, 236, mix(ink.tint, GLOW, 0.5), "ball")
    for i in range(-6, 7):
        x = 500 + i * 40
        b.line([(500 + i * 12, 244), (x, 480), (500 + i * 12, 716)], 3, darker(ink.tint, 0.22),
               inside=paper, opacity=0.6)  # fmt: skip
    b.gloss(500, 540, 130, 110, 0.75)


def _mushroom(b: Brush, ink: Ink) -> None:
    b.lathe([(34, 470), (38, 620), (60, 700), (140, 760), (146, 774)], ink.tint)
    b.oval(500, 500, 200, 36, lighter(GLOW, 0.3), "glow")
    b.lathe([(30, 290), (150, 320), (232, 420), (244, 494)], ink.tint, base=0.12)
    b.oval(500, 506, 228, 26, mix(GLOW, (255, 255, 255), 0.4))
    b.gloss(400, 380, 40, 44, 0.6)
    b.gloss(500, 640, 30, 90, 0.3)


def _andon(b: Brush, ink: Ink) -> None:
    b.poly([(360, 230), (640, 230), (660, 740), (340, 740)], mix(ink.tint, GLOW, 0.4), "glow")
    b.poly([(640, 230), (700, 214), (722, 716), (660, 740)], mix(ink.tint, (224, 178, 110), 0.5))
    b.gloss(500, 560, 110, 150, 0.8)
    wood = darker(WOOD, 0.25)
    for line in ([(360, 226), (336, 776)], [(640, 226), (664, 776)], [(700, 212), (728, 750)],
                 [(352, 232), (648, 232)], [(344, 720), (662, 720)], [(646, 232), (702, 214)],
                 [(350, 480), (652, 480)], [(500, 232), (500, 720)]):  # fmt: skip
        b.line([(float(x), float(y)) for x, y in line], 14, wood, curved=False)


def _pendant(b: Brush, ink: Ink) -> None:
    b.line([(500, -200), (500, 360)], 7, BLACK, curved=False)
    b.rect(470, 330, 530, 390, BRASS, "metal", corner=8)
    b.oval(500, 640, 290, 52, lighter(GLOW, 0.4), "glow")
    shade = b.lathe([(50, 380), (90, 420), (290, 636)], ink.tint, soft=False, base=0.17)
    for i in range(-9, 10):
        b.line([(500 + i * 7, 380), (500 + i * 33, 700)], 4, darker(ink.tint, 0.2), curved=False,
               inside=shade, opacity=0.7)  # fmt: skip
    b.oval(500, 648, 262, 34, (255, 240, 200))
    b.oval(500, 650, 50, 14, (255, 252, 240))


def _heron(b: Brush, ink: Ink) -> None:
    b.lathe([(120, 742), (150, 752), (154, 772)], ink.tint, "metal")
    b.line([(500, 750), (600, 500)], 20, ink.tint, curved=False, tube=True)
    b.line([(760, 560), (600, 500), (300, 330)], 18, ink.tint, curved=False, tube=True)
    b.oval(764, 562, 42, 42, BRASS, "ball")
    b.oval(600, 500, 22, 22, BRASS, "ball")
    b.poly([(270, 300), (340, 330), (330, 460), (160, 384)], ink.tint, "metal")
    b.poly([(160, 384), (330, 460), (318, 476), (150, 398)], lighter(GLOW, 0.5))


def _festival(b: Brush, ink: Ink) -> None:
    b.line([(440, 220), (500, 120), (560, 220)], 10, darker(WOOD, 0.3))
    paper = b.curve([(430, 240), (570, 240), (680, 330), (710, 490), (680, 650), (570, 740),
                     (430, 740),
                     (320, 650), (290, 490), (320, 330)], ink.tint, "ball")  # fmt: skip
    for i in range(11):
        y = 262 + i * 46
        b.line(
            [(270, y), (500, y + 20), (730, y)], 4, darker(ink.tint, 0.3), inside=paper, opacity=0.7
        )
    b.oval(500, 490, 96, 96, lighter(ink.tint, 0.75))
    b.oval(500, 490, 62, 62, ink.deep)
    b.gloss(440, 420, 110, 130, 0.35)
    b.rect(420, 206, 580, 252, BLACK, "round", corner=10)
    b.rect(420, 732, 580, 778, BLACK, "round", corner=10)


def pebble(b: Brush, ink: Ink) -> None:
    if ink.form == 1:
        b.oval(500, 500, 280, 280, mix(ink.tint, GLOW, 0.4), "ball")
        b.oval(600, 470, 250, 262, darker(ink.tint, 0.3), "side", opacity=0.5)
        b.gloss(350, 520, 60, 170, 0.7)
        b.line([(500, 780), (500, 900)], 5, darker(WOOD, 0.3), curved=False)
        b.oval(500, 900, 18, 24, WOOD, "ball")
        return
    b.lathe([(230, 726), (250, 740), (236, 770)], WOOD, base=0.12)
    b.curve([(300, 640), (360, 520), (520, 480), (660, 550), (710, 660), (640, 738), (500, 752),
             (350, 736)], mix(ink.tint, GLOW, 0.18), "ball")  # fmt: skip
    b.gloss(520, 690, 150, 46, 0.7)
    b.gloss(420, 566, 46, 22, 0.5)


def bulb(b: Brush, ink: Ink) -> None:
    glass = b.curve([(460, 640), (420, 560), (330, 470), (320, 350), (400, 250), (500, 226),
                     (600, 250),
                     (680, 350), (670, 470), (580, 560), (540, 640)], mix(ink.tint, GLOW, 0.35),
                    "ball")  # fmt: skip
    spiral = [
        (500 + math.sin(t * 0.9) * (70 - t), 300 + t * 5.2) for t in (i * 0.7 for i in range(62))
    ]
    b.line(spiral, 9, (255, 246, 214), inside=glass)
    b.rect(446, 628, 554, 750, BRASS, "metal", corner=8)
    for y in (656, 686, 716):
        b.line([(446, y), (554, y + 8)], 6, darker(BRASS, 0.4), curved=False)
    b.rect(470, 748, 530, 780, BLACK, "round", corner=8)
    b.gloss(400, 350, 24, 80, 0.7)


def lantern(b: Brush, ink: Ink) -> None:
    b.line([(360, 420), (340, 250), (500, 160), (660, 250), (640, 420)], 10, STEEL)
    b.lathe([(60, 280), (96, 310), (150, 350)], ink.tint)
    b.lathe([(116, 372), (150, 480), (116, 620)], GLOW, "glow", opacity=0.9)
    b.gloss(500, 500, 70, 90, 0.9)
    for x in (374, 626):
        b.line([(x, 360), (x + (500 - x) * -0.16, 500), (x, 640)], 10, STEEL)
    b.lathe([(140, 620), (190, 660), (196, 768)], ink.tint)
    b.oval(500, 716, 34, 34, BLACK, "ball")
    b.gloss(370, 700, 14, 50, 0.5)


def dimmer(b: Brush, ink: Ink) -> None:
    b.line([(-100, 740), (120, 760), (260, 720)], 14, BLACK)
    b.line([(740, 720), (860, 770), (1100, 730)], 14, BLACK)
    b.poly([(250, 640), (320, 590), (780, 590), (750, 640)], lighter(ink.tint, 0.3), "side")
    b.rect(250, 636, 750, 780, ink.tint, "side", corner=12)
    for y in (664, 690, 722, 752):
        b.line([(262, y), (440, y + 6), (738, y - 4)], 3, darker(ink.tint, 0.25), opacity=0.7)
    b.oval(500, 640, 110, 84, darker(ink.tint, 0.3), "round")
    b.oval(500, 622, 110, 80, lighter(ink.tint, 0.12), "ball")
    b.line([(500, 560), (500, 590)], 8, BRASS, curved=False)


STANDS: dict[str, Callable[[Brush, Ink], None]] = {
    "lamp": lamp, "bulb": bulb, "lantern": lantern, "dimmer": dimmer, "pebble": pebble,
}  # fmt: skip
LIES: dict[str, Callable[[Brush, Ink], None]] = {}
