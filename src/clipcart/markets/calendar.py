"""Deadlines in the market's own days: business days, holidays, local midnight.

All moments in and out are aware; what comes out is UTC. Only here does local time exist.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from clipcart.markets.holidays import days_off
from clipcart.markets.model import Market

_LAST_SECOND = time(23, 59, 59)


def local_day(market: Market, moment: datetime) -> date:
    """The date on the market's wall calendar at this moment."""
    if moment.tzinfo is None:
        raise ValueError("a moment is an aware datetime")
    return moment.astimezone(market.time_zone).date()


def start_of_day(market: Market, day: date) -> datetime:
    """The first instant of a local day. Where the clock jumps over midnight, the jump itself."""
    local = datetime.combine(day, time(0), tzinfo=market.time_zone)
    return local.astimezone(UTC)


def end_of_day(market: Market, day: date) -> datetime:
    """The last second of a local day; of two, when the clock is set back at midnight, the later."""
    local = datetime.combine(day, _LAST_SECOND, tzinfo=market.time_zone)
    return local.replace(fold=1).astimezone(UTC)


def is_business_day(market: Market, day: date) -> bool:
    """Neither weekend nor public holiday."""
    return day.weekday() not in market.weekend and day not in _off(market, day.year)


def business_days_after(moment: datetime, days: int, market: Market) -> datetime:
    """The cut-off (23:59:59 local, returned in UTC) of the n-th business day after a moment.

    The local day of the moment itself never counts, at whatever hour: paid on Monday, two business
    days end on Wednesday at 23:59:59. Zero days end with the local day of the moment, working or
    not.
    """
    if days < 0:
        raise ValueError("business days are counted forwards")
    day = local_day(market, moment)
    left = days
    while left:
        day += timedelta(days=1)
        if is_business_day(market, day):
            left -= 1
    return end_of_day(market, day)


def pay_by(market: Market, placed_at: datetime, methods: Collection[str] = ()) -> datetime:
    """Until when a purchase can be paid; its stock is kept exactly as long.

    Each way to pay has its business days, or `unpaid_close`; of several the slowest decides.
    """
    rules = market.at(placed_at)
    soonest = placed_at + rules.unpaid_close
    return max(
        (
            business_days_after(placed_at, rules.pay_business_days[method], market)
            if method in rules.pay_business_days
            else soonest
            for method in methods
        ),
        default=soonest,
    )


@lru_cache(maxsize=256)
def _off(market: Market, year: int) -> frozenset[date]:
    # A holiday of next January can be observed in this December.
    around = (days_off(market.holidays, y) for y in (year - 1, year, year + 1))
    return frozenset(day for days in around for day in days if day.year == year)
