"""Describing products: creating, editing, pricing."""

from collections.abc import Sequence
from dataclasses import replace

from clipcart.catalog._sql import writing as sql
from clipcart.catalog.actions.branding import check_brands
from clipcart.catalog.actions.lifecycle import move, set_audit
from clipcart.catalog.actions.shops import terms_of
from clipcart.catalog.actions.storing import (
    check_categories,
    check_codes,
    choose_handles,
    insert_products,
    matched,
    replace_content,
    rewrite,
)
from clipcart.catalog.errors import CannotEdit
from clipcart.catalog.events import (
    PriceMove,
    PricesChanged,
    ProductChanged,
    ProductCreated,
    ProductSubmitted,
)
from clipcart.catalog.forms import draft_problems, price_problems, tidied
from clipcart.catalog.model import (
    AUDIT,
    ON_THE_SHELF,
    Audit,
    AuditStatus,
    Image,
    PriceChange,
    ProductDraft,
    Status,
    draft_as_json,
    draft_from_json,
)
from clipcart.catalog.policy import may_edit_products
from clipcart.catalog.said import missing_problems, named
from clipcart.identity import Actor, require
from clipcart.kit.db import Tx
from clipcart.kit.errors import Absent, Problem, check
from clipcart.kit.ids import ProductId, ShopId

_EDITABLE = ON_THE_SHELF | {Status.DRAFT, Status.PENDING, Status.FAILED}


async def create_product(tx: Tx, actor: Actor, draft: ProductDraft) -> ProductId:
    """Describe a new product; it stays a DRAFT until it is submitted. Raises as the set does."""
    return (await create_products(tx, actor, draft.shop_id, [draft]))[0]


async def create_products(
    tx: Tx, actor: Actor, shop_id: ShopId, drafts: Sequence[ProductDraft]
) -> list[ProductId]:
    """Describe new products of one shop, in a constant number of statements.

    Raises Invalid with every problem of every draft (fields of a set carry the draft's place),
    NoSuchCategory, NotALeaf, NoSuchBrand, SellerSkuTaken, HandleTaken. All or nothing.
    """
    require(may_edit_products(actor, shop_id), "products.edit", actor)
    terms = await terms_of(tx, shop_id)
    drafts = [named(tidied(replace(draft, shop_id=shop_id))) for draft in drafts]
    check(
        [
            problem if len(drafts) == 1 else replace(problem, field=f"[{place}].{problem.field}")
            for place, draft in enumerate(drafts)
            for problem in draft_problems(draft, terms.rules, terms.currency)
        ]
    )
    await check_categories(tx, drafts)
    await check_codes(tx, shop_id, drafts)
    await check_brands(tx, shop_id, drafts)
    handles = await choose_handles(tx, shop_id, drafts)
    ids = await insert_products(tx, shop_id, drafts, handles)
    await rewrite(tx, shop_id, ids)
    tx.announce(
        actor,
        *(
            ProductCreated(shop_id, product_id, draft.title)
            for product_id, draft in zip(ids, drafts, strict=True)
        ),
    )
    return ids


async def edit_product(tx: Tx, actor: Actor, product_id: ProductId, draft: ProductDraft) -> None:
    """Change a product's content.

    A draft changes at once; a product that waits for its audit or failed it is changed and
    audited again. One that was on sale keeps its content until the edit is approved; new prices
    of SKUs that it has count at once, and if nothing else changed there is nothing to audit.
    Raises Invalid, CannotEdit, NoSuchCategory, NotALeaf, NoSuchBrand, SellerSkuTaken, Absent.
    """
    shop_id = draft.shop_id
    require(may_edit_products(actor, shop_id), "products.edit", actor)
    terms = await terms_of(tx, shop_id)
    draft = named(tidied(draft))
    check(draft_problems(draft, terms.rules, terms.currency))
    await check_categories(tx, [draft])
    row = await locked(tx, shop_id, product_id)
    if Status(row.status) not in _EDITABLE:
        raise CannotEdit(product_id, row.status)
    if Status(row.status) is not Status.DRAFT:
        check(list(missing_problems(draft.category_id, draft.attributes)))
    await check_codes(tx, shop_id, [draft], own=product_id)
    await check_brands(tx, shop_id, [draft])
    if Status(row.status) in ON_THE_SHELF:
        await _edit_beside(tx, actor, product_id, row, draft)
        return
    await replace_content(tx, product_id, draft)
    revision = await tx.one(sql.RAISE_REVISION, shop_id=shop_id, id=product_id, now=tx.now)
    tx.announce(actor, ProductChanged(shop_id, product_id, revision))
    if Status(row.status) is not Status.DRAFT:
        await _audit_again(tx, actor, row, revision, Status.PENDING)
    await rewrite(tx, shop_id, [product_id])


async def _edit_beside(
    tx: Tx, actor: Actor, product_id: ProductId, row: sql.ProductRow, draft: ProductDraft
) -> None:
    shop_id = draft.shop_id
    skus = await tx.all(sql.SKUS, shop_id=shop_id, product_ids=[product_id])
    kept, _ = matched(draft, skus, product_id)
    prices = [PriceChange(sku.id, sku.draft.price) for sku in kept]
    await _set_prices(tx, actor, shop_id, prices, {sku.id: sku for sku in skus})
    if _audited(draft) == _audited(base_draft(row, skus)):
        await _edit_freely(tx, actor, product_id, row, draft)
        return
    await tx.run(
        sql.STORE_EDIT,
        shop_id=shop_id,
        product_id=product_id,
        draft=draft_as_json(draft),
        actor=actor.label,
        now=tx.now,
    )
    revision = await tx.one(sql.RAISE_REVISION, shop_id=shop_id, id=product_id, now=tx.now)
    await _audit_again(tx, actor, row, revision, None)
    await rewrite(tx, shop_id, [product_id])


