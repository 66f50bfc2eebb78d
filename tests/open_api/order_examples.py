"""Examples of the group Order."""

from tests.open_api.bench import Bench, Example
from tests.open_api.examples import example
from tests.open_api.trade import buy, foreign_order, packed


@example("POST /order/202309/orders/search")
async def get_order_list(bench: Bench) -> Example:
    await packed(bench, 2)
    await buy(bench)
    return Example(query={"page_size": "20"}, body={})


@example("GET /order/202309/orders")
async def get_order_detail(bench: Bench) -> Example:
    order_id, _ = await packed(bench, 2)
    other = await buy(bench)
    return Example(query={"ids": f"{order_id},{other}"})


@example("GET /order/202407/orders/{order_id}/price_detail")
async def get_price_detail(bench: Bench) -> Example:
    order_id = await buy(bench, 3)
    return Example(places={"order_id": order_id}, foreign={"order_id": await foreign_order(bench)})
