"""The operator's desk: who may sit at it, its frame, and how an action is answered."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

import structlog
from litestar import Request, Response
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.response import Redirect

from clipcart.doorway import Form, Services, Shell, Visit, redirect
from clipcart.doorway.pages import errors_of
from clipcart.identity import OPERATOR, Actor, Session
from clipcart.kit.db import Tx
from clipcart.kit.errors import Absent, Invalid, Kind, Refusal
from clipcart.kit.ids import ShopId, parse_id
from clipcart.kit.text import sentence
from clipcart.ops.policy import may_operate

logger = structlog.get_logger("clipcart.ops")

STAFF_MODE: Final = "/staff-mode"

_NAVIGATION: Final = (
    ("Overview", "/ops", "home"),
    ("Verification", "/ops/verification", "shield"),
    ("Listings", "/ops/listings", "tag"),
    ("Shops", "/ops/shops", "shop"),
    ("Money", "/ops/money", "proof"),
    ("Payment exceptions", "/ops/exceptions", "card"),
    ("Stock", "/ops/stock", "warehouse"),
    ("Jobs", "/ops/jobs", "jobs"),
    ("Events", "/ops/events", "events"),
    ("Clock", "/ops/clock", "clock"),
)


class StaffModeNeeded(Exception):
    """An operator who has not entered staff mode, or whose time in it is over."""


@dataclass(frozen=True, slots=True)
class Item:
    """An entry of the navigation."""

    label: str
    url: str
    icon: str
    current: bool
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Typed:
    """A form as it was sent: what stands in it, and what is wrong with which field."""

    values: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)

    def value(self, name: str, default: str = "") -> str:
        """What stands in a field."""
        return self.values.get(name, default)

    @property
    def summary(self) -> tuple[tuple[str, str], ...]:
        """Everything that is wrong, about the form as a whole: its fields may be folded away."""
        return tuple(("", text) for text in self.errors.values())


FRESH: Final = Typed()
"""A form that nobody has sent yet."""


@dataclass(frozen=True, slots=True)
class Desk:
    """One request of an operator. Handlers get it instead of the visit, so none can be open."""

    visit: Visit
    session: Session

    @property
    def actor(self) -> Actor:
        """The operator."""
        return self.visit.actor

    @property
    def services(self) -> Services:
        """The installation."""
        return self.visit.services

    @property
    def form(self) -> Form:
        """The form that was sent."""
        return self.visit.form

    @property
    def is_staff(self) -> bool:
        """Staff mode is on; only the clock's page is shown without it."""
        return may_operate(self.actor)

    @property
    def is_fragment(self) -> bool:
        """Only a part of the page is asked for."""
        return _is_fragment(self.visit.request)

    def query(self, name: str) -> str | None:
        """A query parameter, or None."""
        return self.visit.query(name)

    def shell(self, title: str, here: str) -> Shell:
        """The frame; `here` is the label of the navigation's entry."""
        zone = self.visit.market.time_zone
        until = self.session.staff_until
        return self.visit.shell(
            title,
            nav=tuple(
                Item(label, url, icon, label == here)
                for label, url, icon in _NAVIGATION
                if url != "/ops/clock" or self.services.is_demo
            ),
            staff_until=f"{until.astimezone(zone):%H:%M}" if until and self.is_staff else None,
        )

    def html(self, template: str, page: Any, *, status: int = 200) -> Response[str]:
        """The page as an answer."""
        return self.visit.html(f"ops/{template}", page, status=status)

    def redirect(self, path: str, notice: str | None = None, tone: str = "ok") -> Redirect:
        """See other, with a notice."""
        return self.visit.redirect(path, notice, tone)

    async def carry_out(
        self,
        work: Callable[[Tx], Awaitable[Any]],
        *,
        back: str,
        done: str | Callable[[Any], str | None],
        show: Callable[[Typed], Awaitable[Response[str]]] | None = None,
    ) -> Response[str] | Redirect:
        """One action, then back with what happened.

        A conflict goes back with its sentence. Wrong fields show the page again, 422, when `show`
        can make it.
        """
        try:
            outcome = await self.visit.do(work)
        except Invalid as refusal:
            if show is None:
                return self.redirect(back, " ".join(errors_of(refusal.problems).values()), "bad")
            return await show(Typed(self.form.values(), errors_of(refusal.problems)))
        except Refusal as refusal:
            if refusal.kind is not Kind.CONFLICT:
                raise
            return self.redirect(back, sentence(refusal.code, refusal.facts), "warn")
        return self.redirect(back, done if isinstance(done, str) else done(outcome))


def shop_id_of(text: str) -> ShopId:
    """The shop that an address names. Raises Absent."""
    return ShopId(number_of(text, "shop"))


def number_of(text: str, what: str) -> int:
    """The id in an address. Raises Absent."""
    number = parse_id(text)
    if number is None:
        raise Absent(what)
    return number


def later(path: str, cursor: str | None, **more: str | None) -> str | None:
    """The address of the page at a cursor, or None."""
    return None if cursor is None else address(path, at=cursor, **more)


def address(path: str, **more: str | None) -> str:
    """A path with those query parameters that are there."""
    query = urlencode({name: value for name, value in more.items() if value})
    return f"{path}?{query}" if query else path


async def open_desk(visit: NamedDependency[Visit]) -> Desk:
    """The desk of an operator in staff mode. Others see no such page, or are led to staff mode."""
    desk = await open_clock_desk(visit)
    if not desk.is_staff:
        raise StaffModeNeeded
    return desk


async def open_clock_desk(visit: NamedDependency[Visit]) -> Desk:
    """The desk of anybody with the role: to look at the clock, which may have ended staff mode."""
    if visit.session is None or OPERATOR not in visit.actor.roles:
        raise NotFoundException
    logger.info("operator", actor=visit.actor.label, method=visit.request.method, path=visit.path)
    return Desk(visit, visit.session)


def to_staff_mode(request: Request[Any, Any, Any], _error: StaffModeNeeded) -> Response[Any]:
    """Lead an operator to the page where staff mode is entered."""
    if _is_fragment(request):
        return Response("", status_code=200, headers={"HX-Redirect": STAFF_MODE})
    return redirect(STAFF_MODE)


def _is_fragment(request: Request[Any, Any, Any]) -> bool:
    return request.headers.get("hx-request") == "true"
