"""Paper goods: notebooks, pens, tape, letters, stamps, posters, calendars, scissors."""

import math
from collections.abc import Callable

from clipcart.demo.pictures.brush import Brush, Ink
from clipcart.demo.pictures.colour import (
    BLACK,
    BRASS,
    PAPER,
    STEEL,
    WOOD,
    Rgb,
    darker,
    lighter,
    mix,
)


def notebook(b: Brush, ink: Ink) -> None:
    t = ink.tint
    if ink.form == 1:
        x0, y0, s, turn, mirrored, pivot = b.placement()
        for i, angle in enumerate((-16, 10, -2)):
            b.at(x0, y0, s, turn + angle, mirrored, pivot)
            tone = (darker(t, 0.2), mix(t, PAPER, 0.5), t)[i]
            b.rect(350, 270, 664, 736, darker(PAPER, 0.12), corner=22)
            b.rect(344, 264, 656, 728, tone, "side", corner=20)
            b.line([(362, 280), (362, 712)], 5, (200, 70, 56), curved=False)
        b.at(x0, y0, s, turn, mirrored, pivot)
        b.rect(430, 380, 580, 450, PAPER, corner=6)
        b.rect(450, 404, 560, 416, ink.deep)
        return
    b.rect(306, 216, 716, 806, darker(t, 0.5), corner=14)
    b.rect(300, 214, 706, 796, PAPER, corner=10)
    for i in range(5):
        b.line([(700 - i * 3, 220), (700 - i * 3, 794)], 1.5, darker(PAPER, 0.25), curved=False)
    cover = b.rect(290, 206, 690, 790, t, "side", corner=14)
    b.rect(290, 206, 344, 790, darker(t, 0.22), "side", inside=cover)
    b.line([(560, 780), (556, 850), (574, 870)], 12, ink.accent)
    if ink.form == 2:
        b.oval(520, 420, 110, 110, (248, 200, 96), "ball")
        b.lathe([(24, 330), (60, 380), (64, 470), (40, 520)], darker(t, 0.4), "round", cx=520)
        b.oval(520, 440, 26, 40, (255, 236, 170), "glow")
        b.rect(430, 640, 610, 656, lighter(t, 0.6))
        b.rect(460, 680, 580, 692, lighter(t, 0.4))
    else:
        b.rect(420, 330, 610, 460, PAPER, "side", corner=8)
        b.rect(446, 366, 584, 380, ink.deep)
        b.rect(446, 402, 540, 412, mix(ink.deep, PAPER, 0.4))
        b.line([(660, 206), (660, 790)], 14, darker(t, 0.4), curved=False)
    b.gloss(420, 300, 80, 40, 0.2)


def pen(b: Brush, ink: Ink) -> None:
    if ink.form == 1:
        b.rect(230, 260, 540, 760, darker(WOOD, 0.1), "side", corner=14)
        b.rect(254, 284, 516, 736, darker(WOOD, 0.5), corner=8)
        for i in range(7):
            x = 276 + i * 36
            b.line(
                [(x, 350), (x, 730)], 30, lighter(ink.tint, (i % 3) * 0.08), curved=False, tube=True
            )
            b.poly([(x - 15, 352), (x, 296), (x + 15, 352)], lighter(WOOD, 0.5), "side")
            b.poly([(x - 5, 314), (x, 294), (x + 5, 314)], BLACK)
        b.line([(640, 300), (720, 740)], 32, ink.tint, curved=False, tube=True)
        b.poly([(622, 304), (632, 240), (658, 298)], lighter(WOOD, 0.5))
        return
    b.line([(300, 760), (520, 470)], 54, ink.tint, curved=False, tube=True)
    b.line([(520, 470), (590, 378)], 42, darker(ink.tint, 0.3), curved=False, tube=True)
    b.poly([(572, 362), (610, 390), (676, 262)], STEEL, "side")
    b.line([(594, 374), (668, 274)], 4, (60, 60, 66), curved=False)
    b.line([(620, 780), (780, 570)], 60, ink.tint, curved=False, tube=True)
    b.line([(650, 790), (770, 632)], 12, lighter(BRASS, 0.5), curved=False)

    b.line([(680, 256), (740, 200), (770, 260), (840, 200)], 7, mix(ink.deep, ink.accent, 0.4))


def tape(b: Brush, ink: Ink) -> None:
    colours: tuple[Rgb, ...] = (
        ink.tint,
        ink.accent,
        lighter(ink.tint, 0.45),
        ink.deep,
        (240, 226, 196),
    )
    for i, (x, y) in enumerate(((330, 330), (620, 320), (300, 620), (700, 640), (500, 500))):
        colour = colours[i]
        b.oval(x + 5, y + 8, 128, 128, darker(colour, 0.35))
        roll = b.oval(x, y, 128, 128, colour, "ball")
        for k in range(14):
            a = math.tau * k / 14
            mark = (x + math.cos(a) * 104, y + math.sin(a) * 104)
            if i % 2:
                b.oval(*mark, 13, 13, lighter(colour, 0.55), inside=roll)
            else:
                b.line([(x + math.cos(a) * 84, y + math.sin(a) * 84), mark], 8, lighter(colour,
                       0.5),
                       inside=roll)  # fmt: skip
        b.oval(x, y, 76, 76, darker((206, 172, 126), 0.1), "ball")
        b.oval(x, y, 62, 62, darker(mix(ink.light, ink.deep, 0.25), 0.1), "side")


