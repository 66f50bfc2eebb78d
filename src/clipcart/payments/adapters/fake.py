"""The test provider: an outsider simulated with books of its own, for tests, demo and trials.

It behaves by the card that was tokenised (cards.py). Delays come from the seed, the card and the
amount, so that a world built twice behaves twice the same. Its books are written in transactions
of its own, never in one of ours; its callbacks are signed and planned, and a sweep makes them.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from clipcart.kit.crypto import is_same, sign
from clipcart.kit.db import Database, Tx, open_transactions
from clipcart.kit.errors import Absent, Outage
from clipcart.kit.ids import PaymentId, PersonId, RefundId, ShopId, new_id
from clipcart.kit.jobs import Sweep
from clipcart.kit.money import Money
from clipcart.payments.actions.hearing import store_callbacks
from clipcart.payments.adapters import _sql
from clipcart.payments.adapters.calls import Call, charge_told, planned_calls, refund_told
from clipcart.payments.adapters.cards import Scenario
from clipcart.payments.adapters.plans import Plan, plan_of
from clipcart.payments.adapters.tokens import card_of, make_kind_token, make_token
from clipcart.payments.errors import CallbackRefused
from clipcart.payments.model import News, ProviderTotals, RefundNews, RefundSaid, Said
from clipcart.payments.ports import ChargeOrder, RefundOrder
from clipcart.payments.tenders import TenderKind

SIGNATURE: Final = "testpay-signature"
BATCH: Final = 200
_SLOW_REFUND: Final = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class ChallengePage:
    """What the bank's page shows before the buyer answers."""

    ref: str
    amount: Money
    last4: str
    is_open: bool


