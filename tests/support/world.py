"""A corner of the demo world for tests: two shops, a few people, by their names.

    world.person("mira"), world.shop("fernhollow"), world.product("teapot")

Built once by the demo's own actions into a database that tests clone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from clipcart import catalog, identity, sellers
from clipcart.demo import content_model as content
from clipcart.demo.corner import settle_corner
from clipcart.demo.settling import PASSWORD
from clipcart.identity import Actor
from clipcart.kit.db import Database, PooledDatabase
from clipcart.kit.engine import Wiring
from clipcart.kit.files import Files
from clipcart.kit.ids import PersonId, ProductId, ShopId


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
    """Settle the corner in an empty database, and say who is where."""
    scene = await settle_corner(db, wiring, Files.open(media.as_uri()))
    return World(url, media, scene.world, scene.people, scene.shops, scene.products)
