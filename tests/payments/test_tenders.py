"""Tenders: a payment made up of several ways to pay, and how money goes back over them."""

from datetime import timedelta

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clipcart import payments
from clipcart.identity import SYSTEM, as_person
from clipcart.kit.errors import Invalid
from clipcart.kit.money import EUR, Money
from clipcart.payments import Intent, RefundDraft, RefundTooLarge, Tender, TenderKind
from clipcart.payments.tenders import over_tenders
from tests.payments import till as cards
from tests.payments.till import Till, usd

CARD, DEBIT, BOLETO, VOUCHER = TenderKind


def tender(kind: TenderKind, minor: int) -> Tender:
    return Tender(kind, usd(minor))


async def give_back(till: Till, paid: Intent, minor: int, key: str, place: int = 0) -> None:
    part = paid.splits[place]
    async with till.db.transaction() as tx:
        draft = RefundDraft(part.shop_id, part.order_id, usd(minor), "too small", key)
        await payments.request_refund(tx, SYSTEM, draft)


async def returned(till: Till, paid: Intent) -> list[int]:
    return [each.returned.minor for each in (await till.payment(paid)).tenders]


async def test_a_payment_without_tenders_has_one_of_its_methods_kind(till: Till) -> None:
    paid = await till.pay(cards.SUCCESS, 900)
    free = await till.pay(cards.SUCCESS, 0)
    (one,) = (await till.payment(paid)).tenders
    assert (one.kind, one.amount, one.left) == (CARD, usd(900), usd(900))
    assert (await till.payment(free)).tenders == ()
    for kind in TenderKind:
        assert payments.kind_of(till.provider.token_of(kind)) is kind


@pytest.mark.parametrize(
    "wrong",
    [
        (tender(CARD, 600), tender(VOUCHER, 399)),
        (tender(CARD, 600), tender(VOUCHER, 401)),
        (tender(CARD, 1000), tender(VOUCHER, 0)),
        (tender(CARD, 1100), tender(VOUCHER, -100)),
        (tender(CARD, 600), Tender(VOUCHER, Money(400, EUR))),
    ],
)
async def test_tenders_that_do_not_add_up_are_refused(
    till: Till, wrong: tuple[Tender, ...]
) -> None:
    made = till.intent(cards.SUCCESS, 1000)
    intent = Intent(
        made.payment_id, made.person_id, made.amount, made.method, made.splits, tenders=wrong
    )
    before = await till.everything()
    with pytest.raises(Invalid):
        async with till.db.transaction() as tx:
            await payments.request(tx, SYSTEM, [intent])
    assert await till.everything() == before


async def test_the_table_refuses_them_too(till: Till) -> None:
    paid = await till.pay(cards.SUCCESS, 1000)
    for change in (
        "tender_minors = '{999}'",
        "tender_minors = '{400,601}', tender_kinds = '{CARD,DEBIT}', tender_back_minors = '{0,0}'",
        "tender_back_minors = '{1001}'",
        "tender_kinds = '{COIN}'",
    ):
        with pytest.raises(asyncpg.CheckViolationError):
            async with till.db.connection.transaction():
                await till.db.connection.execute(
                    f"update payments.payment set {change} where id = $1", paid.payment_id
                )


async def test_refunds_go_back_over_money_first_and_vouchers_last(till: Till) -> None:
    tenders = (tender(VOUCHER, 400), tender(CARD, 500), tender(BOLETO, 100))
    token = till.provider.token_of(BOLETO, after=timedelta(0))
    paid = await till.pay_in(*tenders, token=token, parts=(700, 300))
    assert await till.state(paid) == "CAPTURED"
    await give_back(till, paid, 450, "a")
    assert await returned(till, paid) == [0, 450, 0]
    await give_back(till, paid, 200, "b", place=1)
    assert await returned(till, paid) == [50, 500, 100]
    with pytest.raises(RefundTooLarge):
        await give_back(till, paid, 251, "c")
    assert await returned(till, paid) == [50, 500, 100]
    await give_back(till, paid, 250, "d")
    await give_back(till, paid, 250, "d")
    await give_back(till, paid, 100, "e", place=1)
    await till.engine.settle()
    assert await returned(till, paid) == [400, 500, 100]
    async with till.db.reading() as tx:
        part = paid.splits[0]
        refunds = await payments.refunds_of_order(tx, part.shop_id, part.order_id)
    assert [refund.tender_minors for refund in refunds] == [(0, 450, 0), (250, 0, 0)]
    await till.books_agree()


