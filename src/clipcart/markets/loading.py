"""Read a market file, check all of it, and say everything that is wrong at once."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from importlib.resources.abc import Traversable
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from clipcart.kit.errors import Problem
from clipcart.kit.money import CURRENCIES, USD
from clipcart.markets import holidays as calendar_rules
from clipcart.markets.consistency import check_rules
from clipcart.markets.errors import InvalidMarketFile
from clipcart.markets.holidays import Holiday
from clipcart.markets.model import Market, Period, Rules
from clipcart.markets.parameters import PARAMETERS, Parameter
from clipcart.markets.readers import Part, Spot, list_of, one_of, record, text, unknown_key, whole

# A value and the local day from which it holds, oldest first.
Dated = list[tuple[date, Any]]


def _day(value: object, spot: Spot) -> date | None:
    if not isinstance(value, date) or isinstance(value, datetime):
        spot.no(f"{value!r} is not a date", "write it bare, such as 2026-01-31")
        return None
    return value


def _currency(value: object, spot: Spot) -> Any:
    known = one_of(sorted(CURRENCIES))(value, spot)
    return CURRENCIES.get(known)


def _time_zone(value: object, spot: Spot) -> ZoneInfo | None:
    name = one_of(sorted(available_timezones()))(value, spot)
    return ZoneInfo(name) if name else None


def _holiday_rule(value: object, spot: Spot) -> str | None:
    if not isinstance(value, str) or not calendar_rules.is_rule(value):
        spot.no(
            f"{value!r} is not a holiday rule",
            'write "07-04", "4th thursday of november", "easter-2" or "2026-09-22"',
        )
        return None
    return re.sub(r"\s+", " ", value)


_HOLIDAY = record(
    Holiday,
    {
        "name": Part(text(says="the holiday's name")),
        "on": Part(_holiday_rule),
        "observed": Part(one_of(("nearest", "next")), ""),
        "since": Part(whole(1, 9999), 1),
        "until": Part(whole(1, 9999), 9999),
    },
)
_HEAD = {
    "id": Part(text(r"[a-z]{2,10}", "two to ten lower-case letters")),
    "name": Part(text(says="the market's name")),
    "currency": Part(_currency),
    "time_zone": Part(_time_zone),
    "language": Part(text(r"[a-z]{2}(-[A-Z]{2})?", 'a language such as "en" or "pt-BR"')),
    "country": Part(text(r"[A-Z]{2}", "a country code of two capital letters")),
    "page_size": Part(one_of(("letter", "a4"))),
    "opens": Part(_day),
    "weekend": Part(list_of(one_of(calendar_rules.WEEKDAYS))),
}


def load(path: Path | Traversable) -> Market:
    """The market of a file. Raises InvalidMarketFile with every problem; OSError if unreadable."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        problem = Problem("file", str(error), "correct the TOML at that place")
        raise InvalidMarketFile(path.name, [problem]) from error
    problems: list[Problem] = []
    head = record(dict, _HEAD)(raw.get("market", {}), Spot("market", USD, problems))
    spot = Spot("", head["currency"] if head else USD, problems)
    days_off = list_of(_HOLIDAY)(raw.get("holidays", []), spot.at("holidays"))
    _check_tables(raw, spot)
    dated = {
        parameter: _read(parameter, raw, spot)
        for parameter in PARAMETERS
        if isinstance(raw.get(parameter.table, {}), dict)
    }
    if head:
        _check_opening(dated, head["opens"], spot)
    if problems or head is None:
        raise InvalidMarketFile(path.name, problems)
    zone = head["time_zone"]
    periods = tuple(
        Period(datetime.combine(day, time(0), tzinfo=zone).astimezone(UTC), rules)
        for day, rules in _rules_by_day(dated)
    )
    for period in periods:
        check_rules(period.rules, spot)
    if problems:
        raise InvalidMarketFile(path.name, list(dict.fromkeys(problems)))
    head["weekend"] = frozenset(calendar_rules.WEEKDAYS.index(name) for name in head["weekend"])
    return Market(**head, holidays=days_off, periods=periods)


def _check_tables(raw: Mapping[str, Any], spot: Spot) -> None:
    known = {"market": set(_HEAD), "holidays": set()} | {p.table: set() for p in PARAMETERS}
    for parameter in PARAMETERS:
        known[parameter.table].add(parameter.key)
    for table, content in raw.items():
        if table not in known:
            unknown_key(spot, table, known)
        elif table in ("market", "holidays"):
            continue
        elif not isinstance(content, dict):
            spot.at(table).no("a table is needed", f"write [{table}]")
        else:
            for key in content:
                if key not in known[table]:
                    unknown_key(spot.at(table), key, known[table])


def _read(parameter: Parameter, raw: Mapping[str, Any], spot: Spot) -> dict[str, Dated]:
    """The dated values of a parameter; those without regions under the name ""."""
    here = spot.at(parameter.table).at(parameter.key)
    value = raw.get(parameter.table, {}).get(parameter.key)
    if value is None:
        here.no("missing", "add it as a list of { from = date, value = ... }")
        return {}
    if not parameter.per_region:
        return {"": _read_dated(parameter, value, here)}
    if not isinstance(value, dict):
        here.no("a table is needed", "give every region its own list of { from, value }")
        return {}
    return {name: _read_dated(parameter, entry, here.at(name)) for name, entry in value.items()}


def _read_dated(parameter: Parameter, value: object, spot: Spot) -> Dated:
    entry = record(dict, {"from": Part(_day), "value": Part(parameter.reader)})
    entries = list_of(entry, least=1)(value, spot)
    dated = [(one["from"], one["value"]) for one in entries if one is not None]
    days = [day for day, _ in dated]
    if days != sorted(set(days)):
        spot.no("the dates do not rise", "put the oldest first and give each date once")
    return dated


def _check_opening(dated: Mapping[Parameter, dict[str, Dated]], opens: date, spot: Spot) -> None:
    for parameter, by_region in dated.items():
        for region, values in by_region.items():
            if values and values[0][0] > opens:
                here = spot.at(parameter.table).at(parameter.key)
                (here.at(region) if region else here).no(
                    f"has no value from {opens} to {values[0][0]}",
                    f"begin with a value from {opens}, the day on which the market opens",
                )


def _rules_by_day(dated: Mapping[Parameter, dict[str, Dated]]) -> list[tuple[date, Rules]]:
    lists = [values for by_region in dated.values() for values in by_region.values()]
    days = sorted({day for values in lists for day, _ in values})
    first = max(values[0][0] for values in lists)
    return [(day, _rules_on(day, dated)) for day in days if day >= first]


def _rules_on(day: date, dated: Mapping[Parameter, dict[str, Dated]]) -> Rules:
    values: dict[str, Any] = {}
    for parameter, by_region in dated.items():
        now = {
            region: entries[bisect_right(entries, day, key=lambda entry: entry[0]) - 1][1]
            for region, entries in by_region.items()
        }
        values[parameter.key] = MappingProxyType(now) if parameter.per_region else now[""]
    return Rules(**values)
