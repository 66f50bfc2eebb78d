"""Settlement as values: accounts, what a sale's facts come to in them, statements, payouts. Pure.

Everything that is posted for an order is the difference between two positions of one function,
`position`. So facts may come in any order, and the proof can compute every order anew.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from clipcart.kit.ids import OrderId, PayoutId, ShopId, StatementId
from clipcart.kit.jobs import JobKind, Lane
from clipcart.kit.money import Currency, Money, Rate
from clipcart.ledger import Entry, JournalDraft


class Account(StrEnum):
    """The accounts of a shop's book. Debits: PROCESSOR, BANK, ADJUSTMENTS; the others credits."""

    PROCESSOR = "processor"
    """Money at the payment provider: captured less refunded."""
    ESCROW = "escrow"
    """Buyers' money that is not shared out yet."""
    TAX_PAYABLE = "tax_payable"
    """Tax that the marketplace collected and owes to the state."""
    PLATFORM_FEES = "platform_fees"
    """What the platform earned."""
    SELLER_PENDING = "seller_pending"
    """The seller's share until it is released."""
    SELLER_AVAILABLE = "seller_available"
    """What the seller can be paid; below zero it is recovered from later sales."""
    RESERVE = "reserve"
    """The seller's money kept back for a number of days."""
    PAYOUT_IN_TRANSIT = "payout_in_transit"
    """On its way to the seller's bank."""
    BANK = "bank"
    """What the platform's bank paid out to sellers: a credit that only grows."""
    ADJUSTMENTS = "adjustments"
    """Corrections that the platform bears, or gets back."""


OWED: Final = (
    Account.ESCROW,
    Account.TAX_PAYABLE,
    Account.PLATFORM_FEES,
    Account.SELLER_PENDING,
    Account.SELLER_AVAILABLE,
    Account.RESERVE,
    Account.PAYOUT_IN_TRANSIT,
    Account.ADJUSTMENTS,
)
"""What the money that is held belongs to."""


class LineKind(StrEnum):
    """Why available money moved."""

    ORDER = "ORDER"
    REFUND = "REFUND"
    RESERVE_COLLECTED = "RESERVE_COLLECTED"
    RESERVE_RELEASED = "RESERVE_RELEASED"
    ADJUSTMENT = "ADJUSTMENT"
    PAYOUT = "PAYOUT"
    PAYOUT_RETURNED = "PAYOUT_RETURNED"


class PayoutState(StrEnum):
    """How far a payout has come."""

    PROCESSING = "PROCESSING"
    PAID = "PAID"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sale:
    """The facts of an order that decide where its money is. Amounts in minor units."""

    shop_id: ShopId
    order_id: OrderId
    currency: Currency
    captured_minor: int = 0
    is_paid: bool = False
    paid_minor: int = 0
    tax_minor: int = 0
    fee_minor: int = 0
    refund_fee_minor: int = 0
    refunded_minor: int = 0
    refunded_late_minor: int = 0
    is_released: bool = False
    reserve_minor: int = 0
    is_reserve_released: bool = False

    def part(self, whole_minor: int, refunded_minor: int) -> int:
        """The part of an amount that goes with a refund: in proportion to what was paid.

        It is rounded once, half to even, of everything refunded so far; so parts of several
        refunds add up, and a full refund takes exactly the whole.
        """
        if self.paid_minor == 0 or refunded_minor == 0:
            return 0
        return (
            Money(whole_minor, self.currency).share(Rate.of(refunded_minor, self.paid_minor)).minor
        )

    @property
    def tax_left(self) -> int:
        """Tax that is still owed."""
        return self.tax_minor - self.part(self.tax_minor, self.refunded_minor)

    @property
    def refund_fee_kept(self) -> int:
        """What the platform keeps of its fee for refunds after the goods had left."""
        return self.part(self.refund_fee_minor, self.refunded_late_minor)

    @property
    def fee_left(self) -> int:
        """The platform's fee: less what goes back with refunds, plus what it keeps of that."""
        back = self.part(self.fee_minor, self.refunded_minor)
        return self.fee_minor - back + self.refund_fee_kept

    @property
    def share(self) -> int:
        """The seller's share. Below zero when refund fees exceed what is left."""
        return self.paid_minor - self.refunded_minor - self.tax_left - self.fee_left

    @property
    def reserve_left(self) -> int:
        """What is reserved: a refund takes the share's available part first, then the reserve."""
        if not self.is_released or self.is_reserve_released:
            return 0
        return min(self.reserve_minor, max(self.share, 0))


