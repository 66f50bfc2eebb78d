"""Examples of the group Product."""

import io
from typing import Any

from PIL import Image

from clipcart import catalog, inventory
from clipcart.catalog import ProductFor
from clipcart.kit.ids import ProductId
from tests.open_api.bench import FOREIGN_SHOP, SHOP, Bench, Example
from tests.open_api.examples import example

TEAPOTS = "Home & Garden > Kitchen & Dining > Tableware > Coffee Servers & Teapots > Teapots"


def teapots() -> str:
    """The id of a leaf."""
    found = catalog.category_at(TEAPOTS)
    assert found is not None
    return str(found.id)


def a_picture(*, side_px: int = 400, shade: int = 90) -> bytes:
    """A picture that products may have."""
    out = io.BytesIO()
    Image.new("RGB", (side_px, side_px), (shade, 120, 80)).save(out, "PNG")
    return out.getvalue()


async def an_uri(bench: Bench) -> str:
    """The name of an uploaded picture."""
    answer = await bench.call(
        "POST",
        "/product/202309/images/upload",
        body={"use_case": "MAIN_IMAGE"},
        files={"data": a_picture()},
    )
    assert answer.code == 0, answer.message
    uri: str = answer.data["uri"]
    return uri


async def a_warehouse(bench: Bench) -> str:
    """The id of the shop's default warehouse."""
    async with bench.installation.db.reading() as tx:
        found = await inventory.default_warehouses(tx, bench.owner, [bench.shop_id])
    return str(found[bench.shop_id].id)


async def a_body(bench: Bench, **more: Any) -> dict[str, Any]:
    """A product in two colours, as a client creates it."""
    warehouse_id = await a_warehouse(bench)
    return {
        "title": "Round teapot of stoneware, 1.2 litres",
        "description": "<p>Thrown and glazed by hand.</p>",
        "category_id": teapots(),
        "category_version": "v2",
        "main_images": [{"uri": await an_uri(bench)}],
        "package_weight": {"value": "1.5", "unit": "POUND"},
        "package_dimensions": {"length": "10", "width": "9.5", "height": "8", "unit": "INCH"},
        "skus": [
            {
                "seller_sku": f"OPEN-{colour}",
                "sales_attributes": [{"name": "Glaze", "value_name": colour}],
                "price": {"amount": "48.00", "currency": "USD"},
                "inventory": [{"warehouse_id": warehouse_id, "quantity": 7}],
                "identifier_code": {"code": "4006381333931", "type": "EAN"},
            }
            for colour in ("Moss", "Ash")
        ],
        **more,
    }


def the_product(bench: Bench, handle: str) -> str:
    """The id of a product of the world."""
    return str(bench.world.products[handle])


def of_shop(bench: Bench, shop: str) -> str:
    """The id of some product of a shop."""
    found = (p for p in bench.world.products if bench.world.content.product(p).shop == shop)
    return the_product(bench, next(found))


async def seen(bench: Bench, product_id: str) -> ProductFor:
    """The product as its owner sees it."""
    async with bench.installation.db.reading() as tx:
        return await catalog.product_for(tx, bench.owner, bench.shop_id, ProductId(int(product_id)))


async def a_sku(bench: Bench, product_id: str) -> str:
    """The id of the product's first SKU."""
    return str((await seen(bench, product_id)).product.skus[0].id)


async def a_draft(bench: Bench) -> str:
    """The id of a product that was never handed in."""
    answer = await bench.call(
        "POST",
        "/product/202309/products",
        body=await a_body(bench, save_mode="AS_DRAFT"),
        cipher=bench.cipher,
    )
    assert answer.code == 0, answer.message
    product_id: str = answer.data["product_id"]
    return product_id


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


@example("GET /product/202309/brands")
async def get_brands(bench: Bench) -> Example:
    await bench.call("POST", "/product/202309/brands", body={"name": "Kiln and Leaf"})
    return Example(query={"page_size": "10", "brand_name": "kiln"})


@example("POST /product/202309/brands")
async def create_custom_brand(_bench: Bench) -> Example:
    return Example(body={"name": "Kiln and Leaf"})


@example("POST /product/202309/brands/recommend")
async def recommend_brand(bench: Bench) -> Example:
    await bench.call("POST", "/product/202309/brands", body={"name": "Kiln and Leaf"})
    return Example(body={"product_title": "Teapot by Kiln and Leaf, glazed"})


@example("POST /product/202609/brands/suggest")
async def suggest_brands(bench: Bench) -> Example:
    await bench.call("POST", "/product/202309/brands", body={"name": "Kiln and Leaf"})
    return Example(body={"product_title": "Teapot", "description": "<p>By Kiln and Leaf.</p>"})


@example("POST /product/202609/products/properties/recommend")
async def recommend_properties(_bench: Bench) -> Example:
    found = catalog.recommend_category("Stoneware teapot", limit=1)[0].category
    return Example(body={"category_id": str(found.id), "product_title": "White stoneware teapot"})


