"""Daily statements, payouts through the bank robot, and what goes wrong with banks."""

import csv
import io
from collections.abc import Sequence
from datetime import timedelta

import pytest

from clipcart import ledger, sellers, settlement
from clipcart.identity import SYSTEM
from clipcart.kit.deadlines import Deadlines
from clipcart.kit.ids import OrderId, PayoutId, ShopId, new_id
from clipcart.ledger import Entry, JournalDraft
from clipcart.settlement import Account, BankNews, PayoutState, Said
from clipcart.settlement._jobs import SWEEPS
from clipcart.settlement.actions import statements
from clipcart.settlement.actions.booking import Booking, book
from tests.settlement.world import ACCOUNT, DAY, Books, give_account, open_books, usd
from tests.support.database import OneConnection

WRONG = "000987650404"


async def released(books: Books, price_minor: int = 1999) -> OrderId:
    """An order whose share is available, just after its release."""
    order_id = await books.delivered(await books.wish(price_minor, 0))
    await books.pass_(7 * DAY + timedelta(minutes=15))
    return order_id


async def facts(books: Books, name: str) -> int:
    async with books.db.reading() as tx:
        count: int = await tx._connection.fetchval(
            "select count(*) from kit.event where name = $1", name
        )
    return count


async def give(books: Books, minor: int) -> None:
    """Money out of nowhere, as an operator's correction."""
    async with books.db.transaction() as tx:
        await settlement.adjust(
            tx, books.trade.operator, books.shop_id, usd(minor), "test", key=str(new_id())
        )


async def test_a_day_closes_at_midnight_and_is_paid_out(books: Books) -> None:
    await released(books)
    assert await books.statements() == []
    await books.pass_(DAY)
    [detail] = await books.statements()
    assert (detail.statement.opening, detail.statement.closing) == (usd(0), usd(2478))
    assert detail.statement.closed_at.hour == 0
    assert detail.statement.day == (detail.statement.closed_at - DAY).date()
    [payout] = detail.payouts
    assert payout.amount == usd(2478)
    await books.pass_(3 * DAY)
    [payout] = await books.payouts()
    assert payout.state == PayoutState.PAID
    assert payout.number_masked.endswith(ACCOUNT[-4:])
    assert (await books.bank.books())["USD"].paid == usd(2478)
    details = await books.statements()
    assert [each.statement.closing for each in details] == [usd(2478), usd(0)]
    assert details[1].statement.opening == usd(2478)
    assert (await books.prove()).holds
    assert await facts(books, "settlement.payout_paid") == 1


async def test_a_quiet_shop_has_no_statements_and_no_clock(books: Books) -> None:
    await released(books)
    await books.pass_(5 * DAY)
    count = len(await books.statements())
    async with books.db.reading() as tx:
        dues = {sweep.name: due for sweep, due in await Deadlines(SWEEPS).read(tx)}
    assert dues["settlement.statements"] is None
    await books.pass_(10 * DAY)
    assert len(await books.statements()) == count
    await released(books)
    await books.pass_(DAY)
    assert len(await books.statements()) == count + 1


async def test_below_the_threshold_money_waits_for_more(books: Books) -> None:
    await books.sold(await books.wish())
    await give(books, 60)
    await books.pass_(2 * DAY)
    assert await books.payouts() == []
    await give(books, 40)
    await books.pass_(DAY)
    assert [payout.amount for payout in await books.payouts()] == [usd(100)]


async def test_without_an_approved_account_money_waits(db: OneConnection) -> None:
    books = await open_books(db, number=None)
    order_id = await released(books)
    await books.pass_(3 * DAY)
    assert await books.payouts() == []
    warned = {step.key for step in (await books.story(order_id)).could_move}
    assert "moves_bank_account" in warned
    await give_account(books, ACCOUNT)
    await books.pass_(DAY)
    assert [payout.amount for payout in await books.payouts()] == [usd(2478)]


async def test_a_wrong_account_sends_the_money_back_and_it_goes_out_again(
    db: OneConnection,
) -> None:
    books = await open_books(db, number=WRONG)
    order_id = await released(books)
    await books.pass_(2 * DAY + timedelta(hours=14))
    first = (await books.payouts())[0]
    assert (first.state, first.failure) == (PayoutState.FAILED, "no_such_account")
    assert await facts(books, "settlement.payout_failed") >= 1
    assert "payout_failed" in {step.key for step in (await books.story(order_id)).steps}
    await give_account(books, ACCOUNT)
    await books.pass_(4 * DAY)
    last = (await books.payouts())[-1]
    assert (last.state, last.amount) == (PayoutState.PAID, usd(2478))
    assert (await books.balance()).available == usd(0)
    kinds = [line.kind.value for each in await books.statements() for line in each.lines]
    assert "PAYOUT_RETURNED" in kinds
    assert (await books.prove()).holds


async def test_an_account_changed_before_sending_gets_nothing_of_the_old_payout(
    books: Books,
) -> None:
    await released(books)
    # The statement run alone: the job that sends has not run yet.
    books_db: OneConnection = books.db  # type: ignore[assignment]
    books_db.pass_time(DAY)
    async with books.db.transaction() as tx:
        await statements.run_day(tx)
    await give_account(books, "000555566667")
    await books.engine.settle()
    [payout] = await books.payouts()
    assert (payout.state, payout.failure) == (PayoutState.FAILED, "account_changed")
    assert await books.bank.books() == {}
    await books.pass_(3 * DAY)
    assert (await books.payouts())[-1].number_masked.endswith("6667")


