"""The directory of shops; suspending and reinstating."""

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from clipcart import sellers
from clipcart.kit.ids import ShopId
from clipcart.ops.desk import Desk, Typed, shop_id_of
from clipcart.ops.pages.shops import PATH, shop_page, shops_page


@get("/shops")
async def shops(desk: NamedDependency[Desk]) -> Response[str]:
    """Every shop."""
    page = await shops_page(desk, desk.query("q"), desk.query("state"), desk.query("at"))
    return desk.html("shops.html", page)


@get("/shops/{shop:str}")
async def shop(desk: NamedDependency[Desk], shop: FromPath[str]) -> Response[str]:
    """One shop."""
    page = await shop_page(desk, shop_id_of(shop), desk.query("q"), desk.query("at"))
    return desk.html("shop.html", page)


@post("/shops/{shop:str}/suspend", status_code=200)
async def suspend(desk: NamedDependency[Desk], shop: FromPath[str]) -> Response[str] | Redirect:
    """Stop it from selling."""
    shop_id, reason = shop_id_of(shop), desk.form.text("reason")[:1000]
    return await desk.carry_out(
        lambda tx: sellers.suspend(tx, desk.actor, shop_id, reason),
        back=f"{PATH}/{shop_id}",
        done="The shop is suspended. Orders that were placed go on.",
        show=lambda typed: _again(desk, shop_id, typed),
    )


@post("/shops/{shop:str}/reinstate", status_code=200)
async def reinstate(desk: NamedDependency[Desk], shop: FromPath[str]) -> Response[str] | Redirect:
    """Let it sell again."""
    shop_id, reason = shop_id_of(shop), desk.form.text("reason")[:1000]
    return await desk.carry_out(
        lambda tx: sellers.reinstate(tx, desk.actor, shop_id, reason),
        back=f"{PATH}/{shop_id}",
        done="The shop sells again.",
        show=lambda typed: _again(desk, shop_id, typed),
    )


async def _again(desk: Desk, shop_id: ShopId, typed: Typed) -> Response[str]:
    page = await shop_page(desk, shop_id, None, None, typed)
    return desk.html("shop.html", page, status=422)


ROUTES = (shops, shop, suspend, reinstate)
