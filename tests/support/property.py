"""Things that belong to somebody: one of each kind, for tests in which others reach for them."""

from dataclasses import dataclass
from datetime import timedelta

from clipcart import fulfilment, identity, orders, sellers
from clipcart.kit.engine import Engine
from clipcart.kit.ids import OrderId, ShopId
from clipcart.main import Installation
from tests.support.buying import lines_for, place_one, request_for
from tests.support.world import World

BUYER, SHOP = "mira", "fernhollow"
STREET = "Marigold Avenue"
"""Where the buyer lives: on no page that others see."""


@dataclass(frozen=True, slots=True)
class Property:
    """What Mira and the shop she bought from have, by kind. Ids, unless said otherwise."""

    shop: ShopId
    product: int
    sku: int
    order: OrderId
    purchase: int
    package: int
    document: int
    address: int
    session: int
    token: int
    invitation: int
    staff: int
    token_secret: str
    test_bank_ref: str

    def values(self, path: str) -> dict[str, object]:
        """What stands in the places of an address, judged by the word before them."""
        number = next(
            (kind for word, kind in KINDS if f"/{word}/{{number" in path),
            "order",
        )
        return {
            "shop": self.shop,
            "shop_id": self.shop,
            "product": self.product,
            "product_id": self.product,
            "order_id": self.order,
            "purchase_id": self.purchase,
            "number": self.product if path.startswith(PRODUCT_PAGES) else getattr(self, number),
            "slug": "something",
            "handle": SHOP,
            "verb": "deactivate",
            "requirement": "BUSINESS",
            "provider": "test",
            "ref": self.test_bank_ref,
            "token": "not-a-token",
            "text": "not-ours",
            "signature": "not-ours",
            "item": "1",
            "name": "nothing.css",
            "path": "nothing",
            "key": f"documents/{self.shop}/secret.pdf",
        }


PRODUCT_PAGES = ("/p/", "/beside/")
KINDS = (
    ("purchases", "purchase"),
    ("packages", "package"),
    ("products", "product"),
    ("inventory", "product"),
    ("documents", "document"),
    ("addresses", "address"),
    ("sessions", "session"),
    ("tokens", "token"),
    ("invitations", "invitation"),
    ("staff", "staff"),
)


async def make_property(installation: Installation, engine: Engine, world: World) -> Property:
    """Mira buys, the shop ships; both have an address, a token, an invitation and so on."""
    db, mira, shop_id = installation.db, world.person(BUYER), world.shops[SHOP]
    owner = world.owner(SHOP)
    request = await request_for(installation, world, await lines_for(db, world, "teapot"))
    first = await place_one(db, request)
    await engine.advance(timedelta(hours=2))
    (_, order_id) = first.orders[0]
    async with db.transaction() as tx:
        package = await fulfilment.ship(tx, owner, shop_id, order_id, fulfilment.ShipRequest())
    await engine.settle()
    async with db.transaction() as tx:
        await identity.sign_in(tx, world.email(BUYER), World.password, "192.0.2.1")
        token = await identity.create_token(tx, mira, "App", [identity.Scope.ORDERS_READ])
        await sellers.invite_staff(
            tx, owner, shop_id, "new@there.example", sellers.Role.PACKER, "http://shop.test"
        )
    async with db.reading() as tx:
        order = await orders.order_for(tx, mira, shop_id, order_id)
        assert order.state is orders.State.AWAITING_COLLECTION
        session = (await identity.sessions_for(tx, mira))[0]
        address = (await identity.addresses(tx, mira))[0]
    fetch = installation.pool.fetchval
    return Property(
        shop=shop_id,
        product=world.products["teapot"],
        sku=request.lines[0].sku_id,
        order=order_id,
        purchase=first.purchase_id,
        package=package.id,
        document=await fetch("select id from sellers.document where shop_id = $1", shop_id),
        address=address.id,
        session=session.id,
        token=token.id,
        invitation=await fetch("select id from sellers.invitation where shop_id = $1", shop_id),
        staff=world.people[world.content.shop(SHOP).owner],
        token_secret=token.secret,
        test_bank_ref="tp_nothing",
    )
