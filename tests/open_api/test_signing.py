"""Signatures: every vector of the reference, and what clients do differently."""

from datetime import UTC, datetime, timedelta

import pytest

from clipcart.open_api.signing import (
    Signed,
    explained,
    fits,
    is_timely,
    parameters_of,
    sign,
    string_to_sign,
)

SECRET = "e59af819cc"
AUGUST = [("app_key", "29a39d"), ("timestamp", "1700000000")]
SHOP = [*AUGUST, ("shop_cipher", "ROW_AbC-1_x")]
SEARCH = [*SHOP, ("page_size", "20")]
JSON = "application/json"

VECTORS = {
    "1": (
        Signed(
            "/authorization/202309/shops",
            [("app_key", "29a39d"), ("timestamp", "1623812664")],
            JSON,
            b"",
        ),
        "b596b73e0cc6de07ac26f036364178ab16b0a907af13d43f0a0cd2345f582dc8",
    ),
    "2": (
        Signed(
            "/event/202309/webhooks",
            [
                ("app_key", "68xu9ks5p4i8"),
                ("shop_cipher", "ROW_xkMbgAAAeVAQra0eZWebFQq5aIK"),
                ("timestamp", "1696909648"),
            ],
            JSON,
            b'{"address":"https://partner.tiktokshop.com","event_type":"PACKAGE_UPDATE"}',
        ),
        "cd0d6268252f4ba293bf7ea4c0a2873bf9beec600d22530638564ab301435f7a",
    ),
    "3": (
        Signed(
            "/order/202309/orders/search",
            [
                *SEARCH,
                ("sort_order", "DESC"),
                ("page_token", "aGVsbG8gd29ybGQ=/+"),
                ("access_token", "must-not-count"),
            ],
            JSON,
            b'{"order_status":"UNPAID","create_time_ge":1699990000}',
        ),
        "9c57f1f225d20fe543bf8555a8d6ecfc9b020976b5c9fb550dec96eedbab6260",
    ),
    "4": (
        Signed(
            "/order/202309/orders",
            [*SHOP, ("ids", "576461413038785752,576461413038785753")],
            JSON,
            b"",
        ),
        "84c7fe1423c7b2cae1701b454ea051de0b546e4ad3d41748bbf7f0e5f5c46589",
    ),
    "5": (
        Signed(
            "/product/202309/images/upload",
            AUGUST,
            "multipart/form-data; boundary=x",
            b"--x\r\nanything\r\n--x--",
        ),
        "1dc6cef4467cda6ba75f7f8a30c0a9283eaf876f6baf7762b6ecd341f1ba8180",
    ),
    "6": (
        Signed(
            "/customer_service/202309/conversations/7494/messages",
            SHOP,
            JSON,
            '{"type":"TEXT","content":"{\\"content\\":\\"xin chào 你好\\"}"}'.encode(),
        ),
        "62d39cd05c112f381a754454d13480d80bd356e50d1f497b16e339cd2b5cc504",
    ),
    "7a": (
        Signed("/order/202309/orders/search", SEARCH, JSON, b"{}"),
        "07c8270ece33b8adc53ac55250b60621654598b581a03f84461a28ea03a56263",
    ),
    "7b": (
        Signed("/order/202309/orders/search", SEARCH, JSON, b""),
        "94054af8bb1d07c386f6a3e153585ad3499cf3da36b92a08a654d000b5fbe4d6",
    ),
}


@pytest.mark.parametrize("name", VECTORS)
def test_the_vectors_of_the_reference(name: str) -> None:
    signed, expected = VECTORS[name]
    assert sign(signed, SECRET) == expected
    assert fits(signed, SECRET, expected)
    assert not fits(signed, SECRET + "x", expected)
    assert not fits(signed, SECRET, expected.upper())
    assert not fits(signed, SECRET, expected[:-1])


def test_the_string_of_the_first_vector() -> None:
    signed, _ = VECTORS["1"]
    expected = "/authorization/202309/shopsapp_key29a39dtimestamp1623812664"
    assert string_to_sign(signed, SECRET) == f"{SECRET}{expected}{SECRET}".encode()
    assert explained(signed) == f"{{app_secret}}{expected}{{app_secret}}"


def test_an_empty_object_may_be_signed_as_nothing_and_nothing_else_may() -> None:
    empty_object, nothing = VECTORS["7a"][0], VECTORS["7b"][1]
    assert fits(empty_object, SECRET, nothing)
    other = Signed(empty_object.path, empty_object.parameters, JSON, b'{"a":1}')
    assert not fits(other, SECRET, nothing)
    spaced = Signed(empty_object.path, empty_object.parameters, JSON, b"{ }")
    assert not fits(spaced, SECRET, nothing)


def test_repeated_parameters_are_signed_joined_or_one_after_the_other() -> None:
    repeated = Signed("/order/202309/orders", [*SHOP, ("ids", "1"), ("ids", "2")], JSON, b"")
    together = Signed("/order/202309/orders", [*SHOP, ("ids", "1,2")], JSON, b"")
    assert sign(repeated, SECRET) == sign(together, SECRET)
    assert fits(repeated, SECRET, sign(together, SECRET))
    one_after_the_other = Signed("/order/202309/orders", [*SHOP, ("ids", "1ids2")], JSON, b"")
    assert fits(repeated, SECRET, sign(one_after_the_other, SECRET))
    assert not fits(together, SECRET, sign(one_after_the_other, SECRET))


@pytest.mark.parametrize("name", ["version", "shop_id"])
def test_what_older_clients_send_takes_part_also_when_it_is_empty(name: str) -> None:
    plain, signed = Signed("/a", SHOP, JSON, b""), Signed("/a", [*SHOP, (name, "")], JSON, b"")
    assert sign(plain, SECRET) != sign(signed, SECRET)
    assert fits(signed, SECRET, sign(signed, SECRET))


@pytest.mark.parametrize("name", ["sign", "access_token", "x-tts-access-token"])
def test_what_is_never_signed(name: str) -> None:
    plain, more = Signed("/a", SHOP, JSON, b""), Signed("/a", [*SHOP, (name, "x")], JSON, b"")
    assert sign(plain, SECRET) == sign(more, SECRET)


def test_names_are_sorted_by_their_bytes() -> None:
    signed = Signed("", [("b", "1"), ("B", "2"), ("a", "3"), ("é", "4")], JSON, b"")
    assert string_to_sign(signed, "") == "B2a3b1é4".encode()


def test_a_query_is_decoded_before_it_is_signed() -> None:
    query = b"page_token=aGVsbG8gd29ybGQ%3D%2F%2B&name=xin+ch%C3%A0o&empty="
    assert parameters_of(query) == [
        ("page_token", "aGVsbG8gd29ybGQ=/+"),
        ("name", "xin chào"),
        ("empty", ""),
    ]


NOW = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "is_in_time"),
    [(-301, False), (-300, True), (0, True), (30, True), (31, False)],
)
def test_timestamps_five_minutes_behind_and_half_a_minute_ahead(
    seconds: int, is_in_time: bool
) -> None:
    timestamp = int((NOW + timedelta(seconds=seconds)).timestamp())
    assert is_timely(timestamp, [NOW]) is is_in_time
    assert is_timely(timestamp, [NOW + timedelta(days=14), NOW]) is is_in_time
