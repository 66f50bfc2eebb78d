"""Freezing a quote into orders: what the buyer was shown is what the order keeps."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from clipcart import markets
from clipcart.checkout.model import LineQuote, PlaceRequest, Quote, ShopQuote
from clipcart.kit.ids import LineId, OrderId, PaymentId, PurchaseId, ShopId, new_ids
from clipcart.orders import DeliveryChoice, LineDraft, OrderDraft
from clipcart.payments import kind_of
from clipcart.sellers import Shop


def order_drafts(
    request: PlaceRequest,
    quote: Quote,
    purchase_id: PurchaseId,
    payment_id: PaymentId,
    order_ids: Mapping[ShopId, OrderId],
    now: datetime,
    shops: Mapping[ShopId, Shop],
) -> list[OrderDraft]:
    """One order per shop of the quote."""
    rules = markets.get(quote.market_id).at(now)
    fee_bps = rules.referral_fee.basis_points
    return [
        OrderDraft(
            order_id=order_ids[shop.shop_id],
            shop_id=shop.shop_id,
            buyer_id=request.person_id,
            purchase_id=purchase_id,
            payment_id=payment_id,
            market_id=quote.market_id,
            currency=quote.currency.code,
            ship_to=request.ship_to,
            delivery=_delivery(shop),
            lines=tuple(_line(line, quote.tax_included, fee_bps) for line in shop.lines),
            items_minor=shop.items.minor,
            shipping_minor=shop.shipping.minor,
            tax_minor=shop.tax.minor,
            total_minor=shop.total.minor,
            free_cancel_hours=max(
                rules.free_cancel // timedelta(hours=1), shops[shop.shop_id].free_cancel_hours
            ),
            note=request.note,
            pay_by=pay_by(request, now),
        )
        for shop in quote.shops
    ]


def pay_by(request: PlaceRequest, now: datetime) -> datetime:
    """Until when the purchase can be paid: the orders close then, the stock is kept as long."""
    kinds = {tender.kind for tender in request.tenders} or {kind_of(request.method)}
    market = markets.get(request.market_id)
    return markets.pay_by(market, now, [kind.value.lower() for kind in kinds])


def _delivery(shop: ShopQuote) -> DeliveryChoice:
    option = next(option for option in shop.options if option.id == shop.chosen)
    return DeliveryChoice(option.id, option.name, option.days_max)


def _line(quote: LineQuote, tax_included: bool, fee_bps: int) -> LineDraft:
    offer = quote.offer
    if offer is None:
        raise AssertionError("a priced line has an offer")
    return LineDraft(
        line_id=LineId(new_ids(quote.line.quantity)),
        sku_id=offer.sku_id,
        product_id=offer.product_id,
        title=offer.title,
        options_text=offer.options_text,
        seller_sku=offer.seller_sku,
        image_key=offer.image_key,
        quantity=quote.line.quantity,
        unit_price_minor=offer.unit_price.minor,
        tax_minor=quote.tax.minor,
        tax_included=tax_included,
        fee_bps=fee_bps,
        weight_g=offer.weight_g,
    )
