"""The router of the buyers' API: /api/v1."""

from collections.abc import Sequence
from typing import Any

from litestar import Request, Response, Router
from litestar.di import Provide
from litestar.exceptions import ValidationException

from clipcart.api import browsing, buying, following
from clipcart.api.callbacks import ROUTES as CALLBACKS
from clipcart.api.caller import open_caller
from clipcart.api.docs import ROUTES as DOCS
from clipcart.doorway import json_refusal
from clipcart.doorway.app import Routes
from clipcart.kit import log
from clipcart.kit.errors import Invalid, Problem


def on_validation(_request: Request[Any, Any, Any], error: ValidationException) -> Response[Any]:
    """A body or parameter of the wrong shape: every field with its rule."""
    extra: Sequence[Any] = error.extra if isinstance(error.extra, list) else []
    problems = [
        Problem(
            str(each.get("key", "body")),
            f"{each.get('message', error.detail)}.",
            "See the field in the API's documentation: /api/docs",
        )
        for each in extra
        if isinstance(each, dict)
    ] or [Problem("body", f"{error.detail}.", "See the API's documentation: /api/docs")]
    return json_refusal(Invalid(problems), log.request_id.get())


ROUTES: Routes = (
    Router(
        path="/api/v1",
        route_handlers=[*browsing.ROUTES, *buying.ROUTES, *following.ROUTES],
        dependencies={"caller": Provide(open_caller)},
        exception_handlers={ValidationException: on_validation},
    ),
    *DOCS,
    *CALLBACKS,
)
