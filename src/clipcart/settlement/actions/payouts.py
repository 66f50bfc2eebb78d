"""What the bank says of payouts, booked once; callbacks are kept first and read by a job."""

from collections.abc import Mapping, Sequence

from clipcart.identity import job_actor
from clipcart.kit.db import Tx
from clipcart.kit.ids import PayoutId, ShopId
from clipcart.kit.money import Money
from clipcart.settlement._sql import money as sql
from clipcart.settlement.actions.booking import Booking, book
from clipcart.settlement.events import PayoutFailed, PayoutPaid
from clipcart.settlement.model import (
    READ_CALLBACK,
    Account,
    PayoutState,
    ReadCallback,
    transfer,
)
from clipcart.settlement.ports import Bank, BankNews, Said

ACTOR = job_actor("settlement.payouts")


async def store_bank_callbacks(
    tx: Tx, bank: Bank, callbacks: Sequence[tuple[Mapping[str, str], bytes]]
) -> None:
    """Keep genuine callbacks as jobs, to be read after the commit.

    Raises CallbackRefused for any that the bank did not sign.
    """
    for headers, body in callbacks:
        callback_id = bank.verify(headers, body)
        tx.enqueue(READ_CALLBACK, ReadCallback(bank.name, body.decode()), dedupe_key=callback_id)


async def hear_bank(tx: Tx, bank: str, news: Sequence[BankNews]) -> None:
    """Book what the bank says of payouts. Only a payout that is PROCESSING can end, once."""
    pending = [item for item in news if item.said is Said.PENDING]
    if pending:
        await tx.run(
            sql.SENT,
            shop_ids=[item.shop_id for item in pending],
            ids=[item.payout_id for item in pending],
            refs=[item.ref for item in pending],
            bank=bank,
            now=tx.now,
        )
    # One saying per payout and statement: an update must not meet a row twice.
    ended = {item.payout_id: item for item in reversed(news) if item.said is not Said.PENDING}
    if not ended:
        return
    keys = sorted((item.shop_id, item.payout_id) for item in ended.values())
    items = [ended[payout_id] for _, payout_id in keys]
    rows = await tx.all(
        sql.END_PAYOUTS,
        shop_ids=[item.shop_id for item in items],
        ids=[item.payout_id for item in items],
        states=[_state(item).value for item in items],
        failures=[
            (item.reason or "unknown") if item.said is not Said.PAID else None for item in items
        ],
        amount_minors=[item.amount.minor for item in items],
        currencies=[item.amount.currency.code for item in items],
        refs=[item.ref for item in items],
        bank=bank,
        now=tx.now,
    )
    await book(tx, ACTOR, [_booking(row) for row in rows])
    tx.announce(ACTOR, *(_fact(row) for row in rows))


def _state(news: BankNews) -> PayoutState:
    return PayoutState.PAID if news.said is Said.PAID else PayoutState.FAILED


def _booking(row: sql.PayoutRow) -> Booking:
    paid = row.state == PayoutState.PAID
    kind = "payout_paid" if paid else "payout_returned"
    target = Account.BANK if paid else Account.SELLER_AVAILABLE
    payout_id = PayoutId(row.id)
    moved = transfer(
        kind,
        f"{kind}:{payout_id}",
        ShopId(row.shop_id),
        Account.PAYOUT_IN_TRANSIT,
        target,
        Money.of(row.amount_minor, row.currency),
    )
    return Booking(moved, payout_id)


def _fact(row: sql.PayoutRow) -> PayoutPaid | PayoutFailed:
    shop_id, payout_id = ShopId(row.shop_id), PayoutId(row.id)
    if row.state == PayoutState.PAID:
        return PayoutPaid(shop_id, payout_id, row.amount_minor, row.currency)
    return PayoutFailed(
        shop_id, payout_id, row.amount_minor, row.currency, row.failure or "unknown"
    )
