"""The numbers that orders and their units have in other systems, noted by programs of the shop."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from clipcart.identity import Actor, require
from clipcart.kit.db import Tx
from clipcart.kit.errors import Problem, check
from clipcart.kit.ids import OrderId, ShopId
from clipcart.orders._sql import outside as sql
from clipcart.orders.policy import may_ship, may_view_shop
from clipcart.orders.queries import order_for, orders_by_keys

MOST_ORDERS: Final = 100
MOST_LINES: Final = 100
LONGEST: Final = 255


@dataclass(frozen=True, slots=True)
class OutsideNumber:
    """An order's `number` in the system `platform`. `lines` are pairs of a unit's id
    (`Line.unit_ids`) and what it is called there."""

    order_id: OrderId
    platform: str
    number: str
    lines: tuple[tuple[int, str], ...]

    def problems(self) -> list[Problem | None]:
        """What is wrong with it, whatever the order."""
        texts = (self.number, *(name for _, name in self.lines))
        rule = f"Numbers of other systems have 1 to {LONGEST} characters."
        return [
            None
            if all(1 <= len(text) <= LONGEST for text in texts)
            else Problem("external_order", rule, "Shorten it."),
            None
            if len(self.lines) <= MOST_LINES
            else Problem("external_order", f"It has over {MOST_LINES} lines.", "Send fewer."),
        ]


async def note_outside(
    tx: Tx, actor: Actor, shop_id: ShopId, numbers: Sequence[OutsideNumber]
) -> frozenset[OrderId]:
    """Note numbers, at most 100; gives the orders that took one.

    One order has one number in a system: the newest. Orders that the shop does not have, and
    numbers with units that the order does not have, are left out. Raises Invalid, Forbidden.
    """
    require(may_ship(actor, shop_id), "orders.ship", actor)
    too_many = Problem("orders", f"More than {MOST_ORDERS} orders.", "Send several requests.")
    check([too_many if len(numbers) > MOST_ORDERS else None])
    check([problem for each in numbers for problem in each.problems()])
    newest = {(each.order_id, each.platform): each for each in numbers}
    found = await orders_by_keys(tx, [(shop_id, order_id) for order_id, _ in newest])
    units = {
        key[1]: {unit_id for line in order.lines for unit_id in line.unit_ids}
        for key, order in found.items()
    }
    taken = [
        each
        for each in newest.values()
        if {unit_id for unit_id, _ in each.lines} <= units.get(each.order_id, set())
        and each.order_id in units
    ]
    if not taken:
        return frozenset()
    await tx.all(
        sql.NOTE,
        shop_id=shop_id,
        order_ids=[each.order_id for each in taken],
        platforms=[each.platform for each in taken],
        numbers=[each.number for each in taken],
        lines=[json.dumps(each.lines) for each in taken],
        now=tx.now,
    )
    return frozenset(each.order_id for each in taken)


async def outside_number(
    tx: Tx, actor: Actor, shop_id: ShopId, order_id: OrderId, platform: str
) -> OutsideNumber | None:
    """The number of an order in a system, for whom order_for answers; else Absent."""
    await order_for(tx, actor, shop_id, order_id)
    row = await tx.maybe(sql.OF_ORDER, shop_id=shop_id, order_id=order_id, platform=platform)
    return None if row is None else _number(row)


async def by_outside_number(
    tx: Tx, actor: Actor, shop_id: ShopId, platform: str, number: str
) -> tuple[OutsideNumber, ...]:
    """A shop's orders that have this number in a system, at most 100."""
    require(may_view_shop(actor, shop_id), "orders.view", actor)
    rows = await tx.all(
        sql.BY_NUMBER, shop_id=shop_id, platform=platform, number=number, size=MOST_ORDERS
    )
    return tuple(map(_number, rows))


def _number(row: sql.NumberRow) -> OutsideNumber:
    lines = tuple((unit_id, name) for unit_id, name in row.lines)
    return OutsideNumber(row.order_id, row.platform, row.number, lines)
