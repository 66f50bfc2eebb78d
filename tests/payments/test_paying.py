"""Paying: from the request to what was announced, card by card."""

from datetime import timedelta

import pytest

from clipcart import payments
from clipcart.identity import ANONYMOUS, SYSTEM, as_person
from clipcart.kit.db import Tx
from clipcart.kit.errors import Absent, Forbidden, Invalid, SignInNeeded
from clipcart.kit.ids import PersonId
from clipcart.kit.jobs import Lane
from clipcart.payments import CannotCapture, CannotTryAgain, Intent, PaymentState, Split
from tests.payments import till as cards
from tests.payments.till import Till, keys, request_void, usd


async def test_one_payment_for_many_orders_is_captured_and_told_per_order(till: Till) -> None:
    paid = await till.pay(cards.SUCCESS, 1250, 700, 50)
    assert await till.state(paid) == "CAPTURED"
    told = await till.facts("payments.captured")
    assert [(fact["shop_id"], fact["order_id"], fact["amount_minor"]) for fact in told] == [
        (part.shop_id, part.order_id, part.amount.minor) for part in paid.splits
    ]
    assert {(fact["payment_id"], fact["currency"]) for fact in told} == {(paid.payment_id, "USD")}
    part = await till.order_payment(paid, 1)
    assert (part.amount, part.captured, part.refundable) == (usd(700), usd(700), usd(700))
    await till.books_agree()


async def test_a_set_of_payments_is_asked_for_in_one_statement(till: Till) -> None:
    made = [till.intent(cards.SUCCESS, 100 + n, 5) for n in range(30)]
    async with till.db.transaction() as tx:
        await payments.request(tx, SYSTEM, made)
    await till.engine.settle()
    assert len(await till.facts("payments.captured")) == 60
    await till.books_agree()


async def test_nothing_to_pay_is_paid_without_a_provider(till: Till) -> None:
    free = await till.pay(cards.SUCCESS, 0)
    assert await till.state(free) == "CAPTURED"
    assert await till.names() == ["payments.captured"]
    assert await till.provider.books() == {}


async def test_parts_that_do_not_add_up_are_refused(till: Till, tx: Tx) -> None:
    good = till.intent(cards.SUCCESS, 100, 200)
    bad = Intent(good.payment_id, good.person_id, usd(301), good.method, good.splits)
    before = await till.everything()
    with pytest.raises(Invalid) as refused:
        await payments.request(tx, SYSTEM, [bad])
    assert [problem.field for problem in refused.value.problems] == ["splits"]
    none = Intent(good.payment_id, good.person_id, usd(0), "", ())
    negative = Split(good.splits[0].shop_id, good.splits[0].order_id, usd(-5))
    minus = Intent(good.payment_id, good.person_id, usd(-5), "x", (negative,))
    for wrong in (none, minus):
        with pytest.raises(Invalid):
            await payments.request(tx, SYSTEM, [wrong])
    await tx.flush()
    assert await till.everything() == before


async def test_only_the_buyer_may_ask_and_see(till: Till, tx: Tx) -> None:
    asked = till.intent()
    stranger = as_person(PersonId(5))
    with pytest.raises(Forbidden):
        await payments.request(tx, stranger, [asked])
    with pytest.raises(SignInNeeded):
        await payments.request(tx, ANONYMOUS, [asked])
    assert await till.names() == []
    buyer = as_person(asked.person_id)
    await payments.request(tx, buyer, [asked])
    seen = await payments.payment_for(tx, buyer, asked.payment_id)
    assert (seen.state, seen.amount, seen.splits) == (
        PaymentState.REQUESTED,
        asked.amount,
        asked.splits,
    )
    for nobody in (stranger, as_person(asked.person_id, scopes=frozenset({"shop:read"}))):
        with pytest.raises(Absent):
            await payments.payment_for(tx, nobody, asked.payment_id)
    with pytest.raises(SignInNeeded):
        await payments.payment_for(tx, ANONYMOUS, asked.payment_id)
    with pytest.raises(Absent):
        await payments.try_again(tx, stranger, asked.payment_id, "token")


async def test_no_card_number_is_ever_stored(till: Till) -> None:
    paid = await till.pay(cards.SUCCESS)
    rows = str(await till.everything()) + str(
        [tuple(row) for row in await till.db.connection.fetch("select payload from kit.job")]
    )
    assert "4242424242424242" not in rows
    async with till.db.reading() as tx:
        seen = await payments.payment_for(tx, as_person(paid.person_id), paid.payment_id)
    assert (seen.brand, seen.last4) == ("visa", "4242")


