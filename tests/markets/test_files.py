"""The markets that clipcart ships: complete, different, and documented key by key."""

from __future__ import annotations

import re
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from clipcart import markets
from clipcart.kit.money import JPY, USD, Money, Rate
from clipcart.markets.loading import _HEAD
from clipcart.markets.model import Rules
from clipcart.markets.parameters import PARAMETERS

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


def test_the_united_states_have_the_defaults_of_the_trade() -> None:
    rules = markets.get("us").at(NOW)
    hours = [
        rules.unpaid_close,
        rules.free_cancel,
        rules.cancel_reply,
        rules.staff_invitation_ttl,
    ]
    assert hours == [timedelta(hours=n) for n in (48, 1, 24, 120)]
    assert rules.unpaid_close_flash == timedelta(minutes=30)
    assert rules.free_cancel_options == tuple(timedelta(hours=n) for n in (1, 3, 5))
    days = (rules.dispatch_business_days, rules.auto_cancel_business_days)
    assert (*days, rules.deliver_by_business_days) == (2, 7, 6)
    assert (rules.return_days_for(), rules.return_days_for("food")) == (30, 7)
    assert (rules.return_days_for("hygiene"), rules.review_window_days) == (0, 60)
    assert (rules.return_ship_days, rules.return_confirm_days) == (5, 8)
    assert (rules.settlement_days, rules.settlement_tiers) == (7, (1, 3, 5, 8, 15, 31))
    levels = [(level.percent, level.days) for level in rules.reserve_levels]
    assert levels == [
        (Rate.bps(0), 0),
        (Rate.bps(500), 15),
        (Rate.bps(1000), 30),
        (Rate.bps(2000), 30),
    ]
    assert (rules.referral_fee, rules.refund_fee_share) == (Rate.bps(600), Rate.bps(2000))
    assert (rules.refund_fee_cap, rules.payout_threshold) == (Money(500, USD), Money(100, USD))
    assert (rules.commission_min, rules.commission_max) == (Rate.bps(100), Rate.bps(8000))
    caps = [(cap.orders_per_day, cap.listings) for cap in rules.probation_caps]
    assert caps == [(50, 100), (100, 200), (200, 1000), (None, None)]
    limits = (rules.images_max, rules.skus_max, rules.axes_max, rules.title_max)
    assert (*limits, rules.description_max) == (9, 300, 3, 255, 10_000)


def test_japan_differs_in_money_tax_clocks_and_limits() -> None:
    us, jp = markets.get("us"), markets.get("jp")
    assert jp.currency == JPY
    assert jp.currency.exponent == 0
    same = {
        field.name
        for field in fields(Rules)
        if getattr(us.at(NOW), field.name) == getattr(jp.at(NOW), field.name)
    }
    assert same <= {
        "unpaid_close_flash",
        "minimum_quantity_max",
        "image_side_min_px",
        "image_side_max_px",
        "axis_name_max",
        "axis_value_max",
        "title_min",
        "seller_sku_max",
        "address_required",
        "pay_business_days",
    }


@pytest.mark.parametrize("market", markets.all(), ids=lambda market: market.id)
def test_what_is_not_paid_in_days_of_its_own_has_the_usual_time(market: markets.Market) -> None:
    assert markets.pay_by(market, NOW) == NOW + market.at(NOW).unpaid_close
    assert markets.pay_by(market, NOW, ["card"]) == markets.pay_by(market, NOW)


def test_a_boleto_has_its_business_days_and_the_slowest_way_to_pay_decides() -> None:
    br = markets.get("br")
    friday = datetime(2018, 5, 4, 15, tzinfo=UTC)
    wednesday = datetime(2018, 5, 10, 2, 59, 59, tzinfo=UTC)
    assert markets.pay_by(br, friday, ["boleto"]) == wednesday
    assert markets.pay_by(br, friday, ["voucher", "boleto"]) == wednesday
    assert markets.pay_by(br, friday, ["card", "voucher"]) == friday + br.at(friday).unpaid_close


def test_values_change_on_their_day_at_local_midnight() -> None:
    jp = markets.get("jp")
    midnight = datetime(2019, 9, 30, 15, tzinfo=UTC)
    assert jp.at(midnight - timedelta(seconds=1)).tax_rate == Rate.bps(800)
    assert jp.at(midnight).tax_rate == Rate.bps(1000)
    louisiana = [
        markets.get("us").at(datetime(year, 6, 1, tzinfo=UTC)).tax_regions["LA"]
        for year in (2016, 2020, 2026)
    ]
    assert louisiana == [Rate.bps(500), Rate.bps(445), Rate.bps(500)]


def test_before_the_first_day_there_are_no_rules() -> None:
    with pytest.raises(markets.MarketNotOpen, match="us"):
        markets.get("us").at(datetime(2015, 12, 31, tzinfo=UTC))
    with pytest.raises(ValueError, match="aware"):
        markets.get("us").at(datetime(2026, 1, 1))


def test_an_unknown_market_is_refused() -> None:
    with pytest.raises(markets.NoSuchMarket):
        markets.get("atlantis")
    assert [market.id for market in markets.all()] == ["br", "jp", "us"]


def test_every_parameter_is_a_field_and_every_field_a_parameter() -> None:
    assert {parameter.key for parameter in PARAMETERS} == {field.name for field in fields(Rules)}


def test_every_key_is_documented_and_nothing_else() -> None:
    page = (ROOT / "docs/reference/markets.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"^\| `([a-z0-9_]+)` \|", page, re.MULTILINE))
    assert documented == {parameter.key for parameter in PARAMETERS} | set(_HEAD)


def test_every_value_of_the_united_states_says_where_it_comes_from() -> None:
    """Each single-line value carries its source; a longer one has it in the comment above."""
    text = (ROOT / "src/clipcart/markets/files/us.toml").read_text(encoding="utf-8")
    lines = text[text.index("[orders]") : text.index("[tax]")].splitlines()
    starts = [n for n, line in enumerate(lines) if re.match(r"[a-z_]+ = \[\{|\[\[", line)]
    assert len(starts) > 30
    for n in starts:
        told = lines[n] if "}]" in lines[n] else " ".join(lines[n - 2 : n])
        assert re.search(r"#.*\b(published|reported|ours)\b", told, re.IGNORECASE), lines[n]
