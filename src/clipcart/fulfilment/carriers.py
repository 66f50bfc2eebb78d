"""Tracking numbers: whose they are, and whether they can exist at all.

A number is accepted when it has the form of one of its carrier's formats, its check digit is right
and a code that must be known (such as the country of a postal number) is known. That a number can
exist does not say that a parcel travels under it; only the carrier's scans do.

The formats are data: carrier_formats.json, made by tools/build_carrier_formats.py.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final

from clipcart.fulfilment.checksums import has_right_check_digit
from clipcart.fulfilment.errors import InvalidTracking, NoSuchCarrier

# Longer than any number with a blank after every character; keeps the matching cheap.
LONGEST: Final = 200
_CHECK_CHARACTERS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class TrackingMatch:
    """A number that a carrier can have given out.

    `normalised` has no blanks and is upper case; `url` is the carrier's page about it, None where
    there is none; `issuer` is the postal service of an international number, else empty.
    """

    carrier: str
    format: str
    normalised: str
    url: str | None
    issuer: str = ""


@dataclass(frozen=True, slots=True)
class KnownCarrier:
    """A carrier: its id, its name for people, the country whose S10 numbers it issues."""

    id: str
    name: str
    s10_country: str
    make: tuple[str, int, str]


@dataclass(frozen=True, slots=True)
class _Format:
    carrier: str
    id: str
    form: re.Pattern[str]
    blank: re.Pattern[str]
    url: str | None
    checksum: MappingProxyType[str, Any] | None
    prepend_when: re.Pattern[str] | None
    prepend: str
    known: tuple[tuple[str, tuple[tuple[re.Pattern[str], str], ...]], ...]

    def judge(self, text: str) -> TrackingMatch | str | None:
        """The match, or which rule is broken ("checksum", "unknown"), or None for another form."""
        found = self.form.fullmatch(text)
        if found is None:
            return None
        parts = {
            name: self.blank.sub("", value) for name, value in found.groupdict().items() if value
        }
        if self.checksum is not None:
            serial = parts["SerialNumber"]
            if self.prepend_when is not None and self.prepend_when.match(serial):
                serial = self.prepend + serial
            if not has_right_check_digit(serial, parts["CheckDigit"], self.checksum):
                return "checksum"
        issuer = ""
        for group, accepted in self.known:
            names = [name for form, name in accepted if form.fullmatch(parts.get(group, ""))]
            if not names:
                return "unknown"
            issuer = names[0]
        number = self.blank.sub("", text)
        url = self.url.replace("%s", number) if self.url else None
        return TrackingMatch(self.carrier, self.id, number, url, issuer)


def carriers() -> tuple[KnownCarrier, ...]:
    """All carriers whose numbers are known, by id."""
    return tuple(_table()[0].values())


def carrier(carrier_id: str) -> KnownCarrier:
    """The carrier of this id. Raises NoSuchCarrier."""
    found = _table()[0].get(carrier_id)
    if found is None:
        raise NoSuchCarrier(carrier_id)
    return found


def identify(text: str) -> tuple[TrackingMatch, ...]:
    """Every carrier and format that this text can be a number of, the surest first.

    Formats with a check digit come before those without. Blanks and lower case are accepted, as
    people paste them. Empty when no carrier can have given it out.
    """
    cleaned = _cleaned(text)
    matches = [
        (one.checksum is None, judged)
        for one in _table()[1]
        if isinstance(judged := one.judge(cleaned), TrackingMatch)
    ]
    return tuple(match for _, match in sorted(matches, key=lambda pair: pair[0]))


def check(text: str, carrier_id: str) -> TrackingMatch:
    """The number as one of this carrier. Raises NoSuchCarrier, InvalidTracking.

    A postal service also has the international (S10) numbers of its own country; the match then
    names the postal service as its carrier.
    """
    wanted = carrier(carrier_id)
    cleaned = _cleaned(text)
    verdicts = [one.judge(cleaned) for one in _table()[1] if _is_for(one, wanted, cleaned)]
    matches = [verdict for verdict in verdicts if isinstance(verdict, TrackingMatch)]
    if matches:
        return replace(matches[0], carrier=wanted.id, url=_page(wanted, matches[0]))
    raise _refusal(wanted, text, {verdict for verdict in verdicts if isinstance(verdict, str)})


def make_tracking_number(carrier_id: str, serial: int) -> str:
    """A number that passes this carrier's rules, for robots and demonstrations.

    Serial numbers count from zero and wrap around after the digits that the format leaves free;
    one serial always gives the same number. Raises NoSuchCarrier.
    """
    wanted = carrier(carrier_id)
    before, digits, after = wanted.make
    body = f"{before}{serial % 10**digits:0{digits}d}{after}"
    if "?" not in body:
        return body
    for character in _CHECK_CHARACTERS:
        number = body.replace("?", character)
        judged = [one.judge(number) for one in _table()[1] if _is_for(one, wanted, number)]
        if any(isinstance(match, TrackingMatch) for match in judged):
            return number
    raise AssertionError(f"no check digit fits {body}")


def _is_for(one: _Format, wanted: KnownCarrier, text: str) -> bool:
    if one.carrier == wanted.id:
        return True
    country = wanted.s10_country
    return one.id == "s10" and country != "" and _bare(text).endswith(country)


def _page(wanted: KnownCarrier, match: TrackingMatch) -> str | None:
    pages = [one.url for one in _table()[1] if one.carrier == wanted.id and one.url]
    if match.url or not pages:
        return match.url
    return pages[0].replace("%s", match.normalised)


def _refusal(wanted: KnownCarrier, text: str, broken: set[str]) -> InvalidTracking:
    name = wanted.name
    if "checksum" in broken:
        return InvalidTracking(
            wanted.id,
            "checksum",
            f"this looks like a number of {name}, but its check digit is wrong",
            "compare it with the receipt: a character may be mistyped or exchanged",
        )
    if "unknown" in broken:
        return InvalidTracking(
            wanted.id,
            "unknown",
            "the two letters at the end are no country with a postal service",
            "compare the last two letters with the receipt",
        )
    others = {carrier(match.carrier).name for match in identify(text)} - {name}
    if others:
        cure = f"it fits {', '.join(sorted(others))}: choose that carrier if it carries the parcel"
    else:
        cure = f"write it as on the receipt, such as {make_tracking_number(wanted.id, 1234567)}"
    return InvalidTracking(wanted.id, "form", f"this is not a number of {name}", cure)


def _cleaned(text: str) -> str:
    """Upper case and without outer blanks; nothing at all if it is too long to be a number."""
    return text.strip().upper() if len(text) <= LONGEST else ""


def _bare(text: str) -> str:
    return re.sub(r"\s+", "", text)


@cache
def _table() -> tuple[MappingProxyType[str, KnownCarrier], tuple[_Format, ...]]:
    raw = json.loads((files("clipcart.fulfilment") / "carrier_formats.json").read_bytes())
    known = {
        code: KnownCarrier(
            code, one["name"], one.get("s10_country", ""), tuple(one["make"].values())
        )
        for code, one in raw["carriers"].items()
    }
    return MappingProxyType(known), tuple(_format(one) for one in raw["formats"])


def _format(raw: dict[str, Any]) -> _Format:
    prepend = raw.get("prepend")
    checksum = raw.get("checksum")
    return _Format(
        carrier=raw["carrier"],
        id=raw["id"],
        form=re.compile(raw["regex"], re.ASCII),
        blank=re.compile(raw.get("blank", r"\s"), re.ASCII),
        url=raw.get("url"),
        checksum=MappingProxyType(checksum) if checksum else None,
        prepend_when=re.compile(prepend["when"], re.ASCII) if prepend else None,
        prepend=prepend["content"] if prepend else "",
        known=tuple(
            (group, tuple((re.compile(form, re.ASCII), name) for form, name in accepted.items()))
            for group, accepted in raw.get("known", {}).items()
        ),
    )
