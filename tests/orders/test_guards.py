"""The last guards: the database refuses what model.MOVES refuses, and what would be done twice."""

import contextlib
import itertools

import asyncpg
import pytest

from clipcart import orders
from clipcart.identity import SYSTEM
from clipcart.kit.ids import SkuId
from clipcart.orders.model import FINAL, MOVES, State, sources
from tests.orders.world import Wish, World, draft
from tests.support.database import OneConnection

PREPARE = """
    update orders.order_ set paid_at = placed_at, paid_minor = total_minor,
        cancelled_at = case when $2 = 'CANCELLED' then placed_at end,
        cancelled_by = case when $2 = 'CANCELLED' then 'system' end,
        cancel_reason = case when $2 = 'CANCELLED' then 'NOT_PAID' end,
        state = $2
    where shop_id = $1"""


async def test_the_database_knows_the_same_moves(world: World, db: OneConnection) -> None:
    async with db.transaction() as tx:
        await orders.place(tx, SYSTEM, [draft(world.shop_id, world.buyer_id, [Wish(SkuId(1))])])
    allowed = set()
    for source, target in itertools.permutations(State, 2):
        undo = db.connection.transaction()
        await undo.start()
        await db.connection.execute("alter table orders.order_ disable trigger order_moves")
        await db.connection.execute(PREPARE, world.shop_id, source)
        await db.connection.execute("alter table orders.order_ enable trigger order_moves")
        with contextlib.suppress(asyncpg.CheckViolationError):
            await db.connection.execute(PREPARE, world.shop_id, target)
            allowed.add((source, target))
        await undo.rollback()
    assert allowed == {(source, target) for source in MOVES for target in MOVES[source]}


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("refund_minor = 1", "order_refunded_once"),
        ("state = 'CANCELLED'", "order_cancelled_by_someone"),
        ("state = 'ON_HOLD'", "order_paid_before_it_moves"),
        ("shipped_units = 2", "order_not_shipped_twice"),
    ],
)
async def test_a_row_that_cannot_be_true_is_refused(
    world: World, db: OneConnection, change: str, constraint: str
) -> None:
    async with db.transaction() as tx:
        await orders.place(tx, SYSTEM, [draft(world.shop_id, world.buyer_id, [Wish(SkuId(1))])])
    with pytest.raises(asyncpg.CheckViolationError) as refusal:
        async with db.connection.transaction():
            await db.connection.execute(
                f"update orders.order_ set {change} where shop_id = $1", world.shop_id
            )
    assert refusal.value.constraint_name == constraint


def test_ends_are_ends() -> None:
    assert {State.COMPLETED, State.CANCELLED} == FINAL
    with pytest.raises(ValueError, match="nothing moves"):
        sources(State.UNPAID)
