"""A shop's packages by when they were made or changed, for programs that follow them."""

from datetime import datetime
from typing import NamedTuple

from clipcart.kit.ids import PackageId, ShopId
from clipcart.kit.listing import Key, Listing, Order


class TimedKeyRow(NamedTuple):
    shop_id: ShopId
    id: PackageId
    created_at: datetime
    changed_at: datetime


_MADE = (Key("created_at", "timestamptz"), Key("id", "bigint"))
_CHANGED = (Key("changed_at", "timestamptz"), Key("id", "bigint"))

FOUND = Listing(
    "select shop_id, id, created_at, changed_at from fulfilment.package where shop_id = :shop_id",
    TimedKeyRow,
    filters={
        "states": "state = any(:states::text[])",
        "made_from": "created_at >= :made_from",
        "made_below": "created_at < :made_below",
        "changed_from": "changed_at >= :changed_from",
        "changed_below": "changed_at < :changed_below",
    },
    orders={
        "made_down": Order(_MADE, down=True),
        "made_up": Order(_MADE),
        "changed_down": Order(_CHANGED, down=True),
        "changed_up": Order(_CHANGED),
    },
    hot=True,
)
