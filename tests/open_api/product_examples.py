"""Examples of the group Product."""

from clipcart import catalog
from tests.open_api.bench import Bench, Example
from tests.open_api.examples import example

TEAPOTS = "Home & Garden > Kitchen & Dining > Tableware > Coffee Servers & Teapots > Teapots"


def teapots() -> str:
    """The id of a leaf."""
    found = catalog.category_at(TEAPOTS)
    assert found is not None
    return str(found.id)


@example("GET /product/202309/categories")
async def get_categories(_bench: Bench) -> Example:
    return Example(query={"keyword": "teapot", "locale": "de-DE", "category_version": "v2"})


@example("GET /product/202309/categories/{category_id}/attributes")
async def get_attributes(_bench: Bench) -> Example:
    return Example(places={"category_id": teapots()})


@example("GET /product/202309/categories/{category_id}/rules")
async def get_category_rules(_bench: Bench) -> Example:
    return Example(places={"category_id": teapots()})


@example("POST /product/202309/categories/recommend")
async def recommend_category(_bench: Bench) -> Example:
    return Example(
        body={
            "product_title": "Round teapot of stoneware, 1.2 l",
            "description": "<p>For green tea.</p>",
            "images": [{"uri": "products/x.webp"}],
            "origin_platform_category": {"full_name": "Kitchen > Teapots"},
        }
    )
