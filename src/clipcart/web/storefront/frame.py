"""What every page of the storefront shares: the frame, the count in the cart, addresses."""

from typing import Any

from clipcart import checkout, markets
from clipcart.doorway import Shell, Visit
from clipcart.doorway.visit import VISITOR_COOKIE
from clipcart.kit.db import Tx
from clipcart.kit.ids import OrderId, ProductId, ShopId
from clipcart.markets import Market

CART_COOKIE = "clipcart_cart"
CART_HINT_S = 300
"""How long a browser may show a count from its cookie; carts change in other browsers too."""


async def frame(visit: Visit, tx: Tx, title: str, **more: Any) -> Shell:
    """The frame around a page. Costs one statement, none where the browser knows the count."""
    count = _known_count(visit)
    if count is None:
        count = await checkout.cart_count(tx, visit.cart_owner)
        remember_count(visit, count)
    return visit.shell(title, cart_count=count, **more)


def remember_count(visit: Visit, count: int) -> None:
    """Let the browser keep how many pieces its cart has, so that pages need not ask again."""
    visit.set_cookie(CART_COOKIE, f"{visit.cart_owner}.{count}", max_age=CART_HINT_S)


def forget_count(visit: Visit) -> None:
    """The cart changed behind the browser's back: ask again on the next page."""
    visit.set_cookie(CART_COOKIE, "", max_age=0)


def _known_count(visit: Visit) -> int | None:
    if visit.actor.is_anonymous and VISITOR_COOKIE not in visit.request.cookies:
        return 0
    owner, _, count = visit.request.cookies.get(CART_COOKIE, "").partition(".")
    is_ours = owner == str(visit.cart_owner) and count.isascii() and count.isdigit()
    return int(count[:4]) if is_ours else None


def home_market(visit: Visit) -> Market:
    """Where the visitor shops: their own market, else that of the front page."""
    return markets.get(visit.session.market_id) if visit.session else visit.market


def is_fragment(visit: Visit) -> bool:
    """Whether only a part of the page is asked for, by htmx."""
    return visit.request.headers.get("hx-request") == "true"


def media(key: str | None) -> str | None:
    """Where a picture is, or None."""
    return f"/media/{key}" if key else None


def product_url(shop_id: ShopId, product_id: ProductId, slug: str = "") -> str:
    """A product's page."""
    return f"/p/{shop_id}/{product_id}/{slug}" if slug else f"/p/{shop_id}/{product_id}"


def shop_url(handle: str) -> str:
    """A shop's page."""
    return f"/shops/{handle}"


def order_url(shop_id: ShopId, order_id: OrderId) -> str:
    """An order's page."""
    return f"/orders/{shop_id}/{order_id}"
