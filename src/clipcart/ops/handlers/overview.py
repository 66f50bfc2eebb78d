"""The first page."""

from litestar import Response, get
from litestar.di import NamedDependency

from clipcart.ops.desk import Desk
from clipcart.ops.pages.overview import overview_page


@get("/")
async def overview(desk: NamedDependency[Desk]) -> Response[str]:
    """Is the platform sound."""
    return desk.html("overview.html", await overview_page(desk))


ROUTES = (overview,)
