"""Public holidays written as rules, so that a market file does not expire at New Year.

A rule is a fixed day ("07-04"), a weekday of a month ("4th thursday of november", "last monday of
may"), a distance from Easter Sunday ("easter-2") or one single date ("2026-09-22").
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS: Final = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_FIXED = re.compile(r"(\d\d)-(\d\d)")
_SINGLE = re.compile(r"\d{4}-\d\d-\d\d")
_FROM_EASTER = re.compile(r"easter(?:([+-]\d{1,2}))?")
_NTH = re.compile(
    rf"(1st|2nd|3rd|4th|last) ({'|'.join(WEEKDAYS)}) of ({'|'.join(_MONTHS)})", re.IGNORECASE
)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Holiday:
    """One holiday. `observed` says what happens when it falls on a day off.

    "": nothing. "nearest": Saturday moves to Friday and Sunday to Monday. "next": Sunday moves to
    the next day that is not a holiday itself. `since` and `until` are years, both included.
    """

    name: str
    on: str
    observed: str = ""
    since: int = 1
    until: int = 9999

    def day(self, year: int) -> date | None:
        """The day itself in that year, or None where there is none."""
        return day_of(self.on, year) if self.since <= year <= self.until else None


def is_rule(on: str) -> bool:
    """Whether this text says a day that exists; 2024 is asked because it has a 29 February."""
    if _SINGLE.fullmatch(on):
        try:
            date.fromisoformat(on)
        except ValueError:
            return False
        return True
    return day_of(on, 2024) is not None


def day_of(on: str, year: int) -> date | None:
    """The day that a rule means in a year, or None."""
    if _SINGLE.fullmatch(on):
        single = date.fromisoformat(on)
        return single if single.year == year else None
    if fixed := _FIXED.fullmatch(on):
        try:
            return date(year, int(fixed[1]), int(fixed[2]))
        except ValueError:
            return None
    if distance := _FROM_EASTER.fullmatch(on):
        return _easter(year) + timedelta(days=int(distance[1] or "0"))
    if nth := _NTH.fullmatch(on):
        month = _MONTHS.index(nth[3].lower()) + 1
        return _weekday_of(year, month, WEEKDAYS.index(nth[2].lower()), nth[1].lower())
    return None


def days_off(holidays: Iterable[Holiday], year: int) -> frozenset[date]:
    """All days of the year that are holidays or stand in for one."""
    named = [(holiday, day) for holiday in holidays if (day := holiday.day(year)) is not None]
    days = {day for _, day in named}
    moved: set[date] = set()
    for holiday, day in named:
        if holiday.observed == "nearest" and day.weekday() >= 5:
            moved.add(day - _DAY if day.weekday() == 5 else day + _DAY)
        elif holiday.observed == "next" and day.weekday() == 6:
            instead = day + _DAY
            while instead in days or instead in moved:
                instead += _DAY
            moved.add(instead)
    return frozenset(days | moved)


def _weekday_of(year: int, month: int, weekday: int, which: str) -> date:
    if which == "last":
        after = date(year + month // 12, month % 12 + 1, 1)
        last = after - _DAY
        return last - timedelta(days=(last.weekday() - weekday) % 7)
    first = date(year, month, 1)
    offset = (weekday - first.weekday()) % 7
    return first + timedelta(days=offset + 7 * (int(which[0]) - 1))


def _easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar, by the anonymous computation of 1876."""
    golden = year % 19
    century, rest = divmod(year, 100)
    leap, common = divmod(century, 4)
    moon = (19 * golden + century - leap - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    week = (32 + 2 * common + 2 * (rest // 4) - moon - rest % 4) % 7
    shift = (golden + 11 * moon + 22 * week) // 451
    month, day = divmod(moon + week - 7 * shift + 114, 31)
    return date(year, month, day + 1)
