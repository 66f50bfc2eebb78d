"""Examples of the group Finance."""

from clipcart import settlement
from clipcart.kit.ids import new_id
from clipcart.kit.money import Money
from tests.open_api.bench import Bench, Example
from tests.open_api.examples import example
from tests.open_api.trade import buy, days_later, foreign_order


async def credited(bench: Bench, days: int = 2) -> None:
    """After a first sale the operator credits the shop; the day closes and it is paid out."""
    await buy(bench)
    async with bench.installation.db.transaction() as tx:
        await settlement.adjust(
            tx,
            bench.world.operator(),
            bench.shop_id,
            Money.of(250_00, "USD"),
            "A correction",
            key=str(new_id()),
        )
    await days_later(bench, days)


@example("GET /finance/202309/statements")
async def get_statements(bench: Bench) -> Example:
    await credited(bench)
    return Example(query={"sort_field": "statement_time"})


@example("GET /finance/202309/payments")
async def get_payments(bench: Bench) -> Example:
    await credited(bench)
    return Example(query={"sort_field": "create_time"})


@example("GET /finance/202309/withdrawals")
async def get_withdrawals(bench: Bench) -> Example:
    await credited(bench)
    return Example(query={"types": "WITHDRAW,SETTLE"})


async def _statement_id(bench: Bench) -> int:
    await credited(bench)
    async with bench.installation.db.reading() as tx:
        page = await settlement.statements(tx, bench.owner, bench.shop_id)
    return page.items[0].id


@example("GET /finance/202309/statements/{statement_id}/statement_transactions")
async def get_transactions_by_statement(bench: Bench) -> Example:
    return Example(
        places={"statement_id": await _statement_id(bench)},
        query={"sort_field": "order_create_time"},
    )


@example("GET /finance/202501/statements/{statement_id}/statement_transactions")
async def get_transactions_by_statement_broken_down(bench: Bench) -> Example:
    return await get_transactions_by_statement(bench)


@example("GET /finance/202309/orders/{order_id}/statement_transactions")
async def get_transactions_by_order(bench: Bench) -> Example:
    foreign = await foreign_order(bench)
    return Example(places={"order_id": await buy(bench)}, foreign={"order_id": foreign})


@example("GET /finance/202501/orders/{order_id}/statement_transactions")
async def get_transactions_by_order_and_sku(bench: Bench) -> Example:
    return await get_transactions_by_order(bench)


@example("GET /finance/202507/orders/unsettled")
async def get_unsettled_transactions(bench: Bench) -> Example:
    await buy(bench)
    return Example(query={"sort_field": "order_create_time"})
