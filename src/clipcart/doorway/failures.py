"""What people see when something fails: a page (or JSON) with what to do next and an id."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

import asyncpg
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException

from clipcart import identity
from clipcart.doorway.answers import json_refusal, redirect, retry_after, status_of
from clipcart.doorway.forms import Form
from clipcart.doorway.opening import RETRY_AFTER_S
from clipcart.doorway.pages import Shell
from clipcart.doorway.services import Services
from clipcart.doorway.visit import Visit
from clipcart.kit import log
from clipcart.kit.errors import Kind, Outage, Refusal
from clipcart.kit.failures import AWAY
from clipcart.kit.text import sentence

logger = structlog.get_logger("clipcart.doorway")

OUTAGES = (
    Outage,
    *AWAY,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.PostgresSystemError,
    asyncpg.LockNotAvailableError,
    TimeoutError,
)

TITLES = {
    400: "That request could not be read",
    401: "Please sign in",
    403: "You may not do this",
    404: "Nothing is here",
    405: "That cannot be done here",
    409: "That is no longer possible",
    413: "That is too large",
    422: "Something needs your attention",
    429: "A moment, please",
    500: "Something broke on our side",
    503: "We are briefly out of order",
}
DETAILS = {
    404: "The address may be mistyped, or the thing was removed. Search for it, or go home.",
    405: "Go back and use the page's own buttons.",
    413: "Send fewer or smaller files and try again.",
    500: "It is our fault, and it has been written down. Nothing of yours is half done. "
    "Try again; if it happens again, tell the operator the number below.",
    503: "A part that we depend on does not answer. Nothing of yours is half done. "
    "Try again in a minute.",
}


@dataclass(frozen=True, slots=True)
class FailurePage:
    """The page of a failure (web/templates/error.html)."""

    shell: Shell
    status: int
    detail: str
    correlation_id: str | None
    back_url: str


other_forms: list[Callable[[Request[Any, Any, Any], HTTPException], Response[Any] | None]] = []
"""Doors that have a form of their own for what is not found; the first that answers is taken."""


def wants_json(request: Request[Any, Any, Any]) -> bool:
    """Whether a program asks: its door, or what it accepts."""
    return request.url.path.startswith("/api/")


def on_refusal(request: Request[Any, Any, Any], refusal: Refusal) -> Response[Any]:
    """The business said no."""
    if wants_json(request):
        return json_refusal(refusal, log.request_id.get())
    if refusal.kind is Kind.UNAUTHENTICATED:
        return redirect(f"/sign-in?next={quote(_page_asked_from(request))}")
    answer = _page(request, status_of(refusal), sentence(refusal.code, refusal.facts))
    answer.headers.update(retry_after(refusal))
    return answer


def _page_asked_from(request: Request[Any, Any, Any]) -> str:
    """Where to go after signing in: the page asked for, or the page whose form was sent."""
    if request.method == "GET":
        return request.url.path
    return urlsplit(request.headers.get("referer", "/")).path or "/"


def on_http_exception(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    """The request itself was off: no such page, wrong method, unreadable body."""
    for form in other_forms:
        answer = form(request, error)
        if answer is not None:
            return answer
    status = error.status_code
    detail = DETAILS.get(status, "Go back and try again.")
    if wants_json(request):
        return _json(status, TITLES.get(status, "Error"), detail)
    return _page(request, status, detail)


def on_exception(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """An outage or a bug."""
    status, headers = written_down(request.url.path, error)
    if wants_json(request):
        answer = _json(status, TITLES[status], DETAILS[status])
    else:
        answer = _page(request, status, DETAILS[status])
    answer.headers.update(headers)
    return answer


def written_down(path: str, error: Exception) -> tuple[int, dict[str, str]]:
    """Put an outage or a bug into the log; gives the status and headers of what is answered."""
    status = 503 if isinstance(error, OUTAGES) else 500
    logger.error("request_failed", path=path, status=status, exc_info=error)
    return status, {"Retry-After": str(RETRY_AFTER_S)} if status == 503 else {}


def failure_body(status: int, title: str, detail: str) -> dict[str, Any]:
    """What a program is told that no refusal of ours says."""
    return {
        "error": {
            "code": f"http.{status}",
            "message": f"{title}. {detail}",
            "request_id": log.request_id.get(),
        }
    }


def _json(status: int, title: str, detail: str) -> Response[Any]:
    return Response(failure_body(status, title, detail), status_code=status)


def _page(request: Request[Any, Any, Any], status: int, detail: str) -> Response[Any]:
    services: Services = request.app.state.services
    visit = Visit(request, services, identity.ANONYMOUS, None, "0.", Form({}, {}))
    title = TITLES.get(status, "That did not work")
    back = request.headers.get("referer", "/")
    page = FailurePage(
        Shell(title=title, path=request.url.path, now=services.db.now_hint),
        status,
        detail,
        log.request_id.get(),
        back if back.startswith(services.settings.public_url) else "/",
    )
    answer = visit.html("error.html", page, status=status)
    answer.cookies = []
    return answer
