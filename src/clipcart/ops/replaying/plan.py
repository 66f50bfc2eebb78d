"""What is going to happen to an order of the history, in which grain of time. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from clipcart.ops.replaying.causes import Cause, Difference
from clipcart.ops.replaying.files import FileOrder

ZONE: Final = ZoneInfo("America/Sao_Paulo")
BEGINNING: Final = datetime(2016, 1, 1)
FREE_WINDOW: Final = timedelta(hours=1)
"""The market's free-cancel window: nothing is handed over before it ends."""

SkuName = tuple[str, str]
"""Seller and product, as the files name them."""


class Ending(StrEnum):
    """What is to become of an order once it is paid."""

    NOTHING = "nothing"
    CALLED_OFF = "called_off"
    SOLD_OUT = "sold_out"
    SHIPPED = "shipped"
    LOST = "lost"
    DELIVERED = "delivered"


@dataclass(frozen=True, slots=True)
class Grains:
    """Time in steps of whole hours that divide a day, counted from BEGINNING in local time.

    What happened within a step is replayed at its start, so no event leaves its local day.
    """

    hours: int

    def of(self, moment: datetime) -> int:
        """The step of a local moment."""
        return (moment - BEGINNING) // timedelta(hours=self.hours)

    def start(self, grain: int) -> datetime:
        """When a step begins, in UTC."""
        local = BEGINNING + grain * timedelta(hours=self.hours)
        return local.replace(tzinfo=ZONE).astimezone(UTC)

    def meeting(self, due: datetime, after: int) -> int:
        """The first step later than `after` at whose start a deadline is due."""
        local = due.astimezone(ZONE).replace(tzinfo=None)
        grain = max(after + 1, self.of(local))
        while self.start(grain) < due:
            grain += 1
        return grain


@dataclass(frozen=True, slots=True)
class Part:
    """Units of one product of one seller within an order."""

    sku: SkuName
    quantity: int
    price_minor: int


@dataclass(frozen=True, slots=True)
class Plan:
    """An order with what happens when. `tenders` are the files' payment types with centavos."""

    number: int
    order: FileOrder
    parts: tuple[Part, ...]
    freights: Mapping[str, int]
    tenders: tuple[tuple[str, int], ...]
    ending: Ending
    place: int
    pay: int | None
    ship: int | None
    end: int | None
    differences: tuple[Difference, ...]

    @property
    def total_minor(self) -> int:
        """What is charged."""
        return self.order.price_minor + self.order.freight_minor


def plan(number: int, order: FileOrder, grains: Grains) -> Plan | Sequence[Difference]:
    """The plan of an order, or why it is not placed at all."""
    if not order.lines:
        paid = Counter({payment.type: 0 for payment in order.payments})
        for payment in order.payments:
            paid[payment.type] -= payment.minor
        return [Difference(order.id, Cause.NO_LINES, order.status, "none", dict(paid))]
    noted: list[Difference] = []
    tenders = _tenders(order, noted)
    approved = order.approved
    if approved is None:
        approved = order.purchased
        noted.append(Difference(order.id, Cause.NO_APPROVAL_TIME))
    place, paid_at = grains.of(order.purchased), grains.of(max(approved, order.purchased))
    ending, ship, end = _way(order, approved, paid_at, grains, noted)
    return Plan(
        number,
        order,
        _parts(order),
        _freights(order),
        tenders,
        ending,
        place,
        paid_at if tenders else None,
        ship,
        end,
        tuple(noted),
    )


def _parts(order: FileOrder) -> tuple[Part, ...]:
    counts = Counter((line.seller, line.product, line.price_minor) for line in order.lines)
    return tuple(
        Part((seller, product), n, price) for (seller, product, price), n in counts.items()
    )


def _freights(order: FileOrder) -> Mapping[str, int]:
    freights: Counter[str] = Counter()
    for line in order.lines:
        freights[line.seller] += line.freight_minor
    return freights


def _tenders(order: FileOrder, noted: list[Difference]) -> tuple[tuple[str, int], ...]:
    """How the price is paid: as it was, the largest tender taking what differs.

    Of several that are as large, and of a card among them, the card does: interest is the card's.
    """
    if not order.payments:
        noted.append(Difference(order.id, Cause.NO_PAYMENT, "", "canceled"))
        return ()
    tenders: Counter[str] = Counter()
    for payment in order.payments:
        if payment.minor == 0 or payment.type == "not_defined":
            gone = {payment.type: -payment.minor}
            noted.append(Difference(order.id, Cause.PAYMENT_OF_NOTHING, payment.type, "", gone))
        else:
            tenders[payment.type] += payment.minor
    owed = order.price_minor + order.freight_minor - sum(tenders.values())
    if owed:
        largest = max(tenders, key=lambda kind: (tenders[kind], kind == "credit_card", kind))
        if owed < 0 and tenders["credit_card"] > -owed:
            largest = "credit_card"
        tenders[largest] += owed
        by_instalments = any(payment.installments > 1 for payment in order.payments)
        cause = Cause.PAID_LESS
        if owed < 0:
            cause = Cause.INTEREST if by_instalments else Cause.PAID_MORE
        noted.append(Difference(order.id, cause, "", "", {largest: owed}))
    return tuple((kind, minor) for kind, minor in tenders.items() if minor)


def _way(
    order: FileOrder, approved: datetime, paid_at: int, grains: Grains, noted: list[Difference]
) -> tuple[Ending, int | None, int | None]:
    """How the order goes on after it is paid: what it ends in, when it is shipped, when it ends."""
    handed_over, delivered = order.handed_over, order.delivered
    if order.status == "unavailable":
        return Ending.SOLD_OUT, None, paid_at + 1
    if order.status == "canceled" and handed_over is None:
        return Ending.CALLED_OFF, None, paid_at + 1
    if handed_over is None and delivered is not None:
        noted.append(Difference(order.id, Cause.NO_HANDOVER_TIME))
        handed_over = delivered
    if handed_over is None:
        return Ending.NOTHING, None, None
    if handed_over < approved + FREE_WINDOW:
        noted.append(Difference(order.id, Cause.HANDED_OVER_EARLY))
    ship = max(grains.of(handed_over), paid_at + 1)
    if delivered is not None:
        if order.status == "canceled":
            noted.append(Difference(order.id, Cause.CANCELLED_AFTER_DELIVERY, "", "delivered"))
        if delivered < handed_over:
            noted.append(Difference(order.id, Cause.DELIVERED_EARLY))
        return Ending.DELIVERED, ship, max(grains.of(delivered), ship)
    if order.status == "canceled":
        noted.append(Difference(order.id, Cause.CANCELLED_ON_THE_WAY))
        return Ending.LOST, ship, max(grains.of(order.promised), ship + 1)
    if order.status == "delivered":
        noted.append(Difference(order.id, Cause.NO_DELIVERY_TIME, "", "shipped"))
    return Ending.SHIPPED, ship, None
