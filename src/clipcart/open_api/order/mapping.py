"""Orders on the wire: one line item for each unit, with the package that it is in."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from clipcart import fulfilment, orders
from clipcart.fulfilment import Package
from clipcart.kit.money import Money, total
from clipcart.open_api.reasons import reason_key
from clipcart.open_api.values import known, wire_amount, wire_id, wire_times
from clipcart.orders import By, Cancelled, Line, Order, ShipTo, State

HIDDEN: Final = frozenset({State.UNPAID, State.ON_HOLD})
"""Until the free window is over the shop does not see where an order goes."""
_INITIATORS: Final = {By.BUYER: "BUYER", By.SELLER: "SELLER"}
_PARCEL_STATES: Final = {
    fulfilment.State.TO_FULFIL: "PROCESSING",
    fulfilment.State.PROCESSING: "PROCESSING",
    fulfilment.State.FULFILLING: "FULFILLING",
    fulfilment.State.COMPLETED: "COMPLETED",
    fulfilment.State.CANCELLED: "CANCELLED",
}
_UNIT_STATES: Final = {
    fulfilment.State.TO_FULFIL: "AWAITING_COLLECTION",
    fulfilment.State.PROCESSING: "AWAITING_COLLECTION",
    fulfilment.State.FULFILLING: "IN_TRANSIT",
    fulfilment.State.COMPLETED: "DELIVERED",
    fulfilment.State.CANCELLED: "IN_TRANSIT",
}
_SHIPPABLE: Final = frozenset({State.AWAITING_SHIPMENT, State.PARTIALLY_SHIPPING})


def package_state(package: Package) -> str:
    """A package's state. One whose label is being bought is PROCESSING like one that has it."""
    return _PARCEL_STATES[package.state]


def order_object(order: Order, packages: Sequence[Package], url: str) -> dict[str, Any]:
    """An order as search and detail give it. `url` is the installation's own address."""
    clocks, cancelled = order.clocks, order.cancelled
    is_paid = order.paid_at is not None
    address = None if order.state in HIDDEN else address_object(order.ship_to)
    return known(
        id=wire_id(order.id),
        status=order.state.value,
        user_id=wire_id(order.buyer_id),
        buyer_message=order.note or None,
        order_type="NORMAL",
        fulfillment_type="FULFILLMENT_BY_SELLER",
        delivery_type="HOME_DELIVERY",
        shipping_type="TIKTOK",
        delivery_option_id=order.delivery.code,
        delivery_option_name=order.delivery.name,
        is_cod=False,
        # Every order that is paid passes through ON_HOLD, as those still will that can be.
        is_on_hold_order=is_paid or cancelled is None,
        is_buyer_request_cancel=clocks.cancel_reply_by is not None,
        payment=_payment(order),
        recipient_address=address,
        packages=[{"id": wire_id(package.id)} for package in packages],
        line_items=list(_line_items(order, packages, url)),
        **_one_parcel(packages),
        **_cancelled(cancelled, is_paid),
        **wire_times(
            create_time=order.placed_at,
            update_time=order.changed_at,
            paid_time=order.paid_at,
            rts_time=order.label_made_at,
            rts_sla_time=clocks.ship_by,
            tts_sla_time=clocks.ship_by,
            collection_time=order.collected_at,
            delivery_time=order.delivered_at,
            delivery_sla_time=clocks.deliver_by,
            cancel_order_sla_time=clocks.cancel_unshipped_at,
            request_cancel_time=order.cancel_asked_at,
            cancel_time=cancelled.at if cancelled else None,
        ),
        **wire_times(
            **(
                {"collection_due_time": clocks.cancel_unshipped_at}
                if order.label_made_at
                else {"shipping_due_time": clocks.cancel_unshipped_at}
            )
        ),
    )


def address_object(ship_to: ShipTo) -> dict[str, Any]:
    """Where an order goes, with districts from the country down."""
    street = ", ".join(part for part in (ship_to.line1, ship_to.line2) if part)
    town = (ship_to.city, ship_to.region, ship_to.postal_code, ship_to.country)
    districts = [
        ("L0", "Country", ship_to.country),
        ("L1", "State", ship_to.region),
        ("L3", "City", ship_to.city),
    ]
    return {
        "name": ship_to.name,
        "phone_number": ship_to.phone,
        "full_address": ", ".join(part for part in (street, *town) if part),
        "address_detail": street,
        "address_line1": ship_to.line1,
        "address_line2": ship_to.line2,
        "postal_code": ship_to.postal_code,
        "region_code": ship_to.country,
        "district_info": [
            {"address_level": level, "address_level_name": name, "address_name": value}
            for level, name, value in districts
            if value
        ],
    }


