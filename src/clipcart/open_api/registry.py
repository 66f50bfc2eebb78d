"""What is served: `@serves("GET", "/order/202309/orders")` above a handler."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from clipcart.kit.errors import Refusal
from clipcart.open_api import contract
from clipcart.open_api.call import Call
from clipcart.open_api.contract import Operation, Resource

Handler = Callable[[Call], Awaitable[Mapping[str, Any] | None]]


@dataclass(frozen=True, slots=True)
class Served:
    """A handler, from which version on it answers, and the codes of what the rooms refuse.

    `limit` is how many calls a second an app may make in one shop.
    """

    resource: Resource
    since: str
    handler: Handler
    refusals: Mapping[type[Refusal], int]
    limit: int

    @property
    def key(self) -> str:
        """`GET /order/202309/orders`: by the first version it answers."""
        return f"{self.resource.method} {self.resource.path.replace('/V/', f'/{self.since}/', 1)}"


_SERVED: dict[str, list[Served]] = {}

CALLS_PER_S = 50


def serves(
    method: str,
    path: str,
    *,
    refusals: Mapping[type[Refusal], int] | None = None,
    limit: int = CALLS_PER_S,
) -> Callable[[Handler], Handler]:
    """Register the handler of an operation.

    `path` names the first version that it answers; it answers every later one too, until another
    handler is registered for the same path from a later version. `call.operation` has the fields
    of the version that was asked for. Raises KeyError if the contract has no such operation.
    """

    def register(handler: Handler) -> Handler:
        resource, since = contract.resource(method, path), path.split("/")[2]
        made = Served(resource, since, handler, refusals or {}, limit)
        known = _SERVED.setdefault(resource.key, [])
        if any(each.since == since for each in known):
            raise ValueError(f"two handlers serve {method} {path}")
        known.append(made)
        known.sort(key=lambda each: each.since)
        return handler

    return register


def served(operation: Operation, asked: str) -> Served | None:
    """Who answers an operation when `asked` is the version in the path; None: nobody yet."""
    fitting = [each for each in _SERVED.get(operation.resource.key, ()) if each.since <= asked]
    return fitting[-1] if fitting else None


def everything_served() -> list[Served]:
    """Every handler, by path and version."""
    return sorted(
        (each for several in _SERVED.values() for each in several),
        key=lambda each: (each.resource.path, each.resource.method, each.since),
    )


def is_served(resource: Resource) -> bool:
    """Some version of it is answered."""
    return resource.key in _SERVED
