"""Storing one listing in the caller's transaction: created, updated, or left as it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from clipcart import catalog, inventory, sellers
from clipcart.catalog import Image, Product, ProductDraft, Sku, SkuDraft
from clipcart.identity import Actor
from clipcart.inventory import StockChange, WarehouseDraft
from clipcart.kit.db import Tx
from clipcart.kit.ids import ProductId
from clipcart.ops.importing.categories import category_for, said_of
from clipcart.ops.importing.listing import Limits, Listing, Note
from clipcart.ops.importing.reading import Survey


class Outcome(StrEnum):
    """What became of a product. STRAY rows belong to none."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REFUSED = "refused"
    STRAY = "stray"


@dataclass(frozen=True, slots=True)
class Target:
    """The shop that is filled, in whose name, and how."""

    shop: sellers.Shop
    owner: Actor
    country: str
    limits: Limits
    set_stock: bool


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of a product, and what was adjusted on the way."""

    outcome: Outcome
    notes: tuple[Note, ...] = ()
    is_draft: bool = False
    pictures_left: int = 0


async def store(
    tx: Tx,
    target: Target,
    survey: Survey,
    listing: Listing,
    keys: Mapping[str, str],
    *,
    also_taken: Mapping[str, str] | None = None,
) -> Stored:
    """Make the shop's product of this handle what the listing says. Raises what rooms refuse.

    `keys` are stored pictures by address. `also_taken` are codes that other handles have, which
    the database does not know of.
    """
    shop_id = target.shop.id
    product_id = await catalog.product_of_handle(tx, target.owner, shop_id, listing.handle)
    listing, notes = await _with_free_codes(
        tx, target, survey, listing, product_id, also_taken or {}
    )
    left = sum(1 for picture in listing.pictures if picture.url not in keys)
    if product_id is None:
        product_id = await _create(tx, target, listing, keys)
        outcome = Outcome.CREATED
    else:
        outcome = await _update(tx, target, listing, keys, product_id)
    more, is_counted = await _count(tx, target, survey, listing, product_id)
    if is_counted and outcome is Outcome.UNCHANGED:
        outcome = Outcome.UPDATED
    is_draft, missing = await _offer(tx, target, survey, listing, product_id, outcome)
    return Stored(outcome, (*notes, *more, *missing), is_draft, left)


async def _with_free_codes(
    tx: Tx,
    target: Target,
    survey: Survey,
    listing: Listing,
    product_id: ProductId | None,
    also_taken: Mapping[str, str],
) -> tuple[Listing, list[Note]]:
    """The listing without codes that other products of the shop have."""
    codes = [variant.code for variant in listing.variants if variant.code]
    owners = await catalog.owners_of_codes(tx, target.owner, target.shop.id, codes)
    taken = {code for code, owner in owners.items() if owner != product_id}
    taken |= {code for code in codes if also_taken.get(code, listing.handle) != listing.handle}
    notes = [
        Note(
            variant.row,
            survey.name("code"),
            f"Another product of the shop has the code {variant.code}; this variant got its own.",
            "Give each variant a code of its own.",
            False,
            listing.handle,
        )
        for variant in listing.variants
        if variant.code in taken
    ]
    variants = tuple(
        replace(variant, code="") if variant.code in taken else variant
        for variant in listing.variants
    )
    return replace(listing, variants=variants), notes


async def _create(tx: Tx, target: Target, listing: Listing, keys: Mapping[str, str]) -> ProductId:
    category = category_for(listing.title, listing.category_texts)
    draft = ProductDraft(
        shop_id=target.shop.id,
        handle=listing.handle,
        title=listing.title,
        description_html=listing.html or "",
        category_id=category.id,
        attributes=said_of(category, listing.title, listing.gender),
        axes=listing.axes,
        images=_images(listing, keys),
        skus=tuple(
            SkuDraft(
                variant.price,
                variant.options,
                variant.code,
                variant.weight_g or 0,
                keys.get(variant.picture_url, ""),
            )
            for variant in listing.variants
        ),
    )
    return await catalog.create_product(tx, target.owner, draft)


def _images(listing: Listing, keys: Mapping[str, str]) -> tuple[Image, ...]:
    found: dict[str, Image] = {}
    for picture in listing.pictures:
        key = keys.get(picture.url)
        if key is not None:
            found.setdefault(key, Image(key, picture.alt))
    return tuple(found.values())


async def _update(
    tx: Tx, target: Target, listing: Listing, keys: Mapping[str, str], product_id: ProductId
) -> Outcome:
    """Change what differs. Category, and what the file does not say, stay as they are."""
    found = await catalog.product_for(tx, target.owner, target.shop.id, product_id)
    current = found.pending or _draft_of(found.product)
    live = {sku.options: sku for sku in found.product.skus}
    known = {sku.options: sku for sku in current.skus}
    draft = catalog.tidied(
        replace(
            current,
            title=listing.title,
            description_html=(current.description_html if listing.html is None else listing.html),
            axes=listing.axes,
            images=_images(listing, keys) or current.images,
            skus=(),
            handle="",
        )
    )
    skus = tuple(
        SkuDraft(
            variant.price,
            variant.options,
            variant.code or (before.seller_sku if before else ""),
            (before.weight_g if before else 0) if variant.weight_g is None else variant.weight_g,
            keys.get(variant.picture_url) or (before.image_key if before else ""),
            live[variant.options].id if variant.options in live else None,
        )
        for variant in listing.variants
        for before in [known.get(variant.options)]
    )
    draft = replace(draft, skus=skus)
    prices = {sku.options: sku.price for sku in current.skus} | {
        options: sku.price for options, sku in live.items()
    }
    moved = [sku for sku in skus if prices.get(sku.options) != sku.price]
    if _content(draft) != _content(current):
        await catalog.edit_product(tx, target.owner, product_id, draft)
    elif all(sku.id is not None for sku in moved) and moved:
        changes = [catalog.PriceChange(sku.id, sku.price) for sku in moved if sku.id is not None]
        await catalog.change_prices(tx, target.owner, target.shop.id, changes)
    elif moved:
        await catalog.edit_product(tx, target.owner, product_id, draft)
    else:
        return Outcome.UNCHANGED
    return Outcome.UPDATED


def _draft_of(product: Product) -> ProductDraft:
    return ProductDraft(
        shop_id=product.shop_id,
        title=product.title,
        description_html=product.description_html,
        category_id=product.category_id,
        attributes=product.attributes,
        axes=product.axes,
        images=product.images,
        skus=tuple(
            SkuDraft(sku.price, sku.options, sku.seller_sku, sku.weight_g, sku.image_key, id=sku.id)
            for sku in product.skus
        ),
    )


def _content(draft: ProductDraft) -> object:
    """Everything but prices, which change without an audit, and ids."""
    return (
        draft.title,
        draft.description_html,
        draft.category_id,
        draft.axes,
        draft.images,
        [(sku.options, sku.seller_sku, sku.weight_g, sku.image_key) for sku in draft.skus],
    )


async def _count(
    tx: Tx, target: Target, survey: Survey, listing: Listing, product_id: ProductId
) -> tuple[list[Note], bool]:
    """Put the file's counts on the shelf: of SKUs never counted before, or of all if asked.

    Notes those whose SKU waits for an audit; tells whether any count moved.
    """
    shop_id, owner = target.shop.id, target.owner
    of_products = await catalog.skus_of_products(tx, owner, shop_id, [product_id])
    skus: dict[tuple[str, ...], Sku] = {sku.options: sku for sku in of_products.get(product_id, ())}
    levels = await inventory.stock_of(tx, owner, shop_id, [sku.id for sku in skus.values()])
    wanted: list[StockChange] = []
    notes: list[Note] = []
    for variant in listing.variants:
        sku, quantity = skus.get(variant.options), variant.quantity
        if quantity is None or (quantity == 0 and not target.set_stock):
            continue
        if sku is None:
            rule = "This variant is new to a product on sale; it waits for the audit."
            cure = "Import the file again when the audit is done, then its stock counts."
            name = survey.name("quantity")
            notes.append(Note(variant.row, name, rule, cure, False, listing.handle))
            continue
        own = [level for level in levels if level.sku_id == sku.id]
        if own and not target.set_stock:
            continue
        if sum(level.on_hand for level in own) != quantity:
            wanted.append(StockChange(shop_id, sku.id, quantity, note="imported"))
    if wanted:
        await _set(tx, target, wanted)
    return notes, bool(wanted)


async def _set(tx: Tx, target: Target, wanted: Sequence[StockChange]) -> None:
    """Set totals: the default warehouse takes what does not lie in the others."""
    shop_id, owner = target.shop.id, target.owner
    houses = await inventory.warehouses_of(tx, owner, shop_id)
    if not houses:
        draft = WarehouseDraft(shop_id, "Main warehouse", country=target.country)
        await inventory.add_warehouse(tx, owner, draft)
    default = next((house.id for house in houses if house.is_default), None)
    levels = await inventory.stock_of(tx, owner, shop_id, [change.sku_id for change in wanted])
    changes = []
    for change in wanted:
        elsewhere = sum(
            level.on_hand
            for level in levels
            if level.sku_id == change.sku_id and level.warehouse_id != default
        )
        changes.append(replace(change, quantity=max(0, change.quantity - elsewhere)))
    await inventory.set_on_hand(tx, owner, changes)


async def _offer(
    tx: Tx,
    target: Target,
    survey: Survey,
    listing: Listing,
    product_id: ProductId,
    outcome: Outcome,
) -> tuple[bool, list[Note]]:
    """Hand a draft in that is for sale, has pictures and says what its category requires.

    Tells whether it is still a draft, and what it does not say.
    """
    found = await catalog.product_for(tx, target.owner, target.shop.id, product_id)
    if found.product.status is not catalog.Status.DRAFT:
        return False, []
    product = found.product
    may_go = listing.is_for_sale and product.images and outcome is not Outcome.UNCHANGED
    missing = catalog.missing_attributes(product.category_id, product.attributes)
    if may_go and not missing:
        await catalog.submit(tx, target.owner, target.shop.id, [product_id])
        return False, []
    notes = [
        Note(
            listing.row,
            survey.name("category"),
            f"{problem.rule} The product is a draft until then.",
            f"{problem.cure} Do it on the product's page.",
            False,
            listing.handle,
        )
        for problem in missing
        if may_go
    ]
    return True, notes
