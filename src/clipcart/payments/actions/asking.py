"""Asking: payments, another card, giving up, taking what is held."""

from collections import Counter
from collections.abc import Sequence

from clipcart.identity import Actor, require
from clipcart.kit.db import Tx
from clipcart.kit.errors import Absent, Problem, SignInNeeded, check
from clipcart.kit.ids import OrderId, PaymentId, PersonId, ShopId
from clipcart.kit.money import Money
from clipcart.payments import policy
from clipcart.payments._sql import array_text, paying
from clipcart.payments.errors import CannotCapture, CannotTryAgain
from clipcart.payments.events import PaymentCaptured
from clipcart.payments.model import (
    CAPTURE,
    CAPTURED_KNOWLEDGE,
    CHARGE,
    VOID,
    Charge,
    Intent,
    PaymentState,
    VoidAttempt,
    asked,
)
from clipcart.payments.tenders import Tender, tender_problems, tenders_of

_HELD_OR_PENDING = (PaymentState.REQUESTED, PaymentState.CHALLENGE, PaymentState.AUTHORISED)


async def request(tx: Tx, actor: Actor, intents: Sequence[Intent]) -> None:
    """Ask for payments: rows and one job each, all in one statement and the outbox.

    A payment of nothing is captured at once, without a provider. Raises Invalid for an intent
    whose parts do not add up.
    """
    for intent in intents:
        require(policy.may_request(actor, intent.person_id), "payments.request", actor)
        check(intent.problems())
    if not intents:
        return
    free = [intent.amount.is_zero for intent in intents]
    tenders = [tenders_of(each.method, each.amount, each.tenders) for each in intents]
    parts = [(intent, split) for intent in intents for split in intent.splits]
    await tx.run(
        paying.REQUEST,
        person_ids=[intent.person_id for intent in intents],
        ids=[intent.payment_id for intent in intents],
        amount_minors=[intent.amount.minor for intent in intents],
        currencies=[intent.amount.currency.code for intent in intents],
        methods=[intent.method for intent in intents],
        at_onces=[intent.captures_at_once for intent in intents],
        states=["CAPTURED" if nothing else "REQUESTED" for nothing in free],
        knowledges=[CAPTURED_KNOWLEDGE if nothing else asked(1) for nothing in free],
        captured_attempts=[1 if nothing else None for nothing in free],
        tender_kinds=[array_text([tender.kind.value for tender in each]) for each in tenders],
        tender_minors=[array_text([tender.amount.minor for tender in each]) for each in tenders],
        part_payment_ids=[intent.payment_id for intent, _ in parts],
        part_shop_ids=[split.shop_id for _, split in parts],
        part_order_ids=[split.order_id for _, split in parts],
        part_minors=[split.amount.minor for _, split in parts],
        part_person_ids=[intent.person_id for intent, _ in parts],
        part_currencies=[split.amount.currency.code for _, split in parts],
        part_captured_ats=[tx.now if intent.amount.is_zero else None for intent, _ in parts],
        now=tx.now,
    )
    for intent in intents:
        if intent.amount.is_zero:
            _announce_free(tx, actor, intent)
        else:
            tx.enqueue(CHARGE, Charge(intent.person_id, intent.payment_id, 1))


def _announce_free(tx: Tx, actor: Actor, intent: Intent) -> None:
    tx.announce(
        actor,
        *(
            PaymentCaptured(
                shop_id=split.shop_id,
                order_id=split.order_id,
                payment_id=intent.payment_id,
                person_id=intent.person_id,
                amount_minor=0,
                currency=intent.amount.currency.code,
            )
            for split in intent.splits
        ),
    )


