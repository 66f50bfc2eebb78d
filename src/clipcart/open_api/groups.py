"""Every group of operations; importing one registers its handlers."""

from clipcart.open_api import (
    authorization,
    event,
    finance,
    fulfillment,
    logistics,
    order,
    product,
    return_refund,
    seller,
)

GROUPS = (
    authorization,
    event,
    finance,
    fulfillment,
    logistics,
    order,
    product,
    return_refund,
    seller,
)
