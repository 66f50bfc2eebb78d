"""Double click on pay: two purchases with one key at the same moment."""

import asyncio
from dataclasses import replace

from clipcart import checkout, inventory
from clipcart.main import Installation
from tests.support.buying import again, lines_for, place_one, request_for
from tests.support.world import World

CLICKS = 12


async def test_control_without_the_key_every_click_buys(
    installation: Installation, world: World
) -> None:
    """What the key prevents: each click under a key of its own is a purchase of its own."""
    lines = await lines_for(installation.db, world, "teapot")
    request = await request_for(installation, world, lines)
    clicks = [place_one(installation.db, again(request, f"click-{n}")) for n in range(4)]
    placed = await asyncio.gather(*clicks)
    assert len({each.purchase_id for each in placed}) == 4


async def test_many_clicks_on_pay_buy_once(installation: Installation, world: World) -> None:
    lines = await lines_for(installation.db, world, "teapot")
    request = await request_for(installation, world, lines)
    clicks = [place_one(installation.db, request) for _ in range(CLICKS)]
    placed = await asyncio.gather(*clicks)
    assert len({each.purchase_id for each in placed}) == 1
    assert sum(each.is_new for each in placed) == 1
    for table in ("orders.order_", "payments.payment", "inventory.reservation"):
        assert await installation.pool.fetchval(f"select count(*) from {table}") == 1


async def test_the_counter_sells_exactly_what_is_there(
    installation: Installation, world: World
) -> None:
    db = installation.db
    sku = (await world.skus(db, "teapot"))[0]
    async with db.transaction() as tx:
        change = inventory.StockChange(sku.shop_id, sku.id, 5)
        await inventory.set_on_hand(tx, world.owner("fernhollow"), [change])
    request = await request_for(installation, world, await lines_for(db, world, "teapot"))
    counter = checkout.Counter(db, batch=7)

    async def buy(number: int) -> bool:
        try:
            await counter.place(again(request, f"buyer-{number}"))
        except checkout.OutOfStock:
            return False
        return True

    sold = await asyncio.gather(*(buy(number) for number in range(40)))
    assert sum(sold) == 5
    assert await installation.pool.fetchval("select count(*) from orders.order_") == 5


async def test_the_counter_answers_each_caller_with_their_own(
    installation: Installation, world: World
) -> None:
    db = installation.db
    request = await request_for(installation, world, await lines_for(db, world, "teapot"))
    wrong = replace(request, total_shown=request.total_shown.times(3))
    counter = checkout.Counter(db)
    outcomes = await asyncio.gather(
        *(counter.place(again(request if n % 2 else wrong, f"mixed-{n}")) for n in range(10)),
        return_exceptions=True,
    )
    placed = [each for each in outcomes if isinstance(each, checkout.Placed)]
    moved = [each for each in outcomes if isinstance(each, checkout.PriceMoved)]
    assert (len(placed), len(moved)) == (5, 5)
    assert len({each.purchase_id for each in placed}) == 5
