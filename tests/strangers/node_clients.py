"""Two clients from npm, which know nothing of each other."""

from abc import abstractmethod
from typing import Any, ClassVar

import pytest

from tests.strangers.process import ClientFailed, Node, binary
from tests.strangers.stranger import Stranger

VERSION = "202309"


class NodeStranger(Stranger):
    """A client in a Node process."""

    def __init__(self, node: Node, url: str, key: str, secret: str, service_id: str) -> None:
        super().__init__(key, secret, service_id)
        self.node, self.url = node, url
        self.token = self.cipher = ""

    @abstractmethod
    async def begin(self) -> None:
        """Make the client's objects."""

    @abstractmethod
    async def signed(self, method: str, path: str, query: Any = None, body: Any = None) -> Any:
        """Any operation, by the client's own signed request."""

    async def _data(self, call: str, *args: Any) -> Any:
        """The data of an answer that went well."""
        answer = await self.node.call(call, *args)
        assert (answer["code"], answer["message"]) == (0, "Success"), answer
        return answer.get("data")

    async def reprice(self, product_id: str, body: dict[str, Any]) -> None:
        await self.signed(
            "POST", f"/product/{VERSION}/products/{product_id}/prices/update", {}, body
        )

    async def restock(self, product_id: str, body: dict[str, Any]) -> None:
        path = f"/product/{VERSION}/products/{product_id}/inventory/update"
        assert not (await self.signed("POST", path, {}, body)).get("errors")

    async def listen(self, topic: str, address: str) -> None:
        body = {"event_type": topic, "address": address}
        await self.signed("PUT", f"/event/{VERSION}/webhooks", {}, body)

    async def services(self, order_id: str) -> Any:
        path = f"/fulfillment/{VERSION}/orders/{order_id}/shipping_services/query"
        return (await self.signed("POST", path, {}, {}))["shipping_services"]

    async def tracking(self, order_id: str) -> Any:
        path = f"/fulfillment/{VERSION}/orders/{order_id}/tracking"
        return (await self.signed("GET", path))["tracking"]


class TypedSdk(NodeStranger):
    """`tiktok-shop-sdk`: hosts fixed in its code, so tests/strangers/redirect.cjs sends them here.

    Its own methods cover tokens, shops, products with prices and stock, webhooks, orders, shipping
    services and the making of packages. For shipping, labels and tracking it has none: these go
    through its public `requestCipher`. It adds the shop's cipher to picture uploads, which take
    none, so pictures are uploaded before a shop is set. It checks no webhooks.
    """

    async def begin(self) -> None:
        options = {"appKey": self.key, "appSecret": self.secret}
        await self.node.make("sdk", ("tiktok-shop-sdk", "TikTokShopSDK"), options)

    async def signed(self, method: str, path: str, query: Any = None, body: Any = None) -> Any:
        words = {"method": method, "path": path, "query": query or {}}
        return await self._data(
            "sdk.requestCipher", words if body is None else words | {"body": body}
        )

    async def exchange(self, code: str) -> Any:
        words = {"auth_code": code, "grant_type": "authorized_code"}
        return await self._data("sdk.auth.getAccessToken", words)

    async def refresh(self, refresh_token: str) -> Any:
        words = {"refresh_token": refresh_token, "grant_type": "refresh_token"}
        return await self._data("sdk.auth.refreshAccessToken", words)

    async def enter(self, token: str, cipher: str) -> None:
        await self.node.call("sdk.setAccessToken", token)
        await self.node.call("sdk.setShopCipher", cipher)
        self.token, self.cipher = token, cipher

    async def shops(self) -> Any:
        return (await self._data("sdk.shop.getAuthorizedShops"))["shops"]

    async def refusal(self, token: str) -> int:
        await self.node.call("sdk.setAccessToken", token)
        with pytest.raises(ClientFailed) as failure:
            await self.shops()
        await self.node.call("sdk.setAccessToken", self.token)
        assert failure.value.said["name"] == "TikTokAPIError"
        code: int = failure.value.said["code"]
        return code

    async def listen(self, topic: str, address: str) -> None:
        await self._data("sdk.event.updateShopWebhook", {"event_type": topic, "address": address})

    async def upload(self, picture: bytes) -> str:
        cipher, body = self.cipher, {"data": binary(picture), "use_case": "MAIN_IMAGE"}
        await self.node.call("sdk.setShopCipher", "")
        uri: str = (await self._data("sdk.product.uploadProductImage", body))["uri"]
        await self.node.call("sdk.setShopCipher", cipher)
        return uri

    async def create(self, body: dict[str, Any]) -> Any:
        return await self._data("sdk.product.createProduct", body)

    async def reprice(self, product_id: str, body: dict[str, Any]) -> None:
        words = {"product_id": product_id, "body": body}
        await self._data("sdk.product.updateProductPrice", words)

    async def restock(self, product_id: str, body: dict[str, Any]) -> None:
        words = {"product_id": product_id, "body": body}
        assert not (await self._data("sdk.product.updateProductInventory", words)).get("errors")

    async def product(self, product_id: str) -> Any:
        return await self._data("sdk.product.getProduct", {"product_id": product_id})

    async def warehouses(self) -> Any:
        return (await self._data("sdk.logistic.getWarehouseList"))["warehouses"]

    async def orders(self, status: str) -> Any:
        words = {"query": {"page_size": 10}, "body": {"order_status": status}}
        return (await self._data("sdk.order.getOrderList", words))["orders"]

    async def order(self, order_id: str) -> Any:
        return (await self._data("sdk.order.getOrderDetail", {"ids": [order_id]}))["orders"]

    async def price(self, order_id: str) -> Any:
        return await self._data("sdk.order.getPriceDetail", {"order_id": order_id})

    async def services(self, order_id: str) -> Any:
        words = {"order_id": order_id, "body": {}}
        told = await self._data("sdk.fulfillment.getEligibleShippingService", words)
        return told["shipping_services"]

    async def pack(self, body: dict[str, Any]) -> str:
        package_id: str = (await self._data("sdk.fulfillment.createPackage", body))["package_id"]
        return package_id

    async def ship(self, package_id: str) -> None:
        path = f"/fulfillment/{VERSION}/packages/{package_id}/ship"
        await self.signed("POST", path, {}, {"handover_method": "DROP_OFF"})

    async def label(self, package_id: str) -> Any:
        path = f"/fulfillment/{VERSION}/packages/{package_id}/shipping_documents"
        return await self.signed("GET", path, {"document_type": "SHIPPING_LABEL"})


