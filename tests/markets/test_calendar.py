"""Business days and local midnight, in every market and over every change of the clocks."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clipcart import markets
from clipcart.markets.holidays import Holiday, day_of, days_off

US, JP, BR = markets.get("us"), markets.get("jp"), markets.get("br")
PACIFIC = ZoneInfo("America/Los_Angeles")
any_market = st.sampled_from(markets.all())
moments = st.datetimes(datetime(2016, 1, 2), datetime(2034, 12, 31), timezones=st.just(UTC))
counts = st.integers(0, 30)


def pacific(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=PACIFIC)  # type: ignore[misc,arg-type]


@given(moments, counts, any_market)
def test_a_deadline_is_the_last_second_of_a_business_day(
    moment: datetime, days: int, market: markets.Market
) -> None:
    end = markets.business_days_after(moment, days, market)
    assert end.tzinfo is UTC
    local = end.astimezone(market.time_zone)
    assert (local.hour, local.minute, local.second) == (23, 59, 59)
    following = (end + timedelta(seconds=1)).astimezone(market.time_zone)
    assert following.date() == local.date() + timedelta(days=1)
    if days:
        assert markets.is_business_day(market, local.date())


@given(moments, counts, any_market)
def test_exactly_so_many_business_days_lie_between(
    moment: datetime, days: int, market: markets.Market
) -> None:
    first = markets.local_day(market, moment)
    last = markets.local_day(market, markets.business_days_after(moment, days, market))
    between = [first + timedelta(days=n) for n in range(1, (last - first).days + 1)]
    assert sum(markets.is_business_day(market, day) for day in between) == days


@given(moments, st.timedeltas(timedelta(0), timedelta(days=40)), counts, any_market)
def test_later_moments_and_longer_counts_never_end_earlier(
    moment: datetime, later: timedelta, days: int, market: markets.Market
) -> None:
    end = markets.business_days_after(moment, days, market)
    assert end <= markets.business_days_after(moment + later, days, market)
    assert end < markets.business_days_after(moment, days + 1, market)
    assert end >= moment.replace(microsecond=0)


@given(st.dates(date(2016, 1, 1), date(2034, 12, 30)), any_market)
def test_local_days_meet_without_gap(day: date, market: markets.Market) -> None:
    start, end = markets.start_of_day(market, day), markets.end_of_day(market, day)
    assert markets.local_day(market, start) == markets.local_day(market, end) == day
    assert markets.start_of_day(market, day + timedelta(days=1)) - end == timedelta(seconds=1)


@pytest.mark.parametrize(
    ("moment", "days", "end"),
    [
        (pacific(2026, 6, 1, 9), 2, pacific(2026, 6, 3, 23, 59, 59)),
        (pacific(2026, 6, 1, 23, 59), 2, pacific(2026, 6, 3, 23, 59, 59)),
        (pacific(2026, 6, 6, 9), 1, pacific(2026, 6, 8, 23, 59, 59)),
        (pacific(2026, 7, 1, 9), 2, pacific(2026, 7, 6, 23, 59, 59)),
        (pacific(2026, 11, 25, 9), 1, pacific(2026, 11, 27, 23, 59, 59)),
        (pacific(2026, 6, 6, 9), 0, pacific(2026, 6, 6, 23, 59, 59)),
        # The clocks change on Sundays 2026-03-08 and 2026-11-01.
        (pacific(2026, 3, 6, 9), 1, pacific(2026, 3, 9, 23, 59, 59)),
        (pacific(2026, 10, 30, 9), 1, pacific(2026, 11, 2, 23, 59, 59)),
    ],
)
def test_american_deadlines(moment: datetime, days: int, end: datetime) -> None:
    assert markets.business_days_after(moment, days, US) == end


def test_the_same_moment_is_another_day_in_japan() -> None:
    monday_in_us_tuesday_in_japan = datetime(2026, 6, 1, 16, tzinfo=UTC)
    end = markets.business_days_after(monday_in_us_tuesday_in_japan, 1, JP)
    assert end == datetime(2026, 6, 3, 14, 59, 59, tzinfo=UTC)


def test_a_day_whose_midnight_happens_twice_ends_with_the_second() -> None:
    end = markets.end_of_day(BR, date(2018, 2, 17))
    assert end == datetime(2018, 2, 18, 2, 59, 59, tzinfo=UTC)


def test_a_day_without_midnight_starts_where_the_clock_jumps() -> None:
    start = markets.start_of_day(BR, date(2018, 11, 4))
    assert start == datetime(2018, 11, 4, 3, tzinfo=UTC)


def test_holidays_fall_where_the_law_puts_them() -> None:
    assert day_of("easter", 2024) == date(2024, 3, 31)
    assert day_of("easter", 2025) == date(2025, 4, 20)
    assert day_of("easter+60", 2026) == date(2026, 6, 4)
    assert day_of("last monday of may", 2026) == date(2026, 5, 25)
    assert day_of("4th thursday of november", 2026) == date(2026, 11, 26)
    assert day_of("02-29", 2025) is None


def test_holidays_on_days_off_are_observed_on_others() -> None:
    assert not markets.is_business_day(US, date(2026, 7, 3))
    assert not markets.is_business_day(US, date(2021, 12, 31)), "New Year 2022 was a Saturday"
    assert markets.is_business_day(US, date(2020, 6, 19)), "Juneteenth began in 2021"
    golden_week = [date(2026, 5, day) for day in range(2, 8)]
    assert [d.day for d in golden_week if markets.is_business_day(JP, d)] == [7]
    assert not markets.is_business_day(JP, date(2026, 9, 22))
    assert not markets.is_business_day(BR, date(2018, 2, 13))


def test_a_holiday_moved_next_skips_other_holidays() -> None:
    pair = (Holiday("a", "05-03", "next"), Holiday("b", "05-04"))
    assert days_off(pair, 2026) == {date(2026, 5, 3), date(2026, 5, 4), date(2026, 5, 5)}


def test_a_market_without_weekend_counts_every_day() -> None:
    always = replace(US, id="always", weekend=frozenset(), holidays=())
    end = markets.business_days_after(pacific(2026, 6, 5, 9), 3, always)
    assert end == pacific(2026, 6, 8, 23, 59, 59)


def test_counting_backwards_or_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="forwards"):
        markets.business_days_after(pacific(2026, 6, 5), -1, US)
    with pytest.raises(ValueError, match="aware"):
        markets.business_days_after(datetime(2026, 6, 5), 1, US)
