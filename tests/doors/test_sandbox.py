"""The sandbox's pages and JSON: a whole integration without a browser; nothing in production."""

import hashlib
import hmac
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx
import pytest

from clipcart.kit.clock import wall_now
from clipcart.kit.engine import Engine
from clipcart.main import Installation, build
from clipcart.sandbox import TARGETS
from tests.support.consumer import consuming
from tests.support.installation import Visitor
from tests.support.traces import changed, traces
from tests.support.world import World

PATH = "/partner/sandbox"


async def test_a_shop_orders_and_acts_by_forms(
    installation: Installation, engine: Engine, world: World, visitor: Visitor
) -> None:
    await visitor.sign_in(world.email("theo"))
    assert "Make a shop" in (await visitor.get(PATH)).text
    refused = await visitor.submit(PATH, {"name": " ", "market": "us"})
    assert refused.status_code == 422
    assert "error-summary" in refused.text
    page = await visitor.submit(PATH, {"name": "Theo's box", "market": "us"})
    url = str(page.url.path)
    sku = re.search(r'id="sku".*?<option value="(\d+)"', page.text, re.DOTALL)
    assert sku
    app = await visitor.submit("/partner/apps", NEW_APP, page="/partner/apps/new")
    number = re.search(r"/partner/apps/(\d+)/explorer", app.text)
    assert number
    shown = await visitor.submit(f"{url}/apps", {"app": number[1]}, page=url)
    assert "Listener is let in" in shown.text
    async with consuming() as consumer:
        hook = {"topic": "ORDER_STATUS_CHANGE", "address": consumer.url(), "do": "keep"}
        hooks = f"/partner/apps/{number[1]}/webhooks"
        await visitor.submit(hooks, hook)
        made = await visitor.submit(
            f"{url}/orders", {"state": "IN_TRANSIT", "sku": sku[1]}, page=url
        )
        await engine.settle()
        order_url = made.url.path
        order = await visitor.get(order_url)
        assert "On its way" in order.text
        assert "ORDER_STATUS_CHANGE" in order.text
        number_of_order = order_url.rpartition("/")[2]
        told = [each["data"]["order_status"] for each in consumer.bodies()]
        assert told[-1] == "IN_TRANSIT"
        assert {each["data"]["order_id"] for each in consumer.bodies()} == {number_of_order}
        done = await visitor.submit(order_url, {"act": "DELIVER"})
        assert "Delivered" in done.text
        no = await visitor.submit(order_url, {"act": "PAY"})
        assert "cannot happen" in no.text
    several = await visitor.submit(
        f"{url}/orders", {"state": "PAYMENT_DECLINED", "sku": sku[1], "count": "2"}, page=url
    )
    assert "2 orders: payment declined" in several.text
    wrong = await visitor.submit(f"{url}/orders", {"sku": sku[1], "count": "99"}, page=url)
    assert wrong.status_code == 422


NEW_APP = {
    "name": "Listener",
    "redirect_url": "http://localhost/back",
    "scope-seller.order.info": "yes",
    "reason-seller.order.info": "To hear of them.",
}


async def test_strangers_find_no_sandbox_shop(
    installation: Installation, world: World, visitor: Visitor
) -> None:
    await visitor.sign_in(world.email("theo"))
    url = (await visitor.submit(PATH, {"name": "Mine", "market": "us"})).url.path
    visitor.http.cookies.clear()
    await visitor.sign_in(world.email("mira"))
    token = await visitor.token(PATH)
    before = await traces(installation.pool)
    fields = {"_csrf": token, "state": "ON_HOLD", "sku": "7", "app": "7", "act": "SHIP"}
    assert (await visitor.get(url)).status_code == 404
    for path in (f"{url}/orders", f"{url}/apps", f"{url}/orders/7"):
        assert (await visitor.http.post(path, data=fields)).status_code == 404
    clock = await visitor.http.post(f"{PATH}/clock", data={"_csrf": token, "hours": "1"})
    assert clock.status_code == 403, "without a shop of one's own time is nobody's to move"
    assert changed(before, await traces(installation.pool)) == []


async def test_there_is_none_of_it_in_production(
    installation: Installation, world: World, visitor: Visitor
) -> None:
    await visitor.sign_in(world.email("theo"))
    settings = replace(installation.settings, production=True)
    services = replace(installation.services, settings=settings)
    app: Any = build(settings, replace(installation, settings=settings, services=services))
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app), base_url="https://shop.test"
    ) as client:
        client.cookies.update(visitor.http.cookies)
        assert (await client.get("/partner")).status_code == 200
        for path in (PATH, f"{PATH}/7", f"{PATH}/7/orders/7"):
            assert (await client.get(path)).status_code == 404
        for path in ("states", "shops", "shops/7/items"):
            assert (await client.get(f"/api/v1/sandbox/{path}")).status_code == 404
        for body in ({"name": "No"}, {"name": 7}, {}):
            posted = await client.post("/api/v1/sandbox/shops", json=body)
            assert posted.status_code == 404, "also what is wrong is not looked at"
        assert "sandbox" not in (await client.get("/partner")).text


