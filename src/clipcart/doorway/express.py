"""The express lane: what programs ask for most often goes to its handler directly.

A framework's way to a handler (routing, injection, validation, an answer object) costs as much as
reading a product. A plain request to one of the chosen handlers needs none of it: path, numbers
and body are read here, and the same handler is called. Whatever is out of the ordinary, such as a
body of the wrong shape or a parameter that is not a plain number, takes the framework's way, whose
answers say what is wrong. So the lane decides nothing; it is only shorter.
"""

import math
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from inspect import Parameter, signature
from types import NoneType
from typing import Annotated, Any, Generic, TypeVar, get_args, get_origin, get_type_hints
from urllib.parse import unquote_plus

import msgspec
from litestar.enums import ScopeType
from litestar.handlers import HTTPRouteHandler
from litestar.params import QueryParameter
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

from clipcart.doorway.answers import JsonBody, refusal_body, retry_after, status_of
from clipcart.doorway.failures import DETAILS, TITLES, failure_body, written_down
from clipcart.doorway.services import Services
from clipcart.kit import log
from clipcart.kit.errors import Refusal
from clipcart.kit.ids import LARGEST

C = TypeVar("C")

LONGEST_BODY = 64 * 1024
WHOLE = re.compile(r"0|[1-9][0-9]{0,18}")
UNREADABLE = "\N{REPLACEMENT CHARACTER}"

Admit = Callable[[Services, HTTPScope, bytes], Awaitable[C]]
"""Who asks: the services, the request, its body. What it gives is the handler's `caller`."""


@dataclass(frozen=True, slots=True)
class _Field:
    """A parameter of a query: what the handler calls it, and what it may be."""

    target: str
    is_number: bool
    lowest: float
    highest: float
    longest: float
    pattern: "re.Pattern[str] | None"

    def read(self, text: str) -> int | str | None:
        """Its value; None when it is not plain, or not one that the handler takes."""
        if self.is_number:
            found = int(text) if WHOLE.fullmatch(text) else None
            return found if found is not None and self.lowest <= found <= self.highest else None
        is_good = 0 < len(text) <= self.longest and UNREADABLE not in text
        return text if is_good and (self.pattern is None or self.pattern.search(text)) else None


@dataclass(frozen=True, slots=True)
class _Stop:
    """A handler in the lane: its address with numbers in it, and what it takes."""

    method: str
    path: re.Pattern[str]
    handler: Callable[..., Awaitable[Any]]
    status: int
    ids: tuple[str, ...]
    body: "msgspec.json.Decoder[Any] | None"
    fields: Mapping[str, _Field]

    def parameters(self, found: "re.Match[str]", query: bytes) -> dict[str, Any] | None:
        """What path and query say; None when that is not for the lane."""
        values: dict[str, Any] = {}
        for name, text in zip(self.ids, found.groups(), strict=True):
            values[name] = number = int(text)
            if number > LARGEST:
                return None
        for piece in query.decode("latin-1").split("&") if query else ():
            name, _, raw = piece.partition("=")
            field = self.fields.get(name)
            value = None if field is None else field.read(unquote_plus(raw))
            if field is None or value is None or field.target in values:
                return None
            values[field.target] = value
        return values


class Lane(Generic[C]):
    """The chosen handlers of one router, with how their caller is found."""

    def __init__(self, prefix: str, chosen: Sequence[HTTPRouteHandler], admit: Admit[C]) -> None:
        self.prefix = prefix
        self._admit = admit
        self._stops = [_stop_of(prefix, handler) for handler in chosen]

    def find(self, scope: HTTPScope) -> tuple[_Stop, dict[str, Any]] | None:
        """Where a request goes, and what path and query say; None: not by this lane."""
        method, path = scope["method"], scope["path"]
        for stop in self._stops:
            if stop.method == method and (found := stop.path.fullmatch(path)):
                values = stop.parameters(found, scope["query_string"])
                if values is None or (stop.body is not None and not _is_short_json(scope)):
                    return None
                return stop, values
        return None

    async def answer(
        self, stop: _Stop, values: dict[str, Any], services: Services, scope: HTTPScope, body: bytes
    ) -> ASGIApp:
        """What the handler gives, or the refusal or failure that it raised."""
        try:
            caller = await self._admit(services, scope, body)
            made = await stop.handler(caller=caller, **values)
            return JsonBody(stop.status, msgspec.json.encode(made))
        except Refusal as refusal:
            told = refusal_body(refusal, log.request_id.get())
            status, headers = status_of(refusal), retry_after(refusal)
        except Exception as error:
            status, headers = written_down(scope["path"], error)
            told = failure_body(status, TITLES[status], DETAILS[status])
        return JsonBody(status, msgspec.json.encode(told), headers)


