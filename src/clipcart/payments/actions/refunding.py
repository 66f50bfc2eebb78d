"""Giving back: partial or whole, several per order, never beyond what was captured."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from clipcart.identity import Actor, require
from clipcart.kit.db import Tx
from clipcart.kit.errors import Absent, Problem, check
from clipcart.kit.ids import OrderId, PersonId, RefundId, ShopId, new_id
from clipcart.kit.money import Money
from clipcart.payments import policy
from clipcart.payments._sql import array_text, giving, paying
from clipcart.payments.errors import RefundKeyReused, RefundTooLarge
from clipcart.payments.model import REFUND, OrderPayment, RefundDraft, SendRefund
from clipcart.payments.queries import payments_of_orders
from clipcart.payments.tenders import TenderKind, over_tenders


async def request_refund(tx: Tx, actor: Actor, draft: RefundDraft) -> RefundId:
    """Ask to give money back for an order; see `request_refunds`."""
    return (await request_refunds(tx, actor, [draft]))[0]


async def request_refunds(tx: Tx, actor: Actor, drafts: Sequence[RefundDraft]) -> list[RefundId]:
    """Ask to give money back; gives the refunds in the order of the drafts.

    A key that is known gives the refund that it named. All are asked for or none is. Raises
    Absent for an order without payment, Invalid, RefundKeyReused, RefundTooLarge.
    """
    if not drafts:
        return []
    paid = await payments_of_orders(tx, [(draft.shop_id, draft.order_id) for draft in drafts])
    for draft in drafts:
        _check(actor, draft, paid.get(draft.order_id))
    orders = {draft.order_id: paid[draft.order_id] for draft in drafts}
    locked = await tx.all(
        paying.LOCK_TENDERS,
        person_ids=[order.person_id for order in orders.values()],
        ids=[order.payment_id for order in orders.values()],
    )
    known = await _known(tx, drafts)
    fresh = [draft for draft in drafts if (draft.shop_id, draft.key) not in known]
    new = {(draft.shop_id, draft.key): draft for draft in fresh}
    made = {key: RefundId(new_id()) for key in new}
    for draft in fresh:
        if draft != new[draft.shop_id, draft.key]:
            raise RefundKeyReused(draft.key)
    await _reserve(tx, list(new.values()))
    await _insert(tx, actor, new, made, {row.id: row for row in locked}, orders)
    for (shop_id, _), refund_id in made.items():
        tx.enqueue(REFUND, SendRefund(shop_id, refund_id))
    return [(known | made)[draft.shop_id, draft.key] for draft in drafts]


Key = tuple[ShopId, str]


async def _known(tx: Tx, drafts: Sequence[RefundDraft]) -> dict[Key, RefundId]:
    """Refunds that these keys named before. Raises RefundKeyReused where they named others."""
    rows = await tx.all(
        giving.REFUNDS_BY_KEY,
        shop_ids=[draft.shop_id for draft in drafts],
        keys=[draft.key for draft in drafts],
    )
    by_key = {(ShopId(row.shop_id), row.key): row for row in rows}
    for draft in drafts:
        row = by_key.get((draft.shop_id, draft.key))
        asked = (draft.order_id, draft.amount.minor, draft.amount.currency.code)
        if row is not None and (row.order_id, row.amount_minor, row.currency) != asked:
            raise RefundKeyReused(draft.key)
    return {key: RefundId(row.id) for key, row in by_key.items()}


async def _insert(
    tx: Tx,
    actor: Actor,
    drafts: Mapping[Key, RefundDraft],
    ids: Mapping[Key, RefundId],
    payments: Mapping[int, paying.TendersRow],
    orders: Mapping[OrderId, OrderPayment],
) -> None:
    """Write refunds, each over the tenders of its payment, of which the locks are held."""
    if not drafts:
        return
    back = {payment_id: list(row.tender_back_minors) for payment_id, row in payments.items()}
    shares: list[str] = []
    for draft in drafts.values():
        payment = payments[orders[draft.order_id].payment_id]
        kinds = [TenderKind(kind) for kind in payment.tender_kinds]
        gone = back[payment.id]
        share = over_tenders(kinds, payment.tender_minors, gone, draft.amount.minor)
        back[payment.id] = [one + more for one, more in zip(gone, share, strict=True)]
        shares.append(array_text(share))
    written = await tx.run(
        giving.INSERT_REFUNDS,
        shop_ids=[draft.shop_id for draft in drafts.values()],
        ids=[ids[key] for key in drafts],
        order_ids=[draft.order_id for draft in drafts.values()],
        keys=[draft.key for draft in drafts.values()],
        minors=[draft.amount.minor for draft in drafts.values()],
        currencies=[draft.amount.currency.code for draft in drafts.values()],
        reasons=[draft.reason for draft in drafts.values()],
        tender_minors=shares,
        requested_by=actor.label,
        now=tx.now,
    )
    if written < len(drafts):
        # Of one order the lock decides, so that somebody used a key for another order just now.
        raise RefundKeyReused(next(iter(drafts.values())).key)
    await write_back(tx, payments.values(), back)


def _check(actor: Actor, draft: RefundDraft, paid: OrderPayment | None) -> None:
    if paid is None or paid.shop_id != draft.shop_id:
        raise Absent("payment")
    allowed = policy.may_refund(actor, draft.shop_id, PersonId(paid.person_id))
    require(allowed, "payments.refund", actor)
    same_currency = draft.amount.currency == paid.amount.currency
    check(
        [
            None
            if draft.amount.is_positive
            else Problem("amount", "A refund is more than nothing", "Enter a positive amount"),
            None
            if same_currency
            else Problem("amount", "A refund has the payment's currency", "Use that currency"),
            None if draft.key else Problem("key", "A refund has a key", "Give one"),
        ]
    )


async def _reserve(tx: Tx, drafts: Sequence[RefundDraft]) -> None:
    wanted: dict[tuple[int, int], int] = defaultdict(int)
    for draft in drafts:
        wanted[draft.shop_id, draft.order_id] += draft.amount.minor
    if not wanted:
        return
    keys = sorted(wanted)
    reserved = await tx.all(
        giving.RESERVE_REFUNDS,
        shop_ids=[shop for shop, _ in keys],
        order_ids=[order for _, order in keys],
        minors=[wanted[key] for key in keys],
    )
    short = set(keys) - {(row.shop_id, row.order_id) for row in reserved}
    if short:
        shop, order = min(short)
        left = (await payments_of_orders(tx, [(ShopId(shop), OrderId(order))]))[OrderId(order)]
        asked = Money(wanted[shop, order], left.amount.currency)
        raise RefundTooLarge(asked, left.refundable)


async def write_back(
    tx: Tx, payments: Iterable[paying.TendersRow], back: Mapping[int, Sequence[int]]
) -> None:
    """Keep how much has gone back, or is on its way, over each tender of locked payments."""
    rows = list(payments)
    await tx.run(
        paying.GO_BACK_OVER,
        person_ids=[row.person_id for row in rows],
        ids=[row.id for row in rows],
        backs=[array_text(back[row.id]) for row in rows],
    )
