"""A shop that products are imported into, and what is in it afterwards."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clipcart import identity, sellers
from clipcart.identity import as_person
from clipcart.kit.db import Database
from clipcart.kit.files import Files
from clipcart.kit.ids import ShopId, new_id
from clipcart.ops.importing.running import Order, Report, import_products
from tests.ops.files import errors_of

CONTENT = """
    select p.handle, p.title, p.description_html, p.status, c.path as category,
        jsonb_array_length(p.images) as images, s.seller_sku, s.options, s.price_minor, s.weight_g,
        s.place, coalesce(sum(k.on_hand), 0)::int as on_hand
    from catalog.product p
    join catalog.category c on c.id = p.category_id
    join catalog.sku s on s.shop_id = p.shop_id and s.product_id = p.id and s.removed_at is null
    left join inventory.stock k on k.shop_id = s.shop_id and k.sku_id = s.id
    where p.shop_id = $1
    group by p.shop_id, p.id, c.id, s.shop_id, s.id order by p.handle, s.place"""


@dataclass
class Shelf:
    """A shop, and what imports do to it."""

    db: Database
    media: Path
    handle: str
    shop_id: ShopId

    async def bring(self, path: Path, **options: Any) -> Report:
        """Import a file into the shop."""
        files = Files.open(self.media.as_uri())
        return await import_products(self.db, files, Order(path, self.handle, **options))

    async def content(self) -> list[dict[str, Any]]:
        """Every SKU with its product, without ids, so that two shops can be compared."""
        rows = await self.fetch(CONTENT, self.shop_id)
        return [
            {**row, "seller_sku": re.sub(r"^SKU-\d+$", "SKU-*", row["seller_sku"])} for row in rows
        ]

    async def facts(self) -> int:
        """How many facts were announced so far, of this shop and of the platform."""
        return int((await self.fetch("select count(*) from kit.event"))[0]["count"])

    async def jobs(self) -> int:
        """How many jobs were enqueued so far."""
        return int((await self.fetch("select count(*) from kit.job"))[0]["count"])

    async def fetch(self, sql: str, *values: Any) -> list[dict[str, Any]]:
        """Rows of a statement of the test's own."""
        async with self.db.reading() as tx:
            connection: Any = tx._connection
            return [dict(row) for row in await connection.fetch(sql, *values)]


async def open_shelf(db: Database, media: Path, market_id: str = "us") -> Shelf:
    """A new shop with an owner who has an account."""
    handle = f"shop-{new_id()}"
    async with db.transaction() as tx:
        owner = await identity.sign_up(
            tx, f"{handle}@example.com", "a long enough password", "Ama Boateng", market_id
        )
        opened = await sellers.open_shop(
            tx,
            as_person(owner.id),
            sellers.OpenShop(name="Kiln and Leaf", market_id=market_id, handle=handle),
        )
    return Shelf(db, media, handle, opened.id)


async def refused(shelf: Shelf, path: Path) -> list[dict[str, str]]:
    """Import a file of one product that is refused: nothing of it is there, nothing is told."""
    before, facts, jobs = await shelf.content(), await shelf.facts(), await shelf.jobs()
    report = await shelf.bring(path)
    assert (report.created, report.updated, report.refused) == (0, 0, 1)
    assert await shelf.content() == before
    assert (await shelf.facts(), await shelf.jobs()) == (facts, jobs)
    assert report.errors is not None
    return [error for error in errors_of(path) if error["result"] == "refused"]
