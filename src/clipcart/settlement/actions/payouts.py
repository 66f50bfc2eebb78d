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


async def hear_bank(tx: Tx, bank: str, news: BankNews) -> None:
    """Book what the bank says of a payout. Only a payout that is PROCESSING can end, once."""
    key = {"shop_id": news.shop_id, "id": news.payout_id}
    if news.said is Said.PENDING:
        await tx.run(sql.SENT, **key, bank=bank, ref=news.ref, now=tx.now)
        return
    state = PayoutState.PAID if news.said is Said.PAID else PayoutState.FAILED
    reason = news.reason or "unknown"
    row = await tx.maybe(
        sql.END_PAYOUT,
        **key,
        state=state.value,
        failure=reason if state is PayoutState.FAILED else None,
        amount_minor=news.amount.minor,
        currency=news.amount.currency.code,
        bank=bank,
        ref=news.ref,
        now=tx.now,
    )
    if row is None:
        return
    shop_id, payout_id = ShopId(row.shop_id), PayoutId(row.id)
    amount = Money.of(row.amount_minor, row.currency)
    paid = state is PayoutState.PAID
    kind = "payout_paid" if paid else "payout_returned"
    target = Account.BANK if paid else Account.SELLER_AVAILABLE
    moved = transfer(
        kind, f"{kind}:{payout_id}", shop_id, Account.PAYOUT_IN_TRANSIT, target, amount
    )
    await book(tx, ACTOR, [Booking(moved, payout_id)])
    if paid:
        tx.announce(ACTOR, PayoutPaid(shop_id, payout_id, amount.minor, row.currency))
    else:
        tx.announce(ACTOR, PayoutFailed(shop_id, payout_id, amount.minor, row.currency, reason))