class Script:
    """A script of an integrator: JSON alone, with a bearer token."""

    def __init__(self, client: httpx.AsyncClient, token: str) -> None:
        self.client, self.headers, self.keys = client, {"Authorization": f"Bearer {token}"}, 0

    async def post(self, path: str, body: Any, status: int = 201) -> Any:
        """Post JSON; the answer's JSON."""
        self.keys += 1
        headers = {**self.headers, "Idempotency-Key": f"key-{self.keys}"}
        answer = await self.client.post(f"/api/v1{path}", json=body, headers=headers)
        assert answer.status_code == status, answer.text
        return answer.json()

    async def get(self, path: str) -> Any:
        """The answer's JSON."""
        return (await self.client.get(f"/api/v1{path}", headers=self.headers)).json()

    async def signed(self, method: str, path: str, **sent: str) -> Any:
        """A call of the open API, by hand."""
        key, secret, token = sent.pop("key"), sent.pop("secret"), sent.pop("token")
        query = {**sent, "app_key": key, "timestamp": str(int(wall_now().timestamp()))}
        body = "{}" if method == "POST" else ""
        text = secret + path + "".join(name + query[name] for name in sorted(query)) + body + secret
        query["sign"] = hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()
        headers = {"x-tts-access-token": token, "content-type": "application/json"}
        answer = await self.client.request(
            method, path, params=query, content=body or None, headers=headers
        )
        assert answer.json()["code"] == 0, answer.text
        return answer.json()["data"]


@pytest.fixture
async def script(
    installation: Installation, world: World, new_visitor: Callable[[], Visitor]
) -> Script:
    """Theo's script, signed in by JSON."""
    client = new_visitor().http
    answer = await client.post(
        "/api/v1/tokens",
        json={"email": world.email("theo"), "password": World.password, "name": "ci"},
    )
    assert answer.status_code == 201, answer.text
    return Script(client, answer.json()["token"])


async def test_an_integration_is_tested_by_json_alone(
    installation: Installation, script: Script
) -> None:
    states = [each["state"] for each in await script.get("/sandbox/states")]
    assert states == list(TARGETS)
    shop = (await script.post("/sandbox/shops", {"name": "CI shop"}))["shop_id"]
    assert [each["shop_id"] for each in await script.get("/sandbox/shops")] == [shop]
    items = await script.get(f"/sandbox/shops/{shop}/items")
    app = await script.post(
        "/sandbox/apps", {"name": "CI app", "key": "ci0app", "secret": "a1b2c3d4e5f6"}
    )
    assert (app["app_key"], app["app_secret"]) == ("ci0app", "a1b2c3d4e5f6")
    code = await script.post(f"/sandbox/shops/{shop}/access", {"app_key": "ci0app"}, 200)
    issued = await script.client.get(
        "/api/v2/token/get",
        params={
            "app_key": "ci0app",
            "app_secret": "a1b2c3d4e5f6",
            "auth_code": code["code"],
            "grant_type": "authorized_code",
        },
    )
    proof = {
        "key": "ci0app",
        "secret": "a1b2c3d4e5f6",
        "token": issued.json()["data"]["access_token"],
    }
    shops = await script.signed("GET", "/authorization/202309/shops", **proof)
    cipher = shops["shops"][0]["cipher"]
    wanted = {"state": "AWAITING_SHIPMENT", "sku_id": items[-1]["sku_id"], "quantity": 2}
    order = (await script.post(f"/sandbox/shops/{shop}/orders", wanted))[0]
    found = await script.signed(
        "POST", "/order/202309/orders/search", shop_cipher=cipher, page_size="10", **proof
    )
    assert [(each["id"], each["status"]) for each in found["orders"]] == [
        (order["order_id"], "AWAITING_SHIPMENT")
    ]
    path = f"/sandbox/shops/{shop}/orders/{order['order_id']}"
    shipped = await script.post(f"{path}/acts", {"act": "SHIP"}, 200)
    assert shipped["state"] == "AWAITING_COLLECTION"
    assert shipped["packages"]
    lost = await script.post(f"{path}/acts", {"act": "LOSE"}, 200)
    assert (lost["state"], lost["note"]) == ("CANCELLED", "cancelled: PARCEL_LOST")
    assert await script.get(path) == lost
    refused = await script.post(f"{path}/acts", {"act": "SHIP"}, 409)
    assert refused["error"]["code"] == "sandbox.cannot_act"
    unknown = await script.post(f"/sandbox/shops/{shop}/orders", {"state": "HAPPY"}, 422)
    assert unknown["error"]["problems"][0]["field"] == "state"
    await script.post("/sandbox/clock", {"hours": 1}, 202)
