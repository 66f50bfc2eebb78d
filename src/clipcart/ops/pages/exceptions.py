"""What does not fit: sayings of payment providers, and stock that differs from its book."""

from dataclasses import dataclass
from datetime import datetime

from clipcart import inventory, payments, sellers
from clipcart.doorway import Shell
from clipcart.kit.ids import ShopId
from clipcart.kit.money import Money
from clipcart.ops.desk import FRESH, Desk, Typed
from clipcart.ops.words import EXCEPTIONS, age, plain


@dataclass(frozen=True, slots=True)
class ExceptionView:
    """One saying that was not booked, and what to do about it."""

    id: int
    title: str
    advice: str
    said: str
    subject: str
    provider: str
    reference: str
    amount: Money
    at: datetime
    age: str | None


@dataclass(frozen=True, slots=True)
class ExceptionsPage:
    """ops/exceptions.html. `typed` belongs to the exception `typed_id`."""

    shell: Shell
    items: tuple[ExceptionView, ...]
    typed: Typed
    typed_id: int


@dataclass(frozen=True, slots=True)
class StockRow:
    """One place where stock and book differ."""

    shop_id: ShopId
    shop_name: str
    sku_id: int
    warehouse_id: int
    what: str
    stock: int
    book: int


@dataclass(frozen=True, slots=True)
class StockPage:
    """ops/stock.html."""

    shell: Shell
    rows: tuple[StockRow, ...]


async def exceptions_page(desk: Desk, typed: Typed = FRESH, typed_id: int = 0) -> ExceptionsPage:
    """Open ones, oldest first. One statement."""
    async with desk.visit.reading() as tx:
        found = await payments.open_exceptions(tx, desk.actor)
        now = tx.now
    return ExceptionsPage(
        desk.shell("Payment exceptions", "Payment exceptions"),
        tuple(
            ExceptionView(
                each.id,
                *EXCEPTIONS.get(each.kind.value, (plain(each.kind.value), "")),
                plain(each.said),
                each.subject,
                each.provider,
                each.provider_ref,
                each.amount,
                each.at,
                age(now, each.at),
            )
            for each in found
        ),
        typed,
        typed_id,
    )


async def stock_page(desk: Desk) -> StockPage:
    """The whole stock against its book. Two statements."""
    async with desk.visit.reading() as tx:
        found = await inventory.audit(tx)
        shops = await sellers.shops(tx, {each.shop_id for each in found}) if found else {}
    return StockPage(
        desk.shell("Stock", "Stock"),
        tuple(
            StockRow(
                each.shop_id,
                shops[each.shop_id].name if each.shop_id in shops else str(each.shop_id),
                each.sku_id,
                each.warehouse_id,
                plain(each.what),
                each.stock,
                each.book,
            )
            for each in found
        ),
    )
