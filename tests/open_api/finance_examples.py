"""Examples of the group Finance."""

from clipcart import settlement
from clipcart.kit.ids import new_id
from clipcart.kit.money import Money
from tests.open_api.bench import Bench, Example
from tests.open_api.examples import example
from tests.open_api.trade import buy, days_later


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
