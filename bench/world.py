"""What the workloads need to be there: shops, products, stock, people with tokens.

Shops, products and stock are made by the rooms' own actions. People come in one statement per
table, since none of them has a story: what a sign-up leaves in `identity.email`, `person` and
`token` is what stands here. They cannot sign in, because their password's digest is none.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from io import BytesIO
from pathlib import Path
from random import Random

from PIL import Image

from bench import words
from bench.house import BenchFailed
from clipcart import catalog, identity, inventory, sellers
from clipcart.api.buying import APP_SCOPES
from clipcart.demo import content_loader
from clipcart.demo import content_model as content
from clipcart.demo.settling import PASSWORD, Scene, open_shops, settle_people
from clipcart.identity import Actor
from clipcart.kit.crypto import digest
from clipcart.kit.engine import Engine
from clipcart.kit.ids import PersonId, ProductId, ShopId, new_id
from clipcart.kit.images import check_picture
from clipcart.kit.money import Money, currency
from clipcart.main import Installation

SEED = 1
SET = 100
"""Products made in one transaction."""
UNITS = 500_000
"""Of each SKU: more than any run buys."""
SKUS_EACH = 3
REGION = "CA"
MARKET = "us"
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much of everything there is."""

    shops: int
    products: int
    buyers: int


FULL = Sizes(shops=20, products=2_000, buyers=25_000)
QUICK = Sizes(shops=4, products=80, buyers=700)


@dataclass(frozen=True, slots=True)
class Shelf:
    """A product and its SKUs."""

    shop_id: int
    product_id: int
    sku_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class World:
    """Who and what is there. Kept in the home, so that the next run finds it."""

    sizes: Sizes
    shops: tuple[int, ...]
    owners: tuple[int, ...]
    owner_emails: tuple[str, ...]
    shelves: tuple[Shelf, ...]
    buyers: tuple[tuple[int, str], ...]
    """People with their bearer tokens."""

    def owner(self, shop_id: int) -> Actor:
        """The owner of a shop."""
        person_id = PersonId(self.owners[self.shops.index(shop_id)])
        grants = sellers.GRANTS[sellers.Role.OWNER]
        return identity.as_person(person_id, memberships={ShopId(shop_id): grants})


def known(home: Path, sizes: Sizes) -> World | None:
    """The world of an earlier run in this home, if it is of these sizes."""
    path = home / "bench-world.json"
    if not path.exists():
        return None
    plain = json.loads(path.read_text())
    if plain["sizes"] != asdict(sizes):
        raise BenchFailed(f"{home} was loaded with other sizes; choose another --home")
    return World(
        sizes,
        tuple(plain["shops"]),
        tuple(plain["owners"]),
        tuple(plain["owner_emails"]),
        tuple(Shelf(shop, product, tuple(skus)) for shop, product, skus in plain["shelves"]),
        tuple((person, token) for person, token in plain["buyers"]),
    )


def keep(home: Path, world: World) -> None:
    """Write down what is there, as the last step of loading."""
    plain = {
        **asdict(world),
        "shelves": [[s.shop_id, s.product_id, list(s.sku_ids)] for s in world.shelves],
    }
    (home / "bench-world.json").write_text(json.dumps(plain))


async def settle(installation: Installation, sizes: Sizes, progress: Progress) -> World:
    """Make everything in an empty database."""
    identity.use_passwords(identity.Passwords(time_cost=1, memory_kib=64))
    engine = Engine(installation.db, installation.wiring, concurrent=False)
    scene = Scene(installation.db, installation.files, engine, _content(sizes))
    await settle_people(scene, lambda *_: None)
    progress(f"opening {sizes.shops} shops")
    await open_shops(scene, lambda *_: None)
    handles = [shop.handle for shop in scene.world.shops]
    owners = [scene.people[shop.owner] for shop in scene.world.shops]
    progress(f"listing {sizes.products} products")
    shelves = await _list_products(installation, scene, sizes)
    progress(f"signing up {sizes.buyers} buyers")
    return World(
        sizes,
        tuple(scene.shops[handle] for handle in handles),
        tuple(owners),
        tuple(scene.world.person(shop.owner).email for shop in scene.world.shops),
        tuple(shelves),
        tuple(await _sign_up(installation, sizes.buyers)),
    )


