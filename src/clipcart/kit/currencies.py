"""The currencies of ISO 4217 and how many minor units each has.

The list holds the active currencies with zero, two or three decimal digits. Funds codes, precious
metals and test codes are left out on purpose: nobody is paid in them.
"""

from __future__ import annotations

from dataclasses import dataclass

_NO_DIGITS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
_TWO_DIGITS = """
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF
    CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL
    HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT
    MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB
    SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH
    USD UYU UZS VES WST XCD XCG YER ZAR ZMW ZWG"""
_THREE_DIGITS = "BHD IQD JOD KWD LYD OMR TND"


@dataclass(frozen=True, slots=True)
class Currency:
    """One currency: its ISO 4217 code and the number of decimal digits of its minor unit."""

    code: str
    exponent: int

    @property
    def scale(self) -> int:
        """How many minor units make one major unit: 100 cents, 1 yen, 1000 fils."""
        return int(10**self.exponent)

    def __str__(self) -> str:
        return self.code


class UnknownCurrency(ValueError):
    """A code that is not in the list of active currencies."""

    def __init__(self, code: str) -> None:
        super().__init__(f"{code!r} is not an active ISO 4217 currency code such as USD or JPY")
        self.code = code


CURRENCIES: dict[str, Currency] = {
    code: Currency(code, exponent)
    for exponent, codes in ((0, _NO_DIGITS), (2, _TWO_DIGITS), (3, _THREE_DIGITS))
    for code in codes.split()
}


def currency(code: str) -> Currency:
    """The currency with this code, upper case. Raises UnknownCurrency."""
    found = CURRENCIES.get(code)
    if found is None:
        raise UnknownCurrency(code)
    return found


USD = CURRENCIES["USD"]
EUR = CURRENCIES["EUR"]
GBP = CURRENCIES["GBP"]
JPY = CURRENCIES["JPY"]
BRL = CURRENCIES["BRL"]
KWD = CURRENCIES["KWD"]
