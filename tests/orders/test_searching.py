"""Orders for programs that follow them: each search finds the same by whichever way it walks."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import product

import pytest

from clipcart import orders
from clipcart.identity import ANONYMOUS
from clipcart.kit.errors import BadCursor, Forbidden, SignInNeeded
from clipcart.kit.ids import OrderId
from clipcart.orders import Order, OrderSearch, SearchBy, searching
from tests.orders.world import Wish, World


async def collected(world: World, search: OrderSearch, by: SearchBy, *, down: bool) -> list[Order]:
    """All pages of two."""
    found: list[Order] = []
    cursor: str | None = None
    async with world.db.reading() as tx:
        while True:
            page = await orders.search_orders(
                tx,
                world.viewer,
                world.shop_id,
                search,
                by=by,
                newest_first=down,
                cursor=cursor,
                limit=2,
            )
            found += page.items
            cursor = page.next_cursor
            if cursor is None:
                assert len(found) == await orders.count_orders(
                    tx, world.viewer, world.shop_id, search
                )
                return found


def fits(order: Order, search: OrderSearch) -> bool:
    far, near = datetime.max, datetime.min
    placed, changed = (each.replace(tzinfo=None) for each in (order.placed_at, order.changed_at))

    def bare(moment: datetime | None, default: datetime) -> datetime:
        return default if moment is None else moment.replace(tzinfo=None)

    return (
        (search.state is None or order.state is search.state)
        and bare(search.placed_from, near) <= placed < bare(search.placed_below, far)
        and bare(search.changed_from, near) <= changed < bare(search.changed_below, far)
    )


def searches(moments: list[datetime]) -> Iterator[OrderSearch]:
    some = [None, *moments]
    for placed_from, changed_from, changed_below in product(some, some, some):
        yield OrderSearch(
            placed_from=placed_from, changed_from=changed_from, changed_below=changed_below
        )
    for below in moments:
        yield OrderSearch(placed_below=below)
        yield OrderSearch(placed_below=below, changed_from=moments[0])


@pytest.mark.parametrize("few", [5_000, 1])
async def test_every_search_finds_what_fits_in_its_order(
    world: World, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "_FEW", few)
    sku = await world.sku(50)
    placed: list[OrderId] = []
    for _ in range(4):
        placed.append(await world.paid(Wish(sku)))
        await world.engine.advance(timedelta(minutes=30))
    await world.cancel(world.buyer, placed[3], orders.Reason.CHANGED_MIND)
    everything = [await world.order(each) for each in placed]
    moments = [everything[1].placed_at, everything[2].changed_at]
    for search, by, down in product(searches(moments), SearchBy, (True, False)):
        found = await collected(world, search, by, down=down)
        key = (
            (lambda each: (each.placed_at, each.id))
            if by is SearchBy.PLACED
            else (lambda each: (each.changed_at, each.id))
        )
        expected = sorted((each for each in everything if fits(each, search)), key=key)
        assert [each.id for each in found] == [
            each.id for each in (reversed(expected) if down else expected)
        ], (search, by, down)


async def test_counting_stops_where_it_was_told(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    sku = await world.sku(5)
    for _ in range(3):
        await world.place(Wish(sku))
    monkeypatch.setattr(searching, "COUNTED", 2)
    async with world.db.reading() as tx:
        assert await orders.count_orders(tx, world.viewer, world.shop_id, OrderSearch()) == 2


async def test_only_those_who_see_the_shops_orders_search_them(world: World) -> None:
    order_id = await world.paid(Wish(await world.sku()))
    async with world.db.reading() as tx:
        for actor, refusal in ((world.stranger, Forbidden), (ANONYMOUS, SignInNeeded)):
            with pytest.raises(refusal):
                await orders.search_orders(tx, actor, world.shop_id, OrderSearch())
            with pytest.raises(refusal):
                await orders.count_orders(tx, actor, world.shop_id, OrderSearch())
            with pytest.raises(refusal):
                await orders.orders_for(tx, actor, world.shop_id, [order_id])
        with pytest.raises(BadCursor):
            await orders.search_orders(tx, world.viewer, world.shop_id, OrderSearch(), cursor="x")
        found = await orders.orders_for(tx, world.viewer, world.shop_id, [order_id, OrderId(7)])
    assert list(found) == [order_id]
