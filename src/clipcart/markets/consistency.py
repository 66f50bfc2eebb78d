"""Rules that hold between parameters: each may be fine alone and wrong together."""

from __future__ import annotations

import re
from itertools import pairwise

from clipcart.kit.money import Money
from clipcart.markets.model import Rules
from clipcart.markets.parameters import LEGAL_FORMS
from clipcart.markets.readers import Spot


def check_rules(rules: Rules, spot: Spot) -> None:
    """Note everything in these rules that contradicts something else in them."""
    _check_clocks(rules, spot.at("orders"))
    _check_settlement(rules, spot.at("settlement"))
    _check_sellers(rules, spot.at("sellers"))
    _check_bounds(rules, spot)
    _check_regions(rules, spot)
    for method in rules.pay_business_days:
        if method not in rules.payment_methods:
            spot.at("payment").at("pay_business_days").at(method).no(
                "is not in payment_methods", "add it there or remove it here"
            )
    _check_delivery(rules, spot.at("delivery").at("delivery_options"))


def _check_clocks(rules: Rules, spot: Spot) -> None:
    if rules.unpaid_close_flash > rules.unpaid_close:
        spot.at("unpaid_close_flash").no("is longer than unpaid_close", "shorten it")
    if rules.auto_cancel_business_days < rules.dispatch_business_days:
        spot.at("auto_cancel_business_days").no(
            "comes before dispatch_business_days", "cancel only after the dispatch deadline"
        )
    if rules.deliver_by_business_days < rules.dispatch_business_days:
        spot.at("deliver_by_business_days").no(
            "comes before dispatch_business_days", "leave time for the journey"
        )


def _check_settlement(rules: Rules, spot: Spot) -> None:
    if rules.commission_min > rules.commission_max:
        spot.at("commission_min").no("is above commission_max", "exchange them")
    if list(rules.settlement_tiers) != sorted(rules.settlement_tiers):
        spot.at("settlement_tiers").no("do not rise", "put the fastest first")
    levels = [level.level for level in rules.reserve_levels]
    if levels != list(range(len(levels))):
        spot.at("reserve_levels").no("are not numbered 0, 1, 2, ...", "number them in order")
    for lower, higher in pairwise(rules.reserve_levels):
        if lower.percent > higher.percent:
            spot.at("reserve_levels").at(higher.level).no(
                "holds back less than the level below", "let the percentages rise"
            )


def _check_sellers(rules: Rules, spot: Spot) -> None:
    for form in rules.documents_required:
        if form not in LEGAL_FORMS:
            spot.at("documents_required").at(form).no(
                "is not a legal form", f"use {', '.join(LEGAL_FORMS)}"
            )
    names = [cap.name for cap in rules.probation_caps]
    if len(set(names)) != len(names):
        spot.at("probation_caps").no("two stages have one name", "rename one")


def _check_bounds(rules: Rules, spot: Spot) -> None:
    listing = spot.at("listing")
    if rules.title_min > rules.title_max:
        listing.at("title_min").no("is above title_max", "exchange them")
    if rules.image_side_min_px > rules.image_side_max_px:
        listing.at("image_side_min_px").no("is above image_side_max_px", "exchange them")
    if not re.fullmatch(rules.postal_code_pattern, rules.postal_code_example, re.ASCII):
        spot.at("address").at("postal_code_example").no(
            "does not match postal_code_pattern", "correct one of the two"
        )


def _check_regions(rules: Rules, spot: Spot) -> None:
    taxed = spot.at("tax").at("tax_regions")
    for region in rules.tax_regions:
        if region not in rules.address_regions:
            taxed.at(region).no("is not in address_regions", "add it there or correct the name")
    if rules.tax_regions:
        for region in rules.address_regions:
            if region not in rules.tax_regions:
                taxed.at(region).no("missing", 'give its rate, "0%" where there is no tax')
    if rules.address_regions and "region" not in rules.address_required:
        spot.at("address").at("address_required").no(
            "lacks region although regions are listed", 'add "region"'
        )


def _check_delivery(rules: Rules, spot: Spot) -> None:
    names = [option.id for option in rules.delivery_options]
    if len(set(names)) != len(names):
        spot.no("two options have one id", "rename one")
    for place, option in enumerate(rules.delivery_options):
        here = spot.at(place)
        if option.days_min > option.days_max:
            here.at("days_min").no("is above days_max", "exchange them")
        for region, fee in option.surcharges.items():
            if region not in rules.address_regions:
                here.at("surcharges").at(region).no("is not in address_regions", "correct it")
            if fee == Money.zero(fee.currency):
                here.at("surcharges").at(region).no("is zero", "remove it")
