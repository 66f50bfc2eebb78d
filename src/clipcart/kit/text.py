"""Texts for people: sentences keyed by refusal code, and words from identifiers."""

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any


@cache
def texts(language: str = "en") -> Mapping[str, str]:
    """Every sentence of a language: `orders.cannot_cancel` -> `This order is {state}...`."""
    found: dict[str, str] = {}
    for entry in resources.files("clipcart").joinpath("texts", language).iterdir():
        if entry.name.endswith(".toml"):
            found.update(tomllib.loads(entry.read_text("utf-8")))
    return found


class _Lenient(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "…"


def sentence(code: str, facts: Mapping[str, Any], language: str = "en") -> str:
    """What happened and what to do next, for a refusal's code and facts."""
    template = texts(language).get(code) or texts(language)["kit.unknown"]
    return template.format_map(_Lenient(facts, code=code))


def slug(text: str, longest: int = 60) -> str:
    """A readable part of an address: `Gustav's Teapot, 1.2 l` -> `gustavs-teapot-1-2-l`."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    plain = re.sub(r"['’]", "", plain)
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:longest].strip("-") or "item"
