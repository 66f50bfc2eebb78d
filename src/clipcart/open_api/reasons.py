"""Reasons for cancelling as the wire names them, by who gives them and whether it was paid."""

from collections.abc import Mapping
from typing import Final

from clipcart.orders import Answer, By, Reason

_UNPAID: Final = "ecom_order_unpaid_canceled_reason_"
_TO_SHIP: Final = "ecom_order_to_ship_canceled_reason_"
_BUYER: Final[Mapping[Reason, str]] = {
    Reason.CHANGED_MIND: "no_longer_needed",
    Reason.ORDERED_BY_MISTAKE: "created_by_mistakes",
    Reason.BETTER_PRICE: "better_price",
    Reason.WRONG_ADDRESS: "wrong_delivery_info",
    Reason.TOO_SLOW: "not_shipped_on_time",
}
_SELLER_PAID: Final[Mapping[Reason, str]] = {
    Reason.OUT_OF_STOCK: "seller_cancel_reason_out_of_stock",
    Reason.WRONG_PRICE: "seller_cancel_reason_wrong_price",
    Reason.CANNOT_DELIVER: "seller_cancel_paid_reason_address_not_deliver",
    Reason.BUYER_ASKED: "seller_cancel_paid_reason_buyer_requested_cancellation",
}
_SELLER_UNPAID: Final[Mapping[Reason, str]] = {
    Reason.OUT_OF_STOCK: "seller_cancel_unpaid_reason_out_of_stock",
    Reason.WRONG_PRICE: "seller_cancel_unpaid_reason_wrong_price",
    Reason.BUYER_ASKED: "seller_cancel_unpaid_reason_buyer_requested_cancellation",
}
_SYSTEM: Final[Mapping[Reason, str]] = {
    Reason.NOT_PAID: "system_cancel_unpaid_time_out",
    Reason.NOT_SHIPPED: "system_cancel_order_reason_shipping_timeout",
    Reason.PARCEL_LOST: "package_lost",
}
_SELLER_KEYS: Final[Mapping[str, tuple[Reason, bool]]] = {
    **{key: (reason, True) for reason, key in _SELLER_PAID.items()},
    **{key: (reason, False) for reason, key in _SELLER_UNPAID.items()},
}


def reason_key(by: By, reason: Reason, *, was_paid: bool) -> str:
    """The key of a reason. What only operators and the platform have is `platform_cancel`."""
    if by is By.BUYER:
        if not was_paid and reason is Reason.TOO_SLOW:
            return _UNPAID + "other"
        return (_TO_SHIP if was_paid else _UNPAID) + _BUYER[reason]
    if by is By.SELLER:
        keys = _SELLER_PAID if was_paid else _SELLER_UNPAID
        return keys.get(reason) or _SELLER_PAID[reason]
    return _SYSTEM.get(reason, "platform_cancel")


def seller_reason(key: str) -> tuple[Reason, bool] | None:
    """The reason that a seller gives by its key, and whether it is one for paid orders."""
    return _SELLER_KEYS.get(key)


def seller_keys(*, is_paid: bool) -> list[str]:
    """Every reason that a seller can give, for an order that is paid or is not."""
    return [key for key, (_, for_paid) in _SELLER_KEYS.items() if for_paid is is_paid]


_POPUP: Final = "order_manage_list_action_respond_popup_reject_reason_"
REJECT_KEYS: Final[Mapping[str, Answer]] = {
    "seller_reject_apply_product_has_been_packed": Answer.ALREADY_PACKED,
    _POPUP + "buyer_agree": Answer.AGREED_WITH_BUYER,
    _POPUP + "delivered": Answer.COLLECTED,
}
"""Reasons with which a shop refuses a buyer's request to cancel."""
