"""What the replay knows of itself: written in the transactions that do the work, never ahead."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from clipcart.kit.db import Tx
from clipcart.kit.ids import OrderId, PaymentId, PersonId, ShopId, SkuId
from clipcart.ops.replaying import _sql as sql
from clipcart.ops.replaying.causes import Cause, Difference
from clipcart.ops.replaying.plan import SkuName
from clipcart.orders import OrderKey

PLACED, SHIPPED, ENDED = "PLACED", "SHIPPED", "ENDED"


@dataclass(slots=True)
class Known:
    """An order of the history as it is here, and how far it was taken."""

    payment_id: PaymentId
    keys: tuple[OrderKey, ...]
    step: str


@dataclass(slots=True)
class Record:
    """Everything that was made so far, by the names of the files."""

    people: dict[str, PersonId] = field(default_factory=dict)
    shops: dict[str, ShopId] = field(default_factory=dict)
    owners: dict[str, PersonId] = field(default_factory=dict)
    skus: dict[SkuName, SkuId] = field(default_factory=dict)
    orders: dict[str, Known] = field(default_factory=dict)


async def load(tx: Tx) -> Record:
    """What an earlier run has made."""
    record = Record()
    for person in await tx.all(sql.PEOPLE):
        record.people[person.person] = PersonId(person.person_id)
    for seller in await tx.all(sql.SELLERS):
        record.shops[seller.seller] = ShopId(seller.shop_id)
        record.owners[seller.seller] = PersonId(seller.owner_id)
    for sku in await tx.all(sql.SKUS):
        record.skus[sku.seller, sku.product] = SkuId(sku.sku_id)
    for row in await tx.all(sql.ORDERS):
        pairs = zip(row.shop_ids, row.order_ids, strict=True)
        keys = tuple((ShopId(shop_id), OrderId(order_id)) for shop_id, order_id in pairs)
        record.orders[row.order_id] = Known(PaymentId(row.payment_id), keys, row.step)
    return record


async def add_orders(tx: Tx, placed: Mapping[str, Known]) -> None:
    """Note which orders were placed."""
    await tx.run(
        sql.ADD_ORDERS,
        order_ids=list(placed),
        payment_ids=[known.payment_id for known in placed.values()],
        keys=[
            {
                "shops": [key[0] for key in known.keys],
                "orders": [key[1] for key in known.keys],
            }
            for known in placed.values()
        ],
    )


async def take_to(tx: Tx, step: str, order_ids: Sequence[str]) -> None:
    """Note how far orders were taken."""
    if order_ids:
        await tx.run(sql.STEP, step=step, order_ids=list(order_ids))


async def note(tx: Tx, differences: Iterable[Difference]) -> None:
    """Keep exceptions, each once. Several of one cause of one order are counted."""
    places: Counter[tuple[str, Cause]] = Counter()
    numbered = []
    for each in differences:
        numbered.append((places[each.order_id, each.cause], each))
        places[each.order_id, each.cause] += 1
    if not numbered:
        return
    await tx.run(
        sql.ADD_EXCEPTIONS,
        order_ids=[each.order_id for _, each in numbered],
        causes=[each.cause.value for _, each in numbered],
        places=[place for place, _ in numbered],
        notes=[each.note for _, each in numbered],
        ends=[each.ends_as for _, each in numbered],
        payments=[dict(each.payments) for _, each in numbered],
    )


async def noted(tx: Tx) -> list[Difference]:
    """Every exception that was kept."""
    return [
        Difference(row.order_id, Cause(row.cause), row.note, row.ends_as, row.payments)
        for row in await tx.all(sql.EXCEPTIONS)
    ]
