"""Orders over the open API: found by time and state, page after page, and what each says."""

from datetime import timedelta
from typing import Any

from clipcart import fulfilment, orders
from clipcart.orders import Reason
from tests.open_api.bench import Answer, Bench
from tests.open_api.trade import (
    BUYER,
    buy,
    foreign_order,
    order_of,
    packed,
    ship,
    to_ship,
    unit_ids,
)

DECLINED = "4000000000000002"
SEARCH, DETAIL = "/order/202309/orders/search", "/order/202309/orders"


async def search(bench: Bench, body: Any = None, **query: str) -> Answer:
    answer = await bench.call(
        "POST", SEARCH, query={"page_size": "50", **query}, body=body or {}, cipher=bench.cipher
    )
    assert answer.code == 0, answer.message
    return answer


async def found(bench: Bench, body: Any = None, **query: str) -> list[str]:
    return [each["id"] for each in (await search(bench, body, **query)).data["orders"]]


async def detail(bench: Bench, *order_ids: object) -> list[dict[str, Any]]:
    ids = ",".join(map(str, order_ids))
    answer = await bench.call("GET", DETAIL, query={"ids": ids}, cipher=bench.cipher)
    assert answer.code == 0, answer.message
    listed: list[dict[str, Any]] = answer.data["orders"]
    return listed


async def test_every_unit_is_a_line_item_with_an_id_of_its_own(bench: Bench) -> None:
    order_id = await to_ship(bench, 3)
    order = await order_of(bench, order_id)
    (told,) = await detail(bench, order_id)
    items = told["line_items"]
    assert [each["id"] for each in items] == await unit_ids(bench, order_id)
    assert len({each["id"] for each in items}) == 3
    assert {each["sku_id"] for each in items} == {str(order.lines[0].sku_id)}
    taxes = [each["item_tax"][0]["tax_amount"] for each in items]
    assert f"{sum(float(tax) for tax in taxes):.2f}" == order.lines[0].tax.decimal_string()
    assert told["payment"]["total_amount"] == order.total.decimal_string()
    assert told["payment"]["currency"] == "USD"
    assert told["recipient_address"]["region_code"] == "US"
    assert {each["package_status"] for each in items} == {"TO_FULFILL"}


async def test_where_it_goes_is_hidden_until_the_free_window_is_over(bench: Bench) -> None:
    order_id = await buy(bench)
    (told,) = await detail(bench, order_id)
    assert told["status"] == "ON_HOLD"
    assert "recipient_address" not in told
    await bench.engine.advance(timedelta(hours=2))
    (told,) = await detail(bench, order_id)
    assert told["status"] == "AWAITING_SHIPMENT"
    assert told["recipient_address"]["name"]


async def test_what_is_never_paid_never_is_on_hold(bench: Bench) -> None:
    paid = await to_ship(bench)
    unpaid = await buy(bench, card=DECLINED)
    (told,) = await detail(bench, unpaid)
    assert (told["status"], told["is_on_hold_order"]) == ("UNPAID", True)
    async with bench.installation.db.transaction() as tx:
        buyer = bench.world.person(BUYER)
        await orders.cancel(tx, buyer, bench.shop_id, unpaid, Reason.CHANGED_MIND)
    told, gone = await detail(bench, paid, unpaid)
    assert (told["status"], told["is_on_hold_order"]) == ("AWAITING_SHIPMENT", True)
    assert (gone["status"], gone["is_on_hold_order"]) == ("CANCELLED", False)


async def test_units_stand_with_their_packages(bench: Bench) -> None:
    order_id = await to_ship(bench, 3)
    line = (await order_of(bench, order_id)).lines[0]
    two = orders.LineShipped(line.id, 2)
    from_shop = await ship(bench, order_id, fulfilment.ShipRequest(lines=(two,)))
    (told,) = await detail(bench, order_id)
    assert told["status"] == "PARTIALLY_SHIPPING"
    assert told["packages"] == [{"id": str(from_shop.id)}]
    inside = [each.get("package_id") for each in told["line_items"]]
    assert inside == [str(from_shop.id), str(from_shop.id), None]
    states = [each["display_status"] for each in told["line_items"]]
    assert states == ["AWAITING_COLLECTION", "AWAITING_COLLECTION", "AWAITING_SHIPMENT"]
    assert told["line_items"][0]["tracking_number"] == told["tracking_number"]


