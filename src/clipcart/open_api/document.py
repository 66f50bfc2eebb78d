"""The OpenAPI document of this door: what is served, in each version, generated from the contract.

It is stricter than the door where the door is kind: a field that is null counts as left out, and
fields that nobody knows are ignored.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Final

import msgspec
from litestar import Response, get
from litestar.datastructures import State
from litestar.handlers import HTTPRouteHandler

from clipcart.doorway import Services
from clipcart.open_api import contract
from clipcart.open_api.contract import Cipher, Operation
from clipcart.open_api.registry import Served, everything_served

PATH: Final = "/docs/open-api/openapi.json"
_LARGEST: Final = (1 << 63) - 1
_DAY: Final = r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$"
_LEAVES: Final[Mapping[str, Mapping[str, Any]]] = {
    "s": {"type": "string", "pattern": "^[^\\u0000]*$"},
    "i": {"type": "integer", "format": "int64", "minimum": -_LARGEST, "maximum": _LARGEST},
    "b": {"type": "boolean"},
    "d": {"type": "string", "pattern": _DAY},
    "o": {"type": "object"},
    "f": {"type": "string", "format": "binary"},
}
_STATUSES: Final[Mapping[str, str]] = {
    "200": "Done when `code` is 0; else a rule of the trade, with a code of the operation.",
    "400": "A parameter is missing or does not fit.",
    "401": "The signature or the token does not fit, or the shop is suspended.",
    "403": "A scope is missing, or whoever consented may not do this.",
    "404": "The path or the version is not known, or not served.",
    "413": "The body is too large.",
    "429": "Too many requests; `Retry-After` says when to come back.",
    "503": "A part that this depends on does not answer.",
}
_REQUEST_ID: Final = {"type": "string", "pattern": "^[0-9A-F]{34}$"}


def _schema(tree: Any, *, is_closed: bool) -> dict[str, Any]:
    """A tree of the contract as JSON Schema. A closed one has no other fields than these."""
    if isinstance(tree, Mapping):
        fields = {
            key.rstrip("!"): _schema(inner, is_closed=is_closed) for key, inner in tree.items()
        }
        needed = [] if is_closed else [key[:-1] for key in tree if key.endswith("!")]
        return {
            "type": "object",
            "properties": fields,
            **({"required": needed} if needed else {}),
            **({"additionalProperties": False} if is_closed else {}),
        }
    if isinstance(tree, Sequence) and not isinstance(tree, str):
        return {"type": "array", "items": _schema(tree[0], is_closed=is_closed)}
    if tree.startswith("e:"):
        return {"type": "string", "enum": tree[2:].split("|")}
    return dict(_LEAVES[tree])


def _parameters(operation: Operation) -> Iterator[dict[str, Any]]:
    for part in operation.resource.path.split("/"):
        if part.startswith("{"):
            yield {
                "name": part.strip("{}"),
                "in": "path",
                "required": True,
                "schema": {"type": "string", "pattern": "^[^/\\u0000]+$"},
            }
    for key, tree in operation.query.items():
        schema = _schema(tree, is_closed=False)
        lists = {"style": "form", "explode": False} if schema["type"] == "array" else {}
        yield {
            "name": key.rstrip("!"),
            "in": "query",
            "required": key.endswith("!"),
            "schema": schema,
            **lists,
        }
    yield {"$ref": "#/components/parameters/timestamp"}
    if operation.cipher is Cipher.NEEDED:
        yield {"$ref": "#/components/parameters/shop_cipher"}
    elif operation.cipher is Cipher.OPTIONAL:
        yield {"$ref": "#/components/parameters/optional_shop_cipher"}


def _body(operation: Operation) -> dict[str, Any]:
    if operation.body is None:
        return {}
    kind = "multipart/form-data" if operation.is_multipart else "application/json"
    tree = operation.body
    is_needed = isinstance(tree, Mapping) and any(key.endswith("!") for key in tree)
    content = {kind: {"schema": _schema(tree, is_closed=False)}}
    return {"requestBody": {"required": is_needed, "content": content}}


def _answer(data: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["code", "message", "request_id", "data"],
        "additionalProperties": False,
        "properties": {
            "code": {"type": "integer", "minimum": 0},
            "message": {"type": "string"},
            "request_id": _REQUEST_ID,
            "data": data,
        },
    }


def _responses(operation: Operation) -> dict[str, Any]:
    closed = (
        {"type": "object", "additionalProperties": False}
        if operation.data == "o"
        else _schema(operation.data, is_closed=True)
    )
    done = {"application/json": {"schema": _answer({"anyOf": [closed, {"type": "null"}]})}}
    return {
        status: (
            {"description": said, "content": done}
            if status == "200"
            else {"$ref": f"#/components/responses/{status}"}
        )
        for status, said in _STATUSES.items()
    }


def _told(operation: Operation) -> str:
    codes = [
        f"- `{code}` {contract.meaning(code)}".rstrip()
        for code in sorted({*operation.codes, operation.bad})
    ]
    return "\n".join([f"Takes a token of a {operation.party.lower()}. Codes:", "", *codes])


def _described(served: Served, operation: Operation, version: str) -> dict[str, Any]:
    name = "".join(part.capitalize() for part in operation.name.split())
    return {
        "operationId": f"{name}{version}{operation.resource.method.capitalize()}",
        "summary": operation.name,
        "description": f"{(served.handler.__doc__ or '').strip()}\n\n{_told(operation)}",
        "tags": [operation.resource.group],
        "security": [{"app_key": [], "sign": [], "token": []}],
        "x-scope": operation.scope,
        "parameters": list(_parameters(operation)),
        **_body(operation),
        "responses": _responses(operation),
    }


def versions_of(served: Served, everything: Sequence[Served]) -> list[str]:
    """The versions in which a handler answers: its first, and each published until the next's."""
    later = [
        each.since
        for each in everything
        if each.resource is served.resource and each.since > served.since
    ]
    until = min(later, default="999999")
    published = (each for each, _, _ in served.resource.versions)
    return [served.since, *(each for each in published if served.since < each < until)]


