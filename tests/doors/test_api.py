"""The buyers' API: a whole purchase in one call, and what is refused, how."""

import html
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from clipcart import catalog, identity, inventory, orders
from clipcart.identity import Scope
from clipcart.kit.engine import Engine
from clipcart.kit.errors import Refusal
from clipcart.kit.money import Money
from clipcart.main import Installation
from tests.support.installation import Visitor, app_of
from tests.support.property import make_property
from tests.support.routes import every_call
from tests.support.traces import changed, traces
from tests.support.world import World

ADDRESS = {
    "name": "Mira at work",
    "line1": "9 Long Lane",
    "city": "Portland",
    "region": "OR",
    "postal_code": "97201",
    "phone": "+1 503 555 0100",
}
CARD = {"number": "4242424242424242", "expiry": "12/39", "cvc": "123"}
ALL = (Scope.ACCOUNT_READ, Scope.CART, Scope.ORDERS_READ, Scope.ORDERS_WRITE)

WITHOUT_KEY = {
    "/api/v1/tokens": "every sign-in is a token of its own, and a secret is kept nowhere to repeat",
    "/api/v1/quotes": "computes, keeps nothing",
    "/api/v1/payment-methods": "computes, keeps nothing: the card is inside the token, sealed",
    "/api/v1/sandbox/apps": "its answer holds a secret, which no answer is kept with",
    "/api/v1/sandbox/shops/{shop_id:int}/access": "a consent again is the same consent",
    "/api/v1/sandbox/shops/{shop_id:int}/orders/{order_id:int}/acts": "twice: its state refuses",
    "/api/v1/sandbox/clock": "while the clock moves it is refused",
}
"""POSTs that take no Idempotency-Key, and why doing them twice does no harm."""


class App:
    """Somebody's app: the API with a token."""

    def __init__(self, http: httpx.AsyncClient, installation: Installation, world: World) -> None:
        self.http, self.installation, self.world = http, installation, world

    async def come_in(self, person: str = "mira", scopes: tuple[Scope, ...] = ALL) -> "App":
        """Take a token of a person."""
        async with self.installation.db.transaction() as tx:
            made = await identity.create_token(tx, self.world.person(person), "App", scopes)
        self.http.headers["authorization"] = f"Bearer {made.secret}"
        return self

    async def get(self, path: str) -> httpx.Response:
        """Ask."""
        return await self.http.get(f"/api/v1{path}")

    async def post(self, path: str, body: Any, key: str | None = None) -> httpx.Response:
        """Send."""
        headers = {"idempotency-key": key} if key else {}
        return await self.http.post(f"/api/v1{path}", json=body, headers=headers)

    async def line(self, quantity: int = 1) -> dict[str, Any]:
        """So many teapots."""
        sku = (await self.world.skus(self.installation.db, "teapot"))[0]
        return {"shop_id": str(sku.shop_id), "sku_id": str(sku.id), "quantity": quantity}

    async def wish(self, quantity: int = 1, number: str = CARD["number"]) -> dict[str, Any]:
        """A purchase at the price that a quote gave."""
        lines = [await self.line(quantity)]
        quote = await self.post("/quotes", {"market": "us", "lines": lines, "region": "OR"})
        method = await self.post("/payment-methods", {**CARD, "number": number})
        return {
            "market": "us",
            "address": ADDRESS,
            "payment_method": method.json()["payment_method"],
            "total_shown": quote.json()["total"],
            "lines": lines,
        }


@pytest.fixture
async def app(installation: Installation, world: World) -> AsyncIterator[App]:
    """An app without a token."""
    transport = httpx.ASGITransport(app=app_of(installation))
    async with httpx.AsyncClient(transport=transport, base_url="http://shop.test") as http:
        yield App(http, installation, world)


