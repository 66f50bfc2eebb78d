"""Tax: rounded once per line, half to even; an order's tax is the sum of its lines' taxes."""

from datetime import UTC, datetime
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from clipcart import markets
from clipcart.kit.money import Money

NOON = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)
MARKETS = [market.id for market in markets.all()]
AMOUNTS = st.integers(0, 10**9)


def half_even(exact: Fraction) -> int:
    """An independent rounding: Python's own for fractions."""
    return round(exact)


@given(market_id=st.sampled_from(MARKETS), minor=AMOUNTS, data=st.data())
def test_a_line_is_net_plus_tax_and_rounded_once(
    market_id: str, minor: int, data: st.DataObject
) -> None:
    market = markets.get(market_id)
    rules = market.at(NOON)
    region = data.draw(st.sampled_from(sorted(rules.address_regions)))
    line = markets.tax_for(market, rules, region, Money(minor, market.currency))
    rate = line.rate.fraction
    assert line.net + line.tax == line.gross
    if rules.tax_mode is markets.TaxMode.ADDED:
        assert line.net.minor == minor
        assert line.tax.minor == half_even(minor * rate)
    else:
        assert line.gross.minor == minor
        assert line.tax.minor == half_even(Fraction(minor) * rate / (1 + rate))


@given(market_id=st.sampled_from(MARKETS), minors=st.lists(AMOUNTS, min_size=1, max_size=30))
def test_lines_add_up_and_stay_near_the_whole(market_id: str, minors: list[int]) -> None:
    market = markets.get(market_id)
    rules = market.at(NOON)
    region = sorted(rules.address_regions)[0]
    lines = [
        markets.tax_for(market, rules, region, Money(minor, market.currency)) for minor in minors
    ]
    together = markets.tax_for(market, rules, region, Money(sum(minors), market.currency))
    difference = sum(line.tax.minor for line in lines) - together.tax.minor
    # Each line is off by at most half a unit, and so is the whole.
    assert abs(difference) * 2 <= len(lines) + 1


@given(market_id=st.sampled_from(MARKETS), minor=AMOUNTS)
def test_more_is_never_taxed_less(market_id: str, minor: int) -> None:
    market = markets.get(market_id)
    rules = market.at(NOON)
    region = sorted(rules.address_regions)[-1]
    less = markets.tax_for(market, rules, region, Money(minor, market.currency))
    more = markets.tax_for(market, rules, region, Money(minor + 1, market.currency))
    assert less.tax <= more.tax
    assert less.gross <= more.gross
