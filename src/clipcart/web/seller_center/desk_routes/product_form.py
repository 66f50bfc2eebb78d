"""The product form: new and existing products, step by step, without JavaScript."""

from collections.abc import Mapping
from dataclasses import replace

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from clipcart import catalog, inventory, markets
from clipcart.catalog import ProductDraft, Status
from clipcart.doorway import Notice, Visit
from clipcart.doorway.pages import errors_of
from clipcart.inventory import StockChange
from clipcart.kit.db import Tx
from clipcart.kit.errors import Invalid, Problem, Refusal, check
from clipcart.kit.ids import ProductId, ShopId
from clipcart.kit.images import check_picture
from clipcart.kit.text import sentence
from clipcart.web.seller_center.desk_routes.goods import key_of
from clipcart.web.seller_center.frame import Desk, at_work, require_grant, shop_id_of
from clipcart.web.seller_center.pages import product_form as pages
from clipcart.web.seller_center.pages.typed_product import (
    TypedPicture,
    TypedProduct,
    axis_problems,
    draft_of,
    field_of,
    matching,
    typed_from,
    with_table,
)

TEMPLATE = "sell/product_form.html"
UPLOADS_MAX = 12
FIRST_COUNT = "First count"
CHANGED = Notice("info", "The variants are different now. Look at the new rows, then save.")


@get("/sell/{shop:str}/products/new", include_in_schema=False)
async def begin(visit: NamedDependency[Visit], shop: FromPath[str]) -> Response[str]:
    """The form for a new product."""
    return visit.html(TEMPLATE, await pages.new_page(visit, shop_id_of(visit, shop)))


@get("/sell/{shop:str}/products/{number:str}/edit", include_in_schema=False)
async def edit(
    visit: NamedDependency[Visit], shop: FromPath[str], number: FromPath[str]
) -> Response[str]:
    """The form for a product that is there."""
    shop_id, product_id = key_of(visit, shop, number)
    return visit.html(TEMPLATE, await pages.edit_page(visit, shop_id, product_id))


@post("/sell/{shop:str}/products/new", include_in_schema=False)
async def create(visit: NamedDependency[Visit], shop: FromPath[str]) -> Response[str] | Redirect:
    """A step of the form, or the product."""
    return await _step(visit, shop_id_of(visit, shop), None)


@post("/sell/{shop:str}/products/{number:str}/edit", include_in_schema=False)
async def change(
    visit: NamedDependency[Visit], shop: FromPath[str], number: FromPath[str]
) -> Response[str] | Redirect:
    """A step of the form, or the changed product."""
    shop_id, product_id = key_of(visit, shop, number)
    return await _step(visit, shop_id, product_id)


async def _step(
    visit: Visit, shop_id: ShopId, product_id: ProductId | None
) -> Response[str] | Redirect:
    async with visit.reading() as tx:
        desk = await at_work(tx, visit, shop_id)
        require_grant(desk, "products.edit")
        rules = desk.market.at(tx.now)
    typed = typed_from(visit.form, rules.images_max)
    pressed = visit.form.text("do")
    try:
        typed = await _with_uploads(visit, typed)
        if visit.form.has("remove") or visit.form.has("first"):
            return await _show(visit, shop_id, product_id, _arranged(visit, typed))
        if pressed == "category":
            return await _show(visit, shop_id, product_id, typed)
        check(axis_problems(typed, rules))
        had = [row.options for row in typed.rows]
        typed = with_table(typed)
        is_new_table = [row.options for row in typed.rows] != had
        if is_new_table or pressed in ("table", "next"):
            _check_details(typed, rules)
            is_odd = is_new_table and pressed in ("save", "submit")
            trouble = CHANGED if is_odd else None
            return await _show(visit, shop_id, product_id, typed, trouble=trouble)
        draft, problems = draft_of(typed, shop_id, desk.currency)
        check(problems)
        return await _save(visit, desk, product_id, typed, draft, submits=pressed == "submit")
    except Refusal as refusal:
        errors, trouble, status = _told(refusal, typed)
        return await _show(visit, shop_id, product_id, typed, errors, trouble, status)


async def _show(
    visit: Visit,
    shop_id: ShopId,
    product_id: ProductId | None,
    typed: TypedProduct,
    errors: Mapping[str, str] = pages.NOTHING,
    trouble: Notice | None = None,
    status: int = 200,
) -> Response[str]:
    if product_id is None:
        page = await pages.new_page(visit, shop_id, typed, errors, trouble)
    else:
        page = await pages.edit_page(visit, shop_id, product_id, typed, errors, trouble)
    return visit.html(TEMPLATE, page, status=status)


