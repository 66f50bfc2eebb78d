"""Reading orders: one, a buyer's, a shop's, what is due, and how each came to be where it is."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from clipcart.identity import Actor, require
from clipcart.kit.db import Tx
from clipcart.kit.errors import Absent
from clipcart.kit.eventlog import log_of
from clipcart.kit.ids import (
    OrderId,
    PurchaseId,
    ShopId,
    parse_id,
)
from clipcart.kit.listing import Page
from clipcart.kit.money import Currency, Money, currency
from clipcart.orders import timeline
from clipcart.orders._sql import reads as sql
from clipcart.orders.model import (
    Cancellation,
    Cancelled,
    CardLine,
    Clocks,
    DeliveryChoice,
    Line,
    Order,
    OrderKey,
    ShipTo,
    State,
)
from clipcart.orders.policy import may_view, may_view_own, may_view_shop
from clipcart.orders.reasons import By, Reason
from clipcart.orders.requests import cancellation_of

_LAST_CHARACTER = chr(0x10FFFF)


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """Which of a shop's orders: in these states, only late ones, of this order id or buyer's name.

    `text` of digits is an order id; other text is the beginning of the buyer's name.
    """

    states: frozenset[State] = frozenset()
    is_late: bool = False
    text: str = ""


class QueueName(StrEnum):
    """Groups of a shop's queue, the most pressing first."""

    CANCELLATIONS = "cancellations"
    LATE = "late"
    SHIP_TODAY = "ship_today"
    SHIP_LATER = "ship_later"
    AWAITING_COLLECTION = "awaiting_collection"
    ON_HOLD = "on_hold"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class QueueItem:
    """An order in the queue and when its clock runs out."""

    order_id: OrderId
    state: State
    buyer_name: str
    units: int
    open_units: int
    placed_at: datetime
    due_at: datetime


@dataclass(frozen=True, slots=True)
class QueueGroup:
    """One group: how many orders it has, and the first of them by deadline."""

    name: QueueName
    count: int
    items: tuple[QueueItem, ...]


async def order_for(tx: Tx, actor: Actor, shop_id: ShopId, order_id: OrderId) -> Order:
    """An order for its buyer, the shop's staff with orders.view or an operator; else Absent."""
    order = (await orders_by_keys(tx, [(shop_id, order_id)])).get((shop_id, order_id))
    if order is None or not may_view(actor, shop_id, order.buyer_id):
        raise Absent("order")
    return order


async def orders_of_buyer(
    tx: Tx, actor: Actor, cursor: str | None = None, limit: int = 20
) -> Page[Order]:
    """The actor's own orders, newest first. Raises BadCursor."""
    require(may_view_own(actor), "orders.view_own", actor)
    page = await sql.OF_BUYER.page(
        tx, order="newest", cursor=cursor, limit=limit, fixed={"person_id": actor.person_id}
    )
    keys = [(row.shop_id, row.order_id) for row in page.items]
    found = await orders_by_keys(tx, keys)
    return Page(tuple(found[key] for key in keys), page.next_cursor, page.previous_cursor)


async def orders_of_purchase(tx: Tx, actor: Actor, purchase_id: PurchaseId) -> tuple[Order, ...]:
    """The orders that the actor placed with one purchase, one per shop; Absent when none."""
    require(may_view_own(actor), "orders.view_own", actor)
    rows = await tx.all(sql.OF_PURCHASE, person_id=actor.person_id, purchase_id=purchase_id)
    if not rows:
        raise Absent("purchase")
    keys = [(row.shop_id, row.order_id) for row in rows]
    found = await orders_by_keys(tx, keys)
    return tuple(found[key] for key in keys)


