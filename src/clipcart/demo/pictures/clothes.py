"""Things to wear: shirts, jackets, trousers, hats, shoes, scarves and so on."""

from collections.abc import Callable

from clipcart.demo.pictures.brush import Brush, Ink, Point, Shape
from clipcart.demo.pictures.colour import LEATHER, PAPER, RUBBER, WOOD, darker, lighter, mix

Half = list[Point]


def _both(half: Half) -> Half:
    """A left half (down from the neck) and its mirror image."""
    return half + [(1000 - x, y) for x, y in reversed(half)]


def _folds(b: Brush, ink: Ink, cloth: Shape, top: float, bottom: float, reach: float = 150) -> None:
    for _ in range(5):
        x = 500 + ink.dice.uniform(-reach, reach)
        lean = ink.dice.uniform(-50, 50)
        b.line([(x, top), (x + lean * 0.3, (top + bottom) / 2), (x + lean, bottom)],
               ink.dice.uniform(5, 13), darker(ink.tint, 0.14), inside=cloth,
                       opacity=0.4)  # fmt: skip
    b.dusk(640, (top + bottom) / 2, 50, 130, 0.16)
    b.gloss(390, (top + bottom) / 2, 44, 120, 0.16)


def shirt(b: Brush, ink: Ink) -> None:
    t = ink.tint
    cuff = 640 if ink.form else 470
    reach = 200 if ink.form else 165
    sleeve: Half = [(400, 232), (300, 268), (reach, cuff), (reach + 104, cuff + 26), (332, 440)]
    b.poly(sleeve, darker(t, 0.09), "side")
    b.poly([(1000 - x, y) for x, y in sleeve], darker(t, 0.14), "side")
    body = b.poly(
        _both([(430, 218), (380, 236), (316, 268), (330, 440), (326, 790), (420, 802)]), t, "side"
    )
    _folds(b, ink, body, 420, 800)
    if ink.form == 2:
        b.line([(500, 270), (500, 800)], 34, lighter(t, 0.07), curved=False, inside=body)
        for y in range(320, 800, 84):
            b.oval(500, y, 8, 8, darker(t, 0.45))
        b.poly([(430, 214), (500, 282), (452, 336), (392, 240)], lighter(t, 0.1), "side")
        b.poly([(570, 214), (500, 282), (548, 336), (608, 240)], lighter(t, 0.04), "side")
        b.poly([(430, 214), (570, 214), (500, 278)], darker(t, 0.4))
        b.rect(560, 400, 646, 490, darker(t, 0.06), corner=6)
        return
    b.oval(500, 222, 76, 34, darker(t, 0.4))
    b.oval(500, 212, 74, 30, darker(t, 0.22))
    b.line([(424, 222), (462, 262), (500, 270), (538, 262), (576, 222)], 16, darker(t, 0.08))
    if ink.form == 1:
        b.poly([(reach, cuff - 30), (reach + 108, cuff), (reach + 104, cuff + 28), (reach,
               cuff + 2)],
               darker(t, 0.2))  # fmt: skip
        b.rect(540, 380, 620, 392, ink.accent, corner=3)


def jacket(b: Brush, ink: Ink) -> None:
    t = ink.tint
    sleeve: Half = [(396, 214), (290, 252), (190, 680), (300, 706), (340, 440)]
    b.poly(sleeve, darker(t, 0.1), "side")
    b.poly([(1000 - x, y) for x, y in sleeve], darker(t, 0.18), "side")
    body = b.poly(_both([(420, 200), (376, 220), (306, 250), (320, 440), (308, 790), (420,
                  806)]), t,
                  "side")  # fmt: skip
    _folds(b, ink, body, 440, 800, 110)
    b.poly([(430, 196), (570, 196), (500, 300)], PAPER)
    b.poly([(424, 192), (500, 300), (440, 380), (372, 230)], lighter(t, 0.1), "side")
    b.poly([(576, 192), (500, 300), (560, 380), (628, 230)], lighter(t, 0.03), "side")
    b.line([(500, 304), (500, 804)], 5, darker(t, 0.4), curved=False)
    for y in (370, 470, 570, 670):
        b.oval(518, y, 11, 11, WOOD, "ball")
    for left, top, wide, high in ((352, 590, 116, 130), (536, 590, 116, 130), (560, 410, 80, 84)):
        b.rect(left, top, left + wide, top + high, darker(t, 0.12), corner=10)
        b.rect(left + 3, top, left + wide - 3, top + high - 5, lighter(t, 0.04), "side", corner=10)


