"""For roads, rocks and camps: bells, helmets, carabiners, ropes, pans, tents."""

import math
from collections.abc import Callable

from clipcart.demo.pictures.brush import Brush, Ink
from clipcart.demo.pictures.colour import BLACK, BRASS, STEEL, WALNUT, WOOD, darker, lighter, mix


def bell(b: Brush, ink: Ink) -> None:
    b.line([(120, 730), (880, 730)], 60, (70, 74, 80), curved=False, tube=True)
    b.rect(450, 650, 550, 776, BLACK, "metal", corner=14)
    b.line([(640, 600), (760, 560), (780, 500)], 16, STEEL)
    b.oval(782, 492, 26, 26, STEEL, "ball")
    b.lathe([(20, 380), (120, 410), (190, 510), (210, 640)], ink.tint, "metal", base=0.16)
    b.oval(500, 382, 24, 12, darker(ink.tint, 0.3), "ball")
    b.line([(296, 610), (500, 646), (704, 610)], 6, darker(ink.tint, 0.4))
    b.gloss(420, 480, 30, 50, 0.8)


def helmet(b: Brush, ink: Ink) -> None:
    t = ink.tint
    b.line([(330, 640), (400, 770), (470, 790), (600, 640)], 14, BLACK)
    b.curve([(200, 640), (230, 470), (350, 350), (520, 320), (690, 380), (790, 520), (800, 620),
             (720, 660), (500, 640), (300, 680)], t, "ball")  # fmt: skip
    if ink.form == 0:
        for i in range(4):
            x = 330 + i * 110
            b.curve([(x, 470), (x + 30, 400), (x + 66, 400), (x + 50, 470), (x + 36, 560),
                    (x + 4, 560)],
                    darker(t, 0.7), "side")  # fmt: skip
        b.line([(214, 600), (500, 610), (796, 590)], 12, lighter(t, 0.55))
    else:
        for x in (380, 470, 560, 650):
            b.oval(x, 470, 24, 44, darker(t, 0.7), "side")
        b.line([(240, 560), (500, 550), (786, 560)], 16, ink.accent)
        for x in (290, 720):
            b.rect(x, 540, x + 40, 580, BLACK, corner=8)
    b.curve([(200, 640), (300, 680), (500, 640), (720, 660), (800, 620), (780, 690), (500, 690),
             (260, 720)], darker(t, 0.55), "side")  # fmt: skip
    b.gloss(380, 420, 60, 26, 0.6)


def multitool(b: Brush, ink: Ink) -> None:
    for i, angle in enumerate((-76, -48, -20, 14, 44, 72)):
        a = math.radians(angle)
        tip = (500 + math.sin(a) * 260, 520 - math.cos(a) * 260)
        b.line([(500, 560), tip], 26 - i * 2, STEEL, curved=False, tube=True)
        b.line([tip, (tip[0] + math.cos(a) * 40, tip[1] + math.sin(a) * 40)], 20 - i, STEEL,
               curved=False, tube=True)  # fmt: skip
    b.rect(410, 480, 590, 840, BLACK, "side", corner=40)
    b.rect(430, 500, 570, 820, ink.accent, "side", corner=34)
    for y in (540, 780):
        b.oval(500, y, 34, 34, STEEL, "metal")
        b.oval(500, y, 16, 16, BLACK)


def carabiner(b: Brush, ink: Ink) -> None:
    t = ink.tint

    def ring_at(dx: float, colour: tuple[int, int, int], shade: float) -> None:
        body = [(420 + dx, 330), (500 + dx, 220), (610 + dx, 260), (630 + dx, 400), (600 + dx, 700),
                (520 + dx, 780), (430 + dx, 730), (400 + dx, 620)]  # fmt: skip
        b.line(body, 48, darker(colour, shade), tube=True)
        if ink.form == 0:
            b.line([(418 + dx, 330), (398 + dx, 480), (398 + dx, 620)], 13, STEEL, tube=True)
            b.line([(440 + dx, 340), (424 + dx, 480), (416 + dx, 610)], 13, STEEL, tube=True)
        else:
            b.line([(416 + dx, 330), (400 + dx, 620)], 34, STEEL, curved=False, tube=True)
            b.line(
                [(412 + dx, 390), (404 + dx, 540)], 60, darker(colour, 0.3), curved=False, tube=True
            )
            b.line([(403 + dx, 566), (401 + dx, 590)], 36, (214, 60, 46), curved=False)

    if ink.form == 0:
        ring_at(170, mix(t, ink.deep, 0.5), 0.1)
        ring_at(-130, t, 0.0)
    else:
        ring_at(0, t, 0.0)


def rope(b: Brush, ink: Ink) -> None:
    t = ink.tint
    for i in range(9):
        rx, ry = 300 - (i % 3) * 22, 215 - (i % 4) * 16
        dx, dy = ink.dice.uniform(-16, 16), ink.dice.uniform(-14, 14)
        loop = [(500 + dx + rx * math.cos(a), 500 + dy + ry * math.sin(a))
                for a in (math.tau * k / 22 for k in range(23))]  # fmt: skip
        b.line(loop, 30, mix(t, darker(t, 0.2), i % 2), tube=True)
        b.line(loop[::2], 4, ink.accent, opacity=0.8)
        b.line([(x, y + 7) for x, y in loop], 3, lighter(t, 0.45), opacity=0.6)
    b.line([(420, 250), (440, 330), (430, 380)], 110, darker(t, 0.06), tube=True)
    for y in range(250, 390, 26):
        b.line([(376, y + 8), (430, y - 4), (484, y + 6)], 22, t, tube=True)
    b.line([(470, 370), (620, 480), (600, 620)], 28, t, tube=True)
    b.line([(600, 600), (599, 630)], 30, BLACK, curved=False)


