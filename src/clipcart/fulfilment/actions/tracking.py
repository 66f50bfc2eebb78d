"""What was seen of packages: scans move them forward, and their orders with them."""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence

from clipcart import orders
from clipcart.fulfilment import _sql as sql
from clipcart.fulfilment.errors import CannotHandOver
from clipcart.fulfilment.events import (
    PackageCollected,
    PackageDelivered,
    PackageLost,
    PackageScanned,
)
from clipcart.fulfilment.model import Mode, ScanKind, ScanReport, State, state_after
from clipcart.fulfilment.policy import may_record_scan, may_ship
from clipcart.identity import Actor, job_actor, require
from clipcart.kit.db import Tx
from clipcart.kit.errors import Absent
from clipcart.kit.ids import OrderId, PackageId, ShopId

HANDED_OVER_KEY = "handed-over"
_TRACKER = job_actor("fulfilment.track")
_LOSS = job_actor("fulfilment.loss")


async def record_scan(tx: Tx, actor: Actor, report: ScanReport) -> bool:
    """One scan; whether it was news. See record_scans."""
    return bool(await record_scans(tx, actor, [report]))


async def record_scans(tx: Tx, actor: Actor, reports: Sequence[ScanReport]) -> int:
    """What a carrier saw of any packages, in any order; gives how many scans were news.

    A scan heard twice is kept once. Packages move only forward: what comes late is kept and
    announced, and changes nothing else. The first scan of an order's first package collects the
    order; the delivery of its last package delivers it; an order whose every package was lost is
    cancelled, and its buyer gets all of the money back. Scans of unknown packages, or under a
    number that is not the package's any more, are ignored.
    """
    require(may_record_scan(actor), "fulfilment.record_scan", actor)
    if any(report.kind is ScanKind.HANDED_OVER for report in reports):
        raise ValueError("a carrier does not hand over; see mark_shipped")
    return await hear(tx, actor, reports)


async def mark_shipped(
    tx: Tx, actor: Actor, shop_id: ShopId, package_ids: Collection[PackageId]
) -> None:
    """The seller gave packages under its own labels to the carrier.

    For packages with a label of the platform's only the carrier's scan counts. Raises
    CannotHandOver for those and for any that does not wait (any more), Absent; then nothing
    changed.
    """
    require(may_ship(actor, shop_id), "orders.ship", actor)
    rows = await tx.all(sql.LOCK, shop_id=shop_id, ids=sorted(package_ids))
    if len(rows) < len(set(package_ids)):
        raise Absent("package")
    for row in rows:
        if row.mode != Mode.SELLER or row.state != State.PROCESSING:
            raise CannotHandOver(row.id, row.state)
    await hear(
        tx,
        actor,
        [
            ScanReport(
                shop_id=shop_id,
                package_id=row.id,
                tracking_number=row.tracking_number or "",
                key=HANDED_OVER_KEY,
                kind=ScanKind.HANDED_OVER,
                at=tx.now,
            )
            for row in rows
        ],
    )


async def hear(tx: Tx, actor: Actor, reports: Sequence[ScanReport]) -> int:
    """Keep scans and move what they are about, for this room; gives how many were news."""
    news = await tx.all(
        sql.ADD_SCANS,
        shop_ids=[report.shop_id for report in reports],
        package_ids=[report.package_id for report in reports],
        tracking_numbers=[report.tracking_number for report in reports],
        keys=[report.key for report in reports],
        kinds=[report.kind.value for report in reports],
        ats=[report.at for report in reports],
        places=[report.place for report in reports],
        reported_by=actor.label,
        now=tx.now,
    )
    if not news:
        return 0
    tx.announce(actor, *(_scanned(row) for row in news))
    kinds: dict[tuple[ShopId, PackageId], set[ScanKind]] = defaultdict(set)
    for row in news:
        kinds[row.shop_id, row.package_id].add(ScanKind(row.kind))
    keys = sorted(kinds)
    moved = await tx.all(
        sql.ADVANCE,
        shop_ids=[key[0] for key in keys],
        ids=[key[1] for key in keys],
        states=[state_after(kinds[key]).value for key in keys],
        now=tx.now,
    )
    if moved:
        await _tell(tx, actor, moved)
    return len(news)


async def _tell(tx: Tx, actor: Actor, moved: Sequence[sql.MovedRow]) -> None:
    """Announce how packages moved, and move their orders."""
    collected = [row for row in moved if row.is_collected]
    tx.announce(actor, *(_collected(row) for row in collected))
    # Operators may tell of scans, but orders listen to carriers, sellers and the platform.
    teller = _TRACKER if actor.is_operator else actor
    if collected:
        await orders.mark_collected(tx, teller, {(row.shop_id, row.order_id) for row in collected})
    ended = [row for row in moved if row.state != State.FULFILLING]
    if not ended:
        return
    tx.announce(actor, *(_delivered(row) for row in ended if row.state == State.COMPLETED))
    tx.announce(actor, *(_lost(row) for row in ended if row.state == State.CANCELLED))
    counted = await _count(tx, ended)
    delivered = {(row.shop_id, row.order_id) for row in counted if row.is_delivered}
    if delivered:
        await orders.mark_delivered(tx, teller, delivered)
    for row in counted:
        if row.is_lost:
            await _give_up(tx, row.shop_id, row.order_id)


async def _count(tx: Tx, ended: Sequence[sql.MovedRow]) -> Sequence[sql.ProgressRow]:
    delivered = Counter(
        (row.shop_id, row.order_id) for row in ended if row.state == State.COMPLETED
    )
    lost = Counter((row.shop_id, row.order_id) for row in ended if row.state == State.CANCELLED)
    keys = sorted({*delivered, *lost})
    return await tx.all(
        sql.COUNT,
        shop_ids=[key[0] for key in keys],
        order_ids=[key[1] for key in keys],
        delivered=[delivered[key] for key in keys],
        lost=[lost[key] for key in keys],
        called_off=[0] * len(keys),
    )


async def _give_up(tx: Tx, shop_id: ShopId, order_id: OrderId) -> None:
    """Nothing of the order will arrive. One that still has units to ship is an operator's case."""
    try:
        async with tx.savepoint():
            await orders.cancel(tx, _LOSS, shop_id, order_id, orders.Reason.PARCEL_LOST)
    except orders.CannotCancel:
        return


def _scanned(row: sql.ScanNewsRow) -> PackageScanned:
    return PackageScanned(
        shop_id=row.shop_id,
        order_id=row.order_id,
        package_id=row.package_id,
        person_id=row.buyer_id,
        kind=row.kind,
        place=row.place,
        scanned_at=row.at,
    )


def _collected(row: sql.MovedRow) -> PackageCollected:
    return PackageCollected(
        shop_id=row.shop_id,
        order_id=row.order_id,
        package_id=row.id,
        person_id=row.buyer_id,
        carrier=row.carrier,
        tracking_number=row.tracking_number,
    )


def _delivered(row: sql.MovedRow) -> PackageDelivered:
    return PackageDelivered(row.shop_id, row.order_id, row.id, row.buyer_id)


def _lost(row: sql.MovedRow) -> PackageLost:
    return PackageLost(
        shop_id=row.shop_id,
        order_id=row.order_id,
        package_id=row.id,
        person_id=row.buyer_id,
        carrier=row.carrier,
        tracking_number=row.tracking_number,
    )
