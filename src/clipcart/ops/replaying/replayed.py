"""What became of the history here, asked of the rooms, and what of it needs a cause."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from clipcart import markets, orders, payments
from clipcart.kit.db import Tx
from clipcart.kit.ids import OrderId, PaymentId, ShopId
from clipcart.ops.replaying.causes import Cause, Difference
from clipcart.ops.replaying.plan import Plan
from clipcart.ops.replaying.record import Known, Record
from clipcart.ops.replaying.settling import MARKET
from clipcart.ops.replaying.tables import Figures
from clipcart.ops.replaying.till import TYPE_OF
from clipcart.orders import Order, Reason, State

PAGE: Final = 1_000

_PROGRESS: Final = {
    State.UNPAID: 0,
    State.ON_HOLD: 1,
    State.AWAITING_SHIPMENT: 1,
    State.PARTIALLY_SHIPPING: 1,
    State.AWAITING_COLLECTION: 1,
    State.IN_TRANSIT: 2,
    State.DELIVERED: 3,
    State.COMPLETED: 3,
}
_STATUSES: Final = ("created", "approved", "shipped", "delivered")
"""The files' words for how far an order has come."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """An order of the history as it ended here."""

    figures: Figures
    reasons: frozenset[Reason]


async def outcomes(tx: Tx, record: Record) -> dict[str, Outcome]:
    """How every placed order ended. A few statements for a thousand orders."""
    zone = markets.get(MARKET).time_zone
    sellers = {shop_id: seller for seller, shop_id in record.shops.items()}
    found: dict[str, Outcome] = {}
    for some in _pages(list(record.orders.items())):
        keys = [key for _, known in some for key in known.keys]
        there = await orders.orders_by_keys(tx, keys)
        paid = await payments.payments_of_orders(tx, keys)
        tenders = await payments.captured_tenders(
            tx, sorted({(each.person_id, each.payment_id) for each in paid.values()})
        )
        for order_id, known in some:
            mine = [there[key] for key in known.keys]
            found[order_id] = Outcome(
                _figures(mine, sellers, _paid(mine, known.payment_id, paid, tenders), zone),
                frozenset(each.cancelled.reason for each in mine if each.cancelled is not None),
            )
    return found


def _figures(
    mine: Sequence[Order],
    sellers: Mapping[ShopId, str],
    paid: dict[str, int],
    zone: ZoneInfo,
) -> Figures:
    return Figures(
        status=_status(mine),
        month=f"{mine[0].placed_at.astimezone(zone):%Y-%m}",
        state=mine[0].ship_to.region,
        price_minor=sum(each.items.minor for each in mine),
        freight_minor=sum(each.shipping.minor for each in mine),
        paid=paid,
        sellers={
            sellers[each.shop_id]: (
                sum(line.quantity for line in each.lines),
                each.items.minor,
                each.shipping.minor,
            )
            for each in mine
        },
    )


def _paid(
    mine: Sequence[Order],
    payment_id: PaymentId,
    paid: Mapping[OrderId, payments.OrderPayment],
    tenders: Mapping[PaymentId, Sequence[payments.PaidTender]],
) -> dict[str, int]:
    """What was taken by the files' payment types; nothing where an order is not paid in full."""
    if not all(_is_paid(each, paid) for each in mine):
        return {}
    found: Counter[str] = Counter()
    for tender in tenders.get(payment_id, ()):
        found[TYPE_OF[tender.kind]] += tender.amount.minor
    return dict(found)


def _is_paid(order: Order, paid: Mapping[OrderId, payments.OrderPayment]) -> bool:
    payment = paid.get(order.id)
    return payment is not None and payment.captured == order.total


def _status(mine: Sequence[Order]) -> str:
    """The files' word for a purchase: that of the shop which has come least far."""
    going = [each for each in mine if each.state is not State.CANCELLED]
    if going:
        return _STATUSES[min(_PROGRESS[each.state] for each in going)]
    reasons = {each.cancelled.reason for each in mine if each.cancelled is not None}
    return "unavailable" if reasons == {Reason.OUT_OF_STOCK} else "canceled"


def judge(plans: Sequence[Plan], ended: Mapping[str, Outcome]) -> Iterator[Difference]:
    """Causes for orders that a deadline of the market ended before history did."""
    for each in plans:
        outcome = ended.get(each.order.id)
        if outcome is None:
            continue
        order_id, order = each.order.id, each.order
        if Reason.NOT_PAID in outcome.reasons and each.tenders:
            missing = dict(outcome.figures.paid)
            gone = {kind: missing.get(kind, 0) - minor for kind, minor in each.tenders}
            waited = "" if order.approved is None else f"after {order.approved - order.purchased}"
            yield Difference(order_id, Cause.PAID_TOO_LATE, waited, "canceled", gone)
        elif Reason.NOT_SHIPPED in outcome.reasons and order.handed_over is not None:
            waited = f"handed over {order.handed_over}, paid {order.approved}"
            yield Difference(order_id, Cause.HANDED_OVER_TOO_LATE, waited, "canceled")
        elif Reason.NOT_SHIPPED in outcome.reasons:
            yield Difference(order_id, Cause.NEVER_HANDED_OVER, order.status, "canceled")


def _pages(
    items: Sequence[tuple[str, Known]],
) -> Iterator[Sequence[tuple[str, Known]]]:
    for start in range(0, len(items), PAGE):
        yield items[start : start + PAGE]
