"""An order was cancelled: what the carrier does not have yet goes back on the shelf."""

from collections import Counter
from collections.abc import Sequence

from clipcart import inventory
from clipcart.fulfilment import _sql as sql
from clipcart.fulfilment.events import PackageCancelled
from clipcart.fulfilment.model import NOT_COLLECTED, VOID_LABEL, VoidTask
from clipcart.identity import job_actor
from clipcart.kit.db import Tx
from clipcart.kit.events import Delivered
from clipcart.kit.ids import OrderId, ShopId, SkuId

_ACTOR = job_actor("fulfilment.call_off")


async def on_order_cancelled(tx: Tx, facts: Sequence[Delivered]) -> None:
    """Call off the orders' packages, void their labels, put their units back in stock.

    What is with a carrier travels on; what was lost stays lost.
    """
    keys = sorted({(each.fact.shop_id, each.fact.order_id) for each in facts})
    rows = await tx.all(
        sql.CALL_OFF,
        shop_ids=[key[0] for key in keys],
        order_ids=[key[1] for key in keys],
        from_states=sorted(state.value for state in NOT_COLLECTED),
        now=tx.now,
    )
    if not rows:
        return
    counts = Counter((row.shop_id, row.order_id) for row in rows)
    await tx.all(
        sql.COUNT,
        shop_ids=[key[0] for key in counts],
        order_ids=[key[1] for key in counts],
        delivered=[0] * len(counts),
        lost=[0] * len(counts),
        called_off=list(counts.values()),
    )
    await inventory.put_back(tx, _ACTOR, await _contents(tx, rows))
    for row in rows:
        if row.tracking_number is not None:
            task = VoidTask(row.shop_id, row.id, row.label_number, row.carrier, row.tracking_number)
            tx.enqueue(VOID_LABEL, task)
    tx.announce(
        _ACTOR,
        *(
            PackageCancelled(row.shop_id, row.order_id, row.id, row.buyer_id, row.units)
            for row in rows
        ),
    )


async def _contents(tx: Tx, rows: Sequence[sql.CalledOffRow]) -> list[inventory.OrderLine]:
    order_of = {(row.shop_id, row.id): row.order_id for row in rows}
    units: Counter[tuple[ShopId, OrderId, SkuId]] = Counter()
    for line in await tx.all(
        sql.LINES, shop_ids=[row.shop_id for row in rows], ids=[row.id for row in rows]
    ):
        order_id = order_of[line.shop_id, line.package_id]
        units[line.shop_id, order_id, line.sku_id] += line.quantity
    return [inventory.OrderLine(*key, quantity) for key, quantity in sorted(units.items())]