@example("POST /product/202309/images/upload")
async def upload_product_image(_bench: Bench) -> Example:
    return Example(body={"use_case": "MAIN_IMAGE"}, files={"data": a_picture()})


@example("POST /product/202309/files/upload")
async def upload_product_file(_bench: Bench) -> Example:
    return Example(body={"name": "care.mp4"}, files={"data": b"\0\0\0\x18ftypmp42" + b"\0" * 64})


@example("POST /product/202309/products")
async def create_product(bench: Bench) -> Example:
    body = await a_body(bench, idempotency_key="3c9e6f7a", save_mode="LISTING")
    return Example(body=body, other={**body, "title": "Another teapot of stoneware"})


@example("POST /product/202309/products/listing_check")
async def check_product_listing(bench: Bench) -> Example:
    return Example(body=await a_body(bench))


@example("GET /product/202309/products/{product_id}")
async def get_product(bench: Bench) -> Example:
    foreign = of_shop(bench, FOREIGN_SHOP)
    return Example(places={"product_id": await a_draft(bench)}, foreign={"product_id": foreign})


@example("POST /product/202309/products/search")
async def search_products(_bench: Bench) -> Example:
    return Example(query={"page_size": "2"}, body={"status": "ACTIVATE", "create_time_ge": 1})


@example("PUT /product/202309/products/{product_id}")
async def edit_product(bench: Bench) -> Example:
    product_id = await a_draft(bench)
    body = await a_body(bench, title="Round teapot of stoneware, now with a lid")
    body["skus"][0]["id"] = await a_sku(bench, product_id)
    return Example(
        places={"product_id": product_id},
        body=body,
        foreign={"product_id": of_shop(bench, FOREIGN_SHOP)},
    )


@example("POST /product/202309/products/{product_id}/partial_edit")
async def partial_edit_product(bench: Bench) -> Example:
    return Example(
        places={"product_id": of_shop(bench, SHOP)},
        body={"title": "Only the title is another one", "external_product_id": "A-17"},
        foreign={"product_id": of_shop(bench, FOREIGN_SHOP)},
    )


@example("POST /product/202309/products/activate")
async def activate_product(bench: Bench) -> Example:
    product_id = of_shop(bench, SHOP)
    body = {"product_ids": [product_id]}
    await bench.call("POST", "/product/202309/products/deactivate", body=body, cipher=bench.cipher)
    return Example(body=body)


@example("POST /product/202309/products/deactivate")
async def deactivate_products(bench: Bench) -> Example:
    return Example(body={"product_ids": [of_shop(bench, SHOP), of_shop(bench, FOREIGN_SHOP)]})


@example("DELETE /product/202309/products")
async def delete_products(bench: Bench) -> Example:
    return Example(body={"product_ids": [of_shop(bench, SHOP), "1"]})


@example("POST /product/202309/products/recover")
async def recover_products(bench: Bench) -> Example:
    body = {"product_ids": [await a_draft(bench)]}
    await bench.call("DELETE", "/product/202309/products", body=body, cipher=bench.cipher)
    return Example(body=body)


@example("POST /product/202309/products/{product_id}/prices/update")
async def update_price(bench: Bench) -> Example:
    product_id = of_shop(bench, SHOP)
    price = {"amount": "39.50", "currency": "USD"}
    return Example(
        places={"product_id": product_id},
        body={"skus": [{"id": await a_sku(bench, product_id), "price": price}]},
        foreign={"product_id": of_shop(bench, FOREIGN_SHOP)},
    )


@example("POST /product/202309/products/{product_id}/inventory/update")
async def update_inventory(bench: Bench) -> Example:
    product_id = of_shop(bench, SHOP)
    shelf = {"warehouse_id": await a_warehouse(bench), "quantity": 3}
    return Example(
        places={"product_id": product_id},
        body={"skus": [{"id": await a_sku(bench, product_id), "inventory": [shelf]}]},
        foreign={"product_id": of_shop(bench, FOREIGN_SHOP)},
    )


@example("POST /product/202309/inventory/search")
async def search_inventory(bench: Bench) -> Example:
    return Example(body={"product_ids": [of_shop(bench, SHOP), of_shop(bench, FOREIGN_SHOP)]})


@example("GET /product/202309/prerequisites")
async def check_prerequisites(_bench: Bench) -> Example:
    return Example()


@example("GET /product/202312/prerequisites")
async def check_listing_prerequisites(_bench: Bench) -> Example:
    return Example()


@example("GET /product/202405/products/diagnoses")
async def diagnose_products(bench: Bench) -> Example:
    return Example(query={"product_ids": of_shop(bench, SHOP)})


@example("POST /product/202411/products/diagnose_optimize")
async def diagnose_and_optimize(bench: Bench) -> Example:
    product_id = of_shop(bench, SHOP)
    return Example(
        body={
            "product_id": product_id,
            "category_id": teapots(),
            "title": "A teapot",
            "main_images": [{"uri": "products/x.webp"}],
        }
    )