def _content(sizes: Sizes) -> content.World:
    """Shops that differ only in their names, after one of the demo's."""
    everything = content_loader.world()
    model = next(
        shop
        for shop in everything.shops
        if shop.market.lower() == MARKET and shop.approval is content.Approval.APPROVED
    )
    owner = everything.person(model.owner)
    operator = next(p for p in everything.people if p.role is content.Role.OPERATOR)
    owners = [
        replace(owner, handle=f"owner-{n}", email=f"owner-{n}@bench.example")
        for n in range(sizes.shops)
    ]
    shops = [
        replace(
            model,
            handle=f"bench-{n}",
            name=f"Bench {n} Goods",
            owner=owners[n].handle,
            staff=(),
            products=(),
        )
        for n in range(sizes.shops)
    ]
    return content.World((*owners, operator), tuple(shops))


async def _list_products(installation: Installation, scene: Scene, sizes: Sizes) -> list[Shelf]:
    dice = Random(SEED)
    categories = {path: _category(path) for path in words.CATEGORIES}
    picture = check_picture("picture", _picture())
    key = await installation.files.put_picture("products", picture.content, picture.thumbnail)
    shelves: list[Shelf] = []
    share = sizes.products // sizes.shops
    for shop in scene.world.shops:
        shop_id, owner = scene.shops[shop.handle], scene.staff(shop.owner, shop.handle)
        drafts = [_draft(dice, shop_id, categories, key) for _ in range(share)]
        for start in range(0, share, SET):
            async with installation.db.transaction() as tx:
                ids = await catalog.create_products(tx, owner, shop_id, drafts[start : start + SET])
                found = await catalog.skus_of_products(tx, owner, shop_id, ids)
                stock = [
                    inventory.StockChange(shop_id, sku.id, UNITS)
                    for skus in found.values()
                    for sku in skus
                ]
                await inventory.set_on_hand(tx, owner, stock)
                await catalog.submit(tx, owner, shop_id, ids)
            shelves += [_shelf(shop_id, product_id, found[product_id]) for product_id in ids]
        await scene.engine.settle()
    return shelves


def _picture() -> bytes:
    """One plain square, for every product."""
    page = BytesIO()
    Image.new("RGB", (320, 320), "#8a9a5b").save(page, "PNG")
    return page.getvalue()


def _category(path: str) -> catalog.Category:
    found = catalog.category_at(path)
    if found is None:
        raise LookupError(f"there is no category {path}")
    return found


def _shelf(shop_id: ShopId, product_id: ProductId, skus: Sequence[catalog.Sku]) -> Shelf:
    return Shelf(shop_id, product_id, tuple(sku.id for sku in skus))


def _draft(
    dice: Random, shop_id: ShopId, categories: Mapping[str, catalog.Category], key: str
) -> catalog.ProductDraft:
    path = dice.choice(words.CATEGORIES)
    price = dice.randrange(1_500, 6_000, 50)
    return catalog.ProductDraft(
        shop_id=shop_id,
        title=words.title(dice, path),
        description_html=words.description(dice),
        category_id=categories[path].id,
        attributes=tuple(
            catalog.ProductAttribute(attribute.id, (catalog.Chosen(attribute.values[0].name),))
            for attribute in catalog.attributes_of(categories[path].id)
            if attribute.is_required
        ),
        axes=(catalog.Axis("Size", words.SIZES),),
        images=(catalog.Image(key, "The product on a table"),),
        skus=tuple(
            catalog.SkuDraft(
                price=Money(price + 500 * place, currency("USD")), options=(size,), weight_g=400
            )
            for place, size in enumerate(words.SIZES[:SKUS_EACH])
        ),
    )


async def _sign_up(installation: Installation, count: int) -> list[tuple[int, str]]:
    people = [new_id() for _ in range(count)]
    secrets = [f"cc_{person}_bench{place}" for place, person in enumerate(people)]
    async with installation.pool.acquire() as connection, connection.transaction():
        await connection.execute(
            """
            insert into identity.email (email, person_id)
            select 'buyer-' || id || '@bench.example', id from unnest($1::bigint[]) as u(id)""",
            people,
        )
        await connection.execute(
            """
            insert into identity.person
                (person_id, email, name, market_id, password_hash, created_at)
            select id, 'buyer-' || id || '@bench.example', 'Buyer ' || n, $2, '!', now()
            from unnest($1::bigint[]) with ordinality as u(id, n)""",
            people,
            MARKET,
        )
        await connection.execute(
            """
            insert into identity.token
                (person_id, id, name, digest, scopes, created_at, expires_at)
            select person_id, id, 'bench', digest, $4, now(), now() + interval '300 days'
            from unnest($1::bigint[], $2::bigint[], $3::bytea[]) as u(person_id, id, digest)""",
            people,
            [new_id() for _ in people],
            [digest(secret) for secret in secrets],
            [scope.value for scope in APP_SCOPES],
        )
    return list(zip(people, secrets, strict=True))


__all__ = ["FULL", "PASSWORD", "QUICK", "Shelf", "Sizes", "World", "keep", "known", "settle"]
