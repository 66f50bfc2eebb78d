"""Consent in the browser: every link that clients build, yes, no, and what cannot be given."""

from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from clipcart import apps
from clipcart.apps import NewApp, NewSecret, Vault
from clipcart.main import Installation
from tests.support.installation import Visitor
from tests.support.traces import changed, traces
from tests.support.world import World

SHOP = "fernhollow"
REDIRECT = "https://printer.example/callback"


async def an_app(installation: Installation, world: World, **scopes: str) -> NewSecret:
    wanted = scopes or {"seller.order.info": "To print labels.", "creator.showcase.read": "Why not"}
    new = NewApp(name="Label printer", about="Prints.", redirect_url=REDIRECT, scopes=wanted)
    async with installation.db.transaction() as tx:
        vault = Vault(installation.services.secret)
        return await apps.register_app(tx, world.person("theo"), vault, new)


def links(app: apps.App) -> Mapping[str, str]:
    return {
        "service": f"/open/authorize?service_id={app.service_id}&state=a%20%26b",
        "key": f"/oauth/authorize?app_key={app.key}&state=a%20%26b",
    }


def told(answer: httpx.Response) -> dict[str, str]:
    assert answer.status_code == 303
    parts = urlsplit(answer.headers["location"])
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == REDIRECT
    return {name: values[0] for name, values in parse_qs(parts.query).items()}


@pytest.mark.parametrize("link", ["service", "key"])
async def test_a_seller_says_yes(
    installation: Installation, world: World, visitor: Visitor, link: str
) -> None:
    made = await an_app(installation, world)
    path = links(made.app)[link]
    asked = await visitor.get(path)
    assert str(asked.url).startswith("http://shop.test/sign-in?next=")
    sign_in = {"email": world.email(world.content.shop(SHOP).owner), "password": world.password}
    next_path = asked.url.params["next"]
    landed = await visitor.submit(
        "/sign-in", {**sign_in, "next": next_path}, page=str(asked.url.raw_path, "ascii")
    )
    assert landed.url.raw_path.decode() == path
    assert "See orders" in landed.text
    assert "To print labels." in landed.text
    assert "showcase" not in landed.text
    policy = landed.headers["content-security-policy"]
    assert "form-action 'self' https://printer.example;" in policy
    fields = {"shops": str(world.shops[SHOP]), "days": "90", "answer": "yes"}
    back = told(await visitor.submit(path, fields, follow=False))
    assert (back["state"], back["shop_region"], back["app_key"]) == ("a &b", "US", made.app.key)
    async with installation.db.transaction() as tx:
        issued = await apps.exchange_code(tx, made.app, back["code"])
    assert issued.consent.shop_ids == (world.shops[SHOP],)
    listed = await visitor.get("/account/apps")
    assert "Label printer" in listed.text
    end = {"party": "SELLER"}
    await visitor.submit(f"/account/apps/{made.app.id}/end", end, page="/account/apps")
    assert "Label printer" not in (await visitor.get("/account/apps")).text


async def test_a_seller_says_no(installation: Installation, world: World, visitor: Visitor) -> None:
    made = await an_app(installation, world)
    await visitor.sign_in(world.email(world.content.shop(SHOP).owner))
    before = await traces(installation.pool)
    answer = await visitor.submit(links(made.app)["key"], {"answer": "no"}, follow=False)
    back = told(answer)
    assert (back["code"], back["error"], back["state"]) == ("null", "auth_denied", "a &b")
    assert changed(before, await traces(installation.pool)) == []


async def test_a_creator_says_yes(
    installation: Installation, world: World, visitor: Visitor
) -> None:
    made = await an_app(installation, world)
    await visitor.sign_in(world.email("mira"))
    path = f"/alliance/creator/auth?app_key={made.app.key}"
    assert "See your showcase" in (await visitor.get(path)).text
    back = told(await visitor.submit(path, {"answer": "yes"}, follow=False))
    assert "state" not in back
    async with installation.db.transaction() as tx:
        issued = await apps.exchange_code(tx, made.app, back["code"])
    assert issued.consent.scopes == ("creator.showcase.read",)


async def test_what_cannot_be_given_is_said_and_changes_nothing(
    installation: Installation, world: World, visitor: Visitor
) -> None:
    made = await an_app(installation, world)
    only_sellers = await an_app(installation, world, **{"seller.order.info": "For labels."})
    path = links(made.app)["key"]
    await visitor.sign_in(world.email(world.content.shop(SHOP).owner))
    before = await traces(installation.pool)
    foreign = str(world.shops["halflight"])
    mine = str(world.shops[SHOP])
    for fields in (
        {"shops": foreign, "days": "90"},
        {"shops": [mine, foreign], "days": "90"},
        {"shops": mine, "days": "4000"},
        {"shops": mine, "days": "x"},
        {"days": "90"},
    ):
        answer = await visitor.submit(path, {**fields, "answer": "yes"}, follow=False)
        assert answer.status_code == 422, fields
        assert "Something is missing" in answer.text
    nothing = await visitor.get(f"/alliance/creator/auth?app_key={only_sellers.app.key}")
    assert nothing.status_code == 409
    assert "asks for nothing" in nothing.text
    for wrong in ("?app_key=nobody", "?service_id=1", "?service_id=x", "", "?app_key=%00"):
        lost = await visitor.get(f"/oauth/authorize{wrong}")
        assert lost.status_code == 404
        assert "No such app" in lost.text
    assert changed(before, await traces(installation.pool)) == []


async def test_who_has_no_shop_is_told_so(
    installation: Installation, world: World, visitor: Visitor
) -> None:
    made = await an_app(installation, world)
    await visitor.sign_in(world.email("mira"))
    page = await visitor.get(links(made.app)["service"])
    assert page.status_code == 409
    assert "You have no shop" in page.text
    assert "Let it in<" not in page.text
