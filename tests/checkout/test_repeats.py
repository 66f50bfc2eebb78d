"""A double click of which both presses are in one set: both hear the same, also when it is no."""

from dataclasses import replace

from clipcart import checkout
from clipcart.main import Installation
from tests.support.buying import again, lines_for, place_one, request_for
from tests.support.world import World


async def test_both_presses_hear_the_refusal_and_the_key_stays_free(
    installation: Installation, world: World
) -> None:
    db = installation.db
    lines = await lines_for(db, world, "teapot")
    request = await request_for(installation, world, lines, key="pressed-twice")
    wrong = replace(request, total_shown=request.total_shown.times(2))
    other = again(request, "a-neighbour")
    async with db.transaction() as tx:
        outcomes = await checkout.place(tx, [wrong, other, wrong])
    assert isinstance(outcomes[0], checkout.PriceMoved)
    assert isinstance(outcomes[2], checkout.PriceMoved)
    assert isinstance(outcomes[1], checkout.Placed)
    counts = "select (select count(*) from checkout.purchase), (select count(*) from orders.order_)"
    row = await installation.pool.fetchrow(counts)
    assert row is not None
    assert tuple(row) == (1, 1)
    placed = await place_one(db, request)
    assert placed.is_new
