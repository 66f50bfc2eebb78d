"""Reads for pages and for the rooms above."""

from collections.abc import Mapping, Sequence
from typing import Any

from clipcart.catalog._sql import reading as sql
from clipcart.catalog._sql import writing
from clipcart.catalog.detail_model import (
    NO_DETAILS,
    NO_SKU_DETAILS,
    Brand,
    BrandId,
    details_from_json,
    sku_details_from_json,
)
from clipcart.catalog.model import (
    AuditResult,
    AuditStatus,
    Card,
    CategoryCount,
    Filter,
    Finding,
    Offer,
    Outcome,
    Product,
    ProductDraft,
    ProductFor,
    ProductKey,
    ShopCard,
    Sku,
    SkuDraft,
    SkuKey,
    Status,
    axes_from_json,
    draft_from_json,
    images_from_json,
)
from clipcart.catalog.policy import may_moderate, may_view_products
from clipcart.catalog.tree_model import CategoryId, attributes_from_json
from clipcart.catalog.words import search_text, trigrams, words_of
from clipcart.identity import Actor, require
from clipcart.kit.db import Tx
from clipcart.kit.errors import Absent
from clipcart.kit.ids import ProductId, ShopId, SkuId
from clipcart.kit.listing import Page
from clipcart.kit.money import Money

ANY = Filter()
"""No narrowing at all."""


async def product(tx: Tx, shop_id: ShopId, product_id: ProductId) -> Product | None:
    """The product as buyers see it, or None when they do not. One statement."""
    row = await tx.maybe(sql.PRODUCT, shop_id=shop_id, product_id=product_id)
    return _product(row) if row is not None and row.is_visible else None


async def product_for(tx: Tx, actor: Actor, shop_id: ShopId, product_id: ProductId) -> ProductFor:
    """The product in any status, with its waiting edit and last verdict. Raises Absent."""
    require(may_view_products(actor, shop_id), "products.view", actor)
    row = await tx.maybe(sql.PRODUCT, shop_id=shop_id, product_id=product_id)
    beside = await tx.maybe(sql.BESIDE, shop_id=shop_id, product_id=product_id)
    if row is None or beside is None:
        raise Absent("product")
    verdict = None
    if beside.decided_at is not None:
        verdict = AuditResult(
            beside.result_revision or 0,
            Outcome(beside.outcome or ""),
            _findings(beside.findings),
            beside.reason or "",
            beside.actor or "",
            beside.decided_at,
        )
    pending = None if beside.draft is None else draft_from_json(shop_id, beside.draft)
    return ProductFor(
        _product(row),
        beside.status_reason,
        beside.revision,
        pending,
        verdict,
        _brand(shop_id, beside),
        beside.created_at,
        beside.updated_at,
    )


def _brand(shop_id: ShopId, row: sql.BesideRow) -> Brand | None:
    if row.brand_id is None or row.brand_name is None or row.brand_since is None:
        return None
    return Brand(BrandId(row.brand_id), shop_id, row.brand_name, row.brand_since)


async def audit_results(
    tx: Tx, actor: Actor, shop_id: ShopId, product_id: ProductId
) -> Sequence[AuditResult]:
    """The verdicts on a product, newest first."""
    require(may_view_products(actor, shop_id), "products.view", actor)
    rows = await tx.all(sql.RESULTS, shop_id=shop_id, product_id=product_id)
    return [
        AuditResult(
            row.revision,
            Outcome(row.outcome),
            _findings(row.findings),
            row.reason,
            row.actor,
            row.decided_at,
        )
        for row in rows
    ]


async def offers(tx: Tx, keys: Sequence[SkuKey]) -> Mapping[SkuId, Offer]:
    """What these SKUs are sold for now; unknown ones are left out. One statement."""
    rows = await tx.all(
        sql.OFFERS, shop_ids=[key[0] for key in keys], sku_ids=[key[1] for key in keys]
    )
    return {SkuId(row.sku_id): _offer(row) for row in rows}


async def known_skus(tx: Tx, keys: Sequence[SkuKey]) -> frozenset[SkuKey]:
    """Those of the keys that name a SKU of that shop, on sale or not."""
    rows = await tx.all(
        sql.KNOWN_SKUS, shop_ids=[key[0] for key in keys], sku_ids=[key[1] for key in keys]
    )
    return frozenset((ShopId(row.shop_id), SkuId(row.sku_id)) for row in rows)


