"""Text on paper: fonts for any script, wrapping, and blocks that fit where they must.

Only fonts that every PDF reader brings are used, so nothing is embedded and files stay small.
Characters that none of them has are written in plain letters, or as a question mark.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from reportlab.graphics import renderPDF
from reportlab.graphics.barcode.code128 import Code128
from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.shapes import Drawing
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

REGULAR: Final = "Helvetica"
BOLD: Final = "Helvetica-Bold"

# Which font can show a text that Helvetica cannot: the first whose national character set has it.
_CID_FONTS: Final = (
    ("shift_jis", "HeiseiKakuGo-W5"),
    ("euc_kr", "HYGothic-Medium"),
    ("gb2312", "STSong-Light"),
    ("big5", "MSung-Light"),
)
_PLAIN: Final = str.maketrans("łŁđĐıħĦŧŦ", "lLdDihHtT")
_LEADING_PERCENT: Final = 122


@dataclass(frozen=True, slots=True)
class Text:
    """A text with the font that can show it."""

    shown: str
    font: str

    def width(self, size: int) -> int:
        """In points, rounded up."""
        return int(pdfmetrics.stringWidth(self.shown, self.font, size)) + 1


def text(words: str, font: str = REGULAR) -> Text:
    """The words in a font that has all their characters, control characters left out."""
    clean = unicodedata.normalize("NFC", " ".join(words.split()))
    clean = "".join(c for c in clean if unicodedata.category(c) not in ("Cc", "Cf", "Cs"))
    if _fits(clean, "cp1252"):
        return Text(clean, font)
    for encoding, name in _CID_FONTS:
        if _fits(clean, encoding):
            return Text(clean, _registered(name))
    bare = unicodedata.normalize("NFKD", clean.translate(_PLAIN))
    bare = "".join(c for c in bare if not unicodedata.combining(c))
    for encoding, name in _CID_FONTS:
        # A mixed text keeps its main script; only what that script's font lacks is given up.
        kept = "".join(c if _fits(c, encoding) else "?" for c in bare)
        if sum(c == "?" for c in kept) < len(kept) // 3 and not _fits(kept, "cp1252"):
            return Text(kept, _registered(name))
    return Text(bare.encode("cp1252", "replace").decode("cp1252"), font)


def wrap(words: str, font: str, size: int, width: int) -> list[Text]:
    """The words in lines of at most this width; a word too long for a line is broken."""
    whole = text(words, font)
    lines: list[str] = []
    line = ""
    for piece in _pieces(whole.shown):
        candidate = f"{line}{piece}" if line else piece.lstrip()
        if line and Text(candidate.rstrip(), whole.font).width(size) > width:
            lines.append(line.rstrip())
            candidate = piece.lstrip()
        while len(candidate) > 1 and Text(candidate.rstrip(), whole.font).width(size) > width:
            cut = _longest(candidate, whole.font, size, width)
            lines.append(candidate[:cut])
            candidate = candidate[cut:]
        line = candidate
    if line.strip():
        lines.append(line.rstrip())
    return [Text(one, whole.font) for one in lines]


def fit(
    rows: Iterable[tuple[str, str]], width: int, height: int, sizes: Sequence[int]
) -> tuple[int, list[Text]]:
    """The largest of the sizes at which rows of (words, font) fit, and their wrapped lines.

    At the smallest size, lines that still do not fit are left out and the last one ends in "...".
    """
    given = list(rows)
    for size in sizes:
        lines = [line for words, font in given for line in wrap(words, font, size, width)]
        if len(lines) * leading(size) <= height:
            return size, lines
    room = max(1, height // leading(sizes[-1]))
    kept = lines[:room]
    last = kept[-1]
    kept[-1] = Text(last.shown[: max(1, len(last.shown) - 3)] + "...", last.font)
    return sizes[-1], kept


def leading(size: int) -> int:
    """The distance between two lines of this size, in points."""
    return size * _LEADING_PERCENT // 100 + 1


def draw(canvas: Canvas, line: Text, x: int, y: int, size: int) -> None:
    """One line with its baseline at y."""
    canvas.setFont(line.font, size)
    canvas.drawString(x, y, line.shown)


def draw_block(canvas: Canvas, lines: Iterable[Text], x: int, top: int, size: int) -> int:
    """Lines below `top`; answers where the next block can begin."""
    y = top
    for line in lines:
        y -= leading(size)
        draw(canvas, line, x, y + leading(size) // 5, size)
    return y


def draw_code128(
    canvas: Canvas, value: str, box: tuple[int, int, int, int], centred: bool = True
) -> None:
    """A Code 128 barcode with its quiet zones inside a box of (x, y, width, height) points."""
    x, y, width, height = box
    # The widest bars that fit, at most 20 mil: scanners read no better beyond that.
    unit = Code128(value, barWidth=1, barHeight=height, humanReadable=False, quiet=True)
    bar = min(144, width * 100 // (int(unit.width) + 1)) / 100
    code = Code128(value, barWidth=bar, barHeight=height, humanReadable=False, quiet=True)
    code.drawOn(canvas, x + (width - code.width) / 2 if centred else x, y)


def draw_qr(canvas: Canvas, value: str, x: int, y: int, side: int) -> None:
    """A QR code of medium error correction, quiet zone included, in a square."""
    widget = QrCodeWidget(value, barLevel="M", barWidth=side, barHeight=side)
    drawing = Drawing(side, side)
    drawing.add(widget)
    renderPDF.draw(drawing, canvas, x, y)


def _fits(words: str, encoding: str) -> bool:
    try:
        words.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _pieces(words: str) -> Iterable[str]:
    """Where a line may end: after blanks and hyphens, and after every wide character."""
    piece = ""
    for character in words:
        wide = unicodedata.east_asian_width(character) in ("W", "F")
        if wide and piece:
            yield piece
            piece = ""
        piece += character
        if wide or character in " -/":
            yield piece
            piece = ""
    if piece:
        yield piece


def _longest(words: str, font: str, size: int, width: int) -> int:
    cut = len(words)
    while cut > 1 and Text(words[:cut], font).width(size) > width:
        cut -= 1
    return cut


@cache
def _registered(name: str) -> str:
    pdfmetrics.registerFont(UnicodeCIDFont(name))
    return name
