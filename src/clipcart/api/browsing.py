"""Catalogue routes: open to everybody."""

from collections.abc import Sequence
from typing import Annotated

from litestar import get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery, QueryParameter

from clipcart import catalog, sellers
from clipcart.api import _sql, mapping, schemas
from clipcart.api.caller import Caller, PathId
from clipcart.kit.errors import Absent
from clipcart.kit.ids import ShopId

Limit = Annotated[int, QueryParameter(ge=1, le=100, description="How many at most.")]
Cursor = Annotated[str | None, QueryParameter(max_length=500, description="From the page before.")]
Minor = Annotated[
    int | None, QueryParameter(ge=0, le=10**15, description="In minor units of the market.")
]


@get("/products", tags=["Catalogue"])
async def list_products(
    caller: NamedDependency[Caller],
    words: Annotated[
        str | None, QueryParameter(name="query", max_length=200, description="Words to find.")
    ] = None,
    market: Annotated[str | None, QueryParameter(max_length=20)] = None,
    category: Annotated[str | None, QueryParameter(max_length=400, description="A path.")] = None,
    shop_id: Annotated[int | None, QueryParameter(ge=1, le=(1 << 63) - 1)] = None,
    price_from: Minor = None,
    price_to: Minor = None,
    order: Annotated[str | None, QueryParameter(pattern="^(best|newest|cheapest|dearest)$")] = None,
    cursor: Cursor = None,
    limit: Limit = 20,
) -> schemas.Cards:
    """Products on sale: the newest, or those that match a query, filtered, page by page."""
    narrow = catalog.Filter(
        market_id=market,
        category=category,
        shop_id=ShopId(shop_id) if shop_id else None,
        price_from=price_from,
        price_to=price_to,
    )
    async with caller.services.db.reading() as tx:
        if words:
            page = await catalog.search(
                tx, words, narrow=narrow, order=order or "best", cursor=cursor, limit=limit
            )
        else:
            wanted = order if order and order != "best" else "newest"
            page = await catalog.newest(tx, narrow=narrow, order=wanted, cursor=cursor, limit=limit)
    return schemas.Cards([mapping.card(found) for found in page.items], page.next_cursor)


@get("/products/{shop_id:int}/{product_id:int}", tags=["Catalogue"])
async def one_product(
    caller: NamedDependency[Caller], shop_id: PathId, product_id: PathId
) -> schemas.Product:
    """A product with its variants and how many of each can be bought now."""
    async with caller.services.db.reading() as tx:
        found = await tx.maybe(_sql.PRODUCT, shop_id=shop_id, product_id=product_id)
    if found is None:
        raise Absent("product")
    return mapping.product(found)


@get("/categories", tags=["Catalogue"])
async def list_categories(
    caller: NamedDependency[Caller], market: FromQuery[str | None] = None
) -> list[schemas.Category]:
    """Every category that has something on sale."""
    async with caller.services.db.reading() as tx:
        found = await catalog.categories_on_sale(tx, market)
    return [schemas.Category(each.path, each.products) for each in found]


@get("/shops/{handle:str}/products", tags=["Catalogue"])
async def products_of_shop(
    caller: NamedDependency[Caller], handle: FromPath[str], cursor: Cursor = None, limit: Limit = 20
) -> schemas.Cards:
    """A shop's products, newest first."""
    async with caller.services.db.reading() as tx:
        shop = await sellers.shop_by_handle(tx, handle)
        if shop is None:
            raise Absent("shop")
        page = await catalog.newest(
            tx, narrow=catalog.Filter(shop_id=shop.id), cursor=cursor, limit=limit
        )
    return schemas.Cards([mapping.card(found) for found in page.items], page.next_cursor)


ROUTES: Sequence[HTTPRouteHandler] = (
    list_products,
    one_product,
    list_categories,
    products_of_shop,
)
