"""The book: balanced, posted once, never edited, balances kept, holds that end."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from clipcart import ledger
from clipcart.identity import OPERATOR, SYSTEM, as_person
from clipcart.kit.db import PooledDatabase, Tx
from clipcart.kit.errors import Forbidden, Invalid
from clipcart.kit.ids import OrderId, PersonId, ShopId, new_id
from clipcart.kit.money import JPY, USD, CurrencyMismatch, Money
from clipcart.ledger import Entry, JournalDraft
from tests.support.database import OneConnection

SHOP = ShopId(41)
OPERATING = as_person(PersonId(1), roles=frozenset({OPERATOR}), staff_mode=True)
OWNER = as_person(PersonId(2), memberships={SHOP: frozenset({"finance.view", "shop.edit"})})
STRANGER = as_person(PersonId(3))


def draft(
    reference: str, minor: int = 500, *, shop_id: ShopId = SHOP, order_id: int | None = 7
) -> JournalDraft:
    entries = (Entry("processor", Money(minor, USD)), Entry("escrow", Money(-minor, USD)))
    order = None if order_id is None else OrderId(order_id)
    return JournalDraft(shop_id, "test", reference, order, entries)


async def count(tx: Tx, table: str) -> int:
    found: int = await tx._connection.fetchval(f"select count(*) from {table}")
    return found


async def test_journals_are_posted_and_balances_kept(tx: Tx) -> None:
    other = ShopId(42)
    posted = await ledger.post(
        tx, SYSTEM, [draft("a"), draft("b", 300), draft("a", 200, shop_id=other)]
    )
    assert all(posted)
    balances = await ledger.balances(tx, [SHOP, other])
    assert balances[SHOP] == {"processor": Money(800, USD), "escrow": Money(-800, USD)}
    assert balances[other]["escrow"] == Money(-200, USD)
    assert await ledger.drifts(tx) == []
    entries = await ledger.entries_of_order(tx, SHOP, OrderId(7))
    assert [(each.reference, each.amount.minor) for each in entries] == [
        ("a", 500), ("a", -500), ("b", 300), ("b", -300),
    ]  # fmt: skip
    totals = {each.account: each for each in await ledger.totals_by_account(tx)}
    assert totals["processor"].debits == Money(1000, USD)
    assert totals["escrow"].balance == Money(-1000, USD)
    assert await ledger.balance_as_of(tx, SHOP, "escrow", tx.now, "USD") == Money(-800, USD)
    before = tx.now - timedelta(seconds=1)
    assert (await ledger.balance_as_of(tx, SHOP, "escrow", before, "USD")).is_zero


async def test_a_reference_is_posted_once(tx: Tx) -> None:
    first = await ledger.post(tx, SYSTEM, [draft("a"), draft("a", 900)])
    assert first[0] is not None
    assert first[1] is None
    assert await ledger.post(tx, SYSTEM, [draft("a", 700)]) == [None]
    assert (await ledger.balances(tx, [SHOP]))[SHOP]["processor"] == Money(500, USD)
    assert await count(tx, "ledger.entry") == 2
    assert await ledger.is_posted(tx, SHOP, "a")
    assert not await ledger.is_posted(tx, SHOP, "b")


def test_a_draft_that_does_not_balance_is_a_defect() -> None:
    dollars, yen = Money(5, USD), Money(-5, JPY)
    for entries in ((), (Entry("a", dollars),), (Entry("a", dollars), Entry("b", yen))):
        with pytest.raises(ValueError, match="do not sum to zero"):
            JournalDraft(SHOP, "test", "x", None, entries)
    with pytest.raises(ValueError, match="nothing"):
        JournalDraft(SHOP, "test", "x", None, (Entry("a", Money(0, USD)),))


async def test_the_database_refuses_at_commit_what_does_not_balance(db: OneConnection) -> None:
    with pytest.raises(asyncpg.CheckViolationError, match="does not sum to zero"):
        async with db.transaction() as tx:
            await ledger.post(tx, SYSTEM, [draft("a")])
            await tx._connection.execute(
                "insert into ledger.entry (shop_id, journal_id, position, account, amount_minor, "
                "currency) select shop_id, id, 9, 'escrow', 1, 'USD' from ledger.journal"
            )
    async with db.reading() as tx:
        assert await count(tx, "ledger.journal") == 0


@pytest.mark.parametrize(
    "statement",
    [
        "update ledger.entry set amount_minor = amount_minor + 1",
        "delete from ledger.entry",
        "update ledger.journal set kind = 'other'",
        "delete from ledger.journal",
        "truncate ledger.entry",
        "truncate ledger.journal cascade",
    ],
)
async def test_what_is_posted_is_never_edited(db: OneConnection, statement: str) -> None:
    async with db.transaction() as tx:
        await ledger.post(tx, SYSTEM, [draft("a")])
    with pytest.raises(asyncpg.CheckViolationError, match="post another journal"):
        async with db.connection.transaction():
            await db.connection.execute(statement)
    async with db.reading() as tx:
        assert await ledger.unbalanced(tx) == []
        assert (await ledger.balances(tx, [SHOP]))[SHOP]["escrow"] == Money(-500, USD)


async def test_only_the_platform_posts(tx: Tx) -> None:
    for actor in (OWNER, STRANGER):
        with pytest.raises(Forbidden):
            await ledger.post(tx, actor, [draft("a")])
    assert await count(tx, "ledger.journal") == 0


async def test_an_account_of_two_currencies_is_not_one_amount(tx: Tx) -> None:
    yen = (Entry("processor", Money(9, JPY)), Entry("escrow", Money(-9, JPY)))
    await ledger.post(tx, SYSTEM, [draft("a"), JournalDraft(SHOP, "test", "b", None, yen)])
    with pytest.raises(CurrencyMismatch):
        await ledger.balances(tx, [SHOP])


async def test_a_hold_ends_on_its_date(db: OneConnection) -> None:
    async with db.transaction() as tx:
        until = tx.now + timedelta(days=2)
        await ledger.place_hold(tx, OPERATING, SHOP, Money(900, USD), until, "Proof is missing.")
        assert await ledger.held(tx, [SHOP]) == {SHOP: Money(900, USD)}
    db.pass_time(timedelta(days=2))
    async with db.reading() as tx:
        assert await ledger.held(tx, [SHOP]) == {}
        [hold] = await ledger.holds(tx, OWNER, SHOP)
        assert not hold.is_in_force(tx.now)


async def test_a_hold_is_contested_once_and_lifted_once(tx: Tx) -> None:
    until = tx.now + timedelta(days=2)
    hold_id = await ledger.place_hold(tx, SYSTEM, SHOP, Money(9, USD), until, "Proof.")
    await ledger.contest_hold(tx, OWNER, SHOP, hold_id, " It was shown on Monday. ")
    with pytest.raises(ledger.HoldIsOver):
        await ledger.contest_hold(tx, OWNER, SHOP, hold_id, "Again.")
    assert (await ledger.holds(tx, OWNER, SHOP))[0].contest_note == "It was shown on Monday."
    await ledger.lift_hold(tx, OPERATING, SHOP, hold_id)
    assert await ledger.held(tx, [SHOP]) == {}
    with pytest.raises(ledger.HoldIsOver):
        await ledger.lift_hold(tx, OPERATING, SHOP, hold_id)
    with pytest.raises(ledger.NoSuchHold):
        await ledger.lift_hold(tx, OPERATING, ShopId(43), hold_id)
    await tx.flush()
    assert await count(tx, "kit.event") == 3


async def test_refused_holds_change_nothing(tx: Tx) -> None:
    amount, later = Money(9, USD), tx.now + timedelta(days=1)
    with pytest.raises(Invalid) as refused:
        await ledger.place_hold(tx, SYSTEM, SHOP, Money(0, USD), tx.now, " ")
    assert [problem.field for problem in refused.value.problems] == ["amount", "until", "reason"]
    own = as_person(
        PersonId(1), roles=frozenset({OPERATOR}), staff_mode=True, memberships=OWNER.memberships
    )
    for actor in (OWNER, STRANGER, own):
        with pytest.raises(Forbidden):
            await ledger.place_hold(tx, actor, SHOP, amount, later, "Because.")
    with pytest.raises(Forbidden):
        await ledger.holds(tx, STRANGER, SHOP)
    await tx.flush()
    assert await count(tx, "ledger.hold") == await count(tx, "kit.event") == 0


async def test_postings_of_many_at_once_keep_the_balance(
    real_db: PooledDatabase, race: Callable[..., Awaitable[list[Any]]]
) -> None:
    shops = [ShopId(new_id()) for _ in range(5)]

    async def one(number: int) -> None:
        ordered = shops if number % 2 else shops[::-1]
        drafts = [draft(f"{number}", 1, shop_id=shop_id) for shop_id in ordered]

        async def body(tx: Tx) -> None:
            await ledger.post(tx, SYSTEM, drafts)

        await real_db.retrying(body)

    assert await race(*(one(number) for number in range(40))) == [None] * 40
    async with real_db.reading() as tx:
        balances = await ledger.balances(tx, shops)
        assert {balances[shop_id]["escrow"].minor for shop_id in shops} == {-40}
        assert await ledger.drifts(tx) == []
