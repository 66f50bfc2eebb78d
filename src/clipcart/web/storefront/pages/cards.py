"""Products in a grid, page after page."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import zip_longest
from types import MappingProxyType
from typing import Final
from urllib.parse import urlencode

from clipcart.catalog import Card
from clipcart.kit.listing import Page
from clipcart.web.storefront.frame import media, product_url

GRID = 30
NOTHING: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class CardView:
    """One product of a grid. `image_url` is None where the shop has no picture of it."""

    title: str
    url: str
    image_url: str | None
    price: str
    is_from: bool
    shop_name: str | None


@dataclass(frozen=True, slots=True)
class Shelf:
    """A part of a grid. `more_url` leads to the rest; `is_more` says that this is not its start."""

    label: str
    cards: tuple[CardView, ...]
    more_url: str | None
    is_more: bool


def shelf(
    label: str,
    page: Page[Card],
    path: str,
    *,
    is_more: bool,
    with_shop: bool = True,
    query: Mapping[str, str] = NOTHING,
) -> Shelf:
    """A shelf of a page of cards; `query` stays in the address of the rest."""
    more = None
    if page.next_cursor:
        more = f"{path}?{urlencode({**query, 'after': page.next_cursor})}"
    return Shelf(
        label, tuple(card_view(card, with_shop=with_shop) for card in page.items), more, is_more
    )


def mixed(page: Page[Card]) -> Page[Card]:
    """The same page with its shops in turn, so that a busy shop does not hide the others."""
    by_shop: dict[int, list[Card]] = {}
    for card in page.items:
        by_shop.setdefault(card.shop_id, []).append(card)
    rounds = zip_longest(*by_shop.values())
    cards = tuple(card for each in rounds for card in each if card is not None)
    return Page(cards, page.next_cursor, page.previous_cursor)


def card_view(card: Card, *, with_shop: bool = True) -> CardView:
    """A card as the grid shows it."""
    return CardView(
        card.title,
        product_url(card.shop_id, card.product_id, card.handle),
        media(card.image_key),
        card.price_low.format("en"),
        card.price_high > card.price_low,
        card.shop_name if with_shop else None,
    )
