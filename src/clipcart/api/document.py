"""The OpenAPI document of the buyers' API."""

from litestar.openapi.config import OpenAPIConfig

OPENAPI = OpenAPIConfig(
    title="clipcart buyers' API",
    version="1",
    description="Catalogue, search, cart, checkout and orders for buyers' apps.",
    path="/api/v1/openapi",
    render_plugins=[],
)
