"""The express lane is only shorter: with it and without it every request gets the same answer."""

import json
from collections.abc import AsyncIterator, Sequence
from typing import Any, NamedTuple

import httpx
import pytest

from clipcart.api.routes import LANE, ROUTES
from clipcart.doorway import middleware
from clipcart.doorway.app import build_inside
from clipcart.doorway.express import LONGEST_BODY, beside
from clipcart.main import Installation
from clipcart.web import assets
from tests.doors.test_api import ADDRESS, CARD, App
from tests.support.world import World

OWN = ("x-request-id", "request_id")


class Request(NamedTuple):
    """A request as it is sent."""

    method: str
    path: str
    body: bytes | None = None
    headers: tuple[tuple[str, str], ...] = ()


class Both:
    """The same installation behind a door with the lane, and behind one without."""

    def __init__(self, installation: Installation) -> None:
        inside = build_inside(
            ROUTES,
            assets=assets.find_bundle(installation.settings.home).folder,
            openapi=None,
            services=installation.services,
        )
        self.taken = 0

        async def counted(scope: Any, receive: Any, send: Any) -> None:
            self.taken -= 1
            await inside(scope, receive, send)

        quick: Any = beside(counted, (LANE,), lambda: installation.services)
        self.apps = [
            httpx.AsyncClient(
                transport=httpx.ASGITransport(app=_around(app)),
                base_url="http://shop.test",
            )
            for app in (quick, inside)
        ]

    async def ask(self, request: Request) -> tuple[bool, httpx.Response, httpx.Response]:
        """Whether the lane took it, its answer, and the framework's."""
        before = self.taken
        quick, slow = [
            await http.request(
                request.method, request.path, content=request.body, headers=dict(request.headers)
            )
            for http in self.apps
        ]
        return self.taken == before, quick, slow


@pytest.fixture
async def both(installation: Installation) -> AsyncIterator[Both]:
    """Two doors."""
    found = Both(installation)
    yield found
    for http in found.apps:
        await http.aclose()


def _around(app: Any) -> Any:
    return middleware.around(app, production=True)


def told(answer: httpx.Response) -> tuple[int, Any, list[tuple[str, str]]]:
    """What of an answer has to be the same."""
    body = answer.json() if answer.content else None
    if isinstance(body, dict) and isinstance(body.get("error"), dict):
        body["error"].pop("request_id", None)
    headers = sorted((name, value) for name, value in answer.headers.items() if name not in OWN)
    without_length = [each for each in headers if each[0] != "content-length"]
    return answer.status_code, body, headers if answer.is_success else without_length


async def _asked(both: Both, requests: Sequence[Request]) -> list[bool]:
    took = []
    for request in requests:
        is_taken, quick, slow = await both.ask(request)
        assert told(quick) == told(slow), request
        took.append(is_taken)
    return took


async def test_looking(both: Both, installation: Installation, world: World) -> None:
    sku = (await world.skus(installation.db, "teapot"))[0]
    product = f"/api/v1/products/{sku.shop_id}/{sku.product_id}"
    taken = [
        product,
        "/api/v1/products",
        "/api/v1/products?limit=2",
        "/api/v1/products?query=tea+pot&order=cheapest&limit=100",
        "/api/v1/products?query=th%C3%A9i%C3%A8re",
        f"/api/v1/products?shop_id={sku.shop_id}&price_from=0&market=us",
        "/api/v1/products/1/9223372036854775807",
        "/api/v1/products?cursor=nonsense",
        "/api/v1/cart",
        "/api/v1/purchases/17",
        f"/api/v1/seller/{sku.shop_id}/orders?limit=5",
        f"/api/v1/seller/{sku.shop_id}/orders?state=LOST",
    ]
    ordinary = [
        f"/api/v1/products/{sku.shop_id}/0{sku.product_id}",
        "/api/v1/products/1/9223372036854775808",
        "/api/v1/products/0/1",
        "/api/v1/products/-1/1",
        "/api/v1/products/a/b",
        f"{product}/",
        f"{product}?colour=red",
        "/api/v1/products?limit=0",
        "/api/v1/products?limit=101",
        "/api/v1/products?limit=2&limit=3",
        "/api/v1/products?limit=",
        "/api/v1/products?limit=two",
        "/api/v1/products?order=worst",
        "/api/v1/products?query=%FF",
        f"/api/v1/products?market={'m' * 21}",
        "/api/v1/categories",
    ]
    refused = ["/api/v1/products?query=a%00b", "/api/v1/products?query=%2500"]
    assert all(await _asked(both, [Request("GET", path) for path in taken]))
    assert not any(await _asked(both, [Request("GET", path) for path in ordinary]))
    await _asked(both, [Request("GET", path) for path in refused])
    assert await _asked(both, [Request("HEAD", product)]) == [True]
    for method in ("POST", "PUT", "DELETE", "OPTIONS"):
        assert await _asked(both, [Request(method, product)]) == [False]


