"""Clients that others wrote, unmodified, live a seller's whole journey through a served clipcart.

Each walks the same way: consent, tokens, shops, webhooks, a product with picture, prices and
stock, an order by a buyer, its package, the label, the carrier's scans to the door, and every
webhook on the way, checked. What a client covers by itself is said at its class.
"""

import asyncio
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from clipcart import apps, checkout
from clipcart.apps import NewApp, Vault
from clipcart.kit.clock import ticks_ms
from clipcart.kit.ids import ShopId, SkuId
from tests.browser.site import Site
from tests.open_api.bench import DEVELOPER, SELLER_SCOPES, SHOP
from tests.open_api.product_examples import a_picture, teapots
from tests.strangers.node_clients import FlowNodes, NodeStranger, TypedSdk
from tests.strangers.packages import modules
from tests.strangers.process import running
from tests.strangers.python_client import PythonClient
from tests.strangers.stranger import Stranger
from tests.support.buying import place_one, request_for
from tests.support.consumer import Consumer, consuming
from tests.support.installation import Visitor

TOPICS = (
    "ORDER_STATUS_CHANGE",
    "PACKAGE_UPDATE",
    "PRODUCT_STATUS_CHANGE",
    "PRODUCT_INFORMATION_CHANGE",
    "PRODUCT_CREATION",
    "PRODUCT_AUDIT_STATUS_CHANGE",
)
"""What apps may listen to by the API. Others are set in the Partner Center, such as the next."""
IN_THE_PARTNER_CENTER = "INVENTORY_CHANGED_BY_SHOP"


@asynccontextmanager
async def python(site: Site, folder: Path, key: str, secret: str, service_id: str) -> Any:
    """The client from PyPI."""
    client = PythonClient(site.url, key, secret, service_id)
    yield client
    await client.close()


def node(kind: type[NodeStranger]) -> Any:
    """A client from npm in a process of its own."""

    @asynccontextmanager
    async def made(site: Site, folder: Path, key: str, secret: str, service_id: str) -> Any:
        packages = modules(site.installation.settings.home)
        async with running(packages, site.url, folder / "node.log") as process:
            client = kind(process, site.url, key, secret, service_id)
            await client.begin()
            yield client

    return made


STRANGERS = {
    "tiktok-shop-api": python,
    "tiktok-shop-sdk": node(TypedSdk),
    "n8n-nodes-tiktokshop": node(FlowNodes),
}


@pytest.mark.parametrize("name", STRANGERS)
async def test_a_client_lives_a_sellers_journey(name: str, site: Site, tmp_path: Path) -> None:
    async with consuming() as consumer:
        app = await an_app(site, name, consumer)
        async with STRANGERS[name](site, tmp_path, *app) as stranger:
            await walk(stranger, site, consumer, f"{name}-1")


async def walk(stranger: Stranger, site: Site, consumer: Consumer, code: str) -> None:
    """The journey. `code` is the product's, and the key of its purchase."""
    tokens = await is_let_in(stranger, site)
    await stranger.enter(tokens["access_token"], "")
    (shop,) = await stranger.shops()
    assert shop["name"] == site.world.content.shop(SHOP).name
    assert await stranger.refusal("ROW_nothing") == 105001
    await stranger.enter(tokens["access_token"], shop["cipher"])
    for topic in TOPICS:
        await stranger.listen(topic, consumer.url())
    product_id, sku_id = await keeps_a_product(stranger, site, code)
    order_id = await is_bought_from(site, sku_id, code)
    await is_paid(stranger, order_id)
    await site.pass_time(timedelta(hours=2))
    package_id = await ships_it(stranger, site, order_id, product_id)
    await follows_it(stranger, site, tokens, order_id)
    heard_all(stranger, consumer, order_id, package_id, product_id)


async def an_app(site: Site, name: str, consumer: Consumer) -> tuple[str, str, str]:
    """The developer registers an app for the client: its key, secret and number."""
    developer = site.world.person(DEVELOPER)
    new = NewApp(
        name=f"The connector {name}",
        about="Keeps stock in step.",
        redirect_url="https://connector.example/callback",
        scopes=dict.fromkeys(SELLER_SCOPES, "To keep stock in step."),
    )
    vault = Vault(site.installation.services.secret)
    async with site.installation.db.transaction() as tx:
        app, secret = await apps.register_app(tx, developer, vault, new)
        await apps.set_app_webhook(
            tx, developer, app.id, IN_THE_PARTNER_CENTER, consumer.url(), is_local=True
        )
    return app.key, secret, str(app.service_id)


async def is_let_in(stranger: Stranger, site: Site) -> Any:
    """The seller says yes on the consent page; the client makes tokens of the code, and others."""
    async with httpx.AsyncClient(base_url=site.url) as browser:
        seller = Visitor(browser)
        await seller.sign_in(site.world.email(site.world.content.shop(SHOP).owner))
        fields = {"shops": str(site.world.shops[SHOP]), "days": "365", "answer": "yes"}
        answer = await seller.submit(stranger.consent_link("csrf-token"), fields, follow=False)
    back = parse_qs(urlsplit(answer.headers["location"]).query)
    assert back["state"] == ["csrf-token"]
    first = await stranger.exchange(back["code"][0])
    assert "seller.order.info" in first["granted_scopes"]
    return await stranger.refresh(first["refresh_token"])


