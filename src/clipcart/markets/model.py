"""A market and the rules in force in it at a moment: frozen values, no I/O.

Durations are timedeltas, day counts are plain integers (business days where the name says so),
rates are exact, amounts are in the market's currency. What each value means for people is in
docs/reference/markets.md; which file key fills it is in parameters.py.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from clipcart.kit.money import Currency, Money, Rate
from clipcart.markets.errors import MarketNotOpen
from clipcart.markets.holidays import Holiday


class TaxMode(StrEnum):
    """Whether shown prices contain the tax or the tax comes on top at checkout."""

    ADDED = "added"
    INCLUDED = "included"


@dataclass(frozen=True, slots=True)
class ReserveLevel:
    """The part of a seller's revenue that is held back, and for how many days from delivery."""

    level: int
    percent: Rate
    days: int


@dataclass(frozen=True, slots=True)
class ProbationCap:
    """What a shop of this stage may do; None means without limit."""

    name: str
    orders_per_day: int | None
    listings: int | None


@dataclass(frozen=True, slots=True)
class DeliveryOption:
    """One way of delivery: fee per order, when it is free, what it promises in business days."""

    id: str
    name: str
    fee: Money
    free_from: Money | None
    days_min: int
    days_max: int
    surcharges: Mapping[str, Money]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Everything that is in force in one market at one moment."""

    # orders
    unpaid_close: timedelta
    unpaid_close_flash: timedelta
    free_cancel: timedelta
    free_cancel_options: tuple[timedelta, ...]
    cancel_reply: timedelta
    dispatch_business_days: int
    auto_cancel_business_days: int
    deliver_by_business_days: int
    line_quantity_max: int
    cart_lines_max: int
    minimum_quantity_max: int
    # after sales
    return_window_days: int
    return_window_by_category: Mapping[str, int]
    return_reply: timedelta
    return_ship_days: int
    return_confirm_days: int
    review_window_days: int
    # settlement
    settlement_days: int
    settlement_tiers: tuple[int, ...]
    reserve_levels: tuple[ReserveLevel, ...]
    referral_fee: Rate
    refund_fee_share: Rate
    refund_fee_cap: Money
    payout_threshold: Money
    commission_min: Rate
    commission_max: Rate
    # sellers
    probation_caps: tuple[ProbationCap, ...]
    staff_invitation_ttl: timedelta
    documents_required: Mapping[str, tuple[str, ...]]
    document_bytes_max: int
    # listing
    images_max: int
    image_side_min_px: int
    image_side_max_px: int
    skus_max: int
    axes_max: int
    axis_name_max: int
    axis_value_max: int
    title_min: int
    title_max: int
    description_max: int
    seller_sku_max: int
    stock_max: int
    # tax
    tax_mode: TaxMode
    tax_name: str
    tax_rate: Rate
    tax_regions: Mapping[str, Rate]
    tax_categories: Mapping[str, Rate]
    tax_on_delivery: bool
    # delivery
    delivery_options: tuple[DeliveryOption, ...]
    carriers: tuple[str, ...]
    # address
    address_required: tuple[str, ...]
    address_regions: Mapping[str, str]
    postal_code_pattern: str
    postal_code_example: str
    # payment
    payment_methods: tuple[str, ...]
    pay_business_days: Mapping[str, int]

    def reserve_level(self, level: int) -> ReserveLevel:
        """The reserve of this level. Raises KeyError where the market has no such level."""
        for candidate in self.reserve_levels:
            if candidate.level == level:
                return candidate
        raise KeyError(level)

    def probation_cap(self, name: str) -> ProbationCap:
        """The cap of the shop stage of this name. Raises KeyError."""
        for candidate in self.probation_caps:
            if candidate.name == name:
                return candidate
        raise KeyError(name)

    def return_days_for(self, category: str = "") -> int:
        """Days from delivery in which a return may be asked; 0 means not at all."""
        return self.return_window_by_category.get(category, self.return_window_days)


@dataclass(frozen=True, slots=True)
class Period:
    """Rules and the moment (UTC) from which they are in force."""

    since: datetime
    rules: Rules


@dataclass(frozen=True, slots=True)
class Market:
    """A country or region that clipcart trades in. Made by `markets.load`."""

    id: str
    name: str
    currency: Currency
    time_zone: ZoneInfo
    language: str
    country: str
    page_size: str
    opens: date
    weekend: frozenset[int]
    holidays: tuple[Holiday, ...]
    periods: tuple[Period, ...] = field(repr=False)

    def at(self, moment: datetime) -> Rules:
        """The rules in force at an aware moment. Changes start at midnight, local time.

        Raises MarketNotOpen before the market's first day.
        """
        if moment.tzinfo is None:
            raise ValueError("a moment is an aware datetime")
        place = bisect_right(self.periods, moment, key=lambda period: period.since)
        if place == 0:
            raise MarketNotOpen(self.id, moment)
        return self.periods[place - 1].rules

    def __hash__(self) -> int:
        return hash(self.id)
