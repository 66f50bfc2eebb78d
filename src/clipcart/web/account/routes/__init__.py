"""Routes of the account."""

from clipcart.doorway.app import Routes
from clipcart.web.account.routes import doors, profile, signing

ROUTES: Routes = (*signing.ROUTES, *profile.ROUTES, *doors.ROUTES)
