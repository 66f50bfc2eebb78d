"""Packages for pages and for other rooms, with what is in them and what was seen of them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from clipcart import orders
from clipcart.fulfilment import _sql as sql
from clipcart.fulfilment import carriers
from clipcart.fulfilment.model import (
    Mode,
    Package,
    PackageFilter,
    PackageKey,
    PackageLine,
    Scan,
    ScanKind,
    State,
)
from clipcart.fulfilment.policy import may_view
from clipcart.identity import Actor, require
from clipcart.kit.db import Tx
from clipcart.kit.errors import Absent
from clipcart.kit.ids import OrderId, PackageId, ShopId
from clipcart.kit.listing import Page


async def packages_of_order(
    tx: Tx, actor: Actor, shop_id: ShopId, order_id: OrderId
) -> tuple[Package, ...]:
    """An order's packages, oldest first, for whom `orders.order_for` answers; else Absent."""
    await orders.order_for(tx, actor, shop_id, order_id)
    return (await packages_of_orders(tx, [(shop_id, order_id)])).get(order_id, ())


async def packages_of_orders(
    tx: Tx, keys: Sequence[orders.OrderKey]
) -> Mapping[OrderId, tuple[Package, ...]]:
    """Packages by order, oldest first, for other rooms. Orders without one are left out."""
    rows = await tx.all(
        sql.OF_ORDERS, shop_ids=[key[0] for key in keys], order_ids=[key[1] for key in keys]
    )
    found: dict[OrderId, list[Package]] = defaultdict(list)
    for package in await packages_by_keys(tx, [(row.shop_id, row.id) for row in rows]):
        found[package.order_id].append(package)
    return {order_id: tuple(packages) for order_id, packages in found.items()}


async def packages_of_shop(
    tx: Tx,
    actor: Actor,
    shop_id: ShopId,
    only: PackageFilter | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[Package]:
    """A shop's packages, newest first. Raises BadCursor; Forbidden without orders.view."""
    require(may_view(actor, shop_id), "orders.view", actor)
    wanted = only or PackageFilter()
    states = sorted(state.value for state in wanted.states)
    page = await sql.OF_SHOP.page(
        tx,
        order="newest",
        cursor=cursor,
        limit=limit,
        fixed={"shop_id": shop_id},
        filters={
            "state": states[0] if len(states) == 1 else None,
            "states": states if len(states) > 1 else None,
            "tracking_number": "".join(wanted.tracking_number.split()).upper() or None,
        },
    )
    packages = await packages_by_keys(tx, [(row.shop_id, row.id) for row in page.items])
    return Page(packages, page.next_cursor, page.previous_cursor)


async def package_for(tx: Tx, actor: Actor, shop_id: ShopId, package_id: PackageId) -> Package:
    """One package for the buyer of its order, the shop's staff, operators; else Absent."""
    found = await packages_by_keys(tx, [(shop_id, package_id)])
    if not found:
        raise Absent("package")
    await orders.order_for(tx, actor, shop_id, found[0].order_id)
    return found[0]


async def packages_by_keys(tx: Tx, keys: Sequence[PackageKey]) -> tuple[Package, ...]:
    """Packages in the order of the keys, in three statements. Missing ones are left out."""
    if not keys:
        return ()
    values = {"shop_ids": [key[0] for key in keys], "ids": [key[1] for key in keys]}
    rows = {(row.shop_id, row.id): row for row in await tx.all(sql.PACKAGES, **values)}
    lines: dict[PackageId, list[PackageLine]] = defaultdict(list)
    for line in await tx.all(sql.LINES, **values):
        lines[line.package_id].append(PackageLine(line.line_id, line.sku_id, line.quantity))
    scans: dict[PackageId, list[Scan]] = defaultdict(list)
    for scan in await tx.all(sql.SCANS, **values):
        scans[scan.package_id].append(
            Scan(ScanKind(scan.kind), scan.at, scan.place, scan.heard_at, scan.reported_by)
        )
    return tuple(_package(rows[key], lines[key[1]], scans[key[1]]) for key in keys if key in rows)


def _package(row: sql.PackageRow, lines: Sequence[PackageLine], scans: Sequence[Scan]) -> Package:
    number = row.tracking_number
    return Package(
        id=row.id,
        shop_id=row.shop_id,
        order_id=row.order_id,
        buyer_id=row.buyer_id,
        state=State(row.state),
        mode=Mode(row.mode),
        carrier=row.carrier,
        carrier_name=carriers.carrier(row.carrier).name,
        service=row.service,
        tracking_number=number,
        tracking_url=None if number is None else carriers.check(number, row.carrier).url,
        is_tracked=row.is_tracked,
        label_problem=row.label_problem,
        weight_g=row.weight_g,
        units=row.units,
        lines=tuple(lines),
        scans=tuple(scans),
        created_at=row.created_at,
        changed_at=row.changed_at,
        label_made_at=row.label_made_at,
        collected_at=row.collected_at,
        delivered_at=row.delivered_at,
        lost_at=row.lost_at,
        cancelled_at=row.cancelled_at,
    )
