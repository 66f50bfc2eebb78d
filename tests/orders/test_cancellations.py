"""A shop's cancellations as one list: asked for or done at once, until the money is back."""

from datetime import timedelta

import pytest

from clipcart import orders
from clipcart.identity import ANONYMOUS
from clipcart.kit.errors import Forbidden, SignInNeeded
from clipcart.kit.ids import OrderId
from clipcart.orders import (
    By,
    CancellationSearch,
    CancellationSearchBy,
    CancellationStage,
    FoundCancellation,
    Reason,
)
from tests.orders.world import Wish, World

EVERYTHING = CancellationSearch()


async def found(
    world: World,
    search: CancellationSearch = EVERYTHING,
    by: CancellationSearchBy = CancellationSearchBy.ASKED,
    *,
    down: bool = False,
    limit: int = 1,
) -> list[FoundCancellation]:
    """All pages of one."""
    items: list[FoundCancellation] = []
    cursor: str | None = None
    async with world.db.reading() as tx:
        while True:
            page = await orders.search_cancellations(
                tx,
                world.viewer,
                world.shop_id,
                search,
                by=by,
                newest_first=down,
                cursor=cursor,
                limit=limit,
            )
            items += page.items
            cursor = page.next_cursor
            if cursor is None:
                count = await orders.count_cancellations(tx, world.viewer, world.shop_id, search)
                assert count == len(items)
                return items


async def five(world: World) -> list[OrderId]:
    """Asked and agreed; called off by the shop; unpaid and closed; asked and refused; waiting."""
    sku = await world.sku(50)
    agreed, by_shop = await world.to_ship(Wish(sku)), await world.to_ship(Wish(sku))
    refused, waiting = await world.to_ship(Wish(sku)), await world.to_ship(Wish(sku))
    for each in (agreed, refused, waiting):
        await world.cancel(world.buyer, each, Reason.CHANGED_MIND)
        await world.engine.advance(timedelta(minutes=1), grain=timedelta(0))
    await world.cancel(world.staff, by_shop, Reason.OUT_OF_STOCK)
    unpaid = await world.place(Wish(sku))
    await world.cancel(world.buyer, unpaid, Reason.BETTER_PRICE)
    async with world.db.transaction() as tx:
        await orders.answer_cancellation(tx, world.staff, world.shop_id, agreed, approve=True)
        await orders.answer_cancellation(tx, world.staff, world.shop_id, refused, approve=False)
    return [agreed, refused, waiting, by_shop, unpaid]


async def test_every_cancellation_is_there_once_with_its_stage(world: World) -> None:
    agreed, refused, waiting, by_shop, unpaid = await five(world)
    stages = {each.order.id: each.stage for each in await found(world)}
    assert stages == {
        agreed: CancellationStage.AGREED,
        refused: CancellationStage.DROPPED,
        waiting: CancellationStage.PENDING,
        by_shop: CancellationStage.AGREED,
        unpaid: CancellationStage.DONE,
    }
    before = {each.order.id: each.changed_at for each in await found(world)}
    await world.engine.advance(timedelta(hours=1))
    after = {each.order.id: each for each in await found(world)}
    for order_id in (agreed, by_shop):
        assert after[order_id].stage is CancellationStage.DONE
        assert after[order_id].changed_at >= before[order_id]
    for order_id in (refused, waiting, unpaid):
        assert after[order_id].changed_at == before[order_id]
    assert after[by_shop].id == by_shop
    assert after[by_shop].request is None
    assert (after[by_shop].by, after[by_shop].reason) == (By.SELLER, Reason.OUT_OF_STOCK)
    request = after[agreed].request
    assert request is not None
    assert (after[agreed].id, after[agreed].by) == (request.id, By.BUYER)


async def test_searches_leave_out_what_does_not_fit(world: World) -> None:
    agreed, refused, waiting, by_shop, unpaid = await five(world)
    everything = await found(world)
    assert [each.asked_at for each in everything] == sorted(each.asked_at for each in everything)
    assert [each.id for each in await found(world, down=True)] == [
        each.id for each in reversed(everything)
    ]
    by_change = await found(world, by=CancellationSearchBy.CHANGED)
    assert [each.changed_at for each in by_change] == sorted(each.changed_at for each in by_change)

    async def ids(search: CancellationSearch) -> set[OrderId]:
        return {each.order.id for each in await found(world, search, limit=50)}

    shop_only, buyers = CancellationSearch(by_buyer=False), CancellationSearch(by_buyer=True)
    assert await ids(shop_only) == {by_shop}
    assert await ids(buyers) == {agreed, refused, waiting, unpaid}
    assert await ids(CancellationSearch(order_ids=[refused, unpaid])) == {refused, unpaid}
    assert await ids(CancellationSearch(ids=[everything[0].id])) == {everything[0].order.id}
    assert await ids(CancellationSearch(buyer_ids=[world.buyer_id])) == {
        each.order.id for each in everything
    }
    assert await ids(CancellationSearch(stages=frozenset({CancellationStage.PENDING}))) == {waiting}
    later = everything[1].asked_at
    assert await ids(CancellationSearch(asked_from=later)) == {
        each.order.id for each in everything[1:]
    }
    assert await ids(CancellationSearch(asked_below=later)) == {everything[0].order.id}
    assert await ids(CancellationSearch(changed_below=by_change[0].changed_at)) == set()


async def test_only_those_who_see_orders_see_cancellations(world: World) -> None:
    async with world.db.reading() as tx:
        for actor, refusal in ((world.stranger, Forbidden), (ANONYMOUS, SignInNeeded)):
            with pytest.raises(refusal):
                await orders.search_cancellations(tx, actor, world.shop_id, EVERYTHING)
            with pytest.raises(refusal):
                await orders.count_cancellations(tx, actor, world.shop_id, EVERYTHING)
