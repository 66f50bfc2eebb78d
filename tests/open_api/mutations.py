"""Requests that do not fit the contract, made from one that does."""

import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from clipcart.open_api.contract import Operation

NO_SUCH_VALUE = "NO_SUCH_VALUE"
WRONG = {"s": 12345, "i": "x", "b": "perhaps", "o": "x", "d": "yesterday"}


@dataclass(frozen=True, slots=True)
class Mutation:
    """A request with one fault in `field`."""

    what: str
    field: str
    query: Mapping[str, str]
    body: Any


def mutations(operation: Operation, query: Mapping[str, str], body: Any) -> Iterator[Mutation]:
    """Each required field missing, each field of a wrong type, each enumeration foreign."""
    for what, field, changed in _of_query(operation.query, query):
        yield Mutation(f"query {what}", field, changed, body)
    if operation.is_multipart:
        for what, field, changed in _of_query(operation.body, body or {}):
            yield Mutation(f"form {what}", field, query, changed)
    elif isinstance(operation.body, Mapping):
        for what, field, changed in _of_object(operation.body, body or {}, ""):
            yield Mutation(f"body {what}", field, query, changed)


def _of_query(
    tree: Mapping[str, Any], sent: Mapping[str, str]
) -> Iterator[tuple[str, str, dict[str, str]]]:
    for key, inner in tree.items():
        name = key.rstrip("!")
        if key.endswith("!") and inner != "f":
            yield "missing", name, {each: sent[each] for each in sent if each != name}
        leaf = inner[0] if isinstance(inner, list) else inner
        if leaf in ("i", "b", "d"):
            yield "of a wrong type", name, {**sent, name: str(WRONG[leaf])}
        elif isinstance(leaf, str) and leaf.startswith("e:"):
            yield "not in the enumeration", name, {**sent, name: NO_SUCH_VALUE}


def _of_object(
    tree: Mapping[str, Any], sent: Mapping[str, Any], inside: str
) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for key, inner in tree.items():
        name = key.rstrip("!")
        field = f"{inside}{name}"
        if key.endswith("!"):
            yield "missing", field, {each: sent[each] for each in sent if each != name}
        for what, wrong in _wrongs(inner):
            yield what, field, {**sent, name: wrong}
        value = sent.get(name)
        if isinstance(inner, Mapping) and isinstance(value, Mapping):
            for what, deeper, changed in _of_object(inner, value, f"{field}."):
                yield what, deeper, {**sent, name: changed}
        elif isinstance(inner, list) and isinstance(value, Sequence) and value:
            for what, deeper, changed in _of_item(inner[0], value[0], f"{field}[0]"):
                rest = copy.deepcopy(list(value[1:]))
                yield what, deeper, {**sent, name: [changed, *rest]}


def _of_item(tree: Any, value: Any, field: str) -> Iterator[tuple[str, str, Any]]:
    if isinstance(tree, Mapping) and isinstance(value, Mapping):
        yield from _of_object(tree, value, f"{field}.")
    else:
        for what, wrong in _wrongs(tree):
            yield what, field, wrong


def _wrongs(tree: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(tree, Mapping | list):
        yield "of a wrong type", "x"
    elif tree.startswith("e:"):
        yield "of a wrong type", 7
        yield "not in the enumeration", NO_SUCH_VALUE
    elif tree in WRONG:
        yield "of a wrong type", WRONG[tree]
