"""Cameras, lenses, film, bicycle lights, headphones, speakers."""

import math
from collections.abc import Callable

from clipcart.demo.pictures.brush import Brush, Ink
from clipcart.demo.pictures.colour import (
    BLACK,
    BRASS,
    LEATHER,
    PAPER,
    RUBBER,
    STEEL,
    Rgb,
    darker,
    lighter,
    mix,
)

LENS: Rgb = (50, 56, 84)


def _lens(b: Brush, x: float, y: float, r: float) -> None:
    """Looking into a lens: barrel, rings, coated glass."""
    b.oval(x, y, r, r, BLACK, "ball")
    b.oval(x, y, r * 0.88, r * 0.88, STEEL, "metal")
    b.oval(x, y, r * 0.8, r * 0.8, (30, 30, 34), "ball")
    b.oval(x, y, r * 0.58, r * 0.58, (16, 16, 22))
    b.oval(x, y, r * 0.5, r * 0.5, LENS, "ball")
    b.oval(x, y, r * 0.26, r * 0.26, (30, 26, 50), "ball")
    b.gloss(x - r * 0.2, y - r * 0.22, r * 0.16, r * 0.1, 0.9)
    b.gloss(x + r * 0.2, y + r * 0.24, r * 0.1, r * 0.06, 0.5)


def camera(b: Brush, ink: Ink) -> None:
    (_rangefinder, _reflex, _twin, _folder, _instant)[ink.form](b, ink)


def _body(b: Brush, ink: Ink, top: float, skin: Rgb, metal: Rgb) -> None:
    b.rect(190, top, 810, 780, metal, "fall", corner=40)
    grip = b.rect(190, top + 96, 810, 744, skin, "side", corner=12)
    b.specks(grip, lighter(skin, 0.22), 500, 3, ink.dice)


def _rangefinder(b: Brush, ink: Ink) -> None:
    b.oval(270, 440, 46, 22, STEEL, "metal")
    b.rect(640, 414, 730, 460, STEEL, "metal", corner=8)
    b.rect(560, 426, 600, 460, STEEL, "metal", corner=8)
    _body(b, ink, 440, ink.tint, STEEL)
    b.rect(620, 464, 720, 524, BLACK, corner=6)
    b.rect(634, 474, 706, 514, (120, 140, 160), "side", corner=4)
    b.rect(450, 470, 520, 518, BLACK, corner=6)
    b.rect(240, 474, 360, 512, PAPER, "side", corner=6)
    _lens(b, 490, 640, 132)


def _reflex(b: Brush, ink: Ink) -> None:
    metal = mix(STEEL, ink.tint, 0.75)
    b.poly([(400, 420), (430, 330), (570, 330), (600, 420)], metal, "side")
    b.rect(440, 312, 560, 340, BLACK, corner=4)
    b.oval(270, 414, 52, 26, STEEL, "metal")
    b.oval(700, 414, 58, 28, STEEL, "metal")
    b.oval(620, 414, 22, 14, STEEL, "ball")
    _body(b, ink, 416, (40, 38, 38), metal)
    b.rect(430, 440, 570, 480, metal, corner=8)
    b.rect(452, 450, 548, 470, PAPER, corner=3)
    _lens(b, 500, 630, 160)


def _twin(b: Brush, ink: Ink) -> None:
    b.poly([(360, 330), (340, 220), (660, 220), (640, 330)], darker(ink.tint, 0.2), "side")
    b.rect(330, 320, 670, 782, STEEL, "fall", corner=22)
    skin = b.rect(346, 340, 654, 764, ink.tint, "side", corner=14)
    b.specks(skin, lighter(ink.tint, 0.25), 300, 3, ink.dice)
    b.rect(400, 360, 600, 744, (50, 48, 50), "side", corner=90)
    _lens(b, 500, 460, 90)
    _lens(b, 500, 642, 96)
    b.oval(690, 560, 36, 52, STEEL, "metal")


def _folder(b: Brush, ink: Ink) -> None:
    b.rect(210, 380, 790, 740, STEEL, "fall", corner=60)
    skin = b.rect(220, 400, 780, 726, ink.tint, "side", corner=50)
    b.specks(skin, lighter(ink.tint, 0.3), 300, 3, ink.dice)
    b.poly([(300, 720), (700, 720), (740, 784), (260, 784)], STEEL, "side")
    for i in range(6):
        w = 190 - i * 17
        b.rect(500 - w, 430 + i * 8, 500 + w, 730 - i * 8, ((74, 40, 38), (46, 26, 28))[i % 2],
               "side",
               corner=6)  # fmt: skip
    b.rect(430, 500, 570, 680, STEEL, "metal", corner=14)
    _lens(b, 500, 590, 84)
    b.rect(440, 340, 560, 386, BLACK, "side", corner=6)


