"""The account over HTTP: signing, addresses, sessions, tokens, staff mode, invitations."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx
from litestar.handlers import HTTPRouteHandler

from clipcart import checkout, identity, sellers
from clipcart.checkout import CartChange
from clipcart.doorway.visit import SESSION_COOKIE, VISITOR_COOKIE
from clipcart.kit.ids import PersonId
from clipcart.main import Installation, build
from clipcart.web.account.routes import ROUTES
from clipcart.web.account.words import local_path
from tests.support.installation import Visitor
from tests.support.world import World

NEW = {"name": "Ida Newcomer", "email": "Ida@New.example", "password": "seven green bottles"}
HOME = {
    "market": "us",
    "name": "Mira at work",
    "line1": "9 Long Lane",
    "city": "Portland",
    "region": "OR",
    "postal_code": "97201",
    "phone": "+1 503 555 0100",
}
OWN_PAGES = ("/account", "/account/addresses", "/account/sessions", "/account/tokens")


def posts() -> list[str]:
    """The address of every form of the account."""
    handlers = [route for route in ROUTES if isinstance(route, HTTPRouteHandler)]
    found = [handler for handler in handlers if "POST" in handler.http_methods]
    return [re.sub(r"\{\w+:str\}", "1", path) for route in found for path in sorted(route.paths)]


async def person_of(installation: Installation, email: str) -> identity.Person | None:
    async with installation.db.reading() as tx:
        return await identity.person_by_email(tx, email)


async def newest_link(visitor: Visitor, start: str) -> str:
    """The newest link of the outbox page that starts so."""
    found = re.search(rf'href="({start}[^"]+)"', (await visitor.get("/outbox")).text)
    assert found
    return found.group(1)


def plain(page: httpx.Response) -> str:
    """A page without what differs from visit to visit."""
    text = re.sub(r'name="_csrf" value="[^"]+"', "", page.text)
    return re.sub(r'data-now="[^"]+"', "", text)


async def test_a_form_without_its_token_does_nothing(visitor: Visitor) -> None:
    await visitor.get("/")
    for path in posts():
        answer = await visitor.http.post(path, data={**NEW, "reason": "none"})
        assert answer.status_code == 403, path
    assert SESSION_COOKIE not in visitor.http.cookies


async def test_own_pages_ask_to_sign_in_first(visitor: Visitor) -> None:
    for path in (*OWN_PAGES, "/staff-mode"):
        answer = await visitor.http.get(path)
        assert answer.status_code == 303, path
        assert answer.headers["location"] == f"/sign-in?next={path}"


async def test_sign_up_opens_an_account_and_signs_in(
    visitor: Visitor, installation: Installation
) -> None:
    answer = await visitor.submit("/sign-up", {**NEW, "next": "/account"})
    assert answer.url.path == "/account"
    assert "Ida Newcomer" in answer.text
    assert "Welcome!" in answer.text
    person = await person_of(installation, "ida@new.example")
    assert person is not None
    assert person.market_id == installation.settings.market


async def test_sign_up_names_every_problem_and_keeps_what_was_typed(
    visitor: Visitor, installation: Installation
) -> None:
    fields = {"name": "", "email": "not-an-address", "password": "short"}
    answer = await visitor.submit("/sign-up", fields)
    assert answer.status_code == 422
    for field in fields:
        assert f'id="{field}-error"' in answer.text
    assert 'value="not-an-address"' in answer.text
    assert "short" not in answer.text.split('id="password"')[1].split(">")[0]
    assert SESSION_COOKIE not in visitor.http.cookies


async def test_an_address_has_one_account(
    visitor: Visitor, installation: Installation, world: World
) -> None:
    before = await person_of(installation, world.email("mira"))
    answer = await visitor.submit("/sign-up", {**NEW, "email": world.email("mira")})
    assert answer.status_code == 409
    assert "already an account" in answer.text
    assert await person_of(installation, world.email("mira")) == before
    assert SESSION_COOKIE not in visitor.http.cookies


async def test_unknown_address_and_wrong_password_are_answered_alike(
    visitor: Visitor, world: World
) -> None:
    known = world.email("mira")
    wrong = await visitor.submit("/sign-in", {"email": known, "password": "not the password"})
    unknown = await visitor.submit(
        "/sign-in", {"email": "nobody@there.example", "password": "not the password"}
    )
    assert wrong.status_code == unknown.status_code == 422
    assert plain(wrong).replace(known, "?") == plain(unknown).replace("nobody@there.example", "?")
    assert "not the password" not in wrong.text
    assert SESSION_COOKIE not in visitor.http.cookies


async def test_too_many_tries_are_stopped_even_with_the_right_password(
    visitor: Visitor, world: World
) -> None:
    for _ in range(10):
        await visitor.submit("/sign-in", {"email": world.email("mira"), "password": "a guess"})
    answer = await visitor.sign_in(world.email("mira"))
    assert answer.status_code == 429
    assert "too often" in answer.text
    assert f'value="{world.email("mira")}"' in answer.text
    assert SESSION_COOKIE not in visitor.http.cookies


async def test_refused_sign_ups_count_towards_the_limit(visitor: Visitor) -> None:
    for _ in range(5):
        answer = await visitor.submit("/sign-up", {**NEW, "password": "short"})
        assert answer.status_code == 422
    assert (await visitor.submit("/sign-up", NEW)).status_code == 429
    assert SESSION_COOKIE not in visitor.http.cookies


FOREIGN = ("https://evil.example", "//evil.example", "/\\evil.example", "/\t/evil.example", "x", "")


async def test_signing_in_leads_only_to_pages_of_this_site(
    new_visitor: Callable[[], Visitor], world: World
) -> None:
    for foreign in FOREIGN:
        assert local_path(foreign, "/") == "/"
        fields = {"email": world.email("mira"), "password": world.password, "next": foreign}
        answer = await new_visitor().submit("/sign-in", fields, follow=False)
        assert answer.status_code == 303
        assert answer.headers["location"] == "/"


async def test_signing_in_leads_back_to_where_one_was(visitor: Visitor, world: World) -> None:
    page = await visitor.get("/account/addresses")
    assert 'name="next" value="/account/addresses"' in page.text
    fields = {"email": world.email("mira"), "password": world.password}
    answer = await visitor.submit(
        "/sign-in", {**fields, "next": "/account/addresses"}, page="/sign-in"
    )
    assert answer.url.path == "/account/addresses"


async def test_the_cart_of_the_guest_comes_along(
    visitor: Visitor, installation: Installation, world: World
) -> None:
    await visitor.get("/sign-in")
    guest = PersonId(int(visitor.http.cookies[VISITOR_COOKIE].partition(".")[0]))
    sku = (await world.skus(installation.db, "teapot"))[0]
    async with installation.db.transaction() as tx:
        await checkout.change_cart(tx, guest, "us", [CartChange(sku.shop_id, sku.id, 2)])
    await visitor.sign_in(world.email("mira"))
    async with installation.db.reading() as tx:
        mine = await checkout.cart(tx, world.people["mira"])
        theirs = await checkout.cart(tx, guest)
    assert [(line.sku_id, line.quantity) for line in mine.lines] == [(sku.id, 2)]
    assert not theirs.lines


async def test_signing_out_ends_the_session(visitor: Visitor, world: World) -> None:
    await visitor.sign_in(world.email("mira"))
    cookie = visitor.http.cookies[SESSION_COOKIE]
    answer = await visitor.submit("/sign-out", page="/account")
    assert "You are signed out." in answer.text
    visitor.http.cookies.set(SESSION_COOKIE, cookie)
    assert (await visitor.http.get("/account")).status_code == 303


async def test_a_forgotten_password_is_replaced_by_the_link_in_the_e_mail(
    visitor: Visitor, new_visitor: Callable[[], Visitor], world: World
) -> None:
    elsewhere = new_visitor()
    await elsewhere.sign_in(world.email("mira"))
    known = await visitor.submit("/password/forgotten", {"email": world.email("mira")})
    unknown = await visitor.submit("/password/forgotten", {"email": "no@body.example"})
    assert known.status_code == unknown.status_code == 200
    assert plain(known).replace(world.email("mira"), "?") == plain(unknown).replace(
        "no@body.example", "?"
    )
    link = await newest_link(visitor, "/password/reset/")
    assert (await visitor.submit(link, {"password": "short"})).status_code == 422
    answer = await visitor.submit(link, {"password": "a better password"})
    assert answer.url.path == "/sign-in"
    assert (await elsewhere.http.get("/account")).status_code == 303
    assert (await visitor.sign_in(world.email("mira"))).status_code == 422
    fields = {"email": world.email("mira"), "password": "a better password"}
    assert (await visitor.submit("/sign-in", fields)).url.path == "/"
    spent = await visitor.submit(link, {"password": "yet another password"})
    assert spent.status_code == 422
    assert "Ask for a new link" in spent.text


async def test_addresses_follow_the_market(visitor: Visitor, world: World) -> None:
    await visitor.sign_in(world.email("mira"))
    page = await visitor.get("/account/addresses")
    assert '<option value="OR">Oregon</option>' in page.text
    japan = await visitor.get("/account/addresses?market=jp")
    assert "Prefecture" in japan.text
    answer = await visitor.submit("/account/addresses", {**HOME, "region": "XX", "city": ""})
    assert answer.status_code == 422
    assert 'id="region-error"' in answer.text
    assert 'id="city-error"' in answer.text
    assert 'value="9 Long Lane"' in answer.text
    assert "Mira at work" not in (await visitor.get("/account/addresses")).text
    answer = await visitor.submit("/account/addresses", HOME)
    assert "Mira at work" in answer.text
    assert "Portland, OR 97201" in answer.text


async def test_an_address_is_removed_only_by_its_person(
    visitor: Visitor, new_visitor: Callable[[], Visitor], world: World
) -> None:
    await visitor.sign_in(world.email("mira"))
    page = await visitor.submit("/account/addresses", HOME)
    found = re.search(r"/account/addresses/\d+/remove", page.text)
    assert found
    other = new_visitor()
    await other.sign_in(world.email("theo"))
    stolen = await other.submit(found.group(), page="/account/addresses")
    assert stolen.status_code == 404
    assert "Mira at work" in (await visitor.get("/account/addresses")).text
    gone = await visitor.submit(found.group(), page="/account/addresses")
    assert "Mira at work" not in gone.text


async def test_a_browser_elsewhere_is_signed_out(
    visitor: Visitor, new_visitor: Callable[[], Visitor], world: World
) -> None:
    elsewhere = new_visitor()
    await elsewhere.sign_in(world.email("mira"))
    await visitor.sign_in(world.email("mira"))
    page = (await visitor.get("/account/sessions")).text
    links = re.findall(r"/account/sessions/\d+/end", page)
    assert len(links) == 2
    assert page.count("This browser") == 1
    theirs = (await elsewhere.get("/account/sessions")).text
    other = next(
        link for link in links if f"{link}" in theirs.split("This browser")[1].split("</li>")[0]
    )
    stranger = new_visitor()
    await stranger.sign_in(world.email("theo"))
    assert (await stranger.submit(other, page="/account/sessions")).status_code == 404
    await visitor.submit(other, page="/account/sessions")
    assert (await elsewhere.http.get("/account")).status_code == 303
    assert (await visitor.http.get("/account")).status_code == 200


async def test_a_token_is_shown_once_and_revoked(
    visitor: Visitor, installation: Installation, world: World
) -> None:
    await visitor.sign_in(world.email("mira"))
    refused = await visitor.submit("/account/tokens", {"name": "Till", "days": "30"})
    assert refused.status_code == 422
    assert 'id="scopes-error"' in refused.text
    assert 'value="Till"' in refused.text
    made = await visitor.submit(
        "/account/tokens", {"name": "Till", "days": "30", "scopes": ["cart", "orders:read"]}
    )
    secret = re.search(r"cc_\d+_[\w-]+", made.text)
    assert secret
    assert "Use your cart, see orders" in made.text
    again = await visitor.get("/account/tokens")
    assert secret.group() not in again.text
    async with installation.db.reading() as tx:
        actor = await identity.actor_of_token(tx, secret.group())
    assert actor is not None
    assert actor.scopes == frozenset({"cart", "orders:read"})
    found = re.search(r"/account/tokens/\d+/revoke", again.text)
    assert found
    await visitor.submit(found.group(), page="/account/tokens")
    async with installation.db.reading() as tx:
        assert await identity.actor_of_token(tx, secret.group()) is None


async def test_a_token_for_operators_needs_staff_mode(visitor: Visitor, world: World) -> None:
    await visitor.sign_in(world.operator_email())
    assert 'value="operator"' not in (await visitor.get("/account/tokens")).text
    fields = {"name": "Robot", "days": "30", "scopes": "operator"}
    assert (await visitor.submit("/account/tokens", fields)).status_code == 422
    await visitor.submit("/staff-mode", {"reason": "Make a token"}, follow=False)
    assert 'value="operator"' in (await visitor.get("/account/tokens")).text


async def test_staff_mode_is_for_operators_with_a_reason(
    visitor: Visitor, new_visitor: Callable[[], Visitor], world: World
) -> None:
    shopper = new_visitor()
    await shopper.sign_in(world.email("mira"))
    assert (await shopper.get("/staff-mode")).status_code == 404
    tried = await shopper.submit("/staff-mode", {"reason": "curious"}, page="/account")
    assert tried.status_code == 404
    home = await visitor.sign_in(world.operator_email())
    assert home.url.path == "/account"
    assert 'href="/staff-mode"' in home.text
    assert (await visitor.submit("/staff-mode", {"reason": " "})).status_code == 422
    assert "Staff mode is on" not in (await visitor.get("/account")).text
    entered = await visitor.submit("/staff-mode", {"reason": "Verify shops"}, follow=False)
    assert entered.headers["location"] == "/ops"
    assert "Staff mode is on" in (await visitor.get("/account")).text
    left = await visitor.submit("/ops/staff-mode/leave", page="/account")
    assert "Staff mode is off." in left.text
    assert "Enter staff mode" in left.text


async def test_the_outbox_is_not_there_in_production(installation: Installation) -> None:
    settings = replace(installation.settings, production=True)
    opened = replace(
        installation, settings=settings, services=replace(installation.services, settings=settings)
    )
    app: Any = build(settings, opened)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="https://shop.test") as client:
        assert (await client.get("/outbox")).status_code == 404
        page = await client.get("/sign-in")
        assert all("Secure" in cookie for cookie in page.headers.get_list("set-cookie"))


async def test_the_look_is_kept_in_the_browser(visitor: Visitor) -> None:
    await visitor.submit("/account/theme", {"theme": "dark"}, page="/sign-in")
    assert 'data-theme="dark"' in (await visitor.get("/sign-in")).text
    answer = await visitor.submit("/account/theme", {"theme": "pink"}, page="/sign-in")
    assert answer.status_code == 422
    assert 'data-theme="dark"' in (await visitor.get("/sign-in")).text


async def test_an_invitation_is_for_whom_it_was_sent_to(
    visitor: Visitor,
    new_visitor: Callable[[], Visitor],
    installation: Installation,
    world: World,
) -> None:
    shop_id, owner = world.shops["fernhollow"], world.owner("fernhollow")
    async with installation.db.transaction() as tx:
        await sellers.invite_staff(
            tx, owner, shop_id, world.email("mira"), sellers.Role.PACKER, "http://shop.test"
        )
    link = await newest_link(visitor, "/seller/invitations/")
    page = await visitor.get(link)
    assert "Packer" in page.text
    assert f"/sign-in?next={link}" in page.text
    other = new_visitor()
    await other.sign_in(world.email("theo"))
    refused = await other.submit(link)
    assert refused.status_code == 403
    assert "another e-mail address" in refused.text
    async with installation.db.reading() as tx:
        assert not await sellers.memberships_of(tx, world.people["theo"])
    await visitor.sign_in(world.email("mira"))
    accepted = await visitor.submit(link)
    assert accepted.url.path == "/sell"
    assert f"/sell/{shop_id}" in accepted.text
    again = await visitor.get(link)
    assert "Ask the shop" in again.text
    assert "Accept" not in again.text
