"""Tax on a line, delivery of an order, and addresses, in markets that differ in all three."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clipcart import markets
from clipcart.kit.errors import Problem
from clipcart.kit.money import JPY, USD, CurrencyMismatch, Money, Rate

NOW = datetime(2026, 6, 1, tzinfo=UTC)
US, JP = markets.get("us"), markets.get("jp")
US_NOW, JP_NOW = US.at(NOW), JP.at(NOW)


@given(st.integers(0, 10**10), st.sampled_from(sorted(US_NOW.tax_regions)))
def test_added_tax_comes_on_top_and_is_rounded_once(minor: int, state: str) -> None:
    line = markets.tax_for(US, US_NOW, state, Money(minor, USD))
    assert line.net == Money(minor, USD)
    assert line.gross == line.net + line.tax
    assert abs(line.tax.minor - minor * line.rate.fraction) <= Fraction(1, 2)


@given(st.integers(0, 10**10), st.sampled_from(["standard", "food", "exempt"]))
def test_included_tax_leaves_the_price_alone(minor: int, category: str) -> None:
    line = markets.tax_for(JP, JP_NOW, "13", Money(minor, JPY), category)
    assert line.gross == Money(minor, JPY)
    exact = Fraction(minor) * line.rate.fraction / (1 + line.rate.fraction)
    assert abs(line.tax.minor - exact) <= Fraction(1, 2)


@pytest.mark.parametrize(
    ("state", "minor", "tax"),
    [("CA", 1000, 72), ("CA", 2000, 145), ("CA", 200, 14), ("OR", 1999, 0), ("MN", 800, 55)],
)
def test_american_lines(state: str, minor: int, tax: int) -> None:
    # 7.25% of $10.00 is 72.5 cents and of $2.00 is 14.5: both go to the even cent.
    assert markets.tax_for(US, US_NOW, state, Money(minor, USD)).tax == Money(tax, USD)


def test_japanese_lines_contain_ten_percent_and_food_eight() -> None:
    goods = markets.tax_for(JP, JP_NOW, "13", Money(1100, JPY))
    food = markets.tax_for(JP, JP_NOW, "13", Money(1080, JPY), "food")
    assert (goods.net, goods.tax) == (Money(1000, JPY), Money(100, JPY))
    assert (food.net, food.tax) == (Money(1000, JPY), Money(80, JPY))
    assert goods.mode is markets.TaxMode.INCLUDED


def test_a_category_taxed_apart_has_its_rate_everywhere() -> None:
    assert markets.tax_for(US, US_NOW, "CA", Money(999, USD), "exempt").rate == Rate.bps(0)


def test_tax_is_refused_for_places_and_currencies_that_are_not_of_the_market() -> None:
    with pytest.raises(markets.NoSuchRegion):
        markets.tax_for(US, US_NOW, "ON", Money(100, USD))
    with pytest.raises(CurrencyMismatch):
        markets.tax_for(US, US_NOW, "CA", Money(100, JPY))


def test_delivery_is_free_from_the_threshold_on() -> None:
    below, at = (
        markets.delivery_options(US, US_NOW, "CA", Money(minor, USD)) for minor in (2999, 3000)
    )
    assert [quote.fee.minor for quote in below] == [599, 1299]
    assert [quote.fee.minor for quote in at] == [0, 1299]
    assert (below[0].missing, at[0].missing) == (Money(1, USD), None)
    assert at[1].missing is None, "express is never free, so nothing is missing"
    assert (below[0].id, below[0].days_min, below[0].days_max) == ("standard", 3, 6)


def test_far_regions_pay_their_surcharge_even_when_the_fee_is_waived() -> None:
    quotes = markets.delivery_options(JP, JP_NOW, "47", Money(4000, JPY))
    assert [quote.fee for quote in quotes] == [Money(1200, JPY), Money(2700, JPY)]


def test_delivery_to_a_place_that_is_not_of_the_market_is_refused() -> None:
    with pytest.raises(markets.NoSuchRegion):
        markets.delivery_options(US, US_NOW, "ON", Money(100, USD))


ADDRESS = {
    "name": "Mira Okafor",
    "line1": "12 Elm St",
    "city": "Fresno",
    "region": "CA",
    "postal_code": "93701",
    "phone": "+1 559 555 0100",
}


def test_a_complete_address_has_no_problems() -> None:
    assert markets.address_problems(US_NOW, ADDRESS) == ()


def test_every_problem_of_an_address_is_told() -> None:
    wrong = ADDRESS | {"city": "  ", "region": "ON", "postal_code": "K1A 0B1", "line1": "x" * 201}
    problems = markets.address_problems(US_NOW, wrong)
    assert [problem.field for problem in problems] == ["line1", "city", "region", "postal_code"]
    assert problems[3] == Problem(
        "postal_code", "'K1A 0B1' is not a postal code here", "write it like 94107"
    )


def test_an_address_is_judged_by_its_own_market() -> None:
    tokyo = ADDRESS | {"region": "13", "postal_code": "100-0001"}
    assert markets.address_problems(JP_NOW, tokyo) == ()
    assert len(markets.address_problems(US_NOW, tokyo)) == 2
    wide_digits = tokyo | {"postal_code": "１００-０００１"}
    assert [p.field for p in markets.address_problems(JP_NOW, wide_digits)] == ["postal_code"]
