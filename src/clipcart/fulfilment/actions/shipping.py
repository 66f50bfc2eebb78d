"""Packing: units of an order become a package, and leave the shelf in the same transaction."""

from collections.abc import Sequence
from dataclasses import replace

from clipcart import inventory, orders
from clipcart.fulfilment import _sql as sql
from clipcart.fulfilment.actions.choosing import Choice, choose
from clipcart.fulfilment.errors import TrackingTaken
from clipcart.fulfilment.events import LabelMade, PackageCreated
from clipcart.fulfilment.model import (
    BUY_LABEL,
    TRACK,
    LabelTask,
    Mode,
    Package,
    ShipOutcome,
    ShipRequest,
)
from clipcart.fulfilment.policy import may_ship
from clipcart.fulfilment.queries import packages_by_keys
from clipcart.identity import Actor, require
from clipcart.kit.db import Tx
from clipcart.kit.errors import Absent, Refusal, check
from clipcart.kit.ids import OrderId, PackageId, ShopId, new_id
from clipcart.orders import Line, LineShipped, Order, OrderKey


async def ship(
    tx: Tx, actor: Actor, shop_id: ShopId, order_id: OrderId, request: ShipRequest
) -> Package:
    """Pack units of an order, all that are open or those of `request.lines`.

    The order moves on, the units leave the warehouse. With a label of the platform's the package
    is TO_FULFIL until the label is bought (a job); with the seller's own number it waits for the
    carrier at once. A repeated `request.key` gives the package that it made before.

    Raises Invalid, NoSuchCarrier, CarrierNotAllowed, InvalidTracking, TrackingTaken; from orders
    CannotShip, CancellationPending, MoreThanOrdered; from inventory CannotShip; Absent. Then
    nothing changed.
    """
    require(may_ship(actor, shop_id), "orders.ship", actor)
    check(request.problems())
    if request.key and (known := await _made_before(tx, shop_id, order_id, request.key)):
        return known
    found = await orders.orders_by_keys(tx, [(shop_id, order_id)])
    order = found.get((shop_id, order_id))
    if order is None:
        raise Absent("order")
    choice = choose(request.label, order.market_id, tx.now)
    lines = lines_of(order, request)
    package_id = PackageId(new_id())
    request = replace(request, key=request.key or str(package_id))
    async with tx.savepoint():
        if not await _add(tx, order, package_id, request, choice, lines):
            # A double click: the other one was first, and has committed by now.
            known = await _made_before(tx, shop_id, order_id, request.key)
            if known is None:
                raise TrackingTaken(choice.tracking_number or "")
            return known
        await orders.mark_label_made(
            tx, actor, shop_id, order_id, [shipped for _, shipped in lines]
        )
        await inventory.consume(
            tx,
            actor,
            [
                inventory.OrderLine(shop_id, order_id, line.sku_id, shipped.quantity)
                for line, shipped in lines
            ],
        )
        announce(tx, actor, order, package_id, choice, sum(made.quantity for _, made in lines))
    return (await packages_by_keys(tx, [(shop_id, package_id)]))[0]


async def ship_many(
    tx: Tx, actor: Actor, shop_id: ShopId, requests: Sequence[tuple[OrderId, ShipRequest]]
) -> tuple[ShipOutcome, ...]:
    """Ship orders of one shop, each on its own: one that is refused does not hold up the others.

    Outcomes stand in the order of the requests. Raises Forbidden for the whole batch.
    """
    require(may_ship(actor, shop_id), "orders.ship", actor)
    outcomes: dict[int, ShipOutcome] = {}
    # By id, so that two batches of the same orders wait for each other and never both ways.
    for place, (order_id, request) in sorted(enumerate(requests), key=lambda item: item[1][0]):
        outcomes[place] = await ship_alone(tx, actor, (shop_id, order_id), request)
    return tuple(outcomes[place] for place in range(len(requests)))


async def ship_alone(tx: Tx, actor: Actor, key: OrderKey, request: ShipRequest) -> ShipOutcome:
    """As `ship`, with the refusal as an outcome."""
    try:
        package = await ship(tx, actor, *key, request)
    except Refusal as refusal:
        return ShipOutcome(key[1], refusal=refusal)
    return ShipOutcome(key[1], package=package)


async def _made_before(tx: Tx, shop_id: ShopId, order_id: OrderId, key: str) -> Package | None:
    known = await tx.maybe(sql.ID_OF_REQUEST, shop_id=shop_id, order_id=order_id, request_key=key)
    if known is None:
        return None
    return (await packages_by_keys(tx, [(shop_id, PackageId(known))]))[0]


def lines_of(order: Order, request: ShipRequest) -> list[tuple[Line, LineShipped]]:
    """What goes into the package. Raises CannotShip when nothing is left, MoreThanOrdered."""
    by_id = {line.id: line for line in order.lines}
    wanted = request.lines
    if wanted is None:
        wanted = tuple(
            LineShipped(line.id, line.open_quantity) for line in order.lines if line.open_quantity
        )
    if not wanted:
        raise orders.CannotShip(order.id, order.state.value)
    for line in wanted:
        if line.line_id not in by_id:
            raise orders.MoreThanOrdered(line.line_id, line.quantity, 0)
    return [(by_id[line.line_id], line) for line in wanted]


async def _add(
    tx: Tx,
    order: Order,
    package_id: PackageId,
    request: ShipRequest,
    choice: Choice,
    lines: Sequence[tuple[Line, LineShipped]],
) -> bool:
    weight_g = sum(line.weight_g * shipped.quantity for line, shipped in lines)
    made = await tx.maybe(
        sql.ADD_PACKAGE,
        shop_id=order.shop_id,
        id=package_id,
        order_id=order.id,
        buyer_id=order.buyer_id,
        request_key=request.key,
        state=choice.state.value,
        mode=choice.mode.value,
        carrier=choice.carrier,
        service=order.delivery.name,
        promised_days=order.delivery.promised_days,
        weight_g=request.weight_g or weight_g,
        units=sum(shipped.quantity for _, shipped in lines),
        tracking_number=choice.tracking_number,
        label_made_at=None if choice.tracking_number is None else tx.now,
        line_ids=[line.id for line, _ in lines],
        sku_ids=[line.sku_id for line, _ in lines],
        quantities=[shipped.quantity for _, shipped in lines],
        now=tx.now,
    )
    return made is not None


def announce(
    tx: Tx, actor: Actor, order: Order, package_id: PackageId, choice: Choice, units: int
) -> None:
    """Tell of a new package, and have its label bought or its number watched."""
    tx.announce(
        actor,
        PackageCreated(
            shop_id=order.shop_id,
            order_id=order.id,
            package_id=package_id,
            person_id=order.buyer_id,
            mode=choice.mode.value,
            carrier=choice.carrier,
            units=units,
        ),
    )
    task = LabelTask(order.shop_id, package_id, 1)
    if choice.tracking_number is None:
        tx.enqueue(BUY_LABEL, task)
        return
    tx.enqueue(TRACK, task)
    tx.announce(
        actor,
        LabelMade(
            shop_id=order.shop_id,
            order_id=order.id,
            package_id=package_id,
            person_id=order.buyer_id,
            mode=Mode.SELLER.value,
            carrier=choice.carrier,
            tracking_number=choice.tracking_number,
        ),
    )
