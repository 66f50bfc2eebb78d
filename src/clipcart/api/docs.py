"""The documentation page of the API, made from its OpenAPI document."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler

from clipcart import payments
from clipcart.doorway import Shell, Visit

KEYLESS = ("/tokens", "/quotes", "/payment-methods", "/acts", "/apps", "/access", "/clock")
"""Posts that take no Idempotency-Key: how their paths end."""

DOCUMENT = "/api/v1/openapi/openapi.json"


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter or a field of a body."""

    name: str
    type: str
    is_required: bool
    about: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One call: method, path, what it does, what it takes and gives."""

    id: str
    method: str
    path: str
    about: str
    parameters: Sequence[Field]
    body: Sequence[Field]
    answer: str
    needs_key: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Operations of one theme."""

    name: str
    operations: Sequence[Operation]


@dataclass(frozen=True, slots=True)
class Link:
    """A line of the contents."""

    label: str
    url: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class DocsPage:
    """The page."""

    shell: Shell
    contents: Sequence[Link]
    groups: Sequence[Group]
    document_url: str
    public_url: str


@get("/api/docs", include_in_schema=False)
async def docs(visit: NamedDependency[Visit]) -> Response[str]:
    """The documentation for people."""
    document = visit.request.app.openapi_schema.to_schema()
    groups = _groups(document)
    page = DocsPage(
        visit.shell("API for buyers' apps"),
        [Link(group.name, f"#{group.name.lower()}") for group in groups],
        groups,
        DOCUMENT,
        visit.services.settings.public_url,
    )
    return visit.html("api/docs.html", page)


@dataclass(frozen=True, slots=True)
class HelpPage:
    """The front page of the documents."""

    shell: Shell
    contents: Sequence[Link]
    test_cards: Sequence[payments.TestCard]


@get("/docs", include_in_schema=False)
async def help_pages(visit: NamedDependency[Visit]) -> Response[str]:
    """Help for buyers and sellers, and where developers go."""
    contents = [Link("Buying", "#buying"), Link("Selling", "#selling")]
    if visit.services.is_demo:
        contents.append(Link("Test cards", "#test-cards"))
    contents.append(Link("For developers", "#developers"))
    cards = payments.TEST_CARDS if visit.services.is_demo else ()
    return visit.html("api/help.html", HelpPage(visit.shell("Help"), contents, cards))


def _groups(document: Mapping[str, Any]) -> list[Group]:
    found: dict[str, list[Operation]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            tag = operation.get("tags", ["Other"])[0]
            found.setdefault(tag, []).append(_operation(document, path, method, operation))
    return [Group(name, operations) for name, operations in found.items()]


def _operation(
    document: Mapping[str, Any], path: str, method: str, operation: Mapping[str, Any]
) -> Operation:
    good = next(code for code in operation["responses"] if code.startswith("2"))
    example = _example(document, _schema(operation["responses"][good]), 0)
    return Operation(
        f"{method}-{path}".replace("/", "-").replace("{", "").replace("}", ""),
        method.upper(),
        path,
        operation.get("description", ""),
        [
            Field(
                each["name"],
                _type(each["schema"]),
                each.get("required", False),
                each.get("description") or "",
            )
            for each in operation.get("parameters", [])
        ],
        _fields(document, _schema(operation.get("requestBody", {}))),
        json.dumps(example, indent=2, ensure_ascii=False),
        method == "post" and not path.endswith(KEYLESS),
    )


def _schema(body: Mapping[str, Any]) -> Mapping[str, Any]:
    contents: Sequence[Mapping[str, Any]] = list(body.get("content", {}).values())
    return contents[0].get("schema", {}) if contents else {}


def _resolve(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    reference = schema.get("$ref")
    if reference is None:
        return schema
    found: Mapping[str, Any] = document["components"]["schemas"][reference.rsplit("/", 1)[-1]]
    return found


def _fields(document: Mapping[str, Any], schema: Mapping[str, Any]) -> list[Field]:
    schema = _resolve(document, schema)
    required = set(schema.get("required", ()))
    return [
        Field(name, _type(each), name in required, each.get("description", ""))
        for name, each in schema.get("properties", {}).items()
    ]


def _type(schema: Mapping[str, Any]) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1].rsplit("_", 1)[-1]
    for several in ("oneOf", "anyOf"):
        if several in schema:
            return " or ".join(_type(each) for each in schema[several])
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    return str(schema.get("type", "value"))


def _example(document: Mapping[str, Any], schema: Mapping[str, Any], depth: int) -> Any:
    schema = _resolve(document, schema)
    if "oneOf" in schema:
        return _example(document, schema["oneOf"][0], depth)
    kind = schema.get("type")
    if kind == "object":
        fields = schema.get("properties", {})
        return {name: _example(document, each, depth + 1) for name, each in fields.items()}
    if kind == "array":
        return [_example(document, schema.get("items", {}), depth + 1)]
    if schema.get("examples"):
        examples = schema["examples"]
        return examples[0] if isinstance(examples, list) else next(iter(examples.values()))
    pattern = schema.get("pattern", "")
    if pattern.startswith("^[1-9]"):
        return "383079284232683521"
    if pattern.startswith("^-?"):
        return "24.00"
    if schema.get("format") == "date-time":
        return "2026-03-02T17:00:00Z"
    return {"integer": 1, "boolean": True, "null": None}.get(str(kind), "…")


ROUTES: Sequence[HTTPRouteHandler] = (docs, help_pages)
