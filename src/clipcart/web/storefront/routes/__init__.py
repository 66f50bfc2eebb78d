"""Routes of the storefront, by theme."""

from collections.abc import Sequence

from litestar.handlers import HTTPRouteHandler

from clipcart.web.storefront.routes import browse, cart, checkout, orders, purchases

ROUTES: Sequence[HTTPRouteHandler] = (
    *browse.ROUTES,
    *cart.ROUTES,
    *checkout.ROUTES,
    *purchases.ROUTES,
    *orders.ROUTES,
)
