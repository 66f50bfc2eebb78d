"""What an order's price is made of."""

from typing import Any

from clipcart import orders
from clipcart.kit.errors import Absent
from clipcart.kit.ids import OrderId
from clipcart.kit.money import Money
from clipcart.open_api.call import Call
from clipcart.open_api.order.mapping import lines_tax, unit_taxes
from clipcart.open_api.registry import serves
from clipcart.open_api.values import wire_amount, wire_id


@serves("GET", "/order/202407/orders/{order_id}/price_detail", refusals={Absent: 21008111})
async def get_price_detail(call: Call) -> dict[str, Any]:
    """Goods, delivery, tax and what was paid; for each unit what is its own."""
    order_id = OrderId(call.id("order_id"))
    async with call.reading() as tx:
        order = await orders.order_for(tx, call.actor, call.shop_id, order_id)
    return {
        **_goods(order.items, lines_tax(order), included=order.tax_included),
        "currency": order.currency.code,
        "shipping_list_price": wire_amount(order.shipping),
        "shipping_sale_price": wire_amount(order.shipping),
        "tax_amount": wire_amount(order.tax),
        "total": wire_amount(order.items + order.shipping),
        "payment": wire_amount(order.total),
        "line_items": [
            {
                "id": wire_id(unit_id),
                "currency": order.currency.code,
                **_goods(line.unit_price, tax, included=line.tax_included),
                "tax_amount": wire_amount(tax),
            }
            for line in order.lines
            for unit_id, tax in zip(line.unit_ids, unit_taxes(line), strict=True)
        ],
    }


def _goods(price: Money, tax: Money, *, included: bool) -> dict[str, str]:
    """Nothing is taken off prices, so list and sale price are the same."""
    return {
        "sku_list_price": wire_amount(price),
        "sku_sale_price": wire_amount(price),
        "subtotal_tax_amount": wire_amount(tax),
        "subtotal": wire_amount(price if included else price + tax),
        "net_price_amount": wire_amount(price - tax if included else price),
    }
