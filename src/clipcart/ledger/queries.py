"""Reading the book. Rooms above ask who may see what; holds are shown to their shop from here."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime

from clipcart.identity import Actor, require
from clipcart.kit.db import Tx
from clipcart.kit.ids import JournalId, OrderId, ShopId
from clipcart.kit.money import Money, currency
from clipcart.ledger import _sql, policy
from clipcart.ledger.model import (
    AccountTotal,
    Drift,
    Hold,
    HoldId,
    PostedEntry,
    Standing,
    Unbalanced,
)

FAULTS_SHOWN = 100


async def balances(tx: Tx, shop_ids: Collection[ShopId]) -> Mapping[ShopId, Mapping[str, Money]]:
    """Balances by shop and account, one read each. Accounts never used are missing.

    A shop trades in one currency; an account that holds two raises CurrencyMismatch.
    """
    found: dict[ShopId, dict[str, Money]] = defaultdict(dict)
    for row in await tx.all(_sql.BALANCES, shop_ids=list(shop_ids)):
        accounts = found[ShopId(row.shop_id)]
        amount = Money.of(row.balance_minor, row.currency)
        known = accounts.get(row.account)
        accounts[row.account] = amount if known is None else known + amount
    return found


async def balance_as_of(
    tx: Tx, shop_id: ShopId, account: str, moment: datetime, currency_code: str
) -> Money:
    """What the account's entries came to at a moment."""
    rows = await tx.all(_sql.BALANCE_AS_OF, shop_id=shop_id, account=account, moment=moment)
    found = {row.currency: row.balance_minor for row in rows}
    return Money(found.get(currency_code, 0), currency(currency_code))


async def entries_of_order(tx: Tx, shop_id: ShopId, order_id: OrderId) -> list[PostedEntry]:
    """Everything that was posted for an order, oldest first."""
    return [
        PostedEntry(
            JournalId(row.journal_id),
            row.kind,
            row.reference,
            row.posted_at,
            row.account,
            Money.of(row.amount_minor, row.currency),
        )
        for row in await tx.all(_sql.ENTRIES_OF_ORDER, shop_id=shop_id, order_id=order_id)
    ]


async def standings(
    tx: Tx, shop_id: ShopId, journal_ids: Collection[JournalId]
) -> Mapping[JournalId, Mapping[str, Standing]]:
    """By journal and account: what it moved, and what its order then had there.

    Journals that are about no order are missing.
    """
    found: dict[JournalId, dict[str, Standing]] = defaultdict(dict)
    for row in await tx.all(_sql.STANDINGS, shop_id=shop_id, journal_ids=list(journal_ids)):
        found[JournalId(row.journal_id)][row.account] = Standing(
            Money.of(row.own_minor, row.currency), Money.of(row.until_minor, row.currency)
        )
    return found


async def totals_by_account(tx: Tx) -> list[AccountTotal]:
    """Debits and credits of every account over all shops, by currency."""
    return [
        AccountTotal(
            row.account,
            Money.of(row.debit_minor, row.currency),
            Money.of(row.credit_minor, row.currency),
        )
        for row in await tx.all(_sql.TOTALS)
    ]


async def unbalanced(tx: Tx) -> list[Unbalanced]:
    """Journals that do not sum to zero; at most 100."""
    return [
        Unbalanced(
            ShopId(row.shop_id),
            JournalId(row.journal_id),
            row.kind,
            None if row.order_id is None else OrderId(row.order_id),
            Money.of(row.difference_minor, row.currency),
        )
        for row in await tx.all(_sql.UNBALANCED, size=FAULTS_SHOWN)
    ]


async def drifts(tx: Tx) -> list[Drift]:
    """Kept balances that differ from their entries; at most 100."""
    return [
        Drift(
            ShopId(row.shop_id),
            row.account,
            Money.of(row.kept_minor, row.currency),
            Money.of(row.entries_minor, row.currency),
        )
        for row in await tx.all(_sql.DRIFTS, size=FAULTS_SHOWN)
    ]


async def journal_count(tx: Tx) -> int:
    """How many journals there are."""
    return await tx.one(_sql.JOURNALS)


async def held(tx: Tx, shop_ids: Collection[ShopId]) -> Mapping[ShopId, Money]:
    """What holds in force keep back, by shop; shops without any are missing."""
    rows = await tx.all(_sql.HELD, shop_ids=list(shop_ids), now=tx.now)
    return {ShopId(row.shop_id): Money.of(row.held_minor, row.currency) for row in rows}


async def holds(tx: Tx, actor: Actor, shop_id: ShopId) -> tuple[Hold, ...]:
    """Every hold of a shop with cause and end, newest first."""
    require(policy.may_view(actor, shop_id), "finance.view", actor)
    return tuple(
        Hold(
            id=HoldId(row.id),
            shop_id=ShopId(row.shop_id),
            amount=Money.of(row.amount_minor, row.currency),
            cause=row.cause,
            order_id=None if row.order_id is None else OrderId(row.order_id),
            placed_at=row.placed_at,
            placed_by=row.placed_by,
            until=row.until,
            contested_at=row.contested_at,
            contest_note=row.contest_note,
            lifted_at=row.lifted_at,
        )
        for row in await tx.all(_sql.HOLDS, shop_id=shop_id)
    )


async def is_posted(tx: Tx, shop_id: ShopId, reference: str) -> bool:
    """Whether a journal of this reference is in the shop's book."""
    return await tx.maybe(_sql.JOURNAL_OF, shop_id=shop_id, reference=reference) is not None
