"""Today, the orders of a shop, one of them, and several at once."""

from collections.abc import Sequence
from dataclasses import dataclass

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from clipcart import fulfilment, orders
from clipcart.doorway import Notice, Visit
from clipcart.fulfilment import ShipOutcome, ShipRequest
from clipcart.kit.db import Tx
from clipcart.kit.errors import Absent, Refusal
from clipcart.kit.ids import OrderId, ShopId, parse_id
from clipcart.kit.text import sentence
from clipcart.orders import Answer, CancelOutcome
from clipcart.web.seller_center import desk_words as words
from clipcart.web.seller_center.frame import at_work, forget_due, shop_id_of
from clipcart.web.seller_center.pages import order as one
from clipcart.web.seller_center.pages import orders as several
from clipcart.web.seller_center.pages.today import BULK_MAX, today

NOTE_MAX = 500
KEY_MAX = 60


@dataclass(frozen=True, slots=True)
class Key:
    """The order that an address names."""

    shop_id: ShopId
    order_id: OrderId

    @property
    def url(self) -> str:
        """Its page."""
        return f"/sell/{self.shop_id}/orders/{self.order_id}"


def key_of(visit: Visit, shop: str, number: str) -> Key:
    """Raises SignInNeeded, Absent."""
    shop_id, order_id = shop_id_of(visit, shop), parse_id(number)
    if order_id is None:
        raise Absent("order")
    return Key(shop_id, OrderId(order_id))


@get("/sell/{shop:str}", include_in_schema=False)
async def home(visit: NamedDependency[Visit], shop: FromPath[str]) -> Response[str]:
    """What is due today."""
    page = await today(visit, shop_id_of(visit, shop))
    return visit.html("sell/today.html", page)


@get("/sell/{shop:str}/orders", include_in_schema=False)
async def look_at_all(visit: NamedDependency[Visit], shop: FromPath[str]) -> Response[str]:
    """The orders of the shop."""
    page = await several.orders_page(visit, shop_id_of(visit, shop))
    return visit.html("sell/orders.html", page)


@get("/sell/{shop:str}/orders/ship", include_in_schema=False)
async def preview(visit: NamedDependency[Visit], shop: FromPath[str]) -> Response[str] | Redirect:
    """What shipping the chosen orders would do."""
    shop_id = shop_id_of(visit, shop)
    chosen = _ids(visit.request.query_params.getall("order", []))
    page = await several.preview_page(visit, shop_id, chosen)
    if page is None:
        return visit.redirect(
            f"/sell/{shop_id}/orders?tab=ship", "Choose the orders to ship first.", "info"
        )
    return visit.html("sell/ship_many.html", page)


@post("/sell/{shop:str}/orders/ship", include_in_schema=False, status_code=200)
async def ship_chosen(
    visit: NamedDependency[Visit], shop: FromPath[str]
) -> Response[str] | Redirect:
    """Ship the orders of the preview, each on its own. The same press sent twice ships once."""
    shop_id = shop_id_of(visit, shop)
    chosen = _ids(visit.form.texts("order"))
    key = visit.form.text("key")[:KEY_MAX]
    if not chosen or not key:
        return visit.redirect(f"/sell/{shop_id}/orders?tab=ship", "Nothing was chosen.", "info")

    async def body(tx: Tx) -> tuple[ShipOutcome, ...]:
        desk = await at_work(tx, visit, shop_id)
        wishes = [(order_id, ShipRequest(key=key)) for order_id in chosen]
        return await fulfilment.ship_many(tx, desk.actor, shop_id, wishes)

    outcomes = await visit.do(body)
    forget_due(visit)
    page = await several.outcome_page(visit, shop_id, outcomes)
    return visit.html("sell/shipped_many.html", page)


@get("/sell/{shop:str}/orders/{number:str}", include_in_schema=False)
async def look(
    visit: NamedDependency[Visit], shop: FromPath[str], number: FromPath[str]
) -> Response[str]:
    """One order."""
    key = key_of(visit, shop, number)
    return visit.html("sell/order.html", await one.order_page(visit, key.shop_id, key.order_id))


@post("/sell/{shop:str}/orders/{number:str}/cancel", include_in_schema=False)
async def cancel(
    visit: NamedDependency[Visit], shop: FromPath[str], number: FromPath[str]
) -> Response[str] | Redirect:
    """Call the order off with a reason; the buyer gets the money back."""
    key = key_of(visit, shop, number)
    reasons = {reason.value: reason for reason in words.SELLER_REASONS}
    reason = reasons.get(visit.form.text("reason"))
    if reason is None:
        trouble = Notice("bad", "Choose a reason first. Nothing was cancelled.")
        return await _again(visit, key, trouble, 422)

    async def body(tx: Tx) -> CancelOutcome:
        desk = await at_work(tx, visit, key.shop_id)
        note = visit.form.text("note")[:NOTE_MAX]
        return await orders.cancel(tx, desk.actor, key.shop_id, key.order_id, reason, note)

    try:
        await visit.do(body)
    except (orders.CannotCancel, orders.CancellationPending) as refusal:
        return await _refused(visit, key, refusal)
    forget_due(visit)
    return visit.redirect(key.url, "Cancelled. The buyer is told and gets the money back.")


@post("/sell/{shop:str}/orders/{number:str}/answer", include_in_schema=False)
async def answer(
    visit: NamedDependency[Visit], shop: FromPath[str], number: FromPath[str]
) -> Response[str] | Redirect:
    """Answer the buyer's request to cancel."""
    key, form = key_of(visit, shop, number), visit.form
    approved = form.text("answer") == "yes"
    reasons = {reason.value: reason for reason in words.ANSWERS}
    reason = reasons.get(form.text("reason"))
    if not approved and reason is None:
        trouble = Notice("bad", "Say why not: choose a reason. Nothing was answered.")
        return await _again(visit, key, trouble, 422)

    async def body(tx: Tx) -> None:
        desk = await at_work(tx, visit, key.shop_id)
        await orders.answer_cancellation(
            tx,
            desk.actor,
            key.shop_id,
            key.order_id,
            approve=approved,
            answer=reason or Answer.ALREADY_PACKED,
        )

    try:
        await visit.do(body)
    except (orders.CannotCancel, orders.NoCancellationPending) as refusal:
        return await _refused(visit, key, refusal)
    forget_due(visit)
    if approved:
        return visit.redirect(key.url, "Cancelled as the buyer asked. The money goes back.")
    return visit.redirect(key.url, "Refused. The order goes on as before; the buyer is told.")


async def _refused(visit: Visit, key: Key, refusal: Refusal) -> Response[str]:
    return await _again(visit, key, Notice("warn", sentence(refusal.code, refusal.facts)), 409)


async def _again(visit: Visit, key: Key, trouble: Notice, status: int) -> Response[str]:
    page = await one.order_page(visit, key.shop_id, key.order_id, trouble=trouble)
    return visit.html("sell/order.html", page, status=status)


def _ids(texts: Sequence[str]) -> list[OrderId]:
    """The orders that a form names, each once, at most as many as one page holds."""
    found = [OrderId(number) for text in texts[:BULK_MAX] if (number := parse_id(text))]
    return list(dict.fromkeys(found))


ROUTES = (home, look_at_all, preview, ship_chosen, look, cancel, answer)
