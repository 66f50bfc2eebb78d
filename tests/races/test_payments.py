"""Races of payments: refunds against each other, giving up against charging.

The control removes the guard: it shows that reading first and writing after gives back too much.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from clipcart import payments
from clipcart.identity import SYSTEM
from clipcart.kit.db import PooledDatabase
from clipcart.kit.engine import Engine, Wiring
from clipcart.kit.ids import OrderId, PaymentId, PersonId, ShopId, new_id
from clipcart.kit.money import USD, Money
from clipcart.payments import Intent, RefundDraft, RefundTooLarge, Split, TestProvider
from clipcart.payments._sql import paying
from clipcart.payments.actions.hearing import hear
from clipcart.payments.model import News, Said

Race = Callable[..., Awaitable[list[Any]]]


def till_for(db: PooledDatabase) -> tuple[TestProvider, Engine]:
    provider = TestProvider(db, secret="sesame", seed=3, challenge_url="/")
    return provider, Engine(db, Wiring([], payments.jobs(provider), [provider.sweep]))


async def ask(db: PooledDatabase, provider: TestProvider) -> Intent:
    async with db.transaction() as tx:
        token = provider.tokenise("4242424242424242", "12/49", "123", tx.now)
        split = Split(ShopId(new_id()), OrderId(new_id()), Money(1000, USD))
        person, payment = PersonId(new_id()), PaymentId(new_id())
        intent = Intent(payment, person, split.amount, token, (split,))
        await payments.request(tx, SYSTEM, [intent])
    return intent


async def refund(db: PooledDatabase, intent: Intent, key: str) -> None:
    part = intent.splits[0]
    draft = RefundDraft(part.shop_id, part.order_id, Money(300, USD), "race", key)
    async with db.transaction() as tx:
        await payments.request_refund(tx, SYSTEM, draft)


async def test_control_reading_first_gives_back_too_much(
    real_db: PooledDatabase, race: Race
) -> None:
    await real_db.pool.execute("create table public.till (back int not null)")
    await real_db.pool.execute("insert into public.till values (0)")

    async def careless() -> None:
        async with real_db.pool.acquire() as connection:
            back = await connection.fetchval("select back from public.till")
            await connection.execute("select pg_sleep(0.05)")
            if back + 300 <= 1000:
                await connection.execute("update public.till set back = back + 300")

    await race(*(careless() for _ in range(8)))
    assert await real_db.pool.fetchval("select back from public.till") > 1000


async def test_refunds_together_never_exceed_what_was_captured(
    real_db: PooledDatabase, race: Race
) -> None:
    provider, engine = till_for(real_db)
    paid = await ask(real_db, provider)
    await engine.settle()
    ended = await race(*(refund(real_db, paid, f"k{n}") for n in range(8)))
    assert ended.count(None) == 3
    assert sum(isinstance(end, RefundTooLarge) for end in ended) == 5
    await engine.settle()
    books = (await provider.books())["USD"]
    assert (books.captured.minor, books.refunded.minor) == (1000, 900)
    async with real_db.reading() as tx:
        assert (await payments.provider_totals(tx))["USD"] == books


async def test_the_same_refund_together_is_one(real_db: PooledDatabase, race: Race) -> None:
    provider, engine = till_for(real_db)
    paid = await ask(real_db, provider)
    await engine.settle()
    ended = await race(*(refund(real_db, paid, "same") for _ in range(6)))
    assert ended == [None] * 6
    await engine.settle()
    assert (await provider.books())["USD"].refunded.minor == 300


async def test_giving_up_while_charging_ends_in_one_truth(
    real_db: PooledDatabase, race: Race
) -> None:
    provider, engine = till_for(real_db)
    asked = [await ask(real_db, provider) for _ in range(20)]

    async def give_up(intent: Intent) -> None:
        async with real_db.transaction() as tx:
            part = intent.splits[0]
            await payments.request_void(tx, SYSTEM, [(part.shop_id, part.order_id)])

    await race(engine.settle(), *(give_up(intent) for intent in asked))
    await engine.settle()
    rows = await real_db.pool.fetch(
        "select p.state as ours, c.state as theirs from payments.payment p"
        " left join payments.testpay_charge c on c.payment_id = p.id"
    )
    assert len(rows) == 20
    assert {(row["ours"], row["theirs"]) for row in rows} <= {
        ("CAPTURED", "CAPTURED"),
        ("VOIDED", "VOIDED"),
    }


async def test_giving_up_and_capturing_lock_in_one_order(
    real_db: PooledDatabase, race: Race
) -> None:
    """Whoever holds the payment comes to its parts: the other one waits before it holds any."""
    provider, _ = till_for(real_db)
    intent = await ask(real_db, provider)
    part = intent.splits[0]
    holds = asyncio.Event()

    async def capture() -> None:
        async with real_db.transaction() as tx:
            row = (intent.person_id, intent.payment_id)
            await tx.one(
                paying.PAYMENT_FOR_UPDATE, person_id=intent.person_id, id=intent.payment_id
            )
            holds.set()
            await asyncio.sleep(0.3)
            said = News(*row, 1, Said.CAPTURED, "ref", intent.amount)
            await hear(tx, provider.name, [said])

    async def give_up() -> None:
        await holds.wait()
        async with real_db.transaction() as tx:
            await payments.request_void(tx, SYSTEM, [(part.shop_id, part.order_id)])

    assert await race(capture(), give_up()) == [None, None]
    sql = "select captured_minor from payments.split where order_id = $1 and given_up_at is null"
    assert await real_db.pool.fetchval(sql, part.order_id) == 1000
