"""A package to be: what goes into it, its rows, and what follows. One or many, the same way."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from clipcart import inventory, orders
from clipcart.fulfilment import _sql as sql
from clipcart.fulfilment.actions.choosing import Choice, choose
from clipcart.fulfilment.events import LabelMade, PackageCreated
from clipcart.fulfilment.model import BUY_LABEL, TRACK, LabelTask, Mode, ShipRequest
from clipcart.identity import Actor
from clipcart.kit.db import Tx
from clipcart.kit.errors import Absent, check
from clipcart.kit.ids import PackageId, new_id
from clipcart.orders import Line, LineShipped, Order


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


def packing_of(tx: Tx, order: Order | None, request: ShipRequest) -> Packing:
    """What a wish comes to. Raises as `ship` does before anything is written."""
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


async def add(tx: Tx, ready: Sequence[Packing]) -> list[int]:
    """Write packages; gives the ids of those that were not there, and whose number is free."""
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


async def hand_on(tx: Tx, actor: Actor, made: Sequence[Packing]) -> None:
    """What follows a package: its units leave the shelf, and whom it concerns hears of it."""
    await inventory.consume(
        tx,
        actor,
        [
            inventory.OrderLine(each.order.shop_id, each.order.id, line.sku_id, shipped.quantity)
            for each in made
            for line, shipped in each.lines
        ],
    )
    for each in made:
        announce(tx, actor, each.order, each.package_id, each.choice, each.units)


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
