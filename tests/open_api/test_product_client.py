"""A client that others wrote, unmodified, keeps a shop's products through a served clipcart."""

import asyncio
import io
import time
from typing import Any

import pytest

from tests.browser.site import Site
from tests.open_api.bench import SELLER_SCOPES, SHOP, let_in
from tests.open_api.product_examples import a_picture, teapots
from tests.open_api.test_clients import site

__all__ = ["site"]


async def test_the_python_client_keeps_a_product(site: Site) -> None:
    client: Any = pytest.importorskip("tiktok_shop_api", reason="left out: not installed")
    models: Any = pytest.importorskip("tiktok_shop_api.generated.models")
    types: Any = pytest.importorskip("tiktok_shop_api.generated.types")
    mine = await let_in(site.installation, site.world, SELLER_SCOPES, SHOP, "The connector")

    def plain(answer: Any) -> dict[str, Any]:
        told: dict[str, Any] = answer.to_dict()
        assert (told["code"], told["message"]) == (0, "Success")
        data: dict[str, Any] = told["data"]
        return data

    def keep() -> None:
        with client.TikTokShop(
            mine.app.key, mine.secret, access_token=mine.token, base_url=site.url
        ) as everywhere:
            shops = plain(everywhere.authorization.get_authorized_shops())["shops"]
            everywhere = everywhere.with_shop(shop_cipher=shops[0]["cipher"])
            walk(everywhere.products)

    def walk(products: Any) -> None:
        tree = plain(products.get_categories(keyword="teapot", category_version="v2"))
        assert teapots() in [each["id"] for each in tree["categories"]]
        guess = models.RecommendCategoryRequest.from_dict({"product_title": "Ceramic teapot"})
        leaf = plain(products.recommend_category(body=guess))["leaf_category_id"]
        plain(products.get_attributes(leaf))
        plain(products.get_category_rules(leaf))
        brand = models.CreateCustomBrandsRequest.from_dict({"name": "Kiln and Leaf"})
        brand_id = plain(products.create_custom_brands(body=brand))["id"]
        listed = plain(products.get_brands(page_size=10))["brands"]
        assert [each["id"] for each in listed] == [brand_id]
        uri = upload(products)
        search_request = models.SearchProductsRequest.from_dict({})
        known = plain(products.search_products(body=search_request, page_size=1))["products"]
        warehouse_id = known[0]["skus"][0]["inventory"][0]["warehouse_id"]
        body = {
            "title": "Round teapot of stoneware",
            "description": "<p>Thrown by hand.</p>",
            "category_id": leaf,
            "brand_id": brand_id,
            "main_images": [{"uri": uri}],
            "package_weight": {"value": "1.5", "unit": "POUND"},
            "skus": [
                {
                    "seller_sku": "CLIENT-1",
                    "price": {"amount": "48.00", "currency": "USD"},
                    "inventory": [{"warehouse_id": warehouse_id, "quantity": 7}],
                    "sales_attributes": [],
                }
            ],
            "idempotency_key": "3c9e6f7a-0a4e-4e0b-9f7e-1d2c3b4a5f60",
        }
        request = models.CreateProductRequest.from_dict(body)
        made = plain(products.create_product(body=request))
        assert plain(products.create_product(body=request)) == made
        live_with(products, made["product_id"], made["skus"][0]["id"], warehouse_id)

    def upload(products: Any) -> str:
        names: list[str] = []
        for name in ("teapot.png", None):
            file = types.File(io.BytesIO(a_picture()), file_name=name)
            told = plain(products.upload_product_image(body=models.UploadProductImageRequest(file)))
            assert (told["width"], told["height"]) == (400, 400)
            names.append(told["uri"])
        assert names[0] == names[1]
        return names[0]

    def live_with(products: Any, product_id: str, sku_id: str, warehouse_id: str) -> None:
        price = {"skus": [{"id": sku_id, "price": {"amount": "39.50", "currency": "USD"}}]}
        plain(products.update_price(product_id, body=models.UpdatePriceRequest.from_dict(price)))
        shelf = {"warehouse_id": warehouse_id, "quantity": 3}
        stock = {"skus": [{"id": sku_id, "inventory": [shelf]}]}
        update = models.UpdateInventoryRequest.from_dict(stock)
        assert plain(products.update_inventory(product_id, body=update))["errors"] == []
        told = plain(products.get_product(product_id))
        (sku,) = told["skus"]
        assert told["brand"]["name"] == "Kiln and Leaf"
        assert (sku["price"]["sale_price"], sku["inventory"]) == ("39.50", [shelf])
        search = models.SearchProductsRequest.from_dict({"seller_skus": ["CLIENT-1"]})
        found = plain(products.search_products(body=search, page_size=10))
        assert [each["id"] for each in found["products"]] == [product_id]
        where = models.InventorySearchRequest.from_dict({"sku_ids": [sku_id]})
        (there,) = plain(products.inventory_search(body=where))["inventory"]
        assert there["skus"][0]["total_available_quantity"] == 3
        one = {"product_ids": [product_id]}
        until_on_sale(products, product_id)
        for verb, request in (
            ("deactivate_products", "DeactivateProductsRequest"),
            ("activate_product", "ActivateProductRequest"),
            ("delete_products", "DeleteProductsRequest"),
            ("recover_products", "RecoverProductsRequest"),
        ):
            body = getattr(models, request).from_dict(one)
            assert plain(getattr(products, verb)(body=body))["errors"] == [], verb

    def until_on_sale(products: Any, product_id: str) -> None:
        for _ in range(300):
            if plain(products.get_product(product_id))["status"] == "ACTIVATE":
                return
            time.sleep(0.1)
        raise AssertionError("it did not go on sale")

    await asyncio.to_thread(keep)
