"""A page of documents for each operation, made from the contract and the registry."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from clipcart.doorway import Shell, Visit
from clipcart.doorway.app import Routes
from clipcart.open_api import contract
from clipcart.open_api.contract import Cipher, Operation
from clipcart.open_api.reference.examples import example_of
from clipcart.open_api.reference.fields import (
    FieldLine,
    by_slug,
    field_lines,
    newest_of,
    path_at,
    places_of,
)
from clipcart.open_api.reference.meanings import meaning_of
from clipcart.open_api.reference.since import since_of
from clipcart.open_api.registry import is_served

SHOPS = {
    Cipher.NEEDED: "required",
    Cipher.OPTIONAL: "may be sent",
    Cipher.REFUSED: "none: this call names no shop",
}


@dataclass(frozen=True, slots=True)
class Link:
    """A line of the contents."""

    label: str
    url: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class FieldTable:
    """Fields of one place."""

    title: str
    anchor: str
    note: str
    lines: Sequence[FieldLine]


@dataclass(frozen=True, slots=True)
class OperationPage:
    """One operation in one version."""

    shell: Shell
    contents: Sequence[Link]
    name: str
    group: str
    method: str
    path: str
    is_served: bool
    served_since: str
    facts: Sequence[tuple[str, str]]
    versions: Sequence[Link]
    tables: Sequence[FieldTable]
    errors: Sequence[tuple[str, str]]
    request: str
    answer: str


@get("/docs/open-api/{slug:str}", include_in_schema=False)
async def operation_docs(visit: NamedDependency[Visit], slug: FromPath[str]) -> Response[Any]:
    """One operation: fields, errors, an example, whether it is served here and since when."""
    resource = by_slug(slug)
    if resource is None:
        raise NotFoundException
    asked = visit.query("version") or ""
    at = resource.at(asked) if contract.is_version(asked) else None
    operation = at or newest_of(resource)
    page = _page(visit, slug, operation)
    return visit.html("open_api/operation.html", page)


def _page(visit: Visit, slug: str, operation: Operation) -> OperationPage:
    resource = operation.resource
    since, tables = since_of(resource), _tables(operation)
    versions = [
        Link(each, f"/docs/open-api/{slug}?version={each}", each == operation.version)
        for each, _, _ in reversed(resource.versions)
    ]
    errors = [(str(code), contract.meaning(code)) for code in sorted(operation.codes)]
    contents = [
        Link("All operations", "/docs/open-api"),
        Link(operation.name, f"/docs/open-api/{slug}", True),
        *(Link(table.title, f"#{table.anchor}") for table in tables),
        Link("Example", "#example"),
        *([Link("Errors", "#errors")] if errors else []),
    ]
    return OperationPage(
        visit.shell(operation.name),
        contents,
        operation.name,
        resource.group,
        resource.method,
        path_at(resource, operation.version),
        is_served(resource),
        since,
        [
            ("Scope", operation.scope),
            ("Token", f"of a {operation.party.lower()}"),
            ("shop_cipher", SHOPS[operation.cipher]),
            ("Body", _body_words(operation)),
            ("Versions", f"from {resource.since} on"),
            ("Served here", f"since clipcart {since}" if since else "not yet"),
        ],
        versions,
        tables,
        errors,
        _request(visit.services.settings.public_url, operation),
        _answer(operation),
    )


def _body_words(operation: Operation) -> str:
    if operation.is_multipart:
        return "multipart/form-data; the body is not signed"
    return "none" if operation.body is None else "application/json"


def _tables(operation: Operation) -> list[FieldTable]:
    places = [
        FieldLine(0, name, "text", (), True, meaning_of(name))
        for name in places_of(operation.resource)
    ]
    found = (
        ("In the path", "path", "", places),
        (
            "In the address",
            "query",
            "Beside app_key, timestamp, sign",
            field_lines(operation.query),
        ),
        ("In the body", "body", "", field_lines(operation.body)),
        (
            "Answer",
            "answer",
            "Fields of data; what is not known is absent",
            field_lines(operation.data),
        ),
    )
    listed = [FieldTable(title, key, note, list(lines)) for title, key, note, lines in found]
    return [table for table in listed if table.lines]


def _request(base: str, operation: Operation) -> str:
    path = path_at(operation.resource, operation.version)
    for name in places_of(operation.resource):
        path = path.replace(f"{{{name}}}", str(example_of(name, "s")))
    query = [
        f"{key.rstrip('!')}={_in_query(example_of(key.rstrip('!'), tree))}"
        for key, tree in operation.query.items()
        if key.endswith("!")
    ]
    cipher = ["shop_cipher=ROW_…"] if operation.cipher is not Cipher.REFUSED else []
    sent = "&".join([*query, *cipher, "app_key=29a39d", "timestamp=1767225600", "sign=b596b73e…"])
    lines = [f"{operation.resource.method} {base}{path}", f"  ?{sent}", "x-tts-access-token: ROW_…"]
    if operation.body is not None and not operation.is_multipart:
        lines += ["content-type: application/json", ""]
        body = example_of("body", operation.body, required_only=True)
        lines.append(json.dumps(body, indent=2, ensure_ascii=False))
    return "\n".join(lines)


def _in_query(value: Any) -> str:
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


def _answer(operation: Operation) -> str:
    data = {} if operation.data == "o" else example_of("data", operation.data)
    told = {"code": 0, "message": "Success", "request_id": "202601010000…", "data": data}
    return json.dumps(told, indent=2, ensure_ascii=False)


ROUTES: Routes = (operation_docs,)
