"""Pots: teapots, cups, bowls, plates, vases, jugs and crocks."""

from collections.abc import Callable

from clipcart.demo.pictures.brush import Brush, Ink, Shape
from clipcart.demo.pictures.colour import WHITE, Rgb, darker, lighter, mix

CLAY: Rgb = (176, 128, 92)


def _glaze(b: Brush, ink: Ink, body: Shape, left: float, right: float, foot: float) -> None:
    """Bare clay at the foot where the glaze stopped running, and ash freckles above."""
    width = right - left
    edge = [
        (left + width * i / 8, foot + ink.dice.uniform(-14, 12) * (1 if 0 < i < 8 else 0))
        for i in range(9)
    ]
    b.poly([*edge, (right, 1000), (left, 1000)], CLAY, "round", inside=body)
    b.specks(body, darker(ink.tint, 0.45), 90, 3.2, ink.dice)


def teapot(b: Brush, ink: Ink) -> None:
    t = ink.tint
    b.line([(640, 470), (810, 430), (800, 640), (655, 680)], 34, t, tube=True)
    b.curve(
        [(370, 560), (270, 540), (215, 440), (165, 405), (190, 392), (240, 410), (300, 470),
         (400, 490), (430, 640), (360, 690)],
        darker(t, 0.08), "round",
    )  # fmt: skip
    b.oval(178, 398, 20, 9, darker(t, 0.6))
    body = b.lathe([(110, 420), (190, 460), (232, 570), (205, 690), (130, 770)], t)
    _glaze(b, ink, body, 260, 740, 735)
    b.lathe([(18, 398), (70, 404), (112, 428)], lighter(t, 0.05), base=0.16)
    b.line([(388, 432), (500, 450), (612, 432)], 5, darker(t, 0.35))
    b.lathe([(10, 352), (27, 366), (24, 384), (12, 402)], darker(t, 0.1))
    b.gloss(400, 540, 26, 70, 0.6)
    b.gloss(474, 414, 22, 8, 0.5)


def cup(b: Brush, ink: Ink) -> None:
    (_mug, _tumblers, _dripper, _enamel)[ink.form](b, ink)


def _mug(b: Brush, ink: Ink) -> None:
    b.line([(640, 500), (790, 480), (790, 650), (640, 690)], 40, ink.tint, tube=True)
    body = b.lathe([(168, 440), (176, 540), (172, 680), (150, 768)], ink.tint)
    _glaze(b, ink, body, 320, 680, 722)
    b.oval(500, 440, 168, 40, lighter(ink.tint, 0.25))
    b.oval(500, 443, 152, 32, darker(ink.tint, 0.5), "side")
    b.oval(500, 452, 136, 22, (92, 58, 40), "side")
    b.dusk(470, 590, 46, 62, 0.3)
    b.gloss(400, 600, 18, 80, 0.5)


def _tumblers(b: Brush, ink: Ink) -> None:
    for cx, top, r, colour in ((600, 470, 118, darker(ink.tint, 0.12)), (400, 450, 126, ink.tint)):
        body = b.lathe([(r, top), (r * 0.98, 600), (r * 0.86, 768)], colour, cx=cx)
        for y in range(top + 50, 760, 44):
            b.line([(cx - r, y), (cx, y + 24), (cx + r, y)], 6, darker(colour, 0.16), inside=body)
        _glaze(b, ink, body, cx - r, cx + r, 730)
        b.oval(cx, top, r, 28, lighter(colour, 0.28))
        b.oval(cx, top + 3, r - 13, 21, darker(colour, 0.5), "side")
        b.gloss(cx - 66, 590, 14, 70, 0.5)


