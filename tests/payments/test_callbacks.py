"""Callbacks: kept first, read once, and inert when replayed."""

import itertools
import json
from datetime import timedelta
from typing import Any

import pytest

from clipcart import payments
from clipcart.identity import SYSTEM, as_person
from clipcart.kit.crypto import sign
from clipcart.payments import CallbackRefused
from clipcart.payments.model import Said, knowledge
from tests.payments import till as cards
from tests.payments.till import Till, usd


def body(intent: payments.Intent, said: str, name: str, **changed: Any) -> bytes:
    """What the test provider would call about a payment."""
    told = {
        "id": name,
        "kind": "charge",
        "ref": f"tp_charge-{intent.payment_id}-{changed.get('attempt', 1)}",
        "person_id": intent.person_id,
        "payment_id": intent.payment_id,
        "attempt": 1,
        "said": said,
        "amount_minor": intent.amount.minor,
        "currency": "USD",
        "reason": "card_declined" if said == "DECLINED" else None,
        "brand": "visa",
        "last4": "4242",
    }
    return json.dumps(told | changed).encode()


def signed(raw: bytes, secret: str = "sesame") -> dict[str, str]:
    return {"TestPay-Signature": sign(secret, "callback", raw)}


async def call(till: Till, raw: bytes) -> bool:
    async with till.db.transaction() as tx:
        return await payments.store_callback(tx, till.provider, signed(raw), raw)


async def test_kept_first_read_later_and_only_once(till: Till) -> None:
    paid = await till.ask(cards.SOON)
    raw = body(paid, "CAPTURED", "cb-1")
    assert await call(till, raw) is True
    assert await till.names() == []
    assert await call(till, raw) is False
    await till.engine.settle()
    assert await till.names() == ["payments.captured"]
    assert await call(till, raw) is False
    again = await till.everything()
    await till.engine.settle()
    assert await till.everything() == again


async def test_forged_and_altered_callbacks_are_refused(till: Till) -> None:
    paid = await till.ask(cards.SOON)
    raw = body(paid, "CAPTURED", "cb-1")
    before = await till.everything()
    forgeries: tuple[dict[str, str], ...] = (
        {},
        signed(raw, "wrong"),
        signed(raw.replace(b"CAPTURED", b"DECLINED")),
        {"testpay-signature": "é"},
    )
    for headers in forgeries:
        with pytest.raises(CallbackRefused):
            async with till.db.transaction() as tx:
                await payments.store_callback(tx, till.provider, headers, raw)
    assert await till.everything() == before


ORDERS = list(itertools.permutations(["PROCESSING", "AUTHORISED", "DECLINED", "CAPTURED"]))


@pytest.mark.parametrize("order", ORDERS, ids="-".join)
async def test_any_order_ends_captured_and_told_once(till: Till, order: tuple[str, ...]) -> None:
    paid = await till.ask(cards.CALLBACK_LOST, 100, 200)
    for place, said in enumerate((*order, *order)):
        await call(till, body(paid, said, f"cb-{place}"))
        await till.engine.settle()
    assert await till.state(paid) == "CAPTURED"
    names = await till.names()
    assert names.count("payments.captured") == 2
    assert names.count("payments.declined") in (0, 2)
    assert await till.db.connection.fetchval("select count(*) from payments.exception") == 0


async def test_all_at_once_is_the_same(till: Till) -> None:
    paid = await till.ask(cards.CALLBACK_LOST)
    for place, said in enumerate(["CAPTURED", "DECLINED", "AUTHORISED", "CAPTURED"]):
        await call(till, body(paid, said, f"cb-{place}"))
    await till.engine.settle()
    assert await till.names() == ["payments.captured"]


@pytest.mark.parametrize(
    ("changed", "kind"),
    [
        ({"amount_minor": 1}, "amount_mismatch"),
        ({"currency": "EUR"}, "amount_mismatch"),
        ({"payment_id": 5}, "unknown_payment"),
        ({"person_id": 5}, "unknown_payment"),
        ({"attempt": 2}, "unknown_payment"),
    ],
)
async def test_what_does_not_fit_is_kept_once_and_never_booked(
    till: Till, changed: dict[str, Any], kind: str
) -> None:
    paid = await till.ask(cards.CALLBACK_LOST)
    await call(till, body(paid, "CAPTURED", "cb-1", **changed))
    await call(till, body(paid, "CAPTURED", "cb-2", **changed))
    await till.engine.settle()
    assert await till.state(paid) == "REQUESTED"
    assert await till.names() == []
    kinds = await till.db.connection.fetch("select kind from payments.exception")
    assert [row["kind"] for row in kinds] == [kind]


async def test_a_former_attempt_that_comes_through_calls_the_newer_one_back(till: Till) -> None:
    """The first card is declined and then captured after all, while the second is under way."""
    paid = await till.ask(cards.LATER_DECLINED)
    await till.engine.settle()
    await call(till, body(paid, "DECLINED", "cb-1"))
    await till.engine.settle()
    async with till.db.transaction() as tx:
        await payments.try_again(
            tx, as_person(paid.person_id), paid.payment_id, till.token(cards.HOURS_LATER)
        )
    await till.engine.settle()
    await call(till, body(paid, "CAPTURED", "cb-2"))
    await till.engine.settle()
    assert await till.state(paid) == "CAPTURED"
    newer = await till.db.connection.fetchval(
        "select state from payments.testpay_charge where attempt = 2"
    )
    assert newer == "VOIDED"
    assert await till.names() == ["payments.declined", "payments.captured"]


