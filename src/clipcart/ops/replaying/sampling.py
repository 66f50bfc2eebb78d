"""A part of the history: the same orders for the same number, with every odd case among them."""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from clipcart.ops.replaying.files import FileOrder, History
from clipcart.ops.replaying.plan import Grains, Plan, plan

OF_EACH = 4
"""So many orders are kept of each odd case and of each status."""


def sample(history: History, size: int | None, grains: Grains) -> History:
    """The whole history, or `size` orders of it with the sellers and products that they need."""
    if size is None or size >= len(history.orders):
        return history
    by_chance = sorted(history.orders, key=_chance)
    odd: dict[str, list[FileOrder]] = defaultdict(list)
    for order in by_chance:
        for name in _oddities(order, grains):
            if len(odd[name]) < OF_EACH:
                odd[name].append(order)
    chosen = {order.id: order for name in sorted(odd) for order in odd[name]}
    for order in by_chance:
        if len(chosen) >= size:
            break
        chosen.setdefault(order.id, order)
    orders = sorted(list(chosen.values())[:size], key=lambda order: (order.purchased, order.id))
    lines = [line for order in orders for line in order.lines]
    sellers = {line.seller for line in lines}
    products = {line.product for line in lines}
    return replace(
        history,
        orders=orders,
        sellers={key: each for key, each in history.sellers.items() if key in sellers},
        products={key: each for key, each in history.products.items() if key in products},
    )


def _chance(order: FileOrder) -> bytes:
    return hashlib.sha256(order.id.encode()).digest()


def _oddities(order: FileOrder, grains: Grains) -> Sequence[str]:
    planned = plan(0, order, grains)
    differences = planned.differences if isinstance(planned, Plan) else planned
    several = ["several_shops"] if len({line.seller for line in order.lines}) > 1 else []
    mixed = ["mixed"] if len({payment.type for payment in order.payments}) > 1 else []
    waits = order.approved is not None and (order.approved - order.purchased).days > 4
    return [
        order.status,
        f"{order.status}_{'handed_over' if order.handed_over else 'waits'}",
        *(difference.cause.value for difference in differences),
        *several,
        *mixed,
        *(["paid_late"] if waits else []),
    ]