def refused(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """The error of an answer, which has the one shape that all errors have."""
    assert answer.status_code == status, answer.text
    error: dict[str, Any] = answer.json()["error"]
    assert set(error) - {"problems"} == {"code", "message", "request_id"}
    assert error["code"] == code
    assert error["message"].endswith((".", "?"))
    assert error["request_id"] == answer.headers["x-request-id"]
    return error


# -- buying ------------------------------------------------------------------------------------


async def test_a_whole_purchase_in_one_call(app: App, engine: Engine) -> None:
    await app.come_in()
    wish = await app.wish(2)
    first = await app.post("/purchases", wish, key="one")
    assert first.status_code == 201, first.text
    placed = first.json()
    assert placed["total"] == wish["total_shown"]
    assert placed["payment_state"] == "REQUESTED"
    await engine.settle()
    shown = (await app.get(f"/purchases/{placed['purchase_id']}")).json()
    assert shown["payment_state"] == "CAPTURED"
    (ref,) = shown["orders"]
    order = (await app.get(f"/orders/{ref['shop_id']}/{ref['order_id']}")).json()
    assert order["state"] == orders.State.ON_HOLD
    assert [line["quantity"] for line in order["lines"]] == [2]
    assert order["ship_to"]["city"] == "Portland"
    steps = (await app.get(f"/orders/{ref['shop_id']}/{ref['order_id']}/timeline")).json()
    reached = [step["key"] for step in steps["steps"] if step["at"] is not None]
    assert reached == ["orders.placed", "orders.paid"]
    again = await app.post("/purchases", wish, key="one")
    assert again.status_code == 201
    assert again.json()["purchase_id"] == placed["purchase_id"]
    assert len((await app.get("/orders")).json()["items"]) == 1


async def test_the_cart_is_bought_once_however_often_it_is_sent(app: App) -> None:
    await app.come_in()
    wish = await app.wish()
    change = {"lines": wish["lines"]}
    for _ in range(2):
        cart = await app.http.patch("/api/v1/cart", json=change)
        assert cart.json() == wish["lines"]
    whole_cart = {name: value for name, value in wish.items() if name != "lines"}
    first = await app.post("/purchases", whole_cart, key="cart")
    assert first.status_code == 201, first.text
    assert (await app.get("/cart")).json() == []
    again = await app.post("/purchases", whole_cart, key="cart")
    assert again.status_code == 201, again.text
    assert again.json()["purchase_id"] == first.json()["purchase_id"]
    refused(await app.post("/purchases", whole_cart, key="new"), 422, "checkout.cart_empty")


async def test_another_card_after_a_decline_and_cancelling(app: App, engine: Engine) -> None:
    await app.come_in()
    wish = await app.wish(number="4000000000009995")
    placed = (await app.post("/purchases", wish, key="broke")).json()
    await engine.settle()
    path = f"/purchases/{placed['purchase_id']}"
    shown = (await app.get(path)).json()
    assert (shown["payment_state"], shown["decline_reason"]) == ("DECLINED", "insufficient_funds")
    method = (await app.post("/payment-methods", CARD)).json()
    first = await app.post(f"{path}/payments", method, key="again")
    assert first.status_code == 201
    assert (await app.post(f"{path}/payments", method, key="again")).json() == first.json()
    refused(await app.post("/orders/1/1/cancellations", {}, key="x"), 422, "kit.invalid")
    await engine.settle()
    ref = placed["orders"][0]
    cancel = f"/orders/{ref['shop_id']}/{ref['order_id']}/cancellations"
    error = refused(await app.post(cancel, {"reason": "BORED"}, key="c"), 422, "kit.invalid")
    assert error["problems"][0]["field"] == "reason"
    assert "CHANGED_MIND" in error["problems"][0]["cure"]
    done = await app.post(cancel, {"reason": "CHANGED_MIND"}, key="c")
    assert done.json() == {"is_cancelled": True, "reply_by": None}
    refused(await app.post(cancel, {"reason": "TOO_SLOW"}, key="c"), 409, "api.key_reused")
    assert (await app.post(cancel, {"reason": "CHANGED_MIND"}, key="c")).json() == done.json()


async def test_what_moved_or_ran_out_is_told_and_nothing_is_bought(app: App) -> None:
    db, owner = app.installation.db, app.world.owner("fernhollow")
    await app.come_in()
    wish, sku = await app.wish(3), (await app.world.skus(db, "teapot"))[0]
    async with db.transaction() as tx:
        await inventory.set_on_hand(tx, owner, [inventory.StockChange(sku.shop_id, sku.id, 2)])
    before = await traces(app.installation.pool)
    error = refused(await app.post("/purchases", wish, "k"), 409, "checkout.out_of_stock")
    assert "only 2 left" in error["message"]
    assert changed(before, await traces(app.installation.pool)) == []
    wish = await app.wish(1)
    async with db.transaction() as tx:
        dearer = catalog.PriceChange(sku.id, Money(sku.price.minor + 1, sku.price.currency))
        await catalog.change_prices(tx, owner, sku.shop_id, [dearer])
    before = await traces(app.installation.pool)
    refused(await app.post("/purchases", wish, "k"), 409, "checkout.price_moved")
    assert changed(before, await traces(app.installation.pool)) == []
    # A refused key is free again.
    assert (await app.post("/purchases", await app.wish(1), "k")).status_code == 201
    refused(await app.post("/purchases", await app.wish(2), "k"), 409, "checkout.key_used")


# -- keys, tokens, scopes ----------------------------------------------------------------------


async def test_every_change_by_post_needs_its_key(app: App, engine: Engine) -> None:
    theirs = await make_property(app.installation, engine, app.world)
    await app.come_in()
    wish = await app.wish()
    bodies: dict[str, Any] = {
        "/api/v1/purchases": wish,
        "/api/v1/purchases/{purchase_id:int}/payments": {"payment_method": "x"},
        "/api/v1/orders/{shop_id:int}/{order_id:int}/cancellations": {"reason": "CHANGED_MIND"},
        "/api/v1/sandbox/shops": {"name": "Mine"},
        "/api/v1/sandbox/shops/{shop_id:int}/orders": {"state": "ON_HOLD"},
    }
    before = await traces(app.installation.pool)
    for call in every_call():
        if not call.is_api or call.method == "GET":
            continue
        if call.method == "POST" and call.path not in WITHOUT_KEY:
            path = call.at(**theirs.values(call.path))
            for headers in ({}, {"idempotency-key": " "}, {"idempotency-key": "k" * 101}):
                answer = await app.http.post(path, json=bodies[call.path], headers=headers)
                refused(answer, 422, "api.key_missing")
        else:
            assert call.method == "PATCH" or call.path in WITHOUT_KEY, call
    assert changed(before, await traces(app.installation.pool)) == []


async def test_what_needs_no_key_keeps_nothing(app: App) -> None:
    before = await traces(app.installation.pool)
    await app.wish()
    assert changed(before, await traces(app.installation.pool)) == []


async def test_tokens_are_taken_by_signing_in(app: App) -> None:
    email = app.world.email("mira")
    wrong = await app.post("/tokens", {"email": email, "password": "no"})
    unknown = await app.post("/tokens", {"email": "nobody@there.example", "password": "no"})
    first, second = (
        refused(answer, answer.status_code, answer.json()["error"]["code"])
        for answer in (wrong, unknown)
    )
    assert (wrong.status_code, first["code"], first["message"]) == (
        unknown.status_code,
        second["code"],
        second["message"],
    )
    good = await app.post("/tokens", {"email": email, "password": World.password})
    assert good.status_code == 201
    app.http.headers["authorization"] = f"Bearer {good.json()['token']}"
    assert (await app.get("/cart")).json() == []
    assert (await app.get("/orders")).json() == {"items": [], "next_cursor": None}
    for secret in ("Bearer nothing", f"Basic {good.json()['token']}", "Bearer cc_1_x", "Bearer"):
        app.http.headers["authorization"] = secret
        refused(await app.get("/products"), 401, "api.bad_token")


async def test_a_token_does_only_what_its_scopes_say(app: App) -> None:
    wish = await app.wish()
    for scopes in ((Scope.ORDERS_READ,), (Scope.CART,), (Scope.ACCOUNT_READ,)):
        await app.come_in(scopes=scopes)
        before = await traces(app.installation.pool)
        refused(await app.post("/purchases", wish, "k"), 403, "kit.forbidden")
        cancel = await app.post("/orders/1/1/cancellations", {"reason": "CHANGED_MIND"}, "c")
        assert cancel.status_code in (403, 404)
        assert changed(before, await traces(app.installation.pool)) == []
        wanted = {"/cart": Scope.CART, "/orders": Scope.ORDERS_READ}
        for path, scope in wanted.items():
            assert (await app.get(path)).status_code == (200 if scope in scopes else 403)
    del app.http.headers["authorization"]
    for path in ("/cart", "/orders"):
        refused(await app.get(path), 401, "kit.sign_in_needed")
    refused(await app.post("/purchases", wish, "k"), 401, "kit.sign_in_needed")


async def test_orders_of_others_are_not_there(app: App, engine: Engine) -> None:
    theirs = await make_property(app.installation, engine, app.world)
    await app.come_in("theo")
    order = f"/orders/{theirs.shop}/{theirs.order}"
    for path in (order, f"{order}/timeline", f"/purchases/{theirs.purchase}"):
        refused(await app.get(path), 404, "kit.absent")
    before = await traces(app.installation.pool)
    body = {"reason": "CHANGED_MIND"}
    refused(await app.post(f"{order}/cancellations", body, "c"), 404, "kit.absent")
    pay = f"/purchases/{theirs.purchase}/payments"
    refused(await app.post(pay, {"payment_method": "x"}, "p"), 404, "kit.absent")
    assert changed(before, await traces(app.installation.pool)) == []


# -- catalogue and shapes ----------------------------------------------------------------------


async def test_lists_go_on_from_cursors(app: App) -> None:
    seen: list[str] = []
    cursor = ""
    for _ in range(20):
        page = (await app.get(f"/products?market=us&limit=4{cursor}")).json()
        assert len(page["items"]) <= 4
        seen += [item["product_id"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    everything = (await app.get("/products?market=us&limit=100")).json()["items"]
    assert seen == [item["product_id"] for item in everything]
    assert len(set(seen)) == len(seen) > 4
    refused(await app.get("/products?cursor=made-up"), 422, "kit.bad_cursor")
    found = (await app.get("/products?query=teapot")).json()["items"]
    assert found[0]["product_id"] == str(app.world.products["teapot"])
    one = (await app.get(f"/products/{found[0]['shop_id']}/{found[0]['product_id']}")).json()
    assert one["skus"][0]["available"] > 0
    refused(await app.get("/products/1/1"), 404, "kit.absent")
    refused(await app.get("/shops/nobody/products"), 404, "sellers.no_such_shop")


WRONG: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("/quotes", {}, "market"),
    ("/quotes", {"market": 7}, "market"),
    ("/quotes", {"market": "us", "lines": [{"shop_id": "x"}]}, "lines"),
    ("/payment-methods", {"number": "4111111111111111", "expiry": "12/39", "cvc": "1"}, "number"),
    ("/payment-methods", {"number": "1", "expiry": "never", "cvc": "1"}, "expiry"),
)


async def test_wrong_fields_are_named_with_rule_and_cure(app: App) -> None:
    for path, body, field in WRONG:
        problems = refused(await app.post(path, body), 422, "kit.invalid")["problems"]
        assert any(field in problem["field"] for problem in problems), (path, problems)
        for problem in problems:
            assert set(problem) == {"field", "rule", "cure"}
            assert all(problem.values())
    wrong = await app.get("/products?limit=1000")
    assert refused(wrong, 422, "kit.invalid")["problems"][0]["field"] == "limit"
    await app.come_in()
    wish = await app.wish()
    away = {**wish, "address": {**ADDRESS, "postal_code": "?", "city": ""}}
    error = refused(await app.post("/purchases", away, "k"), 422, "kit.invalid")
    assert {problem["field"] for problem in error["problems"]} >= {"postal_code", "city"}


async def test_odd_contents_are_answered_calmly(app: App) -> None:
    """Too large numbers, NUL characters, broken JSON: a no, never a failure of ours."""
    await app.come_in()
    wish = await app.wish()
    huge = {"shop_id": "9" * 19, "sku_id": "9" * 19, "quantity": 1}
    bodies: tuple[tuple[str, dict[str, Any]], ...] = (
        ("/purchases", {**wish, "lines": [huge]}),
        ("/purchases", {**wish, "note": "\0"}),
        ("/purchases", {**wish, "total_shown": {"amount": "9" * 40, "currency": "USD"}}),
        ("/purchases", {**wish, "total_shown": {"amount": "1.001", "currency": "XXX"}}),
        ("/purchases", {**wish, "deliveries": {"9" * 19: "express"}}),
        ("/purchases", {**wish, "market": "atlantis"}),
        ("/quotes", {"market": "us", "lines": [huge], "region": "XX"}),
        ("/purchases/9223372036854775808/payments", {"payment_method": "x"}),
        ("/tokens", {"email": "x" * 200, "password": ""}),
    )
    before = await traces(app.installation.pool)
    for path, body in bodies:
        answer = await app.post(path, body, key="odd")
        assert 400 <= answer.status_code < 500, (path, body, answer.text)
        assert answer.json()["error"]["code"]
    for raw in (b"{", b"[]", b'"x"', b"\xff", b"", b"null", b"{" * 5_000):
        answer = await app.http.post(
            "/api/v1/quotes", content=raw, headers={"content-type": "application/json"}
        )
        assert answer.status_code in (400, 422), (raw[:10], answer.text)
        assert answer.json()["error"]["code"]
    assert changed(before, await traces(app.installation.pool)) == []


async def test_the_document_and_its_page_agree(app: App, visitor: Visitor) -> None:
    document = (await app.get("/openapi/openapi.json")).json()
    assert document["openapi"].startswith("3.")
    page = await visitor.get("/api/docs")
    assert page.status_code == 200
    text = html.unescape(page.text)
    names = {call.path for call in every_call() if call.is_api and "/openapi" not in call.path}
    assert len(document["paths"]) == len(names)
    for path, methods in document["paths"].items():
        assert path in text
        for operation in methods.values():
            assert operation["description"].splitlines()[0] in text
    known = set(document["components"]["schemas"])
    for reference in references(document):
        assert reference.rsplit("/", 1)[-1] in known
    for call in every_call():
        assert "swagger" not in call.path, "the document is shown by our own page only"
    assert "api.key_missing" in Refusal.registry


def references(part: Any) -> list[str]:
    """Every $ref in a document."""
    if isinstance(part, list):
        return [found for each in part for found in references(each)]
    if not isinstance(part, dict):
        return []
    own = [part["$ref"]] if isinstance(part.get("$ref"), str) else []
    return own + [found for each in part.values() for found in references(each)]
