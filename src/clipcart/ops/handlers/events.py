"""The log."""

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from clipcart.kit.ids import EventId
from clipcart.ops.desk import Desk, number_of
from clipcart.ops.handlers.jobs import parse_shop
from clipcart.ops.pages.events import events_page, fact_page


@get("/events")
async def events(desk: NamedDependency[Desk]) -> Response[str]:
    """Everything that happened, newest first."""
    return desk.html("events.html", await events_page(desk))


@get("/events/{shop:str}/{number:str}")
async def fact(
    desk: NamedDependency[Desk], shop: FromPath[str], number: FromPath[str]
) -> Response[str]:
    """One fact."""
    page = await fact_page(desk, parse_shop(shop), EventId(number_of(number, "fact")))
    return desk.html("event.html", page)


ROUTES = (events, fact)
