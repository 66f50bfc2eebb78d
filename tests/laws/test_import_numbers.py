"""Prices, weights and counts in files: whatever the way of writing, the amount is the same."""

import contextlib
from decimal import ROUND_HALF_EVEN, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clipcart.kit.money import EUR, JPY, KWD, USD, Currency, Money
from clipcart.ops.importing.numbers import NotANumber, read_count, read_price, read_weight

MINOR = st.integers(0, 10**12)
OUNCE = Decimal("28.349523125")
FACTORS = {"g": Decimal(1), "kg": Decimal(1000), "oz": OUNCE, "lb": OUNCE * 16}


def grouped(number: str, thousands: str, point: str) -> str:
    whole, _, digits = number.partition(".")
    text = f"{int(whole):,}".replace(",", thousands)
    return f"{text}{point}{digits}" if digits else text


@given(MINOR, st.sampled_from([USD, JPY, KWD]))
def test_what_we_write_is_read(minor: int, of: Currency) -> None:
    amount = Money(minor, of)
    text = amount.decimal_string()
    if of is JPY or "." in text:
        assert read_price(text, of) == amount
        assert read_price(f" {of.code} {text} ", of) == amount


@given(
    MINOR,
    st.sampled_from(
        [(",", "."), (".", ","), (" ", ","), ("\u00a0", ","), ("\u2019", "."), ("", ".")]
    ),
    st.sampled_from(["{}", "€{}", "{} €", "EUR {}", "\u00a0{}\u00a0€ "]),
)
def test_separators_and_signs_do_not_change_a_price(
    minor: int, marks: tuple[str, str], around: str
) -> None:
    text = around.format(grouped(Money(minor, EUR).decimal_string(), *marks))
    assert read_price(text, EUR) == Money(minor, EUR)


@given(st.text(max_size=20))
def test_any_text_is_a_price_or_refused(text: str) -> None:
    with contextlib.suppress(NotANumber):
        assert read_price(text, USD).minor >= 0


@given(st.integers(1, 999), st.integers(0, 999))
def test_what_could_be_two_amounts_is_refused(whole: int, part: int) -> None:
    with pytest.raises(NotANumber):
        read_price(f"{whole}.{part:03}", USD)
    with pytest.raises(NotANumber):
        read_price(f"{whole},{part:03}", KWD)
    assert read_price(f"{whole},{part:03}", USD).minor == (whole * 1000 + part) * 100


@given(MINOR, st.integers(1, 9))
def test_no_part_of_a_cent_is_lost(minor: int, digit: int) -> None:
    text = f"{Money(minor, USD).decimal_string()}0{digit}"
    with pytest.raises(NotANumber, match="decimals"):
        read_price(text, USD)


@given(st.decimals("0", "99999", places=4), st.sampled_from(sorted(FACTORS)))
def test_weights_round_once_to_grams(amount: Decimal, unit: str) -> None:
    exact = (amount * FACTORS[unit]).quantize(Decimal(1), ROUND_HALF_EVEN)
    expected = max(1, int(exact)) if amount else 0
    assert read_weight(str(amount), unit) == expected
    assert read_weight(f"{amount} {unit}", "kg") == expected


@given(st.text(max_size=12), st.text(max_size=4))
def test_any_text_is_a_weight_or_refused(text: str, unit: str) -> None:
    with contextlib.suppress(NotANumber):
        assert read_weight(text, unit) >= 0


@given(st.integers(-(10**9), 10**9))
def test_counts(count: int) -> None:
    assert read_count(str(count)) == count
    assert read_count(f"{count}.0") == count
    with pytest.raises(NotANumber):
        read_count(f"{count}.5")
