"""The OpenAPI document is a promise to other people's programs: a change of it is seen."""

import json
from typing import Any

from tests.house.snapshots import kept, openapi

HINT = "accept by: python -m tests.house.snapshots"


def test_the_document_is_the_one_that_was_published() -> None:
    assert openapi() == kept("tests/house/openapi.json"), HINT


def test_every_operation_says_what_it_does_and_how_it_fails() -> None:
    document: dict[str, Any] = json.loads(openapi())
    assert document["paths"]
    for path, methods in document["paths"].items():
        assert path.startswith("/api/v1/")
        for operation in methods.values():
            assert operation["tags"], path
            assert operation["description"], path
            assert operation["operationId"], path
