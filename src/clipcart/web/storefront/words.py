"""Words of the storefront: dates, tax notes, reasons, steps. Pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final
from urllib.parse import quote

from clipcart import markets
from clipcart.kit.money import Money
from clipcart.markets import Market, Rules, TaxMode
from clipcart.orders import Reason

LOW_STOCK = 5

DECLINES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "card_declined": "The bank said no and gave no reason. Try another card.",
        "insufficient_funds": "There is not enough money on the card. Try another one.",
        "expired_card": "The card has expired. Try another one.",
        "incorrect_cvc": "The security code was wrong. Check the back of the card and try again.",
        "lost_card": "The bank does not accept this card. Try another one.",
        "stolen_card": "The bank does not accept this card. Try another one.",
        "fraud_suspected": "The bank stopped this payment. Ask your bank, or try another card.",
        "authentication_failed": "You did not confirm the payment with your bank. Try again.",
    }
)
DECLINED = "The payment did not go through. Try again, or use another card."

BUYER_REASONS: Final[Mapping[Reason, str]] = MappingProxyType(
    {
        Reason.CHANGED_MIND: "I changed my mind",
        Reason.ORDERED_BY_MISTAKE: "I ordered it by mistake",
        Reason.BETTER_PRICE: "I found it cheaper",
        Reason.WRONG_ADDRESS: "The address is wrong",
        Reason.TOO_SLOW: "It takes too long",
    }
)

CANCELLED_BECAUSE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "CHANGED_MIND": "you changed your mind",
        "ORDERED_BY_MISTAKE": "it was ordered by mistake",
        "BETTER_PRICE": "you found a better price",
        "WRONG_ADDRESS": "the address was wrong",
        "TOO_SLOW": "it took too long",
        "OUT_OF_STOCK": "the shop ran out of it",
        "WRONG_PRICE": "the price was a mistake of the shop",
        "CANNOT_DELIVER": "the shop cannot deliver to the address",
        "BUYER_ASKED": "you asked for it",
        "SUSPECTED_FRAUD": "the payment looked unsafe",
        "AGAINST_RULES": "the product is against our rules",
        "PARCEL_LOST": "the parcel was lost",
        "NOT_PAID": "it was not paid in time",
        "STOCK_GONE": "the stock was gone when the money came",
        "NOT_SHIPPED": "the shop did not ship it in time",
    }
)
CANCELLED_BY: Final[Mapping[str, str]] = MappingProxyType(
    {
        "buyer": "Cancelled by you",
        "seller": "Cancelled by the shop",
        "operator": "Cancelled by clipcart",
        "system": "Cancelled automatically",
    }
)


def price_text(amount: Money, market: Market | None = None) -> str:
    """An amount as people of the market write it."""
    return amount.format(market.language if market else "en")


def day_text(market: Market, moment: datetime) -> str:
    """`Thu 5 Mar`, by the market's calendar."""
    local = moment.astimezone(market.time_zone)
    return f"{local:%a} {local.day} {local:%b}"


def moment_text(market: Market, moment: datetime) -> str:
    """`Thu 5 Mar, 14:05`, by the market's clock."""
    return f"{day_text(market, moment)}, {moment.astimezone(market.time_zone):%H:%M}"


def date_text(market: Market, moment: datetime) -> str:
    """`5 Mar 2026`, by the market's calendar."""
    local = moment.astimezone(market.time_zone)
    return f"{local.day} {local:%b %Y}"


def arrival_text(market: Market, now: datetime, days_min: int, days_max: int) -> str:
    """`Thu 5 to Mon 9 Mar`: when something that is ordered now arrives.

    From a parcel packed on the next working day to one handed over on the last allowed.
    """
    ship_days = market.at(now).dispatch_business_days
    first = markets.business_days_after(now, 1 + days_min, market).astimezone(market.time_zone)
    last = markets.business_days_after(now, ship_days + days_max, market)
    last_day = last.astimezone(market.time_zone)
    month = f" {first:%b}" if first.month != last_day.month else ""
    return f"{first:%a} {first.day}{month} to {last_day:%a} {last_day.day} {last_day:%b}"


def left_text(delta: timedelta) -> str:
    """`40 minutes`, `1 hour`, `3 days`."""
    minutes = max(int(delta / timedelta(minutes=1)), 0)
    for size, word in ((1440, "day"), (60, "hour"), (1, "minute")):
        if minutes >= size:
            return counted(minutes // size, word)
    return "less than a minute"


def counted(number: int, word: str) -> str:
    """`1 hour`, `3 hours`."""
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def tax_note(rules: Rules) -> str:
    """What a price says about tax."""
    if rules.tax_mode is TaxMode.INCLUDED:
        return f"{rules.tax_name} included"
    if rules.tax_regions:
        return f"plus {rules.tax_name.lower()} of the place it goes to"
    return f"plus {rules.tax_rate} {rules.tax_name.lower()}"


def cart_tax_note(rules: Rules) -> str:
    """What a sum says about tax while it is open where it goes."""
    if rules.tax_mode is TaxMode.INCLUDED:
        return f"{rules.tax_name} is in the prices."
    return f"{rules.tax_name} is added once we know where it goes."


def stock_text(available: int) -> tuple[str, str]:
    """What is left, and the tone of it."""
    if available <= 0:
        return "Sold out", "mute"
    if available <= LOW_STOCK:
        return f"Only {available} left", "warn"
    return "In stock", "ok"


def quoted(text: str) -> str:
    """A text as a part of an address."""
    return quote(text, safe="")