def dress(b: Brush, ink: Ink) -> None:
    t = ink.tint
    sleeve: Half = [(410, 150), (330, 180), (262, 370), (346, 396), (380, 300)]
    b.poly(sleeve, darker(t, 0.09), "side")
    b.poly([(1000 - x, y) for x, y in sleeve], darker(t, 0.14), "side")
    body = b.poly(_both([(440, 140), (360, 172), (376, 320), (392, 440), (300, 860), (420,
                  880)]), t,
                  "side")  # fmt: skip
    _folds(b, ink, body, 460, 880, 130)
    b.line([(388, 440), (612, 440)], 18, darker(t, 0.16), curved=False)
    for y in range(230, 840, 76):
        b.oval(500, y, 8, 8, darker(t, 0.4))
    b.poly([(440, 136), (560, 136), (500, 216)], darker(t, 0.4))
    b.poly([(440, 132), (500, 216), (456, 250), (410, 160)], lighter(t, 0.1))
    b.poly([(560, 132), (500, 216), (544, 250), (590, 160)], lighter(t, 0.05))


def trousers(b: Brush, ink: Ink) -> None:
    t = ink.tint
    legs = b.poly([(352, 160), (648, 160), (694, 850), (560, 858), (506, 380), (494, 380), (440,
                   858),
                   (306, 850)], t, "side")  # fmt: skip
    for x, foot in ((404, 374), (596, 626), (440, 412), (560, 588)):
        b.line([(x, 200), ((x + foot) / 2, 500), (foot, 850)], 6, darker(t, 0.18), inside=legs,
               opacity=0.7)  # fmt: skip
    b.rect(350, 152, 650, 206, darker(t, 0.1), "side", corner=4)
    b.line([(500, 206), (500, 380)], 4, darker(t, 0.35), curved=False)
    b.line([(352, 216), (330, 330)], 5, darker(t, 0.35), curved=False)
    b.line([(648, 216), (670, 330)], 5, darker(t, 0.35), curved=False)
    b.oval(512, 180, 9, 9, WOOD)
    b.gloss(390, 600, 22, 200, 0.2)


def apron(b: Brush, ink: Ink) -> None:
    t = ink.tint
    b.line([(420, 250), (400, 120), (500, 70), (600, 120), (580, 250)], 14, darker(t, 0.2))
    b.line([(320, 460), (200, 520), (180, 640)], 12, darker(t, 0.2))
    b.line([(680, 460), (800, 520), (830, 620)], 12, darker(t, 0.2))
    body = b.poly(_both([(400, 230), (392, 330), (300, 440), (290, 860), (400, 868)]), t, "side")
    _folds(b, ink, body, 450, 860)
    b.rect(380, 540, 620, 690, lighter(t, 0.06), "side", corner=10)
    b.line([(500, 546), (500, 686)], 4, darker(t, 0.3), curved=False)
    b.rect(470, 280, 530, 316, LEATHER, corner=4)


def tie(b: Brush, ink: Ink) -> None:
    t = ink.tint
    blade = b.poly([(452, 250), (548, 250), (572, 860), (428, 860)], t, "side")
    for y in range(260, 860, 22):
        b.line([(420, y), (500, y + 12), (580, y)], 5, darker(t, 0.22), inside=blade, opacity=0.7)
    for y in (640, 690, 740):
        b.line([(420, y), (580, y)], 14, lighter(t, 0.5), curved=False, inside=blade)
    b.line(
        [(460, 190), (350, 130), (420, 60), (580, 60), (650, 130), (540, 190)], 30, darker(t, 0.2)
    )
    b.poly([(440, 160), (560, 160), (540, 262), (460, 262)], lighter(t, 0.06), "side")


