"""The gate: every call is looked at in the order that the contract documents, then answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
import structlog
from litestar import Request, Response
from litestar.datastructures import State

from clipcart import apps, sellers
from clipcart.apps import Access, App, RequestEntry, Vault
from clipcart.doorway import Services, Upload
from clipcart.doorway.failures import OUTAGES
from clipcart.identity import Actor
from clipcart.kit.clock import stopwatch, wall_now
from clipcart.kit.db import Tx
from clipcart.kit.errors import Invalid, Kind, Problem, Refusal
from clipcart.kit.ids import ShopId
from clipcart.kit.text import sentence
from clipcart.open_api import contract, envelope, signing
from clipcart.open_api.call import Call
from clipcart.open_api.contract import Cipher, NotMatched, Operation
from clipcart.open_api.envelope import Failure, fail
from clipcart.open_api.forms import read_body, read_parts
from clipcart.open_api.limits import Left, Limits, bucket_of
from clipcart.open_api.registry import Served, served
from clipcart.open_api.requestlog import LONGEST_MESSAGE, LONGEST_PATH, RequestLog
from clipcart.open_api.signing import Signed
from clipcart.sellers import GRANTS, Shop, ShopState

TOKEN_HEADER = "x-tts-access-token"
LONGEST_EXPLANATION = 4_000

logger = structlog.get_logger("clipcart.open_api")


@dataclass(slots=True)
class Desk:
    """What this door keeps in the process."""

    services: Services
    vault: Vault
    limits: Limits
    log: RequestLog


def desk_of(state: State) -> Desk:
    """The door's desk of an application; made with its first call."""
    services: Services = state.services
    desk: Desk | None = state.get("open_api_desk")
    if desk is None or desk.services is not services:
        desk = Desk(services, Vault(services.secret), Limits(), RequestLog(services.db))
        state.open_api_desk = desk
    return desk


@dataclass(slots=True)
class _Asked:
    """A request on its way through the gate, with what is known of it so far."""

    request: Request[Any, Any, Any]
    desk: Desk
    request_id: str
    path: str
    app: App | None = None
    shop_id: ShopId | None = None
    left: Left | None = None


