"""Routes of the operator's pages."""

from clipcart.doorway.app import Routes

ROUTES: Routes = ()
