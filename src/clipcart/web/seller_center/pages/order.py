"""An order as its shop sees it: what to ship and where, its clocks, its parcels, its money."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from clipcart import fulfilment, orders, settlement
from clipcart.doorway import Notice, Shell, Visit
from clipcart.fulfilment import Mode, Package
from clipcart.fulfilment import State as PackageState
from clipcart.kit.db import Tx
from clipcart.kit.eventlog import LogRow, log_of
from clipcart.kit.files import small_key
from clipcart.kit.ids import LineId, OrderId, ShopId
from clipcart.orders import Order
from clipcart.settlement import MoneyStory
from clipcart.web.seller_center import desk_words as words
from clipcart.web.seller_center.desk_words import Due
from clipcart.web.seller_center.frame import (
    Desk,
    at_work,
    counted_shell,
    media,
    require_grant,
)
from clipcart.web.seller_center.pages.ship import ShipForm, ship_form
from clipcart.web.seller_center.pages.steps import SELLER
from clipcart.web.steps import StepView, step_views

HERE = "/orders"
SCANS = {
    "HANDED_OVER": "Handed over by you",
    "COLLECTED": "Collected",
    "IN_TRANSIT": "On its way",
    "OUT_FOR_DELIVERY": "Out for delivery",
    "NOT_DELIVERED": "Delivery was tried and failed",
    "DELAYED": "Delayed",
    "DELIVERED": "Delivered",
    "LOST": "Reported lost",
}
PACKAGE_STATES = {
    PackageState.TO_FULFIL: "processing",
    PackageState.PROCESSING: "awaiting_collection",
    PackageState.FULFILLING: "in_transit",
    PackageState.COMPLETED: "delivered",
    PackageState.CANCELLED: "cancelled",
}
BEFORE_COLLECTION = frozenset({PackageState.TO_FULFIL, PackageState.PROCESSING})


@dataclass(frozen=True, slots=True)
class LineView:
    """A line with what is still to be shipped of it."""

    title: str
    url: str | None
    options: str
    seller_sku: str
    image_url: str | None
    unit_price: str
    quantity: int
    shipped: int
    amount: str


@dataclass(frozen=True, slots=True)
class PackageView:
    """A parcel with its papers."""

    id: str
    number: int
    state: str
    carrier: str
    tracking_number: str | None
    tracking_url: str | None
    contents: tuple[str, ...]
    weight: str
    label_url: str | None
    slip_url: str
    problem: str | None
    is_waiting_for_label: bool
    hand_over_url: str | None
    change_url: str | None
    scans: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Wish:
    """A buyer's request to cancel that waits for an answer."""

    because: str
    due: Due | None
    may_answer: bool


@dataclass(frozen=True, slots=True)
class OrderPage:
    """Everything about one order."""

    shell: Shell
    url: str
    list_url: str
    number: str
    placed: str
    state: str
    due: Due | None
    due_label: str
    trouble: Notice | None
    wish: Wish | None
    lines: tuple[LineView, ...]
    sums: tuple[tuple[str, str], ...]
    ship: ShipForm | None
    packages: tuple[PackageView, ...]
    steps: tuple[StepView, ...]
    buyer: str
    address: tuple[str, ...]
    delivery: str
    note: str
    may_cancel: bool
    cancel_text: str
    reasons: tuple[tuple[str, str], ...]
    answers: tuple[tuple[str, str], ...]
    money: tuple[StepView, ...] | None
    money_when: str | None
    money_moves: tuple[str, ...]


