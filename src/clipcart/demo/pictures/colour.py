"""Colours as RGB triples, and the few operations that the drawings need."""

from functools import cache

Rgb = tuple[int, int, int]

WHITE: Rgb = (255, 252, 246)
BLACK: Rgb = (24, 20, 22)
STEEL: Rgb = (192, 198, 202)
BRASS: Rgb = (197, 154, 69)
WOOD: Rgb = (201, 155, 104)
WALNUT: Rgb = (107, 70, 48)
PAPER: Rgb = (246, 241, 230)
LEATHER: Rgb = (150, 98, 58)
LEAF: Rgb = (78, 128, 76)
SOIL: Rgb = (78, 58, 46)
RUBBER: Rgb = (44, 45, 50)
GLASS: Rgb = (214, 228, 228)


@cache
def rgb(hexadecimal: str) -> Rgb:
    """`#rrggbb` as a triple."""
    value = int(hexadecimal[1:], 16)
    return value >> 16, value >> 8 & 255, value & 255


def mix(one: Rgb, other: Rgb, share: float) -> Rgb:
    """`share` of `other` in `one`, 0..1."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def lighter(colour: Rgb, share: float) -> Rgb:
    """Towards warm white."""
    return mix(colour, WHITE, share)


def darker(colour: Rgb, share: float) -> Rgb:
    """Towards a warm black; shadows on products are never neutral grey."""
    return mix(colour, (38, 24, 34), share)


def brightness(colour: Rgb) -> float:
    """Perceived brightness, 0..255."""
    return colour[0] * 0.299 + colour[1] * 0.587 + colour[2] * 0.114


def distance(one: Rgb, other: Rgb) -> int:
    """How different two colours look, roughly; 0 is equal, 765 black on white."""
    return sum(abs(a - b) for a, b in zip(one, other, strict=True))
