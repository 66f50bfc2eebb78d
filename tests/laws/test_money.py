"""Laws of money: what is shared out adds up, what is rounded is rounded once."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clipcart.kit.money import (
    BRL,
    CURRENCIES,
    EUR,
    JPY,
    KWD,
    USD,
    Currency,
    CurrencyMismatch,
    Money,
    MoneyFormatError,
    Rate,
    UnknownCurrency,
    currency,
    total,
)

minors = st.integers(min_value=-(10**15), max_value=10**15)
currencies = st.sampled_from([USD, JPY, KWD, BRL, EUR])
weight_lists = st.lists(st.integers(0, 10**9), min_size=1, max_size=12).filter(lambda ws: any(ws))
rates = st.fractions(min_value=0, max_value=3, max_denominator=100_000).map(Rate)


@given(minors, weight_lists)
def test_split_adds_up_and_each_part_is_within_one_of_exact(minor: int, weights: list[int]) -> None:
    parts = Money(minor, USD).split(weights)
    assert len(parts) == len(weights)
    assert sum(part.minor for part in parts) == minor
    for part, weight in zip(parts, weights, strict=True):
        exact = Fraction(minor * weight, sum(weights))
        assert abs(part.minor - exact) < 1
        if weight == 0:
            assert part.is_zero


@given(minors, weight_lists)
def test_split_of_the_opposite_is_the_opposite_of_the_split(minor: int, weights: list[int]) -> None:
    mirrored = tuple(-part for part in Money(minor, USD).split(weights))
    assert Money(-minor, USD).split(weights) == mirrored


@given(minors, weight_lists, st.randoms(use_true_random=False))
def test_split_does_not_depend_on_the_order(minor: int, weights: list[int], random: object) -> None:
    """Reordering the weights reorders the parts; only parts of equal claim may trade a unit."""
    shuffled = list(weights)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    first = Money(minor, USD).split(weights)
    second = Money(minor, USD).split(shuffled)
    assert sorted(part.minor for part in first) == sorted(part.minor for part in second)
    if len({Fraction(minor * w, sum(weights)) % 1 for w in weights}) == len(weights):
        by_weight = dict(zip(weights, first, strict=True))
        assert all(by_weight[w] == part for w, part in zip(shuffled, second, strict=True))


@given(minors, weight_lists, st.integers(1, 1000))
def test_split_looks_only_at_proportions(minor: int, weights: list[int], factor: int) -> None:
    assert Money(minor, USD).split(weights) == Money(minor, USD).split(
        [weight * factor for weight in weights]
    )


@given(st.integers(0, 10**12), weight_lists)
def test_a_heavier_weight_never_receives_less(minor: int, weights: list[int]) -> None:
    parts = Money(minor, USD).split(weights)
    ranked = sorted(zip(weights, (part.minor for part in parts), strict=True))
    for (light, small), (heavy, large) in pairwise(ranked):
        assert light == heavy or small <= large


def test_units_left_over_go_to_the_largest_remainder_then_to_the_first() -> None:
    assert [p.minor for p in Money(100, USD).split([1, 1, 1])] == [34, 33, 33]
    assert [p.minor for p in Money(-100, USD).split([1, 1, 1])] == [-34, -33, -33]
    assert [p.minor for p in Money(5, USD).split([3, 7, 0])] == [2, 3, 0]
    assert [p.minor for p in Money(10, USD).split([1, 2, 6])] == [1, 2, 7]


@pytest.mark.parametrize("weights", [[], [0], [0, 0], [1, -1], [2, -1]])
def test_split_refuses_weights_that_mean_nothing(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="weights"):
        Money(100, USD).split(weights)


@given(minors, rates)
def test_share_is_within_half_a_unit_and_mirrors(minor: int, rate: Rate) -> None:
    shared = Money(minor, USD).share(rate)
    assert abs(shared.minor - minor * rate.fraction) <= Fraction(1, 2)
    assert Money(-minor, USD).share(rate) == -shared


@given(st.integers(0, 10**15), st.fractions(min_value=0, max_value=1, max_denominator=10_000))
def test_a_share_of_at_most_all_is_at_most_all(minor: int, fraction: Fraction) -> None:
    amount = Money(minor, USD)
    assert Money.zero(USD) <= amount.share(Rate(fraction)) <= amount


def test_share_rounds_half_to_even() -> None:
    half = Rate.of(1, 2)
    assert [Money(n, USD).share(half).minor for n in (1, 3, 5, -1, -3)] == [0, 2, 2, 0, -2]


@given(st.integers(0, 10**12), rates)
def test_included_tax_is_what_would_have_been_added(minor: int, rate: Rate) -> None:
    gross = Money(minor, JPY)
    tax = gross.tax_included(rate)
    net = gross - tax
    assert Money.zero(JPY) <= tax <= gross
    # Adding the tax to the net gets back within the error that two roundings can make.
    assert abs((net + net.share(rate) - gross).minor) <= 1 + rate.fraction


def test_ten_percent_inside_eleven_hundred_yen_is_a_hundred() -> None:
    assert Money(1100, JPY).tax_included(Rate.parse("10%")) == Money(100, JPY)


@given(minors, st.sampled_from(sorted(CURRENCIES.values(), key=lambda c: c.code)))
def test_decimal_strings_round_trip(minor: int, of: Currency) -> None:
    amount = Money(minor, of)
    assert Money.parse(amount.decimal_string(), of) == amount


@pytest.mark.parametrize(
    ("amount", "program", "people"),
    [
        (Money(1230, USD), "12.30", "$12.30"),
        (Money(-5, USD), "-0.05", "-$0.05"),
        (Money(1200, JPY), "1200", "¥1,200"),
        (Money(1230, BRL), "12.30", "R$ 12,30"),
        (Money(123456789, BRL), "1234567.89", "R$ 1.234.567,89"),
        (Money(1005, KWD), "1.005", "KWD 1.005"),
    ],
)
def test_amounts_read_well(amount: Money, program: str, people: str) -> None:
    assert amount.decimal_string() == program
    assert amount.format() == people


def test_the_language_chooses_the_separators() -> None:
    assert Money(123450, EUR).format("de-DE") == "€1.234,50"
    assert Money(123450, EUR).format("en") == "€1,234.50"


@pytest.mark.parametrize("text", ["", "-", "1,200", "1.2.3", "12.", ".5", "1e3", "٣", "$5", "NaN"])
def test_text_that_is_not_an_amount_is_refused(text: str) -> None:
    with pytest.raises(MoneyFormatError, match="not an amount"):
        Money.parse(text, USD)


@pytest.mark.parametrize(("text", "of"), [("1.234", USD), ("12.0", JPY), ("1.0005", KWD)])
def test_too_many_decimals_are_refused_not_rounded(text: str, of: Currency) -> None:
    with pytest.raises(MoneyFormatError, match="too many decimals"):
        Money.parse(text, of)


def test_an_amount_too_large_to_store_is_refused() -> None:
    with pytest.raises(MoneyFormatError, match="too large"):
        Money.parse("9" * 19, USD)


def test_short_forms_are_read() -> None:
    assert Money.parse(" 12.3 ", USD) == Money(1230, USD)
    assert Money.parse("7", KWD) == Money(7000, KWD)


@given(minors, minors, currencies)
def test_addition_and_order_follow_the_integers(a: int, b: int, of: Currency) -> None:
    left, right = Money(a, of), Money(b, of)
    assert (left + right) - right == left
    assert (left < right) is (a < b)
    assert (left >= right) is (a >= b)
    assert total([left, right, left], of) == left.times(2) + right


def test_currencies_do_not_mix() -> None:
    dollar, euro = Money(1, USD), Money(1, EUR)
    assert dollar != euro
    for combine in (
        lambda: dollar + euro,
        lambda: dollar - euro,
        lambda: dollar < euro,
        lambda: max(dollar, euro),
        lambda: total([dollar, euro], USD),
    ):
        with pytest.raises(CurrencyMismatch, match="USD"):
            combine()


def test_nothing_but_whole_numbers_gets_in() -> None:
    for make in (
        lambda: Money(1.5, USD),  # type: ignore[arg-type]
        lambda: Money(True, USD),
        lambda: Money(1, USD).times(1.5),  # type: ignore[arg-type]
        lambda: Rate(0.06),  # type: ignore[arg-type]
        lambda: Rate.of(0.5, 1),  # type: ignore[arg-type]
        lambda: Money(4, USD) / 2,  # type: ignore[operator]
    ):
        with pytest.raises(TypeError):
            make()


@given(st.integers(-100_000, 100_000))
def test_rates_read_back_from_their_text(basis_points: int) -> None:
    assert Rate.parse(str(Rate.bps(basis_points))) == Rate.bps(basis_points)


def test_rates_are_exact() -> None:
    assert Rate.parse("8.875%") == Rate.of(8875, 100_000)
    assert Rate.parse("-0.5%") == Rate.bps(-50)
    assert Rate.bps(600) + Rate.bps(125) == Rate.bps(725)
    assert str(Rate.of(1, 3)) == "1/3"
    with pytest.raises(MoneyFormatError, match="percentage"):
        Rate.parse("6")


def test_unknown_currencies_are_named() -> None:
    with pytest.raises(UnknownCurrency, match="XXX"):
        currency("XXX")
    assert Money.of(100, "USD") == Money(100, USD)
    assert {c.exponent for c in CURRENCIES.values()} == {0, 2, 3}
