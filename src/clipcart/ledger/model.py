"""The book as values: drafts that balance, entries, totals, holds. Pure."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import NewType

from clipcart.kit.ids import JournalId, OrderId, ShopId
from clipcart.kit.money import Money

HoldId = NewType("HoldId", int)


@dataclass(frozen=True, slots=True)
class Entry:
    """One move of an account: positive is a debit, negative a credit; never zero."""

    account: str
    amount: Money


@dataclass(frozen=True, slots=True)
class JournalDraft:
    """A journal to post. `reference` names the deed, unique in the shop: it is posted once.

    Raises ValueError when the entries do not sum to zero per currency, or one of them is zero:
    a defect of the caller, not a refusal.
    """

    shop_id: ShopId
    kind: str
    reference: str
    order_id: OrderId | None
    entries: tuple[Entry, ...]

    def __post_init__(self) -> None:
        sums: dict[str, int] = defaultdict(int)
        for entry in self.entries:
            if entry.amount.is_zero:
                raise ValueError(f"{self.reference}: an entry of nothing on {entry.account}")
            sums[entry.amount.currency.code] += entry.amount.minor
        if not self.entries or any(sums.values()):
            raise ValueError(f"{self.reference}: entries do not sum to zero: {dict(sums)}")


@dataclass(frozen=True, slots=True)
class PostedEntry:
    """An entry as it stands in the book."""

    journal_id: JournalId
    kind: str
    reference: str
    posted_at: datetime
    account: str
    amount: Money


@dataclass(frozen=True, slots=True)
class AccountTotal:
    """One account over all shops in one currency: what was debited and credited, both positive."""

    account: str
    debits: Money
    credits: Money

    @property
    def balance(self) -> Money:
        """Debits less credits."""
        return self.debits - self.credits


@dataclass(frozen=True, slots=True)
class Unbalanced:
    """A journal that does not sum to zero: only tampering makes one."""

    shop_id: ShopId
    journal_id: JournalId
    kind: str
    order_id: OrderId | None
    difference: Money


@dataclass(frozen=True, slots=True)
class Drift:
    """A kept balance that is not the sum of its entries: only tampering makes one."""

    shop_id: ShopId
    account: str
    kept: Money
    entries: Money


@dataclass(frozen=True, slots=True)
class Hold:
    """An amount kept back for a cause until a date. It ends by itself; the shop may contest it."""

    id: HoldId
    shop_id: ShopId
    amount: Money
    cause: str
    order_id: OrderId | None
    placed_at: datetime
    placed_by: str
    until: datetime
    contested_at: datetime | None
    contest_note: str | None
    lifted_at: datetime | None

    def is_in_force(self, now: datetime) -> bool:
        """It keeps money back now."""
        return self.lifted_at is None and now < self.until


@dataclass(frozen=True, slots=True)
class Standing:
    """What a journal of an order moved in an account, and what the order has there since then."""

    moved: Money
    stands: Money
