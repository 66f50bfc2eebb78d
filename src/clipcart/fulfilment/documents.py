"""What is printed for a parcel: the shipping label and the packing slip, as PDF.

Both are pure functions of their data: the same data gives the same bytes, so a document can be made
again instead of stored. Prices are on neither, since a parcel may be a present.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import Final

from reportlab.lib.pagesizes import A4, LETTER
from reportlab.pdfgen.canvas import Canvas

from clipcart.fulfilment.paper import (
    BOLD,
    REGULAR,
    draw,
    draw_block,
    draw_code128,
    draw_qr,
    fit,
    leading,
    text,
    wrap,
)

LABEL_WIDTH: Final = 288
LABEL_HEIGHT: Final = 432
_EDGE: Final = 14
_SLIP_EDGE: Final = 48
_PAGE_SIZES: Final = {"a4": A4, "letter": LETTER}


@dataclass(frozen=True, slots=True)
class Party:
    """Who sends or receives: a name and the lines of an address, in the order of the country."""

    name: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LabelData:
    """One parcel. `weight` is written for people ("1.2 kg"); `qr` is what the QR code says."""

    carrier: str
    service: str
    tracking_number: str
    sender: Party
    recipient: Party
    weight: str
    order_number: str
    qr: str


@dataclass(frozen=True, slots=True)
class SlipLine:
    """One kind of thing in the parcel. `options` such as "Blue / L"."""

    name: str
    options: str
    seller_sku: str
    quantity: int


@dataclass(frozen=True, slots=True)
class SlipData:
    """The contents of one parcel. `page_size` is "letter" or "a4", as the market says."""

    page_size: str
    shop: str
    order_number: str
    ordered_on: str
    recipient: Party
    lines: tuple[SlipLine, ...]
    note: str = ""


def shipping_label_pdf(label: LabelData) -> bytes:
    """A label of 4 by 6 inches with Code 128 of the tracking number and a QR code."""
    buffer = BytesIO()
    canvas = _canvas(buffer, (LABEL_WIDTH, LABEL_HEIGHT), f"Label {label.tracking_number}")
    _draw_label(canvas, label)
    return _finished(canvas, buffer)


def label_and_slip_pdf(label: LabelData, slip: SlipData) -> bytes:
    """The label and, on pages of their own size, the packing slip of one parcel."""
    buffer = BytesIO()
    canvas = _canvas(buffer, (LABEL_WIDTH, LABEL_HEIGHT), f"Label {label.tracking_number}")
    _draw_label(canvas, label)
    canvas.showPage()
    canvas.setPageSize(_PAGE_SIZES[slip.page_size])
    _draw_slip(canvas, slip)
    return _finished(canvas, buffer)


def _draw_label(canvas: Canvas, label: LabelData) -> None:
    inner = LABEL_WIDTH - 2 * _EDGE
    canvas.setLineWidth(1)
    _label_head(canvas, label, inner)
    canvas.line(_EDGE, 372, LABEL_WIDTH - _EDGE, 372)
    _label_sender(canvas, label)
    canvas.line(_EDGE, 296, LABEL_WIDTH - _EDGE, 296)
    draw(canvas, text("SHIP TO", BOLD), _EDGE, 282, 8)
    rows = [(label.recipient.name, BOLD), *((line, REGULAR) for line in label.recipient.lines)]
    size, lines = fit(rows, inner - 12, 126, range(16, 6, -1))
    draw_block(canvas, lines, _EDGE + 12, 279, size)
    canvas.setLineWidth(3)
    canvas.line(_EDGE, 146, LABEL_WIDTH - _EDGE, 146)
    heading = text("TRACKING NUMBER", BOLD)
    draw(canvas, heading, (LABEL_WIDTH - heading.width(8)) // 2, 132, 8)
    draw_code128(canvas, label.tracking_number, (_EDGE, 48, inner, 78))
    size, lines = fit([(_grouped(label.tracking_number), BOLD)], inner, 20, range(14, 6, -1))
    for line in lines:
        draw(canvas, line, (LABEL_WIDTH - line.width(size)) // 2, 30, size)
    canvas.setLineWidth(1)
    canvas.line(_EDGE, 24, LABEL_WIDTH - _EDGE, 24)
    size, lines = fit([(f"Order {label.order_number}", REGULAR)], inner, 12, range(8, 5, -1))
    draw_block(canvas, lines[:1], _EDGE, 13 + leading(size) * 4 // 5, size)


def packing_slip_pdf(slip: SlipData) -> bytes:
    """What is in the parcel, for who packs and who unpacks; as many pages as it takes.

    Raises KeyError for another page size than "letter" or "a4".
    """
    buffer = BytesIO()
    width, height = (int(side) for side in _PAGE_SIZES[slip.page_size])
    canvas = _canvas(buffer, (width, height), f"Packing slip {slip.order_number}")
    _draw_slip(canvas, slip)
    return _finished(canvas, buffer)


def _draw_slip(canvas: Canvas, slip: SlipData) -> None:
    width, height = (int(side) for side in _PAGE_SIZES[slip.page_size])
    page = 1
    y = _slip_table_head(canvas, width, _slip_head(canvas, slip, width, height))
    for line in slip.lines:
        if y - _line_height(line, width) < _SLIP_EDGE + 24:
            _slip_foot(canvas, slip, width, page)
            canvas.showPage()
            page += 1
            y = _slip_table_head(canvas, width, height - _SLIP_EDGE)
        y = _slip_line(canvas, line, width, y)
    pieces = sum(line.quantity for line in slip.lines)
    note = wrap(slip.note, REGULAR, 10, width - 2 * _SLIP_EDGE)
    if y - 40 - len(note) * leading(10) < _SLIP_EDGE + 24:
        _slip_foot(canvas, slip, width, page)
        canvas.showPage()
        page += 1
        y = height - _SLIP_EDGE
    draw(canvas, text(f"Pieces in total: {pieces}", BOLD), _SLIP_EDGE, y - 24, 11)
    draw_block(canvas, note, _SLIP_EDGE, y - 36, 10)
    _slip_foot(canvas, slip, width, page)


def _canvas(buffer: BytesIO, size: tuple[int, int], title: str) -> Canvas:
    # Invariant: no creation date and no random id, so that equal data gives equal bytes.
    canvas = Canvas(buffer, pagesize=size, invariant=True, pageCompression=1)
    canvas.setTitle(title)
    canvas.setCreator("clipcart")
    canvas.setAuthor("clipcart")
    return canvas


def _finished(canvas: Canvas, buffer: BytesIO) -> bytes:
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _label_head(canvas: Canvas, label: LabelData, inner: int) -> None:
    canvas.rect(_EDGE, 378, inner, 42, fill=1, stroke=0)
    canvas.setFillGray(1)
    size, lines = fit([(label.carrier, BOLD)], inner // 2 - 14, 24, range(18, 6, -1))
    draw_block(canvas, lines[:1], _EDGE + 8, 393 + leading(size) * 4 // 5, size)
    size, lines = fit([(label.service.upper(), BOLD)], inner // 2 - 6, 34, range(16, 6, -1))
    top = 399 + len(lines) * leading(size) // 2
    draw_block(canvas, lines, _EDGE + inner // 2, top, size)
    canvas.setFillGray(0)


def _label_sender(canvas: Canvas, label: LabelData) -> None:
    draw(canvas, text("FROM", BOLD), _EDGE, 361, 7)
    rows = [(label.sender.name, BOLD), *((line, REGULAR) for line in label.sender.lines)]
    size, lines = fit(rows, 128, 58, range(9, 4, -1))
    draw_block(canvas, lines, _EDGE, 359, size)
    draw(canvas, text("WEIGHT", BOLD), 158, 361, 7)
    size, lines = fit([(label.weight, BOLD)], 40, 30, range(12, 5, -1))
    draw_block(canvas, lines, 158, 359, size)
    draw_qr(canvas, label.qr, 204, 299, 70)


def _grouped(number: str) -> str:
    """In fours, as people read numbers aloud."""
    return " ".join(number[place : place + 4] for place in range(0, len(number), 4))


def _slip_head(canvas: Canvas, slip: SlipData, width: int, height: int) -> int:
    top = height - _SLIP_EDGE
    half = (width - 2 * _SLIP_EDGE) // 2
    size, lines = fit([(slip.shop, BOLD)], half - 12, 66, range(20, 9, -1))
    y = draw_block(canvas, lines, _SLIP_EDGE, top, size)
    draw(canvas, text("Packing slip"), _SLIP_EDGE, y - 14, 12)
    draw_code128(canvas, slip.order_number, (width - _SLIP_EDGE - half, top - 40, half, 38))
    number = text(f"Order {slip.order_number}", BOLD)
    draw(canvas, number, width - _SLIP_EDGE - half // 2 - number.width(10) // 2, top - 54, 10)
    y = min(y - 14, top - 54) - 30
    draw(canvas, text("Ship to", BOLD), _SLIP_EDGE, y, 9)
    draw(canvas, text("Ordered on", BOLD), _SLIP_EDGE + half + 12, y, 9)
    draw(canvas, text(slip.ordered_on), _SLIP_EDGE + half + 12, y - 15, 11)
    rows = [(slip.recipient.name, BOLD), *((line, REGULAR) for line in slip.recipient.lines)]
    size, lines = fit(rows, half - 12, 130, range(11, 6, -1))
    return draw_block(canvas, lines, _SLIP_EDGE, y - 3, size) - 22


def _slip_table_head(canvas: Canvas, width: int, y: int) -> int:
    quantity, name, sku = _columns(width)
    for words, x in (("Qty", quantity), ("Product", name), ("SKU", sku)):
        draw(canvas, text(words, BOLD), x, y, 9)
    canvas.setLineWidth(1)
    canvas.line(_SLIP_EDGE, y - 6, width - _SLIP_EDGE, y - 6)
    return y - 10


def _columns(width: int) -> tuple[int, int, int]:
    return _SLIP_EDGE, _SLIP_EDGE + 44, width - _SLIP_EDGE - 120


def _line_height(line: SlipLine, width: int) -> int:
    _, name, sku = _columns(width)
    left = len(wrap(line.name, REGULAR, 11, sku - name - 12)) * leading(11)
    left += len(wrap(line.options, REGULAR, 9, sku - name - 12)) * leading(9)
    return max(left, len(wrap(line.seller_sku, REGULAR, 9, 120)) * leading(9)) + 12


def _slip_line(canvas: Canvas, line: SlipLine, width: int, y: int) -> int:
    quantity, name, sku = _columns(width)
    draw_block(canvas, [text(str(line.quantity), BOLD)], quantity, y - 2, 11)
    below = draw_block(canvas, wrap(line.name, REGULAR, 11, sku - name - 12), name, y - 2, 11)
    canvas.setFillGray(0.35)
    draw_block(canvas, wrap(line.options, REGULAR, 9, sku - name - 12), name, below, 9)
    draw_block(canvas, wrap(line.seller_sku, REGULAR, 9, 120), sku, y - 4, 9)
    canvas.setFillGray(0)
    after = y - _line_height(line, width)
    canvas.setLineWidth(0)
    canvas.line(_SLIP_EDGE, after + 2, width - _SLIP_EDGE, after + 2)
    return after


def _slip_foot(canvas: Canvas, slip: SlipData, width: int, page: int) -> None:
    foot = text(f"Order {slip.order_number}, page {page}")
    draw(canvas, foot, width - _SLIP_EDGE - foot.width(8), _SLIP_EDGE - 12, 8)
