"""Headers that protect: on every answer, also on errors; and pages that need no exception."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx
import pytest

from clipcart.doorway.middleware import HEADERS, POLICY
from clipcart.doorway.visit import SESSION_COOKIE
from clipcart.kit.engine import Engine
from clipcart.main import Installation, build
from tests.support.installation import Visitor
from tests.support.property import BUYER, SHOP, make_property
from tests.support.routes import every_call
from tests.support.world import World

ANSWERS = {
    "/": 200,
    "/search?q=teapot": 200,
    "/nowhere": 404,
    "/p/1/1": 404,
    "/account": 303,
    "/cart/add": 405,
    "/search?after=made-up": 422,
    "/api/v1/products": 200,
    "/api/v1/products/1/1": 404,
    "/api/v1/orders": 401,
    "/api/v1/products?limit=0": 422,
    "/health": 200,
    "/metrics": 200,
    "/assets/nothing.css": 404,
    "/media/products/nothing.webp": 404,
}
INLINE = {
    "a style attribute": re.compile(r"<[^>]+\sstyle\s*=", re.I),
    "a style element": re.compile(r"<style\b", re.I),
    "a script without src": re.compile(r"<script\b(?![^>]*\ssrc=)", re.I),
    "an event attribute": re.compile(r"<[^>]+\son\w+\s*=", re.I),
    "a javascript address": re.compile(r"(?:href|src|action)\s*=\s*[\"']?\s*javascript:", re.I),
    "something from elsewhere": re.compile(
        r"<(?:script|link|img|iframe|video|source)\b[^>]*\s(?:src|href)="
        r"[\"']?(?:https?:)?//(?!shop\.test)",
        re.I,
    ),
}


def production(installation: Installation) -> httpx.AsyncClient:
    """A client of the same installation as in production."""
    settings = replace(installation.settings, production=True)
    services = replace(installation.services, settings=settings)
    app: Any = build(settings, replace(installation, settings=settings, services=services))
    transport = httpx.ASGITransport(app=app)
    return httpx.AsyncClient(transport=transport, base_url="https://shop.test")


def test_the_policy_has_no_hole() -> None:
    assert "unsafe" not in POLICY
    assert "*" not in POLICY
    for directive in ("default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"):
        assert directive in POLICY
    assert "form-action 'self'" in POLICY


async def test_every_answer_carries_them(visitor: Visitor) -> None:
    for path, status in ANSWERS.items():
        answer = await visitor.http.get(path)
        assert answer.status_code == status, path
        for name, value in HEADERS:
            assert answer.headers[name.decode()] == value.decode(), path
        assert answer.headers["x-request-id"]
        assert "strict-transport-security" not in answer.headers
    refused = await visitor.http.post("/cart/add", data={})
    assert refused.status_code == 403
    assert refused.headers["content-security-policy"] == POLICY


async def test_a_failure_of_ours_carries_them_and_says_nothing_of_its_inside(
    installation: Installation, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object, **_more: object) -> str:
        monkeypatch.undo()
        raise RuntimeError("the inner secret of the machine")

    monkeypatch.setattr(installation.services.renderer, "html", broken)
    answer = await visitor.http.get("/")
    assert answer.status_code == 500
    assert answer.headers["content-security-policy"] == POLICY
    assert "inner secret" not in answer.text
    assert answer.headers["x-request-id"] in answer.text


async def test_no_page_has_anything_inline(
    installation: Installation,
    engine: Engine,
    world: World,
    new_visitor: Callable[[], Visitor],
) -> None:
    """Every page that these three may open, as it is sent."""
    theirs = await make_property(installation, engine, world)
    guest, buyer, seller, operator = (new_visitor() for _ in range(4))
    await buyer.sign_in(world.email(BUYER))
    await seller.sign_in(world.email(world.content.shop(SHOP).owner))
    await operator.sign_in(world.operator_email())
    await operator.enter_staff_mode()
    seen, faults = 0, []
    for call in every_call():
        if call.method != "GET" or call.is_api:
            continue
        path = call.at(**theirs.values(call.path))
        for visitor in (guest, buyer, seller, operator):
            answer = await visitor.http.get(path)
            if not answer.headers.get("content-type", "").startswith("text/html"):
                continue
            seen += 1
            faults += [
                f"{path}: {what}: {found[0][:120]}"
                for what, pattern in INLINE.items()
                if (found := pattern.search(answer.text))
            ]
            assert answer.headers["cache-control"] == "private, no-store", path
    assert faults == []
    assert seen > 100


async def test_in_production_only_over_tls(installation: Installation, world: World) -> None:
    async with production(installation) as client:
        for path in ("/", "/nowhere", "/api/v1/products", "/health"):
            answer = await client.get(path)
            assert answer.headers["strict-transport-security"] == "max-age=31536000"
        visitor = Visitor(client)
        signed = await visitor.submit(
            "/sign-in", {"email": world.email("mira"), "password": World.password}, follow=False
        )
        assert signed.status_code == 303
        set_cookies = signed.headers.get_list("set-cookie")
        assert any(cookie.startswith(SESSION_COOKIE) for cookie in set_cookies)
        for cookie in set_cookies:
            assert "HttpOnly" in cookie
            assert "Secure" in cookie
            assert "SameSite=lax" in cookie
            assert "Path=/" in cookie
            assert "Domain" not in cookie


async def test_demo_pages_are_not_there_in_production(installation: Installation) -> None:
    async with production(installation) as client:
        page = await client.get("/docs")
        assert "4242" not in page.text
        for path in ("/outbox", "/ops/clock"):
            assert (await client.get(path)).status_code in (303, 404)


async def test_head_is_get_without_the_body(visitor: Visitor) -> None:
    for path in ("/", "/search?q=teapot", "/health", "/api/v1/products", "/nowhere", "/account"):
        head, get = await visitor.http.head(path), await visitor.http.get(path)
        assert head.status_code == get.status_code, path
        assert head.content == b""
        assert head.headers["content-type"] == get.headers["content-type"]
    assert (await visitor.http.head("/cart/add")).status_code == 405
