"""Papers of a package: made from what is known when they are asked for, so that none is stored."""

from clipcart import markets, orders, sellers
from clipcart.fulfilment import documents
from clipcart.fulfilment.documents import (
    LabelData,
    Party,
    SlipData,
    SlipLine,
    packing_slip_pdf,
    shipping_label_pdf,
)
from clipcart.fulfilment.errors import NoLabelYet
from clipcart.fulfilment.model import Package
from clipcart.fulfilment.parcels import address_lines, recipient, sender_of
from clipcart.fulfilment.policy import may_view
from clipcart.fulfilment.ports import Stop
from clipcart.fulfilment.queries import packages_by_keys
from clipcart.identity import Actor, require
from clipcart.kit.db import Tx
from clipcart.kit.errors import Absent
from clipcart.kit.ids import PackageId, ShopId
from clipcart.orders import Order


async def label_pdf(tx: Tx, actor: Actor, shop_id: ShopId, package_id: PackageId) -> bytes:
    """The shipping label, 4 by 6 inches. Raises NoLabelYet, Absent; Forbidden for strangers."""
    package, order = await _read(tx, actor, shop_id, package_id)
    return shipping_label_pdf(await _label(tx, package, order))


async def slip_pdf(tx: Tx, actor: Actor, shop_id: ShopId, package_id: PackageId) -> bytes:
    """The packing slip, on the market's paper. Raises Absent; Forbidden for strangers."""
    package, order = await _read(tx, actor, shop_id, package_id)
    return packing_slip_pdf(await _slip(tx, package, order))


async def label_and_slip_pdf(tx: Tx, actor: Actor, shop_id: ShopId, package_id: PackageId) -> bytes:
    """Both in one document. Raises NoLabelYet, Absent; Forbidden for strangers."""
    package, order = await _read(tx, actor, shop_id, package_id)
    label, slip = await _label(tx, package, order), await _slip(tx, package, order)
    return documents.label_and_slip_pdf(label, slip)


async def _label(tx: Tx, package: Package, order: Order) -> LabelData:
    if package.tracking_number is None:
        raise NoLabelYet(package.id)
    return LabelData(
        carrier=package.carrier_name,
        service=package.service,
        tracking_number=package.tracking_number,
        sender=_party(await sender_of(tx, package.shop_id)),
        recipient=_party(recipient(order.ship_to)),
        weight=weight_text(package.weight_g),
        order_number=str(order.id),
        qr=package.tracking_url or package.tracking_number,
    )


async def _slip(tx: Tx, package: Package, order: Order) -> SlipData:
    shop_id = package.shop_id
    market = markets.get(order.market_id)
    shop = (await sellers.shops(tx, [shop_id])).get(shop_id)
    by_id = {line.id: line for line in order.lines}
    return SlipData(
        page_size=market.page_size,
        shop=(await sender_of(tx, shop_id)).name if shop is None else shop.name,
        order_number=str(order.id),
        ordered_on=markets.local_day(market, order.placed_at).isoformat(),
        recipient=_party(recipient(order.ship_to)),
        lines=tuple(
            SlipLine(
                name=by_id[line.line_id].title,
                options=by_id[line.line_id].options_text,
                seller_sku=by_id[line.line_id].seller_sku,
                quantity=line.quantity,
            )
            for line in package.lines
        ),
        note=order.note,
    )


def weight_text(weight_g: int) -> str:
    """A weight as people read it: `850 g`, `1.2 kg`. Rounded up, as carriers do."""
    if weight_g < 1000:
        return f"{weight_g} g"
    tenths = -(-weight_g // 100)
    return f"{tenths // 10}.{tenths % 10} kg"


async def _read(
    tx: Tx, actor: Actor, shop_id: ShopId, package_id: PackageId
) -> tuple[Package, Order]:
    require(may_view(actor, shop_id), "orders.view", actor)
    found = await packages_by_keys(tx, [(shop_id, package_id)])
    if not found:
        raise Absent("package")
    key = (shop_id, found[0].order_id)
    return found[0], (await orders.orders_by_keys(tx, [key]))[key]


def _party(stop: Stop) -> Party:
    return Party(stop.name, address_lines(stop))
