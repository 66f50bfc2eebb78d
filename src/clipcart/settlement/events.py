"""Facts of settlement. Amounts are the seller's, in minor units."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from clipcart.kit.events import Event, event
from clipcart.kit.ids import OrderId, PayoutId, ShopId, StatementId


@event
@dataclass(frozen=True, slots=True)
class MoneyReleased(Event):
    """The seller's share of an order became available, less what is reserved."""

    NAME: ClassVar[str] = "settlement.released"
    SUBJECT: ClassVar[str] = "order_id"
    shop_id: ShopId
    order_id: OrderId
    share_minor: int
    reserve_minor: int
    currency: str


@event
@dataclass(frozen=True, slots=True)
class ReserveReleased(Event):
    """What was kept back of an order became available."""

    NAME: ClassVar[str] = "settlement.reserve_released"
    SUBJECT: ClassVar[str] = "order_id"
    shop_id: ShopId
    order_id: OrderId
    amount_minor: int
    currency: str


@event
@dataclass(frozen=True, slots=True)
class StatementMade(Event):
    """A day was closed. `day` is its date (UTC) as YYYY-MM-DD."""

    NAME: ClassVar[str] = "settlement.statement_made"
    SUBJECT: ClassVar[str] = "statement_id"
    shop_id: ShopId
    statement_id: StatementId
    day: str
    opening_minor: int
    closing_minor: int
    currency: str


@event
@dataclass(frozen=True, slots=True)
class PayoutStarted(Event):
    """Money is on its way to the shop's bank account."""

    NAME: ClassVar[str] = "settlement.payout_started"
    SUBJECT: ClassVar[str] = "payout_id"
    shop_id: ShopId
    payout_id: PayoutId
    statement_id: StatementId
    amount_minor: int
    currency: str


@event
@dataclass(frozen=True, slots=True)
class PayoutPaid(Event):
    """The bank says that the money arrived."""

    NAME: ClassVar[str] = "settlement.payout_paid"
    SUBJECT: ClassVar[str] = "payout_id"
    shop_id: ShopId
    payout_id: PayoutId
    amount_minor: int
    currency: str


@event
@dataclass(frozen=True, slots=True)
class PayoutFailed(Event):
    """The bank sent the money back; it is available again. `reason` is the bank's word."""

    NAME: ClassVar[str] = "settlement.payout_failed"
    SUBJECT: ClassVar[str] = "payout_id"
    shop_id: ShopId
    payout_id: PayoutId
    amount_minor: int
    currency: str
    reason: str


@event
@dataclass(frozen=True, slots=True)
class BalanceAdjusted(Event):
    """An operator corrected the shop's available money, for a reason that the shop reads."""

    NAME: ClassVar[str] = "settlement.adjusted"
    SUBJECT: ClassVar[str] = "shop_id"
    shop_id: ShopId
    amount_minor: int
    currency: str
    reason: str


@event
@dataclass(frozen=True, slots=True)
class TermsChanged(Event):
    """A shop is settled faster or slower, or at another reserve level; for deliveries from `at`."""

    NAME: ClassVar[str] = "settlement.terms_changed"
    SUBJECT: ClassVar[str] = "shop_id"
    shop_id: ShopId
    settlement_days: int
    reserve_level: int
    at: datetime