def lines_tax(order: Order) -> Money:
    """The tax on goods; what is left of the order's tax is that on delivery."""
    return total([line.tax for line in order.lines], order.currency)


def unit_taxes(line: Line) -> tuple[Money, ...]:
    """The line's tax shared out to its units, to the last minor unit."""
    return line.tax.split([1] * line.quantity)


def _payment(order: Order) -> dict[str, str]:
    goods_tax = lines_tax(order)
    return {
        "currency": order.currency.code,
        "original_total_product_price": wire_amount(order.items),
        "sub_total": wire_amount(order.items),
        "original_shipping_fee": wire_amount(order.shipping),
        "shipping_fee": wire_amount(order.shipping),
        "product_tax": wire_amount(goods_tax),
        "shipping_fee_tax": wire_amount(order.tax - goods_tax),
        "tax": wire_amount(order.tax),
        "total_amount": wire_amount(order.total),
    }


def _one_parcel(packages: Sequence[Package]) -> dict[str, Any]:
    """Carrier and number stand on the order while it is one package."""
    live = [package for package in packages if package.cancelled_at is None]
    if len(live) != 1:
        return {}
    return known(
        shipping_provider=live[0].carrier_name,
        shipping_provider_id=live[0].carrier,
        tracking_number=live[0].tracking_number,
    )


def _cancelled(cancelled: Cancelled | None, was_paid: bool) -> dict[str, Any]:
    if cancelled is None:
        return {}
    return {
        "cancel_reason": reason_key(cancelled.by, cancelled.reason, was_paid=was_paid),
        "cancellation_initiator": _INITIATORS.get(cancelled.by, "SYSTEM"),
    }


def _line_items(order: Order, packages: Sequence[Package], url: str) -> Iterator[dict[str, Any]]:
    packed = fulfilment.packages_of_units(order.lines, packages)
    for line in order.lines:
        price = wire_amount(line.unit_price)
        shared = known(
            sku_id=wire_id(line.sku_id),
            product_id=wire_id(line.product_id),
            product_name=line.title,
            sku_name=line.options_text,
            seller_sku=line.seller_sku,
            sku_image=image_url(line.image_key, url),
            sku_type="NORMAL",
            currency=order.currency.code,
            original_price=price,
            sale_price=price,
        )
        for unit_id, tax in zip(line.unit_ids, unit_taxes(line), strict=True):
            yield {
                "id": wire_id(unit_id),
                **shared,
                "item_tax": [{"tax_type": "SALES_TAX", "tax_amount": wire_amount(tax)}],
                **_unit_state(order, packed.get(unit_id)),
            }


def _unit_state(order: Order, package: Package | None) -> dict[str, Any]:
    if order.cancelled is not None:
        by = order.cancelled.by
        was_paid = order.paid_at is not None
        return {
            "display_status": "CANCELLED",
            "cancel_user": by.name,
            "cancel_reason": reason_key(by, order.cancelled.reason, was_paid=was_paid),
        }
    if package is None:
        to_fulfil = {"package_status": "TO_FULFILL"} if order.state in _SHIPPABLE else {}
        status = "UNPAID" if order.state is State.UNPAID else "AWAITING_SHIPMENT"
        return {"display_status": status, **to_fulfil}
    is_complete = order.state is State.COMPLETED
    return known(
        display_status="COMPLETED" if is_complete else _UNIT_STATES[package.state],
        package_id=wire_id(package.id),
        package_status=package_state(package),
        shipping_provider_id=package.carrier,
        shipping_provider_name=package.carrier_name,
        tracking_number=package.tracking_number,
        **wire_times(rts_time=package.label_made_at),
    )


def image_url(key: str | None, url: str) -> str | None:
    """Where a picture is, as an address that works from outside."""
    return f"{url.rstrip('/')}/media/{key}" if key else None


def unit_ids(order: Order) -> dict[str, orders.Line]:
    """The line of each unit, by the unit's id on the wire."""
    return {wire_id(unit_id): line for line in order.lines for unit_id in line.unit_ids}
