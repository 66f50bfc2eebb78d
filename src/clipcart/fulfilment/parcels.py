"""A package as carriers and papers see it: from where, to whom, how heavy."""

from collections.abc import Collection, Mapping, Sequence

from clipcart import inventory, orders, sellers
from clipcart.fulfilment import _sql as sql
from clipcart.fulfilment.model import LabelTask
from clipcart.fulfilment.ports import Parcel, Stop
from clipcart.identity import job_actor
from clipcart.kit.db import Tx
from clipcart.kit.ids import ShopId
from clipcart.orders import ShipTo

_READER = job_actor("fulfilment.parcel")


Found = tuple[Parcel, sql.PackageRow]


async def parcel_of(tx: Tx, task: LabelTask) -> Found | None:
    """The parcel of a label, and its package; None when the package has another label by now."""
    return (await parcels_of(tx, [task]))[task]


async def parcels_of(tx: Tx, tasks: Sequence[LabelTask]) -> Mapping[LabelTask, Found | None]:
    """As `parcel_of`, for many labels in as many statements as for one."""
    rows = await tx.all(
        sql.PACKAGES,
        shop_ids=[task.shop_id for task in tasks],
        ids=[task.package_id for task in tasks],
    )
    packages = {(row.shop_id, row.id, row.label_number): row for row in rows}
    known = await orders.orders_by_keys(tx, [(row.shop_id, row.order_id) for row in rows])
    senders = await senders_of(tx, {row.shop_id for row in rows})
    found: dict[LabelTask, Found | None] = {}
    for task in tasks:
        package = packages.get((task.shop_id, task.package_id, task.label_number))
        if package is None:
            found[task] = None
            continue
        order = known[package.shop_id, package.order_id]
        parcel = Parcel(
            shop_id=package.shop_id,
            package_id=package.id,
            label_number=package.label_number,
            market_id=order.market_id,
            carrier=package.carrier,
            service=package.service,
            promised_days=package.promised_days,
            weight_g=package.weight_g,
            sender=senders[package.shop_id],
            recipient=recipient(order.ship_to),
        )
        found[task] = parcel, package
    return found


async def sender_of(tx: Tx, shop_id: ShopId) -> Stop:
    """The shop's default warehouse, under the shop's name."""
    return (await senders_of(tx, [shop_id]))[shop_id]


async def senders_of(tx: Tx, shop_ids: Collection[ShopId]) -> Mapping[ShopId, Stop]:
    """As `sender_of`, for many shops."""
    shops = await sellers.shops(tx, sorted(shop_ids))
    places = await inventory.default_warehouses(tx, _READER, sorted(shop_ids))
    return {shop_id: _sender(shops.get(shop_id), places.get(shop_id)) for shop_id in set(shop_ids)}


def _sender(shop: sellers.Shop | None, place: inventory.Warehouse | None) -> Stop:
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
