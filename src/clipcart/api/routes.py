"""Routes of the buyers' API."""

from clipcart.doorway.app import Routes

ROUTES: Routes = ()
