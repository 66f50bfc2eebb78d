"""What fulfilment and orders refuse, in the codes of the contract."""

from collections.abc import Mapping
from typing import Final

from clipcart import fulfilment, inventory, orders
from clipcart.kit.errors import Refusal

SHIPPING: Final[Mapping[type[Refusal], int]] = {
    fulfilment.NoSuchCarrier: 21011022,
    fulfilment.CarrierNotAllowed: 21011022,
    fulfilment.InvalidTracking: 11028006,
    fulfilment.TrackingTaken: 21011025,
    fulfilment.CannotChangeLabel: 21011030,
    orders.CannotShip: 21042057,
    orders.CancellationPending: 21011007,
    orders.MoreThanOrdered: 21011006,
    inventory.CannotShip: 21011003,
}
