"""Fernhollow's desk: what tests of the Seller Center do again and again."""

import io
from datetime import timedelta

from PIL import Image

from clipcart import catalog, fulfilment, inventory, orders
from clipcart.kit.engine import Engine
from clipcart.kit.ids import OrderId, ShopId
from clipcart.main import Installation
from tests.support.buying import lines_for, place_one, request_for
from tests.support.installation import Visitor
from tests.support.world import World

OWNER, PACKER, STRANGER = "ines", "tobias", "mira"


class Shop:
    """Fernhollow and what its buyers do, for tests."""

    def __init__(self, installation: Installation, world: World, engine: Engine) -> None:
        self.installation, self.world, self.engine = installation, world, engine
        self.id: ShopId = world.shops["fernhollow"]
        self.url = f"/sell/{self.id}"
        self._bought = 0

    async def buy(self, quantity: int = 1, *, released: bool = True) -> OrderId:
        """Mira buys teapots; the hour in which she can cancel for free passes."""
        self._bought += 1
        db = self.installation.db
        lines = await lines_for(db, self.world, "teapot", quantity)
        request = await request_for(
            self.installation, self.world, lines, key=f"desk-{self._bought}"
        )
        placed = await place_one(db, request)
        await self.engine.settle()
        if released:
            await self.engine.advance(timedelta(hours=2))
        async with db.reading() as tx:
            found = await orders.orders_of_purchase(
                tx, self.world.person("mira"), placed.purchase_id
            )
        return found[0].id

    async def order(self, order_id: OrderId) -> orders.Order:
        """The order as it is now."""
        async with self.installation.db.reading() as tx:
            return await orders.order_for(tx, self.world.owner("fernhollow"), self.id, order_id)

    async def packages(self, order_id: OrderId) -> tuple[fulfilment.Package, ...]:
        """The order's parcels as they are now."""
        async with self.installation.db.reading() as tx:
            found = await fulfilment.packages_of_orders(tx, [(self.id, order_id)])
        return found.get(order_id, ())

    async def product(self, title: str) -> catalog.ShopCard:
        """A product of the shop by words of its title."""
        async with self.installation.db.reading() as tx:
            found = await catalog.products_of_shop(
                tx, self.world.owner("fernhollow"), self.id, text=title
            )
        return found.items[0]

    async def stock(self, sku_id: catalog.Sku) -> int:
        """What can be sold of a SKU."""
        async with self.installation.db.reading() as tx:
            return (await inventory.levels(tx, [(self.id, sku_id.id)]))[sku_id.id]

    async def teapots(self) -> tuple[catalog.Sku, ...]:
        """The teapot's SKUs."""
        return tuple(await self.world.skus(self.installation.db, "teapot"))


async def signed_in(visitor: Visitor, world: World, handle: str) -> Visitor:
    """The visitor after signing in."""
    answer = await visitor.sign_in(world.email(handle))
    assert answer.status_code == 200
    return visitor


def picture(side: int = 400) -> bytes:
    """A small real picture."""
    out = io.BytesIO()
    Image.new("RGB", (side, side), (180, 60, 40)).save(out, "PNG")
    return out.getvalue()
