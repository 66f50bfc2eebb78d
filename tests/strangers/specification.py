"""The official specification as the package `@tts-open-toolkit/cli` carries it, read where npm put
it: a second opinion on every answer, by people who never saw our tables."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import msgspec

FOLDER: Final = "@tts-open-toolkit/cli/skills/tts-openapi-guide/references/oas/paths"
COMMON: Final = frozenset({"x-tts-access-token", "Content-Type", "shop_cipher"})
"""Parameters of every call; whether a shop is named is tested elsewhere."""

_PLACE: Final = re.compile(r"\{[^}]*\}")
_LIST: Final = re.compile(
    r"(?:possible|available|enumerated|enumeration|field)[^\n:]*values?[^\n:]*:[ \t]*\n"
    r"((?:[ \t]*[-*][ \t]+[^\n]*\n?)+)",
    re.I,
)
_VALUE: Final = re.compile(r"^[-*]\s+[`*]*([A-Z][A-Z0-9_]*)[`*]*(?=\s*(?::|,|\(|$|-|–))")
_KINDS: Final = {
    "string": str,
    "integer": int,
    "boolean": bool,
    "object": Mapping,
    "array": list,
}


def values_of(description: str) -> frozenset[str]:
    """The values that a description lists, where every entry of its one list is a plain value.

    The specification has enumerations in its prose only. What is not plainly such a list is none.
    """
    lists = _LIST.findall(description)
    if len(lists) != 1:
        return frozenset()
    lines = [line.strip() for line in lists[0].strip().splitlines()]
    found = [_VALUE.match(line) for line in lines]
    return frozenset(each[1] for each in found if each) if all(found) else frozenset()


@dataclass(frozen=True, slots=True)
class Described:
    """An operation in one version, as the specification has it."""

    parameters: Mapping[str, Any]
    body: Any
    data: Any

    @property
    def required(self) -> frozenset[str]:
        """The parameters of the query that must be sent. It marks none in bodies."""
        query = (each for each in self.parameters.values() if each["in"] == "query")
        return frozenset(each["name"] for each in query if each.get("required")) - COMMON

    def faults(self, data: Any) -> list[str]:
        """Everything in an answer's data that the specification does not say, by field."""
        return [] if data is None else list(_faults(self.data, data, ""))

    def faults_of_request(self, query: Mapping[str, Any], body: Any) -> list[str]:
        """The same for what is sent, and what is missing."""
        found = [f"{name}: is required and missing" for name in self.required - query.keys()]
        known = {each["name"] for each in self.parameters.values()}
        found += [f"{name}: is not known" for name in query.keys() - known]
        return found + ([] if body is None else list(_faults(self.body, body, "")))


def _faults(schema: Any, value: Any, field: str) -> Iterator[str]:
    kind = schema.get("type", "object")
    right = isinstance(value, _KINDS[kind]) and not (kind == "integer" and value in (True, False))
    if not right and not (kind == "integer" and type(value) is int):
        yield f"{field}: {value!r} is not of the type {kind}"
    elif kind == "array":
        for each in value:
            yield from _faults(schema["items"], each, f"{field}[]")
    elif kind == "object" and "properties" in schema:
        for name, inner in value.items():
            inside = f"{field}.{name}".lstrip(".")
            if name not in schema["properties"]:
                yield f"{inside}: is not known"
            else:
                yield from _faults(schema["properties"][name], inner, inside)
    elif kind == "string":
        values = values_of(schema.get("description", ""))
        if values and value and value not in values:
            yield f"{field}: {value!r} is none of {sorted(values)}"


@dataclass(frozen=True, slots=True)
class Specification:
    """Every operation, by method and path; the names of places do not count."""

    operations: Mapping[tuple[str, str], Described]

    def find(self, method: str, path: str) -> Described | None:
        """The operation of `POST` and `/order/202309/orders/search`; None where it has none."""
        return self.operations.get((method, _PLACE.sub("{}", path)))

    @property
    def newest(self) -> str:
        """The newest version that any operation has: the month up to which it knows."""
        return max(path.split("/")[2] for _, path in self.operations)


@cache
def read(modules: Path) -> Specification:
    """All of it."""
    found = {}
    for file in (modules / FOLDER).glob("*.json"):
        for path, methods in msgspec.json.decode(file.read_bytes())["paths"].items():
            for method, raw in methods.items():
                found[method.upper(), _PLACE.sub("{}", path)] = _described(raw)
    return Specification(found)


def _described(raw: Mapping[str, Any]) -> Described:
    (body,) = raw.get("requestBody", {}).get("content", {"": {}}).values()
    (answer,) = raw["responses"]["200"]["content"].values()
    return Described(
        {each["name"]: each for each in raw.get("parameters", ())},
        body.get("schema", {}),
        answer["schema"]["properties"].get("data", {}),
    )
