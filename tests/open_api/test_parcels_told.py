"""Deliveries told by sellers, and orders split into packages, over the open API."""

from collections.abc import Mapping
from typing import Any

import pytest

from clipcart import fulfilment, orders
from clipcart.fulfilment import ProofKind, State
from tests.open_api.bench import Bench
from tests.open_api.parcel_examples import A_PDF, a_proof, number, own_label
from tests.open_api.test_parcels import ask, done, refused
from tests.open_api.trade import buy, order_of, packed, to_ship, unit_ids
from tests.support.traces import changed, traces

DELIVER = "/fulfillment/202309/packages/deliver"


async def test_a_seller_tells_and_proves_a_delivery(bench: Bench) -> None:
    order_id, package_id = await packed(bench, request=own_label())
    _, bought = await packed(bench)
    url = await a_proof(bench)
    told = await done(
        bench,
        "POST",
        DELIVER,
        body={
            "packages": [
                {"id": str(bought), "delivery_type": "DELIVERY_SUCCESS", "file_url": url},
                {"id": str(package_id), "delivery_type": "DELIVERY_SUCCESS", "file_url": url},
                {"id": "7", "delivery_type": "DELIVERY_SUCCESS"},
            ]
        },
    )
    failed = {each["detail"]["package_id"]: each["code"] for each in told["errors"]}
    assert failed == {str(bought): 21011027, "7": 21011028}
    assert (await order_of(bench, order_id)).state is orders.State.DELIVERED
    pdf = await done(
        bench,
        "POST",
        "/fulfillment/202309/files/upload",
        body={"name": "proof.pdf"},
        files={"data": A_PDF},
    )
    proof = {
        "id": str(package_id),
        "delivery_type": "UPDATE_POD",
        "file_type": "PDF",
        "file_url": pdf["url"],
    }
    assert (await done(bench, "POST", DELIVER, body={"packages": [proof]}))["errors"] == []
    async with bench.installation.db.reading() as tx:
        kept = await fulfilment.delivery_reports(tx, bench.owner, bench.shop_id, package_id)
    assert [each.proof_kind for each in kept] == [ProofKind.PICTURE, ProofKind.DOCUMENT]


async def test_a_delivery_that_is_watched_needs_a_proof(bench: Bench) -> None:
    _, package_id = await packed(bench, request=own_label())
    body = {"packages": [{"id": str(package_id), "delivery_type": "DELIVERY_SUCCESS"}]}
    before = await traces(bench.installation.pool)
    told = await done(bench, "POST", DELIVER, body=body)
    assert [each["code"] for each in told["errors"]] == [21001001]
    assert changed(before, await traces(bench.installation.pool)) == []


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"delivery_type": "DELIVERY_FAILED"}, "fail_delivery_reason"),
        (
            {"delivery_type": "DELIVERY_SUCCESS", "fail_delivery_reason": "OTHER"},
            "fail_delivery_reason",
        ),
        ({"delivery_type": "UPDATE_POD"}, "file_url"),
        (
            {"delivery_type": "UPDATE_POD", "file_url": "https://elsewhere.example/a.png"},
            "file_url",
        ),
        ({"delivery_type": "UPDATE_POD", "file_type": "DOC", "file_url": "x"}, "file_type"),
    ],
)
async def test_what_a_delivery_must_say(bench: Bench, wish: Mapping[str, str], field: str) -> None:
    body = {"packages": [{"id": "7", **wish}]}
    answer = await refused(bench, 21001001, "POST", DELIVER, body=body)
    assert field in answer.message


async def test_proofs_are_judged_by_their_content(bench: Bench) -> None:
    for path, code in (("images", 12038004), ("files", 12038004)):
        body = {"name": "proof.pdf"} if path == "files" else None
        files = {"data": b"<html>"}
        answer = await ask(
            bench, "POST", f"/fulfillment/202309/{path}/upload", body=body, files=files
        )
        assert answer.code == code, answer.message


async def test_an_order_is_split_as_it_was_asked(bench: Bench) -> None:
    order_id = await to_ship(bench, 4)
    first, second, third, _ = await unit_ids(bench, order_id)
    path = f"/fulfillment/202309/orders/{order_id}/split"
    wrong: list[list[dict[str, Any]]] = [
        [],
        [{"id": "1", "order_line_item_ids": []}],
        [{"id": "1", "order_line_item_ids": [first, first]}],
        [{"id": "1", "order_line_item_ids": [first]}, {"id": "1", "order_line_item_ids": [third]}],
    ]
    for groups in wrong:
        await refused(bench, 21011005, "POST", path, body={"splittable_groups": groups})
    groups = [
        {"id": "a", "order_line_item_ids": [first]},
        {"id": "b", "order_line_item_ids": [second, third]},
    ]
    made = (await done(bench, "POST", path, body={"splittable_groups": groups}))["packages"]
    assert [each["splittable_group_id"] for each in made] == ["a", "b"]
    async with bench.installation.db.reading() as tx:
        kept = await fulfilment.packages_of_order(tx, bench.owner, bench.shop_id, order_id)
    assert [str(each.id) for each in kept] == [each["id"] for each in made]
    assert [each.units for each in kept] == [1, 2]
    order = await order_of(bench, order_id)
    assert order.state is orders.State.PARTIALLY_SHIPPING
    assert order.lines[0].open_quantity == 1
    rest = [{"id": "c", "order_line_item_ids": [first, second]}]
    await refused(bench, 21011006, "POST", path, body={"splittable_groups": rest})


async def test_which_orders_can_be_split(bench: Bench) -> None:
    several, one, on_hold = await to_ship(bench, 2), await to_ship(bench), await buy(bench, 2)
    told = await done(
        bench,
        "GET",
        "/fulfillment/202309/orders/split_attributes",
        query={"order_ids": f"{several},{one},{on_hold},7"},
    )
    found = {each["order_id"]: each for each in told["split_attributes"]}
    assert {key: each["can_split"] for key, each in found.items()} == {
        str(several): True,
        str(one): False,
        str(on_hold): False,
    }
    assert "reason" not in found[str(several)]
    path = f"/fulfillment/202309/orders/{on_hold}/split"
    units = await unit_ids(bench, on_hold)
    groups = {"splittable_groups": [{"id": "1", "order_line_item_ids": units[:1]}]}
    await refused(bench, 21011035, "POST", path, body=groups)


async def test_numbers_bought_here_are_known(bench: Bench) -> None:
    _, package_id = await packed(bench)
    async with bench.installation.db.reading() as tx:
        package = await fulfilment.package_for(tx, bench.owner, bench.shop_id, package_id)
    assert package.state is State.PROCESSING
    path = "/fulfillment/202508/tts_tracking_validation"
    for text, known in ((package.tracking_number or "", True), (number(999), False)):
        told = await done(bench, "GET", path, query={"tracking_number": text})
        assert told == {"is_tiktok_shipping": known}
