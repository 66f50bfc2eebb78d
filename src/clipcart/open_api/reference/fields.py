"""The fields of an operation as lines of a table, and the names of its page."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from clipcart.open_api import contract
from clipcart.open_api.contract import Operation, Resource
from clipcart.open_api.reference.meanings import meaning_of, type_words, values_of


@dataclass(frozen=True, slots=True)
class FieldLine:
    """A field: how deep it stands, its name, type, values, whether it is required, its meaning."""

    depth: int
    name: str
    type: str
    values: tuple[str, ...]
    is_required: bool
    meaning: str


def field_lines(tree: Any, depth: int = 0) -> Iterator[FieldLine]:
    """The fields of a tree, parents before their parts."""
    if isinstance(tree, Sequence) and not isinstance(tree, str):
        yield from field_lines(tree[0], depth)
        return
    if not isinstance(tree, Mapping):
        return
    for key, inner in tree.items():
        name = key.rstrip("!")
        yield FieldLine(
            depth, name, type_words(inner), values_of(inner), key.endswith("!"), meaning_of(name)
        )
        yield from field_lines(inner, depth + 1)


def places_of(resource: Resource) -> list[str]:
    """The names in the path, in their order."""
    return [part[1:-1] for part in resource.path.split("/") if part.startswith("{")]


def path_at(resource: Resource, version: str) -> str:
    """The path in one version."""
    return resource.path.replace("/V/", f"/{version}/", 1)


def newest_of(resource: Resource) -> Operation:
    """The operation with the fields of its newest published version."""
    newest = resource.at(resource.versions[-1][0])
    assert newest is not None
    return newest


def slug_of(resource: Resource) -> str:
    """The name of an operation's page: `get-order-orders-order_id-price_detail`."""
    parts = [part.strip("{}") for part in resource.path.strip("/").split("/") if part != "V"]
    return "-".join((resource.method.lower(), *parts))


@cache
def _by_slug() -> Mapping[str, Resource]:
    every = (*contract.resources(), *contract.own_resources())
    return {slug_of(each): each for each in every}


def by_slug(slug: str) -> Resource | None:
    """The operation of a page's name."""
    return _by_slug().get(slug)