async def order_page(
    visit: Visit, shop_id: ShopId, order_id: OrderId, *, trouble: Notice | None = None
) -> OrderPage:
    """The page of an order of the shop. Raises Absent."""
    async with visit.reading() as tx:
        desk = await at_work(tx, visit, shop_id)
        require_grant(desk, "orders.view")
        order = await orders.order_for(tx, desk.actor, shop_id, order_id)
        log = await log_of(tx, shop_id, f"order:{order_id}")
        packages = await packages_of(tx, order)
        story = None
        if desk.may("finance.view"):
            story = await settlement.where_is_my_money(tx, desk.actor, shop_id, order_id)
        frame = await counted_shell(visit, tx, desk, f"Order of {order.ship_to.name}", HERE)
        now = tx.now
    due_at, due_label = _clock(order)
    url = f"{desk.url}/orders/{order_id}"
    may_cancel = desk.may("orders.cancel") and orders.is_open_to_cancel(
        order.state, order.collected_at
    )
    paid = order.paid is not None
    back = f"The buyer gets {desk.price(order.total)} back." if paid else "Nothing was paid yet."
    return OrderPage(
        shell=frame,
        url=url,
        list_url=desk.url + HERE,
        number=str(order.id),
        placed=words.moment_text(desk.market, order.placed_at),
        state=order.state.value,
        due=words.due_of(due_at, now),
        due_label=due_label,
        trouble=trouble,
        wish=_wish(desk, order, log, now),
        lines=tuple(_line(desk, line) for line in order.lines),
        sums=_sums(desk, order),
        ship=ship_form(desk, order, now) if may_ship(desk, order) else None,
        packages=package_views(desk, order, packages),
        steps=step_views(orders.steps(order, log, now), desk.market, SELLER),
        buyer=order.ship_to.name,
        address=_address(desk, order),
        delivery=order.delivery.name,
        note=order.note,
        may_cancel=may_cancel and order.clocks.cancel_reply_by is None,
        cancel_text=f"{back} What was reserved is on sale again.",
        reasons=tuple((reason.value, text) for reason, text in words.SELLER_REASONS.items()),
        answers=tuple((answer.value, text) for answer, text in words.ANSWERS.items()),
        money=None if story is None else _money(desk, story),
        money_when=_money_when(desk, story),
        money_moves=() if story is None else tuple(step.sentence() for step in story.could_move),
    )


def may_ship(desk: Desk, order: Order) -> bool:
    """The person may, and something is left that is not in question."""
    is_open = order.state in words.SHIPPABLE and order.clocks.cancel_reply_by is None
    return desk.may("orders.ship") and is_open


async def packages_of(tx: Tx, order: Order) -> tuple[Package, ...]:
    """The order's parcels; not asked for before there can be any."""
    if order.label_made_at is None and not any(line.shipped_quantity for line in order.lines):
        return ()
    return (await fulfilment.packages_of_orders(tx, [order.key])).get(order.id, ())


def package_views(desk: Desk, order: Order, packages: Sequence[Package]) -> tuple[PackageView, ...]:
    """Parcels with their papers and what can be done with them."""
    titles = {line.id: _named(line) for line in order.lines}
    return tuple(
        _package(desk, package, number, titles) for number, package in enumerate(packages, 1)
    )


def _package(
    desk: Desk, package: Package, number: int, titles: Mapping[LineId, str]
) -> PackageView:
    url = f"{desk.url}/packages/{package.id}"
    is_here = package.state in BEFORE_COLLECTION and desk.may("orders.ship")
    has_label = package.tracking_number is not None and package.state is not PackageState.CANCELLED
    is_own = package.mode is Mode.SELLER
    return PackageView(
        id=str(package.id),
        number=number,
        state="lost" if package.is_lost else PACKAGE_STATES[package.state],
        carrier=package.carrier_name,
        tracking_number=package.tracking_number,
        tracking_url=package.tracking_url,
        contents=tuple(
            f"{line.quantity} × {titles.get(line.line_id, '')}" for line in package.lines
        ),
        weight=words.weight_text(package.weight_g),
        label_url=f"{url}/label.pdf" if has_label and not is_own else None,
        slip_url=f"{url}/slip.pdf",
        problem=package.label_problem,
        is_waiting_for_label=package.state is PackageState.TO_FULFIL
        and package.label_problem is None,
        hand_over_url=f"{url}/handed-over"
        if is_here and is_own and package.state is PackageState.PROCESSING
        else None,
        change_url=f"{url}/label" if is_here else None,
        scans=tuple(
            (SCANS[scan.kind.value], words.moment_text(desk.market, scan.at), scan.place)
            for scan in reversed(package.scans)
        ),
    )