def _dripper(b: Brush, ink: Ink) -> None:
    t = ink.tint
    b.line([(640, 470), (760, 470), (740, 590), (590, 590)], 30, t, tube=True)
    b.lathe([(120, 660), (128, 690), (122, 774)], (226, 232, 230), "metal", opacity=0.75)
    b.oval(500, 650, 200, 40, darker(t, 0.1), "round")
    b.oval(500, 642, 200, 38, lighter(t, 0.12), "side")
    body = b.lathe([(196, 410), (160, 500), (92, 635)], t, soft=False)
    for x in range(-3, 4):
        b.line(
            [(500 + x * 56, 410), (500 + x * 40 + 14, 520), (500 + x * 26, 640)],
            6, darker(t, 0.2), inside=body,
        )  # fmt: skip
    b.oval(500, 410, 196, 44, lighter(t, 0.3))
    b.oval(500, 414, 178, 35, darker(t, 0.45), "side")
    b.oval(500, 420, 150, 24, (84, 56, 42), "side")
    b.gloss(400, 500, 16, 50, 0.5)


def _enamel(b: Brush, ink: Ink) -> None:
    for cx, top, r in ((620, 480, 120), (395, 455, 138)):
        b.line([(cx + r - 14, top + 60), (cx + r + 70, top + 66), (cx + r + 64, 650),
                (cx + r - 16, 700)], 22, ink.tint, tube=True)  # fmt: skip
        body = b.lathe([(r, top), (r * 0.97, 620), (r * 0.95, 764)], ink.tint)
        b.specks(body, mix(darker(ink.tint, 0.6), WHITE, 0.2), 240, 3.4, ink.dice)
        b.oval(cx, top, r + 3, 30, (48, 52, 60))
        b.oval(cx, top + 2, r - 7, 24, lighter(ink.tint, 0.1), "side")
        b.oval(cx, top + 9, r - 20, 16, darker(ink.tint, 0.3), "side")
        b.gloss(cx - 80, 600, 12, 90, 0.5)


def bowl(b: Brush, ink: Ink) -> None:
    t = ink.tint
    if ink.form == 0:
        b.line([(330, 440), (800, 330)], 13, (150, 92, 58), curved=False)
        b.line([(340, 470), (815, 372)], 13, (128, 76, 48), curved=False)
    body = b.lathe([(285, 480), (262, 590), (170, 710), (104, 735), (100, 770)], t)
    _glaze(b, ink, body, 210, 790, 722)
    b.oval(500, 480, 285, 70, lighter(t, 0.3))
    inner = b.oval(500, 486, 266, 60, darker(t, 0.4), "side")
    if ink.form == 0:
        b.oval(500, 510, 236, 48, (196, 132, 62), "side", inside=inner)
        for x in range(-4, 5):
            b.line([(430 + x * 20, 520), (480 + x * 26, 490), (560 + x * 18, 525)], 9,
                   (240, 214, 150), inside=inner)  # fmt: skip
        b.oval(590, 498, 46, 22, WHITE, inside=inner)
        b.oval(592, 498, 24, 12, (238, 160, 50), inside=inner)
    elif ink.form == 1:
        b.line([(400, 506), (600, 506)], 34, lighter(t, 0.25), curved=False, tube=True)
        for x, y in ((398, 494), (398, 520), (602, 494), (602, 520)):
            b.oval(x, y, 26, 15, lighter(t, 0.2))
    else:
        b.oval(500, 508, 215, 44, (244, 240, 230), "side", inside=inner)
        b.line([(560, 470), (690, 330)], 40, (140, 92, 60), tube=True)
        b.curve(
            [(500, 520), (520, 450), (585, 440), (600, 500), (560, 530)], (236, 226, 205), "round"
        )
    b.gloss(330, 580, 24, 50, 0.45)


def plate(b: Brush, ink: Ink) -> None:
    t = ink.tint
    rim = b.oval(500, 500, 330, 330, t, "ball")
    b.specks(rim, darker(t, 0.4), 220, 3, ink.dice)
    b.oval(500, 500, 312, 312, lighter(t, 0.1), "side")
    b.oval(504, 504, 232, 232, darker(t, 0.18), "side")
    well = b.oval(500, 500, 226, 226, lighter(t, 0.08), "side")
    b.specks(well, darker(t, 0.35), 120, 3, ink.dice)
    b.gloss(390, 360, 80, 24, 0.35)


