"""The one way into the book: journals, and a line for each that moves available money."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from clipcart import ledger
from clipcart.identity import Actor
from clipcart.kit.db import Tx
from clipcart.kit.ids import OrderId, PayoutId, ShopId
from clipcart.kit.money import currency
from clipcart.ledger import JournalDraft
from clipcart.settlement._sql import money as sql
from clipcart.settlement._sql.sales import SaleRow
from clipcart.settlement.model import Account, LineKind, Sale, midnight_after, step

LINE_KINDS: Final[Mapping[str, LineKind]] = {
    "released": LineKind.ORDER,
    "refunded": LineKind.REFUND,
    "reserve_collected": LineKind.RESERVE_COLLECTED,
    "reserve_released": LineKind.RESERVE_RELEASED,
    "adjusted": LineKind.ADJUSTMENT,
    "payout": LineKind.PAYOUT,
    "payout_returned": LineKind.PAYOUT_RETURNED,
}
"""Journals that may move available money, and what their line is called."""


@dataclass(frozen=True, slots=True)
class Booking:
    """A journal to post, with what its line says."""

    draft: JournalDraft
    payout_id: PayoutId | None = None
    note: str = ""

    @property
    def available_minor(self) -> int:
        """What it moves into available; out of it is negative."""
        return -sum(
            entry.amount.minor
            for entry in self.draft.entries
            if entry.account == Account.SELLER_AVAILABLE
        )


async def book(tx: Tx, actor: Actor, bookings: Sequence[Booking]) -> None:
    """Post journals and write their lines; shops that had come to rest are due at midnight again.

    Every journal must be new: its guard has already said so. A known one is a defect and raises
    RuntimeError, which undoes the transaction.
    """
    if not bookings:
        return
    moving = sorted({each.draft.shop_id for each in bookings if each.available_minor})
    if moving:
        await tx.run(sql.WAKE, shop_ids=moving, midnight=midnight_after(tx.now))
    posted = await ledger.post(tx, actor, [each.draft for each in bookings])
    lines = []
    for booking, journal_id in zip(bookings, posted, strict=True):
        if journal_id is None:
            raise RuntimeError(f"{booking.draft.reference} was posted before")
        if booking.available_minor:
            lines.append((journal_id, booking))
    if not lines:
        return
    await tx.run(
        sql.ADD_LINES,
        shop_ids=[each.draft.shop_id for _, each in lines],
        ids=[journal_id for journal_id, _ in lines],
        kinds=[LINE_KINDS[each.draft.kind].value for _, each in lines],
        order_ids=[each.draft.order_id for _, each in lines],
        payout_ids=[each.payout_id for _, each in lines],
        amounts=[each.available_minor for _, each in lines],
        currencies=[each.draft.entries[0].amount.currency.code for _, each in lines],
        notes=[each.note for _, each in lines],
        now=tx.now,
    )


async def book_steps(
    tx: Tx, actor: Actor, kind: str, steps: Sequence[tuple[Sale, Sale, str]]
) -> None:
    """Post what takes sales from one position to the next: (before, after, reference) each."""
    drafts = [step(kind, reference, before, after) for before, after, reference in steps]
    await book(tx, actor, [Booking(draft) for draft in drafts if draft is not None])


def sale_of(row: SaleRow) -> Sale:
    """The sale of a row."""
    return Sale(
        shop_id=ShopId(row.shop_id),
        order_id=OrderId(row.order_id),
        currency=currency(row.currency),
        captured_minor=row.captured_minor,
        is_paid=row.paid_at is not None,
        paid_minor=row.paid_minor,
        tax_minor=row.tax_minor,
        fee_minor=row.fee_minor,
        refund_fee_minor=row.refund_fee_minor,
        refunded_minor=row.refunded_minor,
        refunded_late_minor=row.refunded_late_minor,
        is_released=row.released_at is not None,
        reserve_minor=row.reserve_minor,
        is_reserve_released=row.reserve_released_at is not None,
    )
