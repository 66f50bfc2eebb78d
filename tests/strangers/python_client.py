"""The client from PyPI, in its asynchronous form."""

import io
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.strangers.stranger import Stranger
from tests.support.consumer import Received


class PythonClient(Stranger):
    """`tiktok-shop-api`: takes a base URL, and has a typed method for every step and every webhook,
    whose classes refuse what lacks a field. It also builds the consent link and checks webhooks."""

    def __init__(self, url: str, key: str, secret: str, service_id: str) -> None:
        super().__init__(key, secret, service_id)
        self.url = url
        self.client: Any = pytest.importorskip("tiktok_shop_api", reason="left out: not installed")
        self.models: Any = import_module("tiktok_shop_api.generated.models")
        self.types: Any = import_module("tiktok_shop_api.generated.types")
        self.auth = self.client.AsyncTikTokShopAuth(
            key, secret, service_id=service_id, base_url=url
        )
        self.shop = self.client.AsyncTikTokShop(key, secret, base_url=url)

    async def close(self) -> None:
        """Let its connections go."""
        await self.shop.aclose()

    async def _data(self, call: Any, *places: Any, **how: Any) -> Any:
        """The data of an answer that went well, as plain JSON."""
        answer = (await call(*places, **how)).to_dict()
        assert (answer["code"], answer["message"]) == (0, "Success")
        return answer.get("data")

    def _body(self, kind: str, body: dict[str, Any]) -> Any:
        return getattr(self.models, kind).from_dict(body)

    def consent_link(self, state: str) -> str:
        link = self.auth.authorization_url(type="seller", region="row", state=state)
        parts = urlsplit(link)
        return f"{parts.path}?{parts.query}"

    async def exchange(self, code: str) -> Any:
        return self._tokens(await self.auth.exchange_code(code))

    async def refresh(self, refresh_token: str) -> Any:
        return self._tokens(await self.auth.refresh(refresh_token))

    def _tokens(self, told: Any) -> dict[str, Any]:
        names = ("access_token", "refresh_token", "granted_scopes", "seller_name", "open_id")
        return {name: getattr(told, name) for name in names}

    async def enter(self, token: str, cipher: str) -> None:
        self.shop = self.shop.with_shop(access_token=token, shop_cipher=cipher or None)

    async def shops(self) -> Any:
        return (await self._data(self.shop.authorization.get_authorized_shops))["shops"]

    async def refusal(self, token: str) -> int:
        asked = self.shop.with_shop(access_token=token).authorization.get_authorized_shops
        with pytest.raises(self.client.TikTokShopError) as refusal:
            await asked()
        assert refusal.value.http_status == 401
        code: int = refusal.value.code
        return code

    async def listen(self, topic: str, address: str) -> None:
        body = self._body("UpdateShopWebhookRequest", {"event_type": topic, "address": address})
        await self._data(self.shop.event.update_shop_webhook, body=body)

    async def upload(self, picture: bytes) -> str:
        file = self.types.File(io.BytesIO(picture), file_name="teapot.png")
        body = self.models.UploadProductImageRequest(file)
        uri: str = (await self._data(self.shop.products.upload_product_image, body=body))["uri"]
        return uri

    async def create(self, body: dict[str, Any]) -> Any:
        sent = self._body("CreateProductRequest", body)
        return await self._data(self.shop.products.create_product, body=sent)

    async def reprice(self, product_id: str, body: dict[str, Any]) -> None:
        sent = self._body("UpdatePriceRequest", body)
        await self._data(self.shop.products.update_price, product_id, body=sent)

    async def restock(self, product_id: str, body: dict[str, Any]) -> None:
        sent = self._body("UpdateInventoryRequest", body)
        done = await self._data(self.shop.products.update_inventory, product_id, body=sent)
        assert done["errors"] == []

    async def product(self, product_id: str) -> Any:
        return await self._data(self.shop.products.get_product, product_id)

    async def warehouses(self) -> Any:
        return (await self._data(self.shop.logistics.get_warehouse_list))["warehouses"]

    async def orders(self, status: str) -> Any:
        body = self._body("GetOrderListRequest", {"order_status": status})
        return (await self._data(self.shop.orders.get_order_list, page_size=10, body=body))[
            "orders"
        ]

    async def order(self, order_id: str) -> Any:
        return (await self._data(self.shop.orders.get_order_detail, ids=[order_id]))["orders"]

    async def price(self, order_id: str) -> Any:
        return await self._data(self.shop.orders.get_order_price_details, order_id)

    async def services(self, order_id: str) -> Any:
        told = await self._data(self.shop.fulfillment.get_eligible_shipping_services, order_id)
        return told["shipping_services"]

    async def pack(self, body: dict[str, Any]) -> str:
        sent = self._body("CreatePackagesRequest", body)
        told = await self._data(self.shop.fulfillment.create_packages, body=sent)
        package_id: str = told["package_id"]
        return package_id

    async def ship(self, package_id: str) -> None:
        await self._data(self.shop.fulfillment.ship_package, package_id)

    async def label(self, package_id: str) -> Any:
        asked = self.shop.fulfillment.get_package_shipping_document
        return await self._data(asked, package_id, document_type="SHIPPING_LABEL")

    async def tracking(self, order_id: str) -> Any:
        return (await self._data(self.shop.fulfillment.get_order_tracking, order_id))["tracking"]

    def hears(self, got: Received) -> bool:
        sent = {"app_key": self.key, "app_secret": self.secret, "raw_body": got.body}
        event = self.client.Webhooks.verify_and_parse(
            **sent, signature=got.headers["authorization"]
        )
        return type(event).__name__ != "UnknownWebhookEvent" and event.type_ == got.type
