"""The seller's own word about deliveries, for packages under labels that it brought."""

from clipcart.fulfilment import _sql as sql
from clipcart.fulfilment._sql import delivering
from clipcart.fulfilment.actions.tracking import hear
from clipcart.fulfilment.errors import CannotTellDelivery, ProofNeeded
from clipcart.fulfilment.model import (
    DeliveryKind,
    DeliveryReport,
    DeliveryTold,
    Mode,
    ProofKind,
    ScanKind,
    ScanReport,
    State,
)
from clipcart.fulfilment.policy import may_ship, may_view
from clipcart.identity import Actor, require
from clipcart.kit.db import Tx
from clipcart.kit.errors import Absent, check
from clipcart.kit.ids import PackageId, ShopId, new_id

DELIVERED_KEY = "told-delivered"
_SCANS = {
    DeliveryKind.DELIVERED: ScanKind.DELIVERED,
    DeliveryKind.NOT_DELIVERED: ScanKind.NOT_DELIVERED,
}


async def tell_delivery(
    tx: Tx, actor: Actor, shop_id: ShopId, package_id: PackageId, told: DeliveryTold
) -> None:
    """Keep what the seller tells of a delivery, and move the package as a scan would.

    For packages with a label of the platform's only the carrier's word counts. Where the carrier
    watches the seller's number, a delivery that it has not told of needs a proof. What was
    delivered stays so: told again it changes nothing but may get another proof.

    Raises Invalid, CannotTellDelivery, ProofNeeded, Absent; then nothing changed.
    """
    require(may_ship(actor, shop_id), "orders.ship", actor)
    check(told.problems())
    rows = await tx.all(sql.LOCK, shop_id=shop_id, ids=[package_id])
    if not rows:
        raise Absent("package")
    row = rows[0]
    is_over = row.state == State.COMPLETED
    if row.mode != Mode.SELLER or row.state in (State.TO_FULFIL, State.CANCELLED):
        raise CannotTellDelivery(package_id, row.state)
    if is_over and told.kind is DeliveryKind.NOT_DELIVERED:
        raise CannotTellDelivery(package_id, row.state)
    is_unproven = told.kind is DeliveryKind.DELIVERED and not is_over and told.proof_key is None
    if is_unproven and await tx.one(delivering.IS_TRACKED, shop_id=shop_id, id=package_id):
        raise ProofNeeded(package_id)
    if is_over and told.proof_key is None:
        return
    report_id = new_id()
    await tx.run(
        delivering.ADD_REPORT,
        shop_id=shop_id,
        package_id=package_id,
        id=report_id,
        kind=told.kind.value,
        reason=told.reason or None,
        proof_kind=None if told.proof_kind is None else told.proof_kind.value,
        proof_key=told.proof_key,
        told_by=actor.label,
        now=tx.now,
    )
    kind = _SCANS.get(told.kind)
    if kind is None or is_over:
        return
    key = DELIVERED_KEY if kind is ScanKind.DELIVERED else f"told-{report_id}"
    report = ScanReport(shop_id, package_id, row.tracking_number or "", key, kind, tx.now)
    await hear(tx, actor, [report])


async def delivery_reports(
    tx: Tx, actor: Actor, shop_id: ShopId, package_id: PackageId
) -> tuple[DeliveryReport, ...]:
    """What the seller told of a package, oldest first. Forbidden without orders.view."""
    require(may_view(actor, shop_id), "orders.view", actor)
    return tuple(
        DeliveryReport(
            DeliveryKind(row.kind),
            row.reason or "",
            None if row.proof_kind is None else ProofKind(row.proof_kind),
            row.proof_key,
            row.told_at,
            row.told_by,
        )
        for row in await tx.all(delivering.REPORTS, shop_id=shop_id, package_id=package_id)
    )
