"""Stock: the list, one SKU, counting, and where things lie."""

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from clipcart import inventory
from clipcart.doorway import Notice, Visit
from clipcart.doorway.pages import errors_of
from clipcart.inventory import StockChange, WarehouseDraft
from clipcart.kit.db import Tx
from clipcart.kit.errors import Absent, Invalid, Problem, check
from clipcart.kit.ids import ShopId, SkuId, WarehouseId, parse_id
from clipcart.kit.text import sentence
from clipcart.web.seller_center.frame import at_work, shop_id_of
from clipcart.web.seller_center.pages import stock as pages
from clipcart.web.seller_center.pages.typed_product import STOCK_MAX

NOTE_MAX = 300


@get("/sell/{shop:str}/inventory", include_in_schema=False)
async def look_at_all(visit: NamedDependency[Visit], shop: FromPath[str]) -> Response[str]:
    """The stock of the shop."""
    page = await pages.stock_page(visit, shop_id_of(visit, shop))
    return visit.html("sell/inventory.html", page)


@post("/sell/{shop:str}/inventory/warehouses", include_in_schema=False)
async def add_warehouse(
    visit: NamedDependency[Visit], shop: FromPath[str]
) -> Response[str] | Redirect:
    """Add a place that the shop ships from."""
    shop_id, form = shop_id_of(visit, shop), visit.form

    async def body(tx: Tx) -> None:
        desk = await at_work(tx, visit, shop_id)
        draft = WarehouseDraft(
            shop_id,
            form.text("name"),
            form.text("line1"),
            form.text("city"),
            form.text("region"),
            form.text("postal_code"),
            form.text("country").upper() or desk.market.country,
        )
        await inventory.add_warehouse(tx, desk.actor, draft)

    try:
        await visit.do(body)
    except Invalid as refusal:
        page = await pages.stock_page(
            visit, shop_id, typed=form.values(), errors=errors_of(refusal.problems)
        )
        return visit.html("sell/inventory.html", page, status=422)
    return visit.redirect(f"/sell/{shop_id}/inventory", "Added. You can count things in now.")


@get("/sell/{shop:str}/inventory/{number:str}", include_in_schema=False)
async def look(
    visit: NamedDependency[Visit], shop: FromPath[str], number: FromPath[str]
) -> Response[str]:
    """One SKU."""
    shop_id, sku_id = _key(visit, shop, number)
    return visit.html("sell/sku.html", await pages.sku_page(visit, shop_id, sku_id))


@post("/sell/{shop:str}/inventory/{number:str}", include_in_schema=False)
async def count(
    visit: NamedDependency[Visit], shop: FromPath[str], number: FromPath[str]
) -> Response[str] | Redirect:
    """Units that arrived, a correction, or a new count; the form says which."""
    shop_id, sku_id = _key(visit, shop, number)
    verb = visit.form.text("verb")
    if verb not in ("receive", "adjust", "count"):
        raise Absent("page")

    async def body(tx: Tx) -> None:
        desk = await at_work(tx, visit, shop_id)
        changes = [_change(visit, shop_id, sku_id, verb)]
        match verb:
            case "receive":
                await inventory.receive(tx, desk.actor, changes)
            case "adjust":
                await inventory.adjust(tx, desk.actor, changes)
            case _:
                await inventory.set_on_hand(tx, desk.actor, changes)

    errors, trouble = {}, None
    try:
        await visit.do(body)
    except Invalid as refusal:
        status, found = 422, errors_of(refusal.problems)
        errors = {f"{verb}-{field}": text for field, text in found.items()}
    except (inventory.StockIsReserved, inventory.TooMuchStock) as refusal:
        status = 422
        errors = {f"{verb}-quantity": sentence(refusal.code, refusal.facts)}
    except inventory.NoWarehouse as refusal:
        status, trouble = 409, Notice("warn", sentence(refusal.code, refusal.facts))
    else:
        return visit.redirect(f"/sell/{shop_id}/inventory/{sku_id}", "Written down.")
    page = await pages.sku_page(
        visit, shop_id, sku_id, typed=visit.form.values(), errors=errors, trouble=trouble
    )
    return visit.html("sell/sku.html", page, status=status)


def _change(visit: Visit, shop_id: ShopId, sku_id: SkuId, verb: str) -> StockChange:
    """What the form says. Raises Invalid."""
    form = visit.form
    low = -STOCK_MAX if verb == "adjust" else 0
    quantity = form.number("quantity", low=low, high=STOCK_MAX)
    note = form.text("note")[:NOTE_MAX]
    is_bare = verb == "adjust" and not note
    check(
        [
            Problem("note", "A correction needs a reason.", "Write it for your colleagues.")
            if is_bare
            else None,
            Problem("quantity", "A correction of nothing changes nothing.", "Write +3 or -2.")
            if verb == "adjust" and not quantity
            else None,
        ]
    )
    place = parse_id(form.text("warehouse"))
    return StockChange(shop_id, sku_id, quantity, WarehouseId(place) if place else None, note)


def _key(visit: Visit, shop: str, number: str) -> tuple[ShopId, SkuId]:
    shop_id, sku_id = shop_id_of(visit, shop), parse_id(number)
    if sku_id is None:
        raise Absent("SKU")
    return shop_id, SkuId(sku_id)


ROUTES = (look_at_all, add_warehouse, look, count)
