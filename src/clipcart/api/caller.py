"""Who calls the API: the holder of a bearer token, or nobody; and requests sent again."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

import msgspec
from litestar import Request
from litestar.params import PathParameter

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


NUL = (b"\0", b"%00", b"\\u0000")
"""What no text in a database can hold, as it stands in an address and in JSON."""


@dataclass(frozen=True, slots=True)
class Caller:
    """One request to the API, and who sends it."""

    request: Request[Any, Any, Any]
    services: Services
    actor: identity.Actor

    @property
    def person_id(self) -> PersonId:
        """The person behind the token. Raises SignInNeeded."""
        if self.actor.person_id is None:
            raise SignInNeeded
        return self.actor.person_id

    @property
    def key(self) -> str:
        """The request's Idempotency-Key. Raises KeyMissing."""
        key = self.request.headers.get("idempotency-key", "").strip()
        if not 1 <= len(key) <= 100:
            raise KeyMissing
        return key

    async def once(
        self, payload: msgspec.Struct | None, answer: type[S], action: Callable[[Tx], Awaitable[S]]
    ) -> S:
        """Do `action` once per key: sent again, the request gets the first answer.

        Raises KeyMissing, KeyReused, SignInNeeded, and whatever the action raises.
        """
        person_id, key, route = self.person_id, self.key, self.request.url.path
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
    services: Services = request.app.state.services
    is_change = request.method not in ("GET", "HEAD")
    # The raw scope: what Litestar makes of it is richer, and made anew for every request.
    sent = request.scope["query_string"] + (await request.body() if is_change else b"")
    has_nul = any(mark in sent for mark in NUL)
    check([Problem("body", "A text holds U+0000.", "Leave it out.") if has_nul else None])
    kind, _, secret = _authorization(request).partition(" ")
    if kind and kind.lower() != "bearer":
        raise BadToken
    anonymous_use = token_use = None
    if is_change:
        address = request.client.host if request.client else "unknown"
        anonymous_use = rates.Use(f"api:{address}", ANONYMOUS_LIMIT, WINDOW_S)
        token_use = rates.Use("api:", TOKEN_LIMIT, WINDOW_S)
    actor = await services.gate.admit(
        secret.strip() if kind else None, anonymous_use=anonymous_use, token_use=token_use
    )
    if actor is None:
        raise BadToken
    return Caller(request, services, actor)


def _authorization(request: Request[Any, Any, Any]) -> str:
    for name, value in request.scope["headers"]:
        if name == b"authorization":
            return value.decode("latin-1")
    return ""
