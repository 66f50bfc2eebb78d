"""The trade of the orders' tests, with carriers: packages are made and travel on the clock."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar, cast

import pytest

from clipcart import fulfilment, inventory, orders, payments
from clipcart.fulfilment import LabelWish, Mode, Package, ScanKind, ScanReport, ShipRequest
from clipcart.fulfilment import _jobs as fulfilment_jobs
from clipcart.fulfilment.adapters.fake import CarrierRobot
from clipcart.fulfilment.adapters.fate import Habits
from clipcart.identity import Actor
from clipcart.inventory._jobs import SWEEPS as INVENTORY_SWEEPS
from clipcart.kit.db import Database, Tx
from clipcart.kit.engine import Engine, Wiring
from clipcart.kit.errors import Refusal
from clipcart.kit.ids import OrderId, PackageId, ShopId
from clipcart.orders._jobs import SUBSCRIBER as ORDERS_SUBSCRIBER
from clipcart.orders._jobs import SWEEPS as ORDERS_SWEEPS
from tests.orders.world import World, make_world
from tests.support.database import OneConnection, StillEngine

R = TypeVar("R")
FLAWLESS = Habits(late=0, lost=0, told_twice=0, told_late=0)
EVERYTHING = (
    "select 'event', count(*) from kit.event union all "
    "select 'job', count(*) from kit.job union all "
    "select 'package', count(*) from fulfilment.package union all "
    "select 'line', count(*) from fulfilment.line union all "
    "select 'scan', count(*) from fulfilment.scan union all "
    "select 'report', count(*) from fulfilment.delivery_report union all "
    "select 'movement', count(*) from inventory.movement"
)


@dataclass(slots=True)
class Yard:
    """A world of orders and the room that ships them."""

    world: World

    @property
    def shop_id(self) -> ShopId:
        return self.world.shop_id

    async def act(self, body: Callable[[Tx], Awaitable[R]]) -> R:
        """Something in a transaction of its own."""
        async with self.world.db.transaction() as tx:
            return await body(tx)

    async def ship(
        self, order_id: OrderId, request: ShipRequest | None = None, actor: Actor | None = None
    ) -> Package:
        wish = request or ShipRequest()
        who = actor or self.world.staff
        return await self.act(lambda tx: fulfilment.ship(tx, who, self.shop_id, order_id, wish))

    async def packages(self, order_id: OrderId) -> tuple[Package, ...]:
        async with self.world.db.reading() as tx:
            return await fulfilment.packages_of_order(tx, self.world.buyer, self.shop_id, order_id)

    async def package(self, package_id: PackageId) -> Package:
        async with self.world.db.reading() as tx:
            return (await fulfilment.packages_by_keys(tx, [(self.shop_id, package_id)]))[0]

    async def scan(self, package: Package, *seen: ScanKind, keys: Sequence[str] = ()) -> int:
        """A carrier's report of scans, by default each under a key of its kind."""
        reports = [
            ScanReport(
                self.shop_id,
                package.id,
                package.tracking_number or "",
                keys[place] if keys else kind.value,
                kind,
                await self.world.now(),
                "Oakland",
            )
            for place, kind in enumerate(seen)
        ]
        return await self.act(lambda tx: fulfilment.record_scans(tx, self.world.carrier, reports))

    async def labelled(self, order_id: OrderId, request: ShipRequest | None = None) -> Package:
        """A package with its label, waiting for the carrier."""
        package = await self.ship(order_id, request)
        await self.world.engine.settle()
        return await self.package(package.id)

    async def facts(self, order_id: OrderId) -> list[str]:
        return await self.world.facts(order_id, "fulfilment.")

    async def everything(self) -> list[Any]:
        """How much there is of everything that fulfilment can write."""
        async with self.world.db.reading() as tx:
            connection: Any = tx._connection
            return [tuple(row) for row in await connection.fetch(EVERYTHING)]

    async def refused(self, refusal: type[Refusal], body: Callable[[Tx], Awaitable[Any]]) -> Any:
        """The deed is refused inside a transaction that commits; nothing changed, nothing told."""
        before = await self.everything()
        async with self.world.db.transaction() as tx:
            with pytest.raises(refusal) as caught:
                await body(tx)
        assert await self.everything() == before
        return caught.value

    async def not_shipped(
        self,
        refusal: type[Refusal],
        order_id: OrderId,
        request: ShipRequest | None = None,
        actor: Actor | None = None,
    ) -> Any:
        """Shipping is refused, and nothing changed."""
        wish, who = request or ShipRequest(), actor or self.world.staff
        return await self.refused(
            refusal, lambda tx: fulfilment.ship(tx, who, self.shop_id, order_id, wish)
        )

    async def stock_is_right(self) -> bool:
        """Stock, its book and reservations agree."""
        async with self.world.db.reading() as tx:
            return not await inventory.audit(tx)


def own(carrier: str, number: str) -> LabelWish:
    """The seller's own label."""
    return LabelWish(mode=Mode.SELLER, carrier=carrier, tracking_number=number)


def wiring(provider: payments.TestProvider, robot: CarrierRobot) -> Wiring:
    """Orders, payments, inventory and fulfilment together."""
    return Wiring(
        subscribers=(ORDERS_SUBSCRIBER, fulfilment_jobs.SUBSCRIBER),
        jobs=(*payments.jobs(provider), *fulfilment_jobs.jobs(robot)),
        sweeps=(*INVENTORY_SWEEPS, *ORDERS_SWEEPS, provider.sweep, *fulfilment_jobs.SWEEPS),
    )


async def make_yard(db: Database, habits: Habits = FLAWLESS, *, still: bool = True) -> Yard:
    """A shop, its people, its stock and a carrier with these habits."""
    world = await make_world(db, still=still)
    wired = wiring(world.provider, CarrierRobot(db, habits))
    world.engine = (
        StillEngine(cast(OneConnection, db), wired, concurrent=False)
        if still
        else Engine(db, wired, concurrent=False)
    )
    return Yard(world)


async def line_ids(yard: Yard, order_id: OrderId) -> list[orders.Line]:
    """The lines of an order."""
    return list((await yard.world.order(order_id)).lines)