async def sku_keys_of_product(tx: Tx, shop_id: ShopId, product_id: ProductId) -> Sequence[SkuKey]:
    """The keys of a product's SKUs, in their order."""
    rows = await tx.all(sql.SKU_KEYS, shop_id=shop_id, product_id=product_id)
    return [(ShopId(row.shop_id), SkuId(row.sku_id)) for row in rows]


async def product_of_handle(tx: Tx, actor: Actor, shop_id: ShopId, handle: str) -> ProductId | None:
    """The shop's product of this handle in any status, deleted ones too; None if there is none."""
    require(may_view_products(actor, shop_id), "products.view", actor)
    rows = await tx.all(writing.HANDLES, shop_id=shop_id, handles=[handle])
    return ProductId(rows[0].product_id) if rows else None


async def owners_of_codes(
    tx: Tx, actor: Actor, shop_id: ShopId, codes: Sequence[str]
) -> Mapping[str, ProductId]:
    """Which of the shop's products has each of these SKU codes; free codes are left out."""
    require(may_view_products(actor, shop_id), "products.view", actor)
    rows = await tx.all(writing.CODES, shop_id=shop_id, codes=list(codes))
    return {row.seller_sku: ProductId(row.product_id) for row in rows}


async def cards(tx: Tx, keys: Sequence[ProductKey]) -> Mapping[ProductId, Card]:
    """Cards of products that buyers can see; others are left out."""
    rows = await tx.all(
        sql.CARDS, shop_ids=[key[0] for key in keys], product_ids=[key[1] for key in keys]
    )
    return {ProductId(row.product_id): _card(row) for row in rows}


async def newest(
    tx: Tx,
    *,
    narrow: Filter = ANY,
    order: str = "newest",
    cursor: str | None = None,
    limit: int = 20,
) -> Page[Card]:
    """What is on sale: `newest`, `cheapest` or `dearest` first. Raises BadCursor."""
    page = await sql.NEWEST.page(
        tx, order=order, cursor=cursor, limit=limit, filters=_filters(narrow)
    )
    return page.map(_card)


async def search(
    tx: Tx,
    text: str,
    *,
    narrow: Filter = ANY,
    order: str = "best",
    cursor: str | None = None,
    limit: int = 20,
) -> Page[Card]:
    """What is on sale and matches every word; the last word may be unfinished.

    `best` first, or `newest`, `cheapest`, `dearest`. Empty when nothing matches: `mend` may know
    what was meant. Raises BadCursor.
    """
    wanted = search_text(text)
    if wanted is None:
        return Page((), None)
    page = await sql.SEARCH.page(
        tx,
        fixed={"text": wanted},
        order=order,
        cursor=cursor,
        limit=limit,
        filters=_filters(narrow),
    )
    keys = [(ShopId(row.shop_id), ProductId(row.product_id)) for row in page.items]
    found = await cards(tx, keys)
    shown = tuple(found[key[1]] for key in keys if key[1] in found)
    return Page(shown, page.next_cursor, page.previous_cursor)


async def mend(tx: Tx, text: str) -> str | None:
    """The text with unknown words replaced by the likest words on sale; None if none is like it."""
    typed = words_of(text)[:8]
    known = set(await tx.all(sql.IS_WORD, words=typed))
    mended = []
    for word in typed:
        if word in known or len(word) < 3:
            mended.append(word)
            continue
        nearest = await tx.maybe(sql.NEAREST_WORD, trigrams=trigrams(word))
        mended.append(nearest or word)
    return None if mended == typed else " ".join(mended)


async def categories_on_sale(tx: Tx, market_id: str | None = None) -> Sequence[CategoryCount]:
    """The categories in which something is on sale, and those above them, by path."""
    totals: dict[str, int] = {}
    for row in await tx.all(sql.CATEGORIES_ON_SALE, market_id=market_id):
        steps = row.path.split(" > ")
        for depth in range(1, len(steps) + 1):
            path = " > ".join(steps[:depth])
            totals[path] = totals.get(path, 0) + row.products
    return [CategoryCount(path, products) for path, products in sorted(totals.items())]


