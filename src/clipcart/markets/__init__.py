"""Markets: every number of the trade, per country and per date.

Owns      the market files (`files/*.toml`); no tables
Calls     nothing but kit
Tells     nothing
Promises  a market that loads is complete; `at` never changes its answer for a moment.
"""

from clipcart.markets.address import address_problems
from clipcart.markets.calendar import (
    business_days_after,
    end_of_day,
    is_business_day,
    local_day,
    pay_by,
    start_of_day,
)
from clipcart.markets.delivery import DeliveryQuote, delivery_options
from clipcart.markets.errors import InvalidMarketFile, MarketNotOpen, NoSuchMarket, NoSuchRegion
from clipcart.markets.loading import load
from clipcart.markets.model import (
    DeliveryOption,
    Market,
    ProbationCap,
    ReserveLevel,
    Rules,
    TaxMode,
)
from clipcart.markets.queries import all_markets as all
from clipcart.markets.queries import get
from clipcart.markets.tax import LineTax, tax_for

__all__ = [
    "DeliveryOption",
    "DeliveryQuote",
    "InvalidMarketFile",
    "LineTax",
    "Market",
    "MarketNotOpen",
    "NoSuchMarket",
    "NoSuchRegion",
    "ProbationCap",
    "ReserveLevel",
    "Rules",
    "TaxMode",
    "address_problems",
    "all",
    "business_days_after",
    "delivery_options",
    "end_of_day",
    "get",
    "is_business_day",
    "load",
    "local_day",
    "pay_by",
    "start_of_day",
    "tax_for",
]
