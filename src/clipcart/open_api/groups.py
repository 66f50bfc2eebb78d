"""Every group of operations; importing one registers its handlers."""

from clipcart.open_api import (
    authorization,
    event,
    fulfillment,
    logistics,
    order,
    product,
    seller,
)

GROUPS = (
    authorization,
    event,
    fulfillment,
    logistics,
    order,
    product,
    seller,
)