async def handle(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Answer a call, whatever it is: the envelope is the answer's form in every case."""
    began, desk = stopwatch(), desk_of(request.app.state)
    now = desk.services.db.now_hint
    raw: bytes = request.scope.get("raw_path") or request.scope["path"].encode()
    path = raw.partition(b"?")[0].decode("latin-1")
    asked = _Asked(request, desk, envelope.new_request_id(now), path)
    failure: Failure | None = None
    data: Any = None
    try:
        data = await _answer(asked)
    except Failure as known:
        failure = known
    except OUTAGES as error:
        logger.error("open_api_outage", path=path, exc_info=error)
        failure = fail(envelope.DOWN, "A part that we depend on does not answer. Try again.")
    except Exception as error:
        logger.error("open_api_failed", path=path, exc_info=error)
        failure = fail(
            envelope.BROKEN,
            f"It is our fault and was written down. Tell the operator {asked.request_id}.",
        )
    response = _response(asked, data, failure)
    if asked.app is not None:
        desk.log.add(
            RequestEntry(
                asked.app.owner_id,
                asked.app.id,
                now,
                request.method,
                path[:LONGEST_PATH],
                asked.shop_id,
                response.status_code or 200,
                failure.code if failure else 0,
                failure.message[:LONGEST_MESSAGE] if failure else "",
                int((stopwatch() - began) * 1_000_000),
                asked.request_id,
            )
        )
    return response


def _response(asked: _Asked, data: Any, failure: Failure | None) -> Response[bytes]:
    headers = asked.left.headers() if asked.left else {}
    if failure is None:
        return envelope.enveloped(
            {} if data is None else data, asked.request_id, headers=headers.items()
        )
    headers.update(failure.headers)
    return envelope.enveloped(
        failure.data,
        asked.request_id,
        code=failure.code,
        message=failure.message,
        status=failure.status,
        headers=headers.items(),
    )


async def _answer(asked: _Asked) -> Any:
    operation, places, handler, version = _operation(asked)
    body = await read_body(asked.request)
    parameters = signing.parameters_of(asked.request.scope["query_string"])
    sent = signing.joined(parameters)
    signed = Signed(asked.path, parameters, _content_type(asked.request), body)
    timestamp = _stamps(sent)
    token = asked.request.headers.get(TOKEN_HEADER, "")
    async with asked.desk.services.db.reading() as tx:
        access = await apps.access(tx, asked.desk.vault, sent["app_key"], token)
        if access is None:
            raise _parameter("app_key", "it is not the key of an app", "check it")
        asked.app = access.app
        _check_time(asked, timestamp, tx)
        _check_signature(asked, access, signed, sent["sign"])
        _check_content_type(operation, signed)
        _check_token(access, token)
        _check_scope(operation, access)
        actor, shop = await _check_shop(asked, tx, operation, access, sent.get("shop_cipher", ""))
    bucket = bucket_of(access.app.id, asked.shop_id, operation.resource.key)
    await _check_limit(asked, bucket, handler.limit)
    call = await _read(asked, operation, version, places, sent, body, access, actor, shop)
    try:
        return await handler.handler(call)
    except Refusal as refusal:
        raise _refused(operation, handler, refusal) from refusal


# -- what is asked for -------------------------------------------------------------------------


def _operation(asked: _Asked) -> tuple[Operation, Mapping[str, str], Served, str]:
    method, path = asked.request.method, asked.path
    found = contract.match(method, path)
    if found is NotMatched.PATH:
        raise fail(envelope.NO_PATH, f"There is no path {path}. See /docs/open-api.")
    if found is NotMatched.METHOD:
        raise fail(envelope.NO_METHOD, f"{path} does not take {method}. See /docs/open-api.")
    if isinstance(found, NotMatched):
        raise fail(
            envelope.NO_VERSION,
            f"The version in {path} is none that this operation has. See /docs/open-api.",
        )
    operation, places = found
    version = path.split("/")[2]
    handler = served(operation, version)
    if handler is None:
        raise fail(
            envelope.NO_PATH,
            f"{operation.key} is in the contract and not served here yet. See /docs/open-api.",
        )
    return operation, places, handler, version


def _content_type(request: Request[Any, Any, Any]) -> str:
    return str(request.headers.get("content-type", ""))


def _parameter(name: str, rule: str, cure: str) -> Failure:
    problem = Problem(name, f"Invalid {name}: {rule}", cure)
    code, status = envelope.BAD_PARAMETER
    return Failure(code, f"{problem.rule}. {cure[:1].upper()}{cure[1:]}.", status=status)


# -- who asks ----------------------------------------------------------------------------------


def _stamps(sent: Mapping[str, str]) -> int:
    """The timestamp, once app_key, timestamp and sign are there at all."""
    if not sent.get("app_key"):
        raise _parameter("app_key", "it is missing", "send your app's key")
    text = sent.get("timestamp", "")
    if not (text.isascii() and text.isdigit() and len(text) <= 11):
        raise _parameter("timestamp", "it is missing or no number", "send Unix seconds")
    if not sent.get("sign"):
        raise _parameter("sign", "it is missing", "sign the request")
    return int(text)


def _check_time(asked: _Asked, timestamp: int, tx: Tx) -> None:
    """Outside production the clock can be moved, which clients cannot know: theirs counts too."""
    moments = [tx.now]
    if not asked.desk.services.settings.production:
        moments.append(wall_now())
    if not signing.is_timely(timestamp, moments):
        raise _parameter(
            "timestamp",
            f"it is not within 5 minutes before and 30 seconds after {int(tx.now.timestamp())}",
            "send the current time in Unix seconds",
        )


def _check_signature(asked: _Asked, access: Access, signed: Signed, sent: str) -> None:
    if any(signing.fits(signed, secret, sent) for secret in access.secrets):
        return
    message = "Invalid signature: the query parameter sign does not fit. See /docs/open-api#signing"
    if not asked.desk.services.settings.production:
        text = signing.explained(signed)[:LONGEST_EXPLANATION]
        message += f" Expected: HMAC-SHA256 with the app secret, in lower-case hex, over: {text}"
    raise fail(envelope.BAD_SIGNATURE, message)


def _check_content_type(operation: Operation, signed: Signed) -> None:
    if operation.body is None or not signed.body:
        return
    kind = signed.content_type.partition(";")[0].strip().lower()
    wanted = signing.MULTIPART if operation.is_multipart else envelope.JSON
    if not kind:
        raise fail(envelope.NO_CONTENT_TYPE, f"Content-Type is missing. Send {wanted}.")
    if kind != wanted:
        raise fail(envelope.BAD_CONTENT_TYPE, f"Content-Type {kind} is not taken. Send {wanted}.")


def _check_token(access: Access, token: str) -> None:
    if not token:
        raise _parameter(TOKEN_HEADER, "the header is missing", "send the access token in it")
    if access.is_expired:
        raise fail(envelope.TOKEN_OVER, "The access token has expired. Refresh it.")
    if access.consent is None:
        raise fail(
            envelope.BAD_TOKEN,
            "The access token is not valid, or the authorization was withdrawn. "
            "Ask for consent again.",
        )


def _check_scope(operation: Operation, access: Access) -> None:
    assert access.consent is not None
    if operation.scope in access.consent.scopes:
        return
    if operation.party != access.consent.party:
        raise fail(
            envelope.FOREIGN_CIPHER,
            f"This operation takes the token of a {operation.party.lower()}, and this one is a "
            f"{access.consent.party.lower()}'s.",
        )
    raise fail(
        envelope.NO_SCOPE,
        f"Access denied: the scope {operation.scope} is missing, you should apply auth pkg for "
        "this api. Add the scope to the app, then ask for consent again.",
    )


async def _check_shop(
    asked: _Asked, tx: Tx, operation: Operation, access: Access, cipher: str
) -> tuple[Actor, Shop | None]:
    """The actor, and the shop that the cipher names."""
    assert access.consent is not None
    memberships = await sellers.memberships_of(tx, access.consent.person_id)
    actor = apps.actor_of(access.consent, {each.shop_id: GRANTS[each.role] for each in memberships})
    if cipher and operation.cipher is Cipher.REFUSED:
        raise _parameter("shop_cipher", "this operation takes none", "leave it out")
    if not cipher:
        if operation.cipher is Cipher.NEEDED:
            raise fail(
                envelope.NO_CIPHER, "shop_cipher is missing. Take it from Get Authorized Shops."
            )
        _check_caller(asked, access)
        return actor, None
    vault, app_id = asked.desk.vault, access.app.id
    shop_id = next((each for each in actor.memberships if vault.cipher(app_id, each) == cipher), 0)
    if not shop_id:
        raise fail(envelope.FOREIGN_CIPHER, "shop_cipher does not belong to this access token.")
    asked.shop_id = ShopId(shop_id)
    _check_caller(asked, access)
    shop = await sellers.shop(tx, asked.shop_id)
    if shop.state is ShopState.SUSPENDED:
        raise fail(envelope.SHOP_INACTIVE, "The shop is suspended. Its seller can say why.")
    return actor, shop


def _check_caller(asked: _Asked, access: Access) -> None:
    client = asked.request.client
    if not access.app.allows(client.host if client else ""):
        raise fail(
            envelope.FOREIGN_IP,
            "The caller's address is not on the app's list. Add it, or empty the list.",
        )


async def _check_limit(asked: _Asked, bucket: str, per_s: int) -> None:
    try:
        asked.left = await asked.desk.limits.take(asked.desk.services.db, bucket, per_s)
    except Refusal as refusal:
        raise _throttled(refusal) from refusal


def _throttled(refusal: Refusal) -> Failure:
    wait = str(refusal.facts.get("retry_after_s", 1))
    return fail(
        envelope.TOO_OFTEN,
        f"Too many requests. Try again in {wait} s.",
        headers={"Retry-After": wait},
    )


# -- what is sent ------------------------------------------------------------------------------


async def _read(
    asked: _Asked,
    operation: Operation,
    version: str,
    places: Mapping[str, str],
    sent: Mapping[str, str],
    body: bytes,
    access: Access,
    actor: Actor,
    shop: Shop | None,
) -> Call:
    """The call, once query and body fit the contract."""
    assert access.consent is not None
    files: dict[str, Upload] = {}
    content: Any = None
    if operation.is_multipart and body:
        content, files = read_parts(operation, _content_type(asked.request), body)
    elif operation.body is not None and body.strip():
        content = _decoded(operation, body)
    query, typed, problems = contract.validate_request(operation, sent, content, frozenset(files))
    if problems:
        raise envelope.invalid(operation.bad, problems)
    return Call(
        asked.desk.services,
        asked.desk.vault,
        asked.request_id,
        operation,
        version,
        places,
        query,
        typed,
        files,
        access.app,
        access.consent,
        actor,
        shop,
    )


def _decoded(operation: Operation, body: bytes) -> Any:
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        problem = Problem("body", "it is not JSON", "send one JSON object")
        raise envelope.invalid(operation.bad, [problem]) from error


def _refused(operation: Operation, handler: Served, refusal: Refusal) -> Failure:
    """What a room refuses, in the contract's codes: the handler's own, else the family's."""
    for kind, code in handler.refusals.items():
        if isinstance(refusal, kind):
            problems = refusal.problems if isinstance(refusal, Invalid) else ()
            said = envelope.sentence_of(problems) or sentence(refusal.code, refusal.facts)
            return Failure(code, said)
    if isinstance(refusal, Invalid):
        return envelope.invalid(operation.bad, refusal.problems)
    if refusal.kind is Kind.THROTTLED:
        return _throttled(refusal)
    said = sentence(refusal.code, refusal.facts)
    if refusal.kind in (Kind.FORBIDDEN, Kind.UNAUTHENTICATED):
        return fail(
            envelope.NO_SCOPE,
            f"Access denied: whoever consented may not do this in the shop. {said}",
        )
    return envelope.invalid(operation.bad, [Problem("request", said, "see /docs/open-api")])


__all__ = ["Desk", "desk_of", "handle"]
