"""Texts that are made from the code and kept in the repository, so that a change is seen.

To accept what a test reports as changed: `python -m tests.house.snapshots`.
"""

import dataclasses
import json
import tomllib
import typing
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from clipcart.api.document import OPENAPI
from clipcart.doorway.app import build_inside
from clipcart.identity import policy_table
from clipcart.kit.events import EVENTS, Event
from clipcart.main import routes
from clipcart.open_api.registry import everything_served
from tests.house.test_statements import import_everything

CLONE = Path(__file__).resolve().parents[2]


def permissions() -> str:
    """Who may do what: one line for each rule of every room."""
    import_everything()
    rules = [rule for _, rule in sorted(policy_table.items())]
    wide = max(len(f"{rule.room}.{rule.action}") for rule in rules)
    lines = [f"{f'{rule.room}.{rule.action}':<{wide}}  {rule.who}" for rule in rules]
    return "\n".join(lines) + "\n"


def openapi() -> str:
    """The OpenAPI document of the buyers' API."""
    inside = build_inside(routes(), assets=Path(), openapi=OPENAPI)
    return json.dumps(inside.openapi_schema.to_schema(), indent=1, sort_keys=True) + "\n"


EVENTS_HEAD = """# Events

What happens in clipcart is a fact: one row of `kit.event`, written in the transaction that made it
happen and never changed. Rooms that listen get each fact at least once, in order
([how](../decisions/0006-facts-and-delivery.md)). A fact belongs to a shop's log when it carries
`shop_id`, else to the platform's. Amounts are integers in the currency's smallest unit.

This page is made from the code (`python -m tests.house.snapshots`), and a test compares.
"""


def events() -> str:
    """docs/reference/events.md."""
    import_everything()
    ours = {name: cls for name, cls in EVENTS.items() if cls.__module__.startswith("clipcart.")}
    rooms = sorted({name.split(".")[0] for name in ours})
    parts = [EVENTS_HEAD]
    for room in rooms:
        parts.append(f"\n## {room}\n\n| Fact | What happened | Carries |\n|---|---|---|\n")
        parts += [_row(cls) for name, cls in sorted(ours.items()) if name.split(".")[0] == room]
    return "".join(parts)


def _row(cls: type[Event]) -> str:
    about = " ".join((cls.__doc__ or "").split())
    hints = typing.get_type_hints(cls)
    fields = [f"`{f.name}`: {_type(hints[f.name])}" for f in dataclasses.fields(cls)]
    version = f" (version {cls.VERSION})" if cls.VERSION > 1 else ""
    return f"| `{cls.NAME}`{version} | {about} | {', '.join(fields)} |\n"


def _type(annotation: Any) -> str:
    if isinstance(annotation, typing.NewType):
        return "id"
    arguments = [each for each in typing.get_args(annotation) if each is not Ellipsis]
    if type(None) in arguments:
        return " or ".join([*(_type(a) for a in arguments if a is not type(None)), "null"])
    if typing.get_origin(annotation) is tuple:
        return f"list of {_type(arguments[0])}"
    if dataclasses.is_dataclass(annotation):
        hints = typing.get_type_hints(annotation)
        inside = ", ".join(
            f"{f.name}: {_type(hints[f.name])}" for f in dataclasses.fields(annotation)
        )
        return f"({inside})"
    names = {int: "integer", str: "text", bool: "yes or no"}
    return names.get(annotation, "day" if annotation.__name__ == "date" else "moment")


SERVED_SINCE = "src/clipcart/open_api/reference/served_since.json"


def served() -> str:
    """Since which version of clipcart each operation of the open API is served.

    What is known stays as it is; what is new counts from the version that is being made.
    """
    known = json.loads(kept(SERVED_SINCE) or "{}")
    version = tomllib.loads((CLONE / "pyproject.toml").read_text())["project"]["version"]
    found = {each.key: known.get(each.key, version) for each in everything_served()}
    return json.dumps(found, indent=1, sort_keys=True) + "\n"


SNAPSHOTS: Mapping[str, Callable[[], str]] = {
    "tests/house/permissions.txt": permissions,
    "tests/house/openapi.json": openapi,
    "docs/reference/events.md": events,
    SERVED_SINCE: served,
}


def kept(path: str) -> str:
    """The text as it is in the repository; empty when it is not there."""
    file = CLONE / path
    return file.read_text() if file.exists() else ""


if __name__ == "__main__":
    for path, make in SNAPSHOTS.items():
        (CLONE / path).write_text(make())
        print(f"written: {path}")
