"""What a shop reads of its own products: lists that are filtered and counted, SKUs, brands."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from clipcart.catalog._sql import brands as brand_sql
from clipcart.catalog._sql import shops as sql
from clipcart.catalog._sql import writing
from clipcart.catalog.detail_model import (
    NO_SKU_DETAILS,
    Brand,
    BrandId,
    sku_details_from_json,
)
from clipcart.catalog.model import AuditStatus, ShopCard, Sku, Status
from clipcart.catalog.policy import may_view_products
from clipcart.catalog.queries import shop_card
from clipcart.catalog.taxonomy.words import is_said
from clipcart.identity import Actor, require
from clipcart.kit.db import Tx
from clipcart.kit.ids import ProductId, ShopId, SkuId
from clipcart.kit.listing import Page
from clipcart.kit.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopFilter:
    """What narrows a shop's own list; None narrows nothing. Times are inclusive on both sides."""

    statuses: Sequence[Status] | None = None
    audit_statuses: Sequence[AuditStatus] | None = None
    text: str | None = None
    seller_skus: Sequence[str] | None = None
    sku_ids: Sequence[SkuId] | None = None
    created_from: datetime | None = None
    created_to: datetime | None = None
    updated_from: datetime | None = None
    updated_to: datetime | None = None


MOST_PARTIAL: Final = 10
"""How many brands are looked at for each that is wanted: names may be parts of words."""


def _filters(narrow: ShopFilter) -> dict[str, Any]:
    def values(each: Iterable[Status | AuditStatus] | None) -> list[str] | None:
        return None if each is None else [one.value for one in each]

    return {
        "statuses": values(narrow.statuses),
        "audit_statuses": values(narrow.audit_statuses),
        "text": narrow.text or None,
        "seller_skus": None if narrow.seller_skus is None else list(narrow.seller_skus),
        "sku_ids": None if narrow.sku_ids is None else list(narrow.sku_ids),
        "created_from": narrow.created_from,
        "created_to": narrow.created_to,
        "updated_from": narrow.updated_from,
        "updated_to": narrow.updated_to,
    }


async def products_of_shop(
    tx: Tx,
    actor: Actor,
    shop_id: ShopId,
    *,
    statuses: Sequence[Status] | None = None,
    text: str | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[ShopCard]:
    """The shop's own list, newest first, in all statuses or some. Raises BadCursor."""
    narrow = ShopFilter(statuses=statuses, text=text)
    return await find_products(tx, actor, shop_id, narrow, cursor=cursor, limit=limit)


async def find_products(
    tx: Tx,
    actor: Actor,
    shop_id: ShopId,
    narrow: ShopFilter,
    *,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[ShopCard]:
    """The shop's products that fit, newest first. Raises BadCursor."""
    require(may_view_products(actor, shop_id), "products.view", actor)
    page = await sql.OF_SHOP.page(
        tx,
        fixed={"shop_id": shop_id},
        order="newest",
        cursor=cursor,
        limit=limit,
        filters=_filters(narrow),
    )
    return page.map(shop_card)


async def count_products(tx: Tx, actor: Actor, shop_id: ShopId, narrow: ShopFilter) -> int:
    """How many of the shop's products fit."""
    require(may_view_products(actor, shop_id), "products.view", actor)
    return await tx.one(sql.COUNT_OF_SHOP, shop_id=shop_id, **_filters(narrow))


async def skus_of_products(
    tx: Tx, actor: Actor, shop_id: ShopId, product_ids: Sequence[ProductId]
) -> Mapping[ProductId, tuple[Sku, ...]]:
    """The SKUs of some of the shop's products, in their order. One statement."""
    require(may_view_products(actor, shop_id), "products.view", actor)
    found: dict[ProductId, list[Sku]] = {}
    for row in await tx.all(writing.SKUS, shop_id=shop_id, product_ids=list(product_ids)):
        found.setdefault(ProductId(row.product_id), []).append(_sku(shop_id, row))
    return {product_id: tuple(skus) for product_id, skus in found.items()}


async def skus_by_id(
    tx: Tx, actor: Actor, shop_id: ShopId, sku_ids: Sequence[SkuId]
) -> Sequence[Sku]:
    """These SKUs of the shop, by id; what it does not have is left out."""
    require(may_view_products(actor, shop_id), "products.view", actor)
    rows = await tx.all(sql.SKUS_BY_ID, shop_id=shop_id, ids=list(sku_ids))
    return [_sku(shop_id, row) for row in rows]


def _sku(shop_id: ShopId, row: writing.SkuRow) -> Sku:
    return Sku(
        SkuId(row.id),
        ProductId(row.product_id),
        shop_id,
        row.seller_sku,
        tuple(row.options),
        Money.of(row.price_minor, row.currency),
        row.weight_g,
        row.image_key,
        sku_details_from_json(row.details) or NO_SKU_DETAILS,
    )


async def brands_of_shop(
    tx: Tx,
    actor: Actor,
    shop_id: ShopId,
    *,
    prefix: str = "",
    cursor: str | None = None,
    limit: int = 50,
) -> Page[Brand]:
    """The brands that the shop sells under, by name, or those whose name begins so.

    Raises BadCursor.
    """
    require(may_view_products(actor, shop_id), "products.view", actor)
    page = await brand_sql.OF_SHOP.page(
        tx,
        fixed={"shop_id": shop_id},
        order="name",
        cursor=cursor,
        limit=limit,
        filters={"prefix": prefix or None},
    )
    return page.map(brand_of)


async def count_brands(tx: Tx, actor: Actor, shop_id: ShopId, *, prefix: str = "") -> int:
    """How many brands the shop has whose name begins so."""
    require(may_view_products(actor, shop_id), "products.view", actor)
    return await tx.one(brand_sql.COUNT, shop_id=shop_id, prefix=prefix)


async def brands_named_in(
    tx: Tx, actor: Actor, shop_ids: Collection[ShopId], text: str, limit: int = 10
) -> tuple[Brand, ...]:
    """Brands of these shops whose names stand in a text as whole words, the longest first."""
    for shop_id in shop_ids:
        require(may_view_products(actor, shop_id), "products.view", actor)
    size = limit * MOST_PARTIAL
    rows = await tx.all(brand_sql.NAMED_IN, shop_ids=sorted(shop_ids), text=text, size=size)
    found = {row.id: brand_of(row) for row in reversed(rows) if is_said(row.name, text)}
    return tuple(found.values())[::-1][:limit]


def brand_of(row: brand_sql.BrandRow) -> Brand:
    """The class that a brand's row stands for."""
    return Brand(BrandId(row.id), ShopId(row.shop_id), row.name, row.created_at)
