"""A client that others wrote, unmodified, keeps a shop's products through a served clipcart."""

import asyncio
import io
import time
from dataclasses import dataclass
from typing import Any

import pytest

from tests.browser.site import Site
from tests.open_api.bench import SELLER_SCOPES, SHOP, let_in
from tests.open_api.product_examples import a_picture, teapots


@dataclass(frozen=True, slots=True)
class Kit:
    """The client's products, and its classes for requests and files."""

    products: Any
    models: Any
    types: Any

    def ask(self, verb: str, request: str, body: dict[str, Any], *places: str, **query: Any) -> Any:
        """A call with a body, by the client's own classes."""
        sent = getattr(self.models, request).from_dict(body)
        return plain(getattr(self.products, verb)(*places, body=sent, **query))


def plain(answer: Any) -> Any:
    """The data of an answer that went well."""
    told = answer.to_dict()
    assert (told["code"], told["message"]) == (0, "Success")
    return told["data"]


async def test_the_python_client_keeps_a_product(site: Site) -> None:
    client: Any = pytest.importorskip("tiktok_shop_api", reason="left out: not installed")
    models: Any = pytest.importorskip("tiktok_shop_api.generated.models")
    types: Any = pytest.importorskip("tiktok_shop_api.generated.types")
    mine = await let_in(site.installation, site.world, SELLER_SCOPES, SHOP, "The connector")

    def keep() -> None:
        with client.TikTokShop(
            mine.app.key, mine.secret, access_token=mine.token, base_url=site.url
        ) as everywhere:
            shops = plain(everywhere.authorization.get_authorized_shops())["shops"]
            shop = everywhere.with_shop(shop_cipher=shops[0]["cipher"])
            kit = Kit(shop.products, models, types)
            leaf, brand_id = look_around(kit)
            product_id, sku_id, warehouse_id = create(kit, leaf, brand_id)
            reprice(kit, product_id, sku_id, warehouse_id)
            walk(kit, product_id)

    await asyncio.to_thread(keep)


def look_around(kit: Kit) -> tuple[str, str]:
    """A category with its rules, and a brand."""
    tree = plain(kit.products.get_categories(keyword="teapot", category_version="v2"))
    assert teapots() in [each["id"] for each in tree["categories"]]
    title = {"product_title": "Ceramic teapot"}
    leaf: str = kit.ask("recommend_category", "RecommendCategoryRequest", title)["leaf_category_id"]
    plain(kit.products.get_category_attributes(leaf))
    plain(kit.products.get_category_rules(leaf))
    name = {"name": "Kiln and Leaf"}
    brand_id: str = kit.ask("create_custom_brands", "CreateCustomBrandsRequest", name)["id"]
    listed = plain(kit.products.get_brands(page_size=10))["brands"]
    assert [each["id"] for each in listed] == [brand_id]
    return leaf, brand_id


def upload(kit: Kit) -> str:
    """A picture, with a name and without one."""
    names: list[str] = []
    for name in ("teapot.png", None):
        file = kit.types.File(io.BytesIO(a_picture()), file_name=name)
        request = kit.models.UploadProductImageRequest(file)
        told = plain(kit.products.upload_product_image(body=request))
        assert (told["width"], told["height"]) == (400, 400)
        names.append(told["uri"])
    assert names[0] == names[1]
    return names[0]


def create(kit: Kit, leaf: str, brand_id: str) -> tuple[str, str, str]:
    """A product, sent twice and there once."""
    known = kit.ask("search_products", "SearchProductsRequest", {}, page_size=1)["products"]
    warehouse_id: str = known[0]["skus"][0]["inventory"][0]["warehouse_id"]
    body = {
        "title": "Round teapot of stoneware",
        "description": "<p>Thrown by hand.</p>",
        "category_id": leaf,
        "brand_id": brand_id,
        "main_images": [{"uri": upload(kit)}],
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
    made = kit.ask("create_product", "CreateProductRequest", body)
    assert kit.ask("create_product", "CreateProductRequest", body) == made
    return made["product_id"], made["skus"][0]["id"], warehouse_id


def reprice(kit: Kit, product_id: str, sku_id: str, warehouse_id: str) -> None:
    """Another price and another stock, read back in every way."""
    price = {"skus": [{"id": sku_id, "price": {"amount": "39.50", "currency": "USD"}}]}
    kit.ask("update_price", "UpdatePriceRequest", price, product_id)
    shelf = {"warehouse_id": warehouse_id, "quantity": 3}
    stock = {"skus": [{"id": sku_id, "inventory": [shelf]}]}
    done = kit.ask("update_inventory", "UpdateInventoryRequest", stock, product_id)
    assert done["errors"] == []
    told = plain(kit.products.get_product(product_id))
    (sku,) = told["skus"]
    assert told["brand"]["name"] == "Kiln and Leaf"
    assert (sku["price"]["sale_price"], sku["inventory"]) == ("39.50", [shelf])
    code = {"seller_skus": ["CLIENT-1"]}
    found = kit.ask("search_products", "SearchProductsRequest", code, page_size=10)
    assert [each["id"] for each in found["products"]] == [product_id]
    (there,) = kit.ask("inventory_search", "InventorySearchRequest", {"sku_ids": [sku_id]})[
        "inventory"
    ]
    assert there["skus"][0]["total_available_quantity"] == 3
    title = {"title": "Round teapot of stoneware, 1.2 litres"}
    kit.ask("partial_edit_product", "PartialEditProductRequest", title, product_id)


def walk(kit: Kit, product_id: str) -> None:
    """On sale, off sale, on sale, away and back."""
    until = time.monotonic() + 60
    while plain(kit.products.get_product(product_id))["status"] != "ACTIVATE":
        assert time.monotonic() < until, "it did not go on sale"
        time.sleep(0.1)
    for verb, request in (
        ("deactivate_products", "DeactivateProductsRequest"),
        ("activate_products", "ActivateProductsRequest"),
        ("delete_products", "DeleteProductsRequest"),
        ("recover_products", "RecoverProductsRequest"),
    ):
        assert kit.ask(verb, request, {"product_ids": [product_id]})["errors"] == [], verb
