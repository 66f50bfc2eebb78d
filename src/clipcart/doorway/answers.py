"""Answers that are the same at every door."""

from typing import Any

from litestar import Response
from litestar.response import Redirect

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


def json_refusal(refusal: Refusal, request_id: str | None) -> Response[Any]:
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
    return Response({"error": body}, status_code=status_of(refusal), headers=retry_after(refusal))


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