def scarf(b: Brush, ink: Ink) -> None:
    t = ink.tint
    stripes = (lighter(t, 0.5), ink.deep, ink.accent, lighter(t, 0.25))
    for left, top, bottom, shade in ((520, 240, 830, 0.12), (330, 200, 780, 0.0)):
        for i in range(15):
            x = left + 6 + i * 12
            b.line([(x, bottom - 4), (x + 4, bottom + 46)], 6, darker(t, shade + 0.1), curved=False)
        cloth = b.rect(left, top, left + 180, bottom, darker(t, shade), "side", corner=14)
        for i, colour in enumerate(stripes * 2):
            y = top + 60 + i * 66
            wide = (34, 12, 22, 9)[i % 4]
            b.line([(left, y), (left + 90, y + 6), (left + 180, y)], wide, darker(colour, shade),
                   inside=cloth)  # fmt: skip
    b.curve([(330, 230), (400, 150), (610, 150), (700, 250), (680, 320), (560, 270), (440, 260),
             (360, 310)], lighter(t, 0.06), "fall")  # fmt: skip


def square(b: Brush, ink: Ink) -> None:
    t = ink.tint
    cloth = b.rect(230, 230, 770, 770, t, "side", corner=6)
    b.rect(256, 256, 744, 744, lighter(t, 0.5), corner=4)
    field = b.rect(272, 272, 728, 728, t, "side", corner=4)
    for row in range(3):
        for column in range(3):
            x, y = 350 + column * 150, 350 + row * 150
            flip = -1 if row == column == 1 else 1
            b.line([(x - 40, y + 16 * flip), (x + 34, y - 14 * flip)], 9, ink.accent, inside=field)
            b.oval(x + 40, y - 16 * flip, 22, 24, lighter(ink.accent, 0.3), inside=field)
    del cloth
    b.dusk(620, 640, 120, 40, 0.2)


def bandana(b: Brush, ink: Ink) -> None:
    t = ink.tint
    cloth = b.poly([(200, 330), (800, 330), (500, 780)], t, "side")
    for i in range(-2, 14):
        x = 200 + i * 50
        b.line([(x, 320), (x, 800)], 16, lighter(t, 0.55), curved=False, inside=cloth, opacity=0.55)
        b.line([(180, 330 + i * 44), (820, 330 + i * 44)], 16, darker(t, 0.3), curved=False,
               inside=cloth, opacity=0.45)  # fmt: skip
    b.rect(180, 290, 820, 350, darker(t, 0.12), "side", corner=22)
    b.oval(500, 520, 52, 44, PAPER)
    for x, y in ((452, 462), (486, 444), (522, 446), (552, 468)):
        b.oval(x, y, 17, 21, PAPER)


def hat(b: Brush, ink: Ink) -> None:
    t = ink.tint
    if ink.form == 0:
        b.curve([(230, 660), (300, 470), (480, 400), (660, 460), (720, 660), (500, 710)], t, "ball")
        for x in (380, 480, 580):
            b.line([(478, 402), (x, 520), (x + (x - 478) * 0.3, 690)], 4, darker(t, 0.3))
        b.curve([(560, 650), (720, 640), (880, 700), (860, 760), (700, 740), (520, 724)],
                darker(t, 0.14), "fall")  # fmt: skip
        b.line([(236, 664), (440, 712), (716, 668)], 16, lighter(t, 0.6))
        b.oval(478, 402, 14, 9, darker(t, 0.2))
    elif ink.form == 1:
        dome = b.curve([(270, 660), (290, 460), (400, 330), (500, 306), (600, 330), (710, 460),
                        (730, 660), (500, 690)], t, "ball")  # fmt: skip
        for i in range(-7, 8):
            b.line([(500 + i * 10, 310), (500 + i * 33, 660)], 6, darker(t, 0.22), inside=dome,
                   opacity=0.6)  # fmt: skip
        cuff = b.rect(250, 610, 750, 770, lighter(t, 0.04), "round", corner=36)
        for x in range(270, 750, 26):
            b.line([(x, 612), (x, 770)], 8, darker(t, 0.2), curved=False, inside=cuff, opacity=0.55)
        b.rect(560, 660, 640, 716, LEATHER, corner=5)
    else:
        b.oval(500, 700, 390, 92, darker(t, 0.14), "side")
        brim = b.oval(500, 686, 390, 86, t, "side")
        crown = b.lathe([(130, 400), (190, 440), (206, 560), (214, 676)], t, base=0.2)
        b.specks(brim, darker(t, 0.4), 300, 4, ink.dice)
        b.specks(crown, darker(t, 0.4), 200, 4, ink.dice)
        b.poly([(290, 590), (710, 590), (716, 700), (500, 730), (284, 700)], ink.deep, "round",
               inside=crown)  # fmt: skip
        b.dusk(500, 420, 90, 16, 0.4)


