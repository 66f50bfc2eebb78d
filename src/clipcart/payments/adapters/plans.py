"""What the test provider does with a charge, and when: read from token, seed and amount."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from clipcart.payments.adapters.cards import DECLINES, Scenario
from clipcart.payments.adapters.tokens import card_of, delay_of
from clipcart.payments.ports import ChargeOrder
from clipcart.payments.tenders import TenderKind, kind_of

_LATE_CAPTURE: Final = timedelta(hours=12)
_DELAYED: Final = (
    Scenario.DUPLICATES,
    Scenario.OUT_OF_ORDER,
    Scenario.CALLBACK_LOST,
    Scenario.SOON,
    Scenario.WRONG_AMOUNT,
)


@dataclass(frozen=True, slots=True)
class Plan:
    """What happens to a charge: its state now, and what it becomes when."""

    state: str
    becomes: str | None = None
    after: timedelta = timedelta(0)


def plan_of(secret: str, seed: int, order: ChargeOrder) -> Plan:
    """The plan of a charge. The same order has the same plan in every world of the seed."""
    scenario = card_of(secret, order.method).scenario
    done = "CAPTURED" if order.captures_at_once else "AUTHORISED"
    if scenario in DECLINES:
        return Plan("DECLINED")
    if (after := delay_of(order.method)) is not None:
        return Plan("PROCESSING", done, after) if after else Plan(done)
    if scenario is Scenario.CHALLENGE:
        return Plan("CHALLENGE", done)
    if scenario is Scenario.PROCESSING_ERROR:
        return Plan("FAILED", done)
    if scenario is Scenario.LATER_DECLINED:
        return Plan("PROCESSING", "DECLINED", _delay(seed, order, 2, 30))
    if scenario in _DELAYED:
        return Plan("PROCESSING", done, _delay(seed, order, 2, 30))
    if kind_of(order.method) is TenderKind.BOLETO:
        return Plan("PROCESSING", done, _delay(seed, order, 120, 3600))
    if scenario is Scenario.HOURS_LATER:
        return Plan("PROCESSING", done, _delay(seed, order, 120, 1200))
    if scenario is Scenario.LATE_CAPTURE:
        return Plan("PROCESSING", "CAPTURED", _LATE_CAPTURE)
    return Plan(done)


def _delay(seed: int, order: ChargeOrder, least_min: int, most_min: int) -> timedelta:
    text = f"{seed}:{order.method}:{order.amount}:{order.attempt}"
    number = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
    span_s = (most_min - least_min) * 60
    return timedelta(seconds=least_min * 60 + number % span_s)
