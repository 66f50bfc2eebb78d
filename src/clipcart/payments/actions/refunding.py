"""Giving back: partial or whole, several per order, never beyond what was captured."""

from collections import defaultdict
from collections.abc import Sequence

from clipcart.identity import Actor, require
from clipcart.kit.db import Tx
from clipcart.kit.errors import Absent, Problem, check
from clipcart.kit.ids import OrderId, PersonId, RefundId, ShopId, new_id
from clipcart.kit.money import Money
from clipcart.payments import policy
from clipcart.payments._sql import giving
from clipcart.payments.errors import RefundKeyReused, RefundTooLarge
from clipcart.payments.model import REFUND, OrderPayment, RefundDraft, SendRefund
from clipcart.payments.queries import payments_of_orders


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
    made = [RefundId(new_id()) for _ in drafts]
    await tx.run(
        giving.INSERT_REFUNDS,
        shop_ids=[draft.shop_id for draft in drafts],
        ids=made,
        order_ids=[draft.order_id for draft in drafts],
        keys=[draft.key for draft in drafts],
        minors=[draft.amount.minor for draft in drafts],
        currencies=[draft.amount.currency.code for draft in drafts],
        reasons=[draft.reason for draft in drafts],
        requested_by=actor.label,
        now=tx.now,
    )
    rows = await tx.all(
        giving.REFUNDS_BY_KEY,
        shop_ids=[draft.shop_id for draft in drafts],
        keys=[draft.key for draft in drafts],
    )
    by_key = {(row.shop_id, row.key): row for row in rows}
    for draft in drafts:
        row = by_key[draft.shop_id, draft.key]
        asked = (draft.order_id, draft.amount.minor, draft.amount.currency.code)
        if (row.order_id, row.amount_minor, row.currency) != asked:
            raise RefundKeyReused(draft.key)
    new = set(made)
    fresh = {row.id: row for row in rows if row.id in new}
    await _reserve(tx, list(fresh.values()))
    for row in fresh.values():
        tx.enqueue(REFUND, SendRefund(ShopId(row.shop_id), RefundId(row.id)))
    return [RefundId(by_key[draft.shop_id, draft.key].id) for draft in drafts]


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


async def _reserve(tx: Tx, rows: Sequence[giving.RefundRow]) -> None:
    wanted: dict[tuple[int, int], int] = defaultdict(int)
    for row in rows:
        wanted[row.shop_id, row.order_id] += row.amount_minor
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
