"""The tax on one line: added on top at checkout, or found inside the price."""

from __future__ import annotations

from dataclasses import dataclass

from clipcart.kit.money import CurrencyMismatch, Money, Rate
from clipcart.markets.errors import NoSuchRegion
from clipcart.markets.model import Market, Rules, TaxMode


@dataclass(frozen=True, slots=True)
class LineTax:
    """A line's tax: net + tax = gross, always. The buyer pays the gross."""

    mode: TaxMode
    rate: Rate
    net: Money
    tax: Money

    @property
    def gross(self) -> Money:
        return self.net + self.tax


def tax_for(
    market: Market, rules: Rules, address_region: str, amount: Money, category: str = "standard"
) -> LineTax:
    """The tax on `amount`, which is a line's price after discounts, for its destination.

    In a market whose prices contain tax, `amount` is the gross and the tax is taken out of it;
    otherwise it is the net and the tax comes on top. The tax is rounded once per line, half to
    even; an order's tax is the sum of its lines' taxes and is never computed again from the sum.
    A category that the market taxes apart (such as "exempt") has one rate for all regions.
    Raises NoSuchRegion where rates depend on the region and this one has none.
    """
    if amount.currency != market.currency:
        raise CurrencyMismatch(amount.currency, market.currency)
    rate = _rate(market, rules, address_region, category)
    if rules.tax_mode is TaxMode.INCLUDED:
        tax = amount.tax_included(rate)
        return LineTax(rules.tax_mode, rate, amount - tax, tax)
    return LineTax(rules.tax_mode, rate, amount, amount.share(rate))


def _rate(market: Market, rules: Rules, region: str, category: str) -> Rate:
    if category in rules.tax_categories:
        return rules.tax_categories[category]
    if not rules.tax_regions:
        return rules.tax_rate
    if region not in rules.tax_regions:
        raise NoSuchRegion(market.id, region)
    return rules.tax_regions[region]
