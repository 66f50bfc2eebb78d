"""The bank robot: an outsider simulated with a book of its own, for tests, demo and trials.

Delays, lost and repeated callbacks come from the seed and the account and amount of a transfer,
so that a world built twice behaves twice the same. Its book is written in transactions of its
own. Accounts whose number ends with WRONG_ACCOUNT do not exist: transfers to them come back.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from clipcart.kit.crypto import is_same, sign
from clipcart.kit.db import Database, Tx, open_transactions
from clipcart.kit.ids import PayoutId, ShopId, new_id
from clipcart.kit.jobs import Sweep
from clipcart.kit.money import Money
from clipcart.settlement.actions.payouts import store_bank_callbacks
from clipcart.settlement.adapters import _sql
from clipcart.settlement.errors import CallbackRefused
from clipcart.settlement.ports import BankNews, Said, Transfer, transfer_key

SIGNATURE: Final = "bank-signature"
WRONG_ACCOUNT: Final = "0404"
BATCH: Final = 200
_SHORTEST_S: Final = 30 * 60
_SPAN_S: Final = 30 * 60 * 60
_LOST_IN_16: Final = 2
_TWICE_IN_16: Final = 6


@dataclass(frozen=True, slots=True)
class BankTotals:
    """What the robot paid, and what is still under way with it, in one currency."""

    paid: Money
    pending: Money


class BankRobot:
    """The bank robot. Of 16 transfers about two lose their callback and four call back twice."""

    name: str = "robot"

    def __init__(self, db: Database, *, seed: int = 1, secret: str = "bank robot") -> None:
        self._db = db
        self._seed = seed
        self._secret = secret

    async def pay(self, transfers: Sequence[Transfer]) -> Sequence[BankNews]:
        """Take transfers, once per key; each is decided half an hour to 30 hours later."""
        _outside()
        chances = [self._number(transfer) for transfer in transfers]
        wrong = [transfer.number.endswith(WRONG_ACCOUNT) for transfer in transfers]
        async with self._db.transaction() as tx:
            rows = await tx.all(
                _sql.PAY,
                keys=[transfer.key for transfer in transfers],
                shop_ids=[transfer.shop_id for transfer in transfers],
                payout_ids=[transfer.payout_id for transfer in transfers],
                maskeds=[transfer.number[-4:] for transfer in transfers],
                amount_minors=[transfer.amount.minor for transfer in transfers],
                currencies=[transfer.amount.currency.code for transfer in transfers],
                becomes=[(Said.FAILED if each else Said.PAID).value for each in wrong],
                becomes_ats=[
                    tx.now + timedelta(seconds=_SHORTEST_S + chance % _SPAN_S) for chance in chances
                ],
                reasons=["no_such_account" if each else None for each in wrong],
                callbacks=[_callbacks(chance // _SPAN_S % 16) for chance in chances],
                now=tx.now,
            )
        news = {row.key: _news(row) for row in rows}
        return [news[transfer.key] for transfer in transfers]

    async def look(self, payouts: Sequence[tuple[ShopId, PayoutId]]) -> Mapping[PayoutId, BankNews]:
        """What is known of payouts by now; those that never arrived here are left out."""
        _outside()
        async with self._db.reading() as tx:
            rows = await tx.all(_sql.FIND, keys=[transfer_key(*payout) for payout in payouts])
        return {PayoutId(row.payout_id): _news(row) for row in rows}

    def verify(self, headers: Mapping[str, str], body: bytes) -> str:
        """The id of a callback whose signature is right."""
        given = {name.lower(): value for name, value in headers.items()}.get(SIGNATURE, "")
        if not is_same(given, sign(self._secret, "bank", body)):
            raise CallbackRefused(self.name)
        return str(json.loads(body)["id"])

    def read(self, body: bytes) -> BankNews:
        """What a callback of ours says."""
        told = json.loads(body)
        return BankNews(
            ShopId(told["shop_id"]),
            PayoutId(told["payout_id"]),
            Said(told["said"]),
            told["ref"],
            Money.of(told["amount_minor"], told["currency"]),
            told["reason"],
        )

    async def books(self) -> Mapping[str, BankTotals]:
        """What was paid and is pending by currency code: the bank's truth."""
        async with self._db.reading() as tx:
            rows = await tx.all(_sql.BOOKS)
        return {
            row.currency: BankTotals(
                Money.of(row.paid_minor, row.currency), Money.of(row.pending_minor, row.currency)
            )
            for row in rows
        }

    @property
    def sweep(self) -> Sweep:
        """What falls due on the bank's side: decisions, and callbacks to make."""
        return Sweep("settlement.bank_robot", _sql.NEXT_DUE, self._sweep)

    async def _sweep(self, tx: Tx) -> int:
        ripe = await tx.all(_sql.RIPEN, now=tx.now, size=BATCH)
        ripe.sort(key=lambda row: row.key)
        calls = [
            (json.dumps(_told(row, time)), tx.now + timedelta(minutes=7 * time))
            for row in ripe
            for time in range(row.callbacks)
        ]
        if calls:
            await tx.run(
                _sql.PLAN,
                ids=[new_id() for _ in calls],
                bodies=[body for body, _ in calls],
                due_ats=[due_at for _, due_at in calls],
            )
        due = await tx.all(_sql.TAKE_DUE, now=tx.now, size=BATCH)
        due.sort(key=lambda row: row.id)
        await store_bank_callbacks(tx, self, [self._signed(row.body) for row in due])
        return len(ripe) + len(due)

    def _signed(self, text: str) -> tuple[Mapping[str, str], bytes]:
        body = text.encode()
        return {SIGNATURE: sign(self._secret, "bank", body)}, body

    def _number(self, transfer: Transfer) -> int:
        text = f"{self._seed}:{transfer.number}:{transfer.amount}"
        return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


def _callbacks(chance: int) -> int:
    """How often a decision is called back, of a number below 16."""
    if chance < _LOST_IN_16:
        return 0
    return 2 if chance < _TWICE_IN_16 else 1


def _news(row: _sql.TransferRow) -> BankNews:
    return BankNews(
        ShopId(row.shop_id),
        PayoutId(row.payout_id),
        Said(row.state),
        row.key,
        Money.of(row.amount_minor, row.currency),
        row.reason if row.state == Said.FAILED else None,
    )


def _told(row: _sql.TransferRow, time: int) -> dict[str, object]:
    return {
        "id": f"{row.key}:{time}",
        "ref": row.key,
        "shop_id": row.shop_id,
        "payout_id": row.payout_id,
        "said": row.state,
        "reason": row.reason if row.state == Said.FAILED else None,
        "amount_minor": row.amount_minor,
        "currency": row.currency,
    }


def _outside() -> None:
    if open_transactions.get():
        raise RuntimeError("a bank is called outside of transactions, like any network")
