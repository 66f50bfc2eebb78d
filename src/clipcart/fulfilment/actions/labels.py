"""Labels: bought by a job, refused by the carrier, exchanged for another before collection."""

from clipcart import orders
from clipcart.fulfilment import _sql as sql
from clipcart.fulfilment.actions.choosing import choose
from clipcart.fulfilment.errors import CannotChangeLabel, TrackingTaken
from clipcart.fulfilment.events import LabelFailed, LabelMade, LabelVoided
from clipcart.fulfilment.model import (
    BUY_LABEL,
    NOT_COLLECTED,
    TRACK,
    VOID_LABEL,
    LabelTask,
    LabelWish,
    Package,
    State,
    VoidTask,
)
from clipcart.fulfilment.policy import may_ship
from clipcart.fulfilment.queries import packages_by_keys
from clipcart.identity import Actor, require
from clipcart.kit.db import Tx
from clipcart.kit.errors import Absent, check
from clipcart.kit.ids import PackageId, ShopId


async def replace_label(
    tx: Tx, actor: Actor, shop_id: ShopId, package_id: PackageId, wish: LabelWish
) -> Package:
    """Give a package another label while the carrier does not have it; the old one is voided.

    For a wrong number, another carrier, or where no label could be bought. The order and its
    stock stay as they are. Raises Invalid, CannotChangeLabel, NoSuchCarrier, CarrierNotAllowed,
    InvalidTracking, TrackingTaken, Absent; then nothing changed.
    """
    require(may_ship(actor, shop_id), "orders.ship", actor)
    check(wish.problems())
    rows = await tx.all(sql.LOCK, shop_id=shop_id, ids=[package_id])
    if not rows:
        raise Absent("package")
    package = rows[0]
    if package.state not in NOT_COLLECTED:
        raise CannotChangeLabel(package_id, package.state)
    order = (await orders.orders_by_keys(tx, [(shop_id, package.order_id)]))[
        (shop_id, package.order_id)
    ]
    choice = choose(wish, order.market_id, tx.now)
    label_number = await tx.maybe(
        sql.CHANGE_LABEL,
        shop_id=shop_id,
        id=package_id,
        state=choice.state.value,
        mode=choice.mode.value,
        carrier=choice.carrier,
        tracking_number=choice.tracking_number,
        label_made_at=None if choice.tracking_number is None else tx.now,
        now=tx.now,
    )
    if label_number is None:
        raise TrackingTaken(choice.tracking_number or "")
    _void(tx, actor, package)
    task = LabelTask(shop_id, package_id, label_number)
    if choice.tracking_number is None:
        tx.enqueue(BUY_LABEL, task)
    else:
        tx.enqueue(TRACK, task)
        _announce_made(
            tx,
            actor,
            package._replace(
                mode=choice.mode.value,
                carrier=choice.carrier,
                tracking_number=choice.tracking_number,
            ),
        )
    return (await packages_by_keys(tx, [(shop_id, package_id)]))[0]


async def record_label(tx: Tx, actor: Actor, task: LabelTask, tracking_number: str) -> bool:
    """The carrier gave out a label. Whether the package still waited for this one."""
    row = await tx.maybe(
        sql.RECORD_LABEL,
        shop_id=task.shop_id,
        id=task.package_id,
        label_number=task.label_number,
        tracking_number=tracking_number,
        from_states=[State.TO_FULFIL.value],
        now=tx.now,
    )
    if row is not None:
        _announce_made(tx, actor, row)
    return row is not None


async def record_label_problem(tx: Tx, actor: Actor, task: LabelTask, problem: str) -> None:
    """The carrier will not make a label; `problem` says why, for people."""
    row = await tx.maybe(
        sql.RECORD_LABEL_PROBLEM,
        shop_id=task.shop_id,
        id=task.package_id,
        label_number=task.label_number,
        problem=problem,
    )
    if row is not None:
        tx.announce(
            actor,
            LabelFailed(
                shop_id=row.shop_id,
                order_id=row.order_id,
                package_id=row.id,
                person_id=row.buyer_id,
                carrier=row.carrier,
                problem=problem,
            ),
        )


async def record_tracked(tx: Tx, task: LabelTask) -> None:
    """The carrier watches the seller's own number."""
    await tx.run(
        sql.RECORD_TRACKED,
        shop_id=task.shop_id,
        id=task.package_id,
        label_number=task.label_number,
    )


def _void(tx: Tx, actor: Actor, package: sql.LockedRow) -> None:
    if package.tracking_number is None:
        return
    tx.enqueue(
        VOID_LABEL,
        VoidTask(
            package.shop_id,
            package.id,
            package.label_number,
            package.carrier,
            package.tracking_number,
        ),
    )
    tx.announce(
        actor,
        LabelVoided(
            shop_id=package.shop_id,
            order_id=package.order_id,
            package_id=package.id,
            person_id=package.buyer_id,
            carrier=package.carrier,
            tracking_number=package.tracking_number,
        ),
    )


def _announce_made(tx: Tx, actor: Actor, package: sql.LockedRow) -> None:
    tx.announce(
        actor,
        LabelMade(
            shop_id=package.shop_id,
            order_id=package.order_id,
            package_id=package.id,
            person_id=package.buyer_id,
            mode=package.mode,
            carrier=package.carrier,
            tracking_number=package.tracking_number or "",
        ),
    )
