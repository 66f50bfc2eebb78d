"""Readers turn TOML values into typed ones and note every rule broken on the way.

A reader never raises: it notes the problem at its spot and returns None, so that one run over a
file finds all its problems. Nobody uses the values of a file that has any.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from clipcart.kit.errors import Problem
from clipcart.kit.money import Currency, Money, MoneyFormatError, Rate

_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in the file, the market's currency, and the list of problems found so far."""

    path: str
    currency: Currency
    problems: list[Problem]

    def at(self, step: str | int) -> Spot:
        """The spot one step further inside."""
        path = f"{self.path}[{step}]" if isinstance(step, int) else f"{self.path}.{step}".strip(".")
        return Spot(path, self.currency, self.problems)

    def no(self, rule: str, cure: str) -> None:
        """Note a problem here."""
        self.problems.append(Problem(self.path, rule, cure))


Reader = Callable[[object, Spot], Any]


def unknown_key(spot: Spot, key: str, known: Iterable[str]) -> None:
    """Note a key that nothing reads, with the nearest that exists."""
    near = difflib.get_close_matches(key, list(known), n=1)
    spot.at(key).no(
        "unknown key", f"did you mean {near[0]}?" if near else "remove it or see the reference"
    )


def duration(value: object, spot: Spot) -> timedelta | None:
    """ "30m", "48h" or "14d"."""
    found = re.fullmatch(r"([0-9]{1,6})([mhd])", value) if isinstance(value, str) else None
    if found is None:
        spot.no(f"{value!r} is not a duration", 'write minutes, hours or days such as "48h"')
        return None
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def whole(low: int, high: int) -> Reader:
    """A whole number within bounds, both included."""

    def read(value: object, spot: Spot) -> int | None:
        if type(value) is not int or not low <= value <= high:
            spot.no(f"{value!r} is not allowed", f"write a whole number from {low} to {high}")
            return None
        return value

    return read


def rate(value: object, spot: Spot) -> Rate | None:
    """A percentage from "0%" to "100%"."""
    try:
        read = Rate.parse(value) if isinstance(value, str) else None
    except MoneyFormatError:
        read = None
    if read is None or not 0 <= read.fraction <= 1:
        spot.no(f"{value!r} is not a rate", 'write a percentage in quotes, such as "8.875%"')
        return None
    return read


def fee_rate(value: object, spot: Spot) -> Rate | None:
    """A rate in whole basis points, since order lines keep their fee as such."""
    read = rate(value, spot)
    if read is not None and (read.fraction * 10_000).denominator != 1:
        spot.no(f"{value!r} is finer than a hundredth of a percent", "write at most two decimals")
        return None
    return read


def money(value: object, spot: Spot) -> Money | None:
    """An amount of the market's currency, as a decimal string, not negative."""
    try:
        read = Money.parse(value, spot.currency) if isinstance(value, str) else None
    except MoneyFormatError as error:
        spot.no(str(error), "write the amount in quotes")
        return None
    if read is None or read.is_negative:
        example = Money(5 * spot.currency.scale, spot.currency).decimal_string()
        spot.no(f"{value!r} is not an amount", f'write it in quotes, such as "{example}"')
        return None
    return read


def text(pattern: str = r".{1,200}", says: str = "some text") -> Reader:
    """A string of a certain shape."""

    def read(value: object, spot: Spot) -> str | None:
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            spot.no(f"{value!r} is not {says}", f"write {says} in quotes")
            return None
        return value

    return read


def one_of(choices: Sequence[str]) -> Reader:
    """One word of a closed list."""

    def read(value: object, spot: Spot) -> str | None:
        if value not in choices:
            near = difflib.get_close_matches(str(value), choices, n=1)
            cure = f"did you mean {near[0]}?" if near else f"use one of {', '.join(choices)}"
            spot.no(f"{value!r} is unknown", cure)
            return None
        return str(value)

    return read


def flag(value: object, spot: Spot) -> bool | None:
    """true or false."""
    if not isinstance(value, bool):
        spot.no(f"{value!r} is not a yes or no", "write true or false")
        return None
    return value


def pattern(value: object, spot: Spot) -> str | None:
    """A regular expression."""
    try:
        re.compile(value if isinstance(value, str) else "(")
    except re.error:
        spot.no(f"{value!r} is not a regular expression", "write one in single quotes")
        return None
    return str(value)


def list_of(item: Reader, least: int = 0) -> Reader:
    """A list without repetitions."""

    def read(value: object, spot: Spot) -> tuple[Any, ...]:
        if not isinstance(value, list):
            spot.no("a list is needed", "put the values in [square brackets]")
            return ()
        if len(value) < least:
            spot.no("the list is too short", f"give at least {least}")
        for place, entry in enumerate(value):
            if entry in value[:place]:
                spot.at(place).no(f"{entry!r} is there twice", "remove one of them")
        return tuple(item(entry, spot.at(place)) for place, entry in enumerate(value))

    return read


def table_of(item: Reader, key_pattern: str = r"[A-Za-z0-9_-]{1,40}") -> Reader:
    """A table whose keys are names of the operator's choice."""

    def read(value: object, spot: Spot) -> Mapping[str, Any]:
        if not isinstance(value, dict):
            spot.no("a table is needed", "write { name = value, ... }")
            return {}
        for key in value:
            if not re.fullmatch(key_pattern, key):
                spot.at(key).no("the name has a wrong form", f"it must match {key_pattern}")
        return MappingProxyType({key: item(entry, spot.at(key)) for key, entry in value.items()})

    return read


@dataclass(frozen=True, slots=True)
class Part:
    """One field of a record; without a default it must be there."""

    reader: Reader
    default: Any = ...


def record(make: Callable[..., Any], parts: Mapping[str, Part]) -> Reader:
    """A table with known keys, made into a frozen class."""

    def read(value: object, spot: Spot) -> Any:
        if not isinstance(value, dict):
            spot.no("a table is needed", f"write {{ {', '.join(parts)} }}")
            return None
        before = len(spot.problems)
        for key in value:
            if key not in parts:
                unknown_key(spot, key, parts)
        made: dict[str, Any] = {}
        for key, part in parts.items():
            if key in value:
                made[key] = part.reader(value[key], spot.at(key))
            elif part.default is ...:
                spot.at(key).no("missing", "add it")
            else:
                made[key] = part.default
        return make(**made) if len(spot.problems) == before else None

    return read
