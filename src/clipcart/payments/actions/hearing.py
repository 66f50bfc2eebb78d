"""Hearing: what a provider says, booked once or kept as an exception. See model.py for the order.

The fast way is one guarded statement per set. Only for what it did not take, the reason is looked
up: stale news is dropped, news that does not fit is kept.
"""

from collections.abc import Mapping, Sequence

from clipcart.identity import Actor, job_actor, require
from clipcart.kit.db import Tx
from clipcart.kit.ids import PLATFORM, OrderId, PaymentId, PersonId, RefundId, ShopId, new_id
from clipcart.payments import policy
from clipcart.payments._sql import giving, paying
from clipcart.payments.actions.refunding import write_back
from clipcart.payments.events import (
    ChallengeNeeded,
    PaymentCaptured,
    PaymentDeclined,
    PaymentVoided,
    RefundFailed,
    RefundSettled,
)
from clipcart.payments.model import (
    GIVE_BACK,
    READ_CALLBACK,
    VOID,
    ExceptionKind,
    GiveBack,
    News,
    PaymentState,
    ReadCallback,
    RefundNews,
    RefundSaid,
    RefundState,
    Said,
    VoidAttempt,
    state_after,
)
from clipcart.payments.ports import Provider

_HEARD = job_actor("payments.hear")


async def store_callback(
    tx: Tx, provider: Provider, headers: Mapping[str, str], body: bytes
) -> bool:
    """Keep a callback, to be read by a job; false when it was kept before.

    Raises CallbackRefused when its signature is not the provider's.
    """
    return await store_callbacks(tx, provider, [(headers, body)]) == 1


async def store_callbacks(
    tx: Tx, provider: Provider, callbacks: Sequence[tuple[Mapping[str, str], bytes]]
) -> int:
    """Keep a set of callbacks; gives how many are new. Raises CallbackRefused for any forged."""
    bodies = {provider.verify(headers, body, tx.now): body.decode() for headers, body in callbacks}
    new = await tx.all(
        giving.STORE_CALLBACKS,
        provider=provider.name,
        ids=list(bodies),
        bodies=list(bodies.values()),
        now=tx.now,
    )
    for callback_id in new:
        tx.enqueue(READ_CALLBACK, ReadCallback(provider.name, callback_id))
    return len(new)


async def read_callbacks(tx: Tx, provider: Provider, callback_ids: Sequence[str]) -> None:
    """Hear what stored callbacks say. Each is read once."""
    bodies = await tx.all(
        giving.TAKE_CALLBACKS, provider=provider.name, ids=callback_ids, now=tx.now
    )
    said = [news for body in bodies for news in provider.read(body.encode())]
    await hear(tx, provider.name, [news for news in said if isinstance(news, News)])
    await hear_refunds(tx, provider.name, [news for news in said if isinstance(news, RefundNews)])


async def hear(tx: Tx, provider: str, news: Sequence[News]) -> None:
    """Book what a provider says of payments and announce what became of them, each once."""
    waiting = list(news)
    while waiting:
        # One saying per payment and statement: an update must not meet a row twice.
        first: dict[int, News] = {}
        rest = []
        for item in waiting:
            if first.setdefault(item.payment_id, item) is not item:
                rest.append(item)
        await _hear_one_each(tx, provider, [first[key] for key in sorted(first)])
        waiting = rest


async def _judge(tx: Tx, provider: str, news: Sequence[News]) -> None:
    """Why sayings were not taken: stale ones are dropped, the others kept."""
    if not news:
        return
    rows = await tx.all(
        paying.PAYMENTS,
        person_ids=[item.person_id for item in news],
        ids=[item.payment_id for item in news],
    )
    payments = {(row.person_id, row.id): row for row in rows}
    for item in news:
        payment = payments.get((item.person_id, item.payment_id))
        if payment is None or item.attempt > payment.attempt:
            await _keep(tx, provider, ExceptionKind.UNKNOWN_PAYMENT, item)
        elif not _same_amount(payment, item):
            await _keep(tx, provider, ExceptionKind.AMOUNT_MISMATCH, item)
        elif item.said is Said.CAPTURED and payment.captured_attempt != item.attempt:
            kept = await _keep(tx, provider, ExceptionKind.SECOND_CAPTURE, item)
            if kept is not None:
                tx.enqueue(GIVE_BACK, GiveBack(kept))


