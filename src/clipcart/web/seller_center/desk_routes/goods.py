"""Products of a shop: the list, one of them, quick changes, and moving it on and off sale."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from clipcart import catalog, inventory
from clipcart.catalog import CannotMove, PriceChange
from clipcart.doorway import Notice, Visit
from clipcart.doorway.pages import errors_of
from clipcart.identity import Actor
from clipcart.inventory import StockChange
from clipcart.kit.db import Tx
from clipcart.kit.errors import Absent, Invalid, Problem, check
from clipcart.kit.ids import ProductId, ShopId, SkuId, parse_id
from clipcart.kit.money import Currency, Money, MoneyFormatError
from clipcart.kit.text import sentence
from clipcart.web.seller_center.frame import at_work, shop_id_of
from clipcart.web.seller_center.pages import goods as pages
from clipcart.web.seller_center.pages.typed_product import STOCK_MAX

Verb = Callable[[Tx, Actor, ShopId, Sequence[ProductId]], Awaitable[None]]
VERBS: Final[Mapping[str, tuple[Verb, str]]] = {
    "submit": (catalog.submit, "Sent for review. You see here how it went."),
    "activate": (catalog.activate, "On sale again."),
    "deactivate": (catalog.deactivate, "Off sale. Orders that are there go on."),
    "delete": (catalog.delete, "Deleted. You find it among the deleted ones."),
    "recover": (catalog.recover, "Recovered. It is not on sale yet."),
}
COUNTED = "Counted in the product list"


def key_of(visit: Visit, shop: str, number: str) -> tuple[ShopId, ProductId]:
    """The product that an address names. Raises SignInNeeded, Absent."""
    shop_id, product_id = shop_id_of(visit, shop), parse_id(number)
    if product_id is None:
        raise Absent("product")
    return shop_id, ProductId(product_id)


@get("/sell/{shop:str}/products", include_in_schema=False)
async def look_at_all(visit: NamedDependency[Visit], shop: FromPath[str]) -> Response[str]:
    """The products of the shop."""
    page = await pages.products_page(visit, shop_id_of(visit, shop))
    return visit.html("sell/products.html", page)


@get("/sell/{shop:str}/products/{number:str}", include_in_schema=False)
async def look(
    visit: NamedDependency[Visit], shop: FromPath[str], number: FromPath[str]
) -> Response[str]:
    """One product."""
    shop_id, product_id = key_of(visit, shop, number)
    return visit.html("sell/product.html", await pages.product_page(visit, shop_id, product_id))


@post("/sell/{shop:str}/products/{number:str}/quick", include_in_schema=False)
async def quick(
    visit: NamedDependency[Visit], shop: FromPath[str], number: FromPath[str]
) -> Response[str] | Redirect:
    """Change prices and stock at once. What nobody touched stays as colleagues left it."""
    shop_id, product_id = key_of(visit, shop, number)

    async def body(tx: Tx) -> int:
        desk = await at_work(tx, visit, shop_id)
        prices, counts = _changes(visit, shop_id, desk.currency)
        if prices:
            await catalog.change_prices(tx, desk.actor, shop_id, prices)
        if counts:
            await inventory.adjust(tx, desk.actor, counts)
        return len({each.sku_id for each in prices} | {each.sku_id for each in counts})

    try:
        changed = await visit.do(body)
    except Invalid as refusal:
        errors, trouble, status = errors_of(refusal.problems), None, 422
    except (inventory.StockIsReserved, inventory.TooMuchStock, inventory.NoWarehouse) as refusal:
        errors, status = {}, 409
        trouble = Notice("warn", sentence(refusal.code, refusal.facts))
    else:
        back = f"/sell/{shop_id}/products"
        if visit.form.text("from") != "list":
            back += f"/{product_id}"
        notice = "Saved. Buyers see it now." if changed else "Nothing was different."
        return visit.redirect(back, notice, "ok" if changed else "info")
    page = await pages.product_page(
        visit, shop_id, product_id, typed=visit.form.values(), errors=errors, trouble=trouble
    )
    return visit.html("sell/product.html", page, status=status)


def _changes(
    visit: Visit, shop_id: ShopId, currency: Currency
) -> tuple[list[PriceChange], list[StockChange]]:
    """What was typed differently from what was shown. Raises Invalid with the form's fields."""
    form = visit.form
    problems: list[Problem | None] = []
    prices, counts = [], []
    for name in form.names("price-"):
        sku_id = parse_id(name.removeprefix("price-"))
        if sku_id is None or form.text(name) == form.text(f"old-{name}"):
            continue
        try:
            price = Money.parse(form.text(name), currency)
            if not price.is_positive:
                raise MoneyFormatError("a price is more than nothing")
            prices.append(PriceChange(SkuId(sku_id), price))
        except MoneyFormatError as error:
            example = Money(24 * currency.scale, currency).decimal_string()
            problems.append(Problem(name, f"{error}.", f"Write it like {example}."))
    for name in form.names("stock-"):
        sku_id = parse_id(name.removeprefix("stock-"))
        text, old = form.text(name), form.text(f"old-{name}")
        if sku_id is None or text == old:
            continue
        if not _is_count(text) or not _is_count(old):
            problems.append(Problem(name, "This is no number of pieces.", "Write a whole number."))
            continue
        change = StockChange(shop_id, SkuId(sku_id), int(text) - int(old), note=COUNTED)
        counts.append(change)
    check(problems)
    return prices, counts


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 8 and int(text) <= STOCK_MAX


@post("/sell/{shop:str}/products/{number:str}/{verb:str}", include_in_schema=False)
async def move(
    visit: NamedDependency[Visit], shop: FromPath[str], number: FromPath[str], verb: FromPath[str]
) -> Redirect:
    """Send for review, put on sale, take off, delete, recover."""
    shop_id, product_id = key_of(visit, shop, number)
    if verb not in VERBS:
        raise Absent("page")
    act, notice = VERBS[verb]

    async def body(tx: Tx) -> None:
        desk = await at_work(tx, visit, shop_id)
        await act(tx, desk.actor, shop_id, [product_id])

    url = f"/sell/{shop_id}/products/{product_id}"
    try:
        await visit.do(body)
    except CannotMove as refusal:
        return visit.redirect(url, sentence(refusal.code, refusal.facts), "warn")
    return visit.redirect(url, notice)


ROUTES = (look_at_all, look, quick, move)
