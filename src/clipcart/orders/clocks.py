"""When an order's deadlines fall: pure functions of the market's rules. See docs/how/orders.md."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from clipcart import markets
from clipcart.markets import Market


@dataclass(frozen=True, slots=True)
class PaidClocks:
    """The deadlines that start when the money is there."""

    free_cancel_until: datetime
    ship_by: datetime
    cancel_unshipped_at: datetime
    deliver_by: datetime


def pay_by(market: Market, placed_at: datetime) -> datetime:
    """An unpaid order is closed then, if its purchase does not name a time of its own."""
    return markets.pay_by(market, placed_at)


def when_paid(market: Market, paid_at: datetime, free_cancel_hours: int) -> PaidClocks:
    """Dispatch, auto-cancel and deliver-by count business days from the day of payment."""
    rules = market.at(paid_at)
    return PaidClocks(
        free_cancel_until=paid_at + timedelta(hours=free_cancel_hours),
        ship_by=markets.business_days_after(paid_at, rules.dispatch_business_days, market),
        cancel_unshipped_at=unshipped(market, paid_at),
        deliver_by=markets.business_days_after(paid_at, rules.deliver_by_business_days, market),
    )


def unshipped(market: Market, since: datetime) -> datetime:
    """An order is cancelled when nothing happened so long: no label, or a label and no scan."""
    days = market.at(since).auto_cancel_business_days
    return markets.business_days_after(since, days, market)


def complete_at(market: Market, delivered_at: datetime) -> datetime:
    """The return window's end: from then on the sale stands."""
    return delivered_at + timedelta(days=market.at(delivered_at).return_window_days)


def cancel_reply_by(market: Market, requested_at: datetime) -> datetime:
    """A request to cancel that nobody answers is approved then."""
    return requested_at + market.at(requested_at).cancel_reply
