"""The gate: requests that arrive together are looked up together, and each gets its own answer."""

import asyncio

import asyncpg
import pytest

from clipcart import identity
from clipcart.doorway.gate import Gate
from clipcart.identity import ANONYMOUS, as_person
from clipcart.kit import rates
from clipcart.kit.db import PooledDatabase, Tx, round_trips
from clipcart.kit.errors import Throttled
from clipcart.kit.ids import PersonId


async def make_person(db: PooledDatabase, name: str) -> tuple[PersonId, str]:
    async def body(tx: Tx) -> tuple[PersonId, str]:
        person = await identity.sign_up(tx, f"{name}@gate.example", "Correct-horse-9", name, "us")
        made = await identity.create_token(tx, as_person(person.id), "app", [identity.Scope.CART])
        return person.id, made.secret

    return await db.retrying(body)


async def test_each_gets_its_own_answer(real_db: PooledDatabase) -> None:
    people = [await make_person(real_db, name) for name in ("ada", "bo", "cy")]
    gate = Gate(real_db)
    secrets = [secret for _, secret in people] + ["cc_17_nothing", "nonsense", ""]
    counter = [0]
    token = round_trips.set(counter)
    answers = await asyncio.gather(*(gate.admit(secret) for secret in secrets))
    round_trips.reset(token)
    assert [actor and actor.person_id for actor in answers[:3]] == [each for each, _ in people]
    assert answers[3:] == [None, None, None]
    assert counter[0] <= 3, "one look, and one note of who was here"
    assert await gate.admit(None) is ANONYMOUS


async def test_a_revoked_token_opens_nothing_at_once(real_db: PooledDatabase) -> None:
    person_id, secret = await make_person(real_db, "dana")
    gate = Gate(real_db)
    assert await gate.admit(secret) is not None
    actor = as_person(person_id)
    async with real_db.transaction() as tx:
        [token] = await identity.tokens_for(tx, actor)
        assert token.last_used_at is not None, "the use was noted"
        await identity.revoke_token(tx, actor, token.id)
    assert await gate.admit(secret) is None


async def test_a_limit_is_each_persons_own(real_db: PooledDatabase) -> None:
    [(_, greedy), (_, modest)] = [await make_person(real_db, name) for name in ("eve", "fay")]
    gate = Gate(real_db)
    use = rates.Use("door:", 3, 3600)
    asked = [gate.admit(greedy, token_use=use) for _ in range(5)]
    outcomes = await asyncio.gather(
        *asked, gate.admit(modest, token_use=use), return_exceptions=True
    )
    assert sum(isinstance(each, Throttled) for each in outcomes[:5]) == 2
    assert not isinstance(outcomes[5], BaseException)
    with pytest.raises(Throttled):
        await gate.admit(greedy, token_use=use)


async def test_strangers_are_counted_by_where_they_come_from(real_db: PooledDatabase) -> None:
    gate = Gate(real_db)
    use = rates.Use("door:192.0.2.7", 1, 3600)
    assert await gate.admit(None, anonymous_use=use) is ANONYMOUS
    with pytest.raises(Throttled):
        await gate.admit(None, anonymous_use=use)


async def test_an_outage_is_everybodys_answer_and_then_over(real_db: PooledDatabase) -> None:
    _, secret = await make_person(real_db, "gil")
    gate = Gate(real_db)
    async with real_db.pool.acquire() as admin:
        await admin.execute("alter table identity.token rename to mislaid")
        outcomes = await asyncio.gather(
            *(gate.admit(secret) for _ in range(3)), return_exceptions=True
        )
        await admin.execute("alter table identity.mislaid rename to token")
    assert all(isinstance(each, asyncpg.UndefinedTableError) for each in outcomes)
    assert await gate.admit(secret) is not None
