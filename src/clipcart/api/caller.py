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
    sent = (request.url.query or "").encode() + await request.body()
    has_nul = any(mark in sent for mark in NUL)
    check([Problem("body", "A text holds U+0000.", "Leave it out.") if has_nul else None])
    actor = identity.ANONYMOUS
    header = request.headers.get("authorization", "")
    if header:
        kind, _, secret = header.partition(" ")
        async with services.db.transaction() as tx:
            found = await identity.actor_of_token(tx, secret.strip())
        if kind.lower() != "bearer" or found is None:
            raise BadToken
        actor = found
    if request.method not in ("GET", "HEAD"):
        await _throttle(services, request, actor)
    return Caller(request, services, actor)


async def _throttle(
    services: Services, request: Request[Any, Any, Any], actor: identity.Actor
) -> None:
    address = request.client.host if request.client else "unknown"
    who, limit = (
        (f"api:{address}", ANONYMOUS_LIMIT)
        if actor.person_id is None
        else (f"api:{actor.person_id}", TOKEN_LIMIT)
    )
    async with services.db.transaction() as tx:
        await rates.take(tx, who, limit, WINDOW_S)
