"""The documentation page of the open API: what is served, from the registry and the contract."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler

from clipcart.apps import SCOPES
from clipcart.doorway import Shell, Visit
from clipcart.open_api import contract
from clipcart.open_api.contract import Resource
from clipcart.open_api.reference.fields import slug_of
from clipcart.open_api.registry import everything_served, is_served


@dataclass(frozen=True, slots=True)
class Link:
    """A line of the contents."""

    label: str
    url: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class OperationLine:
    """An operation in its group: path with its newest version, scope, since when it is answered."""

    method: str
    path: str
    name: str
    scope: str
    since: str
    is_served: bool
    url: str


@dataclass(frozen=True, slots=True)
class GroupPart:
    """A group of operations; `note` counts those that are served."""

    name: str
    anchor: str
    note: str
    lines: Sequence[OperationLine]


@dataclass(frozen=True, slots=True)
class ScopeLine:
    """A scope in words."""

    name: str
    title: str
    note: str


@dataclass(frozen=True, slots=True)
class ErrorLine:
    """A code of the gate."""

    status: str
    code: str
    when: str


@dataclass(frozen=True, slots=True)
class OpenApiPage:
    """The page."""

    shell: Shell
    contents: Sequence[Link]
    public_url: str
    groups: Sequence[GroupPart]
    scopes: Sequence[ScopeLine]
    errors: Sequence[ErrorLine]
    served: int
    total: int


ERRORS = (
    ErrorLine("404", "36009009", "the path is not known, or not served here yet"),
    ErrorLine("405", "36009010", "the path does not take this method"),
    ErrorLine("400", "36009014", "no such version of this operation"),
    ErrorLine("400", "36009004", "app_key, timestamp, sign or token header missing or unusable"),
    ErrorLine("401", "106001", "the signature does not fit"),
    ErrorLine("413", "36009021", "the body is larger than any call may be"),
    ErrorLine("400", "36009022, 36009023", "Content-Type missing or not taken"),
    ErrorLine("401", "105001", "the token is not valid, or the consent was withdrawn"),
    ErrorLine("401", "105002", "the token has expired"),
    ErrorLine("403", "105005", "a scope is missing; the message names it"),
    ErrorLine("400", "106013", "shop_cipher is missing"),
    ErrorLine("400", "101000", "shop_cipher or the kind of token does not fit"),
    ErrorLine("403", "36009033", "the caller's address is not on the app's list"),
    ErrorLine("401", "36009043", "the shop is suspended"),
    ErrorLine("429", "36009002", "too many requests; Retry-After says when to come back"),
    ErrorLine("200", "others", "rules of the trade, with the codes of each operation"),
)


def _line(resource: Resource) -> OperationLine:
    newest = resource.at(resource.versions[-1][0])
    assert newest is not None
    path = resource.path.replace("/V/", f"/{newest.version}/", 1)
    return OperationLine(
        resource.method,
        path,
        newest.name,
        newest.scope,
        resource.since,
        is_served(resource),
        f"/docs/open-api/{slug_of(resource)}",
    )


def group_parts() -> list[GroupPart]:
    """Every group, those of which most is served first."""
    found: dict[str, list[OperationLine]] = {}
    for resource in contract.resources():
        found.setdefault(resource.group, []).append(_line(resource))
    parts = []
    for name, lines in found.items():
        count = sum(line.is_served for line in lines)
        anchor = "".join(c if c.isalnum() else "-" for c in name.lower())
        parts.append(
            (count == 0, GroupPart(name, anchor, f"{count} of {len(lines)} served", lines))
        )
    return [part for _, part in sorted(parts, key=lambda each: each[0])]


def served_lines() -> list[str]:
    """What is served, one line each, for the command line."""
    return [each.key for each in everything_served()]


@get("/docs/open-api", include_in_schema=False)
async def open_api_docs(visit: NamedDependency[Visit]) -> Response[Any]:
    """How to sign, how to get tokens, and what is served."""
    groups = group_parts()
    contents = [
        Link("First call", "#first-call"),
        Link("Consent and tokens", "#consent"),
        Link("Signing", "#signing"),
        Link("Answers", "#answers"),
        Link("Scopes", "#scopes"),
        *(Link(group.name, f"#{group.anchor}") for group in groups),
    ]
    page = OpenApiPage(
        visit.shell("Open API"),
        contents,
        visit.services.settings.public_url,
        groups,
        [ScopeLine(each.name, each.title, each.note) for each in SCOPES.values()],
        ERRORS,
        sum(line.is_served for group in groups for line in group.lines),
        sum(len(group.lines) for group in groups),
    )
    return visit.html("open_api/docs.html", page)


ROUTES: Sequence[HTTPRouteHandler] = (open_api_docs,)
