"""A visit: one request of a person's browser, with who it is and what a handler needs."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import quote

import msgspec
from litestar import Request, Response
from litestar.datastructures import Cookie
from litestar.response import Redirect

from clipcart import identity, markets
from clipcart.doorway import csrf
from clipcart.doorway.answers import redirect, retry_after
from clipcart.doorway.forms import Form, clean, read_form
from clipcart.doorway.pages import Notice, Shell
from clipcart.doorway.services import Services
from clipcart.kit import crypto
from clipcart.kit.db import Tx
from clipcart.kit.errors import Throttled
from clipcart.kit.ids import PersonId, new_id, parse_id

R = TypeVar("R")

SESSION_COOKIE = "clipcart_session"
VISITOR_COOKIE = "clipcart_visitor"
NOTICE_COOKIE = "clipcart_notice"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
YEAR_S = 365 * 24 * 3600
WORLD = "Demo world: nothing here is charged or shipped."


@dataclass(slots=True)
class Visit:
    """One request with its session, form and answers.

    `actor` is who asks (anonymous without a session); `cart_owner` is the person, or a guest id
    kept in a signed cookie until sign-in.
    """

    request: Request[Any, Any, Any]
    services: Services
    actor: identity.Actor
    session: identity.Session | None
    visitor: str
    form: Form
    cookies: list[Cookie] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def cart_owner(self) -> PersonId:
        """Whose cart this is."""
        return self.actor.person_id or PersonId(int(self.visitor.partition(".")[0]))

    @property
    def path(self) -> str:
        """The path asked for, with its query."""
        query = self.request.url.query
        return self.request.url.path + (f"?{query}" if query else "")

    @property
    def address(self) -> str:
        """The network address of the browser, for rate limits."""
        return self.request.client.host if self.request.client else "unknown"

    @property
    def market(self) -> markets.Market:
        """The market of this installation's front page."""
        return markets.get(self.services.settings.market)

    @property
    def csrf_token(self) -> str:
        """The token that this visit's forms carry."""
        return csrf.token_for(self.services.secret, _bearer(self.request, self.visitor))

    def query(self, name: str) -> str | None:
        """A query parameter, or None when absent or empty."""
        value = self.request.query_params.get(name)
        return clean(value[:500]) or None if value else None

    def transaction(self) -> AbstractAsyncContextManager[Tx]:
        """A transaction; prefer `do` for one action."""
        return self.services.db.transaction()

    def reading(self) -> AbstractAsyncContextManager[Tx]:
        """A `tx` for pages that only look."""
        return self.services.db.reading()

    async def do(self, action: Callable[[Tx], Awaitable[R]]) -> R:
        """One action in one transaction, tried again after deadlocks and lock waits."""
        try:
            return await self.services.db.retrying(action)
        except Throttled as throttled:
            # Whatever page the handler answers with, programs are told when to come back.
            self.headers.update(retry_after(throttled))
            raise

    def shell(self, title: str, **more: Any) -> Shell:
        """The frame around a page of this visit; `more` sets the other fields of Shell."""
        return Shell(
            title=title,
            path=self.request.url.path,
            now=self.services.db.now_hint,
            notices=self._take_notices(),
            person_name=self.session.name if self.session else None,
            theme=self.request.cookies.get("clipcart_theme", "auto"),
            world=WORLD if self.services.is_demo else None,
            **more,
        )

    def html(
        self, template: str, page: Any, *, status: int = 200, timezone: str | None = None
    ) -> Response[str]:
        """The page as an answer. Times are written for `timezone`, else the market's."""
        text = self.services.renderer.html(
            template,
            page,
            csrf=self.csrf_token,
            timezone=timezone or self.market.time_zone.key,
            language=self.market.language,
        )
        return Response(
            text,
            status_code=status,
            media_type="text/html",
            headers={
                "Cache-Control": "private, no-store",
                "Vary": "HX-Request, Cookie",
                **self.headers,
            },
            cookies=self._cookies(),
        )

    def redirect(self, path: str, notice: str | None = None, tone: str = "ok") -> Redirect:
        """See other, with a notice shown once on the next page."""
        if notice is not None:
            self.set_cookie(NOTICE_COOKIE, quote(msgspec.json.encode([tone, notice])), max_age=60)
        answer = redirect(path)
        answer.cookies = self._cookies()
        return answer

    def set_cookie(self, name: str, value: str, *, max_age: int) -> None:
        """Set a cookie with this visit's answer; `max_age=0` forgets it."""
        self.cookies.append(
            Cookie(
                name,
                value=value,
                path="/",
                max_age=max_age,
                httponly=True,
                secure=self.services.settings.production,
                samesite="lax",
            )
        )

    def _cookies(self) -> list[Cookie]:
        if VISITOR_COOKIE not in self.request.cookies:
            self.set_cookie(VISITOR_COOKIE, self.visitor, max_age=YEAR_S)
        return self.cookies

    def _take_notices(self) -> Sequence[Notice]:
        raw = self.request.cookies.get(NOTICE_COOKIE)
        if not raw:
            return ()
        self.set_cookie(NOTICE_COOKIE, "", max_age=0)
        try:
            tone, text = msgspec.json.decode(_unquote(raw), type=tuple[str, str])
        except msgspec.DecodeError:
            return ()
        known = {"ok", "wait", "warn", "bad", "info", "mute"}
        return (Notice(tone if tone in known else "info", text[:300]),)


