"""Packages of a shop: found by time and state, or one in detail."""

from collections.abc import Sequence
from typing import Any, Final

from clipcart import fulfilment, orders
from clipcart.fulfilment import Mode, Package, PackageSearch, PackageSearchBy, State
from clipcart.kit.db import Tx
from clipcart.kit.errors import Absent
from clipcart.kit.ids import OrderId, PackageId
from clipcart.open_api.call import Call
from clipcart.open_api.order.mapping import address_object, image_url, package_state
from clipcart.open_api.paging import Place, moment, paging
from clipcart.open_api.registry import serves
from clipcart.open_api.values import known, wire_id, wire_ids, wire_time
from clipcart.orders import Order

_STATES: Final = {
    "PROCESSING": frozenset({State.TO_FULFIL, State.PROCESSING}),
    "FULFILLING": frozenset({State.FULFILLING}),
    "COMPLETED": frozenset({State.COMPLETED}),
    "CANCELLED": frozenset({State.CANCELLED}),
}
_ADDRESS: Final = (
    "name",
    "phone_number",
    "full_address",
    "address_detail",
    "address_line1",
    "address_line2",
    "postal_code",
    "region_code",
)


@serves("POST", "/fulfillment/202309/packages/search")
async def search_package(call: Call) -> dict[str, Any]:
    """A shop's packages, newest first. `total_count` counts no further than 10,000.

    A package is there from the call that makes it, so none is TO_FULFILL.
    """
    size, place = call.page_size(1, 50, 20), Place.of(call)
    sort = call.query.get("sort_field", "create_time")
    if sort == "order_pay_time":
        raise call.wrong(
            "sort_field", "packages are not kept by payment", "sort by create_time or update_time"
        )
    status = call.body.get("package_status")
    search = PackageSearch(
        states=_STATES.get(status, frozenset()) if status else frozenset(),
        made_from=moment(call, "create_time_ge"),
        made_below=moment(call, "create_time_lt"),
        changed_from=moment(call, "update_time_ge"),
        changed_below=moment(call, "update_time_lt"),
    )
    if status == "TO_FULFILL":
        return {"packages": [], "next_page_token": "", "total_count": 0}
    async with call.reading() as tx:
        with paging(call):
            page = await fulfilment.search_packages(
                tx,
                call.actor,
                call.shop_id,
                search,
                by=PackageSearchBy.CHANGED if sort == "update_time" else PackageSearchBy.MADE,
                newest_first=call.query.get("sort_order") != "ASC",
                cursor=place.cursor,
                limit=size,
            )
        count = place.count
        if count is None:
            count = await fulfilment.count_packages(tx, call.actor, call.shop_id, search)
        found = await _contents(call, tx, page.items)
    return {
        "packages": found,
        "next_page_token": Place(page.next_cursor, count).token,
        "total_count": count,
    }


@serves("GET", "/fulfillment/202309/packages/{package_id}", refusals={Absent: 10006402})
async def get_package_detail(call: Call) -> dict[str, Any]:
    """A package with its contents, its carrier and both addresses."""
    async with call.reading() as tx:
        package = await fulfilment.package_for(
            tx, call.actor, call.shop_id, PackageId(call.id("package_id"))
        )
        packages = await fulfilment.packages_of_order(
            tx, call.actor, call.shop_id, package.order_id
        )
        order = await orders.order_for(tx, call.actor, call.shop_id, package.order_id)
        sender = await fulfilment.sender_of(tx, call.shop_id)
    recipient = address_object(order.ship_to)
    return known(
        package_id=wire_id(package.id),
        package_status=package_state(package),
        ship_exception_reason=package.label_problem,
        orders=[_order_part(call, order, package)],
        order_line_item_ids=unit_ids_in(order, packages, package),
        has_multi_skus=len(package.lines) > 1,
        note_tag="BUYER_NOTED" if order.note else "BUYER_UNNOTED",
        split_and_combine_tag="SPLIT" if len(packages) > 1 else "DEFAULT",
        shipping_type="SELLER" if package.mode is Mode.SELLER else "TIKTOK",
        shipping_provider_id=package.carrier,
        shipping_provider_name=package.carrier_name,
        delivery_option_id=order.delivery.code,
        delivery_option_name=order.delivery.name,
        tracking_number=package.tracking_number,
        create_time=wire_time(package.created_at),
        update_time=wire_time(package.changed_at),
        weight={"value": str(package.weight_g), "unit": "GRAM"},
        recipient_address={name: recipient[name] for name in _ADDRESS},
        sender_address=known(
            name=sender.name,
            full_address=", ".join(fulfilment.address_lines(sender)) or None,
            address_line1=sender.line1 or None,
            postal_code=sender.postal_code or None,
            region_code=sender.country or None,
        ),
    )


def unit_ids_in(order: Order, packages: Sequence[Package], package: Package) -> list[str]:
    """The ids of the units that are in a package of an order."""
    inside = fulfilment.packages_of_units(order.lines, packages)
    return wire_ids(unit_id for unit_id, each in inside.items() if each.id == package.id)


def _order_part(call: Call, order: Order, package: Package) -> dict[str, Any]:
    lines = {line.id: line for line in order.lines}
    url = call.services.settings.public_url
    return {
        "id": wire_id(order.id),
        "skus": [
            known(
                id=wire_id(packed.sku_id),
                name=lines[packed.line_id].options_text or lines[packed.line_id].title,
                image_url=image_url(lines[packed.line_id].image_key, url),
                quantity=packed.quantity,
            )
            for packed in package.lines
        ],
    }


async def _contents(call: Call, tx: Tx, found: Sequence[Package]) -> list[dict[str, Any]]:
    order_ids = {package.order_id for package in found}
    keys = [(call.shop_id, order_id) for order_id in sorted(order_ids)]
    siblings = await fulfilment.packages_of_orders(tx, keys)
    parents = await orders.orders_by_keys(tx, keys)
    return [
        _listed(call, parents[call.shop_id, package.order_id], siblings, package)
        for package in found
    ]


def _listed(call: Call, order: Order, siblings: Any, package: Package) -> dict[str, Any]:
    family: Sequence[Package] = siblings[OrderId(order.id)]
    return known(
        id=wire_id(package.id),
        status=package_state(package),
        orders=[_order_part(call, order, package)],
        order_line_item_ids=unit_ids_in(order, family, package),
        shipping_provider_id=package.carrier,
        shipping_provider_name=package.carrier_name,
        tracking_number=package.tracking_number,
        create_time=wire_time(package.created_at),
        update_time=wire_time(package.changed_at),
    )
