"""Packaged goods: bottles, jars, tubes, tins, pouches, candles, soap."""

from collections.abc import Callable

from clipcart.demo.pictures.brush import Brush, Ink, Shape
from clipcart.demo.pictures.colour import (
    BLACK,
    BRASS,
    GLASS,
    PAPER,
    STEEL,
    WOOD,
    Rgb,
    brightness,
    darker,
    lighter,
    mix,
)


def _label(
    b: Brush, ink: Ink, left: float, top: float, right: float, bottom: float, paper: Rgb = PAPER
) -> None:
    """A paper label: an emblem and a few bars instead of words."""
    box = b.rect(left, top, right, bottom, paper, "round", corner=6)
    width, height, cx = right - left, bottom - top, (left + right) / 2
    mark = ink.tint if brightness(ink.tint) < 190 else ink.deep
    b.rect(left, top, right, top + height * 0.09, mark, "round", inside=box)
    radius = min(width, height) * 0.2
    b.oval(cx, top + height * 0.38, radius, radius, mix(mark, ink.accent, 0.35))
    choice = ink.dice.randint(0, 2)
    if choice == 0:
        b.poly(
            [(cx - radius * 0.6, top + height * 0.42), (cx, top + height * 0.24),
             (cx + radius * 0.6, top + height * 0.42)], paper,
        )  # fmt: skip
    elif choice == 1:
        b.oval(cx, top + height * 0.38, radius * 0.5, radius * 0.5, paper)
    else:
        b.oval(cx + radius * 0.35, top + height * 0.36, radius * 0.8, radius * 0.8, paper)
    for row, share in enumerate((0.56, 0.40, 0.46)):
        y = top + height * (0.66 + row * 0.095)
        b.rect(cx - width * share / 2, y, cx + width * share / 2, y + max(height * 0.035, 4),
               ink.deep if row == 0 else mix(ink.deep, paper, 0.5))  # fmt: skip


def _glass(b: Brush, cx: float, top: float, bottom: float, offset: float) -> None:
    b.gloss(cx - offset, (top + bottom) / 2, 10, (bottom - top) / 2.6, 0.75)
    b.gloss(cx + offset * 0.92, (top + bottom) / 2, 5, (bottom - top) / 3, 0.35)


def bottle(b: Brush, ink: Ink) -> None:
    (_sauce, _dropper, _pump, _tall, _spray)[ink.form](b, ink)


def _sauce(b: Brush, ink: Ink) -> None:
    b.lathe([(36, 290), (37, 400), (50, 440), (112, 500), (116, 560), (114, 768)], ink.tint)
    b.lathe([(46, 210), (48, 250), (46, 316)], ink.deep, base=0.1)
    b.oval(500, 212, 46, 10, lighter(ink.deep, 0.2))
    b.rect(460, 318, 540, 336, ink.accent, "round")
    _label(b, ink, 386, 540, 614, 740)
    _glass(b, 500, 430, 540, 62)
    b.gloss(424, 640, 8, 80, 0.35)


def _dropper(b: Brush, ink: Ink) -> None:
    b.lathe([(60, 470), (150, 505), (156, 560), (152, 768)], ink.tint)
    b.lathe([(64, 372), (66, 420), (64, 476)], ink.deep, base=0.1)
    b.lathe([(24, 240), (36, 262), (34, 330), (42, 376)], darker(ink.accent, 0.1), base=0.1)
    _label(b, ink, 346, 560, 654, 736)
    b.gloss(402, 620, 10, 100, 0.45)


def _pump(b: Brush, ink: Ink) -> None:
    b.line([(500, 400), (500, 300)], 22, STEEL, curved=False, tube=True)
    b.curve([(360, 268), (500, 250), (560, 262), (560, 300), (480, 306), (372, 294)],
            lighter(ink.deep, 0.1), "side")  # fmt: skip
    b.rect(440, 350, 560, 420, ink.deep, "round", corner=8)
    b.lathe([(120, 420), (152, 440), (158, 500), (156, 768)], ink.tint)
    _label(b, ink, 352, 520, 648, 730)
    b.gloss(398, 600, 12, 120, 0.5)