def shoe(b: Brush, ink: Ink) -> None:
    t = ink.tint
    if ink.form == 1:
        for x, y, shade in ((90, -54, 0.12), (0, 0, 0.0)):
            b.curve([(150 + x, 740 + y), (160 + x, 620 + y), (230 + x, 560 + y), (420 + x, 590 + y),
                     (640 + x, 650 + y), (760 + x, 720 + y), (740 + x, 772 + y), (450 + x,
                     776 + y)],
                    darker(t, shade), "fall")  # fmt: skip
            b.curve([(196 + x, 610 + y), (250 + x, 572 + y), (430 + x, 600 + y), (400 + x, 650 + y),
                     (250 + x, 650 + y)], darker(t, 0.55))  # fmt: skip
            b.line([(150 + x, 762 + y), (450 + x, 786 + y), (756 + x, 762 + y)], 18, LEATHER)
        return
    b.curve([(180, 700), (200, 560), (260, 500), (330, 470), (420, 520), (560, 610), (720, 660),
             (820, 710), (830, 760), (600, 770), (200, 770)], t, "fall")  # fmt: skip
    b.curve([(236, 500), (330, 462), (420, 520), (340, 560), (250, 560)], darker(t, 0.6))
    b.curve([(690, 640), (800, 680), (846, 740), (820, 772), (660, 770)], RUBBER, "side")
    b.curve([(176, 690), (200, 600), (236, 640), (250, 770), (180, 776)], RUBBER, "side")
    b.line([(180, 772), (500, 782), (836, 768)], 26, RUBBER)
    for x in (430, 520):
        b.line([(x - 50, 700), (x, 640), (x + 50, 570)], 34, ink.accent)
        b.rect(x - 14, 620, x + 30, 656, lighter(ink.accent, 0.4), corner=6)
    b.line([(216, 520), (196, 430), (250, 430), (250, 510)], 12, ink.accent)


def sock(b: Brush, ink: Ink) -> None:
    t = ink.tint
    for dx, shade in ((170, 0.14), (0, 0.0)):
        body = b.curve([(330 + dx, 180), (500 + dx, 180), (506 + dx, 470), (470 + dx, 620),
                        (340 + dx, 800), (210 + dx, 830), (160 + dx, 760), (250 + dx, 640),
                        (320 + dx, 480)], darker(t, shade), "side")  # fmt: skip
        b.poly([(300 + dx, 160), (540 + dx, 160), (540 + dx, 240), (300 + dx, 240)],
               darker(t, shade + 0.2), inside=body)  # fmt: skip
        b.line([(300 + dx, 330), (540 + dx, 330)], 40, mix(ink.light, t, 0.1), curved=False,
               inside=body)  # fmt: skip
        b.line([(300 + dx, 390), (540 + dx, 390)], 10, ink.accent, curved=False, inside=body)
        b.oval(190 + dx, 800, 90, 80, darker(t, shade + 0.25), inside=body)
        b.oval(500 + dx, 610, 60, 80, darker(t, shade + 0.25), inside=body)


def towel(b: Brush, ink: Ink) -> None:
    for i in range(3):
        y = 780 - i * 88
        cloth = b.rect(250 + i * 8, y - 84, 750 - i * 8, y + 4, darker(ink.tint, 0.03 * i), "fall",
                       corner=38)  # fmt: skip
        b.line([(260, y - 42), (740, y - 42)], 3, darker(ink.tint, 0.3), curved=False)
        b.specks(cloth, darker(ink.tint, 0.2), 160, 3, ink.dice)
    b.rect(440, 510, 560, 786, ink.accent, "side")
    b.line([(440, 520), (560, 520)], 6, darker(ink.accent, 0.3), curved=False)


STANDS: dict[str, Callable[[Brush, Ink], None]] = {"hat": hat, "shoe": shoe, "towel": towel}
LIES: dict[str, Callable[[Brush, Ink], None]] = {
    "shirt": shirt, "jacket": jacket, "dress": dress, "trousers": trousers, "apron": apron,
    "tie": tie, "scarf": scarf, "square": square, "bandana": bandana, "sock": sock,
}  # fmt: skip
