"""A client that others wrote, unmodified, against a clipcart that is served for real."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from clipcart.apps import Vault
from clipcart.main import open_installation
from tests.browser.site import Site, free_port, served
from tests.open_api.bench import SELLER_SCOPES, SHOP, let_in
from tests.support.buying import lines_for, place_one, request_for
from tests.support.database import clone
from tests.support.installation import Visitor, settings_for
from tests.support.world import World

SECRET = "a secret that is only for tests"


@pytest.fixture
async def site(
    server: Callable[[str], str], world: World, home: Path, tmp_path: Path
) -> AsyncIterator[Site]:
    """The world, served on a free port."""
    database = await clone(server, world.url.rpartition("/")[2].partition("?")[0])
    url = f"http://127.0.0.1:{(port := free_port())}"
    settings = settings_for(home, database, world.media)
    environment = {
        "CLIPCART_HOME": str(home),
        "CLIPCART_DATABASE_URL": database,
        "CLIPCART_MEDIA_URL": settings.media_url,
        "CLIPCART_SECRET": SECRET,
        "CLIPCART_PORT": str(port),
        "CLIPCART_PUBLIC_URL": url,
        "CLIPCART_POOL_SIZE": "6",
    }
    installation = await open_installation(settings, database)
    async with served(environment, tmp_path / "clipcart.log"):
        yield Site(url, world, installation)
    await installation.close()


async def test_the_python_client_is_let_in_and_lists_its_shops(site: Site) -> None:
    client: Any = pytest.importorskip("tiktok_shop_api", reason="left out: not installed")
    app = await let_in(site.installation, site.world, SELLER_SCOPES, SHOP, "The connector")
    auth = client.TikTokShopAuth(
        app.app.key, app.secret, service_id=str(app.app.service_id), base_url=site.url
    )
    link = urlsplit(auth.authorization_url(type="seller", region="row", state="csrf token"))
    path = f"{link.path}?{link.query}"
    async with httpx.AsyncClient(base_url=site.url) as browser:
        seller = Visitor(browser)
        await seller.sign_in(site.world.email(site.world.content.shop(SHOP).owner))
        fields = {"shops": str(site.world.shops[SHOP]), "days": "365", "answer": "yes"}
        answer = await seller.submit(path, fields, follow=False)
    back = parse_qs(urlsplit(answer.headers["location"]).query)
    assert back["state"] == ["csrf token"]
    tokens = await asyncio.to_thread(auth.exchange_code, back["code"][0])
    assert "seller.order.info" in tokens.granted_scopes
    tokens = await asyncio.to_thread(auth.refresh, tokens.refresh_token)

    def list_shops() -> tuple[Any, Any, Any]:
        with client.TikTokShop(
            app.app.key, app.secret, access_token=tokens.access_token, base_url=site.url
        ) as shop:
            shops = shop.authorization.get_authorized_shops().to_dict()
            cipher = shops["data"]["shops"][0]["cipher"]
            mine = shop.with_shop(shop_cipher=cipher)
            hooks = mine.event.get_shop_webhooks().to_dict()
            with pytest.raises(client.TikTokShopError) as refusal:
                shop.with_shop(access_token="ROW_x").authorization.get_authorized_shops()
            return shops, hooks, refusal.value

    shops, hooks, refusal = await asyncio.to_thread(list_shops)
    assert [each["name"] for each in shops["data"]["shops"]] == [site.world.content.shop(SHOP).name]
    assert (shops["code"], hooks["code"]) == (0, 0)
    assert (refusal.code, refusal.http_status) == (105001, 401)


async def ask(verb: Any, *places: Any, **how: Any) -> Any:
    """A call of the client, its data as plain JSON."""
    answer = (await asyncio.to_thread(verb, *places, **how)).to_dict()
    assert answer["code"] == 0, answer
    return answer.get("data")


async def test_the_python_client_ships_an_order_and_follows_it_to_the_door(site: Site) -> None:
    client: Any = pytest.importorskip("tiktok_shop_api", reason="left out: not installed")
    mine = await let_in(site.installation, site.world, SELLER_SCOPES, SHOP, "The connector")
    cipher = Vault(site.installation.services.secret).cipher(mine.app.id, site.world.shops[SHOP])
    lines = await lines_for(site.installation.db, site.world, "teapot", 2)
    request = await request_for(site.installation, site.world, lines)
    placed = await place_one(site.installation.db, request)
    order_id = str(placed.orders[0][1])
    await site.pass_time(timedelta(hours=2))
    shop = client.TikTokShop(
        mine.app.key,
        mine.secret,
        access_token=mine.token,
        shop_cipher=cipher,
        base_url=site.url,
    )

    listed = await ask(shop.orders.get_order_list, page_size=10)
    assert [each["id"] for each in listed["orders"]] == [order_id]
    (order,) = (await ask(shop.orders.get_order_detail, ids=[order_id]))["orders"]
    assert order["status"] == "AWAITING_SHIPMENT"
    units = [each["id"] for each in order["line_items"]]
    prices = await ask(shop.orders.get_order_price_details, order_id)
    assert prices["payment"] == order["payment"]["total_amount"]
    services = await ask(shop.fulfillment.get_eligible_shipping_services, order_id)
    create = {
        "ship_type": "2",
        "order_id": order_id,
        "order_line_item": [{"order_line_id": each} for each in units],
        "shipping_service_id": services["shipping_services"][0]["id"],
    }
    models = import_module("tiktok_shop_api.generated.models.create_packages_request")
    wish = models.CreatePackagesRequest.from_dict(create)
    package_id = (await ask(shop.fulfillment.create_packages, body=wish))["package_id"]
    await site.pass_time(timedelta(minutes=1))
    await ask(shop.fulfillment.ship_package, package_id)
    paper = await ask(
        shop.fulfillment.get_package_shipping_document,
        package_id,
        document_type="SHIPPING_LABEL",
    )
    async with httpx.AsyncClient() as browser:
        label = await browser.get(paper["doc_url"])
    assert (label.status_code, label.content[:4]) == (200, b"%PDF")
    detail = await ask(shop.fulfillment.get_package_detail, package_id)
    assert detail["tracking_number"] == paper["tracking_number"]
    assert detail["order_line_item_ids"] == units
    await site.pass_time(timedelta(days=12))
    auth = client.TikTokShopAuth(mine.app.key, mine.secret, base_url=site.url)
    tokens = await asyncio.to_thread(auth.refresh, mine.refresh_token)
    shop = shop.with_shop(access_token=tokens.access_token)
    told = await ask(shop.fulfillment.get_order_tracking, order_id)
    assert "delivered" in told["tracking"][0]["description"]
    (order,) = (await ask(shop.orders.get_order_detail, ids=[order_id]))["orders"]
    assert order["status"] == "DELIVERED"
    assert {each["package_id"] for each in order["line_items"]} == {package_id}
    shop.close()
