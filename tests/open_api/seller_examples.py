"""Examples of the groups Authorization and Seller."""

from tests.open_api.bench import Bench, Example
from tests.open_api.examples import example


@example("GET /authorization/202309/shops")
async def get_authorized_shops(_bench: Bench) -> Example:
    return Example()


@example("DELETE /authorization/202403/shops")
async def deauthorize_shop(_bench: Bench) -> Example:
    return Example()


@example("GET /seller/202309/shops")
async def get_active_shops(_bench: Bench) -> Example:
    return Example()


@example("GET /seller/202309/permissions")
async def get_seller_permissions(_bench: Bench) -> Example:
    return Example()


@example("GET /seller/202508/status")
async def get_seller_status(_bench: Bench) -> Example:
    return Example()
