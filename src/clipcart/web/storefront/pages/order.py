"""A buyer's order: how far it is, its parcels, what was agreed, and how to call it off."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from clipcart import fulfilment, markets, orders, payments, sellers
from clipcart.doorway import Shell, Visit
from clipcart.fulfilment import Package
from clipcart.kit.db import Tx
from clipcart.kit.errors import Absent
from clipcart.kit.eventlog import log_of
from clipcart.kit.ids import OrderId, ShopId
from clipcart.markets import Market
from clipcart.orders import Order
from clipcart.payments import Payment, PaymentState, Refund, RefundState
from clipcart.web.steps import StepView, step_views
from clipcart.web.storefront import words
from clipcart.web.storefront.frame import frame, media, product_url, shop_url
from clipcart.web.storefront.pages.addresses import lines_of
from clipcart.web.storefront.pages.cart import LineView, SumRow
from clipcart.web.storefront.pages.purchase import OrderCard, card_text, order_card
from clipcart.web.storefront.pages.steps import BUYER, next_text

SCANS = {
    "HANDED_OVER": "Handed over by the shop",
    "COLLECTED": "Collected",
    "IN_TRANSIT": "On its way",
    "OUT_FOR_DELIVERY": "Out for delivery",
    "NOT_DELIVERED": "Delivery was tried and failed",
    "DELAYED": "Delayed",
    "DELIVERED": "Delivered",
    "LOST": "Reported lost",
}
PACKAGE_STATES = {
    "TO_FULFIL": "created",
    "PROCESSING": "awaiting_collection",
    "FULFILLING": "in_transit",
    "COMPLETED": "delivered",
    "CANCELLED": "cancelled",
}


@dataclass(frozen=True, slots=True)
class PackageView:
    """A parcel with what was seen of it, newest first."""

    number: int
    state: str
    carrier: str
    tracking_number: str | None
    tracking_url: str | None
    contents: tuple[str, ...]
    scans: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class CancelView:
    """How the order can be called off now. `kind` is free, ask, asked or gone."""

    kind: str
    text: str
    button: str


@dataclass(frozen=True, slots=True)
class LivePage:
    """The part of the order's page that keeps looking."""

    url: str
    state: str
    next: str | None
    steps: tuple[StepView, ...]
    packages: tuple[PackageView, ...]
    is_over: bool


@dataclass(frozen=True, slots=True)
class OrderPage:
    """Everything about one order."""

    shell: Shell
    url: str
    number: str
    placed: str
    shop_name: str
    shop_url: str
    state: str
    next: str | None
    steps: tuple[StepView, ...]
    packages: tuple[PackageView, ...]
    is_over: bool
    pay_url: str | None
    cancel: CancelView
    reasons: tuple[Mapping[str, str], ...]
    lines: tuple[LineView, ...]
    rows: tuple[SumRow, ...]
    total: str
    address: tuple[str, ...]
    delivery: str
    card: str | None
    refunds: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True)
class OrdersPage:
    """The orders of a buyer, newest first."""

    shell: Shell
    orders: tuple[OrderCard, ...]
    newer_url: str | None
    older_url: str | None


async def orders_page(visit: Visit, cursor: str | None) -> OrdersPage:
    """A page of the actor's own orders: four statements. Raises BadCursor."""
    async with visit.reading() as tx:
        page = await orders.orders_of_buyer(tx, visit.actor, cursor)
        shops = await sellers.shops(tx, sorted({order.shop_id for order in page.items}))
        shell = await frame(visit, tx, "Your orders")
    cards = tuple(
        order_card(order, shops[order.shop_id].name if order.shop_id in shops else "A shop")
        for order in page.items
    )
    path = "/account/orders?at="
    return OrdersPage(
        shell,
        cards,
        path + page.previous_cursor if page.previous_cursor else None,
        path + page.next_cursor if page.next_cursor else None,
    )


async def live_page(visit: Visit, shop_id: ShopId, order_id: OrderId) -> LivePage:
    """How far the order is, and nothing else."""
    async with visit.reading() as tx:
        order = await _own(tx, visit, shop_id, order_id)
        steps, packages = await _story(tx, order)
    market = markets.get(order.market_id)
    return LivePage(
        f"/orders/{shop_id}/{order_id}",
        order.state.value,
        next_text(order),
        steps,
        package_views(order, packages, market),
        order.state in orders.FINAL,
    )


async def order_page(visit: Visit, shop_id: ShopId, order_id: OrderId) -> OrderPage:
    """The order's page for its buyer. Raises Absent."""
    async with visit.reading() as tx:
        order = await _own(tx, visit, shop_id, order_id)
        steps, packages = await _story(tx, order)
        shop = (await sellers.shops(tx, [shop_id])).get(shop_id)
        payment = await payments.payment_for(tx, visit.actor, order.payment_id)
        refunds: list[Refund] = []
        if order.refund.is_positive:
            refunds = await payments.refunds_of_order(tx, shop_id, order_id)
        shell = await frame(visit, tx, f"Order from {shop.name if shop else 'a shop'}")
        now = tx.now
    market = markets.get(order.market_id)
    rules = market.at(order.placed_at)
    return OrderPage(
        shell=shell,
        url=f"/orders/{shop_id}/{order_id}",
        number=str(order.id),
        placed=words.moment_text(market, order.placed_at),
        shop_name=shop.name if shop else "A shop",
        shop_url=shop_url(shop.handle) if shop else "/",
        state=order.state.value,
        next=next_text(order),
        steps=steps,
        packages=package_views(order, packages, market),
        is_over=order.state in orders.FINAL,
        pay_url=f"/purchases/{order.purchase_id}" if order.state is orders.State.UNPAID else None,
        cancel=cancel_view(order, payment, market, now),
        reasons=tuple(
            {"value": reason.value, "label": text} for reason, text in words.BUYER_REASONS.items()
        ),
        lines=tuple(_line(order, line, market) for line in order.lines),
        rows=_rows(order, market),
        total=words.price_text(order.total, market),
        address=lines_of(order.ship_to, market, rules),
        delivery=order.delivery.name,
        card=_card(payment),
        refunds=tuple(_refund(each, market) for each in refunds),
        note=order.note,
    )