def _same_amount(row: paying.PaymentRow | giving.RefundRow, news: News | RefundNews) -> bool:
    return (row.amount_minor, row.currency) == (news.amount.minor, news.amount.currency.code)


async def _hear_one_each(tx: Tx, provider: str, news: Sequence[News]) -> None:
    rows = await tx.all(
        paying.HEAR,
        person_ids=[item.person_id for item in news],
        ids=[item.payment_id for item in news],
        attempts=[item.attempt for item in news],
        states=[state_after(item.said).value for item in news],
        knowledges=[item.knowledge for item in news],
        refs=[item.ref for item in news],
        amount_minors=[item.amount.minor for item in news],
        currencies=[item.amount.currency.code for item in news],
        reasons=[item.reason for item in news],
        urls=[item.url for item in news],
        brands=[item.brand for item in news],
        last4s=[item.last4 for item in news],
        now=tx.now,
    )
    captured = [row for row in rows if row.state == PaymentState.CAPTURED]
    if captured:
        await tx.run(
            paying.CAPTURE_SPLITS,
            shop_ids=[shop for row in captured for shop in row.shop_ids],
            order_ids=[order for row in captured for order in row.order_ids],
            refs=[row.provider_ref for row in captured for _ in row.order_ids],
            now=tx.now,
        )
    for row in rows:
        _announce(tx, row)
    heard = {row.id for row in rows}
    await _judge(tx, provider, [item for item in news if item.payment_id not in heard])


def _announce(tx: Tx, row: paying.PaymentRow) -> None:
    person_id, payment_id = PersonId(row.person_id), PaymentId(row.id)
    state = PaymentState(row.state)
    if state is PaymentState.CHALLENGE:
        tx.announce(_HEARD, ChallengeNeeded(person_id, payment_id, row.challenge_url or ""))
    if state is PaymentState.CAPTURED and row.captured_attempt != row.attempt:
        # A former attempt came through while another is on its way: call that one back.
        tx.enqueue(VOID, VoidAttempt(person_id, payment_id, row.attempt, None))
    splits = zip(row.shop_ids, row.order_ids, row.split_minors, strict=True)
    for shop, order, minor in splits:
        shop_id, order_id = ShopId(shop), OrderId(order)
        if state is PaymentState.CAPTURED:
            fact = PaymentCaptured(shop_id, order_id, payment_id, person_id, minor, row.currency)
            tx.announce(_HEARD, fact)
        elif state is PaymentState.DECLINED:
            reason = row.decline_reason or "card_declined"
            declined = PaymentDeclined(
                shop_id, order_id, payment_id, person_id, row.attempt, reason
            )
            tx.announce(_HEARD, declined)
        elif state is PaymentState.VOIDED:
            tx.announce(_HEARD, PaymentVoided(shop_id, order_id, payment_id, person_id))


async def _keep(tx: Tx, provider: str, kind: ExceptionKind, news: News | RefundNews) -> int | None:
    row = await tx.maybe(
        giving.INSERT_EXCEPTION,
        id=new_id(),
        kind=kind.value,
        provider=provider,
        subject=news.subject,
        said=news.said.value,
        ref=news.ref,
        amount_minor=news.amount.minor,
        currency=news.amount.currency.code,
        now=tx.now,
    )
    return None if row is None else row.id


_REFUND_STATES = {
    RefundSaid.PENDING: RefundState.REQUESTED,
    RefundSaid.SETTLED: RefundState.SETTLED,
    RefundSaid.FAILED: RefundState.FAILED,
}


async def hear_refunds(tx: Tx, provider: str, news: Sequence[RefundNews]) -> None:
    """Book what a provider says of refunds and announce what became of them, each once."""
    waiting = list(news)
    while waiting:
        first: dict[tuple[int, int], RefundNews] = {}
        rest = []
        for item in waiting:
            if first.setdefault((item.shop_id, item.refund_id), item) is not item:
                rest.append(item)
        await _hear_refunds_once(tx, provider, [first[key] for key in sorted(first)])
        waiting = rest


