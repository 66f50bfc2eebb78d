"""Bags, rolls, straps and collars."""

from collections.abc import Callable

from clipcart.demo.pictures.brush import Brush, Ink
from clipcart.demo.pictures.colour import BRASS, LEATHER, PAPER, STEEL, WHITE, darker, lighter


def _stitches(b: Brush, x0: float, y0: float, x1: float, y1: float, ink: Ink) -> None:
    for i in range(18):
        s, e = i / 18, (i + 0.55) / 18
        b.line([(x0 + (x1 - x0) * s, y0 + (y1 - y0) * s), (x0 + (x1 - x0) * e, y0 + (y1 - y0) * e)],
               3, lighter(ink.tint, 0.5), curved=False)  # fmt: skip


def tote(b: Brush, ink: Ink) -> None:
    t = ink.tint
    b.line([(390, 420), (400, 250), (500, 190), (600, 250), (610, 420)], 22, darker(t, 0.2))
    body = b.curve([(270, 410), (500, 404), (730, 410), (752, 600), (760, 774), (500, 788),
                    (240, 774),
                    (248, 600)], t, "side")  # fmt: skip
    b.poly([(220, 600), (520, 396), (800, 396), (800, 480), (420, 800), (220, 800)], darker(t,
           0.14),
           "side", inside=body)  # fmt: skip
    b.line([(220, 620), (520, 396)], 4, lighter(t, 0.4), curved=False, inside=body)
    b.line([(400, 450), (410, 300), (500, 240), (590, 300), (600, 450)], 22, lighter(t, 0.05))
    b.rect(600, 690, 680, 730, PAPER, corner=4)
    b.dusk(660, 600, 40, 120, 0.2)
    b.gloss(330, 560, 30, 110, 0.2)


def backpack(b: Brush, ink: Ink) -> None:
    t = ink.tint
    b.line([(440, 240), (500, 180), (560, 240)], 20, darker(t, 0.4))
    b.curve([(300, 300), (400, 226), (600, 226), (700, 300), (730, 560), (716, 770), (500, 790),
             (284, 770), (270, 560)], t, "round")  # fmt: skip
    b.curve([(290, 330), (400, 236), (600, 236), (710, 330), (700, 400), (500, 424), (300, 400)],
            darker(t, 0.14), "fall")  # fmt: skip
    b.rect(350, 540, 650, 750, darker(t, 0.1), "side", corner=34)
    b.line([(360, 580), (500, 572), (640, 580)], 7, darker(t, 0.5))
    for x in (400, 600):
        b.line([(x, 380), (x, 540)], 24, darker(t, 0.4), curved=False)
        b.rect(x - 20, 430, x + 20, 470, STEEL, "metal", corner=6)
    b.rect(460, 640, 540, 690, LEATHER, corner=6)
    b.gloss(370, 480, 26, 120, 0.3)


def satchel(b: Brush, ink: Ink) -> None:
    t = ink.tint
    b.line([(280, 480), (240, 300), (500, 180), (760, 300), (720, 480)], 20, LEATHER)
    b.rect(240, 450, 760, 780, darker(t, 0.1), "round", corner=40)
    b.curve([(236, 450), (500, 436), (764, 450), (770, 600), (700, 650), (500, 660), (300, 650),
             (230, 600)], t, "fall")  # fmt: skip
    for x in (370, 630):
        b.rect(x - 22, 560, x + 22, 724, LEATHER, "side", corner=10)
        b.rect(x - 28, 660, x + 28, 704, BRASS, "metal", corner=6)
    _stitches(b, 270, 630, 730, 630, ink)
    b.gloss(360, 520, 80, 24, 0.3)


def chalkbag(b: Brush, ink: Ink) -> None:
    t = ink.tint
    b.line([(300, 500), (200, 560), (230, 680)], 16, darker(t, 0.4))
    body = b.lathe([(168, 430), (180, 600), (160, 766)], t)
    b.poly([(300, 560), (700, 500), (700, 620), (300, 680)], ink.accent, "round", inside=body)
    b.oval(500, 430, 176, 46, darker(t, 0.3))
    b.oval(500, 430, 156, 36, (70, 64, 66))
    b.oval(500, 442, 140, 26, WHITE, "ball")
    b.line([(676, 500), (720, 500), (716, 740)], 14, darker(t, 0.5))
    b.line([(700, 470), (700, 760)], 22, (184, 138, 85), curved=False, tube=True)
    b.gloss(390, 610, 22, 90, 0.3)