class FlowNodes(NodeStranger):
    """`n8n-nodes-tiktokshop`: the services behind the nodes of a workflow tool.

    Each takes an axios instance with a base URL, which is how they are pointed here. Their own
    methods cover tokens, products, orders, warehouses, and packages with labels. What they have no
    method for (shops, webhooks, prices, stock, shipping services, tracking) goes through the
    signed `request` that all of them inherit. They check no webhooks.
    """

    SERVICES: ClassVar = {
        "base": ("base-service", "BaseService"),
        "product": ("product-service", "ProductService"),
        "orders": ("orders-service", "OrdersService"),
        "logistics": ("logistics-service", "LogisticsService"),
        "parcels": ("fulfillments-service", "FulfillmentsService"),
    }

    async def begin(self) -> None:
        folder, http = "n8n-nodes-tiktokshop/dist/services/", {"$axios": self.url}
        options = {"appKey": self.key, "appSecret": self.secret, "httpClient": http}
        await self.node.make(
            "tokens", (folder + "token-service", "TokenService"), {"httpClient": http}
        )
        for name, (file, kind) in self.SERVICES.items():
            await self.node.make(name, (folder + file, kind), options)

    async def _in_shop(self, call: str, **options: Any) -> Any:
        """A method of a service, in the shop."""
        words = {"shopCipher": self.cipher, "accessToken": self.token, **options}
        return await self._data(call, words)

    async def signed(self, method: str, path: str, query: Any = None, body: Any = None) -> Any:
        words: dict[str, Any] = {"method": method, "path": path, "accessToken": self.token}
        words["query"] = {**(query or {}), "shop_cipher": self.cipher}
        if body is not None:
            words |= {"body": body, "headers": {"Content-Type": "application/json"}}
        return await self._data("base.request", words)

    async def exchange(self, code: str) -> Any:
        words = {"appKey": self.key, "appSecret": self.secret, "authCode": code}
        return await self._data("tokens.accessToken", words)

    async def refresh(self, refresh_token: str) -> Any:
        words = {"appKey": self.key, "appSecret": self.secret, "refreshToken": refresh_token}
        return await self._data("tokens.refreshToken", words)

    async def enter(self, token: str, cipher: str) -> None:
        self.token, self.cipher = token, cipher

    async def shops(self) -> Any:
        words = {"path": f"/authorization/{VERSION}/shops", "accessToken": self.token}
        return (await self._data("base.request", words))["shops"]

    async def refusal(self, token: str) -> int:
        words = {"path": f"/authorization/{VERSION}/shops", "accessToken": token}
        with pytest.raises(ClientFailed) as failure:
            await self._data("base.request", words)
        assert failure.value.said["status"] == 401
        code: int = failure.value.said["data"]["code"]
        return code

    async def upload(self, picture: bytes) -> str:
        told = await self._in_shop(
            "product.uploadProductImage",
            fileBuffer=binary(picture),
            fileName="teapot.png",
            fileMimeType="image/png",
            useCase="MAIN_IMAGE",
        )
        uri: str = told["uri"]
        return uri

    async def create(self, body: dict[str, Any]) -> Any:
        return await self._in_shop("product.createProduct", body=body)

    async def product(self, product_id: str) -> Any:
        return await self._in_shop("product.getProductDetail", productId=product_id)

    async def warehouses(self) -> Any:
        return (await self._in_shop("logistics.listWarehouses"))["warehouses"]

    async def orders(self, status: str) -> Any:
        body = {"order_status": status}
        return (await self._in_shop("orders.getOrderList", pageSize=10, body=body))["orders"]

    async def order(self, order_id: str) -> Any:
        return (await self._in_shop("orders.getOrderDetail", ids=[order_id]))["orders"]

    async def price(self, order_id: str) -> Any:
        return await self._in_shop("orders.getPriceDetail", orderId=order_id)

    async def pack(self, body: dict[str, Any]) -> str:
        package_id: str = (await self._in_shop("parcels.createPackages", body=body))["package_id"]
        return package_id

    async def ship(self, package_id: str) -> None:
        body = {"handover_method": "DROP_OFF"}
        await self._in_shop("parcels.shipPackage", packageId=package_id, body=body)

    async def label(self, package_id: str) -> Any:
        words = {"packageId": package_id, "documentType": "SHIPPING_LABEL"}
        return await self._in_shop("parcels.getPackageShippingDocument", **words)
