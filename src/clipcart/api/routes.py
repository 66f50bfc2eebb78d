"""The router of the buyers' API: /api/v1."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from litestar import Request, Response, Router
from litestar.di import Provide
from litestar.exceptions import ValidationException

from clipcart.api import browsing, buying, following, sandboxing, selling
from clipcart.api.callbacks import ROUTES as CALLBACKS
from clipcart.api.caller import Caller, admitted, open_caller
from clipcart.api.docs import ROUTES as DOCS
from clipcart.doorway import json_refusal
from clipcart.doorway.answers import JsonAnswer
from clipcart.doorway.app import Routes
from clipcart.doorway.express import Lane
from clipcart.kit import log
from clipcart.kit.errors import Invalid, Problem

MISSING = re.compile(r"missing required field `(\w+)`")


def on_validation(_request: Request[Any, Any, Any], error: ValidationException) -> Response[Any]:
    """A body or parameter of the wrong shape: every field with its rule."""
    extra: Sequence[Any] = error.extra if isinstance(error.extra, list) else []
    problems = [
        Problem(
            _field_of(each),
            f"{each.get('message', error.detail)}.",
            "See the field in the API's documentation: /api/docs",
        )
        for each in extra
        if isinstance(each, dict)
    ] or [Problem("body", f"{error.detail}.", "See the API's documentation: /api/docs")]
    return json_refusal(Invalid(problems), log.request_id.get())


def _field_of(each: Mapping[str, Any]) -> str:
    """The field that a finding is about; of one that is missing, the name is in the message."""
    missing = MISSING.search(str(each.get("message", "")))
    inside = str(each.get("key", "body")).removeprefix("data").removeprefix(".")
    return ".".join(filter(None, (inside, missing.group(1) if missing else ""))) or "body"


PREFIX = "/api/v1"

LANE: Lane[Caller] = Lane(
    PREFIX,
    (
        browsing.one_product,
        browsing.list_products,
        buying.show_cart,
        buying.change_cart,
        buying.make_quote,
        buying.make_payment_method,
        buying.place_purchase,
        buying.show_purchase,
        selling.list_shop_orders,
    ),
    admitted,
)

ROUTES: Routes = (
    Router(
        path=PREFIX,
        route_handlers=[
            *browsing.ROUTES,
            *buying.ROUTES,
            *following.ROUTES,
            *selling.ROUTES,
            *sandboxing.ROUTES,
        ],
        dependencies={"caller": Provide(open_caller)},
        exception_handlers={ValidationException: on_validation},
        response_class=JsonAnswer,
    ),
    *DOCS,
    *CALLBACKS,
)