def _tall(b: Brush, ink: Ink) -> None:
    b.lathe([(44, 230), (46, 330), (60, 380), (128, 450), (132, 520), (130, 768)], ink.tint)
    b.lathe([(50, 190), (52, 230), (50, 262)], BRASS, "metal", base=0.1)
    _label(b, ink, 370, 500, 630, 730)
    _glass(b, 500, 350, 470, 50)
    b.gloss(412, 620, 9, 100, 0.4)


def _spray(b: Brush, ink: Ink) -> None:
    b.lathe([(56, 440), (150, 490), (166, 580), (164, 768)], ink.tint, opacity=0.95)
    b.rect(450, 380, 550, 446, BRASS, "metal", corner=8)
    b.curve(
        [(380, 322), (540, 300), (580, 330), (560, 384), (460, 384), (384, 350)], BRASS, "metal"
    )
    b.line([(430, 372), (400, 430)], 16, darker(BRASS, 0.2))
    _label(b, ink, 380, 570, 620, 724)
    _glass(b, 500, 500, 740, 108)


def jar(b: Brush, ink: Ink) -> None:
    if ink.form == 2:
        b.lathe([(212, 560), (218, 600), (214, 768)], ink.tint)
        b.rect(284, 480, 716, 584, mix(WOOD, ink.light, 0.25), "round", corner=16)
        b.oval(500, 488, 214, 40, lighter(WOOD, 0.4), "side")
        _label(b, ink, 380, 622, 620, 756)
        b.gloss(350, 690, 14, 60, 0.5)
        return
    contents = b.lathe([(150, 440), (182, 470), (190, 520), (184, 768)], ink.tint)
    b.specks(contents, lighter(ink.tint, 0.35), 60, 12, ink.dice)
    b.specks(contents, darker(ink.tint, 0.4), 60, 9, ink.dice)
    lid: Rgb = BRASS if ink.form == 0 else WOOD
    b.rect(338, 372, 662, 452, lid, "metal" if ink.form == 0 else "round", corner=12)
    b.oval(500, 380, 160, 28, lighter(lid, 0.35), "side")
    _label(b, ink, 356, 540, 644, 712)
    b.gloss(352, 620, 10, 120, 0.6)


def tin(b: Brush, ink: Ink) -> None:
    if ink.form == 1:
        b.rect(270, 660, 730, 780, STEEL, "metal", corner=34)
        b.rect(300, 560, 700, 690, ink.tint, "round", corner=30)
        b.oval(500, 575, 202, 64, lighter(ink.tint, 0.18), "side")
        b.oval(500, 572, 110, 32, lighter(ink.tint, 0.45))
        b.gloss(390, 562, 50, 10, 0.7)
        return
    b.lathe([(176, 470), (178, 600), (176, 766)], ink.tint)
    b.rect(318, 420, 682, 500, darker(ink.tint, 0.25), "metal", corner=10)
    b.oval(500, 426, 181, 38, STEEL, "side")
    b.oval(500, 424, 150, 28, lighter(STEEL, 0.3), "side")
    _label(b, ink, 350, 540, 650, 736)
    b.gloss(356, 640, 10, 110, 0.5)


def tube(b: Brush, ink: Ink) -> None:
    if ink.form == 0:
        b.rect(445, 690, 555, 780, ink.deep, "round", corner=8)
        body = b.curve([(376, 260), (500, 254), (624, 260), (612, 560), (580, 690), (500, 700),
                        (420, 690), (388, 560)], STEEL, "metal")  # fmt: skip
        b.rect(300, 330, 700, 610, ink.tint, "round", inside=body)
        b.rect(370, 244, 630, 276, darker(STEEL, 0.2), "metal", corner=4)
    else:
        b.rect(415, 660, 585, 780, ink.deep, "round", corner=16)
        b.poly([(360, 230), (640, 230), (600, 668), (400, 668)], ink.tint, "round")
        b.rect(356, 222, 644, 262, darker(ink.tint, 0.12), "round", corner=4)
    _label(b, ink, 408, 370, 592, 580)
    b.gloss(420, 470, 9, 120, 0.45)


