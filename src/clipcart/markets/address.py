"""Whether an address is complete in its market. Existence is for carriers to say."""

from __future__ import annotations

import re
from collections.abc import Mapping

from clipcart.kit.errors import Problem
from clipcart.markets.model import Rules

FIELDS = ("name", "line1", "line2", "district", "city", "region", "postal_code", "phone")
_LONGEST = 200
_WORDS = {"line1": "street and number", "line2": "second line"}


def address_problems(rules: Rules, fields: Mapping[str, str]) -> tuple[Problem, ...]:
    """Everything wrong with the address fields, in their order; empty when it is fine."""
    problems = []
    for name in FIELDS:
        value = fields.get(name, "").strip()
        problem = _problem(rules, name, value)
        if problem is not None:
            problems.append(problem)
    return tuple(problems)


def _problem(rules: Rules, name: str, value: str) -> Problem | None:
    words = _WORDS.get(name, name.replace("_", " "))
    if not value:
        if name in rules.address_required:
            return Problem(name, f"the {words} is missing", f"fill in the {words}")
        return None
    if len(value) > _LONGEST:
        return Problem(
            name, f"the {words} is too long", f"use at most {_LONGEST} characters, or another line"
        )
    if name == "region" and rules.address_regions and value not in rules.address_regions:
        return Problem(name, f"{value!r} is not a region of this market", "choose one of the list")
    if name == "postal_code" and not re.fullmatch(rules.postal_code_pattern, value, re.ASCII):
        example = rules.postal_code_example
        return Problem(name, f"{value!r} is not a postal code here", f"write it like {example}")
    return None
