"""Every route as nobody, as a stranger, as staff of another shop; every form without its token.

The routes are walked, not listed: a new one is looked at by itself, and one that shows something
to everybody has to be named here with a reason.
"""

from collections.abc import Callable

import httpx
import pytest

from clipcart.doorway import csrf
from clipcart.doorway.visit import SESSION_COOKIE, VISITOR_COOKIE
from clipcart.kit.engine import Engine
from clipcart.main import Installation
from tests.support.installation import Visitor
from tests.support.property import BUYER, SHOP, STREET, Property, make_property
from tests.support.routes import Call, every_call
from tests.support.traces import changed, traces
from tests.support.world import World

PUBLIC = {
    "/": "the front page",
    "/search": "what is on sale",
    "/shops/{handle:str}": "a shop's front",
    "/p/{shop_id:str}/{number:str}": "a product on sale",
    "/p/{shop_id:str}/{number:str}/{slug:str}": "a product on sale",
    "/beside/{shop_id:str}/{number:str}": "a part of a product's page",
    "/cart": "one's own cart; guests have one",
    "/sell": "how to begin selling; signed in: one's own shops",
    "/sign-in": "the form",
    "/sign-up": "the form",
    "/password/forgotten": "the form",
    "/password/reset/{token:str}": "the form, or that the link is spent",
    "/seller/invitations/{token:str}": "what one is invited to, or that the link is void",
    "/outbox": "e-mails, outside production only: this is how one gets at one's links",
    "/docs": "help",
    "/api/docs": "help for developers",
    "/docs/open-api": "help for developers",
    "/docs/open-api/openapi.json": "what is served, for programs",
    "/api/v2/token/get": "says no to whoever has no secret; always HTTP 200",
    "/api/v2/token/refresh": "says no to whoever has no secret; always HTTP 200",
    "/api/v1/openapi": "the API's description",
    "/api/v1/openapi/openapi.json": "the API's description",
    "/api/v1/products": "what is on sale",
    "/api/v1/products/{shop_id:int}/{product_id:int}": "a product on sale",
    "/api/v1/categories": "what is on sale",
    "/api/v1/shops/{handle:str}/products": "what is on sale",
    "/health": "for whoever looks after the process",
    "/ready": "for whoever looks after the process",
    "/metrics": "counts of requests; says nothing of anybody",
}
"""What anybody may see, and why."""

OWN = {
    "/account": "one's own account",
    "/account/addresses": "one's own addresses",
    "/account/apps": "apps that one let in",
    "/account/orders": "one's own orders",
    "/account/sessions": "one's own sessions",
    "/account/tokens": "one's own tokens",
    "/partner": "one's own apps",
    "/partner/apps/new": "a form for an app of one's own",
    "/partner/sandbox": "one's own sandbox shops, or the form to make one",
    "/sell/new": "the form to open a shop of one's own",
}
"""What everybody who is signed in sees of their own things."""

WRONG_SHOP = "halflight"
FIELDS = {
    "reason": "CHANGED_MIND",
    "note": "Give it to me",
    "answer": "yes",
    "decision": "approve",
    "approved": "yes",
    "quantity": "1",
    "on_hand": "0",
    "key": "a-key-of-my-own",
    "email": "mine@evil.example",
    "role": "MANAGER",
    "name": "Mine now",
    "title": "Mine now",
    "status": "DELETED",
    "price": "0.01",
    "password": "a new password",
    "legal_name": "Mine now",
    "holder_name": "Mine now",
    "number": "000123456789",
    "mode": "PLATFORM",
    "card_number": "4242424242424242",
    "card_expiry": "12/39",
    "card_cvc": "123",
}
"""What an attacker would type: something for every form."""

CALLS = every_call()
REFUSED = frozenset({303, 400, 401, 403, 404, 405, 409, 422})


async def send(visitor: Visitor, secret: str, call: Call, path: str) -> httpx.Response:
    """Send a call, a form with a good token and plausible contents."""
    if call.method == "GET":
        return await visitor.http.get(path)
    cookies = visitor.http.cookies
    token = csrf.token_for(secret, cookies.get(SESSION_COOKIE) or cookies[VISITOR_COOKIE])
    fields = {**FIELDS, "_csrf": token} if call.is_form else FIELDS
    return await visitor.http.request(call.method, path, data=fields)


async def refuse_everything(
    installation: Installation, visitor: Visitor, theirs: Property, allowed: set[str]
) -> None:
    """Nothing of somebody else's is shown or changed."""
    secret, faults = installation.services.secret, []
    before = await traces(installation.pool)
    for call in CALLS:
        if call.method != "GET" and not call.parameters and not call.path.startswith("/ops"):
            continue
        answer = await send(visitor, secret, call, call.at(**theirs.values(call.path)))
        is_open = call.method == "GET" and call.path in allowed
        if answer.status_code >= 500:
            faults.append(f"{call}: {answer.status_code}")
        elif answer.status_code not in REFUSED and not is_open:
            faults.append(f"{call}: {answer.status_code}, is on no list of this test")
        if STREET in answer.text:
            faults.append(f"{call} says where the buyer lives")
    assert faults == []
    assert changed(before, await traces(installation.pool)) == []


async def test_nobody_gets_at_anything(
    installation: Installation, engine: Engine, world: World, visitor: Visitor
) -> None:
    theirs = await make_property(installation, engine, world)
    await visitor.get("/")
    await refuse_everything(installation, visitor, theirs, set(PUBLIC))


