"""The daily run at 00:00 UTC: statements of what moved, and payouts of what they closed with.

One call handles one set of shops, each for one midnight; it is called until nothing is due. A run
that is killed has moved no date, so it begins again where it stopped; a statement is unique per
shop and day.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from clipcart import ledger, markets, sellers
from clipcart.identity import job_actor
from clipcart.kit.db import Tx
from clipcart.kit.ids import PayoutId, ShopId, StatementId, new_id
from clipcart.kit.money import Money
from clipcart.settlement._sql import money as sql
from clipcart.settlement.actions.booking import Booking, book
from clipcart.settlement.events import PayoutStarted, StatementMade
from clipcart.settlement.model import SEND_PAYOUT, Account, SendPayout, transfer

ACTOR = job_actor("settlement.statements")
SET_SIZE: Final = 200


async def run_day(tx: Tx) -> int:
    """Close one day of up to 200 shops, and pay out; gives how many shops were handled."""
    claimed = await tx.all(sql.CLAIM, now=tx.now, size=SET_SIZE)
    if not claimed:
        return 0
    claimed.sort(key=lambda row: row.shop_id)
    made = await tx.all(
        sql.MAKE_STATEMENTS,
        shop_ids=[row.shop_id for row in claimed],
        ids=[new_id() for _ in claimed],
        closes_ats=[row.closes_at for row in claimed],
        now=tx.now,
    )
    tx.announce(ACTOR, *map(_fact, made))
    shop_ids = [ShopId(row.shop_id) for row in claimed]
    await _pay_out(tx, shop_ids)
    await tx.run(sql.REST, shop_ids=shop_ids)
    return len(claimed)


async def _pay_out(tx: Tx, shop_ids: Sequence[ShopId]) -> None:
    rows = await tx.all(sql.PAYABLE, shop_ids=list(shop_ids))
    amounts = await _amounts(tx, rows)
    accounts = await sellers.bank_accounts(tx, [ShopId(row.shop_id) for row in rows])
    ready = []
    for row in rows:
        amount = amounts[row.shop_id]
        if amount < markets.get(row.market_id).at(tx.now).payout_threshold:
            continue
        account = accounts.get(ShopId(row.shop_id))
        if account is not None:
            ready.append((row, PayoutId(new_id()), amount, account))
    if not ready:
        return
    await tx.run(
        sql.ADD_PAYOUTS,
        shop_ids=[row.shop_id for row, _, _, _ in ready],
        ids=[payout_id for _, payout_id, _, _ in ready],
        statement_ids=[row.last_statement_id for row, _, _, _ in ready],
        amounts=[amount.minor for _, _, amount, _ in ready],
        currencies=[row.currency for row, _, _, _ in ready],
        account_ids=[account.id for _, _, _, account in ready],
        maskeds=[account.number_masked for _, _, _, account in ready],
        now=tx.now,
    )
    bookings = []
    for row, payout_id, amount, _ in ready:
        shop_id, statement_id = ShopId(row.shop_id), StatementId(row.last_statement_id)
        moved = transfer(
            "payout",
            f"payout:{payout_id}",
            shop_id,
            Account.SELLER_AVAILABLE,
            Account.PAYOUT_IN_TRANSIT,
            amount,
        )
        bookings.append(Booking(moved, payout_id))
        tx.enqueue(SEND_PAYOUT, SendPayout(shop_id, payout_id), dedupe_key=str(payout_id))
        tx.announce(
            ACTOR, PayoutStarted(shop_id, payout_id, statement_id, amount.minor, row.currency)
        )
    await book(tx, ACTOR, bookings)


async def _amounts(tx: Tx, rows: Sequence[sql.PayableRow]) -> Mapping[int, Money]:
    """What may be paid: of the last closing balance what is still there and on no hold."""
    shop_ids = [ShopId(row.shop_id) for row in rows]
    balances = await ledger.balances(tx, shop_ids)
    held = await ledger.held(tx, shop_ids)
    found = {}
    for row in rows:
        shop_id, nothing = ShopId(row.shop_id), Money.of(0, row.currency)
        available = -balances[shop_id].get(Account.SELLER_AVAILABLE, nothing)
        stated = Money.of(row.closing_minor - row.requested_minor, row.currency)
        found[row.shop_id] = min(stated, available - held.get(shop_id, nothing))
    return found


def _fact(row: sql.MadeRow) -> StatementMade:
    return StatementMade(
        shop_id=ShopId(row.shop_id),
        statement_id=StatementId(row.id),
        day=row.day.isoformat(),
        opening_minor=row.opening_minor,
        closing_minor=row.closing_minor,
        currency=row.currency,
    )