def pouch(b: Brush, ink: Ink) -> None:
    kraft: Rgb = (198, 162, 118) if ink.form == 2 else lighter(ink.tint, 0.05)
    body = b.curve([(322, 300), (500, 294), (678, 300), (690, 520), (706, 700), (690, 778),
                    (500, 784),
                    (310, 778), (294, 700), (310, 520)], kraft, "round")  # fmt: skip
    b.rect(316, 286, 684, 348, darker(kraft, 0.12), "round", corner=5)
    for x in range(332, 680, 14):
        b.line([(x, 292), (x, 340)], 2, darker(kraft, 0.28), curved=False, opacity=0.5)
    b.curve([(300, 760), (500, 690), (700, 760), (700, 800), (300, 800)], darker(kraft, 0.2),
            "side",
            inside=body, opacity=0.5)  # fmt: skip
    if ink.form == 1:
        b.rect(360, 400, 640, 690, (70, 76, 84), "side", corner=20)
        for x in range(9):
            b.line([(390 + x * 28, 430), (390 + x * 28, 660)], 12, STEEL, curved=False, tube=True)
    else:
        _label(b, ink, 372, 420, 628, 690, PAPER if ink.form == 0 else ink.tint)
    b.dusk(640, 560, 20, 140, 0.25)
    b.gloss(348, 520, 12, 120, 0.35)


def giftbox(b: Brush, ink: Ink) -> None:
    b.poly([(230, 500), (770, 500), (770, 780), (230, 780)], darker(ink.tint, 0.12), "side")
    inside = b.poly([(230, 500), (300, 410), (700, 410), (770, 500)], darker(ink.tint, 0.5), "side")
    if ink.form == 0:
        for i, heat in enumerate(((234, 165, 58), (127, 155, 51), (224, 120, 40), (205, 70, 30),
                                  (160, 34, 22), (80, 18, 20))):  # fmt: skip
            cx = 285 + i * 86
            b.lathe([(14, 350), (15, 400), (34, 430), (36, 470), (36, 560)], heat, cx=cx, base=0.05)
            b.rect(cx - 18, 318, cx + 18, 362, BLACK, "round", corner=5)
            b.rect(cx - 34, 450, cx + 34, 510, PAPER, "round")
    elif ink.form == 1:
        for i, colour in enumerate((STEEL, BRASS, (170, 60, 48), STEEL)):
            b.line([(330 + i * 60, 500), (330 + i * 60, 300)], 24, colour, curved=False, tube=True)
        b.rect(560, 360, 720, 520, BLACK, "side", corner=10)
        b.oval(640, 430, 50, 50, STEEL, "metal")
        b.oval(640, 430, 34, 34, (52, 60, 84), "ball")
    else:
        for i in range(6):
            colour = (ink.accent, PAPER, lighter(ink.tint, 0.3))[i % 3]
            b.rect(262 + i * 80, 380 + (i % 2) * 24, 330 + i * 80, 520, colour, "round", corner=6)
            b.oval(296 + i * 80, 440 + (i % 2) * 16, 17, 17, ink.deep)
    del inside
    front = b.rect(222, 500, 778, 784, ink.tint, "side", corner=6)
    b.rect(222, 500, 778, 520, lighter(ink.tint, 0.2), "side", inside=front)
    _label(b, ink, 420, 560, 580, 724)


def candle(b: Brush, ink: Ink) -> None:
    if ink.form == 2:
        for i, (cx, top) in enumerate(((370, 380), (500, 320), (630, 430))):
            b.lathe([(26, top), (28, 560), (24, 700)], lighter(ink.tint, 0.1 * i), cx=cx)
            _flame(b, cx, top - 4, 0.8)
            b.lathe([(34, 690), (36, 730), (80, 764)], BRASS, "metal", cx=cx)
        return
    wax = lighter(ink.tint, 0.55)
    if ink.form == 0:
        b.lathe([(176, 440), (180, 600), (176, 768)], GLASS, opacity=0.9)
        b.lathe([(164, 500), (166, 620), (162, 752)], wax)
        b.oval(500, 440, 176, 36, lighter(GLASS, 0.4))
        b.oval(500, 443, 164, 29, mix(GLASS, ink.deep, 0.25), "side")
        b.oval(500, 500, 164, 30, lighter(wax, 0.4), "glow")
    else:
        b.lathe([(190, 500), (194, 620), (186, 768)], ink.tint)
        b.oval(500, 500, 190, 40, STEEL, "side")
        b.oval(500, 505, 174, 32, lighter(wax, 0.3), "glow")
    _flame(b, 500, 494, 1)
    _label(b, ink, 388, 560, 612, 726)
    b.gloss(354, 610, 12, 110, 0.6)


