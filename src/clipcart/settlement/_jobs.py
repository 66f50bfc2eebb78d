"""What settlement listens to, its clocks, and the jobs that talk to the bank."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from clipcart import sellers
from clipcart.identity import job_actor
from clipcart.kit.db import Database
from clipcart.kit.errors import Outage
from clipcart.kit.events import Subscriber
from clipcart.kit.ids import PayoutId, ShopId
from clipcart.kit.jobs import Job, Postpone, Sweep
from clipcart.kit.money import Money
from clipcart.orders import (
    OrderCancelled,
    OrderCollected,
    OrderDelivered,
    OrderInTransit,
    OrderPaid,
)
from clipcart.payments import PaymentCaptured, RefundFailed, RefundSettled
from clipcart.settlement._sql import money as sql
from clipcart.settlement.actions import releasing, sales, statements
from clipcart.settlement.actions.payouts import hear_bank
from clipcart.settlement.model import (
    READ_CALLBACK,
    SEND_PAYOUT,
    PayoutState,
    ReadCallback,
    SendPayout,
)
from clipcart.settlement.ports import Bank, BankNews, Said, Transfer

ACTOR = job_actor("settlement.payouts")
OUTAGE_PAUSE_S: Final = 60
LOOK_AGAIN_S: Final = int(timedelta(hours=6) / timedelta(seconds=1))
"""How often the bank is asked about a payout that it has not decided: lost callbacks end here."""

SUBSCRIBER = Subscriber(
    "settlement",
    {
        PaymentCaptured: sales.on_captured,
        OrderPaid: sales.on_paid,
        OrderCollected: sales.on_shipped,
        OrderInTransit: sales.on_shipped,
        OrderDelivered: sales.on_delivered,
        OrderCancelled: sales.on_cancelled,
        RefundSettled: sales.on_refund_settled,
        RefundFailed: sales.on_refund_failed,
    },
)

SWEEPS: Sequence[Sweep] = (
    Sweep("settlement.release", releasing.next_release, releasing.release),
    Sweep("settlement.reserve", releasing.next_reserve, releasing.release_reserves),
    Sweep("settlement.statements", statements.next_statement, statements.run_day),
)


class Cashier:
    """The job bodies, holding the bank that they talk to."""

    def __init__(self, bank: Bank) -> None:
        self._bank = bank

    async def send(self, db: Database, payload: SendPayout) -> None:
        """Send one payout, and ask about it until the bank has decided.

        A shop that changed its account before anything was sent gets its money back to available;
        what the bank has already goes to the account it was sent to.
        """
        key = {"shop_id": payload.shop_id, "id": payload.payout_id}
        async with db.reading() as tx:
            row = await tx.one(sql.PAYOUT, **key)
            account = await sellers.bank_account(tx, payload.shop_id)
            number = await sellers.bank_number(tx, ACTOR, payload.shop_id)
        if row.state != PayoutState.PROCESSING:
            return
        try:
            news = await self._ask(row, account, number)
        except Outage as outage:
            raise Postpone(OUTAGE_PAUSE_S, str(outage)) from outage
        await db.retrying(lambda tx: hear_bank(tx, self._bank.name, news))
        if news.said is Said.PENDING:
            raise Postpone(LOOK_AGAIN_S, "the bank has not decided yet")

    async def _ask(
        self, row: sql.PayoutRow, account: sellers.BankAccount | None, number: str | None
    ) -> BankNews:
        shop_id, payout_id = ShopId(row.shop_id), PayoutId(row.id)
        amount = Money.of(row.amount_minor, row.currency)
        same = account is not None and number is not None and account.id == row.bank_account_id
        if row.sent_at is not None or not same:
            known = await self._bank.look(shop_id, payout_id)
            if known is not None:
                return known
        if account is None or number is None or not same:
            return BankNews(shop_id, payout_id, Said.FAILED, "", amount, "account_changed")
        return await self._bank.pay(
            Transfer(shop_id, payout_id, amount, account.holder_name, account.routing_code, number)
        )

    async def callback(self, db: Database, payload: ReadCallback) -> None:
        """Read one kept callback."""
        if payload.bank != self._bank.name:
            raise LookupError(f"no bank {payload.bank} is configured to read its callback")
        news = self._bank.read(payload.body.encode())
        await db.retrying(lambda tx: hear_bank(tx, self._bank.name, news))


def jobs(bank: Bank) -> list[Job[Any]]:
    """The jobs of this room, talking to this bank."""
    cashier = Cashier(bank)
    return [Job(SEND_PAYOUT, cashier.send), Job(READ_CALLBACK, cashier.callback)]