def _named(line: orders.Line) -> str:
    return f"{line.title}, {line.options_text}" if line.options_text else line.title


def _clock(order: Order) -> tuple[datetime | None, str]:
    """The clock that runs now, and what it is for."""
    clocks = order.clocks
    if clocks.cancel_reply_by is not None:
        return clocks.cancel_reply_by, "Answer the buyer"
    match order.state:
        case orders.State.UNPAID:
            return clocks.pay_by, "The buyer pays"
        case orders.State.ON_HOLD:
            return clocks.free_cancel_until, "Free to cancel"
        case orders.State.AWAITING_SHIPMENT | orders.State.PARTIALLY_SHIPPING:
            return clocks.ship_by, "Ship"
        case orders.State.AWAITING_COLLECTION:
            return clocks.ship_by, "First scan"
        case orders.State.IN_TRANSIT:
            return clocks.deliver_by, "Delivery promised"
        case _:
            return None, ""


def _wish(desk: Desk, order: Order, log: Sequence[LogRow], now: datetime) -> Wish | None:
    if order.clocks.cancel_reply_by is None:
        return None
    asked = [row for row in log if row.name == orders.CancellationRequested.NAME]
    reason = str(asked[-1].payload.get("reason")) if asked else ""
    because = words.BECAUSE.get(reason, "no reason given")
    return Wish(
        f"{because[:1].upper()}{because[1:]}.",
        words.due_of(order.clocks.cancel_reply_by, now),
        desk.may("orders.cancel"),
    )


def _line(desk: Desk, line: orders.Line) -> LineView:
    can_see = desk.may("products.view")
    return LineView(
        line.title,
        f"{desk.url}/products/{line.product_id}" if can_see else None,
        line.options_text,
        line.seller_sku,
        media(small_key(line.image_key)) if line.image_key else None,
        desk.price(line.unit_price),
        line.quantity,
        line.shipped_quantity,
        desk.price(line.amount),
    )


def _sums(desk: Desk, order: Order) -> tuple[tuple[str, str], ...]:
    rules = desk.market.at(order.placed_at)
    tax = f"{rules.tax_name} (in the prices)" if order.tax_included else rules.tax_name
    shipping = desk.price(order.shipping) if order.shipping.is_positive else "Free"
    rows = [
        ("Products", desk.price(order.items)),
        (f"Delivery: {order.delivery.name}", shipping),
        (tax, desk.price(order.tax)),
        ("The buyer pays", desk.price(order.total)),
    ]
    if order.refund.is_positive:
        rows.append(("Goes back to the buyer", desk.price(order.refund)))
    return tuple(rows)


def _address(desk: Desk, order: Order) -> tuple[str, ...]:
    to = order.ship_to
    country = desk.market.name if to.country == desk.market.country else to.country
    place = " ".join(part for part in (to.city, to.region, to.postal_code) if part)
    return tuple(part for part in (to.name, to.line1, to.line2, place, country, to.phone) if part)


def _money(desk: Desk, story: MoneyStory) -> tuple[StepView, ...]:
    first_open = next((step for step in story.steps if not step.is_done), None)
    return tuple(
        StepView(
            step.sentence(),
            "reached" if step.is_done else "current" if step is first_open else "future",
            None,
            None,
        )
        for step in story.steps
    )


def _money_when(desk: Desk, story: MoneyStory | None) -> str | None:
    if story is None or story.expected_at is None:
        return None
    return words.day_text(desk.market, story.expected_at)
