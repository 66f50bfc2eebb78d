"""Packing in sets: many orders of many shops, each whole or in part, in a few statements.

Whatever is not plain (a repeated wish, a number that is taken, units that are not kept) is done
again one by one, where each has a savepoint of its own.
"""

from collections.abc import Mapping

from clipcart import inventory, orders
from clipcart.fulfilment.actions.packing import Packing, add, hand_on, packing_of
from clipcart.fulfilment.actions.shipping import ship_alone
from clipcart.fulfilment.model import ShipOutcome, ShipRequest
from clipcart.fulfilment.policy import may_ship
from clipcart.fulfilment.queries import packages_by_keys
from clipcart.identity import Actor, require
from clipcart.kit.db import Tx
from clipcart.kit.errors import Refusal
from clipcart.orders import OrderKey


class _NotPlain(Exception):
    """A package could not be made: somebody else has its number, or it is there already."""


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
            packings[key] = packing_of(tx, found.get(key), wishes[key])
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
    if len(await add(tx, ready)) < len(ready):
        raise _NotPlain
    await hand_on(tx, actor, ready)
    return refused