async def orders_of_shop(
    tx: Tx,
    actor: Actor,
    shop_id: ShopId,
    only: OrderFilter | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[Order]:
    """A shop's orders, newest first. Raises BadCursor; Forbidden without orders.view."""
    require(may_view_shop(actor, shop_id), "orders.view", actor)
    page = await sql.OF_SHOP.page(
        tx,
        order="newest",
        cursor=cursor,
        limit=limit,
        fixed={"shop_id": shop_id},
        filters=filters_of(only or OrderFilter()),
    )
    return page.map(order_of)


def filters_of(only: OrderFilter) -> dict[str, object]:
    """The values of a shop's listings; None where a filter is not wanted."""
    states = sorted(state.value for state in only.states)
    text = only.text.strip()
    order_id = parse_id(text)
    name = text.lower() if text and order_id is None else None
    return {
        "state": states[0] if len(states) == 1 else None,
        "states": states if len(states) > 1 else None,
        "is_late": True if only.is_late else None,
        "order_id": order_id,
        "name_from": name,
        "name_below": None if name is None else name + _LAST_CHARACTER,
    }


async def queue_of_shop(
    tx: Tx, actor: Actor, shop_id: ShopId, per_group: int = 50
) -> tuple[QueueGroup, ...]:
    """What a shop has to do, by clock; empty groups are left out.

    Dispatch deadlines are the last second of a local day, so those of the next 24 hours are
    today's, in any time zone.
    """
    require(may_view_shop(actor, shop_id), "orders.view", actor)
    soon = tx.now + timedelta(hours=24)
    rows = await tx.all(sql.QUEUE, shop_id=shop_id, now=tx.now, soon=soon, size=per_group)
    counts = {
        row.group_name: row.orders
        for row in await tx.all(sql.QUEUE_COUNTS, shop_id=shop_id, now=tx.now, soon=soon)
    }
    items: dict[str, list[QueueItem]] = defaultdict(list)
    for row in rows:
        items[row.group_name].append(
            QueueItem(
                row.id,
                State(row.state),
                row.buyer_name,
                row.units,
                row.units - row.shipped_units,
                row.placed_at,
                row.due_at,
            )
        )
    return tuple(
        QueueGroup(name, counts.get(name, len(items[name])), tuple(items[name]))
        for name in QueueName
        if items[name]
    )


async def timeline_for(
    tx: Tx, actor: Actor, shop_id: ShopId, order_id: OrderId
) -> tuple[timeline.Step, ...]:
    """Everything that happened to an order and what is next; for whom order_for answers."""
    order = await order_for(tx, actor, shop_id, order_id)
    log = await log_of(tx, shop_id, f"order:{order_id}")
    return timeline.steps(order, log, tx.now)


async def cancellations_for(
    tx: Tx, actor: Actor, shop_id: ShopId, order_id: OrderId
) -> tuple[Cancellation, ...]:
    """The buyer's requests to cancel an order, oldest first; for whom order_for answers."""
    await order_for(tx, actor, shop_id, order_id)
    rows = await tx.all(sql.CANCELLATIONS, shop_id=shop_id, order_id=order_id)
    return tuple(map(cancellation_of, rows))


async def lines_of(tx: Tx, keys: Collection[OrderKey]) -> Mapping[OrderId, tuple[Line, ...]]:
    """Lines by order, for other rooms. Orders that do not exist are missing."""
    ordered = sorted(keys)
    rows = await tx.all(
        sql.LINES, shop_ids=[key[0] for key in ordered], ids=[key[1] for key in ordered]
    )
    found: dict[OrderId, list[Line]] = defaultdict(list)
    for row in rows:
        found[row.order_id].append(_line(row, currency(row.currency)))
    return {order_id: tuple(lines) for order_id, lines in found.items()}


async def orders_by_keys(tx: Tx, keys: Sequence[OrderKey]) -> Mapping[OrderKey, Order]:
    """Orders with lines in one statement, for other rooms. Missing ones are left out."""
    if not keys:
        return {}
    rows = await tx.all(sql.ORDERS, shop_ids=[key[0] for key in keys], ids=[key[1] for key in keys])
    return {(row.shop_id, row.id): order_of(row) for row in rows}


def _line(row: sql.LineRow | CardLine, unit: Currency) -> Line:
    return Line(
        id=row.id,
        sku_id=row.sku_id,
        product_id=row.product_id,
        title=row.title,
        options_text=row.options_text,
        seller_sku=row.seller_sku,
        image_key=row.image_key,
        quantity=row.quantity,
        shipped_quantity=row.shipped_quantity,
        unit_price=Money(row.unit_price_minor, unit),
        tax=Money(row.tax_minor, unit),
        tax_included=row.tax_included,
        fee_bps=row.fee_bps,
        weight_g=row.weight_g,
    )


def order_of(row: sql.OrderRow) -> Order:
    """The order of a row, for this room."""
    unit = currency(row.currency)
    return Order(
        id=row.id,
        shop_id=row.shop_id,
        buyer_id=row.buyer_id,
        purchase_id=row.purchase_id,
        payment_id=row.payment_id,
        market_id=row.market_id,
        currency=unit,
        state=State(row.state),
        ship_to=ShipTo(**row.ship_to),
        delivery=DeliveryChoice(row.delivery_code, row.delivery_name, row.delivery_days),
        note=row.note,
        lines=tuple(_line(CardLine._make(line), unit) for line in row.lines),
        items=Money(row.items_minor, unit),
        shipping=Money(row.shipping_minor, unit),
        tax=Money(row.tax_minor, unit),
        tax_included=row.tax_included,
        total=Money(row.total_minor, unit),
        fee=Money(row.fee_minor, unit),
        paid=None if row.paid_minor is None else Money(row.paid_minor, unit),
        refund=Money(row.refund_minor, unit),
        decline_reason=row.decline_reason,
        placed_at=row.placed_at,
        changed_at=row.changed_at,
        paid_at=row.paid_at,
        released_at=row.released_at,
        label_made_at=row.label_made_at,
        late_at=row.late_at,
        collected_at=row.collected_at,
        overdue_at=row.overdue_at,
        delivered_at=row.delivered_at,
        completed_at=row.completed_at,
        cancel_asked_at=row.cancel_asked_at,
        cancelled=_cancelled(row),
        clocks=_clocks(row),
    )


def _cancelled(row: sql.OrderRow) -> Cancelled | None:
    if row.cancelled_at is None or row.cancelled_by is None or row.cancel_reason is None:
        return None
    return Cancelled(
        row.cancelled_at, By(row.cancelled_by), Reason(row.cancel_reason), row.is_seller_fault
    )


def _clocks(row: sql.OrderRow) -> Clocks:
    return Clocks(
        pay_by=row.pay_by,
        free_cancel_until=row.free_cancel_until,
        ship_by=row.ship_by,
        cancel_unshipped_at=row.cancel_unshipped_at,
        deliver_by=row.deliver_by,
        complete_at=row.complete_at,
        cancel_reply_by=row.cancel_reply_by,
    )