def position(sale: Sale) -> Mapping[Account, int]:
    """Where the money of a sale is: debits positive, credits negative, together zero."""
    held = sale.captured_minor - sale.refunded_minor
    if not sale.is_paid:
        return {Account.PROCESSOR: held, Account.ESCROW: -held}
    share = {Account.SELLER_PENDING: -sale.share}
    if sale.is_released:
        reserve = sale.reserve_left
        share = {Account.SELLER_AVAILABLE: reserve - sale.share, Account.RESERVE: -reserve}
    return {
        Account.PROCESSOR: held,
        Account.ESCROW: sale.paid_minor - sale.captured_minor,
        Account.TAX_PAYABLE: -sale.tax_left,
        Account.PLATFORM_FEES: -sale.fee_left,
        **share,
    }


def step(kind: str, reference: str, before: Sale, after: Sale) -> JournalDraft | None:
    """The journal that takes a sale from one position to the next, or None when nothing moves."""
    old, new = position(before), position(after)
    moves = {account: new.get(account, 0) - old.get(account, 0) for account in Account}
    entries = tuple(
        Entry(account.value, Money(minor, after.currency))
        for account, minor in moves.items()
        if minor
    )
    if not entries:
        return None
    return JournalDraft(after.shop_id, kind, reference, after.order_id, entries)


def transfer(
    kind: str, reference: str, shop_id: ShopId, source: Account, target: Account, amount: Money
) -> JournalDraft:
    """A journal that moves an amount between two accounts: out of `source`, into `target`."""
    entries = (Entry(source.value, amount), Entry(target.value, -amount))
    return JournalDraft(shop_id, kind, reference, None, entries)


def reserved(sale: Sale, percent: Rate) -> Sale:
    """The sale with the part of its share that a release keeps back."""
    share = Money(max(sale.share, 0), sale.currency)
    return replace(sale, reserve_minor=share.share(percent).minor)


def midnight_after(moment: datetime) -> datetime:
    """The next 00:00 UTC strictly after a moment: when statements are made."""
    return moment.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Terms:
    """How a shop is settled: days from delivery, and its reserve level."""

    settlement_days: int
    reserve_level: int


@dataclass(frozen=True, slots=True)
class Balance:
    """A shop's money now. `payable` is available less holds, never below zero."""

    available: Money
    pending: Money
    reserve: Money
    in_transit: Money
    held: Money
    terms: Terms

    @property
    def payable(self) -> Money:
        """What the next payout may take."""
        left = self.available - self.held
        return left if left.is_positive else Money.zero(left.currency)


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One move of available money: into it is positive, out of it negative."""

    id: int
    kind: LineKind
    order_id: OrderId | None
    payout_id: PayoutId | None
    amount: Money
    note: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Statement:
    """One day (UTC) of a shop's available money: opening + lines = closing."""

    id: StatementId
    shop_id: ShopId
    day: date
    opening: Money
    closing: Money
    line_count: int
    closed_at: datetime

    @property
    def movement(self) -> Money:
        """What the day's lines come to."""
        return self.closing - self.opening


@dataclass(frozen=True, slots=True)
class Payout:
    """Money on its way to the shop's bank account, arrived (PAID) or returned (FAILED)."""

    id: PayoutId
    shop_id: ShopId
    statement_id: StatementId
    amount: Money
    number_masked: str
    state: PayoutState
    failure: str | None
    requested_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class StatementDetail:
    """A statement with its lines, oldest first, and the payouts that it led to."""

    statement: Statement
    lines: tuple[StatementLine, ...]
    payouts: tuple[Payout, ...]


@dataclass(frozen=True, slots=True)
class SendPayout:
    """Payload: one payout to send, asked about until the bank has decided."""

    shop_id: ShopId
    payout_id: PayoutId


@dataclass(frozen=True, slots=True)
class ReadCallback:
    """Payload: a genuine callback of the bank, to be read."""

    bank: str
    body: str


SEND_PAYOUT = JobKind("settlement.payout", SendPayout, lane=Lane.MONEY)
READ_CALLBACK = JobKind("settlement.bank_callback", ReadCallback, lane=Lane.MONEY)