async def audit_queue(
    tx: Tx,
    actor: Actor,
    *,
    audit_status: AuditStatus | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[ShopCard]:
    """Products whose audit is open or failed, longest waiting first. Raises BadCursor."""
    require(may_moderate(actor), "catalog.moderate", actor)
    page = await sql.AUDIT_QUEUE.page(
        tx,
        order="oldest",
        cursor=cursor,
        limit=limit,
        filters={"audit_status": None if audit_status is None else audit_status.value},
    )
    return page.map(shop_card)


def _filters(narrow: Filter) -> dict[str, Any]:
    return {
        "market_id": narrow.market_id,
        "category": narrow.category,
        "shop_id": narrow.shop_id,
        "price_from": narrow.price_from,
        "price_to": narrow.price_to,
    }


def _product(row: sql.DocumentRow) -> Product:
    document = row.document
    shop_id, product_id = ShopId(row.shop_id), ProductId(row.product_id)
    return Product(
        id=product_id,
        shop_id=shop_id,
        shop_handle=row.shop_handle,
        shop_name=row.shop_name,
        market_id=row.market_id,
        handle=row.handle,
        title=row.title,
        description_html=document["description_html"],
        category_id=CategoryId(row.category_id),
        category_path=row.category_path,
        axes=axes_from_json(document["axes"]),
        images=images_from_json(document["images"]),
        status=Status(document["status"]),
        audit_status=AuditStatus(document["audit_status"]),
        skus=tuple(
            Sku(
                SkuId(sku["id"]),
                product_id,
                shop_id,
                sku["seller_sku"],
                tuple(sku["options"]),
                Money.of(sku["price_minor"], row.currency),
                sku["weight_g"],
                sku["image_key"],
                sku_details_from_json(sku.get("details")) or NO_SKU_DETAILS,
            )
            for sku in document["skus"]
        ),
        published_at=row.published_at,
        is_visible=row.is_visible,
        attributes=attributes_from_json(document.get("attributes", ())),
        details=details_from_json(document.get("details")) or NO_DETAILS,
    )


def _findings(plain: Sequence[Mapping[str, Any]]) -> tuple[Finding, ...]:
    return tuple(
        Finding(item["code"], item["field"], item["evidence"], Outcome(item["outcome"]))
        for item in plain
    )


def _offer(row: sql.OfferRow) -> Offer:
    return Offer(
        ShopId(row.shop_id),
        ProductId(row.product_id),
        SkuId(row.sku_id),
        row.market_id,
        row.handle,
        row.title,
        ", ".join(row.options),
        row.seller_sku,
        row.image_key,
        Money.of(row.price_minor, row.currency),
        row.weight_g,
        row.tax_category,
        row.is_sellable,
    )


def _card(row: sql.CardRow) -> Card:
    return Card(
        ShopId(row.shop_id),
        ProductId(row.product_id),
        row.shop_handle,
        row.shop_name,
        row.handle,
        row.title,
        row.category_path,
        row.image_key,
        Money.of(row.price_low, row.currency),
        Money.of(row.price_high, row.currency),
    )


def shop_card(row: sql.ShopCardRow) -> ShopCard:
    """The class that a row of a shop's list stands for."""
    return ShopCard(
        ShopId(row.shop_id),
        ProductId(row.product_id),
        row.handle,
        row.title,
        Status(row.status),
        AuditStatus(row.audit_status),
        row.status_reason,
        row.category_path,
        row.image_key,
        Money.of(row.price_low, row.currency),
        Money.of(row.price_high, row.currency),
        row.created_at,
        row.updated_at,
    )


def newest_draft(found: ProductFor) -> ProductDraft:
    """The content that an edit starts from: the edit that waits, else what counts now."""
    if found.pending is not None:
        return found.pending
    product = found.product
    return ProductDraft(
        product.shop_id,
        product.title,
        product.description_html,
        product.category_id,
        tuple(
            SkuDraft(
                sku.price,
                sku.options,
                sku.seller_sku,
                sku.weight_g,
                sku.image_key,
                sku.id,
                sku.details,
            )
            for sku in product.skus
        ),
        product.axes,
        product.images,
        attributes=product.attributes,
        details=product.details,
    )