async def keeps_a_product(stranger: Stranger, site: Site, code: str) -> tuple[str, str]:
    """A product with a picture, then another price and another stock."""
    warehouse_id = (await stranger.warehouses())[0]["id"]
    body = {
        "title": f"Round teapot of stoneware, {code}",
        "description": "<p>Thrown by hand, glazed — “céladon”.</p>",
        "category_id": teapots(),
        "main_images": [{"uri": await stranger.upload(a_picture())}],
        "package_weight": {"value": "1.5", "unit": "POUND"},
        "skus": [
            {
                "seller_sku": code,
                "price": {"amount": "48.00", "currency": "USD"},
                "inventory": [{"warehouse_id": warehouse_id, "quantity": 7}],
                "sales_attributes": [],
            }
        ],
    }
    made = await stranger.create(body)
    product_id, sku_id = made["product_id"], made["skus"][0]["id"]
    await site.pass_time(timedelta(minutes=10))
    assert (await stranger.product(product_id))["status"] == "ACTIVATE"
    price = {"amount": "39.50", "currency": "USD"}
    await stranger.reprice(product_id, {"skus": [{"id": sku_id, "price": price}]})
    shelf = {"warehouse_id": warehouse_id, "quantity": 3}
    await stranger.restock(product_id, {"skus": [{"id": sku_id, "inventory": [shelf]}]})
    (sku,) = (await stranger.product(product_id))["skus"]
    assert (sku["price"]["sale_price"], sku["inventory"]) == ("39.50", [shelf])
    return product_id, sku_id


async def is_bought_from(site: Site, sku_id: str, key: str) -> str:
    """A buyer takes two of what the client put on sale."""
    line = checkout.CartLine(ShopId(site.world.shops[SHOP]), SkuId(int(sku_id)), 2)
    request = await request_for(site.installation, site.world, (line,), key=key)
    ((_, order_id),) = (await place_one(site.installation.db, request)).orders
    return str(order_id)


async def ships_it(stranger: Stranger, site: Site, order_id: str, product_id: str) -> str:
    """The order is found, packed and shipped; its label is a document."""
    assert order_id in [each["id"] for each in await stranger.orders("AWAITING_SHIPMENT")]
    (order,) = await stranger.order(order_id)
    units = [each["id"] for each in order["line_items"]]
    assert {each["product_id"] for each in order["line_items"]} == {product_id}
    assert [each["sale_price"] for each in order["line_items"]] == ["39.50", "39.50"]
    assert (await stranger.price(order_id))["payment"] == order["payment"]["total_amount"]
    ways = await stranger.services(order_id)
    package_id = await stranger.pack(
        {
            "ship_type": "2",
            "order_id": order_id,
            "order_line_item": [{"order_line_id": each} for each in units],
            "shipping_service_id": ways[0]["id"],
        }
    )
    await site.pass_time(timedelta(minutes=1))
    await stranger.ship(package_id)
    label = await stranger.label(package_id)
    async with httpx.AsyncClient() as browser:
        document = await browser.get(label["doc_url"])
    assert (document.status_code, document.content[:4]) == (200, b"%PDF")
    assert label["tracking_number"]
    return package_id


async def is_paid(stranger: Stranger, order_id: str) -> None:
    """The worker charges the buyer."""
    until = ticks_ms() + 30_000
    while (await stranger.order(order_id))[0]["status"] == "UNPAID":
        assert ticks_ms() < until, "nobody was charged"
        await asyncio.sleep(0.1)


async def follows_it(stranger: Stranger, site: Site, tokens: Any, order_id: str) -> None:
    """Some days later it has been delivered; the token is refreshed on the way."""
    cipher = (await stranger.shops())[0]["cipher"]
    for _ in range(10):
        await site.pass_time(timedelta(days=2))
        tokens = await stranger.refresh(tokens["refresh_token"])
        await stranger.enter(tokens["access_token"], cipher)
        scans = await stranger.tracking(order_id)
        if "delivered" in scans[0]["description"]:
            break
    (order,) = await stranger.order(order_id)
    assert order["status"] == "DELIVERED"
    assert {each["tracking_number"] for each in order["line_items"]} == {order["tracking_number"]}


def heard_all(
    stranger: Stranger, consumer: Consumer, order_id: str, package_id: str, product_id: str
) -> None:
    """Every webhook is there, in order, and is ours by the client's own check."""
    assert all(stranger.hears(each) for each in consumer.received)
    told = consumer.bodies()
    assert len({each["tts_notification_id"] for each in told}) == len(told)
    facts = [(each["type"], each["data"]) for each in told]
    ours = [data for kind, data in facts if kind == 1 and data["order_id"] == order_id]
    assert list(dict.fromkeys(each["order_status"] for each in ours)) == [
        "UNPAID",
        "ON_HOLD",
        "AWAITING_SHIPMENT",
        "AWAITING_COLLECTION",
        "IN_TRANSIT",
        "DELIVERED",
    ]
    parcels = [each for kind, data in facts if kind == 4 for each in data["package_list"]]
    assert {"package_id": package_id, "order_id_list": [order_id]} in parcels
    about = {kind for kind, data in facts if str(data.get("product_id")) == product_id}
    assert about >= {5, 16, 37, 71}, about
