"""Pure pricing: what the lines of a cart cost in a market, shop by shop.

Lines are taxed one by one and rounded once each; delivery is taxed where the market says so. An
order's amounts are sums of its lines and are never computed again from a sum.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from clipcart.catalog import Offer
from clipcart.checkout.model import CartLine, LineQuote, Quote, ShopQuote
from clipcart.kit.ids import ShopId, SkuId
from clipcart.kit.money import Money, total
from clipcart.markets import DeliveryQuote, Market, Rules, TaxMode, delivery_options, tax_for
from clipcart.sellers import Shop


@dataclass(frozen=True, slots=True)
class Known:
    """What the rooms below said about the lines of a cart."""

    offers: Mapping[SkuId, Offer]
    shops: Mapping[ShopId, Shop]
    available: Mapping[SkuId, int]


def price(
    market: Market,
    rules: Rules,
    region: str | None,
    lines: Sequence[CartLine],
    deliveries: Mapping[ShopId, str],
    known: Known,
    fees: Mapping[ShopId, Money] | None = None,
) -> Quote:
    """The quote for `lines`, all of shops in `market`. Without a region: no tax on top, no fee.

    `fees` are delivery fees by shop that count instead of the market's.

    Raises NoSuchRegion when rates depend on the region and this one has none.
    """
    by_shop: dict[ShopId, list[CartLine]] = {}
    for line in lines:
        by_shop.setdefault(line.shop_id, []).append(line)
    shops = tuple(
        _shop(
            market,
            rules,
            region,
            shop_id,
            part,
            deliveries.get(shop_id),
            known,
            (fees or {}).get(shop_id),
        )
        for shop_id, part in by_shop.items()
    )
    return Quote(
        market.id,
        market.currency,
        rules.tax_mode is TaxMode.INCLUDED,
        region,
        shops,
        total((shop.items for shop in shops), market.currency),
        total((shop.shipping for shop in shops), market.currency),
        total((shop.tax for shop in shops), market.currency),
        total((shop.total for shop in shops), market.currency),
    )


def _shop(
    market: Market,
    rules: Rules,
    region: str | None,
    shop_id: ShopId,
    lines: Sequence[CartLine],
    wanted: str | None,
    known: Known,
    fee: Money | None,
) -> ShopQuote:
    nothing = Money.zero(market.currency)
    quotes = tuple(_line(market, rules, region, line, known) for line in lines)
    items = total((quote.amount for quote in quotes), market.currency)
    options: tuple[DeliveryQuote, ...] = ()
    shipping, shipping_tax, chosen = nothing, nothing, None
    if region is not None:
        options = delivery_options(market, rules, region, items)
        option = next((option for option in options if option.id == wanted), options[0])
        chosen, shipping = option.id, option.fee if fee is None else fee
        if rules.tax_on_delivery:
            shipping_tax = tax_for(market, rules, region, shipping).tax
    tax = total((quote.tax for quote in quotes), market.currency) + shipping_tax
    on_top = tax if rules.tax_mode is TaxMode.ADDED else nothing
    shop = known.shops.get(shop_id)
    return ShopQuote(
        shop_id,
        shop.name if shop else "",
        shop.handle if shop else "",
        quotes,
        options,
        chosen,
        items,
        shipping,
        tax,
        items + shipping + on_top,
    )


def _line(
    market: Market, rules: Rules, region: str | None, line: CartLine, known: Known
) -> LineQuote:
    nothing = Money.zero(market.currency)
    offer = known.offers.get(line.sku_id)
    problem = problem_of(market, rules, line, known)
    available = known.available.get(line.sku_id, 0)
    if offer is None or offer.unit_price.currency != market.currency:
        return LineQuote(line, offer, nothing, nothing, available, problem)
    amount = offer.unit_price.times(line.quantity)
    tax = nothing
    if region is not None:
        tax = tax_for(market, rules, region, amount, offer.tax_category).tax
    return LineQuote(line, offer, amount, tax, available, problem)


def problem_of(market: Market, rules: Rules, line: CartLine, known: Known) -> str | None:
    """Why a line cannot be bought now: `not_sold`, `other_market`, `too_many`, `short`, or None."""
    offer, shop = known.offers.get(line.sku_id), known.shops.get(line.shop_id)
    if offer is None or shop is None or not offer.is_sellable:
        return "not_sold"
    if shop.market_id != market.id:
        return "other_market"
    if line.quantity > rules.line_quantity_max:
        return "too_many"
    if line.quantity > known.available.get(line.sku_id, 0):
        return "short"
    return None