async def test_a_decline_says_why_and_another_card_can_be_tried(till: Till) -> None:
    paid = await till.pay(cards.DECLINED, 300, 400)
    assert await till.state(paid) == "DECLINED"
    assert [fact["reason"] for fact in await till.facts()] == ["insufficient_funds"] * 2
    buyer = as_person(paid.person_id)
    async with till.db.transaction() as tx:
        assert await payments.try_again(tx, buyer, paid.payment_id, till.token()) == 2
    await till.engine.settle()
    assert await till.state(paid) == "CAPTURED"
    assert await till.names() == ["payments.declined"] * 2 + ["payments.captured"] * 2
    before = await till.everything()
    with pytest.raises(CannotTryAgain):
        async with till.db.transaction() as tx:
            await payments.try_again(tx, buyer, paid.payment_id, till.token())
    await till.engine.settle()
    assert await till.everything() == before
    await till.books_agree()


@pytest.mark.parametrize("confirmed", [True, False])
async def test_a_challenge_is_answered_by_a_callback(till: Till, confirmed: bool) -> None:
    paid = await till.pay(cards.CHALLENGE)
    assert await till.state(paid) == "CHALLENGE"
    (fact,) = await till.facts()
    ref = fact["url"].removeprefix("/testpay/")
    page = await till.provider.challenge(ref)
    assert (page.amount, page.last4, page.is_open) == (usd(1250), "3184", True)
    assert await till.provider.answer_challenge(ref, confirmed=confirmed)
    assert not await till.provider.answer_challenge(ref, confirmed=not confirmed)
    await till.engine.settle()
    assert await till.state(paid) == ("CAPTURED" if confirmed else "DECLINED")
    told = await till.facts()
    assert told[-1]["name"] == ("payments.captured" if confirmed else "payments.declined")
    assert confirmed or told[-1]["reason"] == "authentication_failed"
    await till.books_agree()


async def test_an_abandoned_challenge_gives_way_to_another_card(till: Till) -> None:
    paid = await till.pay(cards.CHALLENGE)
    ref = (await till.facts())[0]["url"].removeprefix("/testpay/")
    async with till.db.transaction() as tx:
        buyer = as_person(paid.person_id)
        await payments.try_again(tx, buyer, paid.payment_id, till.token())
    await till.engine.settle()
    assert not await till.provider.answer_challenge(ref, confirmed=True)
    assert await till.state(paid) == "CAPTURED"
    assert await till.names() == ["payments.challenge_needed", "payments.captured"]
    await till.books_agree()


@pytest.mark.parametrize(
    "card",
    [
        cards.SOON,
        cards.HOURS_LATER,
        cards.DUPLICATES,
        cards.OUT_OF_ORDER,
        cards.TIMEOUT,
        cards.PROCESSING_ERROR,
        cards.CALLBACK_LOST,
        cards.LATE_CAPTURE,
    ],
)
async def test_whatever_the_way_it_is_captured_once(till: Till, card: str) -> None:
    paid = await till.pay(card, 800, 900)
    assert await till.state(paid) == "REQUESTED"
    await till.engine.advance(timedelta(hours=21))
    assert await till.state(paid) == "CAPTURED"
    assert await till.names() == ["payments.captured"] * 2
    assert await till.db.connection.fetchval("select count(*) from kit.job") == 0
    await till.books_agree()


async def test_a_later_decline_is_told(till: Till) -> None:
    paid = await till.pay(cards.LATER_DECLINED)
    await till.engine.advance(timedelta(hours=1))
    assert await till.state(paid) == "DECLINED"
    assert [fact["reason"] for fact in await till.facts()] == ["card_declined"]
    await till.books_agree()


async def test_a_wrong_amount_is_kept_and_not_booked(till: Till) -> None:
    paid = await till.pay(cards.WRONG_AMOUNT)
    row = None
    while row is None:
        due = await till.engine.next_due()
        assert due is not None
        await till.engine.move_to(due)
        await till.engine.step()
        await till.engine.run_jobs(Lane.MONEY)
        row = await till.db.connection.fetchrow("select kind, amount_minor from payments.exception")
        if row is None:
            assert await till.state(paid) == "REQUESTED"
    assert tuple(row) == ("amount_mismatch", 1251)
    assert await till.state(paid) == "REQUESTED"
    assert await till.names() == []
    await till.engine.advance(timedelta(hours=1))
    assert await till.state(paid) == "CAPTURED"
    async with till.db.transaction() as tx:
        (kept,) = await payments.open_exceptions(tx, SYSTEM)
        assert (kept.kind, kept.amount) == (payments.ExceptionKind.AMOUNT_MISMATCH, usd(1251))
        assert await payments.resolve_exception(tx, SYSTEM, kept.id, "the provider corrected it")
        assert not await payments.resolve_exception(tx, SYSTEM, kept.id, "again")
        assert await payments.open_exceptions(tx, SYSTEM) == []
        with pytest.raises(Forbidden):
            await payments.open_exceptions(tx, as_person(paid.person_id))


