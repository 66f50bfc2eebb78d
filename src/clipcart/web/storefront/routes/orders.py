"""A buyer's orders: the list, one of them, and calling it off."""

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from clipcart import orders
from clipcart.doorway import Visit
from clipcart.kit.db import Tx
from clipcart.kit.errors import Absent, Refusal, SignInNeeded
from clipcart.kit.ids import OrderId, ShopId, parse_id
from clipcart.kit.text import sentence
from clipcart.orders import CancelOutcome, Reason
from clipcart.web.storefront import words
from clipcart.web.storefront.frame import is_fragment, order_url
from clipcart.web.storefront.pages import order as pages


@get("/account/orders", include_in_schema=False)
async def mine(visit: NamedDependency[Visit]) -> Response[str]:
    """The visitor's own orders."""
    _signed_in(visit)
    return visit.html("storefront/orders.html", await pages.orders_page(visit, visit.query("at")))


@get("/orders/{shop:str}/{number:str}", include_in_schema=False)
async def look(
    visit: NamedDependency[Visit], shop: FromPath[str], number: FromPath[str]
) -> Response[str]:
    """One order; its upper part keeps looking."""
    shop_id, order_id = _key(visit, shop, number)
    if is_fragment(visit):
        live = await pages.live_page(visit, shop_id, order_id)
        return visit.html("storefront/_order_live.html", live)
    page = await pages.order_page(visit, shop_id, order_id)
    return visit.html("storefront/order.html", page)


@post("/orders/{shop:str}/{number:str}/cancel", include_in_schema=False)
async def cancel(
    visit: NamedDependency[Visit], shop: FromPath[str], number: FromPath[str]
) -> Redirect:
    """Call it off, or ask the shop to."""
    shop_id, order_id = _key(visit, shop, number)
    url = order_url(shop_id, order_id)
    wanted = visit.form.text("reason")
    reasons = {reason.value: reason for reason in words.BUYER_REASONS}
    if wanted not in reasons:
        return visit.redirect(url, "Choose a reason first. Nothing was cancelled.", "warn")
    note = visit.form.text("note")[:500]

    async def body(tx: Tx) -> CancelOutcome:
        return await _cancel(tx, visit, shop_id, order_id, reasons[wanted], note)

    try:
        outcome = await visit.do(body)
    except (orders.CannotCancel, orders.CancellationPending) as refusal:
        return _told(visit, url, refusal)
    if outcome.is_cancelled:
        return visit.redirect(url, "Cancelled. What was paid is on its way back to you.")
    return visit.redirect(url, "The shop has your request. No answer in time means yes.", "wait")


async def _cancel(
    tx: Tx, visit: Visit, shop_id: ShopId, order_id: OrderId, reason: Reason, note: str
) -> CancelOutcome:
    return await orders.cancel(tx, visit.actor, shop_id, order_id, reason, note)


@post("/orders/{shop:str}/{number:str}/withdraw", include_in_schema=False)
async def withdraw(
    visit: NamedDependency[Visit], shop: FromPath[str], number: FromPath[str]
) -> Redirect:
    """Take the request to cancel back."""
    shop_id, order_id = _key(visit, shop, number)
    url = order_url(shop_id, order_id)

    async def body(tx: Tx) -> None:
        await orders.withdraw_cancellation(tx, visit.actor, shop_id, order_id)

    try:
        await visit.do(body)
    except orders.NoCancellationPending as refusal:
        return _told(visit, url, refusal)
    return visit.redirect(url, "Your order goes on as before.")


def _told(visit: Visit, url: str, refusal: Refusal) -> Redirect:
    return visit.redirect(url, sentence(refusal.code, refusal.facts), "warn")


def _signed_in(visit: Visit) -> None:
    if visit.actor.is_anonymous:
        raise SignInNeeded


def _key(visit: Visit, shop: str, number: str) -> tuple[ShopId, OrderId]:
    _signed_in(visit)
    shop_id, order_id = parse_id(shop), parse_id(number)
    if shop_id is None or order_id is None:
        raise Absent("order")
    return ShopId(shop_id), OrderId(order_id)


ROUTES = (mine, look, cancel, withdraw)
