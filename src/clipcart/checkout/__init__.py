"""Checkout: from a cart over many shops to one payment and one order per shop.

Owns      schema `checkout`: carts, purchases by key
Calls     markets, sellers, catalog, inventory, payments, orders
Tells     nothing of its own; orders and payments tell
Promises  the total shown is the total charged, or the buyer is told what moved; a key buys once.
"""

from clipcart.checkout.actions.cart import change_cart, empty_cart, merge_cart
from clipcart.checkout.actions.place import place
from clipcart.checkout.counter import Counter
from clipcart.checkout.errors import (
    CartEmpty,
    KeyUsed,
    NoSuchDelivery,
    NotSold,
    OutOfStock,
    PriceMoved,
    TooMany,
)
from clipcart.checkout.model import (
    Agreement,
    Cart,
    CartChange,
    CartLine,
    LineQuote,
    Placed,
    PlaceRequest,
    Quote,
    ShopQuote,
)
from clipcart.checkout.queries import cart, cart_count, purchase_for, quote, quotes

__all__ = [
    "Agreement",
    "Cart",
    "CartChange",
    "CartEmpty",
    "CartLine",
    "Counter",
    "KeyUsed",
    "LineQuote",
    "NoSuchDelivery",
    "NotSold",
    "OutOfStock",
    "PlaceRequest",
    "Placed",
    "PriceMoved",
    "Quote",
    "ShopQuote",
    "TooMany",
    "cart",
    "cart_count",
    "change_cart",
    "empty_cart",
    "merge_cart",
    "place",
    "purchase_for",
    "quote",
    "quotes",
]
