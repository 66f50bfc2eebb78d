"""The token calls: codes and refresh tokens become tokens. Unsigned; refusals have HTTP 200."""

from typing import Any

import msgspec
import structlog
from litestar import Request, Response, route
from litestar.enums import HttpMethod
from litestar.exceptions import HTTPException

from clipcart import apps, markets, sellers
from clipcart.apps import App, CodeSpent, Issued, Party, RefreshSpent
from clipcart.doorway.failures import OUTAGES
from clipcart.doorway.forms import read_form
from clipcart.kit.db import Tx
from clipcart.kit.text import sentence
from clipcart.open_api import envelope, signing
from clipcart.open_api.envelope import Failure
from clipcart.open_api.forms import read_body
from clipcart.open_api.gate import Desk, desk_of
from clipcart.open_api.values import known, wire_time

logger = structlog.get_logger("clipcart.open_api")

PARTY_NUMBERS = {Party.SELLER: 0, Party.CREATOR: 1}
GRANT_TYPES = {
    "get": ("authorized_code",),
    # Some clients say the first word on both calls.
    "refresh": ("refresh_token", "authorized_code"),
}


def _bad(name: str, rule: str) -> Failure:
    """The token calls answer mistakes with 200: clients read the code."""
    return Failure(envelope.BAD_PARAMETER[0], f"Invalid {name}: {rule}.")


async def _fields(request: Request[Any, Any, Any]) -> dict[str, str]:
    """The fields, from the query, a JSON body or a form: clients do all three."""
    sent = signing.joined(signing.parameters_of(request.scope["query_string"]))
    if request.method == "GET":
        return sent
    body = await read_body(request)
    if not body.strip():
        return sent
    kind = str(request.headers.get("content-type", "")).lower()
    if "form" in kind:
        return {**sent, **(await read_form(request)).values()}
    try:
        inside = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _bad("body", "it is not JSON") from error
    if not isinstance(inside, dict):
        raise _bad("body", "it is not a JSON object")
    return {**sent, **{str(name): str(value) for name, value in inside.items()}}


async def _proven(tx: Tx, desk: Desk, sent: dict[str, str]) -> App:
    """The app that its key and secret prove."""
    for name in ("app_key", "app_secret"):
        if not sent.get(name):
            raise _bad(name, "it is missing")
    app = await apps.app_by_secret(tx, desk.vault, sent["app_key"], sent["app_secret"])
    if app is None:
        raise _bad("app_key", "it is unknown, or app_secret does not belong to it")
    return app


async def _issued(desk: Desk, call: str, sent: dict[str, str]) -> dict[str, Any]:
    async def body(tx: Tx) -> dict[str, Any]:
        app = await _proven(tx, desk, sent)
        if sent.get("grant_type", GRANT_TYPES[call][0]) not in GRANT_TYPES[call]:
            raise _bad("grant_type", f"it is not {GRANT_TYPES[call][0]}")
        if call == "get":
            text = sent.get("auth_code") or sent.get("code", "")
            made = await apps.exchange_code(tx, app, text)
        else:
            made = await apps.refresh(tx, app, sent.get("refresh_token", ""))
        return await _told(tx, desk, made)

    return await desk.services.db.retrying(body)


async def _told(tx: Tx, desk: Desk, made: Issued) -> dict[str, Any]:
    consent = made.consent
    shops = await sellers.shops(tx, consent.shop_ids[:1]) if consent.shop_ids else {}
    first = next(iter(shops.values()), None)
    return {
        "access_token": made.access_token,
        "access_token_expire_in": wire_time(made.access_expires_at),
        "refresh_token": made.refresh_token,
        "refresh_token_expire_in": wire_time(made.refresh_expires_at),
        "open_id": desk.vault.open_id(consent.app_id, consent.person_id, consent.party),
        **known(
            seller_name=first.name if first else None,
            seller_base_region=markets.get(first.market_id).country if first else None,
        ),
        "user_type": PARTY_NUMBERS[consent.party],
        "granted_scopes": list(consent.scopes),
    }


async def _answer(request: Request[Any, Any, Any], call: str) -> Response[bytes]:
    desk = desk_of(request.app.state)
    request_id = envelope.new_request_id(desk.services.db.now_hint)
    try:
        data = await _issued(desk, call, await _fields(request))
    except (CodeSpent, RefreshSpent) as refusal:
        spent = envelope.CODE_OVER if isinstance(refusal, CodeSpent) else envelope.REFRESH_OVER
        failure = Failure(spent[0], sentence(refusal.code, refusal.facts))
    except Failure as found:
        failure = found
    except HTTPException:
        failure = _bad("body", "it is no form")
    except OUTAGES as error:
        logger.error("open_api_outage", path=request.url.path, exc_info=error)
        failure = envelope.fail(
            envelope.DOWN, "A part that we depend on does not answer. Try again."
        )
    else:
        return envelope.enveloped(data, request_id)
    return envelope.enveloped(
        None, request_id, code=failure.code, message=failure.message, status=failure.status
    )


BOTH = [HttpMethod.GET, HttpMethod.POST]


@route("/api/v2/token/get", http_method=BOTH, include_in_schema=False, status_code=200)
async def get_token(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Tokens for the code that came with the redirect."""
    return await _answer(request, "get")


@route("/api/v2/token/refresh", http_method=BOTH, include_in_schema=False, status_code=200)
async def refresh_token(request: Request[Any, Any, Any]) -> Response[bytes]:
    """A new pair of tokens for a refresh token."""
    return await _answer(request, "refresh")


ROUTES = (get_token, refresh_token)
