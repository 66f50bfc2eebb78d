"""Writing products and SKUs as drafts say, in sets. Callers have checked who and what."""

from collections.abc import Sequence
from dataclasses import dataclass

from clipcart.catalog._sql import writing as sql
from clipcart.catalog.detail_model import NO_DETAILS, NO_SKU_DETAILS, details_as_json
from clipcart.catalog.errors import HandleTaken, NoSuchCategory, NotALeaf, SellerSkuTaken
from clipcart.catalog.model import ProductDraft, SkuDraft, axes_as_json, images_as_json
from clipcart.catalog.sanitise import plain_text
from clipcart.catalog.taxonomy.attributes import tax_category
from clipcart.catalog.taxonomy.tree import tree
from clipcart.catalog.tree_model import Category, attributes_as_json
from clipcart.catalog.words import array_literal, trigrams, words_of
from clipcart.kit.db import Tx
from clipcart.kit.ids import ProductId, ShopId, SkuId, new_id
from clipcart.kit.text import slug


@dataclass(frozen=True, slots=True)
class PlacedSku:
    """A SKU draft with its id, the product it belongs to and its place there."""

    id: SkuId
    product_id: ProductId
    place: int
    draft: SkuDraft

    @property
    def code(self) -> str:
        """The seller's code, or one made from the id."""
        return self.draft.seller_sku or f"SKU-{self.id}"


async def check_categories(tx: Tx, drafts: Sequence[ProductDraft]) -> None:
    """Raise for the first draft whose category is none, or no leaf; write down those now in use.

    Categories from before the tree are kept by the products that have them.
    """
    wanted = sorted({draft.category_id for draft in drafts})
    known = {row.id: row for row in await tx.all(sql.CATEGORIES, ids=wanted)}
    fresh: list[Category] = []
    for category_id in wanted:
        category = tree().by_id.get(category_id)
        if category is None:
            if category_id not in known:
                raise NoSuchCategory(category_id)
        elif not category.is_leaf:
            raise NotALeaf(category_id, category.path)
        elif known.get(category_id) != (category_id, category.path, tax_category(category)):
            fresh.append(category)
    if fresh:
        await tx.run(
            sql.USE_CATEGORIES,
            ids=[category.id for category in fresh],
            paths=[category.path for category in fresh],
            tax_categories=[tax_category(category) for category in fresh],
        )


async def check_codes(
    tx: Tx, shop_id: ShopId, drafts: Sequence[ProductDraft], own: ProductId | None = None
) -> None:
    """Raise SellerSkuTaken for a code that stands at another product, or twice in the drafts."""
    codes = [sku.seller_sku for draft in drafts for sku in draft.skus if sku.seller_sku]
    seen: set[str] = set()
    for code in codes:
        if code in seen:
            raise SellerSkuTaken(code)
        seen.add(code)
    rows = await tx.all(sql.CODES, shop_id=shop_id, codes=codes)
    for row in rows:
        if row.product_id != own:
            raise SellerSkuTaken(row.seller_sku)


async def choose_handles(tx: Tx, shop_id: ShopId, drafts: Sequence[ProductDraft]) -> list[str]:
    """A handle for each draft: the one it asks for, else a free one from its title."""
    wanted = [draft.handle or slug(draft.title) for draft in drafts]
    rows = await tx.all(sql.HANDLES, shop_id=shop_id, handles=wanted)
    taken = {row.handle for row in rows}
    chosen = []
    for draft, handle in zip(drafts, wanted, strict=True):
        if handle in taken:
            if draft.handle:
                raise HandleTaken(handle)
            handle = f"{handle}-{new_id() % 10**9}"
        taken.add(handle)
        chosen.append(handle)
    return chosen


async def insert_products(
    tx: Tx, shop_id: ShopId, drafts: Sequence[ProductDraft], handles: Sequence[str]
) -> list[ProductId]:
    """New products as DRAFT with their SKUs."""
    ids = [ProductId(new_id()) for _ in drafts]
    await tx.run(
        sql.INSERT_PRODUCTS,
        shop_id=shop_id,
        ids=ids,
        handles=list(handles),
        titles=[draft.title for draft in drafts],
        htmls=[draft.description_html for draft in drafts],
        texts=[plain_text(draft.description_html) for draft in drafts],
        category_ids=[draft.category_id for draft in drafts],
        # asyncpg takes a list inside a list for a second dimension, so lists travel in objects.
        contents=[
            {
                "axes": axes_as_json(draft.axes),
                "images": images_as_json(draft.images),
                "attributes": attributes_as_json(draft.attributes),
                "details": details_as_json(draft.details or NO_DETAILS),
            }
            for draft in drafts
        ],
        now=tx.now,
    )
    placed = [
        PlacedSku(SkuId(new_id()), product_id, place, sku)
        for product_id, draft in zip(ids, drafts, strict=True)
        for place, sku in enumerate(draft.skus)
    ]
    await _insert_skus(tx, shop_id, placed)
    return ids


