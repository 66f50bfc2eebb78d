"""Shipping one order: what goes into the parcel, and under whose label."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from clipcart import fulfilment, orders
from clipcart.doorway import Notice, Shell, Visit
from clipcart.kit.files import small_key
from clipcart.kit.ids import OrderId, PackageId, ShopId
from clipcart.orders import Order
from clipcart.web.seller_center import desk_words as words
from clipcart.web.seller_center.desk_words import Due
from clipcart.web.seller_center.frame import (
    Desk,
    at_work,
    counted_shell,
    media,
    require_grant,
)

HERE = "/orders"
NOTHING: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class ShipLine:
    """A line of which something is left. `field` names its quantity in the form."""

    field: str
    title: str
    options: str
    seller_sku: str
    image_url: str | None
    open: int
    typed: str


@dataclass(frozen=True, slots=True)
class ShipForm:
    """The form: what was typed, or everything that is open under a label bought here."""

    url: str
    key: str
    lines: tuple[ShipLine, ...]
    mode: str
    carrier: str
    carriers: tuple[tuple[str, str], ...]
    tracking_number: str
    weight_g: str
    weight_hint: str
    errors: Mapping[str, str]

    @property
    def summary(self) -> tuple[tuple[str, str], ...]:
        """The errors with the fields that they belong to."""
        return tuple(self.errors.items())


@dataclass(frozen=True, slots=True)
class ShipPage:
    """Ship one order; `form` is None when nothing can be shipped, and `trouble` says why."""

    shell: Shell
    order_url: str
    number: str
    buyer: str
    place: str
    delivery: str
    note: str
    due: Due | None
    state: str
    form: ShipForm | None
    trouble: Notice | None


@dataclass(frozen=True, slots=True)
class LabelPage:
    """Another label for a package that is still here."""

    shell: Shell
    order_url: str
    number: str
    form: ShipForm


def ship_form(
    desk: Desk,
    order: Order,
    now: datetime,
    typed: Mapping[str, str] = NOTHING,
    errors: Mapping[str, str] = NOTHING,
) -> ShipForm:
    """The form for what is open of an order."""
    lines = tuple(
        ShipLine(
            f"quantity-{line.id}",
            line.title,
            line.options_text,
            line.seller_sku,
            media(small_key(line.image_key)) if line.image_key else None,
            line.open_quantity,
            typed.get(f"quantity-{line.id}", str(line.open_quantity)),
        )
        for line in order.lines
        if line.open_quantity
    )
    weight = sum(line.weight_g * line.open_quantity for line in order.lines)
    hint = f"By the products it is {words.weight_text(weight)}" if weight else "With packaging"
    url = f"{desk.url}/orders/{order.id}/ship"
    return label_form(desk, now, url, typed, errors, lines=lines, weight_hint=hint)


def label_form(
    desk: Desk,
    now: datetime,
    url: str,
    typed: Mapping[str, str],
    errors: Mapping[str, str],
    *,
    lines: tuple[ShipLine, ...] = (),
    weight_hint: str = "",
) -> ShipForm:
    """The form for a label only."""
    return ShipForm(
        url,
        typed.get("key") or secrets.token_urlsafe(12),
        lines,
        typed.get("mode") or "PLATFORM",
        typed.get("carrier", ""),
        tuple(
            (carrier, fulfilment.known_carrier(carrier).name)
            for carrier in desk.market.at(now).carriers
        ),
        typed.get("tracking_number", ""),
        typed.get("weight_g", ""),
        weight_hint,
        errors,
    )


async def ship_page(
    visit: Visit,
    shop_id: ShopId,
    order_id: OrderId,
    *,
    typed: Mapping[str, str] = NOTHING,
    errors: Mapping[str, str] = NOTHING,
    trouble: Notice | None = None,
) -> ShipPage:
    """The page to ship one order. Raises Absent."""
    async with visit.reading() as tx:
        desk = await at_work(tx, visit, shop_id)
        require_grant(desk, "orders.ship")
        order = await orders.order_for(tx, desk.actor, shop_id, order_id)
        frame = await counted_shell(visit, tx, desk, f"Ship to {order.ship_to.name}", HERE)
        now = tx.now
    is_open = order.state in words.SHIPPABLE and order.clocks.cancel_reply_by is None
    if not is_open and trouble is None:
        trouble = Notice("info", _closed_text(order))
    return ShipPage(
        frame,
        f"{desk.url}/orders/{order_id}",
        str(order_id),
        order.ship_to.name,
        ", ".join(part for part in (order.ship_to.city, order.ship_to.region) if part),
        order.delivery.name,
        order.note,
        words.due_of(order.clocks.ship_by, now) if is_open else None,
        order.state.value,
        ship_form(desk, order, now, typed, errors) if is_open else None,
        trouble,
    )


def _closed_text(order: Order) -> str:
    if order.clocks.cancel_reply_by is not None:
        return "The buyer asked to cancel. Answer first; then this can be shipped."
    if order.state is orders.State.ON_HOLD:
        return "The buyer can still cancel for free. When that hour is over, ship it from here."
    return "Nothing is left to ship of this order."


async def label_page(
    visit: Visit,
    shop_id: ShopId,
    package_id: PackageId,
    *,
    typed: Mapping[str, str] = NOTHING,
    errors: Mapping[str, str] = NOTHING,
) -> LabelPage:
    """The page to give a package another label. Raises Absent."""
    async with visit.reading() as tx:
        desk = await at_work(tx, visit, shop_id)
        require_grant(desk, "orders.ship")
        package = await fulfilment.package_for(tx, desk.actor, shop_id, package_id)
        frame = await counted_shell(visit, tx, desk, "Another label", HERE)
        now = tx.now
    known = {"mode": package.mode.value, "carrier": package.carrier}
    url = f"{desk.url}/packages/{package_id}/label"
    return LabelPage(
        frame,
        f"{desk.url}/orders/{package.order_id}",
        str(package_id),
        label_form(desk, now, url, typed or known, errors),
    )
