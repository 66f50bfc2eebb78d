"""Answers that are the same at every door."""

from collections.abc import Mapping
from typing import Any

import msgspec
from litestar import Response
from litestar.response import Redirect
from litestar.types import Receive, Scope, Send

from clipcart.kit.errors import Invalid, Kind, Refusal
from clipcart.kit.text import sentence

STATUS = {
    Kind.ABSENT: 404,
    Kind.FORBIDDEN: 403,
    Kind.UNAUTHENTICATED: 401,
    Kind.INVALID: 422,
    Kind.CONFLICT: 409,
    Kind.EXHAUSTED: 409,
    Kind.THROTTLED: 429,
}


class JsonBody:
    """JSON that is ready to be sent: an ASGI application of two messages."""

    __slots__ = ("_body", "_headers", "_status")

    def __init__(self, status: int, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        self._status, self._body, self._headers = status, body, headers

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        length = str(len(self._body)).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", length)]
        if self._headers:
            headers += [
                (name.lower().encode(), self._headers[name].encode()) for name in self._headers
            ]
        await send({"type": "http.response.start", "status": self._status, "headers": headers})
        await send({"type": "http.response.body", "body": self._body, "more_body": False})


class JsonAnswer(Response[Any]):
    """What a program's door answers with: a struct as JSON and nothing else.

    Litestar's own response can do more (cookies, background work, encoders for any type), and
    preparing for it costs as much as reading a product.
    """

    def __init__(self, content: Any, *, status_code: int = 200, **_unused: Any) -> None:
        self.content = content
        self._status = status_code

    def to_asgi_response(self, *_unused: Any, **_also: Any) -> Any:
        """The answer, encoded."""
        return JsonBody(self._status, msgspec.json.encode(self.content))


def status_of(refusal: Refusal) -> int:
    """The HTTP status of a refusal's kind."""
    return STATUS[refusal.kind]


def retry_after(refusal: Refusal) -> dict[str, str]:
    """The header that says when it can work again, for a refusal that is about time."""
    if refusal.kind is not Kind.THROTTLED:
        return {}
    return {"Retry-After": str(refusal.facts["retry_after_s"])}


def redirect(path: str) -> Redirect:
    """See other: what a form answers when it worked. Only paths of this site."""
    if not path.startswith("/") or path.startswith(("//", "/\\")):
        path = "/"
    return Redirect(path, status_code=303)


def refusal_body(refusal: Refusal, request_id: str | None) -> dict[str, Any]:
    """A refusal for programs: code, sentence, the fields, and the id to ask about."""
    body: dict[str, Any] = {
        "code": refusal.code,
        "message": sentence(refusal.code, refusal.facts),
        "request_id": request_id,
    }
    if isinstance(refusal, Invalid):
        body["problems"] = [
            {"field": problem.field, "rule": problem.rule, "cure": problem.cure}
            for problem in refusal.problems
        ]
    return {"error": body}


def json_refusal(refusal: Refusal, request_id: str | None) -> Response[Any]:
    """The answer that tells a program of a refusal."""
    body = refusal_body(refusal, request_id)
    return Response(body, status_code=status_of(refusal), headers=retry_after(refusal))


def file_response(content: bytes, content_type: str, name: str, *, inline: bool) -> Response[bytes]:
    """A file for saving or, for types that we made ourselves, for viewing."""
    disposition = "inline" if inline else "attachment"
    return Response(
        content,
        media_type=content_type,
        headers={
            "Content-Disposition": f'{disposition}; filename="{name}"',
            "Cache-Control": "private, no-store",
        },
    )