async def replace_content(
    tx: Tx, product_id: ProductId, draft: ProductDraft, *, keep_prices: bool = False
) -> None:
    """Make the draft the product's content. SKUs that stay keep their ids.

    `keep_prices` leaves the prices of SKUs that are there already, which may be newer.
    """
    await tx.run(
        sql.UPDATE_PRODUCT,
        shop_id=draft.shop_id,
        id=product_id,
        title=draft.title,
        html=draft.description_html,
        text=plain_text(draft.description_html),
        category_id=draft.category_id,
        axes=axes_as_json(draft.axes),
        images=images_as_json(draft.images),
        attributes=attributes_as_json(draft.attributes),
        details=details_as_json(draft.details),
        now=tx.now,
    )
    rows = await tx.all(sql.SKUS, shop_id=draft.shop_id, product_ids=[product_id])
    kept, new = matched(draft, rows, product_id)
    current = {row.id: row.price_minor for row in rows}
    await tx.run(sql.REMOVE_SKUS, shop_id=draft.shop_id, ids=[row.id for row in rows], now=tx.now)
    await tx.run(
        sql.RESTORE_SKUS,
        shop_id=draft.shop_id,
        ids=[sku.id for sku in kept],
        places=[sku.place for sku in kept],
        codes=[sku.code for sku in kept],
        contents=[
            {"options": list(sku.draft.options), "details": details_as_json(sku.draft.details)}
            for sku in kept
        ],
        prices=[current[sku.id] if keep_prices else sku.draft.price.minor for sku in kept],
        weights=[sku.draft.weight_g for sku in kept],
        image_keys=[sku.draft.image_key for sku in kept],
    )
    await _insert_skus(tx, draft.shop_id, new)


def matched(
    draft: ProductDraft, rows: Sequence[sql.SkuRow], product_id: ProductId
) -> tuple[list[PlacedSku], list[PlacedSku]]:
    """The draft's SKUs that are there already (by id, else by options) and those that are new."""
    by_id = {row.id: row for row in rows}
    by_options = {tuple(row.options): row for row in rows}
    named = {sku.id for sku in draft.skus if sku.id in by_id}
    kept: list[PlacedSku] = []
    new: list[PlacedSku] = []
    for place, sku in enumerate(draft.skus):
        row = by_id.get(sku.id) if sku.id is not None else None
        if row is None:
            alike = by_options.get(sku.options)
            row = alike if alike is not None and alike.id not in named else None
        if row is None:
            new.append(PlacedSku(SkuId(new_id()), product_id, place, sku))
        else:
            kept.append(PlacedSku(SkuId(row.id), product_id, place, sku))
    return kept, new


async def _insert_skus(tx: Tx, shop_id: ShopId, skus: Sequence[PlacedSku]) -> None:
    if not skus:
        return
    await tx.run(
        sql.INSERT_SKUS,
        shop_id=shop_id,
        ids=[sku.id for sku in skus],
        product_ids=[sku.product_id for sku in skus],
        places=[sku.place for sku in skus],
        codes=[sku.code for sku in skus],
        contents=[
            {
                "options": list(sku.draft.options),
                "details": details_as_json(sku.draft.details or NO_SKU_DETAILS),
            }
            for sku in skus
        ],
        prices=[sku.draft.price.minor for sku in skus],
        currency=skus[0].draft.price.currency.code,
        weights=[sku.draft.weight_g for sku in skus],
        image_keys=[sku.draft.image_key for sku in skus],
    )


async def rewrite(tx: Tx, shop_id: ShopId, product_ids: Sequence[ProductId]) -> None:
    """Write the ready documents of these products anew, in the transaction that changed them."""
    await tx.run(sql.REWRITE, shop_id=shop_id, ids=list(product_ids))


async def learn_words(tx: Tx, titles: Sequence[str]) -> None:
    """Remember the words of titles that went on sale, for searches with typing errors."""
    words = sorted({word for title in titles for word in words_of(title) if len(word) > 2})
    if words:
        await tx.run(
            sql.LEARN_WORDS,
            words=words,
            trigrams=[array_literal(trigrams(word)) for word in words],
        )
