"""The shop's money: balance and statements, as pages and for spreadsheets."""

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from clipcart import settlement
from clipcart.doorway import Visit, file_response
from clipcart.web.seller_center.frame import at_work, shop_id_of
from clipcart.web.seller_center.pages import money as pages


@get("/sell/{shop:str}/money", include_in_schema=False)
async def look_at_all(visit: NamedDependency[Visit], shop: FromPath[str]) -> Response[str]:
    """Balance, forecast, payouts, statements."""
    page = await pages.money_page(visit, shop_id_of(visit, shop))
    return visit.html("sell/money.html", page)


@get("/sell/{shop:str}/money/statements/{number:str}", include_in_schema=False)
async def statement(
    visit: NamedDependency[Visit], shop: FromPath[str], number: FromPath[str]
) -> Response[str]:
    """One day's statement."""
    page = await pages.statement_page(visit, shop_id_of(visit, shop), number)
    return visit.html("sell/statement.html", page)


@get("/sell/{shop:str}/money/statements/{number:str}/statement.csv", include_in_schema=False)
async def statement_csv(
    visit: NamedDependency[Visit], shop: FromPath[str], number: FromPath[str]
) -> Response[bytes]:
    """The same for a spreadsheet."""
    shop_id, statement_id = shop_id_of(visit, shop), pages.statement_id_of(number)
    async with visit.reading() as tx:
        desk = await at_work(tx, visit, shop_id)
        detail = await settlement.statement_for(tx, desk.actor, shop_id, statement_id)
    name = f"statement-{desk.shop.handle}-{detail.statement.day}.csv"
    content = settlement.statement_csv(detail).encode("utf-8-sig")
    return file_response(content, "text/csv; charset=utf-8", name, inline=False)


ROUTES = (look_at_all, statement, statement_csv)
