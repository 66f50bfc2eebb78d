"""Routes of a shop's desk, by theme."""

from clipcart.doorway.app import Routes
from clipcart.web.seller_center.desk_routes import (
    goods,
    inventory,
    money,
    orders,
    packages,
    product_form,
)

ROUTES: Routes = (
    *orders.ROUTES,
    *packages.ROUTES,
    *goods.ROUTES,
    *product_form.ROUTES,
    *inventory.ROUTES,
    *money.ROUTES,
)
