"""What programs written for the service do out of habit, beside what its documents say.

Each was read in the source of a client in use; tests/open_api/test_signing.py has the signatures.
"""

import json
from urllib.parse import urlencode

import pytest

from clipcart.kit.clock import wall_now
from clipcart.open_api.signing import Signed, fits, sign
from tests.open_api.bench import Bench, read
from tests.open_api.trade import packed, to_ship

SEARCH, PAGE = "/order/202309/orders/search", {"page_size": "20"}


async def test_php_sends_a_list_for_an_object_without_fields(bench: Bench) -> None:
    order_id = await to_ship(bench)
    answer = await bench.call("POST", SEARCH, query=PAGE, raw=b"[]", cipher=bench.cipher)
    assert answer.code == 0, answer.message
    assert [each["id"] for each in answer.data["orders"]] == [str(order_id)]
    _, package_id = await packed(bench)
    empty = {"handover_method": "DROP_OFF", "pickup_slot": [], "self_shipment": []}
    path = f"/fulfillment/202309/packages/{package_id}/ship"
    answer = await bench.call("POST", path, body=empty, cipher=bench.cipher)
    assert answer.code == 0, answer.message


async def test_go_sends_null_for_a_map_that_is_not_there(bench: Bench) -> None:
    answer = await bench.call("POST", SEARCH, query=PAGE, raw=b"null", cipher=bench.cipher)
    assert answer.code == 0, answer.message


async def test_what_clients_give_back_has_no_signs_of_a_query_in_it(bench: Bench) -> None:
    """One client drops `=` and `&` from all that it signs: a token padded with them would break."""
    for _ in range(3):
        await to_ship(bench)
    query = {"page_size": "1"}
    for _ in range(2):
        answer = await bench.call("POST", SEARCH, query=query, body={}, cipher=bench.cipher)
        query["page_token"] = answer.data["next_page_token"]
        assert query["page_token"]
        assert set("=&") & set(query["page_token"] + bench.cipher + bench.mine.token) == set()


async def test_a_query_may_begin_and_end_with_signs_that_say_nothing(bench: Bench) -> None:
    query = [("app_key", bench.mine.app.key), ("timestamp", str(int(wall_now().timestamp())))]
    path = "/authorization/202309/shops"
    query.append(("sign", sign(Signed(path, query, "", b""), bench.mine.secret)))
    headers = {"X-TTS-Access-Token": bench.mine.token}
    address = f"{path}?&{urlencode(query)}&"
    answer = read(await bench.client.get(address, headers=headers))
    assert answer.code == 0, answer.message


async def test_a_list_with_something_in_it_is_no_object(bench: Bench) -> None:
    body = b'[{"order_status":"UNPAID"}]'
    answer = await bench.call("POST", SEARCH, query=PAGE, raw=body, cipher=bench.cipher)
    assert answer.code != 0
    assert "body" in answer.message


async def test_what_is_required_is_missing_from_an_empty_list(bench: Bench) -> None:
    path = "/product/202309/products/activate"
    answer = await bench.call("POST", path, raw=b"[]", cipher=bench.cipher)
    assert answer.code == 12052910
    assert "product_ids is required and missing" in answer.message


async def test_a_zero_says_that_an_enumeration_is_not_given(bench: Bench) -> None:
    _, package_id = await packed(bench)
    query = {"document_type": "SHIPPING_LABEL", "document_size": "0"}
    path = f"/fulfillment/202309/packages/{package_id}/shipping_documents"
    answer = await bench.call("GET", path, query=query, cipher=bench.cipher)
    assert answer.code == 0, answer.message
    answer = await bench.call(
        "GET", path, query={**query, "document_type": "0"}, cipher=bench.cipher
    )
    assert "document_type is required and missing" in answer.message


async def test_a_list_of_the_query_may_be_written_as_json(bench: Bench) -> None:
    first, second = await to_ship(bench), await to_ship(bench)
    for text in (f'["{first}","{second}"]', f"[{first}, {second}]", f"{first},{second}"):
        answer = await bench.call(
            "GET", "/order/202309/orders", query={"ids": text}, cipher=bench.cipher
        )
        assert answer.code == 0, answer.message
        assert {each["id"] for each in answer.data["orders"]} == {str(first), str(second)}
    answer = await bench.call(
        "GET", "/order/202309/orders", query={"ids": "[1,[2]]"}, cipher=bench.cipher
    )
    assert "ids" in answer.message


SECRET, KEYS = "e59af819cc", [("app_key", "29a39d"), ("timestamp", "1700000000")]


def test_parameters_without_a_value_may_be_left_out_of_the_signature() -> None:
    with_empty = [*KEYS, ("shop_id", ""), ("version", "202309")]
    sent = Signed(SEARCH, with_empty, "application/json", b"")
    without = Signed(SEARCH, [*KEYS, ("version", "202309")], "application/json", b"")
    assert fits(sent, SECRET, sign(sent, SECRET))
    assert fits(sent, SECRET, sign(without, SECRET))
    assert not fits(sent, SECRET, sign(Signed(SEARCH, KEYS, "application/json", b""), SECRET))


@pytest.mark.parametrize("body", [b"{}", b"[]", b"null"])
def test_an_empty_body_may_be_left_out_of_the_signature(body: bytes) -> None:
    sent = Signed(SEARCH, KEYS, "application/json", body)
    assert fits(sent, SECRET, sign(sent, SECRET))
    assert fits(sent, SECRET, sign(Signed(SEARCH, KEYS, "application/json", b""), SECRET))
    other = Signed(SEARCH, KEYS, "application/json", b"[1]")
    assert not fits(other, SECRET, sign(Signed(SEARCH, KEYS, "application/json", b""), SECRET))


async def test_the_first_version_of_prerequisites_tells_json_in_texts(bench: Bench) -> None:
    answer = await bench.call("GET", "/product/202309/prerequisites", cipher=bench.cipher)
    assert answer.code == 0, answer.message
    shop = answer.data["shop"]
    assert json.loads(shop["status"]) == {
        "id": "shop_status",
        "name": "shop_status",
        "check_result": {"is_failed": False},
    }
    assert {name: json.loads(text)["id"] for name, text in shop["logistics"].items()} == {
        "pickup_warehouse": "delivery_warehouse",
        "delivery_option": "logistics_service",
    }
