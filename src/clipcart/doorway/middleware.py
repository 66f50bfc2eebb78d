"""Around every request: an id, a line in the log, a measurement, and headers that protect."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import quote

import structlog
from litestar.enums import HttpMethod, ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from prometheus_client import Counter, Histogram

from clipcart.kit import log
from clipcart.kit.clock import stopwatch
from clipcart.kit.ids import new_id

logger = structlog.get_logger("clipcart.access")

REQUESTS = Counter("clipcart_http_requests_total", "Requests answered.", ["method", "status"])
SECONDS = Histogram("clipcart_http_request_seconds", "Time to answer.", ["method"])

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "media-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; manifest-src 'self'"
)
HEADERS: Sequence[tuple[bytes, bytes]] = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
)
UNPRINTABLE = "\ufffd"
HSTS = (b"strict-transport-security", b"max-age=31536000")


def around(app: ASGIApp, *, production: bool) -> ASGIApp:
    """The app with ids, logs, measurements and headers."""
    fixed = [*HEADERS, HSTS] if production else [*HEADERS]

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await app(scope, receive, send)
            return
        # Answered like GET, without the body; no handler needs to know.
        is_head = scope["method"] == "HEAD"
        if is_head:
            scope["method"] = HttpMethod.GET
        if not scope["path"].isprintable():
            # No address of ours, answered in the form of its door; the database would choke on NUL.
            path = "".join(each if each.isprintable() else UNPRINTABLE for each in scope["path"])
            scope["path"], scope["raw_path"] = path, quote(path).encode()
        request_id = f"{new_id():x}"
        token = log.request_id.set(request_id)
        begun = stopwatch()
        status = 500

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                _add_headers(message, [*fixed, (b"x-request-id", request_id.encode())])
            elif is_head and message["type"] == "http.response.body":
                message["body"] = b""
            await send(message)

        try:
            await app(scope, receive, send_with_headers)
        finally:
            took = stopwatch() - begun
            method = "HEAD" if is_head else str(scope["method"])
            _requests(method, status).inc()
            _seconds(method).observe(took)
            if status >= 500:
                logger.warning("request", path=scope["path"], status=status, ms=int(took * 1000))
            log.request_id.reset(token)

    return wrapped


@lru_cache(maxsize=256)
def _requests(method: str, status: int) -> Counter:
    return REQUESTS.labels(method, str(status))


@lru_cache(maxsize=32)
def _seconds(method: str) -> Histogram:
    return SECONDS.labels(method)


def _add_headers(message: Any, headers: Sequence[tuple[bytes, bytes]]) -> None:
    present = {name.lower() for name, _ in message["headers"]}
    message["headers"] = [
        *message["headers"],
        *(header for header in headers if header[0] not in present),
    ]


Wrap = Callable[[ASGIApp], ASGIApp]
