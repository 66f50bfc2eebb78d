"""Laws of money over random histories of orders: zero sums, statements = ledger, nothing edited."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clipcart import orders, settlement
from clipcart.kit.ids import OrderId, ShopId, new_id
from clipcart.kit.money import JPY, USD, Rate
from clipcart.orders import Reason, State
from clipcart.settlement import Account, Sale, position
from clipcart.settlement.model import reserved
from tests.orders.world import DECLINED, HOURS_LATER, LATE_CAPTURE, PAID_AT_ONCE
from tests.settlement.world import Books, open_books, usd
from tests.support.database import OneConnection

SLOW_REFUND, REFUND_FAILS = "4000000000007726", "4000000000005126"


# -- one order, as a pure function -----------------------------------------------------------------


@st.composite
def sales(draw: st.DrawFn) -> Sale:
    """A paid sale, before any refund and release."""
    paid = draw(st.integers(0, 10_000_000))
    tax = draw(st.integers(0, paid // 5))
    fee = draw(st.integers(0, (paid - tax) // 4))
    return Sale(
        shop_id=ShopId(1),
        order_id=OrderId(1),
        currency=draw(st.sampled_from([USD, JPY])),
        captured_minor=paid,
        is_paid=True,
        paid_minor=paid,
        tax_minor=tax,
        fee_minor=fee,
        refund_fee_minor=draw(st.integers(0, fee)),
    )


@given(sales(), st.data())
def test_a_position_sums_to_zero_wherever_the_money_is(sale: Sale, data: st.DataObject) -> None:
    refunded = data.draw(st.integers(0, sale.paid_minor))
    sale = replace(
        sale,
        is_paid=data.draw(st.booleans()),
        captured_minor=data.draw(st.sampled_from([0, sale.captured_minor])),
        refunded_minor=refunded,
        refunded_late_minor=data.draw(st.integers(0, refunded)),
        is_released=data.draw(st.booleans()),
        reserve_minor=data.draw(st.integers(0, sale.paid_minor)),
        is_reserve_released=data.draw(st.booleans()),
    )
    assert sum(position(sale).values()) == 0


@given(sales(), st.booleans())
def test_a_full_refund_leaves_nothing_but_what_is_kept(sale: Sale, is_late: bool) -> None:
    late = sale.paid_minor if is_late else 0
    back = replace(sale, refunded_minor=sale.paid_minor, refunded_late_minor=late)
    kept = sale.refund_fee_minor if is_late and sale.paid_minor else 0
    left = {account: minor for account, minor in position(back).items() if minor}
    expected = {Account.PLATFORM_FEES: -kept, Account.SELLER_PENDING: kept} if kept else {}
    assert left == expected


@given(sales(), st.integers(0, 10_000))
def test_a_reserve_is_a_part_of_the_share(sale: Sale, points: int) -> None:
    released = replace(reserved(sale, Rate.bps(points)), is_released=True)
    found = position(released)
    assert 0 <= -found[Account.RESERVE] <= max(sale.share, 0)
    assert found[Account.RESERVE] + found[Account.SELLER_AVAILABLE] == -sale.share


# -- whole histories, with real orders, payments and the bank ------------------------------------


@dataclass(frozen=True)
class Sell:
    price_minor: int
    tax_minor: int
    card: str


@dataclass(frozen=True)
class Deliver:
    which: int


@dataclass(frozen=True)
class Cancel:
    which: int


@dataclass(frozen=True)
class Refund:
    which: int
    percent: int


@dataclass(frozen=True)
class Pass:
    hours: int


@dataclass(frozen=True)
class Adjust:
    minor: int


@dataclass(frozen=True)
class Terms:
    days: int
    level: int


Deed = Sell | Deliver | Cancel | Refund | Pass | Adjust | Terms
CARDS = (PAID_AT_ONCE,) * 4 + (DECLINED, HOURS_LATER, LATE_CAPTURE, SLOW_REFUND, REFUND_FAILS)
WHICH = st.integers(0, 3)
DEEDS: st.SearchStrategy[Deed] = st.one_of(
    st.builds(Sell, st.integers(1, 90_000), st.integers(0, 9_000), st.sampled_from(CARDS)),
    st.builds(Deliver, WHICH),
    st.builds(Cancel, WHICH),
    st.builds(Refund, WHICH, st.integers(1, 100)),
    st.builds(Pass, st.sampled_from([2, 30, 200, 400])),
    st.builds(Adjust, st.integers(-3_000, 3_000)),
    st.builds(Terms, st.sampled_from([1, 3, 7, 15]), st.integers(0, 3)),
)
HISTORIES = st.lists(DEEDS, min_size=4, max_size=14)

ENTRIES = "select shop_id, journal_id, position, account, amount_minor, currency from ledger.entry"


async def do(books: Books, made: list[OrderId], deed: Deed) -> None:
    """One deed; what the state of things does not allow is left out."""
    if isinstance(deed, Sell):
        wish = await books.wish(deed.price_minor, deed.tax_minor)
        made.append(await books.sold(wish, card=deed.card))
    elif isinstance(deed, Pass):
        await books.pass_(timedelta(hours=deed.hours))
    elif isinstance(deed, Adjust | Terms):
        await _steer(books, deed)
    elif deed.which < len(made):
        await _handle(books, made[deed.which], deed)
    await books.engine.settle()


async def _handle(books: Books, order_id: OrderId, deed: Deliver | Cancel | Refund) -> None:
    order = await books.trade.order(order_id)
    if isinstance(deed, Deliver) and order.state == State.AWAITING_SHIPMENT:
        await books.trade.ship(order_id)
        await books.trade.collect(order_id)
        await books.trade.deliver(order_id)
    elif isinstance(deed, Cancel) and orders.is_free_to_cancel(
        order.state, order.clocks.free_cancel_until, await books.trade.now()
    ):
        await books.trade.cancel(books.trade.buyer, order_id, Reason.CHANGED_MIND)
    elif isinstance(deed, Refund) and order.delivered_at is not None:
        left = orders.refundable(order).minor
        gone = sum(
            each.amount.minor
            for each in await books.trade.refunds(order_id)
            if each.state != "FAILED"
        )
        if amount := (left - gone) * deed.percent // 100:
            await books.ask_refund(order_id, amount)


async def _steer(books: Books, deed: Adjust | Terms) -> None:
    async with books.db.reading() as tx:
        known = await tx._connection.fetchval("select count(*) from settlement.shop")
    if not known:
        return
    async with books.db.transaction() as tx:
        operator, shop_id = books.trade.operator, books.shop_id
        if isinstance(deed, Terms):
            await settlement.set_terms(
                tx, operator, shop_id, settlement_days=deed.days, reserve_level=deed.level
            )
        elif deed.minor:
            amount, key = usd(deed.minor), str(new_id())
            await settlement.adjust(tx, operator, shop_id, amount, "law", key=key)


async def entries(db: OneConnection) -> set[tuple[Any, ...]]:
    return {tuple(row) for row in await db.connection.fetch(ENTRIES)}


async def statement_is_ledger(books: Books) -> None:
    """The shop's statements chain, and with what waits for the next they are the ledger's."""
    closing = 0
    for detail in await books.statements():
        assert detail.statement.opening.minor == closing
        closing += sum(line.amount.minor for line in detail.lines)
        assert detail.statement.closing.minor == closing
    async with books.db.reading() as tx:
        waiting = await tx._connection.fetchval(
            "select coalesce(sum(amount_minor), 0) from settlement.line where statement_id is null"
        )
    assert closing + waiting == (await books.balance()).available.minor


async def live(connection: Any, history: Sequence[Deed]) -> None:
    db = OneConnection(connection)
    transaction = connection.transaction()
    await transaction.start()
    try:
        books = await open_books(db)
        made: list[OrderId] = []
        before: set[tuple[Any, ...]] = set()
        for deed in [*history, Pass(24 * 32)]:
            await do(books, made, deed)
            proof = await books.prove()
            assert proof.holds, (deed, proof.problems, proof.checks)
            after = await entries(db)
            assert before <= after, "an entry was edited"
            before = after
            await statement_is_ledger(books)
            for order_id in made:
                assert all(step.sentence() for step in (await books.story(order_id)).steps)
    finally:
        await transaction.rollback()


@settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(history=HISTORIES)
async def test_books_hold_over_any_history(connection: Any, history: list[Deed]) -> None:
    await live(connection, history)
