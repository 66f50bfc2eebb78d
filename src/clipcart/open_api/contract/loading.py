"""Which operation a method and a path mean, and its fields, read one line at a time."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from importlib import resources as package_files
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import msgspec

from clipcart.open_api.contract.own import OWN, SINCE

KEPT_OPERATIONS: Final = 256
"""How many operations' fields stay in memory, the least used going first."""

_VERSION = re.compile(r"20\d\d(0[1-9]|1[0-2])")
_PLACE = "{}"


class Cipher(StrEnum):
    """Whether a call names its shop by cipher."""

    NEEDED = "needed"
    OPTIONAL = "optional"
    REFUSED = "refused"


class NotMatched(StrEnum):
    """Why no operation fits."""

    PATH = "path"
    METHOD = "method"
    VERSION = "version"


@dataclass(frozen=True, slots=True)
class Resource:
    """A method at a path in all its versions. `path` has `V` in the version's place.

    `since` is the first version it answers: the oldest that is published or that clients ask for.
    `versions` are those published, oldest first, with the place of their fields in the file.
    """

    method: str
    path: str
    group: str
    since: str
    versions: tuple[tuple[str, int, int], ...]

    @property
    def key(self) -> str:
        """`GET /order/V/orders`."""
        return f"{self.method} {self.path}"

    def at(self, version: str) -> "Operation | None":
        """The operation as a version knows it: the newest published one that is not newer.

        None before the first version. Between the first that clients ask for and the first that
        is published, the latter.
        """
        if version < self.since:
            return None
        fitting = [each for each in self.versions if each[0] <= version] or [self.versions[0]]
        published, at, size = fitting[-1]
        return _operation(self, published, at, size)


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation in one published version, with its fields.

    Trees are nested maps and lists of one; leaves are `s` text, `i` integer, `b` yes or no, `d`
    day, `f` file, `o` any object, `e:A|B` one of these. A name that ends in `!` is required.
    `bad` is the code for parameters that do not fit, `codes` are those that it declares.
    """

    resource: Resource
    version: str
    name: str
    scope: str
    party: str
    cipher: Cipher
    is_multipart: bool
    bad: int
    codes: frozenset[int]
    query: Mapping[str, Any]
    body: Any
    data: Any

    @property
    def key(self) -> str:
        """`GET /order/202507/orders`."""
        path = self.resource.path.replace("/V/", f"/{self.version}/", 1)
        return f"{self.resource.method} {path}"

    @property
    def idempotency_in(self) -> str | None:
        """Where an `idempotency_key` may stand: `query`, `body`, or None."""
        for place, fields in (("query", self.query), ("body", self.body)):
            if isinstance(fields, Mapping) and not fields.keys().isdisjoint(_IDEMPOTENCY):
                return place
        return None


_IDEMPOTENCY: Final = frozenset({"idempotency_key", "idempotency_key!"})


@dataclass(frozen=True, slots=True)
class _Index:
    resources: tuple[Resource, ...]
    tree: Mapping[str, Any]
    meanings: Mapping[str, str]
    newest: str


def _file(name: str) -> Path:
    return Path(str(package_files.files(__package__).joinpath(name)))


@cache
def _index() -> _Index:
    raw = msgspec.json.decode(_file("operations.json").read_bytes())
    found = tuple(
        Resource(method, path, group, since, tuple(tuple(each) for each in versions))
        for method, path, group, since, versions in raw["operations"]
    )
    tree: dict[str, Any] = {}
    for each in (*found, *own_resources()):
        node = tree
        for part in each.path.strip("/").split("/"):
            node = node.setdefault(_PLACE if part.startswith("{") else part, {})
        node.setdefault("", {})[each.method] = each
    newest_one = max(version for each in found for version, _, _ in each.versions)
    return _Index(found, tree, raw["errors"], newest_one)


def _kept(of: Resource, at: int, size: int) -> Mapping[str, Any]:
    if of.key in OWN:
        return OWN[of.key]
    with _file("fields.jsonl").open("rb") as file:
        file.seek(at)
        kept: Mapping[str, Any] = msgspec.json.decode(file.read(size))
        return kept


@lru_cache(maxsize=KEPT_OPERATIONS)
def _operation(of: Resource, version: str, at: int, size: int) -> Operation:
    kept = _kept(of, at, size)
    return Operation(
        of,
        version,
        kept["name"],
        kept["scope"],
        kept["party"],
        Cipher(kept["cipher"]),
        kept.get("multipart", False),
        kept["bad"],
        frozenset(kept["codes"]),
        MappingProxyType(kept["query"]),
        kept.get("body"),
        kept["data"],
    )


def resources() -> Sequence[Resource]:
    """Every method and path of the contract."""
    return _index().resources


def own_resources() -> Sequence[Resource]:
    """What is answered beside the contract, in the same manner."""
    return [
        Resource(method, path, "Ours", SINCE, ((SINCE, 0, 0),))
        for method, _, path in (key.partition(" ") for key in OWN)
    ]


def resource(method: str, path: str) -> Resource:
    """The resource of a path, whatever version it names. Raises KeyError: there is none."""
    found = match(method, path)
    if isinstance(found, NotMatched):
        raise KeyError(f"{method} {path} is not in the contract: {found}")
    return found[0].resource


def newest() -> str:
    """The newest version that any operation has."""
    return _index().newest


def is_version(text: str) -> bool:
    """A year and a month: `202309`."""
    return _VERSION.fullmatch(text) is not None


def meaning(code: int) -> str:
    """What an error code means, in our words; empty where nobody says."""
    return _index().meanings.get(str(code), "")


def _walk(node: Mapping[str, Any], parts: Sequence[str]) -> Mapping[str, Any] | None:
    """The methods at a path: a literal part is tried before a place."""
    if not parts:
        found: Mapping[str, Any] | None = node.get("")
        return found
    for step in (parts[0], _PLACE):
        if step and step in node:
            methods = _walk(node[step], parts[1:])
            if methods is not None:
                return methods
    return None


def match(method: str, path: str) -> tuple[Operation, dict[str, str]] | NotMatched:
    """The operation at a path such as `/order/202309/orders/7`, and the values of its places.

    An operation answers under every version from its first on, also under months in which nothing
    was published: clients build paths from a version of their own.
    """
    parts = path.strip("/").split("/")
    if len(parts) < 3 or path.endswith("/") or "" in parts:
        return NotMatched.PATH
    version, parts[1] = parts[1], "V"
    methods = _walk(_index().tree, parts)
    if methods is None:
        return NotMatched.PATH
    if not is_version(version):
        return NotMatched.VERSION
    of = methods.get(method)
    if of is None:
        return NotMatched.METHOD
    operation = of.at(version)
    if operation is None:
        return NotMatched.VERSION
    names = of.path.strip("/").split("/")
    values = {
        name[1:-1]: value for name, value in zip(names, parts, strict=True) if name.startswith("{")
    }
    return operation, values
