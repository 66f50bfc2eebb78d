"""Laws of payments, under random sequences of what buyers, shops and providers do.

The rumour machine lets callbacks say anything in any order, twice and late; the honest machine
lets only the test provider speak and compares its books with ours at the end.
"""

import asyncio
import contextlib
import json
from collections import Counter
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from clipcart import payments
from clipcart.identity import SYSTEM, as_person
from clipcart.kit.crypto import sign
from clipcart.kit.errors import Refusal
from clipcart.payments import TEST_CARDS, Intent, RefundDraft
from tests.payments.till import EngineFor, Till, keys, open_till, usd
from tests.support.database import START, OneConnection

T = TypeVar("T")

SPLITS = """
    select s.payment_id, s.order_id, s.amount_minor, s.captured_minor, s.refunding_minor,
        s.refunded_minor, s.captured_at is not null as is_captured, p.state,
        p.amount_minor as whole_minor
    from payments.split s join payments.payment p on p.id = s.payment_id"""

places = st.integers(0, 2)
sayings = st.sampled_from(["PROCESSING", "AUTHORISED", "DECLINED", "VOIDED", "CAPTURED"])


class PaymentsMachine(RuleBasedStateMachine):
    """What can happen to up to three payments, and what must always hold."""

    till: Till
    loop: asyncio.AbstractEventLoop

    def __init__(self) -> None:
        super().__init__()
        self.till.db.moment = START
        self.undo = self.till.db.connection.transaction()
        self.run(self.undo.start())
        self.asked: list[Intent] = []
        self.called: list[bytes] = []
        self.captured: set[int] = set()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)

    def teardown(self) -> None:
        self.run(self.undo.rollback())

    def pick(self, place: int) -> Intent | None:
        return self.asked[place % len(self.asked)] if self.asked else None

    @rule(
        card=st.sampled_from([card.number for card in TEST_CARDS]),
        minors=st.lists(st.integers(1, 500), min_size=1, max_size=3),
        at_once=st.booleans(),
    )
    def ask(self, card: str, minors: list[int], at_once: bool) -> None:
        if len(self.asked) < 3:
            self.asked.append(self.run(self.till.ask(card, *minors, at_once=at_once)))

    @rule(place=places, card=st.sampled_from([card.number for card in TEST_CARDS]))
    def try_again(self, place: int, card: str) -> None:
        if intent := self.pick(place):
            self.run(self._try_again(intent, card))

    async def _try_again(self, intent: Intent, card: str) -> None:
        with contextlib.suppress(Refusal):
            async with self.till.db.transaction() as tx:
                buyer = as_person(intent.person_id)
                await payments.try_again(tx, buyer, intent.payment_id, self.till.token(card))

    @rule(place=places, whole=st.booleans())
    def give_up(self, place: int, whole: bool) -> None:
        if intent := self.pick(place):
            self.run(self._give_up(intent, whole))

    async def _give_up(self, intent: Intent, whole: bool) -> None:
        async with self.till.db.transaction() as tx:
            await payments.request_void(tx, SYSTEM, keys(intent)[: None if whole else 1])

    @rule(place=places, part=places, minor=st.integers(1, 300), key=st.sampled_from("abcdef"))
    def refund(self, place: int, part: int, minor: int, key: str) -> None:
        if intent := self.pick(place):
            self.run(self._refund(intent, part, minor, key))

    async def _refund(self, intent: Intent, part: int, minor: int, key: str) -> None:
        split = intent.splits[part % len(intent.splits)]
        draft = RefundDraft(split.shop_id, split.order_id, usd(minor), "law", key)
        with contextlib.suppress(Refusal):
            async with self.till.db.transaction() as tx:
                await payments.request_refund(tx, SYSTEM, draft)

    @rule(place=places)
    def take_held(self, place: int) -> None:
        if intent := self.pick(place):
            self.run(self._take_held(intent))

    async def _take_held(self, intent: Intent) -> None:
        with contextlib.suppress(Refusal):
            async with self.till.db.transaction() as tx:
                await payments.request_capture(tx, SYSTEM, intent.person_id, intent.payment_id)

    @rule(place=places, confirmed=st.booleans(), attempt=st.integers(1, 2))
    def answer_challenge(self, place: int, confirmed: bool, attempt: int) -> None:
        if intent := self.pick(place):
            ref = f"tp_charge-{intent.payment_id}-{attempt}"
            self.run(self.till.provider.answer_challenge(ref, confirmed=confirmed))

    @rule()
    def settle(self) -> None:
        self.run(self.till.engine.settle())

    @rule(minutes=st.sampled_from([1, 15, 240, 1500]))
    def pass_time(self, minutes: int) -> None:
        self.run(self.till.engine.advance(timedelta(minutes=minutes)))

    @invariant()
    def laws_hold(self) -> None:
        self.run(self._laws_hold())

    async def _laws_hold(self) -> None:
        rows = await self.till.db.connection.fetch(SPLITS)
        facts = await self.till.facts()
        told = Counter(
            (fact["name"], fact.get("order_id"), fact.get("attempt") or fact.get("url"))
            for fact in facts
        )
        refunds = [fact for fact in facts if fact["name"].startswith("payments.refund")]
        assert len({fact["refund_id"] for fact in refunds}) == len(refunds)
        assert all(times == 1 for (name, _, _), times in told.items() if "refund" not in name)
        sums: Counter[int] = Counter()
        whole: dict[int, int] = {}
        for row in rows:
            order = row["order_id"]
            back = row["refunding_minor"] + row["refunded_minor"]
            assert row["captured_minor"] == (row["amount_minor"] if row["is_captured"] else 0)
            assert row["captured_minor"] >= back >= row["refunded_minor"] >= 0
            assert row["is_captured"] == (row["state"] == "CAPTURED")
            assert told["payments.captured", order, None] == int(row["is_captured"])
            settled = sum(
                fact["amount_minor"]
                for fact in refunds
                if fact["name"] == "payments.refund_settled" and fact["order_id"] == order
            )
            assert settled == row["refunded_minor"]
            sums[row["payment_id"]] += row["amount_minor"]
            whole[row["payment_id"]] = row["whole_minor"]
        assert dict(sums) == whole
        now_captured = {row["order_id"] for row in rows if row["is_captured"]}
        assert self.captured <= now_captured, "captured money was forgotten"
        self.captured = now_captured


