"""Board games, dice, cards and what belongs on a table at night."""

from collections.abc import Callable

from clipcart.demo.pictures.brush import Brush, Ink, Shape, ring
from clipcart.demo.pictures.colour import PAPER, WHITE, WOOD, darker, lighter, mix


def boxgame(b: Brush, ink: Ink) -> None:
    t = ink.tint
    b.poly([(300, 250), (360, 214), (800, 214), (752, 250)], lighter(t, 0.3), "side")
    b.poly([(752, 250), (800, 214), (800, 748), (752, 780)], darker(t, 0.4))
    front = b.rect(252, 250, 752, 780, t, "fall")
    (_lighthouse, _hexes, _market, _tram, _cabin)[ink.form](b, ink, front)
    b.rect(300, 676, 704, 728, PAPER, "side", corner=8)
    b.rect(340, 692, 664, 712, darker(t, 0.35), corner=4)
    b.line([(252, 254), (752, 254)], 4, lighter(t, 0.5), curved=False)


def _lighthouse(b: Brush, ink: Ink, front: Shape) -> None:
    b.oval(620, 350, 60, 60, (246, 226, 170), inside=front)
    b.poly([(430, 380), (752, 270), (752, 470)], (255, 240, 190), inside=front, opacity=0.6)
    b.poly([(384, 420), (456, 420), (480, 640), (360, 640)], PAPER, "round", inside=front)
    for y in (460, 550):
        b.poly([(350, y), (490, y), (490, y + 42), (350, y + 42)], (200, 76, 60), opacity=0.9,
               inside=front)  # fmt: skip
    b.rect(390, 356, 450, 420, (250, 214, 110), "glow")
    b.poly([(380, 360), (420, 316), (460, 360)], (60, 50, 60))
    for i in range(3):
        y = 600 + i * 28
        b.line([(240, y), (340, y - 24), (440, y), (560, y - 24), (660, y), (780, y - 20)], 18,
               lighter(ink.tint, 0.16 * i), inside=front)  # fmt: skip


def _hexes(b: Brush, ink: Ink, front: Shape) -> None:
    tones = (lighter(ink.tint, 0.35), darker(ink.tint, 0.25), (120, 150, 84), (250, 236, 190))
    for row in range(5):
        for column in range(5):
            x, y = 290 + column * 108 + (row % 2) * 54, 300 + row * 92
            cell = ring(x, y, 56, 56, 6)
            turned = [(x + (py - y), y + (px - x)) for px, py in cell]
            b.poly(turned, tones[(row * 3 + column * 2) % 4], "fall", inside=front)
    b.oval(500, 480, 74, 52, (60, 46, 36), inside=front)
    for x in (464, 500, 536):
        b.line([(x, 440), (x, 522)], 16, (244, 192, 60), curved=False, inside=front)
    b.oval(470, 424, 44, 26, WHITE, opacity=0.85)
    b.oval(534, 424, 44, 26, WHITE, opacity=0.85)


def _market(b: Brush, ink: Ink, front: Shape) -> None:
    for i in range(6):
        colour = (PAPER, (226, 120, 60))[i % 2]
        b.poly([(290 + i * 70, 330), (360 + i * 70, 330), (366 + i * 70, 420), (284 + i * 70, 420)],
               colour, "fall", inside=front)  # fmt: skip
    b.rect(310, 430, 694, 620, darker(ink.tint, 0.5), "fall", inside=front)
    for x, y in ((360, 470), (500, 500), (640, 470)):
        b.oval(x, y, 34, 42, (250, 190, 80), "ball")
        b.line([(x, 420), (x, y - 40)], 4, PAPER, curved=False)
    for i in range(7):
        b.oval(330 + i * 58, 612 - (i % 3) * 16, 32, 32, (228, 184, 84), "ball")


