"""The contract as the product carries it: matching, versions, fields, checks."""

import subprocess
import sys
from pathlib import Path

import pytest

from clipcart.open_api import contract
from clipcart.open_api.contract import Cipher, NotMatched, Operation

CLONE = Path(__file__).resolve().parents[2]
FOLDER = CLONE / "src/clipcart/open_api/contract"


def operation(method: str, path: str) -> Operation:
    found = contract.match(method, path)
    assert not isinstance(found, NotMatched), found
    return found[0]


def test_a_path_finds_its_operation_and_the_values_in_it() -> None:
    found = contract.match("GET", "/order/202407/orders/576/price_detail")
    assert not isinstance(found, NotMatched)
    assert found[0].key == "GET /order/202407/orders/{order_id}/price_detail"
    assert found[1] == {"order_id": "576"}


def test_a_literal_part_goes_before_a_place() -> None:
    assert operation("POST", "/product/202309/products/search").resource.path.endswith("/search")
    assert operation("POST", "/order/202309/orders/search").resource.path.endswith("/search")


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("202309", "202309"),
        ("202401", "202309"),
        ("202507", "202507"),
        ("202612", "202507"),
    ],
)
def test_an_operation_answers_under_every_version_from_its_first(asked: str, answered: str) -> None:
    assert operation("GET", f"/order/{asked}/orders").version == answered


def test_a_version_that_only_clients_ask_for_is_answered_as_the_first_published() -> None:
    found = operation("GET", "/promotion/202309/coupons/7")
    assert (found.resource.since, found.version) == ("202309", "202406")


@pytest.mark.parametrize(
    ("method", "path", "why"),
    [
        ("GET", "/order/202309/nothing", NotMatched.PATH),
        ("GET", "/nothing/202309/orders", NotMatched.PATH),
        ("GET", "/order/202309/orders/", NotMatched.PATH),
        ("GET", "/order", NotMatched.PATH),
        ("DELETE", "/order/202309/orders", NotMatched.METHOD),
        ("GET", "/order/202301/orders", NotMatched.VERSION),
        ("GET", "/order/202313/orders", NotMatched.VERSION),
        ("GET", "/order/latest/orders", NotMatched.VERSION),
    ],
)
def test_what_does_not_fit_says_why(method: str, path: str, why: NotMatched) -> None:
    assert contract.match(method, path) is why


def test_every_operation_reads_and_names_a_scope_and_a_code() -> None:
    resources = contract.resources()
    assert len(resources) > 400
    for each in resources:
        for version, _, _ in each.versions:
            found = each.at(version)
            assert found is not None
            assert found.version == version
            assert found.scope.count(".") >= 1
            assert found.bad > 0
            assert found.party in {"SELLER", "CREATOR", "PARTNER"}


def test_ciphers_are_needed_refused_or_neither() -> None:
    assert operation("POST", "/order/202309/orders/search").cipher is Cipher.NEEDED
    assert operation("GET", "/authorization/202309/shops").cipher is Cipher.REFUSED
    assert operation("POST", "/product/202309/images/upload").cipher is Cipher.REFUSED
    assert operation("DELETE", "/authorization/202403/shops").cipher is Cipher.NEEDED
    assert operation("POST", "/product/202407/sizecharts/search").cipher is Cipher.OPTIONAL


def test_idempotency_keys_are_where_the_contract_has_them() -> None:
    assert operation("POST", "/product/202309/products").idempotency_in == "body"
    assert operation("POST", "/return_refund/202309/returns").idempotency_in == "query"
    assert operation("GET", "/order/202309/orders").idempotency_in is None


def test_all_problems_of_a_request_are_named_at_once() -> None:
    search = operation("POST", "/order/202309/orders/search")
    _, _, problems = contract.validate_request(
        search,
        {"sort_order": "SIDEWAYS"},
        {"order_status": "LOST", "create_time_ge": "yesterday", "unknown": 1},
    )
    assert {problem.field for problem in problems} >= {
        "page_size",
        "order_status",
        "create_time_ge",
    }
    assert all(problem.rule and problem.cure for problem in problems)


def test_a_request_is_typed() -> None:
    search = operation("POST", "/order/202309/orders/search")
    query, body, problems = contract.validate_request(
        search,
        {"page_size": "20", "page_token": "", "sign": "x"},
        {"order_status": "UNPAID", "create_time_ge": 1699990000, "not_ours": [], "x": None},
    )
    assert problems == []
    assert query == {"page_size": 20}
    assert body == {"order_status": "UNPAID", "create_time_ge": 1699990000}


def test_lists_of_the_query_are_split_at_commas() -> None:
    query, _, problems = contract.validate_request(
        operation("GET", "/order/202309/orders"), {"ids": "1,2"}, None
    )
    assert (query, problems) == ({"ids": ["1", "2"]}, [])


@pytest.mark.parametrize("value", [True, 1.5, "5", [], {}])
def test_a_number_is_a_whole_number(value: object) -> None:
    search = operation("POST", "/order/202309/orders/search")
    problems = contract.validate_request(search, {"page_size": "1"}, {"create_time_ge": value})[2]
    assert [problem.field for problem in problems] == ["create_time_ge"]


def test_answers_are_held_to_names_types_enumerations_and_nesting() -> None:
    shops = operation("GET", "/authorization/202309/shops")
    good = {"shops": [{"id": "7", "name": "A", "region": "US", "seller_type": "LOCAL"}]}
    assert contract.check_response(shops, good) == []
    assert contract.check_response(shops, {"shops": [{"id": 7}]})
    assert contract.check_response(shops, {"shops": [{"id": None}]})
    assert contract.check_response(shops, {"shops": {}})
    assert contract.check_response(shops, {"shops": [{"seller_type": "BIG"}]})
    assert contract.check_response(shops, {"shops": [{"nickname": "A"}]})
    nothing = operation("PUT", "/event/202309/webhooks")
    assert contract.check_response(nothing, {}) == contract.check_response(nothing, None) == []
    assert contract.check_response(nothing, {"id": "1"})


def test_the_files_are_made_from_the_reference(shared: Path, tmp_path: Path) -> None:
    """Renewed by: python tools/open_api_contract.py ../shared/reference."""
    tool = (CLONE / "tools/open_api_contract.py").read_text()
    copy = tmp_path / "tools" / "open_api_contract.py"
    copy.parent.mkdir()
    copy.write_text(tool)
    subprocess.run([sys.executable, str(copy), str(shared / "reference")], check=True)
    made = tmp_path / "src/clipcart/open_api/contract"
    for name in ("operations.json", "fields.jsonl"):
        assert (made / name).read_bytes() == (FOLDER / name).read_bytes(), name
