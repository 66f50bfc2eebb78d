"""Writing into the book."""

from collections.abc import Sequence
from datetime import datetime

from clipcart.identity import Actor, require
from clipcart.kit.db import Tx
from clipcart.kit.errors import Problem, check
from clipcart.kit.ids import JournalId, OrderId, ShopId, new_id
from clipcart.kit.money import Money
from clipcart.ledger import _sql, policy
from clipcart.ledger.errors import HoldIsOver, NoSuchHold
from clipcart.ledger.events import HoldContested, HoldLifted, HoldPlaced
from clipcart.ledger.model import HoldId, JournalDraft

NOTE_MAX = 2_000


async def post(tx: Tx, actor: Actor, drafts: Sequence[JournalDraft]) -> list[JournalId | None]:
    """Post journals in one statement; gives their ids in order, None for references posted before.

    That every journal sums to zero is checked by the draft and again by the database at commit.
    """
    require(policy.may_post(actor), "ledger.post", actor)
    if not drafts:
        return []
    ids = [new_id() for _ in drafts]
    entries = [
        (draft.shop_id, journal_id, position, entry)
        for draft, journal_id in zip(drafts, ids, strict=True)
        for position, entry in enumerate(draft.entries)
    ]
    fresh = set(
        await tx.all(
            _sql.POST,
            shop_ids=[draft.shop_id for draft in drafts],
            ids=ids,
            kinds=[draft.kind for draft in drafts],
            references=[draft.reference for draft in drafts],
            order_ids=[draft.order_id for draft in drafts],
            entry_shop_ids=[shop_id for shop_id, _, _, _ in entries],
            entry_journal_ids=[journal_id for _, journal_id, _, _ in entries],
            positions=[position for _, _, position, _ in entries],
            accounts=[entry.account for _, _, _, entry in entries],
            amount_minors=[entry.amount.minor for _, _, _, entry in entries],
            currencies=[entry.amount.currency.code for _, _, _, entry in entries],
            actor=actor.label,
            now=tx.now,
        )
    )
    return [JournalId(journal_id) if journal_id in fresh else None for journal_id in ids]


async def place_hold(
    tx: Tx,
    actor: Actor,
    shop_id: ShopId,
    amount: Money,
    until: datetime,
    reason: str,
    order_id: OrderId | None = None,
) -> HoldId:
    """Keep an amount back until a date, for a cause that the shop can read.

    It may be more than the shop has: then nothing is available until it ends. Raises Invalid.
    """
    require(policy.may_hold(actor, shop_id), "ledger.hold", actor)
    check(
        [
            None
            if amount.is_positive
            else Problem("amount", "it is not more than nothing", "enter a positive amount"),
            None
            if until > tx.now
            else Problem("until", "it is over already", "choose a day in the future"),
            None
            if reason.strip()
            else Problem("reason", "the cause is missing", "say why, so that the shop can answer"),
        ]
    )
    hold_id = HoldId(new_id())
    await tx.run(
        _sql.PLACE_HOLD,
        shop_id=shop_id,
        id=hold_id,
        amount_minor=amount.minor,
        currency=amount.currency.code,
        cause=reason.strip(),
        order_id=order_id,
        now=tx.now,
        placed_by=actor.label,
        until=until,
    )
    tx.announce(
        actor,
        HoldPlaced(shop_id, hold_id, amount.minor, amount.currency.code, reason.strip(), until),
    )
    return hold_id


async def contest_hold(tx: Tx, actor: Actor, shop_id: ShopId, hold_id: HoldId, note: str) -> None:
    """Object to a hold, once. Raises NoSuchHold, HoldIsOver, Invalid."""
    require(policy.may_contest(actor, shop_id), "shop.edit", actor)
    words = note.strip()
    too_long = len(words) > NOTE_MAX
    check(
        [
            None if words else Problem("note", "it is empty", "say what is wrong with the hold"),
            Problem("note", f"it has more than {NOTE_MAX} characters", "shorten it")
            if too_long
            else None,
        ]
    )
    done = await tx.run(
        _sql.CONTEST_HOLD,
        shop_id=shop_id,
        id=hold_id,
        now=tx.now,
        contested_by=actor.label,
        note=words,
    )
    if not done:
        await _refuse(tx, shop_id, hold_id)
    tx.announce(actor, HoldContested(shop_id, hold_id, words))


async def lift_hold(tx: Tx, actor: Actor, shop_id: ShopId, hold_id: HoldId) -> None:
    """End a hold before its date. Raises NoSuchHold, HoldIsOver."""
    require(policy.may_hold(actor, shop_id), "ledger.hold", actor)
    done = await tx.run(
        _sql.LIFT_HOLD, shop_id=shop_id, id=hold_id, now=tx.now, lifted_by=actor.label
    )
    if not done:
        await _refuse(tx, shop_id, hold_id)
    tx.announce(actor, HoldLifted(shop_id, hold_id))


async def _refuse(tx: Tx, shop_id: ShopId, hold_id: HoldId) -> None:
    row = await tx.maybe(_sql.HOLD, shop_id=shop_id, id=hold_id)
    if row is None:
        raise NoSuchHold
    raise HoldIsOver(row.until)