def _flame(b: Brush, x: float, y: float, scale: float) -> None:
    b.line([(x, y), (x + 2, y - 26 * scale)], 5, BLACK, curved=False)
    for size, colour in ((1.0, (248, 178, 70)), (0.62, (255, 232, 160))):
        s = scale * size
        b.curve([(x, y - 130 * s), (x + 26 * s, y - 56 * s), (x + 16 * s, y - 16 * s),
                 (x - 16 * s, y - 16 * s), (x - 26 * s, y - 56 * s)], colour, "glow")  # fmt: skip


def soap(b: Brush, ink: Ink) -> None:
    if ink.form == 0:
        b.lathe([(250, 716), (262, 740), (250, 772)], WOOD, base=0.1)
        _bar(b, darker(lighter(ink.tint, 0.2), 0.12), 330, 610, 700, 716)
    else:
        b.rect(250, 700, 750, 780, WOOD, "side", corner=8)
    body = _bar(b, lighter(ink.tint, 0.1), 300, 480, 690, 640)
    b.specks(body, darker(ink.tint, 0.35), 90, 5, ink.dice)
    if ink.form == 0:
        b.oval(495, 566, 90, 44, darker(ink.tint, 0.12), "side")
        b.oval(495, 562, 80, 37, lighter(ink.tint, 0.14), "side")
        for x, y, r in ((690, 640, 26), (730, 690, 18), (276, 660, 22), (250, 690, 13)):
            b.oval(x, y, r, r, (250, 252, 252), "ball", opacity=0.75)


def _bar(b: Brush, colour: Rgb, left: float, top: float, right: float, bottom: float) -> Shape:
    b.rect(left + 8, top - 34, right + 36, bottom - 30, lighter(colour, 0.3), "side", corner=40)
    return b.rect(left, top, right, bottom + 14, colour, "fall", corner=34)


def flask(b: Brush, ink: Ink) -> None:
    body = b.lathe([(70, 360), (126, 420), (134, 480), (132, 768)], ink.tint)
    b.rect(360, 560, 640, 574, lighter(ink.tint, 0.3), "round", inside=body)
    b.rect(360, 700, 640, 780, STEEL, "metal", inside=body)
    b.rect(424, 300, 576, 384, BLACK, "round", corner=14)
    b.rect(456, 236, 544, 310, darker(ink.accent, 0.05), "round", corner=20)
    b.poly([(440, 650), (500, 600), (560, 650), (500, 700)], lighter(ink.tint, 0.4), inside=body)
    b.gloss(416, 560, 12, 130, 0.6)


def inkbottle(b: Brush, ink: Ink) -> None:
    b.poly([(290, 560), (340, 520), (660, 520), (710, 560), (710, 770), (690, 786), (310, 786),
            (290, 770)], GLASS, "round")  # fmt: skip
    b.poly([(312, 620), (688, 620), (688, 756), (312, 756)], ink.tint, "round")
    b.oval(500, 620, 188, 20, lighter(ink.tint, 0.25), "side")
    b.rect(410, 410, 590, 530, BLACK, "metal", corner=10)
    b.oval(500, 414, 88, 16, (70, 70, 78), "side")
    _label(b, ink, 420, 590, 580, 736)
    b.gloss(330, 660, 10, 80, 0.75)


STANDS: dict[str, Callable[[Brush, Ink], None]] = {
    "bottle": bottle, "jar": jar, "tin": tin, "tube": tube, "pouch": pouch, "giftbox": giftbox,
    "candle": candle, "soap": soap, "flask": flask, "inkbottle": inkbottle,
}  # fmt: skip
LIES: dict[str, Callable[[Brush, Ink], None]] = {}