def _tram(b: Brush, ink: Ink, front: Shape) -> None:
    for i in range(7):
        high = (150, 220, 120, 260, 180, 230, 140)[i]
        b.rect(262 + i * 72, 560 - high, 326 + i * 72, 570, darker(ink.tint, 0.3), inside=front)
        for k in range(3):
            b.rect(278 + i * 72, 540 - high + 60 + k * 32, 294 + i * 72, 556 - high + 60 + k * 32,
                   (250, 214, 120), inside=front)  # fmt: skip
    b.line([(252, 380), (752, 340)], 4, PAPER, curved=False, inside=front)
    b.rect(330, 440, 670, 600, (226, 92, 60), "fall", corner=24)
    for i in range(4):
        b.rect(356 + i * 76, 470, 416 + i * 76, 530, (255, 236, 180), "glow", corner=8)
    for x in (410, 590):
        b.oval(x, 606, 28, 28, (44, 44, 52))


def _cabin(b: Brush, ink: Ink, front: Shape) -> None:
    for x, y, r in ((330, 520, 170), (620, 500, 200)):
        b.poly([(x - r, 640), (x, y - 180), (x + r, 640)], mix(ink.tint, (90, 120, 150), 0.55),
               inside=front)  # fmt: skip
        b.poly([(x - r * 0.35, y - 70), (x, y - 180), (x + r * 0.35, y - 70), (x, y - 96)], WHITE,
               inside=front)  # fmt: skip
    b.curve([(240, 600), (400, 560), (600, 610), (770, 570), (770, 790), (240, 790)], WHITE, "fall",
            inside=front)  # fmt: skip
    b.rect(420, 500, 580, 610, (110, 68, 48), "fall")
    b.poly([(396, 510), (500, 420), (604, 510)], WHITE, "fall")
    b.rect(478, 540, 522, 590, (255, 214, 110), "glow")
    for _ in range(60):
        flake = ink.dice.uniform(256, 748), ink.dice.uniform(256, 650)
        b.oval(*flake, 4, 4, WHITE, inside=front)


def dice(b: Brush, ink: Ink) -> None:
    t = ink.tint
    for cx, cy, r, sides in ((330, 640, 86, 6), (640, 620, 104, 5), (500, 480, 96, 6),
                             (470, 716, 70, 4), (760, 730, 60, 6), (230, 740, 52, 3),
                             (610, 752, 44, 4)):  # fmt: skip
        outline = ring(cx, cy, r, r, sides)
        if sides == 6:
            outline = [(cx + (y - cy), cy + (x - cx)) for x, y in outline]
        gem = b.poly(outline, t, "ball", opacity=0.96)
        inner = [((x + cx) / 2, (y + cy) / 2 - r * 0.08) for x, y in outline]
        for (x0, y0), (x1, y1) in zip(outline, inner, strict=True):
            b.line([(x0, y0), (x1, y1)], 3, lighter(t, 0.4), curved=False)
        b.poly(inner, lighter(t, 0.18), "fall")
        b.oval(cx, cy - r * 0.08, r * 0.13, r * 0.17, PAPER)
        b.specks(gem, lighter(t, 0.5), 20, 5, ink.dice)
        b.gloss(cx - r * 0.4, cy - r * 0.4, r * 0.2, r * 0.12, 0.8)


def deck(b: Brush, ink: Ink) -> None:
    t = ink.tint
    x0, y0, s, turn, mirrored, pivot = b.placement()
    for i, angle in enumerate((-34, -17, 0, 17)):
        b.at(x0, y0, s, turn + angle, mirrored, pivot)
        b.rect(390, 190, 650, 570, darker(PAPER, 0.2), corner=22)
        b.rect(388, 186, 648, 566, PAPER, "side", corner=22)
        ink_colour = (t, ink.accent)[i % 2]
        b.curve([(440, 400), (480, 320), (560, 290), (610, 300), (580, 340), (560, 430), (480,
                460)],
                ink_colour)  # fmt: skip
        b.poly([(600, 296), (638, 312), (596, 322)], darker(ink.accent, 0.2))
        b.oval(580, 312, 7, 7, PAPER)
        b.line([(500, 456), (490, 510)], 7, ink_colour)
    b.at(x0, y0, s, turn, mirrored, pivot)
    b.rect(330, 560, 670, 820, t, "side", corner=10)
    b.rect(352, 582, 648, 798, mix(t, ink.accent, 0.2), corner=8)
    b.oval(500, 690, 70, 70, ink.accent, "ball")


