"""The router of the open API: one route for each category of the contract, and the token calls."""

import re
from typing import Any

from litestar import Request, Response, route
from litestar.enums import HttpMethod
from litestar.exceptions import HTTPException
from litestar.handlers import HTTPRouteHandler

from clipcart.doorway import failures
from clipcart.doorway.app import Routes
from clipcart.open_api import contract, envelope, tokens
from clipcart.open_api.docs import ROUTES as DOCS
from clipcart.open_api.document import ROUTES as DOCUMENT
from clipcart.open_api.explorer.routes import ROUTES as EXPLORER
from clipcart.open_api.fulfillment.documents import ROUTES as DOCUMENTS
from clipcart.open_api.gate import desk_of, handle
from clipcart.open_api.groups import GROUPS
from clipcart.open_api.reference.routes import ROUTES as REFERENCE

METHODS = [
    HttpMethod.GET,
    HttpMethod.POST,
    HttpMethod.PUT,
    HttpMethod.DELETE,
    HttpMethod.PATCH,
]
"""All are taken, so that the envelope also says which method a path does not have."""

CATEGORIES = tuple(
    dict.fromkeys(
        each.path.split("/")[1] for each in (*contract.resources(), *contract.own_resources())
    )
)

SIGNED = "signed"
"""The mark of these routes: the request's signature says who calls; no form, no cookie."""


def _category(name: str) -> HTTPRouteHandler:
    @route(
        [f"/{name}/{{version:str}}", f"/{name}/{{version:str}}/{{rest:path}}"],
        http_method=METHODS,
        include_in_schema=False,
        status_code=200,
        opt={SIGNED: True},
    )
    async def category(request: Request[Any, Any, Any]) -> Response[bytes]:
        """Any operation of the category: the gate finds it by the contract."""
        return await handle(request)

    return category


_LOOKS_SIGNED = re.compile(r"/[a-z_]+/20\d{4}(/|$)")


def not_found(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any] | None:
    """The envelope also for categories that there are not, if the address has a version in it."""
    if error.status_code != 404 or not _LOOKS_SIGNED.match(request.url.path):
        return None
    code, status = envelope.NO_PATH
    request_id = envelope.new_request_id(desk_of(request.app.state).services.db.now_hint)
    message = f"There is no path {request.url.path}. See /docs/open-api."
    return envelope.enveloped(None, request_id, code=code, message=message, status=status)


failures.other_forms.append(not_found)
assert GROUPS
ROUTES: Routes = (
    *map(_category, CATEGORIES),
    *tokens.ROUTES,
    *DOCS,
    *DOCUMENT,
    *REFERENCE,
    *EXPLORER,
    *DOCUMENTS,
)