def _check_details(typed: TypedProduct, rules: markets.Rules) -> None:
    """What can be said before there are prices, so that nobody learns of it at the very end."""
    length = len(typed.title)
    title = Problem(
        "title",
        f"A title has {rules.title_min} to {rules.title_max} characters; this one has {length}.",
        "Name the thing, its material and its size.",
    )
    category = Problem("category", "The category is missing.", "Choose the closest one.")
    check(
        [
            None if rules.title_min <= length <= rules.title_max else title,
            None if typed.category else category,
        ]
    )


async def _with_uploads(visit: Visit, typed: TypedProduct) -> TypedProduct:
    """The form with its new pictures stored. Raises Invalid for a file that is none."""
    added = []
    for upload in visit.form.uploads("pictures")[:UPLOADS_MAX]:
        try:
            picture = check_picture("pictures", upload.content)
        except Invalid as refusal:
            raise Invalid(
                [
                    replace(each, rule=f"{upload.name[:60]}: {each.rule}")
                    for each in refusal.problems
                ]
            ) from refusal
        files = visit.services.files
        key = await files.put_picture("products", picture.content, picture.thumbnail)
        added.append(TypedPicture(key))
    known = {each.key for each in typed.pictures}
    return replace(
        typed, pictures=(*typed.pictures, *(each for each in added if each.key not in known))
    )


def _arranged(visit: Visit, typed: TypedProduct) -> TypedProduct:
    """A picture taken out, or put first."""
    out, first = visit.form.text("remove"), visit.form.text("first")
    kept = [each for each in typed.pictures if each.key != out]
    kept.sort(key=lambda each: each.key != first)
    return replace(typed, pictures=tuple(kept))


async def _save(
    visit: Visit,
    desk: Desk,
    product_id: ProductId | None,
    typed: TypedProduct,
    draft: ProductDraft,
    *,
    submits: bool,
) -> Redirect:
    async def body(tx: Tx) -> tuple[ProductId, int]:
        return await _write(tx, desk, product_id, typed, draft, submits=submits)

    saved, uncounted = await visit.do(body)
    if product_id is None:
        notice = "Saved and sent for review." if submits else "Saved as a draft."
    else:
        notice = "Saved and sent for review." if submits else "Saved."
    if uncounted:
        notice += " New variants can be counted in once they are through the review."
    return visit.redirect(f"{desk.url}/products/{saved}", notice)


async def _write(
    tx: Tx,
    desk: Desk,
    product_id: ProductId | None,
    typed: TypedProduct,
    draft: ProductDraft,
    *,
    submits: bool,
) -> tuple[ProductId, int]:
    """The product with its stock; and of how many variants the stock could not be kept yet."""
    actor, shop_id = desk.actor, desk.shop_id
    status = Status.DRAFT
    if product_id is None:
        product_id = await catalog.create_product(tx, actor, draft)
    else:
        found = await catalog.product_for(tx, actor, shop_id, product_id)
        status = found.product.status
        await catalog.edit_product(tx, actor, product_id, draft)
    if submits and status is Status.DRAFT:
        await catalog.submit(tx, actor, shop_id, [product_id])
    skus = (await catalog.skus_of_products(tx, actor, shop_id, [product_id]))[product_id]
    changes = []
    for sku in skus:
        row = matching(typed.rows, sku.options)
        if row is None or not row.stock or row.stock == row.old_stock:
            continue
        old = int(row.old_stock) if row.old_stock.isdecimal() else 0
        if int(row.stock) != old:
            changes.append(StockChange(shop_id, sku.id, int(row.stock) - old, note=FIRST_COUNT))
    if changes:
        await inventory.adjust(tx, actor, changes)
    there = {sku.options for sku in skus}
    return product_id, sum(1 for row in typed.rows if row.stock and row.options not in there)


def _told(refusal: Refusal, typed: TypedProduct) -> tuple[Mapping[str, str], Notice | None, int]:
    """Errors at the form's fields, or a notice on top, and the status. Others go on up."""
    if isinstance(refusal, Invalid):
        problems = [
            replace(problem, field=field_of(problem.field, typed)) for problem in refusal.problems
        ]
        return errors_of(problems), None, 422
    text = sentence(refusal.code, refusal.facts)
    if isinstance(refusal, catalog.SellerSkuTaken):
        code = refusal.facts["seller_sku"]
        place = next((n for n, row in enumerate(typed.rows) if row.code == code), 0)
        return {f"code-{place}": text}, None, 422
    if isinstance(refusal, catalog.NoSuchCategory | catalog.NotALeaf):
        return {"category": text}, None, 422
    if isinstance(
        refusal,
        catalog.CannotEdit
        | catalog.CannotMove
        | inventory.StockIsReserved
        | inventory.TooMuchStock
        | inventory.NoWarehouse,
    ):
        return {}, Notice("warn", text), 409
    raise refusal


ROUTES = (begin, edit, create, change)
