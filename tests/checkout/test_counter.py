"""The counter's memory of what is sold out, and callers who ask again."""

import pytest

from clipcart import checkout, inventory
from clipcart.main import Installation
from tests.support.buying import again, lines_for, request_for
from tests.support.world import World


async def leave(installation: Installation, world: World, units: int) -> None:
    """Let so many teapots be there."""
    sku = (await world.skus(installation.db, "teapot"))[0]
    async with installation.db.transaction() as tx:
        change = inventory.StockChange(sku.shop_id, sku.id, units)
        await inventory.set_on_hand(tx, world.owner("fernhollow"), [change])


async def test_who_bought_the_last_one_hears_so_again_while_it_is_sold_out(
    installation: Installation, world: World
) -> None:
    """The first answer was lost on its way; meanwhile somebody else came too late."""
    await leave(installation, world, 1)
    request = await request_for(
        installation, world, await lines_for(installation.db, world, "teapot")
    )
    counter = checkout.Counter(installation.db)
    placed = await counter.place(again(request, "mine"))
    with pytest.raises(checkout.OutOfStock):
        await counter.place(again(request, "too late"))
    repeated = await counter.place(again(request, "mine"))
    assert repeated.purchase_id == placed.purchase_id
    assert not repeated.is_new
    other = await request_for(
        installation, world, await lines_for(installation.db, world, "teapot", 2), key="mine"
    )
    with pytest.raises(checkout.KeyUsed):
        await counter.place(other)
    with pytest.raises(checkout.OutOfStock):
        await counter.place(again(request, "much too late"))
    assert await installation.pool.fetchval("select count(*) from checkout.purchase") == 1
