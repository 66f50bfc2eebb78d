"""What carriers saw of an order's packages."""

from collections.abc import Sequence
from typing import Any, Final

from clipcart import fulfilment
from clipcart.fulfilment import Package, Scan, ScanKind
from clipcart.kit.errors import Absent
from clipcart.kit.ids import OrderId
from clipcart.open_api.call import Call
from clipcart.open_api.registry import serves
from clipcart.open_api.values import known, wire_id, wire_time

_SAID: Final = {
    ScanKind.HANDED_OVER: "The seller handed the package over.",
    ScanKind.COLLECTED: "The carrier has the package.",
    ScanKind.IN_TRANSIT: "The package is on its way.",
    ScanKind.OUT_FOR_DELIVERY: "The package is out for delivery.",
    ScanKind.DELAYED: "The package is delayed.",
    ScanKind.NOT_DELIVERED: "The package could not be delivered.",
    ScanKind.DELIVERED: "The package was delivered.",
    ScanKind.LOST: "The package was lost.",
}


def _step(scan: Scan) -> dict[str, Any]:
    place = f" ({scan.place})" if scan.place else ""
    return {
        "description": _SAID[scan.kind] + place,
        "update_time_millis": wire_time(scan.at) * 1000,
    }


async def _packages(call: Call) -> Sequence[Package]:
    order_id = OrderId(call.id("order_id"))
    async with call.reading() as tx:
        return await fulfilment.packages_of_order(tx, call.actor, call.shop_id, order_id)


@serves("GET", "/fulfillment/202309/orders/{order_id}/tracking", refusals={Absent: 21008111})
async def get_tracking(call: Call) -> dict[str, Any]:
    """Every scan of the order's packages, the newest first."""
    scans = [scan for package in await _packages(call) for scan in package.scans]
    scans.sort(key=lambda scan: scan.at, reverse=True)
    return {"tracking": [_step(scan) for scan in scans]}


@serves("GET", "/logistics/202604/orders/{order_id}/tracking", refusals={Absent: 21008111})
async def get_logistics_tracking(call: Call) -> dict[str, Any]:
    """The same, package by package, each with its carrier and number."""
    return {
        "order_id": wire_id(call.id("order_id")),
        "logistics_details": [
            known(
                carrier_name=package.carrier_name,
                newest_tracking_no=package.tracking_number,
                track_list=[
                    known(tracking_no=package.tracking_number, **_step(scan))
                    for scan in reversed(package.scans)
                ],
            )
            for package in await _packages(call)
        ],
    }
