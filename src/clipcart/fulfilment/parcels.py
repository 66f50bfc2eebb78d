"""A package as carriers and papers see it: from where, to whom, how heavy."""

from clipcart import inventory, orders, sellers
from clipcart.fulfilment import _sql as sql
from clipcart.fulfilment.model import LabelTask
from clipcart.fulfilment.ports import Parcel, Stop
from clipcart.identity import job_actor
from clipcart.kit.db import Tx
from clipcart.kit.ids import ShopId
from clipcart.orders import ShipTo

_READER = job_actor("fulfilment.parcel")


async def parcel_of(tx: Tx, task: LabelTask) -> tuple[Parcel, sql.PackageRow] | None:
    """The parcel of a label, and its package; None when the package has another label by now."""
    rows = await tx.all(sql.PACKAGES, shop_ids=[task.shop_id], ids=[task.package_id])
    if not rows or rows[0].label_number != task.label_number:
        return None
    package = rows[0]
    key = (package.shop_id, package.order_id)
    order = (await orders.orders_by_keys(tx, [key]))[key]
    parcel = Parcel(
        shop_id=package.shop_id,
        package_id=package.id,
        label_number=package.label_number,
        market_id=order.market_id,
        carrier=package.carrier,
        service=package.service,
        promised_days=package.promised_days,
        weight_g=package.weight_g,
        sender=await sender_of(tx, package.shop_id),
        recipient=recipient(order.ship_to),
    )
    return parcel, package


async def sender_of(tx: Tx, shop_id: ShopId) -> Stop:
    """The shop's default warehouse, under the shop's name."""
    shop = (await sellers.shops(tx, [shop_id])).get(shop_id)
    places = await inventory.warehouses_of(tx, _READER, shop_id)
    place = next((each for each in places if each.is_default), None)
    if place is None:
        return Stop("" if shop is None else shop.name, "", "", "", "", "", "")
    return Stop(
        name=place.name if shop is None else shop.name,
        line1=place.line1,
        line2="",
        city=place.city,
        region=place.region,
        postal_code=place.postal_code,
        country=place.country,
    )


def recipient(ship_to: ShipTo) -> Stop:
    """The buyer's address without the phone number, which nobody on the way has to read."""
    return Stop(
        name=ship_to.name,
        line1=ship_to.line1,
        line2=ship_to.line2,
        city=ship_to.city,
        region=ship_to.region,
        postal_code=ship_to.postal_code,
        country=ship_to.country,
    )


def address_lines(stop: Stop) -> tuple[str, ...]:
    """The address below the name, in the order of its country."""
    town = " ".join(part for part in (stop.region, stop.postal_code) if part)
    if stop.country == "JP":
        code = f"〒{stop.postal_code}" if stop.postal_code else ""
        lines = [code, f"{stop.region} {stop.city}", stop.line1, stop.line2]
    elif stop.country == "BR":
        city = "-".join(part for part in (stop.city, stop.region) if part)
        lines = [stop.line1, stop.line2, city, stop.postal_code]
    else:
        city = ", ".join(part for part in (stop.city, town) if part)
        lines = [stop.line1, stop.line2, city]
    return tuple(line.strip() for line in (*lines, stop.country) if line.strip())
