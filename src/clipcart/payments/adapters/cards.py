"""The documented test cards, and what each makes the test provider do.

Nothing else is accepted, so that nobody's real card number ends up in a demonstration.
docs/reference/test-cards.md lists them all; a test compares.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Scenario(StrEnum):
    """What the test provider does with a charge."""

    SUCCESS = "success"
    CARD_DECLINED = "card_declined"
    INSUFFICIENT_FUNDS = "insufficient_funds"
    EXPIRED_CARD = "expired_card"
    INCORRECT_CVC = "incorrect_cvc"
    LOST_CARD = "lost_card"
    STOLEN_CARD = "stolen_card"
    FRAUD_SUSPECTED = "fraud_suspected"
    CHALLENGE = "challenge"
    SOON = "soon"
    HOURS_LATER = "hours_later"
    LATER_DECLINED = "later_declined"
    DUPLICATES = "duplicates"
    OUT_OF_ORDER = "out_of_order"
    TIMEOUT = "timeout"
    PROCESSING_ERROR = "processing_error"
    CALLBACK_LOST = "callback_lost"
    LATE_CAPTURE = "late_capture"
    WRONG_AMOUNT = "wrong_amount"
    SLOW_REFUND = "slow_refund"
    REFUND_FAILS = "refund_fails"


DECLINES: Final = frozenset(
    {
        Scenario.CARD_DECLINED,
        Scenario.INSUFFICIENT_FUNDS,
        Scenario.EXPIRED_CARD,
        Scenario.INCORRECT_CVC,
        Scenario.LOST_CARD,
        Scenario.STOLEN_CARD,
        Scenario.FRAUD_SUSPECTED,
    }
)
"""Declined at once; the scenario's name is the reason."""


@dataclass(frozen=True, slots=True)
class TestCard:
    """One card of the table: its number, brand, what it does, and that in words."""

    __test__ = False

    number: str
    brand: str
    scenario: Scenario
    means: str

    @property
    def last4(self) -> str:
        """The part of the number that may be kept and shown."""
        return self.number[-4:]


def _card(number: str, brand: str, scenario: Scenario, means: str) -> TestCard:
    return TestCard(number, brand, scenario, means)


TEST_CARDS: Final = (
    _card("4242424242424242", "visa", Scenario.SUCCESS, "Paid at once."),
    _card("5555555555554444", "mastercard", Scenario.SUCCESS, "Paid at once."),
    _card("378282246310005", "amex", Scenario.SUCCESS, "Paid at once; its code has four digits."),
    _card("4000000000000002", "visa", Scenario.CARD_DECLINED, "Declined without a reason."),
    _card("4000000000009995", "visa", Scenario.INSUFFICIENT_FUNDS, "Declined: too little money."),
    _card("4000000000000069", "visa", Scenario.EXPIRED_CARD, "Declined: the card has expired."),
    _card("4000000000000127", "visa", Scenario.INCORRECT_CVC, "Declined: wrong security code."),
    _card("4000000000009987", "visa", Scenario.LOST_CARD, "Declined: reported lost."),
    _card("4000000000009979", "visa", Scenario.STOLEN_CARD, "Declined: reported stolen."),
    _card("4100000000000019", "visa", Scenario.FRAUD_SUSPECTED, "Declined: looks like fraud."),
    _card(
        "4000002760003184",
        "visa",
        Scenario.CHALLENGE,
        "The bank asks the buyer to confirm (3-D Secure); the answer comes as a callback.",
    ),
    _card("4000000000101008", "visa", Scenario.SOON, "Paid after 2 to 30 minutes."),
    _card("4000000000102006", "visa", Scenario.HOURS_LATER, "Paid after 2 to 20 hours."),
    _card("4000000000103004", "visa", Scenario.LATER_DECLINED, "Declined after 2 to 30 minutes."),
    _card(
        "4000000000104002",
        "visa",
        Scenario.DUPLICATES,
        "Paid soon; the callback comes three times, twice under the same id.",
    ),
    _card(
        "4000000000105009",
        "visa",
        Scenario.OUT_OF_ORDER,
        "Paid soon; 'captured' is called before 'authorised' and 'processing'.",
    ),
    _card(
        "4000000000106007",
        "visa",
        Scenario.TIMEOUT,
        "Paid, but the answer is lost; asking again gives it.",
    ),
    _card(
        "4000000000000119",
        "visa",
        Scenario.PROCESSING_ERROR,
        "The provider fails once without charging; asking again pays.",
    ),
    _card(
        "4000000000107005",
        "visa",
        Scenario.CALLBACK_LOST,
        "Paid soon, but no callback ever comes; asking again later finds out.",
    ),
    _card(
        "4000000000108003",
        "visa",
        Scenario.LATE_CAPTURE,
        "Paid after 12 hours, even when it was given up before that.",
    ),
    _card(
        "4000000000109001",
        "visa",
        Scenario.WRONG_AMOUNT,
        "Paid soon, but the first callback names a wrong amount; the right one comes later.",
    ),
    _card("4000000000007726", "visa", Scenario.SLOW_REFUND, "Paid at once; refunds take 3 days."),
    _card("4000000000005126", "visa", Scenario.REFUND_FAILS, "Paid at once; refunds fail."),
)

BY_NUMBER: Final = {card.number: card for card in TEST_CARDS}


def passes_luhn(number: str) -> bool:
    """The check digit that every card number ends with (ISO/IEC 7812-1, annex B) is right."""
    total = 0
    for place, digit in enumerate(reversed(number)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