class RumourMachine(PaymentsMachine):
    """Anybody who can sign says anything."""

    @rule(
        place=places,
        said=sayings,
        attempt=st.integers(1, 3),
        name=st.sampled_from(["x", "y", "z"]),
        extra=st.sampled_from([0, 0, 0, 1]),
    )
    def call(self, place: int, said: str, attempt: int, name: str, extra: int) -> None:
        if intent := self.pick(place):
            told = {
                "id": f"{intent.payment_id}-{name}-{said}-{attempt}",
                "kind": "charge",
                "ref": f"tp_charge-{intent.payment_id}-{attempt}",
                "person_id": intent.person_id,
                "payment_id": intent.payment_id,
                "attempt": attempt,
                "said": said,
                "amount_minor": intent.amount.minor + extra,
                "currency": "USD",
                "reason": "rumour",
                "brand": None,
                "last4": None,
            }
            self.called.append(json.dumps(told).encode())
            self.run(self._call(self.called[-1]))

    @rule(which=st.integers(0, 50))
    def replay(self, which: int) -> None:
        """A callback that was read before comes again and changes nothing at all."""
        if self.called:
            self.run(self._replay(self.called[which % len(self.called)]))

    async def _replay(self, raw: bytes) -> None:
        await self.till.engine.settle()
        before = await self.till.everything()
        await self._call(raw)
        await self.till.engine.settle()
        assert await self.till.everything() == before

    async def _call(self, raw: bytes) -> None:
        headers = {"testpay-signature": sign("sesame", "callback", raw)}
        async with self.till.db.transaction() as tx:
            await payments.store_callback(tx, self.till.provider, headers, raw)


class HonestMachine(PaymentsMachine):
    """Only the provider speaks. In the end its books are ours, but for what was kept apart."""

    def teardown(self) -> None:
        try:
            self.run(self._compare())
        finally:
            super().teardown()

    async def _compare(self) -> None:
        await self.till.engine.advance(timedelta(days=5))
        await self._laws_hold()
        async with self.till.db.reading() as tx:
            ours = (await payments.provider_totals(tx)).get("USD")
        theirs = (await self.till.provider.books()).get("USD")
        apart = await self.till.db.connection.fetchrow(
            "select coalesce(sum(amount_minor), 0) as minor,"
            " coalesce(sum(amount_minor) filter (where resolved_at is not null), 0) as back"
            " from payments.exception where kind = 'second_capture'"
        )
        captured = ours.captured.minor if ours else 0
        refunded = ours.refunded.minor if ours else 0
        assert (theirs.captured.minor if theirs else 0) == captured + apart["minor"]
        assert (theirs.refunded.minor if theirs else 0) == refunded + apart["back"]


@pytest.fixture
async def loop() -> asyncio.AbstractEventLoop:
    """The loop that the test's connection lives on."""
    return asyncio.get_running_loop()


@pytest.mark.parametrize("machine", [RumourMachine, HonestMachine])
def test_laws_of_payments(
    machine: type[PaymentsMachine],
    db: OneConnection,
    engine_for: EngineFor,
    loop: asyncio.AbstractEventLoop,
) -> None:
    till = open_till(db, engine_for)
    bound = type(machine.__name__, (machine,), {"till": till, "loop": loop})
    run_state_machine_as_test(
        bound,
        settings=settings(
            max_examples=25,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
