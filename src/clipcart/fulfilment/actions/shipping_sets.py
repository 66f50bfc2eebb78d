"""Packing in sets: many orders of many shops, each whole or in part, in a few statements.

Whatever is not plain (a repeated wish, a number that is taken, units that are not kept) is done
again one by one, where each has a savepoint of its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from clipcart import inventory, orders
from clipcart.fulfilment import _sql as sql
from clipcart.fulfilment.actions.choosing import Choice, choose
from clipcart.fulfilment.actions.shipping import announce, lines_of, ship_alone
from clipcart.fulfilment.model import ShipOutcome, ShipRequest
from clipcart.fulfilment.policy import may_ship
from clipcart.fulfilment.queries import packages_by_keys
from clipcart.identity import Actor, require
from clipcart.kit.db import Tx
from clipcart.kit.errors import Absent, Refusal, check
from clipcart.kit.ids import PackageId, new_id
from clipcart.orders import Line, LineShipped, Order, OrderKey


class _NotPlain(Exception):
    """A package could not be made: somebody else has its number, or it is there already."""


@dataclass(frozen=True, slots=True)
class Packing:
    """A package to make of an order."""

    order: Order
    package_id: PackageId
    request: ShipRequest
    choice: Choice
    lines: Sequence[tuple[Line, LineShipped]]

    @property
    def units(self) -> int:
        """How many pieces go into it."""
        return sum(shipped.quantity for _, shipped in self.lines)

    @property
    def weight_g(self) -> int:
        """What it weighs."""
        lines_g = sum(line.weight_g * shipped.quantity for line, shipped in self.lines)
        return self.request.weight_g or lines_g


async def ship_orders(
    tx: Tx, actor: Actor, wishes: Mapping[OrderKey, ShipRequest]
) -> Mapping[OrderKey, ShipOutcome]:
    """As `ship`, for orders of any shops: one that is refused does not hold up the others.

    Raises Forbidden for the whole set.
    """
    for shop_id in {key[0] for key in wishes}:
        require(may_ship(actor, shop_id), "orders.ship", actor)
    keys = sorted(wishes)
    found = await orders.orders_by_keys(tx, keys)
    outcomes: dict[OrderKey, ShipOutcome] = {}
    packings: dict[OrderKey, Packing] = {}
    for key in keys:
        try:
            packings[key] = _packing(tx, found.get(key), wishes[key])
        except Refusal as refusal:
            outcomes[key] = await _again(tx, actor, key, wishes[key], refusal)
    try:
        async with tx.savepoint():
            refused = await _pack(tx, actor, packings)
    except (_NotPlain, inventory.CannotShip):
        refused = {}
        for key in packings:
            outcomes[key] = await ship_alone(tx, actor, key, wishes[key])
        return outcomes
    for key, problem in refused.items():
        outcomes[key] = await _again(tx, actor, key, wishes[key], problem)
    made = [(key[0], packing.package_id) for key, packing in packings.items() if key not in refused]
    for package in await packages_by_keys(tx, made):
        key = (package.shop_id, package.order_id)
        outcomes[key] = ShipOutcome(package.order_id, package=package)
    return outcomes


async def _again(
    tx: Tx, actor: Actor, key: OrderKey, wish: ShipRequest, refusal: Refusal
) -> ShipOutcome:
    """What was refused; a wish with a key may have been granted before."""
    if wish.key:
        return await ship_alone(tx, actor, key, wish)
    return ShipOutcome(key[1], refusal=refusal)


def _packing(tx: Tx, order: Order | None, request: ShipRequest) -> Packing:
    check(request.problems())
    if order is None:
        raise Absent("order")
    package_id = PackageId(new_id())
    return Packing(
        order,
        package_id,
        replace(request, key=request.key or str(package_id)),
        choose(request.label, order.market_id, tx.now),
        lines_of(order, request),
    )


async def _pack(
    tx: Tx, actor: Actor, packings: Mapping[OrderKey, Packing]
) -> Mapping[OrderKey, Refusal]:
    """Pack what the orders let; gives what they refused. Raises when a package is not made."""
    marked = await orders.mark_labels_made(
        tx, actor, {key: [each for _, each in packing.lines] for key, packing in packings.items()}
    )
    refused = {key: outcome for key, outcome in marked.items() if isinstance(outcome, Refusal)}
    ready = [packing for key, packing in packings.items() if key not in refused]
    if not ready:
        return refused
    if len(await _add(tx, ready)) < len(ready):
        raise _NotPlain
    await inventory.consume(
        tx,
        actor,
        [
            inventory.OrderLine(
                packing.order.shop_id, packing.order.id, line.sku_id, shipped.quantity
            )
            for packing in ready
            for line, shipped in packing.lines
        ],
    )
    for packing in ready:
        announce(tx, actor, packing.order, packing.package_id, packing.choice, packing.units)
    return refused


async def _add(tx: Tx, ready: Sequence[Packing]) -> list[int]:
    packed = [(each, line, shipped) for each in ready for line, shipped in each.lines]
    return await tx.all(
        sql.ADD_PACKAGES,
        shop_ids=[each.order.shop_id for each in ready],
        ids=[each.package_id for each in ready],
        order_ids=[each.order.id for each in ready],
        buyer_ids=[each.order.buyer_id for each in ready],
        request_keys=[each.request.key for each in ready],
        states=[each.choice.state.value for each in ready],
        modes=[each.choice.mode.value for each in ready],
        carriers=[each.choice.carrier for each in ready],
        services=[each.order.delivery.name for each in ready],
        promised_days=[each.order.delivery.promised_days for each in ready],
        weights=[each.weight_g for each in ready],
        units=[each.units for each in ready],
        tracking_numbers=[each.choice.tracking_number for each in ready],
        line_shop_ids=[each.order.shop_id for each, _, _ in packed],
        line_package_ids=[each.package_id for each, _, _ in packed],
        line_ids=[line.id for _, line, _ in packed],
        sku_ids=[line.sku_id for _, line, _ in packed],
        quantities=[shipped.quantity for _, _, shipped in packed],
        now=tx.now,
    )