def _unquote(text: str) -> bytes:
    from_percent = text.encode()
    parts = from_percent.split(b"%")
    out = bytearray(parts[0])
    for part in parts[1:]:
        try:
            out.append(int(part[:2], 16))
        except ValueError:
            return b""
        out += part[2:]
    return bytes(out)


def _bearer(request: Request[Any, Any, Any], visitor: str) -> str:
    """What a form's token is tied to: the session, else the visitor."""
    return request.cookies.get(SESSION_COOKIE) or visitor


def _visitor_of(request: Request[Any, Any, Any], secret: str) -> str:
    """The visitor's cookie if it is ours, else a new one."""
    value = request.cookies.get(VISITOR_COOKIE, "")
    number, _, signature = value.partition(".")
    if parse_id(number) and crypto.is_same(signature, crypto.sign(secret, "visitor", number)):
        return value
    number = str(new_id())
    return f"{number}.{crypto.sign(secret, 'visitor', number)}"


async def open_visit(request: Request[Any, Any, Any]) -> Visit:
    """The visit of a request: who it is, and the form if one was sent.

    Every form is checked here, so that no handler can forget it. Raises ForeignForm.
    """
    services: Services = request.app.state.services
    visitor = _visitor_of(request, services.secret)
    form = Form({}, {})
    if request.method not in SAFE_METHODS:
        form = await read_form(request)
        csrf.check(
            services.secret,
            request.cookies.get(SESSION_COOKIE) or request.cookies.get(VISITOR_COOKIE, ""),
            form.text("_csrf") or request.headers.get("x-csrf-token", ""),
            request.headers.get("origin"),
            request.headers.get("host", ""),
            request.headers.get("sec-fetch-site"),
        )
    session = await read_session(request, services)
    if session is not None and session.needs_touch:
        touched = session
        await services.db.retrying(lambda tx: identity.touch_session(tx, touched))
    actor = session.actor if session else identity.ANONYMOUS
    return Visit(request, services, actor, session, visitor, form)


async def read_session(
    request: Request[Any, Any, Any], services: Services
) -> identity.Session | None:
    """The session of the request's cookie, or None."""
    cookie = request.cookies.get(SESSION_COOKIE)
    if not cookie:
        return None
    async with services.db.reading() as tx:
        return await identity.actor_of_session(tx, cookie)