async def test_captured_tenders_are_told_of_a_set_and_only_where_money_was_taken(
    till: Till,
) -> None:
    at_once = till.provider.token_of(BOLETO, after=timedelta(0))
    later = till.provider.token_of(BOLETO, after=timedelta(days=1))
    mixed = await till.pay_in(tender(VOUCHER, 400), tender(CARD, 500), token=at_once)
    plain = await till.pay(cards.SUCCESS, 900)
    waiting = await till.pay_in(tender(BOLETO, 700), token=later)
    declined = await till.pay(cards.DECLINED, 300)
    await give_back(till, mixed, 450, "a")
    asked = [mixed, plain, waiting, declined]
    async with till.db.reading() as tx:
        keys = [(each.person_id, each.payment_id) for each in asked]
        found = await payments.captured_tenders(tx, keys)
        strangers = await payments.captured_tenders(
            tx, [(plain.person_id, mixed.payment_id), (mixed.person_id, plain.payment_id)]
        )
    assert {
        payment_id: [(each.kind, each.amount.minor, each.left.minor) for each in tenders]
        for payment_id, tenders in found.items()
    } == {
        mixed.payment_id: [(VOUCHER, 400, 400), (CARD, 500, 50)],
        plain.payment_id: [(CARD, 900, 900)],
    }
    assert strangers == {}


async def test_a_refund_that_fails_frees_its_tenders(till: Till) -> None:
    paid = await till.pay_in(
        tender(CARD, 300), tender(VOUCHER, 700), token=till.token(cards.REFUND_FAILS)
    )
    await give_back(till, paid, 400, "a")
    assert await returned(till, paid) == [300, 100]
    await till.engine.settle()
    assert await till.names() == ["payments.captured", "payments.refund_failed"]
    assert await returned(till, paid) == [0, 0]


async def test_a_boleto_is_paid_hours_later_or_when_its_token_says(till: Till) -> None:
    some_time = await till.pay_in(tender(BOLETO, 100), token=till.provider.token_of(BOLETO))
    days = till.provider.token_of(BOLETO, after=timedelta(days=2, seconds=5))
    later = await till.pay_in(tender(BOLETO, 100), tender(VOUCHER, 1), token=days)
    await till.engine.advance(timedelta(hours=1, minutes=50))
    assert await till.state(some_time) == await till.state(later) == "REQUESTED"
    await till.engine.advance(timedelta(hours=46, minutes=9))
    assert await till.state(later) == "REQUESTED"
    await till.engine.advance(timedelta(minutes=2))
    assert await till.state(later) == "CAPTURED"
    await till.engine.advance(timedelta(hours=13))
    assert await till.state(some_time) == "CAPTURED"
    assert (await till.payment(later)).brand == "boleto"
    await till.books_agree()


async def test_a_token_of_a_kind_cannot_be_made_up(till: Till) -> None:
    genuine = till.provider.token_of(VOUCHER)
    paid = await till.pay_in(tender(VOUCHER, 5), token=genuine.replace("__", "_7_"))
    assert await till.state(paid) == "DECLINED"


async def test_another_try_may_be_paid_otherwise(till: Till) -> None:
    paid = await till.pay_in(
        tender(CARD, 600), tender(VOUCHER, 400), token=till.token(cards.DECLINED)
    )
    async with till.db.transaction() as tx:
        buyer = as_person(paid.person_id)
        with pytest.raises(Invalid):
            await payments.try_again(tx, buyer, paid.payment_id, "x", [tender(CARD, 999)])
        token = till.provider.token_of(DEBIT)
        await payments.try_again(tx, buyer, paid.payment_id, token)
    await till.engine.settle()
    (one,) = (await till.payment(paid)).tenders
    assert (one.kind, one.amount) == (DEBIT, usd(1000))
    assert await till.state(paid) == "CAPTURED"


@given(
    st.lists(st.tuples(st.sampled_from(TenderKind), st.integers(1, 1000)), min_size=1, max_size=6),
    st.lists(st.integers(1, 700), max_size=12),
)
def test_refunds_add_up_and_never_exceed_a_tender(
    tenders: list[tuple[TenderKind, int]], refunds: list[int]
) -> None:
    kinds, minors = [kind for kind, _ in tenders], [minor for _, minor in tenders]
    back = [0] * len(minors)
    for refund in refunds:
        left = sum(minors) - sum(back)
        if refund > left:
            with pytest.raises(ValueError, match="more than is left"):
                over_tenders(kinds, minors, back, refund)
            continue
        shares = over_tenders(kinds, minors, back, refund)
        assert sum(shares) == refund
        back = [gone + share for gone, share in zip(back, shares, strict=True)]
        assert all(0 <= gone <= minor for gone, minor in zip(back, minors, strict=True))
    # Nothing goes back over a voucher while money is left.
    money = [
        gone == minor
        for kind, gone, minor in zip(kinds, back, minors, strict=True)
        if kind is not VOUCHER
    ]
    if any(gone for kind, gone in zip(kinds, back, strict=True) if kind is VOUCHER):
        assert all(money)