@cache
def document(public_url: str) -> dict[str, Any]:
    """The whole document, for an installation at this address."""
    paths: dict[str, dict[str, Any]] = {}
    everything = everything_served()
    for served in everything:
        for version in versions_of(served, everything):
            operation = served.resource.at(version)
            assert operation is not None
            path = served.resource.path.replace("/V/", f"/{version}/", 1)
            described = _described(served, operation, version)
            paths.setdefault(path, {})[served.resource.method.lower()] = described
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "clipcart open API",
            "version": contract.newest(),
            "description": "What is served of the partner API. How calls are signed and what "
            "codes mean stands on /docs/open-api.",
        },
        "servers": [{"url": public_url.rstrip("/")}],
        "paths": paths,
        "components": _components(),
    }


def _components() -> dict[str, Any]:
    cipher = {
        "name": "shop_cipher",
        "in": "query",
        "required": True,
        "description": "The shop, as Get Authorized Shops names it.",
        "schema": {"type": "string"},
    }
    refused = {"application/json": {"schema": _answer({"type": ["object", "null"]})}}
    return {
        "parameters": {
            "timestamp": {
                "name": "timestamp",
                "in": "query",
                "required": True,
                "description": "Unix seconds; 5 minutes behind to 30 seconds ahead.",
                "schema": {"type": "integer"},
            },
            "shop_cipher": cipher,
            "optional_shop_cipher": {**cipher, "required": False},
        },
        "responses": {
            status: {"description": said, "content": refused}
            for status, said in _STATUSES.items()
            if status != "200"
        },
        "securitySchemes": {
            "app_key": {"type": "apiKey", "in": "query", "name": "app_key"},
            "sign": {
                "type": "apiKey",
                "in": "query",
                "name": "sign",
                "description": "HMAC-SHA256 over path, sorted parameters and body.",
            },
            "token": {"type": "apiKey", "in": "header", "name": "x-tts-access-token"},
        },
    }


@get(PATH, include_in_schema=False)
async def openapi_document(state: State) -> Response[bytes]:
    """What is served, for programs."""
    services: Services = state.services
    content = msgspec.json.encode(document(services.settings.public_url))
    return Response(content, media_type="application/json")


ROUTES: Sequence[HTTPRouteHandler] = (openapi_document,)
