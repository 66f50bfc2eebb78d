"""Packages over the open API: made, shipped, followed, with papers that open for a day."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from clipcart import orders
from clipcart.fulfilment import State
from clipcart.open_api.fulfillment.documents import Paper, path_of
from tests.open_api.bench import Answer, Bench
from tests.open_api.parcel_examples import OWN_LABEL, number, own_label
from tests.open_api.trade import (
    buy,
    days_later,
    foreign_package,
    order_of,
    packed,
    ship,
    to_ship,
    unit_ids,
)
from tests.support.traces import changed, traces

PACKAGES = "/fulfillment/202309/packages"


async def ask(bench: Bench, method: str, path: str, **how: Any) -> Answer:
    return await bench.call(method, path, cipher=bench.cipher, **how)


async def done(bench: Bench, method: str, path: str, **how: Any) -> Any:
    answer = await ask(bench, method, path, **how)
    assert (answer.status, answer.code) == (200, 0), answer.message
    return answer.data


async def refused(bench: Bench, code: int, method: str, path: str, **how: Any) -> Answer:
    """It is refused with this code, and nothing changed."""
    before = await traces(bench.installation.pool)
    answer = await ask(bench, method, path, **how)
    assert (answer.status, answer.code) == (200, code), answer.message
    assert changed(before, await traces(bench.installation.pool)) == []
    return answer


async def document(bench: Bench, package_id: object, kind: str) -> str:
    data = await done(
        bench,
        "GET",
        f"{PACKAGES}/{package_id}/shipping_documents",
        query={"document_type": kind},
    )
    url: str = data["doc_url"]
    return urlsplit(url).path


async def test_an_order_goes_all_the_way_to_the_door(bench: Bench) -> None:
    order_id = await to_ship(bench, 2)
    services = await done(
        bench, "POST", f"/fulfillment/202309/orders/{order_id}/shipping_services/query", body={}
    )
    chosen = next(each for each in services["shipping_services"] if each["is_default"])
    body = {"order_id": str(order_id), "shipping_service_id": chosen["id"]}
    made = await done(bench, "POST", PACKAGES, body=body)
    assert made["order_line_item_ids"] == await unit_ids(bench, order_id)
    package_id = made["package_id"]
    await refused(
        bench,
        11034037,
        "GET",
        f"{PACKAGES}/{package_id}/shipping_documents",
        query={"document_type": "SHIPPING_LABEL"},
    )
    await bench.engine.settle()
    detail = await done(bench, "GET", f"{PACKAGES}/{package_id}")
    assert (detail["package_status"], detail["shipping_type"]) == ("PROCESSING", "TIKTOK")
    assert detail["tracking_number"]
    assert await done(bench, "POST", f"{PACKAGES}/{package_id}/ship", body={}) == {}
    label = await bench.client.get(await document(bench, package_id, "SHIPPING_LABEL"))
    assert label.content.startswith(b"%PDF")
    await days_later(bench, 12)
    detail = await done(bench, "GET", f"{PACKAGES}/{package_id}")
    assert detail["package_status"] == "COMPLETED"
    told = await done(bench, "GET", f"/fulfillment/202309/orders/{order_id}/tracking")
    assert "delivered" in told["tracking"][0]["description"]
    times = [each["update_time_millis"] for each in told["tracking"]]
    assert times == sorted(times, reverse=True)
    assert all(time % 1000 == 0 for time in times)


async def test_units_are_packed_one_by_one_and_not_twice(bench: Bench) -> None:
    order_id = await to_ship(bench, 2)
    units = await unit_ids(bench, order_id)
    for unit in units:
        body = {"order_id": str(order_id), "order_line_item_ids": [unit]}
        made = await done(bench, "POST", PACKAGES, body=body)
        assert made["order_line_item_ids"] == [unit]
    await refused(bench, 21042057, "POST", PACKAGES, body={"order_id": str(order_id)})
    other = await to_ship(bench)
    body = {"order_id": str(other), "order_line_item_ids": [units[0]]}
    assert units[0] in (await refused(bench, 21011029, "POST", PACKAGES, body=body)).message


async def test_what_cannot_be_shipped_is_refused(bench: Bench) -> None:
    on_hold = await buy(bench)
    await refused(bench, 21042057, "POST", PACKAGES, body={"order_id": str(on_hold)})
    await refused(bench, 21008111, "POST", PACKAGES, body={"order_id": "7"})
    waits = await to_ship(bench)
    path = f"/fulfillment/202309/orders/{waits}/packages"
    nobody = {"shipping_provider_id": "pigeon", "tracking_number": number()}
    await refused(bench, 21011022, "POST", path, body=nobody)
    await refused(bench, 11028006, "POST", path, body={**OWN_LABEL, "tracking_number": "12"})
    await packed(bench, request=own_label(4))
    taken = {**OWN_LABEL, "tracking_number": number(4)}
    await refused(bench, 21011025, "POST", path, body=taken)
    heavy = {"order_id": str(waits), "weight": {"value": "much", "unit": "GRAM"}}
    await refused(bench, 21001001, "POST", PACKAGES, body=heavy)
    several = {"ship_type": "3", "order_list_ids": [str(waits)]}
    await refused(bench, 21001001, "POST", "/fulfillment/202512/packages", body=several)


async def test_a_package_under_ones_own_number_is_corrected_until_collected(bench: Bench) -> None:
    order_id = await to_ship(bench)
    path = f"/fulfillment/202309/orders/{order_id}/packages"
    sent = {**OWN_LABEL, "tracking_number": number(1)}
    package_id = (await done(bench, "POST", path, body=sent))["package_id"]
    update = f"{PACKAGES}/{package_id}/shipping_info/update"
    await done(bench, "POST", update, body={**OWN_LABEL, "tracking_number": number(2)})
    told = await done(bench, "GET", f"{PACKAGES}/{package_id}")
    assert (told["tracking_number"], told["shipping_type"]) == (number(2), "SELLER")
    await refused(
        bench,
        11034002,
        "GET",
        f"{PACKAGES}/{package_id}/shipping_documents",
        query={"document_type": "SHIPPING_LABEL"},
    )
    slip = await bench.client.get(await document(bench, package_id, "PACKING_SLIP"))
    assert slip.content.startswith(b"%PDF")
    bought = (await packed(bench))[1]
    await refused(bench, 21011004, "POST", f"{PACKAGES}/{bought}/shipping_info/update", body=sent)
    await days_later(bench, 12)
    await refused(bench, 21011030, "POST", update, body=sent)


async def test_a_batch_ships_what_it_can(bench: Bench) -> None:
    _, mine = await packed(bench)
    foreign = await foreign_package(bench)
    own = {**OWN_LABEL, "tracking_number": number(5)}
    wishes = [
        {"id": str(foreign), "self_shipment": own},
        {"id": str(mine), "self_shipment": own},
        {"id": "nothing"},
    ]
    data = await done(bench, "POST", f"{PACKAGES}/ship", body={"packages": wishes})
    failed = {each["detail"]["package_id"]: each["code"] for each in data["errors"]}
    assert failed == {str(foreign): 21011028, "nothing": 21011028}
    told = await done(bench, "GET", f"{PACKAGES}/{mine}")
    assert told["tracking_number"] == number(5)
    many = {"packages": [{"id": "1"}] * 51}
    await refused(bench, 21001001, "POST", f"{PACKAGES}/ship", body=many)


async def test_packages_are_found_by_state_and_time(bench: Bench) -> None:
    first = (await packed(bench))[1]
    await bench.engine.advance(timedelta(days=1))
    second = await ship(bench, await to_ship(bench))
    made = int(second.created_at.timestamp())

    async def found(body: Any, **query: str) -> list[str]:
        data = await done(
            bench, "POST", f"{PACKAGES}/search", query={"page_size": "10", **query}, body=body
        )
        assert data["total_count"] == len(data["packages"])
        return [each["id"] for each in data["packages"]]

    both = [str(second.id), str(first)]
    assert await found({}) == both
    assert await found({}, sort_order="ASC") == both[::-1]
    assert await found({"create_time_ge": made}) == both[:1]
    assert await found({"create_time_lt": made}) == both[1:]
    assert await found({"package_status": "TO_FULFILL"}) == []
    await days_later(bench, 12)
    assert sorted(await found({"package_status": "COMPLETED"})) == sorted(both)
    assert await found({"package_status": "PROCESSING"}) == []
    late = int((await order_of(bench, second.order_id)).changed_at.timestamp())
    assert await found({"update_time_lt": made}) == []
    assert str(second.id) in await found({"update_time_ge": late}, sort_field="update_time")
    query = {"page_size": "10", "sort_field": "order_pay_time"}
    await refused(bench, 21001001, "POST", f"{PACKAGES}/search", query=query, body={})


async def test_papers_open_for_a_day_and_only_as_they_were_given_out(bench: Bench) -> None:
    foreign = await foreign_package(bench)
    _, package_id = await packed(bench)
    path = await document(bench, package_id, "SHIPPING_LABEL_AND_PACKING_SLIP")
    opened = await bench.client.get(path)
    assert opened.status_code == 200
    assert opened.headers["content-type"] == "application/pdf"
    assert "no-store" in opened.headers["cache-control"]
    text, _, signature = path.removeprefix("/documents/").partition("/")
    secret = bench.installation.services.secret
    paper = Paper("SHIPPING_LABEL", bench.foreign_shop_id, foreign, 4_000_000_000)
    forged = path_of(f"not {secret}", paper)
    for other in (
        forged,
        f"/documents/{text}/{signature[:-1]}0",
        f"/documents/x{text}/{signature}",
    ):
        assert (await bench.client.get(other)).status_code == 404
    await bench.engine.advance(timedelta(hours=23))
    assert (await bench.client.get(path)).status_code == 200
    await bench.engine.advance(timedelta(hours=1, minutes=1))
    assert (await bench.client.get(path)).status_code == 404
    for query in (
        {"document_type": "HAZMAT_LABEL"},
        {"document_type": "SHIPPING_LABEL", "document_format": "ZPL"},
    ):
        await refused(
            bench,
            21001001,
            "GET",
            f"{PACKAGES}/{package_id}/shipping_documents",
            query=query,
        )


async def test_a_package_that_was_called_off_is_not_shipped(bench: Bench) -> None:
    order_id, package_id = await packed(bench)
    async with bench.installation.db.transaction() as tx:
        await orders.cancel(tx, bench.owner, bench.shop_id, order_id, orders.Reason.OUT_OF_STOCK)
    await bench.engine.settle()
    told = await done(bench, "GET", f"{PACKAGES}/{package_id}")
    assert told["package_status"] == State.CANCELLED.value
    await refused(bench, 21011041, "POST", f"{PACKAGES}/{package_id}/ship", body={})
    await refused(
        bench,
        21023059,
        "GET",
        f"{PACKAGES}/{package_id}/shipping_documents",
        query={"document_type": "SHIPPING_LABEL"},
    )
