"""Orders for tests of the open API: placed by a buyer, brought as far as a test wants."""

from datetime import timedelta
from itertools import count

from clipcart import fulfilment, orders
from clipcart.fulfilment import Package, ShipRequest
from clipcart.kit.ids import OrderId, PackageId, ShopId
from clipcart.orders import Order
from tests.open_api.bench import FOREIGN_SHOP, SELLER_SCOPES, SHOP, Bench
from tests.support.buying import GOOD_CARD, lines_for, place_one, request_for

BUYER, PRODUCT = "mira", "teapot"
_keys = count(1)


async def buy(
    bench: Bench, quantity: int = 1, product: str = PRODUCT, *, card: str = GOOD_CARD
) -> OrderId:
    """The buyer places an order and pays; her hour in which to call it off begins."""
    db, world = bench.installation.db, bench.world
    lines = await lines_for(db, world, product, quantity)
    request = await request_for(
        bench.installation, world, lines, buyer=BUYER, key=f"open-api-{next(_keys)}", card=card
    )
    placed = await place_one(db, request)
    await bench.engine.settle()
    return placed.orders[0][1]


async def to_ship(bench: Bench, quantity: int = 1, product: str = PRODUCT) -> OrderId:
    """An order that waits for shipment."""
    order_id = await buy(bench, quantity, product)
    await bench.engine.advance(timedelta(hours=2))
    return order_id


async def days_later(bench: Bench, days: int) -> None:
    """Time passes, and the app is let in again, since its token has run out by then."""
    await bench.engine.advance(timedelta(days=days))
    bench.mine = await bench.let_in(SELLER_SCOPES, name=f"The connector {next(_keys)}")


async def packed(
    bench: Bench, quantity: int = 1, request: ShipRequest | None = None
) -> tuple[OrderId, PackageId]:
    """An order with a package and its label."""
    order_id = await to_ship(bench, quantity)
    made = await ship(bench, order_id, request)
    return order_id, made.id


async def ship(bench: Bench, order_id: OrderId, request: ShipRequest | None = None) -> Package:
    """The shop packs an order itself; the label is there afterwards."""
    async with bench.installation.db.transaction() as tx:
        made = await fulfilment.ship(
            tx, bench.owner, bench.shop_id, order_id, request or ShipRequest()
        )
    await bench.engine.settle()
    return made


async def foreign_order(bench: Bench) -> OrderId:
    """An order of a shop that did not let the app in."""
    product = bench.world.content.shop(FOREIGN_SHOP).products[0].handle
    order_id = await buy(bench, product=product)
    until = (await order_of(bench, order_id, FOREIGN_SHOP)).clocks.free_cancel_until
    assert until is not None
    await bench.engine.advance(until - await bench.engine.now() + timedelta(minutes=1))
    return order_id


async def foreign_package(bench: Bench) -> PackageId:
    """A package of a shop that did not let the app in."""
    order_id = await foreign_order(bench)
    async with bench.installation.db.transaction() as tx:
        made = await fulfilment.ship(
            tx, bench.world.owner(FOREIGN_SHOP), bench.foreign_shop_id, order_id, ShipRequest()
        )
    await bench.engine.settle()
    return made.id


async def order_of(bench: Bench, order_id: OrderId, shop: str = SHOP) -> Order:
    """The order as it is now."""
    shop_id: ShopId = bench.world.shops[shop]
    async with bench.installation.db.reading() as tx:
        return await orders.order_for(tx, bench.world.owner(shop), shop_id, order_id)


async def unit_ids(bench: Bench, order_id: OrderId) -> list[str]:
    """The ids of an order's units."""
    order = await order_of(bench, order_id)
    return [str(each) for line in order.lines for each in line.unit_ids]
