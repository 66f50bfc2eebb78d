"""What tests of products and stock share: a live shop, a product, refusals that leave no trace."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from clipcart import catalog, sellers
from clipcart.catalog import Axis, CategoryId, Image, ProductDraft, SkuDraft
from clipcart.catalog._jobs import JOBS, SUBSCRIBER
from clipcart.identity import OPERATOR, Actor, as_person
from clipcart.kit.db import Database, Tx
from clipcart.kit.engine import Wiring
from clipcart.kit.errors import Refusal
from clipcart.kit.ids import PersonId, ProductId, ShopId, SkuId, new_id
from clipcart.kit.money import USD, Money

WIRING = Wiring(subscribers=(SUBSCRIBER,), jobs=JOBS, sweeps=())
EDIT = frozenset({"products.edit", "inventory.edit", "shop.view", "shop.edit", "bank.edit"})
TEAPOTS = "Home & Garden > Kitchen & Dining > Tableware > Coffee Servers & Teapots > Teapots"

_TABLES = """
    select n.nspname || '.' || c.relname as name from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    where c.relkind = 'r' and n.nspname in ('catalog', 'inventory', 'kit') order by 1"""


def person(*shops: ShopId) -> Actor:
    """Somebody, who may edit products and stock of these shops."""
    return as_person(PersonId(new_id()), memberships=dict.fromkeys(shops, EDIT))


def operator() -> Actor:
    """An operator in staff mode."""
    return as_person(PersonId(new_id()), roles=frozenset({OPERATOR}), staff_mode=True)


@dataclass(frozen=True, slots=True)
class Shop:
    """A shop of the test, somebody of its staff, and a category."""

    id: ShopId
    staff: Actor
    category_id: CategoryId


async def open_shop(tx: Tx, *, live: bool = True, name: str = "Kiln and Leaf") -> Shop:
    """A shop in the US, verified unless `live` is false."""
    owner = person()
    opened = await sellers.open_shop(
        tx, owner, sellers.OpenShop(name=name, market_id="us", handle=f"shop-{new_id()}")
    )
    shop = Shop(opened.id, person(opened.id), category_at(TEAPOTS))
    if live:
        await go_live(tx, shop)
    return shop


async def go_live(tx: Tx, shop: Shop) -> None:
    """Hand in everything, and have it approved."""
    business = sellers.Business(
        legal_form="individual",
        legal_name="Ama Boateng",
        tax_number="123-45-6789",
        representative="Ama Boateng",
        line1="1 Pier Street",
        city="Oakland",
        region="CA",
        postal_code="94607",
        phone="+15105550123",
    )
    await sellers.submit_business(tx, shop.staff, shop.id, business)
    for kind in ("identity", "address_proof"):
        paper = sellers.NewDocument(
            kind=kind, file_key=f"documents/{kind}", content_type="image/png", size_bytes=9_000
        )
        await sellers.add_document(tx, shop.staff, shop.id, paper)
    account = sellers.NewBankAccount(
        holder_name="Ama Boateng",
        bank_name="Pier Bank",
        routing_code="021000021",
        number="55501234",
    )
    await sellers.submit_bank_account(tx, shop.staff, shop.id, account)
    for requirement in sellers.Requirement:
        await sellers.decide(tx, operator(), shop.id, requirement, True)


def category_at(path: str) -> CategoryId:
    """The id of the category that has this path."""
    found = catalog.category_at(path)
    assert found is not None
    return found.id


def usd(minor: int) -> Money:
    """Dollars by their cents."""
    return Money(minor, USD)


def teapot(shop: Shop, **changes: Any) -> ProductDraft:
    """A teapot in two glazes that passes the audit."""
    draft = ProductDraft(
        shop_id=shop.id,
        title="Stoneware teapot, 1.2 litres",
        description_html="<p>Thrown by hand, glazed twice.</p>",
        category_id=shop.category_id,
        axes=(Axis("Glaze", ("Moss", "Ash")),),
        images=(Image("products/teapot.webp", "A round green teapot"),),
        skus=(
            SkuDraft(usd(4800), ("Moss",), weight_g=900),
            SkuDraft(usd(5200), ("Ash",), weight_g=900),
        ),
    )
    return replace(draft, **changes)


async def on_sale(db: Database, engine: Any, shop: Shop, **changes: Any) -> ProductId:
    """A teapot that was created, submitted and passed."""
    async with db.transaction() as tx:
        product_id = await catalog.create_product(tx, shop.staff, teapot(shop, **changes))
        await catalog.submit(tx, shop.staff, shop.id, [product_id])
    await engine.settle()
    return product_id


async def skus_of(db: Database, shop: Shop, product_id: ProductId) -> list[SkuId]:
    """The SKUs of a product in order."""
    async with db.reading() as tx:
        return [key[1] for key in await catalog.sku_keys_of_product(tx, shop.id, product_id)]


async def snapshot(tx: Tx) -> dict[str, str | None]:
    """Every row of catalogue, inventory, facts and jobs, as one text per table."""
    connection: Any = tx._connection
    names = [row["name"] for row in await connection.fetch(_TABLES)]
    return {
        name: await connection.fetchval(
            f"select string_agg(t::text, '|' order by t::text) from {name} t"
        )
        for name in names
    }


@contextlib.asynccontextmanager
async def refused(db: Database, kind: type[Refusal]) -> AsyncIterator[Any]:
    """The block is refused; afterwards nothing is changed, announced or enqueued.

    Gives a transaction, and after the block the refusal as `caught.value`.
    """
    async with db.reading() as tx:
        before = await snapshot(tx)
    holder = Refused()
    with pytest.raises(kind) as caught:
        async with db.transaction() as tx:
            holder.tx = tx
            yield holder
    holder.value = caught.value
    async with db.reading() as tx:
        assert await snapshot(tx) == before


class Refused:
    """The transaction of a refusal, and then the refusal."""

    tx: Tx
    value: Any


async def facts(db: Database, prefix: str) -> list[tuple[str, Any]]:
    """Name and payload of the facts whose name starts with `prefix`, oldest first."""
    async with db.reading() as tx:
        connection: Any = tx._connection
        rows = await connection.fetch(
            "select name, payload from kit.event where starts_with(name, $1) order by id", prefix
        )
    return [(row["name"], row["payload"]) for row in rows]
