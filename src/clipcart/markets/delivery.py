"""What delivery costs and promises, for one shop's part of a cart."""

from __future__ import annotations

from dataclasses import dataclass

from clipcart.kit.money import CurrencyMismatch, Money
from clipcart.markets.errors import NoSuchRegion
from clipcart.markets.model import Market, Rules


@dataclass(frozen=True, slots=True)
class DeliveryQuote:
    """One option with its price for this order. Days are business days from dispatch.

    `missing` is what more goods would make it free, None where it is free or never is.
    """

    id: str
    name: str
    fee: Money
    days_min: int
    days_max: int
    missing: Money | None


def delivery_options(
    market: Market, rules: Rules, region: str, goods: Money
) -> tuple[DeliveryQuote, ...]:
    """All options for goods of one shop sent to a region, in the market's order.

    `goods` is the sum of the lines after discounts, as shown to the buyer. Reaching the threshold
    waives the fee but not a region's surcharge. Raises NoSuchRegion.
    """
    if goods.currency != market.currency:
        raise CurrencyMismatch(goods.currency, market.currency)
    if rules.address_regions and region not in rules.address_regions:
        raise NoSuchRegion(market.id, region)
    nothing = Money.zero(market.currency)
    quotes = []
    for option in rules.delivery_options:
        is_free = option.free_from is not None and goods >= option.free_from
        fee = (nothing if is_free else option.fee) + option.surcharges.get(region, nothing)
        missing = None if is_free or option.free_from is None else option.free_from - goods
        quotes.append(
            DeliveryQuote(option.id, option.name, fee, option.days_min, option.days_max, missing)
        )
    return tuple(quotes)
