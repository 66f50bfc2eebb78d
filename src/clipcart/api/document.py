"""The OpenAPI document of the buyers' API: as JSON and nothing else; people read /api/docs."""

from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin

OPENAPI = OpenAPIConfig(
    title="clipcart buyers' API",
    version="1",
    description="Catalogue, search, cart, checkout and orders for buyers' apps.",
    path="/api/v1/openapi",
    use_handler_docstrings=True,
    render_plugins=[JsonRenderPlugin()],
)
