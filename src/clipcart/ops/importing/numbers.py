"""Prices, weights and counts as people and spreadsheets write them: exact, never a float."""

import re
from fractions import Fraction
from typing import Final

from clipcart.kit.money import Currency, Money

_SPACES: Final = " \u00a0\u2009\u202f"
_QUOTES: Final = "'\u2019"
_PLAIN: Final = re.compile(r"([0-9]*)(?:([.,])([0-9]*))?")
_GROUPED: Final = re.compile(
    rf"([0-9]{{1,3}})([.,{_SPACES}{_QUOTES}])([0-9]{{3}}(?:\2[0-9]{{3}})*)(?:([.,])([0-9]+))?"
)
_DIGITS_MAX: Final = 15

_PRICE: Final = re.compile(r"([^0-9.,+\-]*)([+-]?)([^0-9.,+\-]*)([0-9.,].*?)([^0-9.,]*)", re.S)
_DOLLARS: Final = frozenset(
    {"USD", "CAD", "AUD", "NZD", "SGD", "HKD", "TWD", "MXN", "ARS", "CLP", "COP", "BBD", "BSD",
     "BZD", "FJD", "JMD", "TTD", "UYU"}
)  # fmt: skip
_SYMBOLS: Final = {
    "$": _DOLLARS, "US$": {"USD"}, "CA$": {"CAD"}, "C$": {"CAD"}, "A$": {"AUD"}, "AU$": {"AUD"},
    "NZ$": {"NZD"}, "S$": {"SGD"}, "HK$": {"HKD"}, "NT$": {"TWD"}, "MX$": {"MXN"},
    "R$": {"BRL"}, "€": {"EUR"}, "£": {"GBP"}, "¥": {"JPY", "CNY"}, "￥": {"JPY", "CNY"},
    "円": {"JPY"}, "₹": {"INR"}, "₩": {"KRW"}, "₫": {"VND"}, "฿": {"THB"}, "₱": {"PHP"},
    "KR": {"SEK", "NOK", "DKK", "ISK"}, "ZŁ": {"PLN"}, "RM": {"MYR"},
    "RP": {"IDR"},
}  # fmt: skip

_GRAMS: Final = {
    "g": Fraction(1),
    "kg": Fraction(1000),
    "oz": Fraction(45_359_237, 1_600_000),  # the avoirdupois pound is 453.59237 g by definition
    "lb": Fraction(45_359_237, 100_000),
}
_UNITS: Final = {
    "": "g", "g": "g", "gr": "g", "gram": "g", "grams": "g",
    "kg": "kg", "kgs": "kg", "kilo": "kg", "kilogram": "kg", "kilograms": "kg",
    "oz": "oz", "ounce": "oz", "ounces": "oz", "lb": "lb", "lbs": "lb", "pound": "lb",
    "pounds": "lb",
}  # fmt: skip
_WEIGHT: Final = re.compile(r"([0-9.,][0-9.,\s'\u2019]*?)\s*([A-Za-z]*)\.?")


class NotANumber(ValueError):
    """Text that cannot be read without guessing: the rule it breaks and the way out."""

    def __init__(self, rule: str, cure: str) -> None:
        super().__init__(rule)
        self.rule = rule
        self.cure = cure


def read_price(text: str, currency: Currency) -> Money:
    """A price as files hold it: `1299`, `$1,299.00`, `1.299,00 €`, `R$ 12,50`.

    With one separator, a comma before exactly three digits parts thousands and a point is decimal,
    as in exports of shops; a point before exactly three digits could be either and is refused.
    Raises NotANumber, also for another currency's sign and for more decimals than there are.
    """
    found = _PRICE.fullmatch(text.strip())
    if found is None:
        raise _no_price(text, currency)
    before, sign, between, number, after = found.groups()
    for mark in (before, between, after):
        _check_mark(mark, currency)
    if sign == "-":
        raise NotANumber(
            f"{text.strip()!r} is negative; a price is more than zero.",
            "Enter what a buyer pays for one unit.",
        )
    whole, digits = _split(number, currency, text)
    digits = digits[: currency.exponent] + digits[currency.exponent :].rstrip("0")
    if len(digits) > currency.exponent:
        allowed = f"{currency.exponent} decimals" if currency.exponent else "no decimals"
        raise NotANumber(
            f"{text.strip()!r} has more decimals than a price in {currency.code} can have.",
            f"Round it; {currency.code} has {allowed}.",
        )
    minor = int(whole or "0") * currency.scale + int(digits.ljust(currency.exponent, "0") or "0")
    return Money(minor, currency)


