"""Placing: what was agreed is what stands, in three statements however many orders it is."""

from dataclasses import replace

import asyncpg
import pytest

from clipcart import orders
from clipcart.identity import SYSTEM
from clipcart.kit.db import round_trips
from clipcart.kit.errors import Absent, Forbidden, SignInNeeded
from clipcart.kit.ids import PersonId, ShopId, SkuId, new_id
from clipcart.kit.money import USD, Money
from tests.orders.world import Wish, World, draft
from tests.support.database import OneConnection


async def test_an_order_is_read_as_it_was_placed(world: World) -> None:
    made = draft(world.shop_id, world.buyer_id, [Wish(SkuId(11), 2), Wish(SkuId(12), 1, 500, 36)])
    async with world.db.transaction() as tx:
        await orders.place(tx, world.buyer, [made])
        now = tx.now
    order = await world.order(made.order_id)
    assert order.state is orders.State.UNPAID
    assert order.total == Money(2 * 1999 + 500 + 599 + 145 + 36, USD)
    assert [(line.sku_id, line.quantity) for line in order.lines] == [(11, 2), (12, 1)]
    assert order.ship_to == made.ship_to
    assert order.delivery == made.delivery
    assert order.fee == orders.fee_of(order) == orders.fee_of(made) == Money(240 + 30, USD)
    assert (order.clocks.pay_by - now).total_seconds() == 48 * 3600
    assert await world.facts(made.order_id) == ["placed"]


async def test_a_hundred_orders_cost_one_statement(world: World) -> None:
    drafts = [
        draft(ShopId(new_id()), PersonId(new_id()), [Wish(SkuId(11)), Wish(SkuId(12))])
        for _ in range(100)
    ]
    counter = [0]
    async with world.db.transaction() as tx:
        token = round_trips.set(counter)
        await orders.place(tx, SYSTEM, drafts)
        round_trips.reset(token)
        found = await orders.orders_by_keys(tx, [(each.shop_id, each.order_id) for each in drafts])
    assert counter == [1]
    assert len(found) == 100
    assert all(len(order.lines) == 2 for order in found.values())


async def test_a_batch_is_announced_in_each_buyers_name(world: World, db: OneConnection) -> None:
    made = draft(world.shop_id, world.buyer_id, [Wish(SkuId(11))])
    async with world.db.transaction() as tx:
        await orders.place(tx, SYSTEM, [made])
    assert (
        await db.connection.fetchval(
            "select actor from kit.event where shop_id = $1 and name = 'orders.placed'",
            world.shop_id,
        )
        == f"person:{world.buyer_id}"
    )


async def test_nobody_places_for_another(world: World) -> None:
    made = draft(world.shop_id, world.buyer_id, [Wish(SkuId(11))])
    for actor in (world.stranger, world.staff, world.operator):
        with pytest.raises(Forbidden):
            async with world.db.transaction() as tx:
                await orders.place(tx, actor, [made])
    with pytest.raises(Absent):
        await world.order(made.order_id)
    assert await world.facts(made.order_id) == []


async def test_a_list_of_ones_own_needs_a_sign_in(world: World) -> None:
    nobody = replace(world.buyer, kind=type(world.buyer.kind).ANONYMOUS, person_id=None)
    async with world.db.reading() as tx:
        with pytest.raises(SignInNeeded):
            await orders.orders_of_buyer(tx, nobody)


@pytest.mark.parametrize(
    "change",
    [
        {"items_minor": 1998},
        {"total_minor": 1},
        {"tax_minor": 144},
        {"lines": ()},
    ],
)
def test_a_draft_that_does_not_add_up_is_a_defect(change: dict[str, object]) -> None:
    made = draft(ShopId(1), PersonId(2), [Wish(SkuId(11))])
    with pytest.raises(ValueError, match=r"add up|more tax|has lines"):
        replace(made, **change)  # type: ignore[arg-type]


async def test_the_database_keeps_totals_too(world: World, db: OneConnection) -> None:
    made = draft(world.shop_id, world.buyer_id, [Wish(SkuId(11))])
    async with world.db.transaction() as tx:
        await orders.place(tx, world.buyer, [made])
    with pytest.raises(asyncpg.CheckViolationError, match="order_adds_up"):
        async with db.connection.transaction():
            await db.connection.execute(
                "update orders.order_ set total_minor = total_minor + 1 where shop_id = $1",
                world.shop_id,
            )


def test_fees_are_taken_of_the_price_without_tax() -> None:
    gross, tax = Money(1100, USD), Money(100, USD)
    assert orders.fee_on(gross, tax, tax_included=True, fee_bps=600) == Money(60, USD)
    assert orders.fee_on(gross, tax, tax_included=False, fee_bps=600) == Money(66, USD)
