"""The check digits that carriers use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any


def has_right_check_digit(serial: str, check: str, rule: Mapping[str, Any]) -> bool:
    """Whether `check` belongs to `serial` by a rule of the format table.

    Serial and check are upper case without blanks. Raises KeyError for a rule of unknown name.
    """
    return _KINDS[rule["name"]](serial, rule) == check


def _mod10(serial: str, rule: Mapping[str, Any]) -> str:
    """Weighted sum up to the next ten. Even and odd places count from zero at the left, or at the
    right if the rule is reversed; a letter counts as its place in the alphabet plus one, mod ten.
    """
    total = 0
    for place, character in enumerate(reversed(serial) if rule.get("reverse") else serial):
        value = int(character) if character.isdigit() else (ord(character) - 3) % 10
        total += value * rule["odds_multiplier" if place % 2 else "evens_multiplier"]
    return str(-total % 10)


def _mod7(serial: str, rule: Mapping[str, Any]) -> str:
    """The remainder of the whole number."""
    return str(int(serial) % 7)


def _luhn(serial: str, rule: Mapping[str, Any]) -> str:
    """Every second digit from the right doubled, nines cast out, up to the next ten."""
    total = 0
    for place, character in enumerate(reversed(serial)):
        value = int(character) * (1 if place % 2 else 2)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def _s10(serial: str, rule: Mapping[str, Any]) -> str:
    """The weighted sum's distance to the next eleven; ten becomes zero, eleven becomes five."""
    left = 11 - _weighted(serial, rule) % 11
    return {10: "0", 11: "5"}.get(left, str(left))


def _mod_37_36(serial: str, rule: Mapping[str, Any]) -> str:
    """ISO/IEC 7064 MOD 37,36 over digits and letters."""
    alphabet, size = rule["alphabet"], rule["modulo"]
    rest = size
    for character in serial:
        rest = (rest + alphabet.index(character)) % size or size
        rest = rest * 2 % (size + 1)
    return str(alphabet[(size + 1 - rest) % size])


def _two_moduli(serial: str, rule: Mapping[str, Any]) -> str:
    """The weighted sum modulo one number, and that modulo another."""
    return str(_weighted(serial, rule) % rule["modulo1"] % rule["modulo2"])


def _weighted(serial: str, rule: Mapping[str, Any]) -> int:
    pairs = zip(serial, rule["weightings"], strict=True)
    return sum(int(character) * int(weight) for character, weight in pairs)


_KINDS: dict[str, Callable[[str, Mapping[str, Any]], str]] = {
    "mod10": _mod10,
    "mod7": _mod7,
    "luhn": _luhn,
    "s10": _s10,
    "mod_37_36": _mod_37_36,
    "sum_product_with_weightings_and_modulo": _two_moduli,
}