def vase(b: Brush, ink: Ink) -> None:
    t = ink.tint
    if ink.form == 0:
        body = b.lathe([(92, 270), (100, 300), (220, 400), (258, 530), (215, 670), (110, 772)], t)
        b.line([(240, 535), (500, 580), (760, 535)], 4, darker(t, 0.13), inside=body)
        b.specks(body, darker(t, 0.3), 60, 4, ink.dice)
        b.oval(500, 272, 92, 22, lighter(t, 0.4))
        b.oval(500, 275, 80, 16, darker(t, 0.55), "side")
        b.gloss(380, 450, 34, 90, 0.5)
        return
    stem = [(505, 470), (500, 330), (540, 190)]
    b.line(stem, 8, (94, 128, 78))
    b.curve([(502, 330), (430, 270), (400, 290), (440, 330)], (110, 146, 88), "side")
    for x, y in ((-28, 0), (26, 4), (0, -14), (0, 12)):
        b.oval(542 + x, 178 + y, 34, 44, mix(ink.accent, (236, 120, 110), 0.5), "ball")
    b.oval(542, 172, 18, 20, (246, 214, 120), "ball")
    body = b.lathe([(36, 440), (30, 510), (60, 570), (122, 660), (110, 770)], t)
    _glaze(b, ink, body, 370, 630, 735)
    b.oval(500, 440, 36, 9, darker(t, 0.5))
    b.gloss(440, 655, 16, 40, 0.55)


def jug(b: Brush, ink: Ink) -> None:
    t = ink.tint
    b.line([(610, 370), (780, 380), (770, 560), (650, 640)], 36, t, tube=True)
    body = b.lathe([(128, 330), (116, 400), (170, 560), (182, 660), (140, 770)], t)
    b.curve([(372, 330), (330, 308), (318, 330), (380, 400), (430, 340)], t, "side")
    _glaze(b, ink, body, 310, 690, 725)
    b.oval(490, 330, 136, 28, lighter(t, 0.25))
    b.oval(492, 333, 120, 20, darker(t, 0.55), "side")
    b.gloss(420, 560, 22, 90, 0.5)


def canister(b: Brush, ink: Ink) -> None:
    t = ink.tint
    body = b.lathe([(170, 470), (196, 540), (196, 690), (160, 768)], t)
    _glaze(b, ink, body, 300, 700, 728)
    if ink.form == 0:
        b.rect(340, 420, 660, 478, (206, 164, 116), "round", corner=14)
        b.oval(500, 424, 160, 30, (222, 184, 138), "side")
        b.oval(500, 598, 74, 62, darker(t, 0.62), "side")
        b.oval(500, 622, 62, 34, (246, 244, 240), "ball")
    else:
        b.lathe([(60, 400), (186, 430), (196, 480)], lighter(t, 0.05), base=0.18)
        b.lathe([(14, 356), (40, 372), (30, 404)], t)
        b.line([(306, 484), (500, 518), (694, 484)], 5, darker(t, 0.35))
    b.gloss(386, 600, 20, 70, 0.5)


def stackbowls(b: Brush, ink: Ink) -> None:
    y = 770.0
    for colour, r in (
        ((92, 108, 128), 250),
        (ink.tint, 236),
        ((188, 112, 76), 216),
        ((236, 230, 216), 198),
    ):
        body = b.lathe([(r, y - 120), (r * 0.92, y - 60), (r * 0.5, y)], colour)
        b.specks(body, darker(colour, 0.4), 60, 3, ink.dice)
        b.oval(500, y - 120, r, r * 0.2, lighter(colour, 0.25))
        b.oval(500, y - 117, r - 14, r * 0.16, darker(colour, 0.4), "side")
        y -= 74
    b.line([(630, 470), (720, 470), (720, 540), (630, 560)], 22, (236, 230, 216), tube=True)
    b.lathe([(110, 430), (112, 500), (100, 565)], (158, 176, 150))
    b.oval(500, 430, 110, 24, (186, 202, 178))
    b.oval(500, 433, 98, 18, (74, 84, 70), "side")


STANDS: dict[str, Callable[[Brush, Ink], None]] = {
    "teapot": teapot,
    "cup": cup,
    "bowl": bowl,
    "vase": vase,
    "jug": jug,
    "canister": canister,
    "stackbowls": stackbowls,
}
LIES: dict[str, Callable[[Brush, Ink], None]] = {"plate": plate}
