"""The worked example of docs/how/settlement.md, done again and compared to the cent."""

from datetime import timedelta
from pathlib import Path

from clipcart.kit.money import USD, Money
from tests.orders.world import Wish
from tests.settlement.world import DAY, Books

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how" / "settlement.md"
Table = dict[str, dict[str, int]]


def minor(text: str) -> int:
    return Money.parse(text, USD).minor


def table(first_heading: str) -> Table:
    """A table of the page: row -> column -> minor units."""
    lines = PAGE.read_text().splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith(f"| {first_heading} |"))
    heads = [cell.strip() for cell in lines[start].strip("|").split("|")]
    found: Table = {}
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        pairs = zip(heads[1:], cells[1:], strict=True)
        found[cells[0]] = {head: minor(cell) for head, cell in pairs}
    return found


async def compare(books: Books, expected: dict[str, int]) -> None:
    async with books.db.reading() as tx:
        rows = await tx._connection.fetch("select account, balance_minor from ledger.balance")
    kept = {row["account"]: row["balance_minor"] for row in rows}
    assert {account: kept.get(account, 0) for account in expected} == expected
    assert sum(expected.values()) == 0
    assert set(kept) <= set(expected)


async def test_the_worked_example(books: Books) -> None:
    steps = table("after")
    assert len(steps) == 6
    order_id = await books.trade.place(Wish(await books.trade.sku(), 2, 1999, 290))
    # Every fact is delivered on its own, so that each row of the table can be seen.
    seen = False
    for _ in range(20):
        await books.engine.step()
        async with books.db.reading() as tx:
            kinds = await tx._connection.fetch("select kind from ledger.journal")
        if len(kinds) == 1:
            await compare(books, steps["captured"])
            seen = True
    assert seen
    await compare(books, steps["paid"])
    await books.pass_(timedelta(hours=2))
    await books.trade.ship(order_id)
    await books.trade.collect(order_id)
    await books.trade.deliver(order_id)
    await books.pass_(7 * DAY + timedelta(minutes=5))
    await compare(books, steps["released"])
    while not await books.payouts():
        await books.pass_(timedelta(minutes=10))
    await compare(books, steps["payout started"])
    await books.pass_(3 * DAY)
    await compare(books, steps["payout paid"])
    await books.refund(order_id, 1000)
    await compare(books, steps["10.00 refunded"])
    await books.pass_(DAY)
    found = {
        name: {
            "opening": detail.statement.opening.minor,
            "lines": sum(line.amount.minor for line in detail.lines),
            "closing": detail.statement.closing.minor,
        }
        for name, detail in zip(("first", "second", "third"), await books.statements(), strict=True)
    }
    assert found == table("statement")
    assert (await books.prove()).holds


def test_the_order_of_the_example_adds_up() -> None:
    text = PAGE.read_text()
    for amount in (2 * 1999 + 599 + 290, 4887 - 290 - 240):
        assert Money(amount, USD).decimal_string() in text
