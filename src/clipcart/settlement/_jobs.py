"""What settlement listens to, its clocks, and the jobs that talk to the bank."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from clipcart import sellers
from clipcart.identity import job_actor
from clipcart.kit.db import Database
from clipcart.kit.errors import Outage
from clipcart.kit.events import Subscriber
from clipcart.kit.ids import PayoutId, ShopId
from clipcart.kit.jobs import Job, Outcome, Postpone, Sweep
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
from clipcart.settlement._sql import sales as sales_sql
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
    Sweep("settlement.release", sales_sql.NEXT_RELEASE, releasing.release),
    Sweep("settlement.reserve", sales_sql.NEXT_RESERVE, releasing.release_reserves),
    Sweep("settlement.statements", sql.NEXT_STATEMENT, statements.run_day),
)


class Cashier:
    """The job bodies, holding the bank that they talk to."""

    def __init__(self, bank: Bank) -> None:
        self._bank = bank

    async def send(self, db: Database, payloads: Sequence[SendPayout]) -> Sequence[Outcome]:
        """Send payouts, and ask about them until the bank has decided.

        A shop that changed its account before anything was sent gets its money back to available;
        what the bank has already goes to the account it was sent to.
        """
        shop_ids = sorted({payload.shop_id for payload in payloads})
        async with db.reading() as tx:
            rows = await tx.all(
                sql.PAYOUTS_BY_ID,
                shop_ids=shop_ids,
                ids=[payload.payout_id for payload in payloads],
            )
            accounts = await sellers.bank_accounts(tx, shop_ids)
            numbers = await sellers.bank_numbers(tx, ACTOR, shop_ids)
        todo = [row for row in rows if row.state == PayoutState.PROCESSING]
        try:
            news = await self._ask(todo, accounts, numbers)
        except Outage as outage:
            return [Postpone(OUTAGE_PAUSE_S, str(outage))] * len(payloads)
        if news:
            await db.retrying(lambda tx: hear_bank(tx, self._bank.name, news))
        pending = {item.payout_id for item in news if item.said is Said.PENDING}
        later = Postpone(LOOK_AGAIN_S, "the bank has not decided yet")
        return [later if payload.payout_id in pending else None for payload in payloads]

    async def _ask(
        self,
        rows: Sequence[sql.PayoutRow],
        accounts: Mapping[ShopId, sellers.BankAccount],
        numbers: Mapping[ShopId, str],
    ) -> list[BankNews]:
        transfers: list[Transfer] = []
        changed: list[BankNews] = []
        sent_or_changed: list[tuple[ShopId, PayoutId]] = []
        for row in rows:
            shop_id, payout_id = ShopId(row.shop_id), PayoutId(row.id)
            amount = Money.of(row.amount_minor, row.currency)
            account, number = accounts.get(shop_id), numbers.get(shop_id)
            if account is not None and number is not None and account.id == row.bank_account_id:
                holder, code = account.holder_name, account.routing_code
                transfers.append(Transfer(shop_id, payout_id, amount, holder, code, number))
                if row.sent_at is not None:
                    sent_or_changed.append((shop_id, payout_id))
            else:
                sent_or_changed.append((shop_id, payout_id))
                changed.append(
                    BankNews(shop_id, payout_id, Said.FAILED, "", amount, "account_changed")
                )
        known = await self._bank.look(sent_or_changed) if sent_or_changed else {}
        fresh = [transfer for transfer in transfers if transfer.payout_id not in known]
        told = await self._bank.pay(fresh) if fresh else []
        return [
            *known.values(),
            *told,
            *(each for each in changed if each.payout_id not in known),
        ]

    async def callback(self, db: Database, payloads: Sequence[ReadCallback]) -> Sequence[Outcome]:
        """Read kept callbacks."""
        mine = [payload for payload in payloads if payload.bank == self._bank.name]
        news = [self._bank.read(payload.body.encode()) for payload in mine]
        if news:
            await db.retrying(lambda tx: hear_bank(tx, self._bank.name, news))
        return [
            None
            if payload.bank == self._bank.name
            else LookupError(f"no bank {payload.bank} is configured to read its callback")
            for payload in payloads
        ]


def jobs(bank: Bank) -> list[Job[Any]]:
    """The jobs of this room, talking to this bank."""
    cashier = Cashier(bank)
    return [
        Job(SEND_PAYOUT, body_of_many=cashier.send),
        Job(READ_CALLBACK, body_of_many=cashier.callback),
    ]
