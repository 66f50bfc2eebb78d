"""Routes of the operator's pages. Nobody else finds anything here."""

from litestar import Router
from litestar.di import Provide

from clipcart.doorway.app import Routes
from clipcart.ops.desk import StaffModeNeeded, open_clock_desk, open_desk, to_staff_mode
from clipcart.ops.handlers import (
    clock,
    events,
    exceptions,
    jobs,
    listings,
    money,
    overview,
    shops,
    verification,
)

ROUTES: Routes = (
    Router(
        path="/ops",
        route_handlers=[
            *overview.ROUTES,
            *verification.ROUTES,
            *listings.ROUTES,
            *shops.ROUTES,
            *money.ROUTES,
            *exceptions.ROUTES,
            *jobs.ROUTES,
            *events.ROUTES,
            *clock.ROUTES,
        ],
        dependencies={"desk": Provide(open_desk), "clock_desk": Provide(open_clock_desk)},
        exception_handlers={StaffModeNeeded: to_staff_mode},
        include_in_schema=False,
    ),
)
