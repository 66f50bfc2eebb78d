"""Rate limits: so many per window, told when it works again, forgotten when long over."""

from datetime import timedelta

import pytest

from clipcart.kit import rates
from clipcart.kit.deadlines import Deadlines
from clipcart.kit.errors import Throttled
from tests.support.database import OneConnection


async def take(db: OneConnection, bucket: str = "door") -> int:
    async with db.transaction() as tx:
        return await rates.take(tx, bucket, limit=3, window_s=60)


async def test_so_many_per_window_and_not_one_more(db: OneConnection) -> None:
    assert [await take(db) for _ in range(3)] == [2, 1, 0]
    with pytest.raises(Throttled) as told:
        await take(db)
    assert 0 < told.value.facts["retry_after_s"] <= 60
    assert await take(db, "another door") == 2


async def test_several_are_used_at_once_or_none(db: OneConnection) -> None:
    async with db.transaction() as tx:
        assert await rates.take(tx, "door", 3, 60, count=2) == 1
    with pytest.raises(Throttled):
        async with db.transaction() as tx:
            await rates.take(tx, "door", 3, 60, count=2)
    assert await take(db) == 0


async def test_the_next_window_starts_anew(db: OneConnection) -> None:
    for _ in range(3):
        await take(db)
    db.pass_time(timedelta(seconds=60))
    assert await take(db) == 2


async def test_many_uses_in_one_statement_are_counted_in_their_order(db: OneConnection) -> None:
    uses = [rates.Use(bucket, 3, 60) for bucket in ("a", "b", "a", "a", "a", "b")]
    async with db.transaction() as tx:
        outcomes = await rates.take_all(tx, uses)
        again = await rates.take_all(tx, uses[:2])
    assert [outcome is None for outcome in outcomes] == [True, True, True, True, False, True]
    assert [outcome is None for outcome in again] == [False, True]
    assert outcomes[4] is not None
    assert 0 < outcomes[4].facts["retry_after_s"] <= 60


async def test_what_is_long_over_is_forgotten(db: OneConnection) -> None:
    await take(db)
    (sweep,) = rates.SWEEPS
    deadlines = Deadlines(rates.SWEEPS)
    async with db.transaction() as tx:
        [(_, due)] = await deadlines.read(tx)
    assert due is not None
    db.moment = due
    async with db.transaction() as tx:
        assert await sweep.run(tx) == 1
        assert await deadlines.read(tx) == [(sweep, None)]
