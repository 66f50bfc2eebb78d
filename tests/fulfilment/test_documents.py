"""Labels and slips: everything is on them, in any script, and equal data gives equal bytes."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from clipcart.fulfilment.carriers import carriers, make_tracking_number
from clipcart.fulfilment.documents import (
    LabelData,
    Party,
    SlipData,
    SlipLine,
    packing_slip_pdf,
    shipping_label_pdf,
)
from clipcart.fulfilment.paper import BOLD, REGULAR, fit, text, wrap

LABEL = LabelData(
    carrier="UPS",
    service="Ground",
    tracking_number="1Z999AA10123456784",
    sender=Party("Teapot & Kettle", ("88 Foundry Lane", "Portland, OR 97209", "US")),
    recipient=Party("Mira Okafor", ("12 Elm St, Apt 4", "Fresno, CA 93701", "US")),
    weight="1.2 kg",
    order_number="576460752303423488",
    qr="https://shop.example/track/1Z999AA10123456784",
)
SLIP = SlipData(
    page_size="letter",
    shop="Teapot & Kettle",
    order_number="576460752303423488",
    ordered_on="June 1, 2026",
    recipient=LABEL.recipient,
    lines=(
        SlipLine("Cast-iron teapot, 0.8 l", "Moss green", "TK-POT-08-MG", 1),
        SlipLine("Whisk of split bamboo", "", "TK-WHISK", 2),
    ),
    note="Thank you for the order.",
)
JAPANESE = Party("岡田 美咲", ("東京都千代田区丸の内1丁目1番1号", "〒100-0001", "日本"))


def words(pdf: bytes) -> str:
    """All text of a document, blanks evened out."""
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split())


def size_in_points(pdf: bytes) -> tuple[int, int]:
    box = PdfReader(BytesIO(pdf)).pages[0].mediabox
    return int(box.width), int(box.height)


def test_a_label_says_who_where_how_and_under_which_number() -> None:
    pdf = shipping_label_pdf(LABEL)
    assert size_in_points(pdf) == (4 * 72, 6 * 72)
    found = words(pdf)
    for expected in (
        "UPS", "GROUND", "1Z99 9AA1 0123 4567 84", "Teapot & Kettle", "88 Foundry Lane",
        "Mira Okafor", "12 Elm St, Apt 4", "Fresno, CA 93701", "1.2 kg", "576460752303423488",
    ):  # fmt: skip
        assert expected in found, expected
    assert len(PdfReader(BytesIO(pdf)).pages) == 1


@pytest.mark.parametrize(("paper", "points"), [("letter", (612, 792)), ("a4", (595, 841))])
def test_a_slip_lists_the_contents_on_the_markets_paper(
    paper: str, points: tuple[int, int]
) -> None:
    pdf = packing_slip_pdf(replace(SLIP, page_size=paper))
    assert size_in_points(pdf) == points
    found = words(pdf)
    for expected in (
        "Teapot & Kettle", "Packing slip", "Order 576460752303423488", "June 1, 2026",
        "Mira Okafor", "Cast-iron teapot, 0.8 l", "Moss green", "TK-POT-08-MG", "TK-WHISK",
        "Pieces in total: 3", "Thank you for the order.", "page 1",
    ):  # fmt: skip
        assert expected in found, expected


def test_equal_data_gives_equal_bytes_and_other_data_other_bytes() -> None:
    assert shipping_label_pdf(LABEL) == shipping_label_pdf(LABEL)
    assert packing_slip_pdf(SLIP) == packing_slip_pdf(SLIP)
    assert shipping_label_pdf(LABEL) != shipping_label_pdf(replace(LABEL, qr="other"))


def test_long_slips_go_on_and_keep_every_line() -> None:
    lines = tuple(SlipLine(f"Thing number {n}", "", f"SKU-{n}", n) for n in range(1, 91))
    pdf = packing_slip_pdf(replace(SLIP, lines=lines))
    assert len(PdfReader(BytesIO(pdf)).pages) > 2
    found = words(pdf)
    assert all(f"Thing number {n} " in found + " " for n in range(1, 91))
    assert "page 3" in found
    assert f"Pieces in total: {sum(range(1, 91))}" in found


def test_japanese_is_written_in_japanese() -> None:
    label = words(shipping_label_pdf(replace(LABEL, recipient=JAPANESE)))
    slip = words(packing_slip_pdf(replace(SLIP, page_size="a4", recipient=JAPANESE)))
    for found in (label, slip):
        assert "岡田 美咲" in found
        assert "千代田区" in found


@pytest.mark.parametrize(
    ("written", "shown", "font"),
    [
        ("São Paulo, João", "São Paulo, João", REGULAR),
        ("Łódź", "Lodz", REGULAR),
        ("東京", "東京", "HeiseiKakuGo-W5"),
        ("서울", "서울", "HYGothic-Medium"),
        ("汉语们", "汉语们", "STSong-Light"),
        ("Москва", "Москва", "HeiseiKakuGo-W5"),
        ("Tea \U0001f375 pot", "Tea ? pot", REGULAR),
        ("line\nbreak\x00\u202e", "line break", REGULAR),
        ("", "", REGULAR),
    ],
)
def test_every_script_gets_a_font_that_has_it(written: str, shown: str, font: str) -> None:
    made = text(written)
    assert (made.shown, made.font) == (shown, font)


@given(st.text(max_size=80), st.integers(6, 20), st.integers(40, 300))
def test_wrapped_lines_keep_within_the_width_and_lose_nothing(
    written: str, size: int, width: int
) -> None:
    lines = wrap(written, REGULAR, size, width)
    assert all(line.width(size) <= width or len(line.shown) == 1 for line in lines)
    kept = "".join(line.shown for line in lines).replace(" ", "")
    assert kept == text(written).shown.replace(" ", "")


def test_a_block_shrinks_before_it_is_cut() -> None:
    rows = [("A name of some length that wraps", BOLD)] * 3
    large, _ = fit(rows, 200, 200, range(16, 6, -1))
    small, lines = fit(rows, 200, 40, range(16, 6, -1))
    assert large > small
    assert not lines[-1].shown.endswith("...")
    _, cut = fit(rows * 9, 200, 40, range(16, 6, -1))
    assert cut[-1].shown.endswith("...")


names = st.text(max_size=200) | st.just("\x00")


@settings(max_examples=25, deadline=None)
@given(names, names, st.lists(names, max_size=8))
def test_no_name_or_address_breaks_a_document(shop: str, person: str, lines: list[str]) -> None:
    party = Party(person, tuple(lines))
    label = replace(LABEL, sender=party, recipient=party, service=shop, carrier=shop)
    assert size_in_points(shipping_label_pdf(label)) == (288, 432)
    slip = replace(SLIP, shop=shop, recipient=party, lines=(SlipLine(shop, person, person, 1),))
    assert words(packing_slip_pdf(slip))


@pytest.mark.parametrize("carrier", carriers(), ids=lambda carrier: carrier.id)
def test_every_carriers_number_fits_on_a_label(carrier: object) -> None:
    number = make_tracking_number(carrier.id, 7)  # type: ignore[attr-defined]
    found = words(shipping_label_pdf(replace(LABEL, tracking_number=number)))
    assert number in found.replace(" ", "")
