"""The seller's own word about deliveries: whose packages, with which proof, and what follows."""

from datetime import timedelta

import pytest

from clipcart import fulfilment, orders
from clipcart.fulfilment import (
    CannotTellDelivery,
    DeliveryKind,
    DeliveryTold,
    Package,
    ProofKind,
    ProofNeeded,
    ScanKind,
    ShipRequest,
    State,
)
from clipcart.identity import ANONYMOUS, Actor
from clipcart.kit.errors import Absent, Forbidden, Invalid, Refusal, SignInNeeded
from clipcart.kit.ids import OrderId, PackageId
from tests.fulfilment.world import Yard, own
from tests.orders.world import Wish

UPS = "1Z999AA10123456784"
ARRIVED = DeliveryTold(DeliveryKind.DELIVERED)
PROVEN = DeliveryTold(DeliveryKind.DELIVERED, "", ProofKind.PICTURE, "proofs/a.webp")
FAILED = DeliveryTold(DeliveryKind.NOT_DELIVERED, "UNABLE_CONTACT_BUYER")
PROOF = DeliveryTold(DeliveryKind.PROOF, "", ProofKind.DOCUMENT, "proofs/b.pdf")


async def own_package(yard: Yard, *, tracked: bool = False) -> tuple[OrderId, Package]:
    """A package under the seller's own number; the carrier watches it once its job has run."""
    order_id = await yard.world.to_ship(Wish(await yard.world.sku(1)))
    package = await yard.ship(order_id, ShipRequest(label=own("ups", UPS)))
    if tracked:
        await yard.world.engine.settle()
    return order_id, package


async def tell(
    yard: Yard, package_id: PackageId, told: DeliveryTold, actor: Actor | None = None
) -> None:
    who = actor or yard.world.staff
    await yard.act(lambda tx: fulfilment.tell_delivery(tx, who, yard.shop_id, package_id, told))


async def untold(
    yard: Yard,
    refusal: type[Refusal],
    package_id: PackageId,
    told: DeliveryTold,
    actor: Actor | None = None,
) -> None:
    """It is refused, and nothing changed."""
    who = actor or yard.world.staff
    await yard.refused(
        refusal, lambda tx: fulfilment.tell_delivery(tx, who, yard.shop_id, package_id, told)
    )


async def test_the_sellers_word_delivers_what_nobody_watches(yard: Yard) -> None:
    order_id, package = await own_package(yard)
    await tell(yard, package.id, FAILED)
    assert (await yard.package(package.id)).state is State.FULFILLING
    assert await yard.world.state(order_id) is orders.State.IN_TRANSIT
    await tell(yard, package.id, FAILED)
    await tell(yard, package.id, ARRIVED)
    assert (await yard.package(package.id)).state is State.COMPLETED
    assert await yard.world.state(order_id) is orders.State.DELIVERED
    before = await yard.everything()
    await tell(yard, package.id, ARRIVED)
    assert await yard.everything() == before
    await tell(yard, package.id, PROOF)
    kinds = [scan.kind for scan in (await yard.package(package.id)).scans]
    assert kinds == [ScanKind.NOT_DELIVERED, ScanKind.NOT_DELIVERED, ScanKind.DELIVERED]
    async with yard.world.db.reading() as tx:
        told = await fulfilment.delivery_reports(tx, yard.world.viewer, yard.shop_id, package.id)
    assert [each.kind for each in told] == [FAILED.kind, FAILED.kind, ARRIVED.kind, PROOF.kind]
    assert told[0].reason == "UNABLE_CONTACT_BUYER"
    assert (told[3].proof_kind, told[3].proof_key) == (PROOF.proof_kind, PROOF.proof_key)
    assert {each.told_by for each in told} == {yard.world.staff.label}


async def test_what_a_carrier_watches_needs_a_proof(yard: Yard) -> None:
    order_id, package = await own_package(yard, tracked=True)
    await untold(yard, ProofNeeded, package.id, ARRIVED)
    await tell(yard, package.id, PROVEN)
    assert await yard.world.state(order_id) is orders.State.DELIVERED
    await yard.world.engine.advance(timedelta(days=9))
    assert (await yard.package(package.id)).state is State.COMPLETED


async def test_of_bought_labels_only_the_carrier_tells(yard: Yard) -> None:
    order_id = await yard.world.to_ship(Wish(await yard.world.sku(1)))
    package = await yard.labelled(order_id)
    for told in (ARRIVED, PROVEN, FAILED, PROOF):
        await untold(yard, CannotTellDelivery, package.id, told)


async def test_what_is_over_or_called_off_is_not_told_of(yard: Yard) -> None:
    _, done = await own_package(yard)
    await tell(yard, done.id, ARRIVED)
    await untold(yard, CannotTellDelivery, done.id, FAILED)
    order_id = await yard.world.to_ship(Wish(await yard.world.sku(1)))
    off = await yard.ship(
        order_id, ShipRequest(label=own("ups", fulfilment.make_tracking_number("ups", 5)))
    )
    await yard.world.cancel(yard.world.staff, order_id, orders.Reason.OUT_OF_STOCK)
    await yard.world.engine.settle()
    await untold(yard, CannotTellDelivery, off.id, PROVEN)
    assert await yard.stock_is_right()


async def test_who_tells_and_what_must_be_said(yard: Yard) -> None:
    _, package = await own_package(yard)
    shop_id, world = yard.shop_id, yard.world
    for actor, refusal in (
        (world.buyer, Forbidden),
        (world.viewer, Forbidden),
        (world.stranger, Forbidden),
        (ANONYMOUS, SignInNeeded),
    ):
        await untold(yard, refusal, package.id, ARRIVED, actor)
    for told in (
        DeliveryTold(DeliveryKind.NOT_DELIVERED),
        DeliveryTold(DeliveryKind.DELIVERED, "BUYER_REFUSED"),
        DeliveryTold(DeliveryKind.PROOF),
        DeliveryTold(DeliveryKind.DELIVERED, "", None, "proofs/a.webp"),
    ):
        await untold(yard, Invalid, package.id, told)
    await untold(yard, Absent, PackageId(1), ARRIVED)
    async with world.db.reading() as tx:
        with pytest.raises(Forbidden):
            await fulfilment.delivery_reports(tx, world.stranger, shop_id, package.id)
