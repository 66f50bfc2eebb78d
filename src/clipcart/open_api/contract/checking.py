"""Requests and answers against the trees of the contract: names, types, enumerations, nesting."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec

from clipcart.kit.errors import Problem
from clipcart.open_api.contract.loading import Operation

LARGEST: Final = (1 << 63) - 1
_DAY = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
_NAMES: Final = {
    "s": "a text",
    "i": "a whole number",
    "b": "true or false",
    "o": "an object",
    "f": "a file",
    "d": "a day such as 2026-03-02",
}


class _Wrong(Exception):
    """A text of the query that is not what its field takes."""


def _what(tree: Any) -> str:
    if isinstance(tree, Mapping):
        return "an object"
    if isinstance(tree, Sequence) and not isinstance(tree, str):
        return "a list"
    if tree.startswith("e:"):
        return f"one of {', '.join(tree[2:].split('|'))}"
    return _NAMES[tree]


def _wrong(field: str, tree: Any) -> Problem:
    return Problem(field, f"{field} is not {_what(tree)}", f"send {_what(tree)}")


def _missing(field: str, tree: Any) -> Problem:
    return Problem(field, f"{field} is required and missing", f"send {_what(tree)}")


# -- requests ----------------------------------------------------------------------------------


def validate_request(
    operation: Operation, query: Mapping[str, str], body: Any, files: frozenset[str] = frozenset()
) -> tuple[dict[str, Any], dict[str, Any], list[Problem]]:
    """Query and body as the contract types them, and every problem, in the order of the fields.

    `query` are decoded texts, repeated ones joined by commas; a parameter that is sent empty
    counts as left out, and so does an enumeration of the query that is 0. Fields that the contract
    does not know are left out; null is left out too, and an empty list where an object belongs:
    it is how PHP writes an object without fields. `body` is decoded JSON, or the texts of a form,
    whose `files` are named beside it.
    """
    problems: list[Problem] = []
    typed_query = dict(_typed(operation.query, _without_zeros(operation.query, query), problems))
    typed_body: dict[str, Any] = {}
    if operation.is_multipart and isinstance(operation.body, Mapping):
        sent = {**dict.fromkeys(files, ""), **(body or {})}
        typed_body = dict(_typed(operation.body, sent, problems, files))
    elif operation.body is not None:
        tree = operation.body if isinstance(operation.body, Mapping) else None
        if body is None or body == []:
            body = {}
        if not isinstance(body, Mapping):
            problems.append(Problem("body", "the body is not a JSON object", "send an object"))
        elif tree is None:
            typed_body = dict(body)
        else:
            typed_body = _object(tree, body, "", problems)
    return typed_query, typed_body, problems


def _without_zeros(tree: Mapping[str, Any], sent: Mapping[str, str]) -> Mapping[str, str]:
    """Clients that number the values of an enumeration say 0 for none."""
    if "0" not in sent.values():
        return sent
    leaves = {key.rstrip("!"): leaf for key, leaf in tree.items()}
    return {
        name: text
        for name, text in sent.items()
        if text != "0" or not str(leaves.get(name)).startswith("e:") or _fits(leaves[name], "0")
    }


def _typed(
    tree: Mapping[str, Any],
    sent: Mapping[str, str],
    problems: list[Problem],
    files: frozenset[str] = frozenset(),
) -> Iterator[tuple[str, Any]]:
    """Texts of a query or form as the types that the contract gives them."""
    for key, inner in tree.items():
        name = key.rstrip("!")
        if inner == "f" and name in files:
            continue
        text = sent.get(name, "")
        if text == "":
            if key.endswith("!"):
                problems.append(_missing(name, inner))
            continue
        try:
            yield name, _from_text(inner, text)
        except _Wrong:
            problems.append(_wrong(name, inner))


def _from_text(tree: Any, text: str) -> Any:
    if "\0" in text:
        raise _Wrong
    if isinstance(tree, Sequence) and not isinstance(tree, str):
        return [_from_text(tree[0], each) for each in _items(text)]
    if isinstance(tree, Mapping) or tree == "f":
        raise _Wrong
    if tree == "i":
        digits = text.removeprefix("-")
        if not (digits.isascii() and digits.isdigit() and len(digits) < 19):
            raise _Wrong
        return int(text)
    if tree == "b":
        if text not in ("true", "false", "True", "False", "1", "0"):
            raise _Wrong
        return text in ("true", "True", "1")
    if not _fits(tree, text):
        raise _Wrong
    return text


def _items(text: str) -> list[str]:
    """The items of a list: joined by commas, or written as JSON, as some clients do."""
    if not (text.startswith("[") and text.endswith("]")):
        return [each for each in text.split(",") if each != ""]
    try:
        return [str(each) for each in msgspec.json.decode(text, type=list[str | int])]
    except msgspec.DecodeError as error:
        raise _Wrong from error


def _object(
    tree: Mapping[str, Any], sent: Mapping[str, Any], inside: str, problems: list[Problem]
) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for key, inner in tree.items():
        name = key.rstrip("!")
        field = f"{inside}{name}"
        value = sent.get(name)
        if value is None or (value == [] and isinstance(inner, Mapping)):
            if key.endswith("!"):
                problems.append(_missing(field, inner))
            continue
        kept[name] = _value(inner, value, field, problems)
    return kept


def _value(tree: Any, value: Any, field: str, problems: list[Problem]) -> Any:
    if isinstance(tree, Mapping):
        if isinstance(value, Mapping):
            return _object(tree, value, f"{field}.", problems)
    elif isinstance(tree, Sequence) and not isinstance(tree, str):
        if isinstance(value, list):
            return [
                _value(tree[0], each, f"{field}[{place}]", problems)
                for place, each in enumerate(value)
            ]
    elif _fits(tree, value):
        return value
    problems.append(_wrong(field, tree))
    return None


def _fits(leaf: str, value: Any) -> bool:
    if leaf == "i":
        return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= LARGEST
    if leaf == "b":
        return isinstance(value, bool)
    if leaf == "o":
        return isinstance(value, Mapping)
    if not isinstance(value, str) or "\0" in value:
        return False
    if leaf == "d":
        return _DAY.fullmatch(value) is not None
    return not leaf.startswith("e:") or value in leaf[2:].split("|")


# -- answers -----------------------------------------------------------------------------------


def check_response(operation: Operation, data: Any) -> list[str]:
    """Everything in an answer's `data` that the contract does not say; empty when it fits.

    Fields may be absent; those that are there have the name, the type, the nesting and the
    enumeration of the contract. Null is a fault: what is not known is left out.
    """
    if data is None:
        return []
    if operation.data == "o":
        return [] if data == {} else [f"data: nothing is expected, found {sorted(data)}"]
    return list(_faults(operation.data, data, "data"))


def _faults(tree: Any, value: Any, field: str) -> Iterator[str]:
    if isinstance(tree, Mapping):
        if not isinstance(value, Mapping):
            yield f"{field}: {value!r} is not an object"
            return
        known = {key.rstrip("!"): inner for key, inner in tree.items()}
        for name, inner in value.items():
            if name not in known:
                yield f"{field}.{name} is not in the contract"
            else:
                yield from _faults(known[name], inner, f"{field}.{name}")
    elif isinstance(tree, Sequence) and not isinstance(tree, str):
        if not isinstance(value, list):
            yield f"{field}: {value!r} is not a list"
            return
        for place, each in enumerate(value):
            yield from _faults(tree[0], each, f"{field}[{place}]")
    elif not _fits(tree, value):
        yield f"{field}: {value!r} is not {_what(tree)}"