def letterset(b: Brush, ink: Ink) -> None:
    x0, y0, s, turn, mirrored, pivot = b.placement()
    for angle, tone in ((-12, darker(PAPER, 0.06)), (5, PAPER)):
        b.at(x0, y0 - 60 * s, s, turn + angle, mirrored, pivot)
        b.rect(330, 180, 670, 640, tone, "side", corner=3)
        for y in range(250, 620, 42):
            b.line([(370, y), (630, y)], 2.5, mix(ink.tint, PAPER, 0.4), curved=False)
    b.at(x0, y0, s, turn, mirrored, pivot)
    if ink.form == 1:
        b.lathe([(96, 600), (100, 640), (84, 740)], ink.accent, cx=380)
        b.oval(380, 600, 96, 26, (250, 246, 236))
        b.line([(520, 760), (760, 480)], 30, WOOD, curved=False, tube=True)
        b.curve([(500, 740), (540, 770), (500, 830), (450, 840), (460, 790)], (90, 66, 52), "side")
        return
    b.rect(240, 520, 700, 810, darker(PAPER, 0.05), "side", corner=6)
    flap = b.poly([(240, 522), (700, 522), (470, 690)], ink.tint, "fall")
    for k in range(12):
        b.oval(270 + k * 40, 545 + (k % 2) * 34, 15, 15, lighter(ink.tint, 0.5), inside=flap)
    b.oval(470, 690, 34, 34, ink.accent, "ball")
    b.oval(470, 690, 20, 20, darker(ink.accent, 0.2))


def stamp(b: Brush, ink: Ink) -> None:
    b.rect(200, 690, 520, 782, (70, 60, 58), "side", corner=12)
    b.poly([(200, 694), (236, 650), (550, 650), (520, 694)], (180, 50, 44), "side")
    b.rect(600, 450, 720, 782, ink.tint, "round", corner=14)
    for y in (500, 560, 640, 700):
        b.line([(604, y), (660, y + 14), (716, y)], 3, darker(ink.tint, 0.25), opacity=0.6)
    b.oval(660, 452, 60, 18, lighter(ink.tint, 0.3))
    b.rect(290, 360, 470, 540, (196, 56, 48), corner=14)
    for line in ([(320, 400), (440, 400)], [(380, 380), (380, 520)], [(330, 450), (430, 450)],
                 [(330, 510), (380, 460), (440, 510)]):  # fmt: skip
        b.line([(float(x), float(y)) for x, y in line], 13, PAPER, curved=False)


def poster(b: Brush, ink: Ink) -> None:
    t = ink.tint
    sheet = b.rect(260, 140, 740, 860, PAPER, "side", corner=2)
    if ink.form == 0:
        for i in range(6):
            y = 220 + i * 96
            wide = (380, 300, 350, 260, 330, 390)[i]
            b.rect(310, y, 310 + wide, y + 34, t if i % 2 == 0 else ink.accent, inside=sheet)
            b.rect(310, y + 48, 310 + wide * 0.7, y + 58, mix(t, PAPER, 0.5), inside=sheet)
        b.oval(650, 770, 44, 44, ink.accent)
    else:
        b.oval(610, 320, 84, 84, mix(ink.accent, (240, 120, 90), 0.4), inside=sheet)
        for i in range(6):
            y = 470 + i * 62
            wave = [(240.0, y), (340.0, y - 80 + i * 8), (430.0, y + 6), (540.0, y - 66 + i * 8),
                    (640.0, y + 10), (760.0, y - 40), (780.0, 900.0), (240.0, 900.0)]  # fmt: skip
            b.poly(wave, mix(t, (PAPER, darker(t, 0.4))[i % 2], 0.28 if i % 2 == 0 else 0.35),
                   inside=sheet)  # fmt: skip
        b.rect(260, 820, 740, 862, PAPER, inside=sheet)
    for x in (320, 680):
        b.rect(x - 16, 122, x + 16, 172, darker(WOOD, 0.1), "side", corner=5)


def calendar(b: Brush, ink: Ink) -> None:
    b.rect(220, 700, 780, 782, WOOD, "side", corner=10)
    card = b.rect(280, 320, 720, 716, PAPER, "side", corner=4)
    b.poly([(280, 320), (720, 320), (720, 470), (280, 470)], ink.tint, "fall", inside=card)
    for i in range(3):
        y = 400 + i * 26
        b.line([(270, y), (360, y - 26), (450, y), (540, y - 26), (630, y), (730, y - 22)], 9,
               lighter(ink.tint, 0.35 + i * 0.2), inside=card)  # fmt: skip
    for row in range(4):
        for column in range(7):
            hot = row == 1 and column == 4
            b.oval(322 + column * 59, 515 + row * 48, 14 if hot else 9, 14 if hot else 9,
                   ink.accent if hot else mix(ink.deep, PAPER, 0.45))  # fmt: skip
    b.rect(220, 706, 780, 782, WOOD, "side", corner=10)


def scissors(b: Brush, ink: Ink) -> None:
    b.poly([(470, 520), (300, 190), (330, 180), (540, 500)], ink.tint, "metal")
    b.poly([(530, 520), (700, 190), (670, 180), (460, 500)], lighter(ink.tint, 0.2), "metal")
    for side in (-1, 1):
        b.line([(500, 510), (500 + side * 90, 640), (500 + side * 170, 690), (500 + side * 150,
                820),
                (500 + side * 60, 800), (500 + side * 60, 700), (500 + side * 100, 650)], 30, BLACK,
               tube=True)  # fmt: skip
    b.oval(500, 508, 24, 24, BRASS, "ball")


STANDS: dict[str, Callable[[Brush, Ink], None]] = {"stamp": stamp, "calendar": calendar}
LIES: dict[str, Callable[[Brush, Ink], None]] = {
    "notebook": notebook, "pen": pen, "tape": tape, "letterset": letterset, "poster": poster,
    "scissors": scissors,
}  # fmt: skip
