"""Packing: units of an order become a package, and leave the shelf in the same transaction."""

from collections.abc import Sequence

from clipcart import orders
from clipcart.fulfilment import _sql as sql
from clipcart.fulfilment.actions.packing import add, hand_on, packing_of
from clipcart.fulfilment.errors import TrackingTaken
from clipcart.fulfilment.model import Package, ShipOutcome, ShipRequest
from clipcart.fulfilment.policy import may_ship
from clipcart.fulfilment.queries import packages_by_keys
from clipcart.identity import Actor, require
from clipcart.kit.db import Tx
from clipcart.kit.errors import Refusal, check
from clipcart.kit.ids import OrderId, PackageId, ShopId
from clipcart.orders import OrderKey


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
    packing = packing_of(tx, found.get((shop_id, order_id)), request)
    async with tx.savepoint():
        if not await add(tx, [packing]):
            # A double click: the other one was first, and has committed by now.
            known = await _made_before(tx, shop_id, order_id, packing.request.key)
            if known is None:
                raise TrackingTaken(packing.choice.tracking_number or "")
            return known
        await orders.mark_label_made(
            tx, actor, shop_id, order_id, [shipped for _, shipped in packing.lines]
        )
        await hand_on(tx, actor, [packing])
    return (await packages_by_keys(tx, [(shop_id, packing.package_id)]))[0]


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