async def _edit_freely(
    tx: Tx, actor: Actor, product_id: ProductId, row: sql.ProductRow, draft: ProductDraft
) -> None:
    """Codes and weights count at once; an edit that waited is taken back by going back."""
    shop_id = draft.shop_id
    await replace_content(tx, product_id, draft)
    await tx.run(sql.FORGET_EDIT, shop_id=shop_id, product_id=product_id)
    revision = await tx.one(sql.RAISE_REVISION, shop_id=shop_id, id=product_id, now=tx.now)
    await set_audit(tx, [row], {product_id: AuditStatus.APPROVED})
    tx.announce(actor, ProductChanged(shop_id, product_id, revision))
    await rewrite(tx, shop_id, [product_id])


async def _audit_again(
    tx: Tx, actor: Actor, row: sql.ProductRow, revision: int, status: Status | None
) -> None:
    shop_id, product_id = ShopId(row.shop_id), ProductId(row.id)
    if status is not None and row.status != status:
        await move(tx, shop_id, [product_id], lambda _: status)
    await set_audit(tx, [row], {product_id: AuditStatus.AUDITING})
    tx.announce(actor, ProductSubmitted(shop_id, product_id, revision))
    tx.enqueue(AUDIT, Audit(shop_id, (product_id,)))


async def add_image(
    tx: Tx, actor: Actor, shop_id: ShopId, product_id: ProductId, image: Image
) -> None:
    """Add a stored picture at the end. Raises as `edit_product`; its audit rule holds, too."""
    require(may_edit_products(actor, shop_id), "products.edit", actor)
    row = await locked(tx, shop_id, product_id)
    skus = await tx.all(sql.SKUS, shop_id=shop_id, product_ids=[product_id])
    draft = draft_from_json(shop_id, row.draft) if row.draft is not None else base_draft(row, skus)
    await edit_product(tx, actor, product_id, replace(draft, images=(*draft.images, image)))


async def change_prices(
    tx: Tx, actor: Actor, shop_id: ShopId, changes: Sequence[PriceChange]
) -> None:
    """Set prices at once, without an audit.

    Raises Invalid, CannotEdit for a product that is put away or taken down, Absent for a SKU that
    is not the shop's.
    """
    require(may_edit_products(actor, shop_id), "products.edit", actor)
    terms = await terms_of(tx, shop_id)
    check(price_problems(list(changes), terms.currency))
    ids = sorted({change.sku_id for change in changes})
    if len(ids) < len(changes):
        check([Problem("prices", "A SKU has two new prices.", "Give each SKU one price.")])
    rows = await tx.all(sql.SKUS_BY_ID, shop_id=shop_id, ids=ids)
    if len(rows) < len(ids):
        raise Absent("SKU")
    product_ids = sorted({row.product_id for row in rows})
    for product in await tx.all(sql.STATUSES, shop_id=shop_id, ids=product_ids):
        if Status(product.status) not in _EDITABLE:
            raise CannotEdit(ProductId(product.id), product.status)
    await _set_prices(tx, actor, shop_id, changes, {row.id: row for row in rows})


async def _set_prices(
    tx: Tx,
    actor: Actor,
    shop_id: ShopId,
    changes: Sequence[PriceChange],
    rows: dict[int, sql.SkuRow],
) -> None:
    moving = [change for change in changes if rows[change.sku_id].price_minor != change.price.minor]
    if not moving:
        return
    await tx.run(
        sql.SET_PRICES,
        shop_id=shop_id,
        ids=[change.sku_id for change in moving],
        prices=[change.price.minor for change in moving],
    )
    by_product: dict[ProductId, list[PriceMove]] = {}
    for change in moving:
        row = rows[change.sku_id]
        move = PriceMove(row.id, row.price_minor, change.price.minor)
        by_product.setdefault(ProductId(row.product_id), []).append(move)
    await rewrite(tx, shop_id, sorted(by_product))
    code = moving[0].price.currency.code
    for product_id, moves in sorted(by_product.items()):
        tx.announce(actor, PricesChanged(shop_id, product_id, code, tuple(moves)))


async def locked(tx: Tx, shop_id: ShopId, product_id: ProductId) -> sql.ProductRow:
    """The product, locked until the transaction ends. Raises Absent."""
    rows = await tx.all(sql.LOCK_PRODUCTS, shop_id=shop_id, ids=[product_id])
    if not rows:
        raise Absent("product")
    return rows[0]


def base_draft(row: sql.ProductRow, skus: Sequence[sql.SkuRow]) -> ProductDraft:
    """The content that counts now, as a draft."""
    plain = {
        "title": row.title,
        "description_html": row.description_html,
        "category_id": row.category_id,
        "axes": row.axes,
        "images": row.images,
        "attributes": row.attributes,
        "details": row.details,
        "handle": "",
        "skus": [sku._asdict() for sku in skus],
    }
    return draft_from_json(ShopId(row.shop_id), plain)


def _audited(draft: ProductDraft) -> object:
    """What an audit looks at: everything that buyers read or see, but no prices."""
    return (
        draft.title,
        draft.description_html,
        draft.category_id,
        draft.axes,
        draft.images,
        draft.attributes,
        [(sku.options, sku.image_key) for sku in draft.skus],
    )
