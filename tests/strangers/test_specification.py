"""Our contract beside the official specification that `@tts-open-toolkit/cli` carries.

Every answer of every example is held against it in tests/open_api/test_every_endpoint.py; here are
the two contracts as such, and the table of what they differ in.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from clipcart.open_api.contract import Operation
from clipcart.open_api.registry import everything_served
from tests.strangers.differences import DIFFERENCES, NOT_DESCRIBED
from tests.strangers.packages import modules
from tests.strangers.specification import Described, Specification, read, values_of

KINDS = {"s": "string", "d": "string", "f": "string", "i": "integer", "b": "boolean", "o": "object"}


@pytest.fixture(scope="module")
def theirs(home: Path) -> Specification:
    return read(modules(home))


def served_here() -> Iterator[tuple[str, str, Operation]]:
    """Method, path with its version, and our contract, of everything in every version."""
    for served in everything_served():
        for version, _, _ in served.resource.versions:
            operation = served.resource.at(version)
            assert operation
            if version >= served.since:
                path = served.resource.path.replace("/V/", f"/{version}/", 1)
                yield served.resource.method, path, operation


def both(theirs: Specification) -> Iterator[tuple[str, Operation, Described]]:
    """What both describe."""
    for method, path, operation in served_here():
        described = theirs.find(method, path)
        if described:
            yield f"{method} {path}", operation, described


def fields(tree: Any, schema: Any, field: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Fields that both have: name, our tree, their schema."""
    yield field, tree, schema
    if isinstance(tree, Mapping):
        for name, inner in tree.items():
            known = schema.get("properties", {}).get(name.rstrip("!"))
            if known is not None:
                yield from fields(inner, known, f"{field}.{name.rstrip('!')}")
    elif isinstance(tree, list) and "items" in schema:
        yield from fields(tree[0], schema["items"], f"{field}[]")


def kind_of(tree: Any) -> str:
    if isinstance(tree, Mapping):
        return "object"
    return "array" if isinstance(tree, list) else KINDS[tree[0] if tree[:2] != "e:" else "s"]


def test_it_is_the_whole_specification(theirs: Specification) -> None:
    assert len(theirs.operations) > 400
    search = theirs.find("POST", "/order/202309/orders/search")
    assert search
    assert search.required == {"page_size"}
    statuses = values_of(search.body["properties"]["order_status"]["description"])
    assert len(statuses) == 9
    assert search.faults({"orders": [{"id": 7}], "odd": 1}) == [
        "orders[].id: 7 is not of the type string",
        "odd: is not known",
    ]
    assert search.faults_of_request({}, {"order_status": "LOST"}) == [
        "page_size: is required and missing",
        f"order_status: 'LOST' is none of {sorted(statuses)}",
    ]


def test_what_it_does_not_describe_is_known(theirs: Specification) -> None:
    """What was published after its last month is left out: that it cannot know."""
    assert theirs.newest == "202601"
    absent = {
        (method, path)
        for method, path, operation in served_here()
        if operation.version <= theirs.newest and not theirs.find(method, path)
    }
    assert absent == set(NOT_DESCRIBED)


def test_every_field_that_both_know_has_one_type(theirs: Specification) -> None:
    wrong, compared = [], 0
    for key, ours, described in both(theirs):
        for tree, schema in ((ours.data, described.data), (ours.body or {}, described.body)):
            for field, mine, known in fields(tree, schema):
                compared += 1
                if kind_of(mine) != known.get("type", "object"):
                    wrong.append(f"{key} {field}: {mine} and {known['type']}")
    assert wrong == []
    assert compared > 2_000


def test_we_ask_for_the_parameters_that_it_asks_for(theirs: Specification) -> None:
    for key, ours, described in both(theirs):
        required = {name.rstrip("!") for name in ours.query if name.endswith("!")}
        assert required == described.required, key


def test_we_take_every_value_that_it_lists(theirs: Specification) -> None:
    refused, compared = [], 0
    for key, ours, described in both(theirs):
        for field, mine, known in fields(ours.body or {}, described.body):
            listed = values_of(known.get("description", ""))
            if isinstance(mine, str) and mine.startswith("e:") and listed:
                compared += 1
                refused += [f"{key} {field}: {each}" for each in listed - {*mine[2:].split("|")}]
    assert refused == []
    assert compared > 20


def test_the_table_of_differences_is_not_stale(theirs: Specification) -> None:
    ours = {(method, path): operation for method, path, operation in served_here()}
    for method, path, fault in DIFFERENCES:
        field, described = fault.partition(":")[0], theirs.find(method, path)
        assert described
        mine = ours[method, path]
        trees = ((mine.data, described.data), (mine.body or {}, described.body))
        held = [(tree, schema) for tree, schema in trees if field in {n.rstrip("!") for n in tree}]
        assert held, f"{fault}: we have no such field any more"
        assert all(field not in schema["properties"] for _, schema in held), fault