async def test_a_second_capture_is_given_back_and_never_booked(till: Till) -> None:
    paid = await till.ask(cards.LATE_CAPTURE, 600, 650)
    await till.engine.settle()
    await call(till, body(paid, "DECLINED", "cb-1"))
    await till.engine.settle()
    async with till.db.transaction() as tx:
        await payments.try_again(tx, as_person(paid.person_id), paid.payment_id, till.token())
    await till.engine.settle()
    assert await till.state(paid) == "CAPTURED"
    await till.engine.advance(timedelta(hours=13))
    books = (await till.provider.books())["USD"]
    assert (books.captured.minor, books.refunded.minor) == (2500, 1250)
    async with till.db.reading() as tx:
        ours = (await payments.provider_totals(tx))["USD"]
    assert (ours.captured.minor, ours.refunded.minor) == (1250, 0)
    (row,) = await till.db.connection.fetch("select kind, resolution from payments.exception")
    assert row["kind"] == "second_capture"
    assert row["resolution"].startswith("given back as tr_refund-0-")
    assert (await till.names()).count("payments.captured") == 2


def test_knowledge_is_a_total_order_with_captured_on_top() -> None:
    sayings = [(attempt, said) for attempt in (1, 2, 3) for said in Said]
    others = [knowledge(attempt, said) for attempt, said in sayings if said is not Said.CAPTURED]
    assert len(set(others)) == len(others)
    assert others == sorted(others)
    assert all(knowledge(1, Said.CAPTURED) > other for other in others)


def refund_body(refund: payments.Refund, said: str, name: str, **changed: Any) -> bytes:
    """What the test provider would call about a refund."""
    told = {
        "id": name,
        "kind": "refund",
        "ref": f"tr_refund-{refund.shop_id}-{refund.id}",
        "shop_id": refund.shop_id,
        "refund_id": refund.id,
        "said": said,
        "amount_minor": refund.amount.minor,
        "currency": "USD",
        "reason": "account_closed" if said == "FAILED" else None,
    }
    return json.dumps(told | changed).encode()


async def waiting_refund(till: Till) -> payments.Refund:
    """A refund of 4.00 of 10.00 that is on its way."""
    paid = await till.pay(cards.SLOW_REFUND, 1000)
    part = paid.splits[0]
    draft = payments.RefundDraft(part.shop_id, part.order_id, usd(400), "late", "one")
    async with till.db.transaction() as tx:
        await payments.request_refund(tx, SYSTEM, draft)
    await till.engine.settle()
    async with till.db.reading() as tx:
        (found,) = await payments.refunds_of_order(tx, part.shop_id, part.order_id)
    return found


@pytest.mark.parametrize(
    ("sayings", "told", "refunded", "kept"),
    [
        (["SETTLED", "SETTLED"], ["payments.refund_settled"], 400, []),
        (["FAILED", "FAILED"], ["payments.refund_failed"], 0, []),
        (["PENDING", "SETTLED", "PENDING"], ["payments.refund_settled"], 400, []),
        (["SETTLED", "FAILED", "FAILED"], ["payments.refund_settled"], 400, ["contradiction"]),
        (["FAILED", "SETTLED"], ["payments.refund_failed"], 0, ["contradiction"]),
    ],
)
async def test_a_refund_ends_once(
    till: Till, sayings: list[str], told: list[str], refunded: int, kept: list[str]
) -> None:
    refund = await waiting_refund(till)
    for place, said in enumerate(sayings):
        await call(till, refund_body(refund, said, f"rf-{place}"))
        await till.engine.settle()
    assert [name for name in await till.names() if "refund" in name] == told
    async with till.db.reading() as tx:
        paid = await payments.payment_of_order(tx, refund.shop_id, refund.order_id)
    assert paid is not None
    assert (paid.refunding, paid.refunded) == (usd(0), usd(refunded))
    rows = await till.db.connection.fetch("select kind from payments.exception")
    assert [row["kind"] for row in rows] == kept


@pytest.mark.parametrize(
    ("changed", "kind"),
    [
        ({"amount_minor": 401}, "amount_mismatch"),
        ({"currency": "EUR"}, "amount_mismatch"),
        ({"refund_id": 5}, "unknown_refund"),
        ({"shop_id": 5}, "unknown_refund"),
    ],
)
async def test_a_refund_that_does_not_fit_is_kept(
    till: Till, changed: dict[str, Any], kind: str
) -> None:
    refund = await waiting_refund(till)
    await call(till, refund_body(refund, "SETTLED", "rf", **changed))
    await till.engine.settle()
    assert "payments.refund_settled" not in await till.names()
    rows = await till.db.connection.fetch("select kind from payments.exception")
    assert [row["kind"] for row in rows] == [kind]
