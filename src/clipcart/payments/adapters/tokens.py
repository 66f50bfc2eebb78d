"""Tokens of the test provider: what stands for a card once its number was checked and dropped.

A token names the card's line in the table, or the kind of a tender and when it is paid. It is
signed, so it needs no row and cannot be made up.
"""

from datetime import datetime, timedelta
from typing import Final

from clipcart.kit.crypto import is_same, sign
from clipcart.kit.errors import Problem, check
from clipcart.payments.adapters.cards import BY_NUMBER, TEST_CARDS, Scenario, TestCard, passes_luhn
from clipcart.payments.tenders import TenderKind

FORGED: Final = TestCard("0000", "unknown", Scenario.CARD_DECLINED, "A token that we did not make.")
_AT_ONCE: Final = "Paid at once, or when its token says."
_KINDS: Final = {
    word: TestCard("", word, Scenario.SUCCESS, _AT_ONCE) for word in ("card", "debit", "voucher")
} | {"boleto": TestCard("", "boleto", Scenario.HOURS_LATER, "Paid after 2 to 60 hours.")}
"""What stands behind tokens that name a kind of tender instead of a card."""


def make_token(secret: str, number: str, expiry: str, cvc: str, now: datetime) -> str:
    """The token of a test card. `expiry` is MM/YY. Raises Invalid with every problem at once."""
    digits = "".join(number.split()).replace("-", "")
    check([_number_problem(digits), _expiry_problem(expiry, now), _cvc_problem(digits, cvc)])
    card = BY_NUMBER[digits]
    stem = f"tok_{card.last4}_{TEST_CARDS.index(card)}"
    return f"{stem}_{_signature(secret, stem)}"


def make_kind_token(secret: str, kind: TenderKind, after: timedelta | None) -> str:
    """The token of a tender that is no test card: paid so long after the charge, whole seconds.

    None leaves it to the kind: a boleto is paid after some hours, everything else at once.
    """
    seconds = "" if after is None else str(int(after / timedelta(seconds=1)))
    stem = f"{kind.value.lower()}_{seconds}"
    return f"{stem}_{_signature(secret, stem)}"


def delay_of(token: str) -> timedelta | None:
    """When the tender of a genuine token is paid, if the token says so."""
    word, _, rest = token.partition("_")
    seconds = rest.partition("_")[0]
    return timedelta(seconds=int(seconds)) if word in _KINDS and seconds else None


def card_of(secret: str, token: str) -> TestCard:
    """The card behind a token; FORGED for one that we did not make."""
    stem, _, signature = token.rpartition("_")
    if stem and is_same(signature, _signature(secret, stem)):
        kind = _KINDS.get(stem.partition("_")[0])
        if kind is not None:
            return kind
        return TEST_CARDS[int(stem.rpartition("_")[2])]
    return FORGED


def _signature(secret: str, stem: str) -> str:
    return sign(secret, "card", stem)[:24]


def _number_problem(digits: str) -> Problem | None:
    if not digits.isascii() or not digits.isdigit() or not 12 <= len(digits) <= 19:
        return Problem("number", "A card number has 12 to 19 digits", "Check the number")
    if not passes_luhn(digits):
        return Problem("number", "The number's check digit is wrong", "Check for a typing error")
    if digits not in BY_NUMBER:
        cure = "Use a test card such as 4242 4242 4242 4242"
        return Problem("number", "Only test cards work here, never a real one", cure)
    return None


def _expiry_problem(expiry: str, now: datetime) -> Problem | None:
    month, slash, year = expiry.replace(" ", "").partition("/")
    digits = month.isascii() and year.isascii() and month.isdigit() and year.isdigit()
    if not slash or not digits or len(year) != 2 or len(month) > 2 or not 1 <= int(month) <= 12:
        return Problem("expiry", "An expiry date is written MM/YY", "Enter it like 12/29")
    if (2000 + int(year), int(month)) < (now.year, now.month):
        return Problem("expiry", "The card has expired", "Use a card that is still valid")
    return None


def _cvc_problem(digits: str, cvc: str) -> Problem | None:
    wanted = 4 if digits[:2] in ("34", "37") else 3
    if not cvc.isascii() or not cvc.isdigit() or len(cvc) != wanted:
        return Problem("cvc", f"The security code has {wanted} digits", "Check the card")
    return None
