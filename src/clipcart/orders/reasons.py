"""Why orders are cancelled, who may give which reason, and how requests to cancel end."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class By(StrEnum):
    """On whose side an order was cancelled."""

    BUYER = "buyer"
    SELLER = "seller"
    OPERATOR = "operator"
    SYSTEM = "system"


class Reason(StrEnum):
    """Why an order is cancelled."""

    CHANGED_MIND = "CHANGED_MIND"
    ORDERED_BY_MISTAKE = "ORDERED_BY_MISTAKE"
    BETTER_PRICE = "BETTER_PRICE"
    WRONG_ADDRESS = "WRONG_ADDRESS"
    TOO_SLOW = "TOO_SLOW"
    OUT_OF_STOCK = "OUT_OF_STOCK"
    WRONG_PRICE = "WRONG_PRICE"
    CANNOT_DELIVER = "CANNOT_DELIVER"
    BUYER_ASKED = "BUYER_ASKED"
    SUSPECTED_FRAUD = "SUSPECTED_FRAUD"
    AGAINST_RULES = "AGAINST_RULES"
    PARCEL_LOST = "PARCEL_LOST"
    NOT_PAID = "NOT_PAID"
    STOCK_GONE = "STOCK_GONE"
    NOT_SHIPPED = "NOT_SHIPPED"


REASONS: Final[Mapping[By, frozenset[Reason]]] = MappingProxyType(
    {
        By.BUYER: frozenset(
            {
                Reason.CHANGED_MIND,
                Reason.ORDERED_BY_MISTAKE,
                Reason.BETTER_PRICE,
                Reason.WRONG_ADDRESS,
                Reason.TOO_SLOW,
            }
        ),
        By.SELLER: frozenset(
            {Reason.OUT_OF_STOCK, Reason.WRONG_PRICE, Reason.CANNOT_DELIVER, Reason.BUYER_ASKED}
        ),
        By.OPERATOR: frozenset(
            {Reason.SUSPECTED_FRAUD, Reason.AGAINST_RULES, Reason.PARCEL_LOST, Reason.BUYER_ASKED}
        ),
        By.SYSTEM: frozenset(
            {Reason.NOT_PAID, Reason.STOCK_GONE, Reason.NOT_SHIPPED, Reason.PARCEL_LOST}
        ),
    }
)
"""Which reasons each side may give."""

SELLER_FAULT: Final = frozenset({Reason.OUT_OF_STOCK, Reason.WRONG_PRICE, Reason.NOT_SHIPPED})
"""Reasons that count against the shop."""


class CancellationState(StrEnum):
    """How a buyer's request to cancel ended."""

    PENDING = "PENDING"
    SUCCESS = "SUCCESS"
    REJECTED = "REJECTED"
    WITHDRAWN = "WITHDRAWN"


class Answer(StrEnum):
    """Why a request to cancel was rejected."""

    ALREADY_PACKED = "ALREADY_PACKED"
    MADE_TO_ORDER = "MADE_TO_ORDER"
    AGREED_WITH_BUYER = "AGREED_WITH_BUYER"
    COLLECTED = "COLLECTED"