async def _hear_refunds_once(tx: Tx, provider: str, news: Sequence[RefundNews]) -> None:
    failing = [item for item in news if item.said is RefundSaid.FAILED]
    held = await _hold_payments(tx, failing) if failing else {}
    rows = await tx.all(
        giving.HEAR_REFUNDS,
        shop_ids=[item.shop_id for item in news],
        ids=[item.refund_id for item in news],
        states=[_REFUND_STATES[item.said].value for item in news],
        refs=[item.ref for item in news],
        minors=[item.amount.minor for item in news],
        currencies=[item.amount.currency.code for item in news],
        reasons=[item.reason for item in news],
        now=tx.now,
    )
    ended = [row for row in rows if row.state != RefundState.REQUESTED]
    if ended:
        settled = [row.state == RefundState.SETTLED for row in ended]
        await tx.run(
            giving.END_REFUNDS,
            shop_ids=[row.shop_id for row in ended],
            order_ids=[row.order_id for row in ended],
            ended_minors=[row.amount_minor for row in ended],
            settled_minors=[
                row.amount_minor if is_settled else 0
                for row, is_settled in zip(ended, settled, strict=True)
            ],
        )
    if held:
        await _free_tenders(tx, held, [row for row in ended if row.state == RefundState.FAILED])
    for row in ended:
        _announce_refund(tx, row)
    heard = {(row.shop_id, row.id) for row in rows}
    unheard = [item for item in news if (item.shop_id, item.refund_id) not in heard]
    await _judge_refunds(tx, provider, unheard)


Held = Mapping[tuple[int, int], paying.TendersRow]


async def _hold_payments(tx: Tx, news: Sequence[RefundNews]) -> Held:
    """The locked payments of refunds, by shop and refund."""
    refunds = await tx.all(
        giving.PAYMENTS_OF_REFUNDS,
        shop_ids=[item.shop_id for item in news],
        ids=[item.refund_id for item in news],
    )
    locked = await tx.all(
        paying.LOCK_TENDERS,
        person_ids=[row.person_id for row in refunds],
        ids=[row.payment_id for row in refunds],
    )
    payments = {row.id: row for row in locked}
    return {(row.shop_id, row.id): payments[row.payment_id] for row in refunds}


async def _free_tenders(tx: Tx, held: Held, failed: Sequence[giving.RefundRow]) -> None:
    """What did not arrive can go back once more, over the same tenders."""
    payments = {held[row.shop_id, row.id].id: held[row.shop_id, row.id] for row in failed}
    back = {payment_id: list(row.tender_back_minors) for payment_id, row in payments.items()}
    for row in failed:
        payment_id = held[row.shop_id, row.id].id
        parts = zip(back[payment_id], row.tender_minors, strict=True)
        back[payment_id] = [gone - part for gone, part in parts]
    await write_back(tx, payments.values(), back)


def _announce_refund(tx: Tx, row: giving.RefundRow) -> None:
    shop_id, order_id, refund_id = ShopId(row.shop_id), OrderId(row.order_id), RefundId(row.id)
    amount = (row.amount_minor, row.currency)
    if row.state == RefundState.SETTLED:
        tx.announce(_HEARD, RefundSettled(shop_id, order_id, refund_id, *amount))
    else:
        failure = row.failure or "failed"
        tx.announce(_HEARD, RefundFailed(shop_id, order_id, refund_id, *amount, failure))


async def _judge_refunds(tx: Tx, provider: str, news: Sequence[RefundNews]) -> None:
    # A second capture on its way back is PLATFORM's; its job asks on its own.
    ours = [item for item in news if item.shop_id != PLATFORM]
    if not ours:
        return
    rows = await tx.all(
        giving.REFUNDS,
        shop_ids=[item.shop_id for item in ours],
        ids=[item.refund_id for item in ours],
    )
    refunds = {(row.shop_id, row.id): row for row in rows}
    for item in ours:
        row = refunds.get((item.shop_id, item.refund_id))
        if row is None:
            await _keep(tx, provider, ExceptionKind.UNKNOWN_REFUND, item)
        elif not _same_amount(row, item):
            await _keep(tx, provider, ExceptionKind.AMOUNT_MISMATCH, item)
        elif item.said is not RefundSaid.PENDING and row.state != _REFUND_STATES[item.said]:
            await _keep(tx, provider, ExceptionKind.CONTRADICTION, item)


async def resolve_exception(tx: Tx, actor: Actor, exception_id: int, resolution: str) -> bool:
    """Note how an exception was solved; false when it was solved before or is unknown."""
    require(policy.may_see_exceptions(actor), "payments.exceptions", actor)
    done = await tx.run(
        giving.RESOLVE_EXCEPTION, id=exception_id, resolution=resolution, now=tx.now
    )
    return done == 1
