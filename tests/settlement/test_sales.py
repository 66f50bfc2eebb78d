"""Where an order's money is, step by step: shared out, released, refunded, recovered."""

from dataclasses import replace
from datetime import timedelta

import pytest

from clipcart import orders, settlement
from clipcart.identity import as_person
from clipcart.kit.errors import Forbidden, Invalid
from clipcart.kit.events import Delivered
from clipcart.kit.ids import EventId, PersonId, new_id
from clipcart.orders import OrderPaid, Reason
from clipcart.settlement.actions import sales
from tests.orders.world import DECLINED, HOURS_LATER
from tests.settlement.world import DAY, Books, open_books, usd
from tests.support.database import OneConnection

SLOW_REFUND = "4000000000007726"

# 19.99 + 5.99 delivery + 1.45 tax = 27.43; fee 6% of 19.99 = 1.20; the share is 24.78.
SHARED_OUT = {
    "processor": 2743,
    "tax_payable": -145,
    "platform_fees": -120,
    "seller_pending": -2478,
}


async def journals(books: Books) -> int:
    async with books.db.reading() as tx:
        count: int = await tx._connection.fetchval("select count(*) from ledger.journal")
    return count


async def set_terms(books: Books, *, days: int = 7, level: int = 0) -> None:
    async with books.db.transaction() as tx:
        await settlement.set_terms(
            tx, books.trade.operator, books.shop_id, settlement_days=days, reserve_level=level
        )


async def test_a_paid_order_is_shared_out(books: Books) -> None:
    order_id = await books.sold(await books.wish())
    assert await books.accounts(order_id) == SHARED_OUT
    assert (await books.prove()).holds


async def test_an_order_that_is_never_paid_posts_nothing(books: Books) -> None:
    order_id = await books.sold(await books.wish(), card=DECLINED)
    await books.pass_(3 * DAY)
    assert await books.trade.state(order_id) == orders.State.CANCELLED
    assert await journals(books) == 0
    assert (await books.story(order_id)).steps[0].key == "not_paid"


async def test_money_for_a_closed_order_goes_back_through_escrow(books: Books) -> None:
    order_id = await books.sold(await books.wish(), card=HOURS_LATER)
    await books.trade.cancel(books.trade.buyer, order_id, Reason.CHANGED_MIND)
    await books.pass_(2 * DAY)
    assert await books.accounts(order_id) == {}
    assert (await books.prove()).holds


async def test_before_shipping_everything_goes_back_and_no_fee_is_kept(books: Books) -> None:
    order_id = await books.sold(await books.wish())
    await books.trade.cancel(books.trade.buyer, order_id, Reason.CHANGED_MIND)
    await books.engine.settle()
    assert await books.accounts(order_id) == {}
    await books.pass_(30 * DAY)
    assert await books.accounts(order_id) == {}
    assert await books.statements() == []


async def test_the_share_is_released_seven_days_after_delivery_and_not_before(
    books: Books,
) -> None:
    order_id = await books.delivered(await books.wish())
    await books.pass_(7 * DAY - timedelta(minutes=1))
    assert (await books.accounts(order_id)) == SHARED_OUT
    await books.pass_(timedelta(minutes=2))
    assert (await books.accounts(order_id))["seller_available"] == -2478
    assert (await books.balance()).available == usd(2478)


async def test_a_shop_on_a_faster_tier_is_released_sooner(books: Books) -> None:
    await books.sold(await books.wish())
    await set_terms(books, days=1)
    order_id = await books.delivered(await books.wish())
    await books.pass_(DAY + timedelta(minutes=1))
    assert (await books.accounts(order_id))["seller_available"] == -2478


async def test_terms_are_of_the_market_and_for_operators(books: Books) -> None:
    await books.sold(await books.wish())
    with pytest.raises(Invalid):
        await set_terms(books, days=2)
    with pytest.raises(Invalid):
        await set_terms(books, level=7)
    books.trade.operator = books.owner
    with pytest.raises(Forbidden):
        await set_terms(books, days=1)
    assert (await books.balance()).terms == settlement.Terms(7, 0)


async def test_an_open_refund_holds_the_release_and_its_end_lets_it_go(books: Books) -> None:
    order_id = await books.delivered(await books.wish(), card=SLOW_REFUND)
    await books.pass_(6 * DAY)
    await books.refund(order_id, 500)
    await books.pass_(2 * DAY)
    assert "seller_pending" in await books.accounts(order_id)
    await books.pass_(2 * DAY)
    assert "seller_pending" not in await books.accounts(order_id)
    assert (await books.prove()).holds


async def test_after_settlement_a_fifth_of_the_fee_is_kept_and_the_debt_recovered(
    books: Books,
) -> None:
    order_id = await books.delivered(await books.wish())
    await books.pass_(9 * DAY)
    assert (await books.balance()).available == usd(0)
    await books.refund(order_id, 2743)
    # The fee of 1.20 goes back, 0.24 of it is kept: the shop owes its share and that.
    assert (await books.balance()).available == usd(-2502)
    accounts = await books.accounts(order_id)
    assert accounts == {"platform_fees": -24, "seller_available": 24}
    await books.pass_(2 * DAY)
    assert len(await books.payouts()) == 1
    await books.delivered(await books.wish(price_minor=9999, tax_minor=725))
    await books.pass_(10 * DAY)
    payouts = await books.payouts()
    # 99.99 + 5.99 less the fee of 6.00, less the debt.
    assert [payout.amount for payout in payouts] == [usd(2478), usd(9998 - 2502)]
    assert (await books.balance()).available == usd(0)
    assert (await books.prove()).holds


