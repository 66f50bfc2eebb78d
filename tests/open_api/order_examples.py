"""Examples of the group Order."""

from typing import Any

from clipcart import orders
from clipcart.kit.ids import OrderId
from tests.open_api.bench import FOREIGN_SHOP, SHOP, Bench, Example
from tests.open_api.examples import example
from tests.open_api.trade import BUYER, buy, foreign_order, packed, to_ship, unit_ids


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


def _reference(order_id: object, units: list[str]) -> dict[str, Any]:
    lines = [{"id": each, "origin_id": f"line-{place}"} for place, each in enumerate(units)]
    external = {"id": "#1001", "platform": "SHOPIFY", "line_items": lines}
    return {"orders": [{"id": str(order_id), "external_order": external}]}


async def _referred(bench: Bench) -> OrderId:
    order_id = await buy(bench, 2)
    body = _reference(order_id, await unit_ids(bench, order_id))
    await bench.call("POST", "/order/202406/orders/external_orders", body=body, cipher=bench.cipher)
    return order_id


@example("POST /order/202406/orders/external_orders")
async def add_external_order_references(bench: Bench) -> Example:
    order_id = await buy(bench, 2)
    return Example(body=_reference(order_id, await unit_ids(bench, order_id)))


@example("GET /order/202406/orders/{order_id}/external_orders")
async def get_external_order_references(bench: Bench) -> Example:
    return Example(
        places={"order_id": await _referred(bench)},
        query={"platform": "SHOPIFY"},
        foreign={"order_id": await foreign_order(bench)},
    )


@example("POST /order/202406/orders/external_order_search")
async def search_order_by_external_order_reference(bench: Bench) -> Example:
    await _referred(bench)
    return Example(query={"platform": "SHOPIFY", "external_order_id": "#1001"}, body={})


@example("POST /return_refund/202309/cancellations")
async def cancel_order(bench: Bench) -> Example:
    order_id = await buy(bench)
    return Example(
        body={
            "order_id": str(order_id),
            "cancel_reason": "seller_cancel_reason_out_of_stock",
            "order_line_item_ids": await unit_ids(bench, order_id),
        }
    )


async def asked_to_cancel(bench: Bench, *, foreign: bool = False) -> orders.CancellationId:
    shop = FOREIGN_SHOP if foreign else SHOP
    order_id = await (foreign_order(bench) if foreign else to_ship(bench))
    buyer = bench.world.person(BUYER)
    async with bench.installation.db.transaction() as tx:
        outcome = await orders.cancel(
            tx, buyer, bench.world.shops[shop], order_id, orders.Reason.CHANGED_MIND
        )
    assert outcome.cancellation_id is not None
    return outcome.cancellation_id


@example("POST /return_refund/202309/cancellations/{cancel_id}/approve")
async def approve_cancellation(bench: Bench) -> Example:
    foreign = await asked_to_cancel(bench, foreign=True)
    return Example(
        places={"cancel_id": await asked_to_cancel(bench)},
        query={"idempotency_key": "3e21"},
        body={},
        foreign={"cancel_id": foreign},
    )


@example("POST /return_refund/202309/cancellations/{cancel_id}/reject")
async def reject_cancellation(bench: Bench) -> Example:
    foreign = await asked_to_cancel(bench, foreign=True)
    return Example(
        places={"cancel_id": await asked_to_cancel(bench)},
        query={"idempotency_key": "3e22"},
        body={"reject_reason": "seller_reject_apply_product_has_been_packed"},
        foreign={"cancel_id": foreign},
    )


@example("GET /return_refund/202309/reject_reasons")
async def get_reject_reasons(bench: Bench) -> Example:
    return Example(query={"return_or_cancel_id": str(await asked_to_cancel(bench))})


@example("POST /return_refund/202309/cancellations/search")
async def search_cancellations(bench: Bench) -> Example:
    await asked_to_cancel(bench)
    await bench.call("POST", "/return_refund/202309/cancellations", **(await _called_off(bench)))
    return Example(
        query={"page_size": "20", "sort_field": "create_time"},
        body={"cancel_types": ["CANCEL", "BUYER_CANCEL"]},
    )


async def _called_off(bench: Bench) -> dict[str, Any]:
    body = (await cancel_order(bench)).body
    return {"body": body, "cipher": bench.cipher}


@example("GET /return_refund/202309/orders/{order_id}/aftersale_eligibility")
async def get_aftersale_eligibility(bench: Bench) -> Example:
    return Example(
        places={"order_id": await to_ship(bench, 2)},
        query={"initiate_aftersale_user": "SELLER"},
        foreign={"order_id": await foreign_order(bench)},
    )
