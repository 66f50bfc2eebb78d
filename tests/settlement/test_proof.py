"""The proof can fail: each sort of tampering is found, and the order or shop is named."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from clipcart import settlement
from tests.settlement.world import DAY, Books
from tests.support.database import OneConnection


@asynccontextmanager
async def as_intruder(db: OneConnection) -> AsyncIterator[None]:
    """The database's superuser with every trigger off: nothing else can edit the book."""
    await db.connection.execute("set constraints all immediate")
    await db.connection.execute("set session_replication_role = replica")
    try:
        yield
    finally:
        await db.connection.execute("set session_replication_role = origin")


async def history(books: Books) -> int:
    """Two sales: one paid out, one pending. Gives the first order's id."""
    order_id = await books.delivered(await books.wish())
    await books.pass_(11 * DAY)
    await books.sold(await books.wish())
    proof = await books.prove()
    assert proof.problems == ()
    assert proof.holds
    assert len(proof.checks) == 8
    assert all(not check.left.is_zero for check in proof.checks[:4])
    return order_id


TAMPERING = {
    "an entry is raised": (
        "update ledger.entry e set amount_minor = amount_minor + 1 from ledger.journal j "
        "where j.shop_id = e.shop_id and j.id = e.journal_id and j.order_id = $1 "
        "and j.kind = 'captured' and e.account = 'processor'"
    ),
    "a cent goes from the seller to the platform": (
        "update ledger.entry e set amount_minor = amount_minor + case account "
        "when 'platform_fees' then -1 else 1 end from ledger.journal j "
        "where j.shop_id = e.shop_id and j.id = e.journal_id and j.order_id = $1 "
        "and j.kind = 'paid' and e.account in ('platform_fees', 'seller_pending')"
    ),
    "a journal is gone": (
        "with gone as (delete from ledger.entry e using ledger.journal j "
        "where j.shop_id = e.shop_id and j.id = e.journal_id and j.order_id = $1 "
        "and j.kind = 'captured') "
        "delete from ledger.journal where order_id = $1 and kind = 'captured'"
    ),
    "the provider took more": (
        "update payments.split set amount_minor = amount_minor + 5, "
        "captured_minor = captured_minor + 5 where order_id = $1"
    ),
    "a refund that never was": (
        "update settlement.sale set refunded_minor = 100 where order_id = $1"
    ),
    "a sale is gone": "delete from settlement.sale where order_id = $1",
}


@pytest.mark.parametrize("what", TAMPERING)
async def test_an_order_that_was_tampered_with_is_named(books: Books, what: str) -> None:
    order_id = await history(books)
    db: OneConnection = books.db  # type: ignore[assignment]
    async with as_intruder(db):
        assert await db.connection.execute(TAMPERING[what], order_id) != "UPDATE 0"
    proof = await books.prove()
    assert not proof.holds
    named = [words for words in proof.problems if str(order_id) in words]
    assert named, proof.problems
    assert "Harbor Kettles" in named[0]


SHOP_TAMPERING = {
    "a line": "update settlement.line set amount_minor = amount_minor + 1 where kind = 'ORDER'",
    "a kept balance": (
        "update ledger.balance set balance_minor = balance_minor - 7 where account = 'reserve' "
        "or account = 'seller_pending'"
    ),
    "a statement": "update settlement.statement set closing_minor = closing_minor + 3",
    "a chain": "update settlement.shop set closing_minor = closing_minor + 3",
    "a payout": "update settlement.payout set amount_minor = amount_minor + 2",
    "the bank": "update settlement.bank_robot_transfer set state = 'FAILED'",
    "a transfer that nobody asked for": (
        "insert into settlement.bank_robot_transfer (key, shop_id, payout_id, number_masked, "
        "amount_minor, currency, state, callbacks, made_at) "
        "select 'x', shop_id, 1, '', 5, 'USD', 'PAID', 0, requested_at from settlement.payout"
    ),
}


@pytest.mark.parametrize("what", SHOP_TAMPERING)
async def test_what_was_tampered_with_beside_orders_is_found(books: Books, what: str) -> None:
    await history(books)
    db: OneConnection = books.db  # type: ignore[assignment]
    async with as_intruder(db):
        await db.connection.execute(SHOP_TAMPERING[what])
    proof = await books.prove()
    assert not proof.holds


async def test_an_empty_installation_is_proved(db: OneConnection) -> None:
    async with db.reading() as tx:
        proof = await settlement.prove(tx)
    assert proof.holds
    assert proof.checks == ()
    assert proof.summary.startswith("0 journals")


async def test_the_story_names_every_step(books: Books) -> None:
    order_id = await books.sold(await books.wish())
    story = await books.story(order_id)
    assert [step.key for step in story.steps] == [
        "paid", "tax", "fee", "share", "to_deliver", "forecast",
    ]  # fmt: skip
    assert "The buyer paid $27.43 on 2 March 2026." in story.sentences()
    assert story.expected_at is not None
    await books.pass_(timedelta(hours=2))
    await books.trade.ship(order_id)
    await books.trade.collect(order_id)
    await books.trade.deliver(order_id)
    await books.engine.settle()
    expected = (await books.story(order_id)).expected_at
    async with books.db.reading() as tx:
        found = await settlement.forecast(tx, books.owner, books.shop_id)
        assert [(each.order_id, each.amount.minor) for each in found.expected] == [(order_id, 2478)]
        assert sum(money.minor for money in found.by_day.values()) == 2478
    await books.pass_(12 * DAY)
    story = await books.story(order_id)
    assert [step.key for step in story.steps] == [
        "paid", "tax", "fee", "share", "delivered", "released", "stated", "payout_paid",
    ]  # fmt: skip
    arrived = story.steps[-1].at
    assert arrived is not None
    assert expected is not None
    assert abs(arrived - expected) <= DAY
    assert all("{" not in words for words in story.sentences())
