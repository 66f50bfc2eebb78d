"""Money: the proof, and one order's way."""

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from clipcart.kit.ids import OrderId
from clipcart.ops.desk import Desk, number_of, shop_id_of
from clipcart.ops.pages import money as pages


@get("/money")
async def money(desk: NamedDependency[Desk]) -> Response[str] | Redirect:
    """The proof; with a number, the way to that order's money."""
    number = desk.query("number")
    if number is None:
        return desk.html("money.html", await pages.money_page(desk))
    async with desk.visit.reading() as tx:
        found = await pages.find_order(tx, number)
    if found is not None:
        return desk.redirect(f"/ops/money/{found[0]}/{found[1]}")
    error = "No order has this number. Copy it from the order's page or from an e-mail."
    return desk.html("money.html", await pages.money_page(desk, number, error), status=404)


@get("/money/proof")
async def proof(desk: NamedDependency[Desk]) -> Response[str] | Redirect:
    """The sign alone, for the overview."""
    if not desk.is_fragment:
        return desk.redirect("/ops/money")
    return desk.html("_proof.html", await pages.proof_fragment(desk))


@get("/money/{shop:str}/{number:str}")
async def order_money(
    desk: NamedDependency[Desk], shop: FromPath[str], number: FromPath[str]
) -> Response[str]:
    """Where one order's money is."""
    order_id = OrderId(number_of(number, "order"))
    return desk.html(
        "order_money.html", await pages.order_money_page(desk, shop_id_of(shop), order_id)
    )


ROUTES = (money, proof, order_money)
