"""A market file with mistakes: all of them are told at once, each with its cure."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from clipcart import markets

US = Path(__file__).parents[2] / "src/clipcart/markets/files/us.toml"
Load = Callable[..., markets.Market]


@pytest.fixture
def edited(tmp_path: Path) -> Load:
    """Loads the United States with pieces of text exchanged, each of which must be there."""

    def load(*changes: tuple[str, str]) -> markets.Market:
        text = US.read_text(encoding="utf-8")
        for old, new in changes:
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        file = tmp_path / "test.toml"
        file.write_text(text, encoding="utf-8")
        return markets.load(file)

    return load


def test_an_unchanged_file_loads(edited: Load) -> None:
    assert edited() == markets.get("us")


@pytest.mark.parametrize(
    ("old", "new", "field", "says"),
    [
        ("unpaid_close =", "unpaid_clos =", "orders.unpaid_clos", "did you mean unpaid_close?"),
        ("unpaid_close =", "unpaid_clos =", "orders.unpaid_close", "missing"),
        ("[settlement]", "[setlement]", "setlement", "did you mean settlement?"),
        (
            '"48h" }]       # published for',
            "48 }]       # pub",
            "orders.unpaid_close[0].value",
            "not a duration",
        ),
        (
            '"6%" }]        # pub',
            "6 }]        # pub",
            "settlement.referral_fee[0].value",
            "not a rate",
        ),
        (
            '"6%" }]        # pub',
            '"6.125%" }]        # pub',
            "settlement.referral_fee[0].value",
            "at most two decimals",
        ),
        (
            '"6%" }]        # pub',
            '"600%" }]        # pub',
            "settlement.referral_fee[0].value",
            "not a rate",
        ),
        (
            'value = "5.00"',
            'value = "5.001"',
            "settlement.refund_fee_cap[0].value",
            "too many decimals",
        ),
        ('value = "5.00"', 'value = "-5"', "settlement.refund_fee_cap[0].value", "not an amount"),
        ('currency = "USD"', 'currency = "USDD"', "market.currency", "did you mean"),
        (
            "America/Los_Angeles",
            "America/Los_Angles",
            "market.time_zone",
            "did you mean America/Los_Angeles?",
        ),
        ("opens = 2016-01-01", 'opens = "2016"', "market.opens", "not a date"),
        (
            "opens = 2016-01-01",
            "opens = 2015-01-01",
            "orders.unpaid_close",
            "has no value from 2015-01-01",
        ),
        (
            "4th thursday of november",
            "5th thursday of november",
            "holidays[9].on",
            "not a holiday rule",
        ),
        ('on = "01-01"', 'on = "02-30"', "holidays[0].on", "not a holiday rule"),
        ('"added"', '"aded"', "tax.tax_mode[0].value", "did you mean added?"),
        ('"card", "wallet"', '"card", "card"', "payment.payment_methods[0].value[1]", "twice"),
        ('value = "94107"', 'value = "SW1A 1AA"', "address.postal_code_example", "does not match"),
        (
            "'\\d{5}(-\\d{4})?'",
            "'\\d{5}('",
            "address.postal_code_pattern[0].value",
            "regular expression",
        ),
        ('WY = "Wyoming"', "", "tax.tax_regions.WY", "not in address_regions"),
        ('WY = "Wyoming"', 'WY = "Wyoming"\nZZ = "Zed"', "tax.tax_regions.ZZ", "missing"),
        (
            '2018-07-01, value = "4.45%"',
            '2015-07-01, value = "4.45%"',
            "tax.tax_regions.LA",
            "dates do not rise",
        ),
        ("days_min = 3", "days_min = 9", "delivery.delivery_options[0].days_min", "above days_max"),
        (
            'fee = "12.99"',
            'fe = "12.99"',
            "delivery.delivery_options[0].value[1].fe",
            "did you mean fee?",
        ),
        ("individual = [", "hobby = [", "sellers.documents_required.hobby", "not a legal form"),
        (
            'level = 1, percent = "5%"',
            'level = 1, percent = "15%"',
            "settlement.reserve_levels[2]",
            "less than the level below",
        ),
        ("value = 1 }]", "value = 300 }]", "listing.title_min", "above title_max"),
        ("value = 9 }]", "value = 0 }]", "listing.images_max[0].value", "from 1 to"),
        ("value = 9 }]", "value = true }]", "listing.images_max[0].value", "whole number"),
    ],
)
def test_each_mistake_is_named_where_it_is(
    edited: Load, old: str, new: str, field: str, says: str
) -> None:
    with pytest.raises(markets.InvalidMarketFile) as caught:
        edited((old, new))
    told = [f"{p.rule}; {p.cure}" for p in caught.value.problems if p.field == field]
    assert told, str(caught.value)
    assert any(says in line for line in told), told
    assert field in str(caught.value)


def test_all_mistakes_are_told_at_once(edited: Load) -> None:
    with pytest.raises(markets.InvalidMarketFile) as caught:
        edited(
            ('"6%" }]        # pub', "6 }]        # pub"),
            ("images_max", "pictures"),
            ('country = "US"', 'country = "usa"'),
            ('name = "Juneteenth"', 'name = ""'),
        )
    assert len(caught.value.problems) == 5
    assert "5 problems" in str(caught.value)


def test_broken_toml_says_where(edited: Load) -> None:
    with pytest.raises(markets.InvalidMarketFile, match="line 9"):
        edited(('currency = "USD"', "currency = USD"))
