"""Sayings of payment providers that do not fit, and the audit of stock."""

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from clipcart import payments
from clipcart.kit.db import Tx
from clipcart.kit.errors import Problem, check
from clipcart.ops.desk import Desk, Typed, number_of
from clipcart.ops.events import PaymentExceptionResolved
from clipcart.ops.pages.exceptions import exceptions_page, stock_page


@get("/exceptions")
async def exceptions(desk: NamedDependency[Desk]) -> Response[str]:
    """What providers said that was not booked."""
    return desk.html("exceptions.html", await exceptions_page(desk))


@post("/exceptions/{number:str}/resolve", status_code=200)
async def resolve(desk: NamedDependency[Desk], number: FromPath[str]) -> Response[str] | Redirect:
    """Note how one was solved."""
    exception_id = number_of(number, "exception")
    resolution = desk.form.text("resolution")[:1000]

    async def body(tx: Tx) -> bool:
        missing = Problem("resolution", "nothing is written", "say how it was solved")
        check([None if resolution else missing])
        is_new = await payments.resolve_exception(tx, desk.actor, exception_id, resolution)
        if is_new:
            tx.announce(desk.actor, PaymentExceptionResolved(exception_id, resolution))
        return is_new

    async def show(typed: Typed) -> Response[str]:
        page = await exceptions_page(desk, typed, exception_id)
        return desk.html("exceptions.html", page, status=422)

    return await desk.carry_out(
        body,
        back="/ops/exceptions",
        done=lambda is_new: "Noted with your name." if is_new else "It was solved before.",
        show=show,
    )


@get("/stock")
async def stock(desk: NamedDependency[Desk]) -> Response[str]:
    """Stock against its book."""
    return desk.html("stock.html", await stock_page(desk))


ROUTES = (exceptions, resolve, stock)
