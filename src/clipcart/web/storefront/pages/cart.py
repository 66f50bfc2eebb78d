"""The cart: by market and shop, what is wrong with it and the cure, and what it comes to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from clipcart import checkout, markets
from clipcart.checkout import CartChange, LineQuote, Quote, ShopQuote
from clipcart.doorway import Shell, Visit
from clipcart.kit.ids import ShopId, SkuId, parse_id
from clipcart.kit.money import Money, total
from clipcart.markets import Market, Rules, TaxMode
from clipcart.web.storefront import words
from clipcart.web.storefront.frame import media, product_url, remember_count, shop_url

NOT_SOLD = "not_sold"


@dataclass(frozen=True, slots=True)
class LineView:
    """A line as ui/cart.html shows it."""

    id: str
    title: str
    url: str
    image_url: str | None
    variant: str | None
    unit_price: str
    total: str
    quantity: int
    maximum: int
    note: str | None
    note_tone: str


@dataclass(frozen=True, slots=True)
class ShopPart:
    """The lines of one shop and a hint what free delivery needs."""

    name: str
    url: str
    note: str | None
    lines: tuple[LineView, ...]


@dataclass(frozen=True, slots=True)
class SumRow:
    """A row of a sum."""

    label: str
    amount: str
    note: str | None = None
    less: bool = False


@dataclass(frozen=True, slots=True)
class MarketPart:
    """What is bought in one go: everything of one market."""

    id: str
    name: str
    shops: tuple[ShopPart, ...]
    rows: tuple[SumRow, ...]
    total: str
    tax_note: str
    problems: tuple[str, ...]
    has_goods: bool


@dataclass(frozen=True, slots=True)
class CartPage:
    """The whole cart."""

    shell: Shell
    parts: tuple[MarketPart, ...]
    is_signed_in: bool


async def cart_page(visit: Visit) -> CartPage:
    """The cart as it stands: four statements, however many lines and markets."""
    async with visit.reading() as tx:
        cart = await checkout.cart(tx, visit.cart_owner)
        quotes = await checkout.quotes(tx, visit.market.id, cart.lines) if cart.lines else ()
        now = tx.now
        remember_count(visit, cart.units)
        shell = visit.shell("Your cart", cart_count=cart.units)
    parts = tuple(_part(quote, markets.get(quote.market_id), now) for quote in quotes)
    return CartPage(shell, parts, not visit.actor.is_anonymous)


def key_of(line: LineQuote) -> str:
    """How forms name a line: shop and SKU."""
    return f"{line.line.shop_id}-{line.line.sku_id}"


def parse_key(text: str) -> tuple[ShopId, SkuId] | None:
    """What a form names, or None."""
    shop, _, sku = text.partition("-")
    shop_id, sku_id = parse_id(shop), parse_id(sku)
    return (ShopId(shop_id), SkuId(sku_id)) if shop_id and sku_id else None


def line_view(line: LineQuote, market: Market, rules: Rules) -> LineView:
    """A line with its price now and what is wrong with it."""
    offer, count = line.offer, line.line.quantity
    note, tone = _note(line, rules)
    return LineView(
        id=key_of(line),
        title=offer.title if offer else "Something that is not sold any more",
        url=product_url(offer.shop_id, offer.product_id, offer.handle) + f"?sku={offer.sku_id}"
        if offer
        else "/search",
        image_url=media(offer.image_key) if offer else None,
        variant=(offer.options_text or None) if offer else None,
        unit_price=words.price_text(offer.unit_price, market) if offer else "",
        total=words.price_text(line.amount, market),
        quantity=count,
        maximum=max(min(line.available, rules.line_quantity_max), 1),
        note=note,
        note_tone=tone,
    )


def _note(line: LineQuote, rules: Rules) -> tuple[str | None, str]:
    if line.problem == NOT_SOLD:
        return "Not sold any more. Remove it to go on.", "bad"
    if line.problem == "short" and line.available <= 0:
        return "Sold out. Remove it, or come back later.", "bad"
    if line.problem == "short":
        return f"Only {line.available} left. Take fewer.", "warn"
    if line.problem == "too_many":
        return f"At most {rules.line_quantity_max} of one thing. Take fewer.", "warn"
    if line.problem is not None:
        return "Cannot be bought here. Remove it to go on.", "bad"
    if line.available <= words.LOW_STOCK:
        return f"Only {line.available} left", "warn"
    return None, "mute"


def _part(quote: Quote, market: Market, now: datetime) -> MarketPart:
    rules = market.at(now)
    lines = [line for shop in quote.shops for line in shop.lines]
    sold = [line for line in lines if line.problem != NOT_SOLD]
    items = total((line.amount for line in sold), market.currency)
    units = sum(line.line.quantity for line in sold)
    rows = [
        SumRow(words.counted(units, "piece"), words.price_text(items, market)),
        SumRow("Delivery", "next step"),
    ]
    if rules.tax_mode is TaxMode.ADDED:
        rows.append(SumRow(rules.tax_name, "next step"))
    problems = tuple(
        f"{view.title}: {view.note}"
        for line, view in ((line, line_view(line, market, rules)) for line in lines)
        if line.problem is not None and view.note
    )
    return MarketPart(
        market.id,
        market.name,
        tuple(_shop(shop, market, rules) for shop in quote.shops),
        tuple(rows),
        words.price_text(items, market),
        words.cart_tax_note(rules),
        problems,
        bool(sold),
    )


def _shop(shop: ShopQuote, market: Market, rules: Rules) -> ShopPart:
    return ShopPart(
        shop.shop_name or "A shop that is closed",
        shop_url(shop.shop_handle) if shop.shop_handle else "/search",
        _free_hint(shop.items, market, rules),
        tuple(line_view(line, market, rules) for line in shop.lines),
    )


def _free_hint(items: Money, market: Market, rules: Rules) -> str | None:
    thresholds = [
        option.free_from
        for option in rules.delivery_options
        if option.free_from is not None and option.fee.is_positive
    ]
    if not thresholds:
        return None
    lowest = min(thresholds, key=lambda amount: amount.minor)
    if items >= lowest:
        return "Delivery is free"
    return f"{words.price_text(lowest - items, market)} more for free delivery"


def cures(quotes: Sequence[Quote], now: datetime) -> list[CartChange]:
    """The changes that would make every line buyable; lines that nothing cures are taken out."""
    found = []
    for quote in quotes:
        most = markets.get(quote.market_id).at(now).line_quantity_max
        for line in (line for shop in quote.shops for line in shop.lines):
            if line.problem is None:
                continue
            left = min(line.available, line.line.quantity, most)
            count = max(left, 0) if line.problem in ("short", "too_many") else 0
            found.append(CartChange(line.line.shop_id, line.line.sku_id, count))
    return found
