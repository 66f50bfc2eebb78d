"""Routes of the Seller Center."""

from clipcart.doorway.app import Routes
from clipcart.web.seller_center import desk_routes, onboarding_routes

ROUTES: Routes = (*onboarding_routes.ROUTES, *desk_routes.ROUTES)
