"""Before the database has answered for the first time: the server is up, and says so.

A server that starts while its database is away opens as soon as that answers. Until then every
request gets 503 with a plain page; the process is alive, and not ready.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog
from litestar import Response
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send
from litestar.types.asgi_types import Message

from clipcart.kit.failures import AWAY, told

log = structlog.get_logger("clipcart.doorway")

T = TypeVar("T")

OUTAGE_S = 1.0
RETRY_AFTER_S = 5
OPEN_ANYWAY = ("/health", "/ready", "/metrics", "/assets/")

_JSON = (
    b'{"error":{"code":"http.503","message":"We are briefly out of order. Try again in a minute.",'
    b'"request_id":null}}'
)
_PAGE = (
    b'<!doctype html><html lang="en"><meta charset="utf-8"><title>Short intermission</title>'
    b"<h1>Short intermission</h1><p>We are about to open, and a part of the house is not answering "
    b"yet. Nothing of yours is lost. Try again in a minute.</p></html>"
)


async def as_soon_as_possible(step: Callable[[], Awaitable[T]]) -> T:
    """What `step` gives, tried until the database answers.

    Another failure is raised if it is the first; later ones are written down, and tried again.
    """
    is_told = False
    while True:
        try:
            return await step()
        except AWAY as outage:
            if not is_told:
                log.warning("database_away", error=told(outage), waits_s=OUTAGE_S)
        except Exception as error:
            if not is_told:
                raise
            log.error("cannot_open", exc_info=error)
        is_told = True
        await asyncio.sleep(OUTAGE_S)


def closed_until(is_open: Callable[[], bool], app: ASGIApp) -> ASGIApp:
    """The app; 503 instead of it until `is_open`, except for what tells how the process is."""

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP or is_open() or scope["path"].startswith(OPEN_ANYWAY):
            await app(scope, receive, send)
            return
        is_json = scope["path"].startswith("/api/")
        kind = b"application/json" if is_json else b"text/html; charset=utf-8"
        start: Message = {
            "type": "http.response.start",
            "status": 503,
            "headers": [
                (b"content-type", kind),
                (b"retry-after", str(RETRY_AFTER_S).encode()),
                (b"cache-control", b"no-store"),
            ],
        }
        await send(start)
        await send(
            {
                "type": "http.response.body",
                "body": _JSON if is_json else _PAGE,
                "more_body": False,
            }
        )

    return wrapped


def not_ready() -> Response[dict[str, str]]:
    """What /ready says while the database does not answer."""
    return Response(
        {"status": "database does not answer"},
        status_code=503,
        headers={"Retry-After": str(RETRY_AFTER_S)},
    )