async def test_the_refund_fee_is_capped_per_sku(books: Books) -> None:
    # 6% of 900.00 is 54.00, a fifth of that 10.80: more than 5.00. The other line stays below.
    dear, cheap = await books.wish(90_000, 0), await books.wish(1999, 0)
    order_id = await books.delivered(dear, cheap)
    await books.refund(order_id, 90_000 + 1999 + 599)
    assert (await books.accounts(order_id))["platform_fees"] == -(500 + 24)


async def test_partial_refunds_add_up_to_the_whole(books: Books) -> None:
    order_id = await books.sold(await books.wish())
    for minor in (1, 333, 1000, 1409):
        await books.refund(order_id, minor)
        assert (await books.prove()).holds
    assert await books.accounts(order_id) == {}


async def test_a_reserve_is_collected_and_released_in_time(books: Books) -> None:
    await books.sold(await books.wish())
    await set_terms(books, level=1)
    order_id = await books.delivered(await books.wish())
    await books.pass_(7 * DAY + timedelta(minutes=5))
    # 5% of 24.78 for 15 days from delivery.
    accounts = await books.accounts(order_id)
    assert (accounts["reserve"], accounts["seller_available"]) == (-124, -2354)
    kinds = {step.key for step in (await books.story(order_id)).steps}
    assert "reserve_held" in kinds
    await books.pass_(8 * DAY)
    accounts = await books.accounts(order_id)
    assert "reserve" not in accounts
    assert accounts["seller_available"] == -2478
    lines = [line.kind for each in await books.statements() for line in each.lines]
    assert lines[:2] == [settlement.LineKind.ORDER, settlement.LineKind.RESERVE_COLLECTED]
    await books.pass_(2 * DAY)
    lines = [line.kind for each in await books.statements() for line in each.lines]
    assert settlement.LineKind.RESERVE_RELEASED in lines
    assert (await books.prove()).holds


async def test_a_refund_takes_the_available_part_first_then_the_reserve(books: Books) -> None:
    await books.sold(await books.wish())
    await set_terms(books, level=3)
    order_id = await books.delivered(await books.wish())
    await books.pass_(8 * DAY)
    assert (await books.accounts(order_id))["reserve"] == -496
    await books.refund(order_id, 1000)
    assert (await books.accounts(order_id))["reserve"] == -496
    await books.refund(order_id, 1743)
    assert "reserve" not in await books.accounts(order_id)
    await books.pass_(40 * DAY)
    assert (await books.prove()).holds


async def test_facts_heard_twice_or_in_another_order_come_to_the_same(books: Books) -> None:
    order_id = await books.delivered(await books.wish())
    await books.refund(order_id, 700)
    before, count = await books.accounts(order_id), await journals(books)
    async with books.db.reading() as tx:
        paid = await tx._connection.fetch(
            "select payload, at from kit.event where name = 'orders.paid'"
        )
    payload = paid[0]["payload"]
    fact = OrderPaid(**payload)
    async with books.db.transaction() as tx:
        await sales.on_paid(tx, [Delivered(EventId(new_id()), paid[0]["at"], "test", fact)])
    assert (await books.accounts(order_id), await journals(books)) == (before, count)
    sale = settlement.Sale(
        shop_id=books.shop_id,
        order_id=order_id,
        currency=usd(0).currency,
        captured_minor=2743,
        is_paid=True,
        paid_minor=2743,
        tax_minor=145,
        fee_minor=120,
        refund_fee_minor=24,
        refunded_minor=700,
        refunded_late_minor=700,
    )
    assert {key: minor for key, minor in settlement.position(sale).items() if minor} == before
    early = replace(sale, captured_minor=0)
    assert sum(settlement.position(early).values()) == 0


async def test_strangers_see_nothing(books: Books) -> None:
    order_id = await books.sold(await books.wish())
    stranger = as_person(PersonId(new_id()))
    async with books.db.reading() as tx:
        for ask in (settlement.balance, settlement.statements, settlement.forecast):
            with pytest.raises(Forbidden):
                await ask(tx, stranger, books.shop_id)
        with pytest.raises(Forbidden):
            await settlement.where_is_my_money(tx, stranger, books.shop_id, order_id)


async def test_an_adjustment_stands_on_the_statement_once(books: Books) -> None:
    await books.sold(await books.wish())
    for expected in (True, False):
        async with books.db.transaction() as tx:
            done = await settlement.adjust(
                tx, books.trade.operator, books.shop_id, usd(300), "=Lost parcel", key="case-7"
            )
            assert done is expected
    await books.pass_(DAY)
    detail = (await books.statements())[0]
    assert [(line.kind.value, line.amount) for line in detail.lines] == [("ADJUSTMENT", usd(300))]
    assert "'=Lost parcel" in settlement.statement_csv(detail)
    assert (await books.prove()).holds


async def test_the_second_shop_is_not_touched(books: Books, db: OneConnection) -> None:
    other = await open_books_of_a_second_shop(db)
    await books.sold(await books.wish())
    assert (await other.balance()).pending == usd(0)


async def open_books_of_a_second_shop(db: OneConnection) -> Books:
    return await open_books(db, number=None, name="Fog Lamps")
