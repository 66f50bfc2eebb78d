"""Orders called off over the open API, and buyers' requests answered."""

from datetime import timedelta
from typing import Any

import pytest

from clipcart import orders
from clipcart.orders import State
from tests.open_api.bench import Answer, Bench
from tests.open_api.order_examples import asked_to_cancel
from tests.open_api.trade import buy, days_later, order_of, packed, unit_ids
from tests.support.traces import changed, traces

CANCEL = "/return_refund/202309/cancellations"
OUT = "seller_cancel_reason_out_of_stock"


async def post(bench: Bench, path: str, body: Any, **query: str) -> Answer:
    return await bench.call("POST", path, query=query, body=body, cipher=bench.cipher)


async def test_a_shop_calls_off_a_whole_order(bench: Bench) -> None:
    order_id = await buy(bench, 2)
    units = await unit_ids(bench, order_id)
    sku_id = str((await order_of(bench, order_id)).lines[0].sku_id)
    base = {"order_id": str(order_id), "cancel_reason": OUT}
    before = await traces(bench.installation.pool)
    for extra, code in (
        ({"order_line_item_ids": units[:1]}, 25005010),
        ({"skus": [{"sku_id": sku_id, "quantity": 1}]}, 25005010),
        ({"skus": [{"sku_id": sku_id, "quantity": 3}]}, 25005011),
        ({"cancel_reason": "no such reason"}, 25001014),
        ({"cancel_reason": "seller_cancel_unpaid_reason_out_of_stock"}, 25001021),
        ({"order_id": "7"}, 25020005),
    ):
        answer = await post(bench, CANCEL, {**base, **extra})
        assert (answer.status, answer.code) == (200, code), answer.message
    assert changed(before, await traces(bench.installation.pool)) == []
    whole = {**base, "skus": [{"sku_id": sku_id, "quantity": 2}]}
    answer = await post(bench, CANCEL, whole)
    assert (answer.code, answer.data["cancel_id"]) == (0, str(order_id))
    order = await order_of(bench, order_id)
    assert order.state is State.CANCELLED
    assert order.cancelled is not None
    assert order.cancelled.reason is orders.Reason.OUT_OF_STOCK
    assert (await post(bench, CANCEL, whole)).code == 25001051


async def test_what_a_carrier_has_is_not_called_off(bench: Bench) -> None:
    order_id, _ = await packed(bench)
    await days_later(bench, 12)
    answer = await post(bench, CANCEL, {"order_id": str(order_id), "cancel_reason": OUT})
    assert answer.code == 25001051


@pytest.mark.parametrize("approve", [True, False])
async def test_a_request_is_answered_once(bench: Bench, approve: bool) -> None:
    cancel_id = await asked_to_cancel(bench)
    reasons = await bench.call(
        "GET",
        "/return_refund/202309/reject_reasons",
        query={"return_or_cancel_id": str(cancel_id)},
        cipher=bench.cipher,
    )
    key = reasons.data["reasons"][0]["name"]
    body = {} if approve else {"reject_reason": key}
    path = f"{CANCEL}/{cancel_id}/{'approve' if approve else 'reject'}"
    if not approve:
        assert (await post(bench, path, {"reject_reason": "because"})).code == 25001014
    assert (await post(bench, path, body)).code == 0
    async with bench.installation.db.reading() as tx:
        asked = await orders.cancellation_for(tx, bench.owner, bench.shop_id, cancel_id)
    assert asked.state is (
        orders.CancellationState.SUCCESS if approve else orders.CancellationState.REJECTED
    )
    state = (await order_of(bench, asked.order_id)).state
    assert state is (State.CANCELLED if approve else State.AWAITING_SHIPMENT)
    again = await post(bench, path, body)
    assert again.code == (25011012 if approve else 25011011)


