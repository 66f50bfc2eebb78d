"""What moved between the total that was shown and the one that is true now."""

from collections.abc import Mapping

from clipcart.checkout import Quote
from clipcart.kit.money import Money
from clipcart.web.storefront import words

PREFIX = "shown-"


def snapshot(quote: Quote) -> dict[str, int]:
    """What the page shows, in minor units by name, to be sent along with the form."""
    shown = {"shipping": quote.shipping.minor, "tax": quote.tax.minor, "total": quote.total.minor}
    for shop in quote.shops:
        for line in shop.lines:
            if line.offer is not None:
                name = f"{line.line.shop_id}-{line.line.sku_id}"
                shown[name] = line.offer.unit_price.minor
    return shown


def moves(shown: Mapping[str, int], quote: Quote) -> list[str]:
    """`Teapot: $24.00, it was $22.00`, for everything that differs."""
    titles = {
        f"{line.line.shop_id}-{line.line.sku_id}": line.offer.title
        for shop in quote.shops
        for line in shop.lines
        if line.offer is not None
    }
    labels = {**titles, "shipping": "Delivery", "tax": "Tax", "total": "In all"}
    found = []
    now = snapshot(quote)
    for name in [*titles, "shipping", "tax", "total"]:
        before = shown.get(name)
        if before is None or before == now[name]:
            continue
        texts = [words.price_text(Money(minor, quote.currency)) for minor in (now[name], before)]
        found.append(f"{labels[name]}: {texts[0]}, it was {texts[1]}")
    return found
