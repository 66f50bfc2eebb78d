"""Who calls the API: the holder of a bearer token, or nobody; and requests sent again."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

import msgspec
from litestar import Request
from litestar.params import PathParameter
from litestar.types import HTTPScope

from clipcart import identity
from clipcart.api import _sql, mapping
from clipcart.api.errors import BadToken, KeyMissing, KeyReused
from clipcart.doorway import Services
from clipcart.kit import rates
from clipcart.kit.db import Tx
from clipcart.kit.errors import Problem, SignInNeeded, check
from clipcart.kit.ids import PersonId

S = TypeVar("S", bound=msgspec.Struct)

PathId = Annotated[int, PathParameter(ge=1, le=(1 << 63) - 1, description="An id.")]

ANONYMOUS_LIMIT, TOKEN_LIMIT, WINDOW_S = 600, 3_000, 60
"""Changes a minute that one address or one token's owner may ask for."""


LOOKS = ("GET", "HEAD")
"""Methods that change nothing."""

NUL = (b"\0", b"%00", b"\\u0000")
"""What no text in a database can hold, as it stands in an address and in JSON."""


@dataclass(frozen=True, slots=True)
class Caller:
    """One request to the API (its ASGI scope), and who sends it."""

    scope: Any
    services: Services
    actor: identity.Actor

    @property
    def person_id(self) -> PersonId:
        """The person behind the token. Raises SignInNeeded."""
        if self.actor.person_id is None:
            raise SignInNeeded
        return self.actor.person_id

    @property
    def address(self) -> str:
        """Where the request comes from."""
        return _address(self.scope)

    @property
    def key(self) -> str:
        """The request's Idempotency-Key. Raises KeyMissing."""
        key = _header(self.scope, b"idempotency-key").strip()
        if not 1 <= len(key) <= 100:
            raise KeyMissing
        return key

    async def once(
        self, payload: msgspec.Struct | None, answer: type[S], action: Callable[[Tx], Awaitable[S]]
    ) -> S:
        """Do `action` once per key: sent again, the request gets the first answer.

        Raises KeyMissing, KeyReused, SignInNeeded, and whatever the action raises.
        """
        person_id, key, route = self.person_id, self.key, self.scope["path"]
        digest = mapping.digest(payload)

        async def body(tx: Tx) -> S:
            claim = {"person_id": person_id, "key": key}
            if not await tx.run(_sql.CLAIM, route=route, digest=digest, now=tx.now, **claim):
                known = await tx.one(_sql.KNOWN, **claim)
                if (known.route, known.digest) != (route, digest):
                    raise KeyReused
                return msgspec.convert(known.body, answer, strict=False)
            made = await action(tx)
            await tx.run(_sql.KEEP, body=msgspec.to_builtins(made), **claim)
            return made

        return await self.services.db.retrying(body)


async def open_caller(request: Request[Any, Any, Any]) -> Caller:
    """The caller of a request. Raises BadToken for a token that opens nothing, Throttled."""
    is_change = request.method not in LOOKS
    body = await request.body() if is_change else b""
    return await admitted(request.app.state.services, request.scope, body)


async def admitted(services: Services, scope: HTTPScope, body: bytes) -> Caller:
    """As open_caller, of a request whose body was read."""
    sent = scope["query_string"] + body
    if any(mark in sent for mark in NUL):
        check([Problem("body", "A text holds U+0000.", "Leave it out.")])
    kind, _, secret = _header(scope, b"authorization").partition(" ")
    if kind and kind.lower() != "bearer":
        raise BadToken
    anonymous_use = token_use = None
    if scope["method"] not in LOOKS:
        anonymous_use = rates.Use(f"api:{_address(scope)}", ANONYMOUS_LIMIT, WINDOW_S)
        token_use = rates.Use("api:", TOKEN_LIMIT, WINDOW_S)
    actor = await services.gate.admit(
        secret.strip() if kind else None, anonymous_use=anonymous_use, token_use=token_use
    )
    if actor is None:
        raise BadToken
    return Caller(scope, services, actor)


def _address(scope: HTTPScope) -> str:
    client = scope["client"]
    return client[0] if client else "unknown"


def _header(scope: HTTPScope, wanted: bytes) -> str:
    # The raw scope: what Litestar makes of it is richer, and made anew for every request.
    for name, value in scope["headers"]:
        if name == wanted:
            return value.decode("latin-1")
    return ""