async def test_references_of_other_systems_are_found_again(bench: Bench) -> None:
    order_id, other = await buy(bench, 2), await buy(bench)
    units = await unit_ids(bench, order_id)

    def reference(of: object, number: str, lines: list[str]) -> dict[str, Any]:
        listed = [{"id": each, "origin_id": f"{number}-{each}"} for each in lines]
        external = {"id": number, "platform": "SHOPIFY", "line_items": listed}
        return {"id": str(of), "external_order": external}

    add = "/order/202406/orders/external_orders"
    sent = [
        reference(order_id, "#1", units),
        reference(other, "#2", units),
        reference("7", "#3", []),
    ]
    answer = await post(bench, add, {"orders": sent})
    assert [each["detail"]["order_id"] for each in answer.data["errors"]] == [str(other), "7"]
    search = "/order/202406/orders/external_order_search"

    async def found(number: str) -> list[str]:
        answer = await post(bench, search, {}, platform="SHOPIFY", external_order_id=number)
        return [each["id"] for each in answer.data["orders"]]

    assert (await found("#1"), await found("#2")) == ([str(order_id)], [])
    await post(bench, add, {"orders": [reference(order_id, "#9", [])]})
    assert (await found("#1"), await found("#9")) == ([], [str(order_id)])
    many = {"orders": [reference(order_id, "#1", [])] * 101}
    assert (await post(bench, add, many)).code == 21001001
    assert (await post(bench, add, {"orders": [reference(order_id, "", [])]})).code == 21001001


async def test_a_follower_sees_each_cancellation_until_the_money_is_back(bench: Bench) -> None:
    request_id = await asked_to_cancel(bench)
    order_id = await buy(bench, 2)
    await post(bench, CANCEL, {"order_id": str(order_id), "cancel_reason": OUT})

    async def search(version: str = "202309", **body: Any) -> list[dict[str, Any]]:
        path = f"/return_refund/{version}/cancellations/search"
        answer = await post(bench, path, body, page_size="1")
        assert answer.code == 0, answer.message
        found = list(answer.data["cancellations"])
        while token := answer.data["next_page_token"]:
            answer = await post(bench, path, body, page_size="1", page_token=token)
            found += answer.data["cancellations"]
        assert answer.data["total_count"] == len(found)
        return found

    asked, called_off = await search()
    assert asked["cancel_id"] == str(request_id)
    assert asked["cancel_type"] == "BUYER_CANCEL"
    assert asked["cancel_status"] == "CANCELLATION_REQUEST_PENDING"
    assert asked["cancel_reason"] == "ecom_order_to_ship_canceled_reason_no_longer_needed"
    deadline = asked["seller_next_action_response"][0]["deadline"]
    assert deadline > asked["create_time"]
    assert called_off["cancel_id"] == called_off["order_id"] == str(order_id)
    assert (called_off["cancel_type"], called_off["role"]) == ("CANCEL", "SELLER")
    assert called_off["cancel_reason"] == OUT
    order = await order_of(bench, order_id)
    assert called_off["refund_amount"]["refund_total"] == order.total.decimal_string()
    units = [each["order_line_item_id"] for each in called_off["cancel_line_items"]]
    assert units == await unit_ids(bench, order_id)
    await bench.engine.advance(timedelta(hours=1))
    done = await search("202602", cancel_status=["CANCELLATION_REQUEST_COMPLETE"])
    assert [each["cancel_id"] for each in done] == [str(order_id)]
    assert done[0]["update_time"] >= called_off["update_time"]
    assert await search(cancel_types=["BUYER_CANCEL"], order_ids=[str(order_id)]) == []
    for query, field in (({"page_size": "51"}, "page_size"), ({"sort_field": "x"}, "sort_field")):
        answer = await post(bench, "/return_refund/202309/cancellations/search", {}, **query)
        assert (answer.code, field in answer.message) == (25001001, True)


async def test_eligibility_says_what_cancelling_would_do(bench: Bench) -> None:
    order_id, _ = await packed(bench)
    path = f"/return_refund/202602/orders/{order_id}/aftersale_eligibility"

    async def told(**query: str) -> dict[str, Any]:
        answer = await bench.call("GET", path, query=query, cipher=bench.cipher)
        assert answer.code == 0, answer.message
        sku: dict[str, Any] = answer.data["sku_eligibility"][0]
        found: dict[str, Any] = sku["line_item_eligibility"][0]
        return found

    open_one = await told()
    assert open_one["eligible"] is True
    assert OUT in open_one["available_reason_names"]
    assert open_one["order_line_items_ids"] == await unit_ids(bench, order_id)
    await days_later(bench, 12)
    closed = await told()
    assert (closed["eligible"], "carrier" in closed["ineligible_reason"]) == (False, True)
    answer = await bench.call(
        "GET", path, query={"request_types": "RETURN_AND_REFUND"}, cipher=bench.cipher
    )
    assert answer.data == {"sku_eligibility": []}