class TestProvider:
    """The test provider; `challenge_url` is where its bank page is, ending before the ref."""

    __test__ = False
    name: str = "test"

    def __init__(self, db: Database, *, secret: str, seed: int, challenge_url: str) -> None:
        self._db = db
        self._secret = secret
        self._seed = seed
        self._challenge_url = challenge_url

    # -- what a browser does: swap a card for a token ------------------------------------------

    def tokenise(self, number: str, expiry: str, cvc: str, now: datetime) -> str:
        """A token for a test card; the number goes no further. `expiry` is MM/YY.

        Raises Invalid with every problem at once.
        """
        return make_token(self._secret, number, expiry, cvc, now)

    def token_of(self, kind: TenderKind, *, after: timedelta | None = None) -> str:
        """A token for a tender of this kind, paid `after` the charge (whole seconds).

        Without it a boleto is paid after 2 to 60 hours, and everything else at once. Of a payment
        of several tenders the one token decides when all of it is paid.
        """
        return make_kind_token(self._secret, kind, after)

    # -- the port ------------------------------------------------------------------------------

    async def charge_many(self, orders: Sequence[ChargeOrder]) -> Sequence[News | Outage]:
        """Hold or take each amount, all in one statement."""
        _outside()
        plans = {order: plan_of(self._secret, self._seed, order) for order in orders}
        async with self._db.transaction() as tx:
            rows = await self._charge(tx, plans)
        return [self._answer(rows[_ref(order)]) for order in orders]

    async def look_many(self, orders: Sequence[ChargeOrder]) -> Sequence[News | Outage]:
        """What is known of each attempt by now."""
        _outside()
        async with self._db.transaction() as tx:
            rows = await tx.all(_sql.FIND, refs=[_ref(order) for order in orders])
            ripe = [row for row in rows if row.becomes_at and row.becomes_at <= tx.now]
            ripened = {row.ref: row for row in await self._ripen(tx, ripe)}
        known = {row.ref: row for row in rows} | ripened
        return [self._news(known[_ref(order)]) for order in orders]

    async def capture(self, order: ChargeOrder) -> News:
        """Take an amount that is held."""
        _outside()
        async with self._db.transaction() as tx:
            row = await tx.one(_sql.FIND, refs=[_ref(order)])
            if row.state == Said.AUTHORISED:
                row = (await self._move(tx, [_decided(row, Said.CAPTURED)]))[0]
        return self._news(row)

    async def void(self, order: ChargeOrder) -> News:
        """Give an attempt up, also one that never arrived: it can then not succeed any more."""
        _outside()
        async with self._db.transaction() as tx:
            row = (await self._charge(tx, {order: Plan("VOIDED")}))[_ref(order)]
            if row.state in ("PROCESSING", "CHALLENGE", "AUTHORISED", "FAILED"):
                late = row.scenario == Scenario.LATE_CAPTURE
                gone = _decided(row, Said.VOIDED)
                if late:
                    gone = gone._replace(becomes=row.becomes, becomes_at=row.becomes_at)
                row = (await self._move(tx, [gone]))[0]
        return self._news(row)

    async def refund(self, order: RefundOrder) -> RefundNews:
        """Give money back, or say how far that has come. Never more than was captured."""
        _outside()
        ref = f"tr_{order.key}"
        async with self._db.transaction() as tx:
            row = await tx.maybe(_sql.FIND_REFUND, ref=ref)
            if row is None:
                row = await self._refund(tx, ref, order)
        return _refund_news(row)

    def verify(self, headers: Mapping[str, str], body: bytes, now: datetime) -> str:
        """The id of a callback whose signature is right. `now` is of no use: replays are inert."""
        given = {name.lower(): value for name, value in headers.items()}.get(SIGNATURE, "")
        if not is_same(given, sign(self._secret, "callback", body)):
            raise CallbackRefused(self.name)
        return str(json.loads(body)["id"])

    def read(self, body: bytes) -> Sequence[News | RefundNews]:
        """What a callback of ours says."""
        told = json.loads(body)
        amount = Money.of(told["amount_minor"], told["currency"])
        if told["kind"] == "refund":
            said = RefundSaid(told["said"])
            shop_id, refund_id = ShopId(told["shop_id"]), RefundId(told["refund_id"])
            return [RefundNews(shop_id, refund_id, said, told["ref"], amount, told["reason"])]
        return [
            News(
                person_id=PersonId(told["person_id"]),
                payment_id=PaymentId(told["payment_id"]),
                attempt=told["attempt"],
                said=Said(told["said"]),
                ref=told["ref"],
                amount=amount,
                reason=told["reason"],
                brand=told["brand"],
                last4=told["last4"] or None,
            )
        ]

    # -- the bank's page -----------------------------------------------------------------------

    async def challenge(self, ref: str) -> ChallengePage:
        """What the bank asks the buyer to confirm. Raises Absent."""
        async with self._db.transaction() as tx:
            row = await tx.maybe(_sql.FIND, refs=[ref])
        if row is None or row.scenario != Scenario.CHALLENGE:
            raise Absent("payment challenge")
        amount = Money.of(row.amount_minor, row.currency)
        return ChallengePage(row.ref, amount, row.last4, row.state == Said.CHALLENGE)

    async def answer_challenge(self, ref: str, *, confirmed: bool) -> bool:
        """The buyer's answer; false when it was answered before. A callback follows at once."""
        async with self._db.transaction() as tx:
            row = await tx.maybe(_sql.FIND, refs=[ref])
            if row is None or row.state != Said.CHALLENGE:
                return False
            decided = (
                _decided(row, row.becomes or Said.CAPTURED)
                if confirmed
                else _decided(row, Said.DECLINED, "authentication_failed")
            )
            await self._move(tx, [decided])
            told = charge_told(decided, decided.state)
            await self._call_back(tx, [(ref, Call(decided.state, tx.now, told))])
        return True

    # -- proofs and callbacks ------------------------------------------------------------------

    async def books(self) -> Mapping[str, ProviderTotals]:
        """Captured and refunded by currency code, as the provider has it: its truth."""
        async with self._db.reading() as tx:
            rows = await tx.all(_sql.BOOKS)
        return {
            row.currency: ProviderTotals(
                Money.of(row.captured_minor, row.currency),
                Money.of(row.refunded_minor, row.currency),
            )
            for row in rows
        }

    @property
    def sweep(self) -> Sweep:
        """What falls due on the provider's side: delayed decisions, and callbacks to make."""
        return Sweep("payments.testpay", _sql.NEXT_DUE, self._sweep)

    async def _sweep(self, tx: Tx) -> int:
        ripe = await tx.all(_sql.RIPE, now=tx.now, size=BATCH)
        await self._ripen(tx, ripe)
        settled = await tx.all(_sql.SETTLE_RIPE_REFUNDS, now=tx.now, size=BATCH)
        calls = [(row.ref, Call(row.state, tx.now, refund_told(row))) for row in settled]
        await self._call_back(tx, calls)
        due = await tx.all(_sql.TAKE_DUE, now=tx.now, size=BATCH)
        due.sort(key=lambda row: row.id)
        await store_callbacks(tx, self, [self._signed(row.body) for row in due])
        return len(ripe) + len(settled) + len(due)

    def _signed(self, text: str) -> tuple[Mapping[str, str], bytes]:
        body = text.encode()
        return {SIGNATURE: sign(self._secret, "callback", body)}, body

    # -- inside --------------------------------------------------------------------------------

    async def _charge(
        self, tx: Tx, plans: Mapping[ChargeOrder, Plan]
    ) -> Mapping[str, _sql.ChargeRow]:
        """The charges as they are after being asked for, by their names."""
        orders = list(plans)
        cards = [card_of(self._secret, order.method) for order in orders]
        rows = await tx.all(
            _sql.CHARGE,
            refs=[_ref(order) for order in orders],
            person_ids=[order.person_id for order in orders],
            payment_ids=[order.payment_id for order in orders],
            attempts=[order.attempt for order in orders],
            amount_minors=[order.amount.minor for order in orders],
            currencies=[order.amount.currency.code for order in orders],
            scenarios=[card.scenario.value for card in cards],
            brands=[card.brand for card in cards],
            last4s=[card.last4 for card in cards],
            states=[plan.state for plan in plans.values()],
            reasons=[
                card.scenario.value if plan.state == "DECLINED" else None
                for card, plan in zip(cards, plans.values(), strict=True)
            ],
            captured_minors=[
                order.amount.minor if plan.state == "CAPTURED" else 0
                for order, plan in plans.items()
            ],
            becomes=[plan.becomes for plan in plans.values()],
            becomes_ats=[tx.now + plan.after if plan.after else None for plan in plans.values()],
            now=tx.now,
        )
        return {row.ref: row for row in rows}

    async def _move(self, tx: Tx, rows: Sequence[_sql.ChargeRow]) -> Sequence[_sql.ChargeRow]:
        """Write charges as they have become."""
        if rows:
            await tx.run(
                _sql.MOVE,
                refs=[row.ref for row in rows],
                states=[row.state for row in rows],
                reasons=[row.reason for row in rows],
                becomes=[row.becomes for row in rows],
                becomes_ats=[row.becomes_at for row in rows],
            )
        return rows

    async def _ripen(self, tx: Tx, rows: Sequence[_sql.ChargeRow]) -> Sequence[_sql.ChargeRow]:
        """Delayed decisions fall, and their callbacks are planned as their scenarios say."""
        decided = []
        for row in rows:
            state = row.becomes or row.state
            reason = Scenario.CARD_DECLINED.value if state == Said.DECLINED else None
            decided.append(_decided(row, state, reason))
        await self._move(tx, decided)
        calls = [(row.ref, call) for row in decided for call in planned_calls(row, tx.now)]
        await self._call_back(tx, calls)
        return decided

    async def _call_back(self, tx: Tx, calls: Sequence[tuple[str, Call]]) -> None:
        if not calls:
            return
        names = [f"{ref}:{call.name}" for ref, call in calls]
        await tx.run(
            _sql.PLAN,
            ids=[new_id() for _ in calls],
            refs=[ref for ref, _ in calls],
            callback_ids=names,
            bodies=[
                json.dumps({"id": name, **call.told})
                for name, (_, call) in zip(names, calls, strict=True)
            ],
            due_ats=[call.due_at for _, call in calls],
        )

    async def _refund(self, tx: Tx, ref: str, order: RefundOrder) -> _sql.RefundRow:
        scenario = await tx.maybe(
            _sql.TAKE_BACK,
            ref=order.charge_ref,
            minor=order.amount.minor,
            currency=order.amount.currency.code,
        )
        state, reason, becomes_at = "SETTLED", None, None
        if scenario is None:
            state, reason = "FAILED", "more_than_captured"
        elif scenario == Scenario.REFUND_FAILS:
            state, reason = "FAILED", "account_closed"
            await tx.run(_sql.UNDO_TAKE_BACK, ref=order.charge_ref, minor=order.amount.minor)
        elif scenario == Scenario.SLOW_REFUND:
            state, becomes_at = "PENDING", tx.now + _SLOW_REFUND
        await tx.run(
            _sql.INSERT_REFUND,
            ref=ref,
            charge_ref=order.charge_ref,
            shop_id=order.shop_id,
            refund_id=order.refund_id,
            minor=order.amount.minor,
            currency=order.amount.currency.code,
            state=state,
            reason=reason,
            becomes_at=becomes_at,
            now=tx.now,
        )
        return await tx.one(_sql.FIND_REFUND, ref=ref)

    def _answer(self, row: _sql.ChargeRow) -> News | Outage:
        """What is answered to a call for a charge, or that nothing is."""
        if row.calls == 1 and row.scenario == Scenario.TIMEOUT:
            return Outage("the test provider did not answer in time")
        if row.state == "FAILED":
            return Outage("the test provider failed while processing")
        return self._news(row)

    def _news(self, row: _sql.ChargeRow) -> News:
        said = Said(row.state)
        return News(
            person_id=PersonId(row.person_id),
            payment_id=PaymentId(row.payment_id),
            attempt=row.attempt,
            said=said,
            ref=row.ref,
            amount=Money.of(row.amount_minor, row.currency),
            reason=row.reason,
            url=self._challenge_url + row.ref if said is Said.CHALLENGE else None,
            brand=row.brand,
            last4=row.last4 or None,
        )


def _refund_news(row: _sql.RefundRow) -> RefundNews:
    amount = Money.of(row.amount_minor, row.currency)
    shop_id, refund_id = ShopId(row.shop_id), RefundId(row.refund_id)
    return RefundNews(shop_id, refund_id, RefundSaid(row.state), row.ref, amount, row.reason)


def _decided(row: _sql.ChargeRow, state: str, reason: str | None = None) -> _sql.ChargeRow:
    """The charge in a state in which nothing more is to come."""
    return row._replace(state=state, reason=reason, becomes=None, becomes_at=None)


def _ref(order: ChargeOrder) -> str:
    return f"tp_{order.key}"


def _outside() -> None:
    if open_transactions.get():
        raise RuntimeError("a provider is called outside of transactions, like any network")