def roll(b: Brush, ink: Ink) -> None:
    t = ink.tint
    if ink.form == 0:
        b.rect(240, 560, 760, 780, t, "fall", corner=100)
        b.oval(290, 670, 62, 108, darker(t, 0.2))
        b.oval(290, 670, 40, 78, darker(t, 0.05))
        b.oval(290, 670, 18, 44, darker(t, 0.3))
        for x in (440, 640):
            b.rect(x - 24, 556, x + 24, 784, LEATHER, "fall", corner=8)
            b.rect(x - 32, 610, x + 32, 664, BRASS, "metal", corner=8)
        b.gloss(560, 606, 140, 16, 0.35)
        return
    b.poly([(180, 300), (820, 300), (820, 760), (180, 760)], t, "side")
    pocket = b.rect(180, 480, 820, 760, darker(t, 0.14), "side")
    tools = ((197, 154, 69), (220, 224, 226), ink.accent, (201, 155, 104), (70, 74, 84),
             ink.light, (180, 80, 60))  # fmt: skip
    for i, colour in enumerate(tools):
        x = 250 + i * 84
        b.line([(x, 700), (x, 360 + (i * 37) % 70)], 34, colour, curved=False, tube=True)
    b.rect(180, 500, 820, 760, darker(t, 0.1), "side")
    for i in range(8):
        b.line([(206 + i * 84, 500), (206 + i * 84, 756)], 3, lighter(t, 0.55), curved=False)
    for row in range(4):
        for i in range(9):
            x = 196 + i * 70 + (row % 2) * 35
            b.line([(x, 560 + row * 50), (x + 26, 540 + row * 50), (x + 52, 560 + row * 50)], 3,
                   lighter(t, 0.6), inside=pocket)  # fmt: skip
    b.line([(820, 530), (900, 560), (880, 680)], 12, LEATHER)


def strap(b: Brush, ink: Ink) -> None:
    t = ink.tint
    path = [(230.0, 300.0), (300.0, 720.0), (520.0, 800.0), (640.0, 560.0), (460.0, 420.0),
            (560.0, 230.0), (780.0, 330.0)]  # fmt: skip
    b.line(path, 44, t, tube=True)
    for i in range(3):
        shifted = [(x + (i - 1) * 9, y) for x, y in path]
        b.line(shifted, 3, darker(t, 0.3), opacity=0.7)
    for (x, y), turn in ((path[0], -60), (path[-1], 40)):
        b.rect(x - 40, y - 34, x + 40, y + 34, LEATHER, "side", corner=10)
        b.line([(x - 30, y + turn), (x, y + turn * 1.4), (x + 30, y + turn)], 9, STEEL)


def collar(b: Brush, ink: Ink) -> None:
    t = ink.tint
    b.line([(500, 240), (740, 340), (760, 600), (500, 720), (240, 600), (260, 340), (470, 242)],
           64, t,
           tube=True)  # fmt: skip
    b.rect(420, 196, 560, 292, BRASS, "metal", corner=16)
    b.rect(446, 222, 534, 266, darker(t, 0.2), corner=8)
    b.oval(500, 800, 70, 70, BRASS, "ball")
    for y in (784, 806):
        b.line([(462, y), (538, y)], 8, darker(BRASS, 0.4), curved=False)
    b.line([(500, 712), (500, 744)], 12, STEEL)


STANDS: dict[str, Callable[[Brush, Ink], None]] = {
    "tote": tote, "backpack": backpack, "satchel": satchel, "chalkbag": chalkbag, "roll": roll,
}  # fmt: skip
LIES: dict[str, Callable[[Brush, Ink], None]] = {"strap": strap, "collar": collar}
