"""Money as integers: exact to the minor unit, one currency at a time, every rounding named.

There is no division and no floating point. An amount is shared out in two ways only:
`split` gives exact parts that add up again; `share` takes a rate of it and rounds once, half to
even. Whoever needs both a share and the rest subtracts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Final

from clipcart.kit.currencies import (
    BRL,
    CURRENCIES,
    EUR,
    GBP,
    JPY,
    KWD,
    USD,
    Currency,
    UnknownCurrency,
    currency,
)

__all__ = [
    "BRL",
    "CURRENCIES",
    "EUR",
    "GBP",
    "JPY",
    "KWD",
    "USD",
    "Currency",
    "CurrencyMismatch",
    "Money",
    "MoneyFormatError",
    "Rate",
    "UnknownCurrency",
    "currency",
    "total",
]

# What PostgreSQL's bigint holds; an amount outside could be computed but never stored.
LARGEST_MINOR: Final = 2**63 - 1

_DECIMAL = re.compile(r"(-?)([0-9]{1,19})(?:\.([0-9]+))?")
_PERCENT = re.compile(r"(-?[0-9]{1,9})(?:\.([0-9]{1,9}))?\s*%")

# Symbols as people at home write them. Where a symbol is shared, the larger currency keeps it bare.
_SYMBOLS: Final = {
    "USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "CNY": "CN¥", "BRL": "R$ ", "INR": "₹",
    "KRW": "₩", "VND": "₫", "THB": "฿", "PHP": "₱", "IDR": "Rp ", "MYR": "RM ", "SGD": "S$",
    "CAD": "CA$", "AUD": "A$", "NZD": "NZ$", "MXN": "MX$", "HKD": "HK$", "TWD": "NT$",
    "ILS": "₪", "NGN": "₦", "UAH": "₴", "ZAR": "R ",
}  # fmt: skip

# Languages that write 1.234,50; all others here write 1,234.50.
_COMMA_LANGUAGES: Final = frozenset({"pt", "es", "de", "it", "nl", "id", "tr", "vi", "da", "el"})
_HOME_LANGUAGE: Final = {"BRL": "pt", "IDR": "id", "VND": "vi", "TRY": "tr", "ARS": "es"}


class CurrencyMismatch(TypeError):
    """Two currencies met in one sum or comparison: a defect of the caller, not a refusal."""

    def __init__(self, left: Currency, right: Currency) -> None:
        super().__init__(f"cannot combine {left.code} with {right.code}; convert one first")
        self.left = left
        self.right = right


class MoneyFormatError(ValueError):
    """Text that is not an amount of the currency asked for; the message says what is wrong."""


@dataclass(frozen=True, slots=True, order=True)
class Rate:
    """An exact proportion, such as a fee or a tax rate. Never a floating-point number."""

    fraction: Fraction

    def __post_init__(self) -> None:
        if not isinstance(self.fraction, Fraction):
            raise TypeError("a Rate holds a Fraction; use Rate.bps, Rate.of or Rate.parse")

    @classmethod
    def bps(cls, basis_points: int) -> Rate:
        """A rate in hundredths of a percent: `Rate.bps(600)` is 6%."""
        return _of_basis_points(basis_points)

    @classmethod
    def of(cls, numerator: int, denominator: int) -> Rate:
        """A rate as a fraction: `Rate.of(1, 3)` is one third."""
        if type(numerator) is not int or type(denominator) is not int:
            raise TypeError("a Rate is made of whole numbers")
        return cls(Fraction(numerator, denominator))

    @classmethod
    def parse(cls, text: str) -> Rate:
        """A percentage as people write it: "6%", "8.875%". Raises MoneyFormatError."""
        found = _PERCENT.fullmatch(text.strip())
        if found is None:
            raise MoneyFormatError(f"{text!r} is not a percentage such as 6% or 8.875%")
        whole, digits = found[1], found[2] or ""
        return cls.of(int(whole + digits), 100 * 10 ** len(digits))

    def __add__(self, other: Rate) -> Rate:
        return Rate(self.fraction + other.fraction)

    @property
    def basis_points(self) -> int:
        """The rate in hundredths of a percent. Raises ValueError where that is not whole."""
        points = self.fraction * 10_000
        if points.denominator != 1:
            raise ValueError(f"{self} is not a whole number of basis points")
        return points.numerator

    def __str__(self) -> str:
        """The percentage, exact where it has at most six decimals: "6%", "8.875%", "1/3"."""
        millionths = self.fraction * 100_000_000
        if millionths.denominator != 1:
            return str(self.fraction)
        sign = "-" if millionths < 0 else ""
        whole, part = divmod(abs(millionths.numerator), 1_000_000)
        digits = f"{part:06d}".rstrip("0")
        return f"{sign}{whole}.{digits}%" if digits else f"{sign}{whole}%"


@lru_cache(maxsize=1024)
def _of_basis_points(basis_points: int) -> Rate:
    """Few rates are ever in use, and making a fraction costs more than using it."""
    return Rate.of(basis_points, 10_000)


NO_RATE: Final = Rate.bps(0)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units of one currency: `Money(1230, USD)` is $12.30."""

    minor: int
    currency: Currency

    def __post_init__(self) -> None:
        if type(self.minor) is not int:
            raise TypeError(f"minor units are whole numbers, not {type(self.minor).__name__}")

    @classmethod
    def zero(cls, of: Currency) -> Money:
        """Nothing at all, in this currency."""
        return cls(0, of)

    @classmethod
    def of(cls, minor: int, code: str) -> Money:
        """The amount of a database row: bigint and char(3). Raises UnknownCurrency."""
        return cls(minor, currency(code))

    @classmethod
    def parse(cls, text: str, of: Currency) -> Money:
        """Read `decimal_string` back, or what a person types: "12", "12.3", "-0.05".

        Thousands separators are refused since 1,200 means two amounts in two countries.
        Raises MoneyFormatError.
        """
        found = _DECIMAL.fullmatch(text.strip())
        if found is None:
            example = cls(1234 * of.scale, of).decimal_string()
            raise MoneyFormatError(
                f"{text!r} is not an amount; write digits and at most one point, such as {example}"
            )
        sign, whole, digits = found[1], found[2], found[3] or ""
        if len(digits) > of.exponent:
            allowed = f"at most {of.exponent} decimals" if of.exponent else "no decimals"
            raise MoneyFormatError(f"{text!r} has too many decimals; {of.code} has {allowed}")
        minor = int(whole) * of.scale + int(digits.ljust(of.exponent, "0") or "0")
        if minor > LARGEST_MINOR:
            raise MoneyFormatError(f"{text!r} is too large an amount")
        return cls(-minor if sign else minor, of)

    def __add__(self, other: Money) -> Money:
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.minor - self._same(other), self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __abs__(self) -> Money:
        return Money(abs(self.minor), self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.minor < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.minor <= self._same(other)

    def __gt__(self, other: Money) -> bool:
        return self.minor > self._same(other)

    def __ge__(self, other: Money) -> bool:
        return self.minor >= self._same(other)

    @property
    def is_zero(self) -> bool:
        return self.minor == 0

    @property
    def is_positive(self) -> bool:
        return self.minor > 0

    @property
    def is_negative(self) -> bool:
        return self.minor < 0

    def times(self, count: int) -> Money:
        """This amount `count` times, as for a quantity on a line."""
        if type(count) is not int:
            raise TypeError("times takes a whole number; use share for a rate")
        return Money(self.minor * count, self.currency)

    def share(self, rate: Rate) -> Money:
        """The rate of this amount, rounded once, half to even."""
        above, below = rate.fraction.as_integer_ratio()
        return Money(_half_even(self.minor * above, below), self.currency)

    def tax_included(self, rate: Rate) -> Money:
        """The tax inside a price that already contains it, rounded once, half to even.

        Of a gross amount g at rate r that is g * r / (1 + r); the net price is the difference.
        """
        if rate.fraction < 0:
            raise ValueError("a tax rate is not negative")
        above, below = rate.fraction.as_integer_ratio()
        return Money(_half_even(self.minor * above, below + above), self.currency)

    def split(self, weights: Sequence[int]) -> tuple[Money, ...]:
        """Share out in proportion to the weights so that the parts add up exactly.

        Every part is rounded towards zero; the units left over go one each to the parts with the
        largest remainder, and among equals to the first. A weight of zero receives nothing.
        Weights are whole and not negative, and at least one is positive (ValueError otherwise).
        A negative amount is split like its opposite, so a refund mirrors its charge.
        """
        whole = sum(weights)
        if any(type(weight) is not int or weight < 0 for weight in weights) or whole == 0:
            raise ValueError(
                "split needs whole weights of zero or more, at least one of them positive"
            )
        amount = abs(self.minor)
        parts = [amount * weight // whole for weight in weights]
        left = amount - sum(parts)
        by_remainder = sorted(
            range(len(parts)), key=lambda place: -(amount * weights[place] % whole)
        )
        for place in by_remainder[:left]:
            parts[place] += 1
        sign = -1 if self.minor < 0 else 1
        return tuple(Money(sign * part, self.currency) for part in parts)

    def decimal_string(self) -> str:
        """The amount for programs, without symbol or grouping: "12.30", "1200", "-0.005"."""
        exponent = self.currency.exponent
        if not exponent:
            return str(self.minor)
        digits = str(abs(self.minor)).rjust(exponent + 1, "0")
        sign = "-" if self.minor < 0 else ""
        return f"{sign}{digits[:-exponent]}.{digits[-exponent:]}"

    def format(self, language: str = "") -> str:
        """The amount for people: "$12.30", "¥1,200", "R$ 12,30".

        `language` (such as "en" or "pt-BR") chooses the separators; without it the currency's
        home does. Currencies without a well-known symbol are shown by their code.
        """
        spoken = language.lower().replace("_", "-").split("-")[0]
        spoken = spoken or _HOME_LANGUAGE.get(self.currency.code, "en")
        whole, digits = self._digits()
        grouped, point = f"{whole:,}", "."
        if spoken in _COMMA_LANGUAGES:
            grouped, point = grouped.replace(",", "."), ","
        symbol = _SYMBOLS.get(self.currency.code, f"{self.currency.code} ")
        sign = "-" if self.minor < 0 else ""
        return f"{sign}{symbol}{grouped}{point}{digits}" if digits else f"{sign}{symbol}{grouped}"

    def __str__(self) -> str:
        return f"{self.decimal_string()} {self.currency.code}"

    def _digits(self) -> tuple[int, str]:
        whole, part = divmod(abs(self.minor), self.currency.scale)
        exponent = self.currency.exponent
        return whole, f"{part:0{exponent}d}" if exponent else ""

    def _same(self, other: Money) -> int:
        # Almost always the very same object, which is quicker to see than that it is equal.
        if self.currency is not other.currency and self.currency != other.currency:
            raise CurrencyMismatch(self.currency, other.currency)
        return other.minor


def total(amounts: Iterable[Money], of: Currency) -> Money:
    """The sum of any number of amounts, zero for none. Raises CurrencyMismatch."""
    minor = 0
    for amount in amounts:
        if amount.currency is not of and amount.currency != of:
            raise CurrencyMismatch(of, amount.currency)
        minor += amount.minor
    return Money(minor, of)


def _half_even(above: int, below: int) -> int:
    """`above / below` rounded to a whole number, half to even; `below` is positive."""
    whole, rest = divmod(above, below)
    if 2 * rest > below or (2 * rest == below and whole % 2):
        return whole + 1
    return whole
