"""The callbacks of the test provider: what it tells, how often, and in which order."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from clipcart.payments.adapters._sql import ChargeRow, RefundRow
from clipcart.payments.adapters.cards import Scenario


@dataclass(frozen=True, slots=True)
class Call:
    """A callback to make: its name (the same name is the same callback), when, and what it says."""

    name: str
    due_at: datetime
    told: Mapping[str, Any]


def planned_calls(row: ChargeRow, now: datetime) -> list[Call]:
    told = charge_told(row, row.state)
    final = Call(row.state, now, told)
    if row.scenario == Scenario.CALLBACK_LOST:
        return []
    if row.scenario == Scenario.DUPLICATES:
        again = Call(row.state, now + timedelta(minutes=5), told)
        return [final, again, Call("again", now + timedelta(minutes=9), told)]
    if row.scenario == Scenario.OUT_OF_ORDER:
        return [
            final,
            Call("authorised", now + timedelta(minutes=3), charge_told(row, "AUTHORISED")),
            Call("processing", now + timedelta(minutes=6), charge_told(row, "PROCESSING")),
        ]
    if row.scenario == Scenario.WRONG_AMOUNT:
        wrong = {**told, "amount_minor": row.amount_minor + 1}
        right = Call("corrected", now + timedelta(minutes=20), told)
        return [Call("wrong", now, wrong), right]
    return [final]


def charge_told(row: ChargeRow, said: str) -> Mapping[str, Any]:
    return {
        "kind": "charge",
        "ref": row.ref,
        "person_id": row.person_id,
        "payment_id": row.payment_id,
        "attempt": row.attempt,
        "said": said,
        "amount_minor": row.amount_minor,
        "currency": row.currency,
        "reason": row.reason,
        "brand": row.brand,
        "last4": row.last4,
    }


def refund_told(row: RefundRow) -> Mapping[str, Any]:
    return {
        "kind": "refund",
        "ref": row.ref,
        "shop_id": row.shop_id,
        "refund_id": row.refund_id,
        "said": row.state,
        "amount_minor": row.amount_minor,
        "currency": row.currency,
        "reason": row.reason,
    }
