"""Each move of a shop's money is told with parts that add up to it, to the cent."""

from datetime import timedelta

import pytest

from clipcart import settlement
from clipcart.identity import ANONYMOUS
from clipcart.kit.errors import Absent, Forbidden, SignInNeeded
from clipcart.kit.ids import OrderId, StatementId
from clipcart.kit.money import USD, total
from clipcart.settlement import LineKind, Transaction
from tests.settlement.world import DAY, Books, usd


async def of_order(books: Books, order_id: OrderId) -> tuple[Transaction, ...]:
    async with books.db.reading() as tx:
        _, found = await settlement.transactions_of_order(tx, books.owner, books.shop_id, order_id)
    return found


async def released(books: Books, *, quantity: int = 3, tax_minor: int = 145) -> OrderId:
    order_id = await books.delivered(await books.wish(1999, tax_minor, quantity))
    await books.pass_(7 * DAY + timedelta(minutes=15))
    return order_id


async def test_a_sale_and_what_goes_back_of_it_add_up(books: Books) -> None:
    order_id = await released(books)
    await books.refund(order_id, 1111)
    await books.refund(order_id, 333)
    sale, *back = await of_order(books, order_id)
    assert sale.line.kind is LineKind.ORDER
    assert sale.parts is not None
    assert sale.order is not None
    assert (sale.parts.goods, sale.parts.delivery) == (usd(3 * 1999), usd(599))
    assert sale.parts.paid == sale.order.total
    assert sale.parts.refunded == usd(0)
    assert sale.parts.fee == -sale.order.fee
    assert sale.parts.share == sale.line.amount
    assert [each.line.kind for each in back] == [LineKind.REFUND, LineKind.REFUND]
    for each, minor in zip(back, (1111, 333), strict=True):
        assert each.parts is not None
        assert each.parts.refunded == usd(-minor)
        assert each.parts.share == each.line.amount
        assert each.parts.goods.is_negative
        assert each.parts.delivery.is_negative
    for each in (sale, *back):
        assert each.order is not None
        assert each.parts is not None
        shared = settlement.by_line(each.order, each.parts)
        assert total([parts.share for _, parts in shared], USD) == each.parts.share


async def test_what_is_all_refunded_leaves_nothing_but_the_kept_fee(books: Books) -> None:
    order_id = await released(books)
    found = await of_order(books, order_id)
    assert found[0].order is not None
    await books.refund(order_id, found[0].order.total.minor)
    sale, back = await of_order(books, order_id)
    assert sale.parts is not None
    assert back.parts is not None
    assert (back.parts.goods, back.parts.delivery) == (-sale.parts.goods, -sale.parts.delivery)
    kept = -(sale.parts.fee + back.parts.fee)
    assert kept.is_positive
    assert sale.line.amount + back.line.amount == -kept


async def test_a_statement_is_its_transactions(books: Books) -> None:
    orders = [await released(books, tax_minor=0) for _ in range(2)]
    await books.refund(orders[0], 500)
    async with books.db.transaction() as tx:
        await settlement.adjust(
            tx, books.trade.operator, books.shop_id, usd(250), "test", key="a correction"
        )
    await books.pass_(DAY)
    for detail in await books.statements():
        statement, found = detail.statement, list[Transaction]()
        cursor: str | None = None
        async with books.db.reading() as tx:
            while True:
                summary, page, count = await settlement.transactions_of_statement(
                    tx, books.owner, books.shop_id, statement.id, cursor=cursor, limit=1
                )
                found += page.items
                cursor = page.next_cursor
                if cursor is None:
                    break
        payouts = (LineKind.PAYOUT, LineKind.PAYOUT_RETURNED)
        kept = [each for each in detail.lines if each.kind not in payouts]
        assert sorted(each.line.id for each in found) == sorted(each.id for each in kept)
        assert count == len(kept)
        sums = total([each.line.amount for each in found], USD)
        assert summary.sum_of(*(kind for kind in LineKind if kind not in payouts)) == sums
        keys = [each.line.order_id or each.line.id for each in found]
        assert keys == sorted(keys)


async def test_what_is_to_come_is_what_comes(books: Books) -> None:
    order_id = await books.delivered(await books.wish(1999, 145, 2))
    waiting = await books.sold(await books.wish(500, 10))
    async with books.db.reading() as tx:
        page = await settlement.search_unsettled(tx, books.owner, books.shop_id)
        assert await settlement.count_unsettled(tx, books.owner, books.shop_id) == 2
    first, second = page.items
    assert (first.order.id, second.order.id) == (order_id, waiting)
    assert first.release_at is not None
    assert (second.delivered_at, second.release_at) == (None, None)
    await books.pass_(7 * DAY + timedelta(minutes=15))
    [sale] = await of_order(books, order_id)
    assert sale.parts == first.parts
    async with books.db.reading() as tx:
        page = await settlement.search_unsettled(tx, books.owner, books.shop_id)
        later = await settlement.search_unsettled(
            tx, books.owner, books.shop_id, paid_from=tx.now, newest_first=True
        )
    assert [each.order.id for each in page.items] == [waiting]
    assert later.items == ()


async def test_books_are_for_those_who_keep_them(books: Books) -> None:
    order_id = await books.sold(await books.wish())
    async with books.db.reading() as tx:
        for actor, refusal in ((books.trade.staff, Forbidden), (ANONYMOUS, SignInNeeded)):
            for call in (
                lambda actor: settlement.transactions_of_order(tx, actor, books.shop_id, order_id),
                lambda actor: settlement.transactions_of_statement(
                    tx, actor, books.shop_id, StatementId(1)
                ),
                lambda actor: settlement.search_unsettled(tx, actor, books.shop_id),
                lambda actor: settlement.count_unsettled(tx, actor, books.shop_id),
                lambda actor: settlement.count_payouts(tx, actor, books.shop_id),
            ):
                with pytest.raises(refusal):
                    await call(actor)
        with pytest.raises(Absent):
            await settlement.transactions_of_statement(
                tx, books.owner, books.shop_id, StatementId(1)
            )
        with pytest.raises(Absent):
            await settlement.transactions_of_order(tx, books.owner, books.shop_id, OrderId(1))
