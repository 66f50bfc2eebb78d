"""The keys of a market file: which table they stand in and how their values are read.

Every key is a field of `Rules` and has an entry in docs/reference/markets.md; tests hold both.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from clipcart.markets.address import FIELDS
from clipcart.markets.model import DeliveryOption, ProbationCap, ReserveLevel, TaxMode
from clipcart.markets.readers import (
    Part,
    Reader,
    Spot,
    duration,
    fee_rate,
    flag,
    list_of,
    money,
    one_of,
    pattern,
    rate,
    record,
    table_of,
    text,
    whole,
)

_DAYS: Final = whole(0, 366)
_COUNT: Final = whole(1, 1_000_000)
_NAME: Final = text(r"[a-z][a-z0-9_]{0,39}", "a short lower-case name")
PAYMENT_METHODS: Final = (
    "card", "debit", "bank_transfer", "konbini", "boleto", "pix", "voucher", "wallet",
    "cash_on_delivery",
)  # fmt: skip
DOCUMENTS: Final = (
    "identity", "address_proof", "business_registration", "tax_registration", "owners",
    "representative_identity", "bank_statement",
)  # fmt: skip
LEGAL_FORMS: Final = ("individual", "sole_proprietor", "corporation", "partnership")

_RESERVE = record(
    ReserveLevel,
    {"level": Part(whole(0, 9)), "percent": Part(rate), "days": Part(_DAYS)},
)
_PROBATION = record(
    ProbationCap,
    {
        "name": Part(_NAME),
        "orders_per_day": Part(_COUNT, None),
        "listings": Part(_COUNT, None),
    },
)
_DELIVERY = record(
    DeliveryOption,
    {
        "id": Part(_NAME),
        "name": Part(text(says="a name of up to 200 characters")),
        "fee": Part(money),
        "free_from": Part(money, None),
        "days_min": Part(_DAYS),
        "days_max": Part(_DAYS),
        "surcharges": Part(table_of(money), MappingProxyType({})),
    },
)


def _tax_mode(value: object, spot: Spot) -> TaxMode | None:
    read = one_of([mode.value for mode in TaxMode])(value, spot)
    return TaxMode(read) if read else None


@dataclass(frozen=True, slots=True)
class Parameter:
    """One key. With `per_region` it is a table whose every entry is dated on its own."""

    table: str
    key: str
    reader: Reader
    per_region: bool = False


def _group(table: str, **readers: Reader) -> tuple[Parameter, ...]:
    return tuple(Parameter(table, key, reader) for key, reader in readers.items())


PARAMETERS: Final = (
    *_group(
        "orders",
        unpaid_close=duration,
        unpaid_close_flash=duration,
        free_cancel=duration,
        free_cancel_options=list_of(duration),
        cancel_reply=duration,
        dispatch_business_days=_DAYS,
        auto_cancel_business_days=_DAYS,
        deliver_by_business_days=_DAYS,
        line_quantity_max=_COUNT,
        cart_lines_max=_COUNT,
        minimum_quantity_max=_COUNT,
    ),
    *_group(
        "after_sales",
        return_window_days=_DAYS,
        return_window_by_category=table_of(_DAYS),
        return_reply=duration,
        return_ship_days=_DAYS,
        return_confirm_days=_DAYS,
        review_window_days=_DAYS,
    ),
    *_group(
        "settlement",
        settlement_days=_DAYS,
        settlement_tiers=list_of(_DAYS, least=1),
        reserve_levels=list_of(_RESERVE, least=1),
        referral_fee=fee_rate,
        refund_fee_share=rate,
        refund_fee_cap=money,
        payout_threshold=money,
        commission_min=rate,
        commission_max=rate,
    ),
    *_group(
        "sellers",
        probation_caps=list_of(_PROBATION, least=1),
        staff_invitation_ttl=duration,
        documents_required=table_of(list_of(one_of(DOCUMENTS), least=1)),
        document_bytes_max=whole(1, 1_000_000_000),
    ),
    *_group(
        "listing",
        images_max=_COUNT,
        image_side_min_px=_COUNT,
        image_side_max_px=_COUNT,
        skus_max=_COUNT,
        axes_max=_COUNT,
        axis_name_max=_COUNT,
        axis_value_max=_COUNT,
        title_min=_COUNT,
        title_max=_COUNT,
        description_max=_COUNT,
        seller_sku_max=_COUNT,
        stock_max=_COUNT,
    ),
    *_group(
        "tax",
        tax_mode=_tax_mode,
        tax_name=text(says="the tax's name"),
        tax_rate=rate,
        tax_categories=table_of(rate),
        tax_on_delivery=flag,
    ),
    Parameter("tax", "tax_regions", rate, per_region=True),
    *_group(
        "delivery",
        delivery_options=list_of(_DELIVERY, least=1),
        carriers=list_of(_NAME, least=1),
    ),
    *_group(
        "address",
        address_required=list_of(one_of(FIELDS), least=1),
        address_regions=table_of(text(says="the region's name")),
        postal_code_pattern=pattern,
        postal_code_example=text(says="a postal code"),
    ),
    *_group(
        "payment",
        payment_methods=list_of(one_of(PAYMENT_METHODS), least=1),
        pay_business_days=table_of(_DAYS),
    ),
)