async def test_tokens(both: Both, installation: Installation, world: World) -> None:
    app = await App(both.apps[0], installation, world).come_in("mira")
    good = app.http.headers.pop("authorization")
    for value in (good, good.lower(), "Bearer ", "Bearer nonsense", "Basic abc", good + "x", ""):
        sent = (("authorization", value),) if value else ()
        assert await _asked(both, [Request("GET", "/api/v1/cart", headers=sent)]) == [True]


async def test_changing(both: Both, installation: Installation, world: World) -> None:
    app = await App(both.apps[0], installation, world).come_in("mira")
    token = ("authorization", app.http.headers["authorization"])
    line = await app.line(2)
    wish = await app.wish(1)
    app.http.headers.pop("authorization")
    plain = ("content-type", "application/json")

    def change(body: Any, *headers: tuple[str, str]) -> Request:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return Request("PATCH", "/api/v1/cart", raw, headers or (token, plain))

    taken = [
        change({"lines": [line]}),
        change({"lines": [line | {"quantity": 10_000}]}),
        change({"lines": []}),
        change({"lines": [line]}, plain),
    ]
    ordinary = [
        change({"lines": [line | {"sku_id": "x"}]}),
        change({"lines": [line | {"quantity": "two"}]}),
        change({"lines": [line | {"quantity": "2"}]}),
        change({"lines": {}}),
        change({}),
        change(b"{"),
        change(b""),
        change(b"\xff\xfe"),
        change({"lines": [line]}, token, ("content-type", "application/json; charset=utf-8")),
        change({"lines": [line], "more": "x" * LONGEST_BODY}),
    ]
    assert all(await _asked(both, taken))
    assert not any(await _asked(both, ordinary))
    quote = {"market": "us", "lines": [line], "region": "OR"}
    for path, body in (("/quotes", quote), ("/payment-methods", CARD), ("/purchases", wish)):
        raw = json.dumps(body).encode()
        key = ("idempotency-key", f"lane{path}")
        requests = [
            Request("POST", f"/api/v1{path}", raw, (token, plain, key)),
            Request("POST", f"/api/v1{path}", raw, (token, plain)),
            Request("POST", f"/api/v1{path}", raw, (plain, key)),
            Request("POST", f"/api/v1{path}", raw.replace(b'"us"', b'"xx"'), (token, plain, key)),
        ]
        assert await _asked(both, requests) == [True] * 4
    assert ADDRESS["name"] in json.dumps(wish)


async def test_a_failure_is_told_alike(
    both: Both, installation: Installation, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    outages: list[Exception] = []

    async def breaks(*_arguments: Any, **_named: Any) -> None:
        raise outages[-1]

    monkeypatch.setattr(type(installation.services.gate), "admit", breaks)
    for outage in (ConnectionRefusedError("away"), ZeroDivisionError("a defect")):
        outages.append(outage)
        assert await _asked(both, [Request("GET", "/api/v1/cart")]) == [True]