async def test_pages_hold_every_order_once_and_the_count_stays(bench: Bench) -> None:
    placed = [str(await buy(bench)) for _ in range(5)]
    await foreign_order(bench)
    for order, expected in (("ASC", placed), ("DESC", placed[::-1])):
        seen: list[str] = []
        token, counts = "", set()
        while True:
            query = {"page_size": "2", "sort_order": order, "page_token": token}
            answer = await search(bench, {}, **query)
            seen += [each["id"] for each in answer.data["orders"]]
            counts.add(answer.data["total_count"])
            token = answer.data["next_page_token"]
            if not token:
                break
        assert seen == expected
        assert counts == {5}


async def test_orders_are_found_by_when_they_changed(bench: Bench) -> None:
    old = await buy(bench)
    await bench.engine.advance(timedelta(days=1))
    young = await buy(bench)
    middle = int((await order_of(bench, young)).placed_at.timestamp())
    assert await found(bench, {"update_time_ge": middle}) == [str(young)]
    await bench.engine.advance(timedelta(hours=2))
    await ship(bench, old)
    shipped = int((await order_of(bench, old)).changed_at.timestamp())
    assert shipped > middle
    assert await found(bench, {"update_time_ge": shipped}) == [str(old)]
    assert await found(bench, {"update_time_ge": middle}) == [str(young), str(old)]
    by_change = {"sort_field": "update_time", "sort_order": "DESC"}
    assert await found(bench, {}, **by_change) == [str(old), str(young)]
    within = {"create_time_ge": middle}
    assert await found(bench, within, **by_change) == [str(young)]
    assert await found(bench, {"create_time_lt": middle}, **by_change) == [str(old)]
    assert await found(bench, {"order_status": "AWAITING_COLLECTION"}) == [str(old)]
    assert await found(bench, {"order_status": "UNPAID"}) == []
    buyer = str((await order_of(bench, old)).buyer_id)
    assert len(await found(bench, {"buyer_user_id": buyer})) == 2
    assert await found(bench, {"buyer_user_id": "nobody"}) == []


async def test_a_wish_to_cancel_is_found_and_changes_the_order(bench: Bench) -> None:
    order_id, other = await to_ship(bench), await to_ship(bench)
    before = (await order_of(bench, order_id)).changed_at
    await bench.engine.advance(timedelta(minutes=5))
    mira = bench.world.person("mira")
    async with bench.installation.db.transaction() as tx:
        await orders.cancel(tx, mira, bench.shop_id, order_id, Reason.CHANGED_MIND)
    assert (await order_of(bench, order_id)).changed_at > before
    assert await found(bench, {"is_buyer_request_cancel": True}) == [str(order_id)]
    assert await found(bench, {"is_buyer_request_cancel": False}) == [str(other)]
    (told,) = await detail(bench, order_id)
    assert told["is_buyer_request_cancel"] is True
    assert told["request_cancel_time"] > told["create_time"]


async def test_what_was_called_off_says_by_whom_and_why(bench: Bench) -> None:
    order_id = await buy(bench)
    mira = bench.world.person("mira")
    async with bench.installation.db.transaction() as tx:
        await orders.cancel(tx, mira, bench.shop_id, order_id, Reason.BETTER_PRICE)
    (told,) = await detail(bench, order_id)
    assert (told["status"], told["cancellation_initiator"]) == ("CANCELLED", "BUYER")
    assert told["cancel_reason"] == "ecom_order_to_ship_canceled_reason_better_price"
    assert {each["display_status"] for each in told["line_items"]} == {"CANCELLED"}


async def test_detail_gives_own_orders_in_the_order_of_the_ids(bench: Bench) -> None:
    first, second = await buy(bench), await buy(bench)
    foreign = await foreign_order(bench)
    told = await detail(bench, second, foreign, "12", "no id", first, second)
    assert [each["id"] for each in told] == [str(second), str(first)]
    ids = ",".join(str(each) for each in range(1, 52))
    answer = await bench.call("GET", DETAIL, query={"ids": ids}, cipher=bench.cipher)
    assert (answer.code, "50" in answer.message) == (21001001, True)


async def test_what_cannot_be_asked_is_named(bench: Bench) -> None:
    await packed(bench)
    for query, body, field in (
        ({"page_size": "0"}, {}, "page_size"),
        ({"page_size": "101"}, {}, "page_size"),
        ({"page_token": "nonsense.1"}, {}, "page_token"),
        ({"page_token": "nonsense.x"}, {}, "page_token"),
        ({}, {"create_time_ge": 10**15}, "create_time_ge"),
    ):
        answer = await bench.call(
            "POST", SEARCH, query={"page_size": "10", **query}, body=body, cipher=bench.cipher
        )
        assert (answer.status, answer.code) == (200, 21001001), answer.message
        assert field in answer.message
    assert await found(bench, {"shipping_type": "SELLER"}) == []
    assert await found(bench, {"warehouse_ids": ["1"]}) == []