async def test_what_is_held_is_taken_on_request_only(till: Till) -> None:
    held = await till.pay(cards.SUCCESS, 900, at_once=False)
    assert await till.state(held) == "AUTHORISED"
    assert await till.names() == []
    async with till.db.transaction() as tx:
        with pytest.raises(Forbidden):
            await payments.request_capture(
                tx, as_person(held.person_id), held.person_id, held.payment_id
            )
        await payments.request_capture(tx, SYSTEM, held.person_id, held.payment_id)
        await payments.request_capture(tx, SYSTEM, held.person_id, held.payment_id)
    await till.engine.settle()
    assert await till.state(held) == "CAPTURED"
    assert await till.names() == ["payments.captured"]
    declined = await till.pay(cards.DECLINED)
    async with till.db.transaction() as tx:
        with pytest.raises(CannotCapture):
            await payments.request_capture(tx, SYSTEM, declined.person_id, declined.payment_id)
    await till.books_agree()


async def test_a_payment_is_given_up_when_its_last_order_is(till: Till) -> None:
    asked = await till.pay(cards.HOURS_LATER, 300, 400)
    async with till.db.transaction() as tx:
        await payments.request_void(tx, SYSTEM, keys(asked)[:1])
        await payments.request_void(tx, SYSTEM, keys(asked)[:1])
    await till.engine.settle()
    assert await till.state(asked) == "REQUESTED"
    async with till.db.transaction() as tx:
        await request_void(tx, asked)
    await till.engine.settle()
    assert await till.state(asked) == "VOIDED"
    await till.engine.advance(timedelta(days=2))
    assert await till.names() == ["payments.voided"] * 2
    with pytest.raises(CannotTryAgain):
        async with till.db.transaction() as tx:
            buyer = as_person(asked.person_id)
            await payments.try_again(tx, buyer, asked.payment_id, till.token())
    await till.books_agree()


async def test_given_up_before_it_was_sent_never_charges(till: Till) -> None:
    asked = await till.ask(cards.SUCCESS)
    async with till.db.transaction() as tx:
        await request_void(tx, asked)
    await till.engine.settle()
    assert await till.state(asked) == "VOIDED"
    assert (await till.provider.books())["USD"].captured == usd(0)


async def test_what_was_captured_is_not_given_up(till: Till) -> None:
    paid = await till.pay()
    before = await till.everything()
    async with till.db.transaction() as tx:
        await request_void(tx, paid)
    await till.engine.settle()
    assert await till.everything() == before


async def test_captured_although_given_up_is_told_as_it_is(till: Till) -> None:
    asked = await till.pay(cards.LATE_CAPTURE)
    async with till.db.transaction() as tx:
        await request_void(tx, asked)
    await till.engine.settle()
    assert await till.state(asked) == "VOIDED"
    await till.engine.advance(timedelta(hours=13))
    assert await till.state(asked) == "CAPTURED"
    assert await till.names() == ["payments.voided", "payments.captured"]
    await till.books_agree()


async def test_only_staff_the_buyer_and_the_platform_give_up(till: Till) -> None:
    asked = await till.pay(cards.SOON)
    before = await till.everything()
    with pytest.raises(Forbidden):
        async with till.db.transaction() as tx:
            await payments.request_void(tx, as_person(PersonId(5)), keys(asked))
    assert await till.everything() == before
    shop_id = asked.splits[0].shop_id
    staff = as_person(PersonId(6), memberships={shop_id: frozenset({"orders.cancel"})})
    async with till.db.transaction() as tx:
        await payments.request_void(tx, staff, keys(asked))
    await till.engine.settle()
    assert await till.state(asked) == "VOIDED"


async def test_a_charge_job_that_runs_twice_charges_once(till: Till) -> None:
    paid = await till.ask(cards.SUCCESS)
    await till.db.connection.execute(
        "insert into kit.job (id, kind, lane, payload, run_at, max_attempts, enqueued_at)"
        " select id + 1, kind, lane, payload, run_at, max_attempts, enqueued_at from kit.job"
    )
    await till.engine.settle()
    assert await till.state(paid) == "CAPTURED"
    assert await till.names() == ["payments.captured"]
    await till.books_agree()