def beside(
    app: ASGIApp, lanes: Sequence[Lane[Any]], services: Callable[[], Services | None]
) -> ASGIApp:
    """The app, with lanes for what is plain."""

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        opened = services() if scope["type"] == ScopeType.HTTP else None
        if opened is None:
            await app(scope, receive, send)
            return
        asked: Any = scope
        for lane in lanes:
            if not asked["path"].startswith(lane.prefix) or (found := lane.find(asked)) is None:
                continue
            stop, values = found
            body = b""
            if stop.body is not None:
                body, messages = await _read(receive)
                try:
                    values["data"] = stop.body.decode(body)
                except (msgspec.MsgspecError, UnicodeDecodeError):
                    receive = _again(messages, receive)
                    break
            answer = await lane.answer(stop, values, opened, asked, body)
            await answer(scope, receive, send)
            return
        await app(scope, receive, send)

    return wrapped


async def _read(receive: Receive) -> tuple[bytes, list[Message]]:
    body, messages = b"", list[Message]()
    while True:
        message: Any = await receive()
        messages.append(message)
        body += message.get("body", b"")
        if not message.get("more_body"):
            return body, messages


def _again(messages: list[Message], receive: Receive) -> Receive:
    """`receive`, which begins with what was read already."""
    left = iter(messages)

    async def once_more() -> Any:
        return next(left, None) or await receive()

    return once_more


def _is_short_json(scope: HTTPScope) -> bool:
    length, kind = b"", b"application/json"
    for name, value in scope["headers"]:
        if name == b"content-length":
            length = value
        elif name == b"content-type":
            kind = value
    return kind == b"application/json" and length.isdigit() and int(length) <= LONGEST_BODY


def _stop_of(prefix: str, handler: HTTPRouteHandler) -> _Stop:
    [path], [method] = handler.paths, handler.http_methods
    ids = tuple(re.findall(r"\{(\w+):int\}", path))
    pattern = re.sub(r"\\\{\w+:int\\\}", "([1-9][0-9]{0,18})", re.escape(prefix + path))
    names = signature(handler.fn).parameters
    hints = get_type_hints(handler.fn, include_extras=True)
    if required := {
        name
        for name, each in names.items()
        if each.default is Parameter.empty and name not in {*ids, "caller", "data"}
    }:
        raise TypeError(f"the lane cannot give {sorted(required)} to {handler.fn.__name__}")
    return _Stop(
        str(method),
        re.compile(pattern),
        handler.fn,
        handler.status_code,
        ids,
        msgspec.json.Decoder(get_type_hints(handler.fn)["data"]) if "data" in names else None,
        dict(found for name, hint in hints.items() if (found := _field_of(name, hint)) is not None),
    )


def _field_of(name: str, hint: Any) -> tuple[str, _Field] | None:
    """A parameter of the query under the name that requests give it."""
    if get_origin(hint) is not Annotated:
        return None
    kind, *marks = get_args(hint)
    kinds = set(get_args(kind) or (kind,)) - {NoneType}
    for mark in marks:
        if isinstance(mark, QueryParameter) and kinds in ({int}, {str}):
            field = _Field(
                name,
                kinds == {int},
                -math.inf if mark.ge is None else mark.ge,
                math.inf if mark.le is None else mark.le,
                math.inf if mark.max_length is None else mark.max_length,
                None if mark.pattern is None else re.compile(mark.pattern),
            )
            return mark.name or name, field
    return None
