"""The form of an operation, made from its fields, and the call that a filled one means."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from clipcart.doorway import Upload
from clipcart.open_api.contract import Cipher, Operation
from clipcart.open_api.explorer.views import FieldPart, FieldView, Typed
from clipcart.open_api.reference.examples import example_of
from clipcart.open_api.reference.fields import path_at, places_of
from clipcart.open_api.reference.meanings import meaning_of, type_words, values_of

LEFT_OUT: Final = frozenset(
    {"app_key", "sign", "timestamp", "shop_cipher", "access_token", "version"}
)
"""Parameters that the explorer fills in itself."""


@dataclass(frozen=True, slots=True)
class Filled:
    """A call as the form means it, and what in it cannot be read, by field."""

    path: str
    query: Mapping[str, str]
    body: dict[str, Any] | None
    files: Mapping[str, Upload]
    errors: Mapping[str, str]


def kind_of(tree: Any) -> str:
    """Which control a field gets."""
    if isinstance(tree, Mapping):
        return "json"
    if isinstance(tree, Sequence) and not isinstance(tree, str):
        return "json" if isinstance(tree[0], (Mapping, list)) else "list"
    if tree.startswith("e:"):
        return "choice"
    return {"b": "yesno", "o": "json", "f": "file"}.get(tree, "text")


def parts_of(operation: Operation, typed: Typed, errors: Mapping[str, str]) -> list[FieldPart]:
    """The form's parts. Without `typed` what is required is filled with examples."""
    places = {f"{name}!": "s" for name in places_of(operation.resource)}
    query = {key: tree for key, tree in operation.query.items() if key.rstrip("!") not in LEFT_OUT}
    body = operation.body if isinstance(operation.body, Mapping) else {}
    found = []
    for prefix, title, trees in (
        ("path", "In the path", places),
        ("query", "In the address", query),
        ("body", "In the form" if operation.is_multipart else "In the body", body),
    ):
        views = [_field(prefix, key, tree, typed, errors) for key, tree in trees.items()]
        required = [each for each in views if each.is_required]
        optional = [each for each in views if not each.is_required]
        is_open = any(each.value or each.error for each in optional)
        if views:
            found.append(FieldPart(title, required, optional, is_open))
    return found


def _field(prefix: str, key: str, tree: Any, typed: Typed, errors: Mapping[str, str]) -> FieldView:
    name, is_required = key.rstrip("!"), key.endswith("!")
    field, kind = f"{prefix}.{name}", kind_of(tree)
    example = _shown(kind, example_of(name, tree, required_only=kind == "json"))
    # Made-up ids would only be refused: what is filled in has to have a chance.
    is_id = name == "id" or name.endswith(("_id", "_ids", "ids")) or prefix == "path"
    begins = example if is_required and (kind == "json" or name == "page_size") else ""
    value = typed.get(field, "") if typed else begins
    options = [(each, each) for each in values_of(tree)]
    if kind == "yesno":
        options = [("true", "Yes"), ("false", "No")]
    hint = meaning_of(name)
    return FieldView(
        field,
        name,
        kind,
        type_words(tree),
        hint,
        "" if is_id or kind in ("choice", "yesno", "file") else example,
        options,
        value,
        is_required,
        errors.get(field),
    )


def _shown(kind: str, value: Any) -> str:
    if kind == "json":
        return json.dumps(value, indent=2, ensure_ascii=False)
    if kind == "list":
        return ",".join(map(str, value))
    return str(value)


def fill(operation: Operation, version: str, typed: Typed, files: Mapping[str, Upload]) -> Filled:
    """The call that the form means. What is left empty is not sent."""
    errors: dict[str, str] = {}
    path = path_at(operation.resource, version)
    for name in places_of(operation.resource):
        text = typed.get(f"path.{name}", "")
        if not text:
            errors[f"path.{name}"] = f"{name} is part of the address. Write it."
        path = path.replace(f"{{{name}}}", quote(text, safe=""))
    query = {
        name: typed[f"query.{name}"]
        for name in (key.rstrip("!") for key in operation.query)
        if typed.get(f"query.{name}")
    }
    body: dict[str, Any] | None = None
    if operation.body is not None:
        trees = operation.body if isinstance(operation.body, Mapping) else {}
        body = {}
        for key, tree in trees.items():
            name = key.rstrip("!")
            text = typed.get(f"body.{name}", "")
            if not text:
                continue
            try:
                body[name] = text if operation.is_multipart else _read(tree, text)
            except ValueError as error:
                errors[f"body.{name}"] = f"{name} is no JSON: {error}."
    sent = {name.removeprefix("body."): upload for name, upload in files.items()}
    return Filled(path, query, body, sent, errors)


def _read(tree: Any, text: str) -> Any:
    """A text as the field's type; what does not fit is sent as typed, so that the door answers.

    Raises ValueError for what should be JSON and is none.
    """
    kind = kind_of(tree)
    if kind == "json":
        return json.loads(text)
    if kind == "list":
        return [_read(tree[0], each.strip()) for each in text.split(",") if each.strip()]
    if kind == "yesno":
        return {"true": True, "false": False}.get(text, text)
    if tree == "i":
        digits = text.removeprefix("-")
        return int(text) if digits.isascii() and digits.isdigit() and len(digits) < 19 else text
    return text


def takes_shop(operation: Operation) -> bool:
    """Whether the call names a shop."""
    return operation.cipher is not Cipher.REFUSED