def mat(b: Brush, ink: Ink) -> None:
    t = ink.tint
    sheet = b.poly([(180, 640), (640, 560), (860, 700), (380, 790)], lighter(t, 0.06), "side")
    b.specks(sheet, darker(t, 0.25), 260, 3, ink.dice)
    b.poly([(180, 640), (380, 790), (380, 804), (180, 654)], darker(t, 0.3))
    b.line([(210, 600), (430, 750)], 150, darker(t, 0.12), curved=False, tube=True)
    b.oval(446, 762, 60, 70, darker(t, 0.35))
    b.oval(446, 762, 38, 46, darker(t, 0.12))
    b.oval(446, 762, 17, 22, darker(t, 0.45))
    b.oval(690, 640, 22, 22, PAPER, "ball")
    b.rect(740, 660, 784, 700, ink.accent, "fall", corner=8)


def meeples(b: Brush, ink: Ink) -> None:
    b.curve([(300, 780), (270, 600), (360, 470), (340, 400), (500, 420), (620, 396), (610, 470),
             (700, 600), (680, 780)], (222, 206, 176), "round")  # fmt: skip
    b.line([(356, 468), (480, 486), (612, 466)], 14, ink.tint)
    colours = (ink.tint, ink.accent, (206, 80, 60), (84, 140, 160), (110, 150, 90))
    for i, x in enumerate((170, 300, 640, 800, 480)):
        y = 780 + (14 if i == 4 else 0)
        b.oval(x, y - 118, 27, 30, colours[i], "ball")
        b.curve([(x - 70, y - 70), (x - 22, y - 96), (x + 22, y - 96), (x + 70, y - 70),
                 (x + 34, y - 54),
                 (x + 50, y), (x + 12, y), (x, y - 24), (x - 12, y), (x - 50, y), (x - 34, y - 54)],
                colours[i], "side")  # fmt: skip


def board(b: Brush, ink: Ink) -> None:
    t = ink.tint
    if ink.form == 1:
        for i in range(3):
            y = 780 - i * 66
            b.curve([(200 + i * 30, y - 40), (500, y - 76), (800 - i * 30, y - 40),
                     (810 - i * 30, y),
                     (500, y - 30), (190 + i * 30, y)], lighter(t, 0.06 * i), "fall")  # fmt: skip
        for i in range(5):
            x = 400 + i * 50
            b.rect(x - 34, 420 + abs(i - 2) * 12, x + 34, 560, PAPER, "side", corner=8)
            b.oval(x, 480 + abs(i - 2) * 10, 14, 14, (ink.tint, ink.accent)[i % 2])
        b.curve([(260, 600), (500, 556), (740, 600), (750, 650), (500, 610), (250, 650)],
                lighter(t, 0.2), "fall")  # fmt: skip
        return
    for x in (320, 680):
        b.line([(x, 470), (500, 120)], 10, ink.deep, curved=False)
    b.rect(200, 460, 800, 640, t, "fall", corner=26)
    for y in (492, 530, 572, 606):
        b.line([(212, y), (480, y + 8), (788, y - 5)], 3, darker(t, 0.2), opacity=0.6)
    b.rect(240, 530, 460, 590, darker(t, 0.5), "fall", corner=20)
    b.rect(540, 530, 760, 590, darker(t, 0.5), "fall", corner=20)
    b.rect(240, 572, 460, 594, lighter(WOOD, 0.4), corner=9)
    b.rect(540, 572, 760, 594, lighter(WOOD, 0.4), corner=9)


STANDS: dict[str, Callable[[Brush, Ink], None]] = {
    "boxgame": boxgame, "dice": dice, "mat": mat, "meeples": meeples,
}  # fmt: skip
LIES: dict[str, Callable[[Brush, Ink], None]] = {"deck": deck, "board": board}
