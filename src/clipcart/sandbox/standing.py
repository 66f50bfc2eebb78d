"""Where an order stands, what can happen to it there, and when an act has had its effect."""

from collections.abc import Callable, Sequence
from typing import Final

from clipcart import catalog, fulfilment, orders, payments
from clipcart.identity import Actor
from clipcart.kit.db import Tx
from clipcart.kit.ids import OrderId, ShopId
from clipcart.orders import Order, State
from clipcart.payments import Payment, PaymentState
from clipcart.sandbox import actions
from clipcart.sandbox.model import Act, Item, SandboxShop, Standing, Target

UNDER_WAY: Final = frozenset({fulfilment.State.PROCESSING, fulfilment.State.FULFILLING})
"""Packages that a carrier can tell of."""

ASKS: Final = "the buyer asks to cancel"
MOST_PRODUCTS: Final = 20
_SCANS: Final = (
    Act.COLLECT,
    Act.MOVE_ON,
    Act.OUT_FOR_DELIVERY,
    Act.DELAY,
    Act.DELIVER,
    Act.LOSE,
)
_TO_PACK: Final = frozenset({State.AWAITING_SHIPMENT, State.PARTIALLY_SHIPPING})
_UNPAID_WAIT: Final = frozenset({PaymentState.DECLINED, PaymentState.CHALLENGE})


async def items(tx: Tx, seller: Actor, shop_id: ShopId) -> Sequence[Item]:
    """What is on sale in a shop."""
    page = await catalog.products_of_shop(
        tx, seller, shop_id, statuses=[catalog.Status.ACTIVATE], limit=MOST_PRODUCTS
    )
    found = []
    for card in page.items:
        product = (await catalog.product_for(tx, seller, shop_id, card.product_id)).product
        found += [
            Item(sku.id, product.title, " / ".join(sku.options), sku.price, sku.seller_sku)
            for sku in product.skus
        ]
    return found


async def standing(tx: Tx, shop: SandboxShop, order_id: OrderId) -> Standing:
    """Where an order of a sandbox shop stands. Raises Absent."""
    seller, buyer = actions.seller_of(shop), actions.buyer_of(shop)
    order = await orders.order_for(tx, seller, shop.shop_id, order_id)
    packages = await fulfilment.packages_of_order(tx, seller, shop.shop_id, order_id)
    payment = None
    if order.buyer_id == shop.buyer_id:
        payment = await payments.payment_for(tx, buyer, order.payment_id)
    return Standing(
        shop.shop_id,
        order_id,
        order.state.value,
        order.total,
        sum(line.quantity for line in order.lines),
        tuple((each.id, each.state.value) for each in packages),
        tuple(_possible(order, packages, payment)),
        _note(order, payment),
    )


def _possible(
    order: Order, packages: Sequence[fulfilment.Package], payment: Payment | None
) -> list[Act]:
    state, found = order.state, []
    is_bought_here = payment is not None
    if payment is not None and state is State.UNPAID:
        if payment.state is PaymentState.CHALLENGE:
            found += [Act.CONFIRM_CHALLENGE, Act.FAIL_CHALLENGE]
        if payment.may_try_again:
            found.append(Act.PAY)
    open_units = sum(line.open_quantity for line in order.lines)
    if state in _TO_PACK:
        found += [Act.SHIP] if open_units else []
        found += [Act.SHIP_ONE] if open_units > 1 else []
    if any(each.state in UNDER_WAY and each.tracking_number for each in packages):
        found += _SCANS
    if state in (State.UNPAID, State.ON_HOLD, State.DELIVERED):
        found.append(Act.SKIP_WAIT)
    if order.cancel_asked_at is not None and order.clocks.cancel_reply_by is not None:
        found += [Act.GRANT_CANCELLATION, Act.REJECT_CANCELLATION]
        found += [Act.WITHDRAW_CANCELLATION] if is_bought_here else []
    elif order.collected_at is None and state not in orders.FINAL:
        found += [Act.BUYER_CANCELS] if is_bought_here else []
    if order.collected_at is None and state not in orders.FINAL:
        found.append(Act.SELLER_CANCELS)
    return found


def _note(order: Order, payment: Payment | None) -> str:
    if order.cancelled is not None:
        return f"cancelled: {order.cancelled.reason.value}"
    if order.clocks.cancel_reply_by is not None:
        return ASKS
    if order.state is State.UNPAID and payment is not None:
        reason = f": {payment.decline_reason}" if payment.decline_reason else ""
        return f"payment {payment.state.value}{reason}"
    return ""


def payment_is_answered(later: bool) -> Callable[[Standing], bool]:
    """Whether the provider has said what becomes of a new order's payment."""
    said = tuple(f"payment {state.value}" for state in _UNPAID_WAIT)
    return lambda now: later or now.state != State.UNPAID or now.note.startswith(said)


def has_come(before: Standing, act: Act) -> Callable[[Standing], bool]:
    """Whether what follows from an act is there."""
    if act in (Act.SHIP, Act.SHIP_ONE):
        labelled = {fulfilment.State.PROCESSING.value, fulfilment.State.FULFILLING.value}

        def shipped(now: Standing) -> bool:
            fresh = now.packages[len(before.packages) :]
            return bool(fresh) and all(state in labelled for _, state in fresh)

        if act is Act.SHIP:
            return lambda now: shipped(now) and now.state not in _TO_PACK
        return lambda now: shipped(now) and now.state != State.AWAITING_SHIPMENT
    if act in (Act.PAY, Act.CONFIRM_CHALLENGE, Act.SKIP_WAIT):
        return lambda now: now.state != before.state
    if act is Act.FAIL_CHALLENGE:
        return lambda now: now.note.startswith(f"payment {PaymentState.DECLINED.value}")
    return lambda now: True


_BEHIND: Final = {
    State.AWAITING_SHIPMENT: Act.SKIP_WAIT,
    State.PARTIALLY_SHIPPING: Act.SHIP_ONE,
    State.AWAITING_COLLECTION: Act.SHIP,
    State.IN_TRANSIT: Act.COLLECT,
    State.DELIVERED: Act.DELIVER,
}


def steps_done(now: Standing, target: Target) -> int:
    """How many of a target's acts an order has behind it: 0 for one that was just placed."""
    state = State(now.state)
    if state in orders.FINAL:
        return len(target.acts)
    last = Act.BUYER_CANCELS if now.note == ASKS else _BEHIND.get(state)
    return target.acts.index(last) + 1 if last in target.acts else 0