async def test_callbacks_lost_or_twice_end_every_payout_once(db: OneConnection) -> None:
    books = await open_books(db, seed=5)
    await books.sold(await books.wish())
    for day in range(24):
        await give(books, 1000 + day)
        await books.pass_(DAY)
    await books.pass_(3 * DAY)
    assert {payout.state for payout in await books.payouts()} == {PayoutState.PAID}
    callbacks = await db.connection.fetch(
        "select callbacks, count(*) from settlement.bank_robot_transfer group by 1"
    )
    assert {row["callbacks"] for row in callbacks} == {0, 1, 2}
    assert await facts(books, "settlement.payout_paid") == len(await books.payouts())
    assert (await books.prove()).holds


async def test_news_that_does_not_fit_books_nothing(books: Books) -> None:
    await released(books)
    await books.pass_(DAY)
    [payout] = await books.payouts()
    stories = [
        (payout.id, usd(1), Said.PAID),
        (PayoutId(new_id()), payout.amount, Said.PAID),
    ]
    count = await facts(books, "settlement.payout_paid")
    for payout_id, amount, said in stories:
        news = BankNews(books.shop_id, payout_id, said, "x", amount)
        async with books.db.transaction() as tx:
            await settlement.hear_bank(tx, "robot", [news])
    assert (await books.payouts())[0].state == payout.state
    assert await facts(books, "settlement.payout_paid") == count


async def test_a_forged_callback_is_refused(books: Books) -> None:
    async with books.db.transaction() as tx:
        with pytest.raises(settlement.CallbackRefused):
            await settlement.store_bank_callbacks(
                tx, books.bank, [({"bank-signature": "forged"}, b'{"id": "1"}')]
            )


async def test_a_hold_keeps_its_amount_until_its_date_and_no_longer(books: Books) -> None:
    order_id = await released(books)
    async with books.db.transaction() as tx:
        until = tx.now + 3 * DAY
        await ledger.place_hold(
            tx, books.trade.operator, books.shop_id, usd(2000), until, "Two buyers wait for proof."
        )
    await books.pass_(DAY)
    balance = await books.balance()
    assert [payout.amount for payout in await books.payouts()] == [usd(478)]
    assert (balance.available, balance.payable) == (usd(2000), usd(0))
    assert (await books.story(order_id)).steps[-1].key in ("payout_under_way", "payout_paid")
    await books.pass_(3 * DAY)
    assert [payout.amount for payout in await books.payouts()] == [usd(478), usd(2000)]
    assert (await books.prove()).holds


async def test_a_statement_can_be_read_by_a_spreadsheet(books: Books) -> None:
    order_id = await released(books)
    await books.pass_(DAY)
    [detail] = await books.statements()
    rows = list(csv.DictReader(io.StringIO(settlement.statement_csv(detail))))
    assert [row["type"] for row in rows] == ["OPENING", "ORDER", "CLOSING"]
    assert rows[1]["order"] == str(order_id)
    assert rows[-1]["balance"] == rows[1]["balance"] == "24.78"


async def test_days_missed_are_closed_one_by_one_and_paid_once(books: Books) -> None:
    await books.sold(await books.wish())
    await give(books, 5000)
    books_db: OneConnection = books.db  # type: ignore[assignment]
    books_db.pass_time(4 * DAY)
    runs = []
    async with books.db.transaction() as tx:
        while count := await statements.run_day(tx):
            runs.append(count)
            assert len(runs) < 10
    assert len(runs) == 4
    assert [payout.amount for payout in await books.payouts()] == [usd(5000)]
    assert len(await books.statements()) == 1


async def shops_with_money(db: OneConnection, count: int) -> Sequence[ShopId]:
    """Many shops, each with a line of its own, without the trade that makes them."""
    shop_ids = [ShopId(new_id()) for _ in range(count)]
    await db.connection.executemany(
        "insert into settlement.shop (shop_id, market_id, currency) values ($1, 'us', 'USD')",
        [(shop_id,) for shop_id in shop_ids],
    )
    async with db.transaction() as tx:
        drafts = [
            JournalDraft(
                shop_id,
                "adjusted",
                "adjusted:start",
                None,
                (
                    Entry(Account.ADJUSTMENTS, usd(1000 + n)),
                    Entry(Account.SELLER_AVAILABLE, usd(-1000 - n)),
                ),
            )
            for n, shop_id in enumerate(shop_ids)
        ]
        await book(tx, SYSTEM, [Booking(draft) for draft in drafts])
    return shop_ids


async def test_many_shops_are_closed_in_sets_and_a_killed_run_goes_on(db: OneConnection) -> None:
    shop_ids = await shops_with_money(db, 450)
    db.pass_time(DAY)
    async with db.transaction() as tx:
        assert await statements.run_day(tx) == 200
    with pytest.raises(ZeroDivisionError):
        async with db.transaction() as tx:
            assert await statements.run_day(tx) == 200
            raise ZeroDivisionError
    made = "select count(*) from settlement.statement"
    assert await db.connection.fetchval(made) == 200
    async with db.transaction() as tx:
        assert [await statements.run_day(tx) for _ in range(3)] == [200, 50, 0]
    assert await db.connection.fetchval(made) == len(shop_ids)
    async with db.reading() as tx:
        assert (await settlement.prove(tx)).holds
        assert await sellers.shops(tx, shop_ids) == {}