def brush(b: Brush, ink: Ink) -> None:
    b.line([(220, 640), (500, 520), (800, 470)], 60, ink.tint, tube=True)
    for i in range(26):
        x = 600 + i * 9
        y = 506 - i * 1.7
        b.line([(x, y), (x + 14, y - 120 - (i % 3) * 8)], 8, darker((226, 208, 170),
               (i % 4) * 0.12),
               curved=False)  # fmt: skip
    b.oval(250, 628, 15, 15, darker(ink.tint, 0.7))
    b.line([(250, 626), (180, 700), (230, 770), (300, 700)], 9, ink.accent)


def pan(b: Brush, ink: Ink) -> None:
    b.line([(640, 440), (880, 180)], 46, ink.tint, curved=False, tube=True)
    b.oval(868, 194, 14, 14, lighter(ink.tint, 0.5))
    b.oval(440, 560, 300, 300, darker(ink.tint, 0.1), "ball")
    b.oval(440, 560, 286, 286, lighter(ink.tint, 0.22), "side")
    b.oval(444, 564, 246, 246, darker(ink.tint, 0.25), "side")
    b.curve([(330, 560), (380, 470), (470, 480), (560, 530), (540, 630), (450, 670), (350, 640)],
            (250, 246, 236), "ball")  # fmt: skip
    b.oval(446, 566, 58, 56, (242, 170, 50), "ball")
    b.gloss(430, 544, 14, 10, 0.8)
    for x, y in ((640, 440), (668, 408)):
        b.oval(x - 14, y + 14, 9, 9, STEEL)


def kettle(b: Brush, ink: Ink) -> None:
    t = ink.tint
    b.line([(330, 470), (320, 260), (500, 190), (680, 260), (670, 470)], 14, STEEL)
    b.line([(430, 204), (570, 204)], 34, WALNUT, curved=False, tube=True)
    b.curve([(640, 560), (740, 540), (800, 430), (840, 420), (830, 470), (780, 600), (650, 680)], t,
            "round")  # fmt: skip
    body = b.lathe([(120, 440), (180, 500), (210, 620), (204, 768)], t)
    b.specks(body, lighter(t, 0.7), 160, 4, ink.dice)
    b.lathe([(24, 392), (90, 410), (124, 446)], t)
    b.oval(500, 386, 22, 18, BLACK, "ball")
    b.gloss(380, 600, 20, 90, 0.5)


def knife(b: Brush, ink: Ink) -> None:
    b.curve([(430, 480), (640, 440), (820, 450), (856, 520), (800, 600), (620, 610), (430,
            580)], STEEL,
            "fall")  # fmt: skip
    b.poly(
        [(430, 560), (620, 590), (800, 590), (800, 602), (620, 612), (430, 582)], (240, 244, 246)
    )
    b.curve([(120, 520), (180, 470), (300, 490), (440, 470), (450, 590), (320, 570), (200, 610),
             (130, 590)], ink.tint, "fall")  # fmt: skip
    for x in (200, 300, 400):
        b.oval(x, 534, 13, 13, BRASS, "ball")
    b.curve([(380, 700), (640, 670), (840, 690), (870, 760), (820, 830), (620, 840), (390, 810)],
            (150, 98, 58), "fall")  # fmt: skip
    b.line([(400, 796), (620, 824), (820, 812)], 3, lighter(WOOD, 0.4))


def chair(b: Brush, ink: Ink) -> None:
    for x0, x1 in ((300, 660), (700, 340), (380, 740), (620, 260)):
        b.line([(x0, 440), (x1, 776)], 26, WOOD, curved=False, tube=True)
    b.curve(
        [(250, 420), (500, 470), (750, 420), (770, 460), (500, 540), (230, 460)], ink.tint, "fall"
    )
    b.line([(250, 424), (500, 474), (750, 424)], 8, lighter(ink.tint, 0.35))
    b.line([(240, 430), (300, 400)], 30, WOOD, curved=False, tube=True)
    b.line([(700, 400), (760, 430)], 30, WOOD, curved=False, tube=True)


def tent(b: Brush, ink: Ink) -> None:
    t = ink.tint
    b.poly([(500, 300), (860, 780), (640, 780)], darker(t, 0.3))
    b.poly([(140, 780), (500, 300), (640, 780)], t, "fall")
    b.poly([(330, 780), (500, 300), (510, 780)], darker(t, 0.55), "side")
    b.poly([(330, 780), (500, 300), (390, 600)], lighter(t, 0.2), "side")
    b.line([(500, 300), (500, 240)], 10, STEEL, curved=False)
    for x in (40, 960):
        b.line([(500, 300), (x, 770)], 4, ink.light, curved=False)
        b.line([(x, 750), (x + (12 if x < 500 else -12), 784)], 10, STEEL, curved=False)
    b.line([(140, 780), (500, 300), (860, 780)], 8, lighter(t, 0.35), curved=False)
    b.oval(430, 730, 24, 24, (255, 214, 120), "glow")


STANDS: dict[str, Callable[[Brush, Ink], None]] = {
    "bell": bell, "helmet": helmet, "kettle": kettle, "chair": chair, "tent": tent,
}  # fmt: skip
LIES: dict[str, Callable[[Brush, Ink], None]] = {
    "multitool": multitool, "carabiner": carabiner, "rope": rope, "brush": brush, "pan": pan,
    "knife": knife,
}  # fmt: skip
