"""The cart: look, put in, change, take out. Works for guests as well."""

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect

from clipcart import checkout
from clipcart.checkout import CartChange, TooMany
from clipcart.doorway import Visit
from clipcart.kit.db import Tx
from clipcart.kit.errors import Absent
from clipcart.kit.ids import ShopId, SkuId
from clipcart.kit.text import sentence
from clipcart.web.storefront.frame import remember_count
from clipcart.web.storefront.pages import cart as pages

MOST = 9_999


@get("/cart", include_in_schema=False)
async def look(visit: NamedDependency[Visit]) -> Response[str]:
    """The cart."""
    return visit.html("storefront/cart.html", await pages.cart_page(visit))


@post("/cart/add", include_in_schema=False)
async def add(visit: NamedDependency[Visit]) -> Redirect:
    """Put something in."""
    shop_id, sku_id = _key(visit)
    quantity = visit.form.number("quantity", low=1, high=MOST, default=1)
    change = CartChange(shop_id, sku_id, quantity, adds=True)
    return await _change(visit, [change], "It is in your cart.")


@post("/cart/update", include_in_schema=False)
async def update(visit: NamedDependency[Visit]) -> Redirect:
    """Change how many. The buttons beside the number send a step."""
    shop_id, sku_id = _key(visit)
    quantity = visit.form.number("quantity", low=0, high=MOST)
    step = visit.form.number("step", low=-1, high=1, default=0)
    return await _change(visit, [CartChange(shop_id, sku_id, max(quantity + step, 0))])


@post("/cart/remove", include_in_schema=False)
async def remove(visit: NamedDependency[Visit]) -> Redirect:
    """Take something out."""
    shop_id, sku_id = _key(visit)
    return await _change(visit, [CartChange(shop_id, sku_id, 0)], "Taken out.")


@post("/cart/cure", include_in_schema=False)
async def cure(visit: NamedDependency[Visit]) -> Redirect:
    """Take out what cannot be bought, and of the rest as much as there is."""
    async with visit.reading() as tx:
        cart = await checkout.cart(tx, visit.cart_owner)
        quotes = await checkout.quotes(tx, visit.market.id, cart.lines) if cart.lines else ()
        changes = pages.cures(quotes, tx.now)
    return await _change(visit, changes, "Done. This is what can be bought now.")


async def _change(visit: Visit, changes: list[CartChange], notice: str | None = None) -> Redirect:
    async def body(tx: Tx) -> checkout.Cart:
        return await checkout.change_cart(tx, visit.cart_owner, visit.market.id, changes)

    try:
        cart = await visit.do(body)
    except TooMany as refusal:
        return visit.redirect("/cart", sentence(refusal.code, refusal.facts), "warn")
    remember_count(visit, cart.units)
    return visit.redirect("/cart", notice)


def _key(visit: Visit) -> tuple[ShopId, SkuId]:
    key = pages.parse_key(visit.form.text("sku"))
    if key is None:
        raise Absent("product")
    return key


ROUTES = (look, add, update, remove, cure)