def read_weight(text: str, unit: str = "g") -> int:
    """A weight in whole grams, rounded half to even; one above zero is at least 1 g.

    The text's own unit counts before `unit`. Raises NotANumber.
    """
    found = _WEIGHT.fullmatch(text.strip())
    parts = None if found is None else parts_of(found[1].strip())
    named = "" if found is None else (found[2] or unit).strip().casefold()
    if parts is None or named not in _UNITS:
        raise NotANumber(
            f"{text.strip()!r} is not a weight in g, kg, oz or lb.",
            "Enter grams as a plain number, such as 450.",
        )
    whole, digits = parts
    amount = Fraction(int((whole + digits) or "0"), 10 ** len(digits))
    grams = round(amount * _GRAMS[_UNITS[named]])
    return max(grams, 1) if amount else 0


def read_count(text: str) -> int:
    """A count of units, also below zero: `12`, `12.0`, `-3`, `1,200`. Raises NotANumber."""
    plain = text.strip()
    sign = -1 if plain.startswith("-") else 1
    parts = parts_of(plain.removeprefix("-").removeprefix("+"))
    if parts is None or parts[1].strip("0"):
        raise NotANumber(f"{plain!r} is not a count of units.", "Enter a whole number, such as 12.")
    return sign * int(parts[0] or "0")


def parts_of(number: str) -> tuple[str, str] | None:
    """Digits before and after the decimal separator, thousands joined; None if it is no number."""
    plain = _PLAIN.fullmatch(number)
    grouped = _GROUPED.fullmatch(number)
    if grouped is not None and grouped[4] == grouped[2]:
        grouped = None
    if plain is not None and not (plain[1] or plain[3]):
        return None
    if plain is not None and (grouped is None or plain[1] == "0" or plain[2] == "."):
        parts = plain[1], plain[3] or ""
    elif grouped is not None:
        parts = grouped[1] + re.sub(r"[^0-9]", "", grouped[3]), grouped[5] or ""
    else:
        return None
    return parts if len(parts[0]) + len(parts[1]) <= _DIGITS_MAX else None


def _split(number: str, currency: Currency, text: str) -> tuple[str, str]:
    plain = _PLAIN.fullmatch(number)
    has_three = plain is not None and len(plain[3] or "") == 3 and 1 <= len(plain[1]) <= 3
    if plain is not None and has_three and plain[1] != "0":
        decimal = "." if currency.exponent == 3 else ""
        thousands = "" if currency.exponent == 3 else ","
        if plain[2] not in (decimal, thousands):
            raise NotANumber(
                f"{text.strip()!r} means one amount in one country and another elsewhere.",
                f"Write it without thousands separators, such as"
                f" {Money(1234 * currency.scale, currency).decimal_string()}.",
            )
    parts = parts_of(number)
    if parts is None:
        raise _no_price(text, currency)
    return parts


def _check_mark(mark: str, currency: Currency) -> None:
    sign = mark.strip().strip(_SPACES).upper()
    if not sign or sign == currency.code or currency.code in _SYMBOLS.get(sign, ()):
        return
    raise NotANumber(
        f"The price is marked {mark.strip()!r}, but the shop sells in {currency.code}.",
        f"Enter the price in {currency.code}, as a plain number.",
    )


def _no_price(text: str, currency: Currency) -> NotANumber:
    example = Money(19 * currency.scale, currency).decimal_string()
    if not text.strip():
        return NotANumber("A variant needs a price.", f"Enter an amount such as {example}.")
    return NotANumber(
        f"{text.strip()!r} is not a price.",
        f"Enter digits and at most one point, such as {example}.",
    )
