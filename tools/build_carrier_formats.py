"""Makes src/clipcart/fulfilment/carrier_formats.json from a copy of tracking_number_data.

    python tools/build_carrier_formats.py path/to/tracking_number_data

The folder holds `couriers/*.json` of https://github.com/jkeen/tracking_number_data (MIT licence,
(c) 2017 Jeff Keen; see NOTICE). Kept: regular expressions, checksums, serial-number rules, tracking
addresses, and look-up tables where they decide whether a number is valid. Added: postal services
that issue S10 numbers, carriers of Japan, and how to make a valid number for demonstrations.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

TARGET = Path(__file__).parents[1] / "src/clipcart/fulfilment/carrier_formats.json"

# The country whose S10 numbers a postal service issues itself.
S10_COUNTRIES = {"usps": "US", "canada_post": "CA", "japan_post": "JP", "correios": "BR"}
OWN_CARRIERS = {
    "correios": "Correios",
    "japan_post": "Japan Post",
    "sagawa": "Sagawa Express",
    "yamato": "Yamato Transport",
}
# Domestic numbers in Japan: eleven digits and the remainder of their division by seven.
JAPANESE = r"[\s-]*(?<SerialNumber>([0-9][\s-]*){11})(?<CheckDigit>[0-9])[\s-]*"
OWN_URLS = {
    "japan_post": "https://trackings.post.japanpost.jp/services/srv/search/direct?reqCodeNo1=%s",
    "sagawa": "https://k2k.sagawa-exp.co.jp/p/web/okurijosearch.do?okurijoNo=%s",
    "yamato": "https://jizen.kuronekoyamato.co.jp/jizen/servlet/crjz.b.NQ0010?id=%s",
}
# How to make a number: what stands before the serial number, its digits, what stands after it.
# "?" is the check digit.
MAKE = {
    "amazon": ("TBA", 12, ""),
    "canada_post": ("7035114", 8, "?"),
    "canpar": ("D", 21, ""),
    "correios": ("PB", 8, "?BR"),
    "dhl": ("33", 7, "?"),
    "dpd": ("0081827", 14, "101276?"),
    "fedex": ("7905", 7, "?"),
    "gofo": ("GFUS", 14, ""),
    "japan_post": ("62", 9, "?"),
    "landmark": ("LTN", 8, "N1"),
    "lasership": ("LX1", 7, ""),
    "old_dominion": ("072", 7, "?"),
    "ontrac": ("C", 13, "?"),
    "purolator": ("320", 8, "?"),
    "s10": ("RB", 8, "?GB"),
    "sagawa": ("40", 9, "?"),
    "speedee": ("SP", 18, ""),
    "ups": ("1Z999AA103", 7, "?"),
    "usps": ("92055901755477", 7, "?"),
    "yamato": ("30", 9, "?"),
    "yodel": ("JD", 16, ""),
    "yunexpress": ("YT", 16, ""),
}


def main(source: Path) -> None:
    """Read every courier of the source and write the compact table."""
    carriers: dict[str, dict[str, Any]] = {}
    formats: list[dict[str, Any]] = []
    for file in sorted((source / "couriers").glob("*.json")):
        courier = json.loads(file.read_text(encoding="utf-8"))
        carriers[courier["courier_code"]] = {"name": courier["name"]}
        formats += [compact(courier["courier_code"], one) for one in courier["tracking_numbers"]]
    carriers |= {code: {"name": name} for code, name in OWN_CARRIERS.items()}
    formats += [japanese(code, url) for code, url in OWN_URLS.items()]
    for code, country in S10_COUNTRIES.items():
        carriers[code]["s10_country"] = country
    for code, (before, digits, after) in MAKE.items():
        carriers[code]["make"] = {"before": before, "digits": digits, "after": after}
    table = {"carriers": dict(sorted(carriers.items())), "formats": formats}
    text = json.dumps(table, ensure_ascii=False, indent=1)
    TARGET.write_text(text + "\n", encoding="utf-8")
    print(f"{len(carriers)} carriers, {len(formats)} formats, {len(text)} bytes in {TARGET.name}")


def compact(carrier: str, source: dict[str, Any]) -> dict[str, Any]:
    """One format without what validity does not depend on."""
    made: dict[str, Any] = {
        "carrier": carrier,
        "id": source.get("id") or re.sub(r"\W+", "_", source["name"].lower()).strip("_"),
        "name": source["name"],
        "regex": python_regex(source["regex"]),
    }
    if source.get("tracking_url"):
        made["url"] = source["tracking_url"].replace("http://", "https://")
    validation = source.get("validation", {})
    if "checksum" in validation:
        made["checksum"] = validation["checksum"]
    if "serial_number_format" in validation:
        rule = validation["serial_number_format"]["prepend_if"]
        made["prepend"] = {"when": rule["matches_regex"], "content": rule["content"]}
    deciding = validation.get("additional", {}).get("exists", [])
    tables = [table for table in source.get("additional", []) if table["name"] in deciding]
    if len(tables) != len(deciding):
        raise SystemExit(f"{made['id']} needs a look-up table that is not there: {deciding}")
    if tables:
        made["known"] = {table["regex_group_name"]: known(table["lookup"]) for table in tables}
    return made


def known(lookup: list[dict[str, str]]) -> dict[str, str]:
    """The accepted values (as regular expressions) and who or what they stand for."""
    return {
        entry.get("matches_regex") or re.escape(entry["matches"]): entry.get("courier")
        or entry.get("name")
        or ""
        for entry in lookup
    }


def japanese(carrier: str, url: str) -> dict[str, Any]:
    """The twelve digits of a carrier in Japan."""
    return {
        "carrier": carrier,
        "id": f"{carrier}_12",
        "name": f"{OWN_CARRIERS[carrier]} (12)",
        "regex": python_regex(JAPANESE),
        "blank": r"[\s-]",
        "url": url,
        "checksum": {"name": "mod7", "modulo": 7},
    }


def python_regex(source: str | list[str]) -> str:
    """Joined, with named groups as Python writes them."""
    return re.sub(
        r"\(\?<(?=[A-Za-z])", "(?P<", source if isinstance(source, str) else "".join(source)
    )


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    main(Path(sys.argv[1]))