@pytest.mark.parametrize("who", ["theo", WRONG_SHOP])
async def test_strangers_and_staff_of_another_shop_get_at_nothing(
    installation: Installation, engine: Engine, world: World, visitor: Visitor, who: str
) -> None:
    theirs = await make_property(installation, engine, world)
    person = world.content.shop(who).owner if who == WRONG_SHOP else who
    await visitor.sign_in(world.email(person))
    assert SESSION_COOKIE in visitor.http.cookies
    await refuse_everything(installation, visitor, theirs, {*PUBLIC, *OWN})


async def test_operators_see_the_desk_only_in_staff_mode(
    installation: Installation, engine: Engine, world: World, visitor: Visitor
) -> None:
    theirs = await make_property(installation, engine, world)
    await visitor.sign_in(world.operator_email())
    for call in CALLS:
        if call.method == "GET" and call.path.startswith("/ops") and "clock" not in call.path:
            answer = await visitor.http.get(call.at(**theirs.values(call.path)))
            assert answer.status_code == 303, call
            assert answer.headers["location"] == "/staff-mode"
    # With the role alone nobody's shop and nobody's order opens either.
    for path in (f"/sell/{theirs.shop}/orders", f"/orders/{theirs.shop}/{theirs.order}"):
        assert (await visitor.http.get(path)).status_code == 404


async def test_the_owners_of_it_all_do_get_at_it(
    installation: Installation,
    engine: Engine,
    world: World,
    new_visitor: Callable[[], Visitor],
) -> None:
    """The control: the same addresses open for those who may, so refusals mean something."""
    theirs = await make_property(installation, engine, world)
    buyer, seller, operator = new_visitor(), new_visitor(), new_visitor()
    await buyer.sign_in(world.email(BUYER))
    await seller.sign_in(world.email(world.content.shop(SHOP).owner))
    await operator.sign_in(world.operator_email())
    await operator.enter_staff_mode()
    opened = {"/orders": 0, "/purchases": 0, "/sell": 0, "/ops": 0}
    faults = []
    for call in CALLS:
        path = call.at(**theirs.values(call.path))
        visitors = {"/ops": operator, "/sell": seller}
        visitor = next((v for start, v in visitors.items() if path.startswith(start)), buyer)
        if call.method != "GET" or call.is_api:
            continue
        answer = await visitor.http.get(path)
        if answer.status_code >= 500:
            faults.append(f"{call}: {answer.status_code}")
        for start in opened:
            opened[start] += path.startswith(start) and answer.status_code == 200
    assert faults == []
    assert opened["/orders"] == opened["/purchases"] == 1
    assert opened["/sell"] > 10
    assert opened["/ops"] > 8


async def test_no_form_works_without_its_token(
    installation: Installation,
    engine: Engine,
    world: World,
    new_visitor: Callable[[], Visitor],
) -> None:
    """Not for a guest, not for the owner, not for an operator in staff mode."""
    theirs = await make_property(installation, engine, world)
    guest, owner, operator = new_visitor(), new_visitor(), new_visitor()
    await guest.get("/")
    await owner.sign_in(world.email(world.content.shop(SHOP).owner))
    await operator.sign_in(world.operator_email())
    await operator.enter_staff_mode()
    other = csrf.token_for(installation.services.secret, "another cookie")
    before = await traces(installation.pool)
    faults = []
    for call in CALLS:
        if not call.is_form:
            continue
        path = call.at(**theirs.values(call.path))
        for visitor, token in ((guest, ""), (owner, other), (operator, "\u00fc"), (owner, None)):
            fields = FIELDS if token is None else {**FIELDS, "_csrf": token}
            answer = await visitor.http.request(call.method, path, data=fields)
            if answer.status_code != 403:
                faults.append(f"{call}: {answer.status_code}")
    assert faults == []
    assert changed(before, await traces(installation.pool)) == []


ODD = ("0", "-1", "1e3", "9" * 19, "9" * 40, "x" * 300, "%00", "%0a", "..%2f..", "ü", "'--", "{}")
"""What people and robots put into addresses."""


async def test_odd_addresses_are_answered_calmly(
    installation: Installation, world: World, new_visitor: Callable[[], Visitor]
) -> None:
    """No part of an address and no common parameter, whatever it holds, is a mistake of ours."""
    seller, operator = new_visitor(), new_visitor()
    await seller.sign_in(world.email(world.content.shop(SHOP).owner))
    await operator.sign_in(world.operator_email())
    await operator.enter_staff_mode()
    shop = world.shops[SHOP]
    faults = []
    for call in CALLS:
        if call.method != "GET":
            continue
        visitor = operator if call.path.startswith("/ops") else seller
        for address in odd_addresses(call, shop):
            answer = await visitor.http.get(address)
            if answer.status_code >= 500:
                faults.append(f"{address}: {answer.status_code}")
    assert faults == []


def odd_addresses(call: Call, shop: int) -> set[str]:
    """The address with odd things in its places, and with odd parameters behind a good one."""
    found = set()
    for odd in ODD:
        values: dict[str, object] = dict.fromkeys(call.parameters, odd)
        if call.path.startswith("/sell"):
            values["shop"] = shop
        path = call.at(**values)
        found.add(path)
        if call.parameters in ((), ("shop",)):
            found.add(f"{path}?{'&'.join(f'{name}={odd}' for name in QUERIES)}")
    return found


QUERIES = (
    *("q", "query", "at", "after", "cursor", "limit", "order", "market", "category", "low", "high"),
    *("shop", "shop_id", "state", "status", "sku", "next", "back", "card", "name", "subject"),
    *("price_from", "price_to", "page", "day", "from", "to", "lane", "kind", "view", "sort", "tab"),
)
"""Parameters that some page reads."""
