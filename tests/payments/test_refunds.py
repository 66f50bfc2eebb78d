"""Refunds: partial, several, once per key, never beyond what was captured."""

from datetime import timedelta

import pytest

from clipcart import payments
from clipcart.identity import SYSTEM, Actor, as_person
from clipcart.kit.errors import Absent, Forbidden, Invalid
from clipcart.kit.ids import OrderId, PersonId, RefundId
from clipcart.kit.money import EUR, Money
from clipcart.payments import Intent, RefundDraft, RefundKeyReused, RefundState, RefundTooLarge
from tests.payments import till as cards
from tests.payments.till import Till, usd


def draft(paid: Intent, minor: int, key: str = "one", place: int = 0) -> RefundDraft:
    part = paid.splits[place]
    return RefundDraft(part.shop_id, part.order_id, usd(minor), "too small", key)


async def refund(till: Till, wanted: RefundDraft, actor: Actor = SYSTEM) -> RefundId:
    async with till.db.transaction() as tx:
        return await payments.request_refund(tx, actor, wanted)


async def test_partial_refunds_add_up_to_what_was_captured(till: Till) -> None:
    paid = await till.pay(cards.SUCCESS, 1000, 500)
    await refund(till, draft(paid, 300, "a"))
    part = await till.order_payment(paid)
    assert (part.refunding, part.refunded, part.refundable) == (usd(300), usd(0), usd(700))
    await till.engine.settle()
    await refund(till, draft(paid, 700, "b"))
    await till.engine.settle()
    part = await till.order_payment(paid)
    assert (part.refunding, part.refunded, part.refundable) == (usd(0), usd(1000), usd(0))
    told = await till.facts("payments.refund_settled")
    assert [fact["amount_minor"] for fact in told] == [300, 700]
    assert {fact["order_id"] for fact in told} == {paid.splits[0].order_id}
    assert (await till.order_payment(paid, 1)).refunded == usd(0)
    await till.books_agree()


async def test_more_than_captured_is_refused_and_nothing_changes(till: Till) -> None:
    paid = await till.pay(cards.SUCCESS, 1000, 500)
    await refund(till, draft(paid, 999, "a"))
    before = await till.everything()
    with pytest.raises(RefundTooLarge) as refused:
        await refund(till, draft(paid, 2, "b"))
    assert refused.value.facts == {"asked": "$0.02", "refundable": "$0.01"}
    wanted = [draft(paid, 1, "c"), draft(paid, 1, "d"), draft(paid, 5, "e", 1)]
    with pytest.raises(RefundTooLarge):
        async with till.db.transaction() as tx:
            await payments.request_refunds(tx, SYSTEM, wanted)
    assert await till.everything() == before


async def test_nothing_goes_back_before_it_came(till: Till) -> None:
    asked = await till.pay(cards.HOURS_LATER)
    before = await till.everything()
    with pytest.raises(RefundTooLarge):
        await refund(till, draft(asked, 1))
    assert await till.everything() == before


async def test_the_same_key_is_the_same_refund(till: Till) -> None:
    paid = await till.pay(cards.SUCCESS, 1000)
    first = await refund(till, draft(paid, 400))
    assert await refund(till, draft(paid, 400)) == first
    await till.engine.settle()
    assert await refund(till, draft(paid, 400)) == first
    async with till.db.transaction() as tx:
        both = await payments.request_refunds(
            tx, SYSTEM, [draft(paid, 100, "x"), draft(paid, 100, "x")]
        )
    assert len(set(both)) == 1
    before = await till.everything()
    with pytest.raises(RefundKeyReused):
        await refund(till, draft(paid, 401))
    assert await till.everything() == before
    await till.engine.settle()
    assert (await till.order_payment(paid)).refunded == usd(500)
    await till.books_agree()


async def test_a_refund_job_that_runs_twice_pays_once(till: Till) -> None:
    paid = await till.pay(cards.SUCCESS, 1000)
    await refund(till, draft(paid, 400))
    await till.db.connection.execute(
        "insert into kit.job (id, kind, lane, payload, run_at, max_attempts, enqueued_at)"
        " select id + 1, kind, lane, payload, run_at, max_attempts, enqueued_at from kit.job"
    )
    await till.engine.settle()
    assert (await till.names()).count("payments.refund_settled") == 1
    await till.books_agree()


async def test_a_slow_refund_arrives_and_is_told_once(till: Till) -> None:
    paid = await till.pay(cards.SLOW_REFUND, 1000)
    refund_id = await refund(till, draft(paid, 400))
    await till.engine.settle()
    part = paid.splits[0]
    async with till.db.reading() as tx:
        (waiting,) = await payments.refunds_of_order(tx, part.shop_id, part.order_id)
    assert (waiting.id, waiting.state, waiting.amount) == (
        refund_id,
        RefundState.REQUESTED,
        usd(400),
    )
    assert "payments.refund_settled" not in await till.names()
    await till.engine.advance(timedelta(days=5))
    assert (await till.names()).count("payments.refund_settled") == 1
    assert (await till.order_payment(paid)).refunded == usd(400)
    await till.books_agree()


async def test_a_failed_refund_is_told_and_its_amount_is_free_again(till: Till) -> None:
    paid = await till.pay(cards.REFUND_FAILS, 1000)
    await refund(till, draft(paid, 1000))
    await till.engine.settle()
    (fact,) = await till.facts("payments.refund_failed")
    assert (fact["amount_minor"], fact["reason"]) == (1000, "account_closed")
    part = await till.order_payment(paid)
    assert (part.refunding, part.refunded, part.refundable) == (usd(0), usd(0), usd(1000))
    await refund(till, draft(paid, 1000, "again"))
    await till.books_agree()


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"amount": usd(0)}, Invalid),
        ({"amount": usd(-5)}, Invalid),
        ({"amount": Money(5, EUR)}, Invalid),
        ({"key": ""}, Invalid),
        ({"order_id": OrderId(4)}, Absent),
    ],
)
async def test_bad_drafts_are_refused(
    till: Till, wrong: dict[str, object], error: type[Exception]
) -> None:
    paid = await till.pay()
    part = paid.splits[0]
    values: dict[str, object] = {
        "shop_id": part.shop_id,
        "order_id": part.order_id,
        "amount": usd(5),
        "reason": "x",
        "key": "k",
    }
    before = await till.everything()
    with pytest.raises(error):
        await refund(till, RefundDraft(**(values | wrong)))  # type: ignore[arg-type]
    assert await till.everything() == before


async def test_strangers_cannot_refund(till: Till) -> None:
    paid = await till.pay()
    before = await till.everything()
    other_shop = {paid.splits[0].shop_id + 1: frozenset({"orders.cancel"})}
    no_grant = {paid.splits[0].shop_id: frozenset({"orders.view"})}
    for memberships in (other_shop, no_grant, {}):
        stranger = as_person(PersonId(9), memberships=memberships)  # type: ignore[arg-type]
        with pytest.raises(Forbidden):
            await refund(till, draft(paid, 5), stranger)
    assert await till.everything() == before
    staff = as_person(
        PersonId(9), memberships={paid.splits[0].shop_id: frozenset({"orders.cancel"})}
    )
    await refund(till, draft(paid, 5), staff)