async def _own(tx: Tx, visit: Visit, shop_id: ShopId, order_id: OrderId) -> Order:
    """The order if the visitor bought it; staff have pages of their own."""
    order = await orders.order_for(tx, visit.actor, shop_id, order_id)
    if order.buyer_id != visit.actor.person_id:
        raise Absent("order")
    return order


async def _story(tx: Tx, order: Order) -> tuple[tuple[StepView, ...], tuple[Package, ...]]:
    log = await log_of(tx, order.shop_id, f"order:{order.id}")
    packages: tuple[Package, ...] = ()
    if order.label_made_at is not None or order.state is orders.State.PARTIALLY_SHIPPING:
        packages = (await fulfilment.packages_of_orders(tx, [order.key])).get(order.id, ())
    market = markets.get(order.market_id)
    return step_views(orders.steps(order, log, tx.now), market, BUYER), packages


def package_views(
    order: Order, packages: tuple[Package, ...], market: Market
) -> tuple[PackageView, ...]:
    """Parcels in words."""
    titles = {line.id: line.title for line in order.lines}
    return tuple(
        PackageView(
            number,
            "lost" if package.is_lost else PACKAGE_STATES[package.state.value],
            package.carrier_name,
            package.tracking_number,
            package.tracking_url,
            tuple(f"{line.quantity} × {titles.get(line.line_id, '')}" for line in package.lines),
            tuple(
                (SCANS[scan.kind.value], words.moment_text(market, scan.at), scan.place)
                for scan in reversed(package.scans)
            ),
        )
        for number, package in enumerate(packages, 1)
    )


def cancel_view(order: Order, payment: Payment, market: Market, now: datetime) -> CancelView:
    """What calling off would mean now, and what becomes of the money."""
    clocks = order.clocks
    back = (
        f"{words.price_text(order.total, market)} goes back to {card_text(payment) or 'your card'}"
    )
    if order.state is orders.State.UNPAID:
        return CancelView("free", "Nothing was charged, and nothing will be.", "Cancel the order")
    if orders.is_free_to_cancel(order.state, clocks.free_cancel_until, now):
        until = clocks.free_cancel_until
        left = words.left_text(until - now) if until else ""
        text = f"For another {left} you can cancel at once. {back}, usually within minutes."
        return CancelView("free", text, "Cancel the order")
    if clocks.cancel_reply_by is not None:
        by = words.moment_text(market, clocks.cancel_reply_by)
        text = f"The shop answers by {by}. No answer means yes: then {back}."
        return CancelView("asked", text, "Take the request back")
    if orders.is_open_to_cancel(order.state, order.collected_at):
        hours = words.left_text(market.at(now).cancel_reply)
        text = (
            f"The free hour is over, so the shop decides. It has {hours}; no answer means yes. "
            f"If it agrees, {back}."
        )
        return CancelView("ask", text, "Ask the shop to cancel")
    return CancelView("gone", "", "")


def _card(payment: Payment) -> str | None:
    card = card_text(payment)
    if card and payment.state is PaymentState.DECLINED:
        return f"{card} was declined"
    return card


def _line(order: Order, line: orders.Line, market: Market) -> LineView:
    return LineView(
        id=str(line.id),
        title=line.title,
        url=product_url(order.shop_id, line.product_id) + f"?sku={line.sku_id}",
        image_url=media(line.image_key),
        variant=line.options_text or None,
        unit_price=words.price_text(line.unit_price, market),
        total=words.price_text(line.amount, market),
        quantity=line.quantity,
        maximum=line.quantity,
        note=None,
        note_tone="mute",
    )


def _rows(order: Order, market: Market) -> tuple[SumRow, ...]:
    name = market.at(order.placed_at).tax_name
    note = "contained in the prices" if order.tax_included else None
    shipping = words.price_text(order.shipping, market) if order.shipping.is_positive else "Free"
    return (
        SumRow("Products", words.price_text(order.items, market)),
        SumRow("Delivery", shipping, order.delivery.name),
        SumRow(name, words.price_text(order.tax, market), note),
    )


def _refund(refund: Refund, market: Market) -> str:
    amount = words.price_text(refund.amount, market)
    if refund.state is RefundState.SETTLED and refund.ended_at:
        return f"{amount} was sent back on {words.day_text(market, refund.ended_at)}."
    if refund.state is RefundState.FAILED:
        return f"Sending {amount} back failed. We are looking into it."
    return f"{amount} is on its way back to you."