def _instant(b: Brush, ink: Ink) -> None:
    t = ink.tint
    b.rect(330, 210, 670, 520, PAPER, "side", corner=6)
    b.rect(356, 236, 644, 470, mix(ink.accent, (120, 170, 190), 0.5), "glow")
    b.rect(230, 430, 770, 782, t, "fall", corner=50)
    b.rect(230, 690, 770, 726, darker(t, 0.5), "side")
    b.rect(290, 470, 400, 540, (70, 74, 80), "side", corner=12)
    b.rect(600, 470, 720, 550, (236, 240, 240), "side", corner=12)
    _lens(b, 500, 590, 104)
    b.oval(300, 610, 26, 26, (214, 70, 56), "ball")
    for i, colour in enumerate(((214, 90, 60), (238, 180, 70), (90, 150, 150))):
        b.rect(620 + i * 22, 580, 640 + i * 22, 690, colour)


def lens(b: Brush, ink: Ink) -> None:
    long = 150 if ink.form else 0
    b.rect(300, 780 - 120, 700, 780, ink.tint, "metal", corner=18)
    b.rect(286, 520 - long, 714, 680, ink.tint, "metal", corner=14)
    for x in range(296, 712, 16):
        b.line([(x, 560 - long), (x, 640 - long * 0.3)], 8, lighter(ink.tint, 0.14), curved=False)
    b.rect(310, 664, 690, 690, STEEL, "metal")
    for x in range(340, 680, 44):
        b.rect(x, 706, x + 18, 716, (PAPER, (230, 150, 60))[x // 44 % 2])
    b.oval(500, 512 - long, 214, 72, BLACK, "side")
    b.oval(500, 512 - long, 190, 60, STEEL, "metal")
    b.oval(500, 516 - long, 180, 54, (22, 22, 26))
    b.oval(500, 522 - long, 140, 40, LENS, "ball")
    b.gloss(440, 510 - long, 40, 12, 0.9)


def film(b: Brush, ink: Ink) -> None:
    b.poly([(200, 500), (460, 500), (460, 780), (200, 780)], ink.tint, "side")
    b.poly([(200, 500), (240, 460), (500, 460), (460, 500)], lighter(ink.tint, 0.3))
    b.poly([(460, 500), (500, 460), (500, 740), (460, 780)], darker(ink.tint, 0.3))
    b.oval(330, 620, 66, 66, ink.light)
    b.oval(330, 620, 40, 40, ink.deep)
    b.rect(250, 716, 410, 736, ink.deep)
    b.curve([(640, 560), (860, 600), (940, 690), (930, 740), (840, 690), (640, 700)], (58, 44, 40),
            "side")  # fmt: skip
    b.lathe([(88, 520), (90, 600), (88, 766)], ink.tint, cx=640)
    b.rect(552, 640, 728, 700, ink.light, "round")
    b.rect(546, 500, 734, 530, BLACK, "metal", corner=8)
    b.rect(546, 756, 734, 784, BLACK, "metal", corner=8)
    b.rect(606, 456, 674, 506, BLACK, "metal", corner=8)


def bikelight(b: Brush, ink: Ink) -> None:
    if ink.form == 1:
        _tail(b, ink, 500, ink.tint)
        return
    if ink.form == 2:
        _tail(b, ink, 730, darker(ink.tint, 0.1))
    dx = -140 if ink.form == 2 else 0
    b.line([(500 + dx, 640), (500 + dx, 730)], 90, RUBBER, curved=False)
    b.oval(500 + dx, 740, 120, 44, BLACK, "metal")
    b.rect(350 + dx, 420, 790 + dx, 660, ink.tint, "fall", corner=60)
    for i in range(6):
        b.rect(
            560 + i * 32 + dx, 410, 576 + i * 32 + dx, 670, darker(ink.tint, 0.35), "fall", corner=6
        )
    b.oval(370 + dx, 540, 140, 140, darker(ink.tint, 0.1), "ball")
    b.oval(366 + dx, 540, 116, 116, STEEL, "metal")
    b.oval(366 + dx, 540, 98, 98, (255, 246, 214), "ball")
    b.oval(366 + dx, 540, 44, 44, (255, 255, 248))
    b.gloss(340 + dx, 510, 60, 60, 0.8)
    b.oval(520 + dx, 446, 26, 14, ink.accent, "ball")


def _tail(b: Brush, ink: Ink, cx: float, colour: Rgb) -> None:
    b.rect(cx - 30, 320, cx + 60, 780, (70, 72, 78), "metal")
    b.rect(cx - 104, 400, cx + 104, 730, colour, "round", corner=90)
    b.rect(cx - 82, 424, cx + 82, 706, (206, 38, 34), "ball", corner=76)
    for row in range(4):
        b.oval(cx, 474 + row * 62, 26, 22, (255, 150, 130), "ball")
        b.gloss(cx, 474 + row * 62, 30, 26, 0.5)
    b.gloss(cx - 50, 500, 12, 60, 0.6)


def headphones(b: Brush, ink: Ink) -> None:
    t = ink.tint
    if ink.form == 1:
        b.line(
            [(360, 480), (300, 700), (480, 840), (640, 700), (500, 560), (620, 400)],
            12,
            t,
            tube=True,
        )
        for x, y in ((360, 440), (624, 350)):
            b.line([(x, y), (x - 6, y + 80)], 40, t, curved=False, tube=True)
            b.oval(x - 26, y - 10, 62, 62, t, "ball")
            b.oval(x - 62, y - 24, 34, 42, RUBBER, "ball")
        return
    b.line([(290, 600), (270, 380), (400, 230), (500, 206), (600, 230), (730, 380), (710, 600)], 46,
           darker(t, 0.1), tube=True)  # fmt: skip
    b.line([(360, 280), (500, 222), (640, 280)], 40, LEATHER, tube=True)
    for x, side in ((300, 1), (700, -1)):
        b.line([(x, 470), (x, 580)], 16, STEEL, curved=False, tube=True)
        b.oval(x + side * 36, 640, 74, 142, RUBBER, "ball")
        b.oval(x - side * 14, 640, 92, 146, t, "ball")
        b.oval(x - side * 26, 640, 52, 96, darker(t, 0.16), "ball")
        b.oval(x - side * 26, 640, 10, 10, BRASS)


def speaker(b: Brush, ink: Ink) -> None:
    t = ink.tint
    if ink.form == 1:
        b.line([(420, 330), (440, 240), (560, 240), (580, 330)], 20, ink.light)
        b.oval(500, 550, 232, 232, t, "ball")
        cloth = b.oval(500, 570, 166, 160, darker(t, 0.35), "ball")
        b.specks(cloth, darker(t, 0.75), 400, 5, ink.dice)
        b.oval(500, 380, 46, 26, PAPER, "ball")
        b.gloss(380, 430, 40, 24, 0.6)
        return
    b.poly([(690, 280), (750, 250), (750, 750), (690, 780)], darker(t, 0.4))
    b.poly([(300, 280), (360, 250), (750, 250), (690, 280)], lighter(t, 0.2))
    front = b.rect(300, 280, 690, 780, t, "fall", corner=8)
    for y in range(300, 780, 34):
        b.line(
            [(300, y), (480, y + 12), (690, y - 4)], 3, darker(t, 0.2), inside=front, opacity=0.6
        )
    for y, r in ((620, 136), (390, 62)):
        b.oval(495, y, r, r, BLACK, "ball")
        b.oval(495, y, r * 0.84, r * 0.84, (58, 58, 62), "ball")
        b.oval(495, y, r * 0.34, r * 0.34, STEEL, "ball")


def coin(b: Brush, ink: Ink) -> None:
    b.oval(506, 508, 280, 280, darker(ink.tint, 0.4), "ball")
    b.oval(500, 500, 280, 280, ink.tint, "metal")
    b.oval(500, 500, 250, 250, ink.tint, "ball")
    b.oval(500, 330, 46, 46, darker(ink.tint, 0.75))
    for i in range(3):
        y = 470 + i * 64
        wave = [(330 + k * 42, y + math.sin(k * 1.6) * 20) for k in range(9)]
        b.line(wave, 16, darker(ink.tint, 0.3))
    b.gloss(390, 380, 60, 40, 0.6)


STANDS: dict[str, Callable[[Brush, Ink], None]] = {
    "camera": camera, "lens": lens, "film": film, "bikelight": bikelight, "speaker": speaker,
}  # fmt: skip
LIES: dict[str, Callable[[Brush, Ink], None]] = {"headphones": headphones, "coin": coin}
