"""Tracking numbers: the rules of each carrier, on made numbers and on published ones."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clipcart import markets
from clipcart.fulfilment.carriers import (
    LONGEST,
    carriers,
    check,
    identify,
    make_tracking_number,
)
from clipcart.fulfilment.errors import InvalidTracking, NoSuchCarrier

PUBLISHED = Path(__file__).parents[3] / "shared/data/tracking_numbers/test_numbers.csv"
ALL = [carrier.id for carrier in carriers()]
CHECKED = [carrier.id for carrier in carriers() if "?" in carrier.make[2]]


def published() -> list[dict[str, str]]:
    """The published test numbers, or none (said aloud) in a clone that stands alone."""
    if PUBLISHED.exists():
        with PUBLISHED.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))
    if os.environ.get("CLIPCART_REQUIRE_SHARED") == "1":
        raise FileNotFoundError(f"CLIPCART_REQUIRE_SHARED=1 but {PUBLISHED} is not there")
    return []


def test_published_numbers_are_judged_as_their_carriers_judge_them() -> None:
    rows = published()
    if not rows:
        reason = "published tracking numbers are not beside this clone; made numbers are tested"
        print(f"NOT RUN: {reason}")
        pytest.skip(reason)
    wrong = []
    for row in rows:
        accepted = {(match.carrier, match.format) for match in identify(row["number"])}
        is_accepted = (row["courier_code"], row["format_id"]) in accepted
        if is_accepted is not (row["expected"] == "valid"):
            wrong.append(row)
    assert not wrong
    assert {row["expected"] for row in rows} == {"valid", "invalid"}
    assert len(rows) > 100


# Made for these tests, apart from the two examples that carriers print in their own manuals.
@pytest.mark.parametrize(
    ("number", "carrier", "format_id"),
    [
        ("1Z 999 AA1 01 2345 678 4", "ups", "ups"),
        ("1z999aa10123456784", "ups", "ups"),
        ("9205 5901 7554 7700 0004 28", "usps", "usps_impb_c"),
        ("420 94107 9205 5901 7554 7700 0004 28", "usps", "usps_impb_c"),
        ("RB 000 000 425 US", "usps", "s10"),
        ("PB000000425BR", "correios", "s10"),
        ("790500000424", "fedex", "fedex_12"),
        ("3300000421", "dhl", "dhl_express"),
        ("C00000000000428", "ontrac", "ontrac_c"),
        ("6200-0000-0421", "japan_post", "japan_post_12"),
        ("008182700000000000042101276C", "dpd", "dpd"),
    ],
)
def test_numbers_are_found_as_people_write_them(number: str, carrier: str, format_id: str) -> None:
    match = check(number, carrier)
    assert (match.carrier, match.format) == (carrier, format_id)
    written = "".join(number.split()).upper()
    assert match.normalised == written.replace("-", "")


@given(st.sampled_from(ALL), st.integers(0, 10**12))
def test_made_numbers_pass_their_own_rules(carrier: str, serial: int) -> None:
    number = make_tracking_number(carrier, serial)
    assert check(number, carrier).normalised == number
    assert check(f" {' '.join(number)} ", carrier).normalised == number
    assert any(match.normalised == number for match in identify(number))
    assert make_tracking_number(carrier, serial) == number


@pytest.mark.parametrize("carrier", ALL)
def test_different_serials_make_different_numbers(carrier: str) -> None:
    assert len({make_tracking_number(carrier, serial) for serial in range(300)}) == 300


@given(st.sampled_from(CHECKED), st.integers(0, 10**9), st.integers(1, 9))
def test_one_wrong_check_digit_is_noticed(carrier: str, serial: int, error: int) -> None:
    template = next(one for one in carriers() if one.id == carrier).make
    place = len(template[0]) + template[1] + template[2].index("?")
    number = make_tracking_number(carrier, serial)
    digit = number[place]
    if not digit.isdigit():
        return
    wrong = number[:place] + str((int(digit) + error) % 10) + number[place + 1 :]
    formats = {match.format for match in identify(number) if match.carrier in (carrier, "s10")}
    with pytest.raises(InvalidTracking) as caught:
        check(wrong, carrier)
    assert caught.value.facts["reason"] == "checksum"
    assert not {m.format for m in identify(wrong) if m.format in formats and m.carrier == carrier}


@pytest.mark.parametrize(
    ("number", "carrier", "reason", "cure"),
    [
        ("1Z999AA10123456785", "ups", "checksum", "receipt"),
        ("RB123456785XX", "s10", "unknown", "last two letters"),
        ("790500000424", "ups", "form", "FedEx"),
        ("hello", "ups", "form", "such as 1Z"),
        ("", "usps", "form", "such as 92"),
        ("RB123456785BR", "usps", "form", "S10"),
        ("１Z999AA10123456784", "ups", "form", "such as 1Z"),
        ("1Z999AA10123456784" + " " * LONGEST, "ups", "form", "such as 1Z"),
    ],
)
def test_a_refused_number_says_why_and_what_to_do(
    number: str, carrier: str, reason: str, cure: str
) -> None:
    with pytest.raises(InvalidTracking) as caught:
        check(number, carrier)
    facts = caught.value.facts
    assert (facts["reason"], facts["carrier"]) == (reason, carrier)
    assert cure in facts["cure"]


def test_an_unknown_carrier_is_refused() -> None:
    with pytest.raises(NoSuchCarrier):
        check("1Z999AA10123456784", "pigeon")
    with pytest.raises(NoSuchCarrier):
        make_tracking_number("pigeon", 1)


def test_formats_with_a_check_digit_come_first() -> None:
    """Fourteen digits and a letter-free check fit several; those that prove more lead."""
    matches = identify("D10011354453707")
    assert matches[0].format == "ontrac_d"
    assert identify("no number at all") == ()


def test_a_match_links_to_the_page_of_its_carrier() -> None:
    assert check("1Z999AA10123456784", "ups").url == (
        "https://wwwapps.ups.com/WebTracking/track?track=yes&trackNums=1Z999AA10123456784"
    )
    abroad = check("RB123456785US", "usps")
    assert abroad.url == "https://tools.usps.com/go/TrackConfirmAction?tLabels=RB123456785US"
    assert abroad.issuer == "United States Postal Service"


@given(st.text(max_size=LONGEST + 5) | st.text("0123456789 \tAZ", max_size=LONGEST))
def test_no_text_at_all_breaks_the_rules(text: str) -> None:
    for match in identify(text):
        assert match.normalised.isascii()
        assert match.normalised.replace("-", "").isalnum()


@pytest.mark.parametrize("text", ["9" * LONGEST, "9 " * (LONGEST // 2), " " * LONGEST + "9"])
def test_hostile_text_costs_little(text: str) -> None:
    assert identify(text) == ()


def test_carriers_of_every_market_are_known() -> None:
    for market in markets.all():
        for period in market.periods:
            assert set(period.rules.carriers) <= set(ALL)
