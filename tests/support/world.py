"""A corner of the demo world for tests: two shops, a few people, by their names.

    world.person("mira"), world.shop("fernhollow"), world.product("teapot")

Built once by the demo's own actions into a database that tests clone.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from clipcart import catalog, identity, sellers
from clipcart.demo import content_model as content
from clipcart.demo.content_loader import world as whole_world
from clipcart.demo.settling import PASSWORD, Scene, fill_shelves, open_shops, settle_people
from clipcart.identity import Actor
from clipcart.kit.db import Database, PooledDatabase
from clipcart.kit.engine import Engine, Wiring
from clipcart.kit.files import Files
from clipcart.kit.ids import PersonId, ProductId, ShopId

SHOPS = ("fernhollow", "halflight", "kumo-lamps", "low-tide-audio")
PRODUCTS_EACH = 5


def corner() -> content.World:
    """The part of the demo's content that tests use."""
    everything = whole_world()
    shops = []
    for handle in SHOPS:
        shop = everything.shop(handle)
        named = [product for product in shop.products if product.handle == "teapot"]
        others = [product for product in shop.products if product.handle != "teapot"]
        few = tuple([*named, *others][:PRODUCTS_EACH])
        shops.append(replace(shop, products=few))
    staff = {shop.owner for shop in shops} | {m.person for shop in shops for m in shop.staff}
    keeps = (content.Role.SHOPPER, content.Role.OPERATOR)
    people = [
        person for person in everything.people if person.handle in staff or person.role in keeps
    ]
    return content.World(tuple(people), tuple(shops))


@dataclass(frozen=True, slots=True)
class World:
    """Who and what is there, by the content's handles."""

    url: str
    media: Path
    content: content.World
    people: dict[str, PersonId]
    shops: dict[str, ShopId]
    products: dict[str, ProductId]

    password = PASSWORD

    def person(self, handle: str) -> Actor:
        """A person as a signed-in actor, without shops."""
        return identity.as_person(self.people[handle])

    def owner(self, shop: str) -> Actor:
        """The owner of a shop with all grants there."""
        owner = self.content.shop(shop).owner
        grants = {self.shops[shop]: sellers.GRANTS[sellers.Role.OWNER]}
        return identity.as_person(self.people[owner], memberships=grants)

    def operator(self) -> Actor:
        """The operator in staff mode."""
        handle = next(p.handle for p in self.content.people if p.role is content.Role.OPERATOR)
        return identity.as_person(
            self.people[handle], roles=frozenset({identity.OPERATOR}), staff_mode=True
        )

    def email(self, handle: str) -> str:
        """The e-mail that a person signs in with."""
        return self.content.person(handle).email

    def operator_email(self) -> str:
        """The e-mail of the operator."""
        return next(p.email for p in self.content.people if p.role is content.Role.OPERATOR)

    async def skus(self, db: Database, product: str) -> Sequence[catalog.Sku]:
        """The SKUs of a product by its handle."""
        shop = self.content.product(product).shop
        async with db.reading() as tx:
            found = await catalog.product_for(
                tx, self.owner(shop), self.shops[shop], self.products[product]
            )
        return found.product.skus


async def build_world(db: PooledDatabase, wiring: Wiring, url: str, media: Path) -> World:
    """Settle the corner in an empty database."""
    scene = Scene(
        db,
        Files.open(media.as_uri()),
        Engine(db, wiring, concurrent=False),
        corner(),
        pictures_each=1,
        picture_px=320,
    )
    for step in (settle_people, open_shops, fill_shelves):
        await step(scene, lambda _step, _done, _of: None)
    return World(url, media, scene.world, scene.people, scene.shops, scene.products)
