"""Topics: what an app can be told of, by the numbers and names of the contract."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class Topic:
    """A kind of notice: its number and name, and what an app needs to be told.

    `scope` is the app's, `grant` that of the person who let it in; without them, whoever was let
    in is told. `sample` is the `data` of a test.
    """

    type: int
    name: str
    title: str
    scope: str | None
    grant: str | None
    sample: Mapping[str, Any]


_DAY: Final = 1_700_000_000
_ORDERS, _PRODUCTS = "orders.view", "products.view"
_PRODUCT_SCOPE: Final = "seller.product.basic"

_ALL: Final = (
    Topic(
        1,
        "ORDER_STATUS_CHANGE",
        "An order is placed, or moves on",
        "seller.order.info",
        _ORDERS,
        {
            "order_id": "576461413038785752",
            "order_status": "UNPAID",
            "is_on_hold_order": True,
            "update_time": _DAY,
        },
    ),
    Topic(
        4,
        "PACKAGE_UPDATE",
        "A package is made, gets its label, or is called off",
        "seller.fulfillment.basic",
        _ORDERS,
        {
            "sc_type": "SPLIT",
            "role_type": "ROLE_SELLER",
            "package_list": [
                {"package_id": "1153132168123359732", "order_id_list": ["576461413038785752"]}
            ],
            "update_time": _DAY,
        },
    ),
    Topic(
        5,
        "PRODUCT_STATUS_CHANGE",
        "A product goes on sale, is taken off, or fails its review",
        _PRODUCT_SCOPE,
        _PRODUCTS,
        {
            "product_id": "1729592969712207008",
            "status": "PRODUCT_STATUS_CHANGED",
            "suspended_reason": "",
            "update_time": _DAY,
        },
    ),
    Topic(
        6,
        "SELLER_DEAUTHORIZATION",
        "A seller lets the app in no longer",
        None,
        None,
        {"message": "The seller has withdrawn the authorization."},
    ),
    Topic(
        7,
        "UPCOMING_AUTHORIZATION_EXPIRATION",
        "An authorization ends within 30 days; told daily",
        None,
        None,
        {"message": "The authorization ends soon.", "expiration_time": str(_DAY)},
    ),
    Topic(
        11,
        "CANCELLATION_STATUS_CHANGE",
        "A cancellation is asked for, answered, or done",
        "seller.return_refund.basic",
        _ORDERS,
        {
            "order_id": "576461413038785752",
            "cancellations_role": "BUYER",
            "cancel_status": "CANCELLATION_REQUEST_PENDING",
            "cancel_id": "4035633049124970586",
            "create_time": _DAY,
        },
    ),
    Topic(
        15,
        "PRODUCT_INFORMATION_CHANGE",
        "What buyers see of a product changed",
        _PRODUCT_SCOPE,
        _PRODUCTS,
        {
            "product_id": "1729592969712207008",
            "change_source": "SELLER_CENTER",
            "changed_fields": ["title"],
            "update_time": _DAY,
        },
    ),
    Topic(
        16,
        "PRODUCT_CREATION",
        "A product is described",
        _PRODUCT_SCOPE,
        _PRODUCTS,
        {"product_id": 1729592969712207008, "product_types": [], "update_time": _DAY},
    ),
    Topic(
        20,
        "CREATOR_DEAUTHORIZATION",
        "A creator lets the app act for them no longer",
        None,
        None,
        {"cancel_time": str(_DAY)},
    ),
    Topic(
        37,
        "PRODUCT_AUDIT_STATUS_CHANGE",
        "A product waits for its review, or has passed or failed it",
        _PRODUCT_SCOPE,
        _PRODUCTS,
        {
            "product_id": 1729592969712207008,
            "audit": {"status": "AUDITING"},
            "update_time": _DAY,
        },
    ),
    Topic(
        71,
        "INVENTORY_CHANGED_BY_SHOP",
        "A shop counts, receives or corrects stock",
        _PRODUCT_SCOPE,
        _PRODUCTS,
        {
            "event_id": "7327112393057371910",
            "occurred_at": "2023-11-14T22:13:20Z",
            "shop_id": 7494049642642441621,
            "product_id": 1729592969712207008,
            "sku_id": 1729592969712272544,
            "quantity_snapshot_after_change": {
                "total_quantity": 12,
                "total_available_quantity": 10,
                "total_committed_quantity": 2,
                "in_shop_quantity": 10,
                "campaign_locked_quantity": 0,
                "creator_locked_quantity": 0,
            },
            "change_detail": [
                {
                    "idempotency_key": "7327112393057371910-1",
                    "trigger_source": "SELLER",
                    "occurred_at": "2023-11-14T22:13:20Z",
                    "total_quantity_delta": 5,
                    "available_quantity_delta": 5,
                    "committed_quantity_delta": 0,
                    "in_shop_quantity_delta": 5,
                    "campaign_locked_quantity_delta": 0,
                    "creator_locked_quantity_delta": 0,
                }
            ],
        },
    ),
)

TOPICS: Final[Mapping[int, Topic]] = MappingProxyType({each.type: each for each in _ALL})
"""Every topic whose facts exist, by number."""

BY_NAME: Final[Mapping[str, Topic]] = MappingProxyType({each.name: each for each in _ALL})