async def try_again(
    tx: Tx, actor: Actor, payment_id: PaymentId, method: str, tenders: Sequence[Tender] = ()
) -> int:
    """Charge another card after a decline or an unanswered challenge; gives the attempt's number.

    The tenders are the new attempt's from now on. An unanswered challenge is given up at the
    provider; should it be answered all the same, the money of one of both is given back.

    Raises Absent, CannotTryAgain, Invalid.
    """
    if actor.is_anonymous:
        raise SignInNeeded
    person_id = actor.person_id
    if person_id is None or not policy.may_request(actor, person_id):
        raise Absent("payment")
    payment = await tx.maybe(paying.PAYMENT_FOR_UPDATE, person_id=person_id, id=payment_id)
    if payment is None:
        raise Absent("payment")
    cure = "Enter a card or choose a saved one"
    amount = Money.of(payment.amount_minor, payment.currency)
    way = None if method else Problem("method", "A way to pay is needed", cure)
    check([way, *tender_problems(tenders, amount)])
    state = PaymentState(payment.state)
    waiting = state in (PaymentState.DECLINED, PaymentState.CHALLENGE)
    if not waiting or not payment.open_splits:
        raise CannotTryAgain(state)
    attempt = payment.attempt + 1
    paid = tenders_of(method, amount, tenders)
    await tx.run(
        paying.ASK_AGAIN,
        person_id=person_id,
        id=payment_id,
        method=method,
        attempt=attempt,
        knowledge=asked(attempt),
        tender_kinds=[tender.kind.value for tender in paid],
        tender_minors=[tender.amount.minor for tender in paid],
        tender_back_minors=[0 for _ in paid],
        now=tx.now,
    )
    if state is PaymentState.CHALLENGE:
        given_up = VoidAttempt(person_id, payment_id, payment.attempt, payment.provider_ref)
        tx.enqueue(VOID, given_up)
    tx.enqueue(CHARGE, Charge(person_id, payment_id, attempt))
    return attempt


async def request_void(tx: Tx, actor: Actor, keys: Sequence[tuple[ShopId, OrderId]]) -> None:
    """The orders no longer want to be paid. Their payment is given up once none of them does.

    Orders whose payment is captured, or that have none, are left as they are: what is captured
    goes back by a refund. Doing it twice does nothing.
    """
    shop_ids, order_ids = [shop for shop, _ in keys], [order for _, order in keys]
    if not actor.is_platform:
        for split in await tx.all(paying.SPLITS, shop_ids=shop_ids, order_ids=order_ids):
            allowed = policy.may_void(actor, ShopId(split.shop_id), PersonId(split.person_id))
            require(allowed, "payments.void", actor)
    await tx.all(paying.LOCK_PAYMENTS, shop_ids=shop_ids, order_ids=order_ids)
    given_up = await tx.all(paying.GIVE_UP, shop_ids=shop_ids, order_ids=order_ids, now=tx.now)
    counts = Counter(given_up)
    if not counts:
        return
    payments = sorted(counts, key=lambda row: row.payment_id)
    closed = await tx.all(
        paying.CLOSE_SPLITS,
        person_ids=[row.person_id for row in payments],
        ids=[row.payment_id for row in payments],
        counts=[counts[row] for row in payments],
    )
    for row in closed:
        if row.open_splits == 0 and row.state in _HELD_OR_PENDING:
            person_id, payment_id = PersonId(row.person_id), PaymentId(row.id)
            tx.enqueue(VOID, VoidAttempt(person_id, payment_id, row.attempt, row.provider_ref))


async def request_capture(tx: Tx, actor: Actor, person_id: PersonId, payment_id: PaymentId) -> None:
    """Take an amount that is held. Raises Absent, CannotCapture. Once captured it does nothing."""
    require(policy.may_capture(actor), "payments.capture", actor)
    payment = await tx.maybe(paying.PAYMENT, person_id=person_id, id=payment_id)
    if payment is None:
        raise Absent("payment")
    state = PaymentState(payment.state)
    if state is PaymentState.CAPTURED:
        return
    if state is not PaymentState.AUTHORISED or not payment.open_splits:
        raise CannotCapture(state)
    tx.enqueue(CAPTURE, Charge(person_id, payment_id, payment.attempt), dedupe_key=str(payment_id))
