"""From the rooms' classes to the API's shapes and back, by hand."""

import hashlib
from collections.abc import Mapping, Sequence
from functools import lru_cache

import msgspec

from clipcart import catalog, checkout, orders, payments
from clipcart.api import _sql, schemas
from clipcart.kit.errors import Invalid, Problem, check
from clipcart.kit.ids import ShopId, SkuId, parse_id
from clipcart.kit.money import Money, MoneyFormatError, UnknownCurrency, currency


def money(amount: Money) -> schemas.Money:
    """`{"amount": "24.00", "currency": "USD"}`."""
    return schemas.Money(amount.decimal_string(), amount.currency.code)


def read_money(field: str, value: schemas.Money) -> Money:
    """An amount from a request. Raises Invalid naming the field."""
    try:
        return Money.parse(value.amount, currency(value.currency))
    except (MoneyFormatError, UnknownCurrency) as error:
        check([Problem(field, str(error), "Send what the quote said.")])
        raise


def read_id(field: str, text: str) -> int:
    """An id from a request. Raises Invalid naming the field."""
    value = parse_id(text)
    if value is None:
        raise Invalid([Problem(field, f"{text!r} is not an id.", "Send it as you got it.")])
    return value


def digest(sent: msgspec.Struct | None) -> bytes:
    """What a client sent, to know it again."""
    return hashlib.sha256(msgspec.json.encode(sent)).digest()


def image_url(key: str) -> str | None:
    """Where a picture is."""
    return f"/media/{key}" if key else None


def card(found: catalog.Card) -> schemas.Card:
    """A product in a list."""
    return schemas.Card(
        str(found.shop_id),
        str(found.product_id),
        found.shop_name,
        found.title,
        found.category_path,
        image_url(found.image_key),
        money(found.price_low),
        money(found.price_high),
    )


def product(row: _sql.ProductRow) -> schemas.Product:
    """A product with stock, from its document."""
    document, levels, unit = row.document, row.levels or {}, currency(row.currency)
    return schemas.Product(
        str(row.shop_id),
        str(row.product_id),
        row.shop_name,
        row.market_id,
        row.title,
        document["description_html"],
        row.category_path,
        [schemas.Axis(axis["name"], axis["values"]) for axis in document["axes"]],
        [f"/media/{image['key']}" for image in document["images"]],
        [
            schemas.Sku(
                str(sku["id"]),
                sku["options"],
                sku["seller_sku"],
                money(Money(sku["price_minor"], unit)),
                levels.get(str(sku["id"]), 0),
            )
            for sku in document["skus"]
        ],
    )


def lines(wanted: Sequence[schemas.Line]) -> tuple[checkout.CartLine, ...]:
    """Lines of a request."""
    return tuple(
        checkout.CartLine(
            ShopId(read_id("shop_id", line.shop_id)),
            SkuId(read_id("sku_id", line.sku_id)),
            line.quantity,
        )
        for line in wanted
    )


def deliveries(chosen: Mapping[str, str]) -> dict[ShopId, str]:
    """Delivery options by shop."""
    return {ShopId(read_id("deliveries", shop)): option for shop, option in chosen.items()}


def quote(found: checkout.Quote) -> schemas.Quote:
    """A quote."""
    return schemas.Quote(
        found.market_id,
        found.tax_included,
        found.is_ready,
        [_quote_shop(shop) for shop in found.shops],
        money(found.items),
        money(found.shipping),
        money(found.tax),
        money(found.total),
    )


def _quote_shop(shop: checkout.ShopQuote) -> schemas.QuoteShop:
    return schemas.QuoteShop(
        str(shop.shop_id),
        shop.shop_name,
        [
            schemas.QuoteLine(
                str(line.line.sku_id),
                line.offer.title if line.offer else "",
                line.offer.options_text if line.offer else "",
                line.line.quantity,
                money(line.amount),
                money(line.tax),
                line.problem,
            )
            for line in shop.lines
        ],
        [
            schemas.DeliveryOption(
                option.id, option.name, money(option.fee), option.days_min, option.days_max
            )
            for option in shop.options
        ],
        shop.chosen,
        money(shop.items),
        money(shop.shipping),
        money(shop.tax),
        money(shop.total),
    )


def ship_to(address: schemas.Address) -> orders.ShipTo:
    """The address of an order."""
    return orders.ShipTo(
        address.name.strip(),
        address.line1.strip(),
        address.line2.strip(),
        address.city.strip(),
        address.region.strip(),
        address.postal_code.strip(),
        address.country.strip(),
        address.phone.strip(),
    )


def purchase_as_placed(placed: checkout.Placed) -> schemas.Purchase:
    """A purchase at the moment of placing, its payment just asked for."""
    return schemas.Purchase(
        str(placed.purchase_id),
        str(placed.payment_id),
        payments.PaymentState.REQUESTED.value,
        None,
        None,
        [schemas.OrderRef(str(shop), str(order)) for shop, order in placed.orders],
        money(placed.total),
    )


def purchase(placed: checkout.Placed, payment: payments.Payment) -> schemas.Purchase:
    """A purchase and how its payment stands."""
    return schemas.Purchase(
        str(placed.purchase_id),
        str(placed.payment_id),
        payment.state.value,
        payment.decline_reason,
        payment.challenge_url,
        [schemas.OrderRef(str(shop), str(order)) for shop, order in placed.orders],
        money(placed.total),
    )


def order(found: orders.Order) -> schemas.Order:
    """An order."""
    return schemas.Order(
        str(found.shop_id),
        str(found.id),
        str(found.purchase_id),
        found.state.value,
        [
            schemas.OrderLine(
                str(line.id),
                str(line.sku_id),
                line.title,
                line.options_text,
                line.quantity,
                line.shipped_quantity,
                money(line.unit_price),
                money(line.tax),
            )
            for line in found.lines
        ],
        money(found.items),
        money(found.shipping),
        money(found.tax),
        found.tax_included,
        money(found.total),
        schemas.Address(**found.ship_to.fields()),
        found.placed_at,
        found.paid_at,
        found.delivered_at,
        found.cancelled.at if found.cancelled else None,
        found.clocks.free_cancel_until,
    )


@lru_cache(maxsize=orders.CARDS_KEPT)
def shop_order(found: orders.OrderCard) -> schemas.ShopOrder:
    """A shop's order in a list; the same as long as the order has not changed."""
    unit = found.total.currency
    return schemas.ShopOrder(
        str(found.id),
        found.state.value,
        found.buyer_name,
        found.units,
        found.shipped_units,
        money(found.total),
        found.placed_at,
        found.due_at,
        found.is_late,
        found.cancel_reply_by,
        [
            schemas.ShopOrderLine(
                str(line.id),
                str(line.product_id),
                str(line.sku_id),
                line.title,
                line.options_text,
                line.seller_sku,
                line.quantity,
                line.shipped_quantity,
                money(Money(line.unit_price_minor, unit)),
            )
            for line in found.lines
        ],
    )


def step(found: orders.Step) -> schemas.Step:
    """A step of a timeline."""
    return schemas.Step(found.key, found.status.value, found.at, found.due_at)
