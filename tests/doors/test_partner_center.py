"""The Partner Center: an app from its making to what it was told, by forms alone."""

import re

from clipcart import apps
from clipcart.apps import Vault
from clipcart.kit.engine import Engine
from clipcart.kit.ids import AppId
from clipcart.main import Installation
from tests.support.consumer import consuming
from tests.support.installation import Visitor
from tests.support.traces import changed, traces
from tests.support.world import World

NEW = {
    "name": "Label printer",
    "about": "Prints labels.",
    "redirect_url": "https://printer.example/back",
    "scope-seller.order.info": "yes",
    "reason-seller.order.info": "To print them.",
    "reason-seller.finance.info": "Left over from a box that is not checked.",
}
SECRET = re.compile(r'class="secret"><code>([0-9a-f]{40})</code>')


async def made(visitor: Visitor, world: World) -> tuple[str, str]:
    """Sign in and make an app; gives its address and secret."""
    await visitor.sign_in(world.email("theo"))
    page = await visitor.submit("/partner/apps", NEW, page="/partner/apps/new")
    secret = SECRET.search(page.text)
    url = re.search(r'href="(/partner/apps/\d+)/settings"', page.text)
    assert secret, page.text
    assert url
    return url[1], secret[1]


async def test_an_app_is_made_changed_and_gets_new_secrets(
    installation: Installation, world: World, visitor: Visitor
) -> None:
    url, secret = await made(visitor, world)
    page = await visitor.get(url)
    assert secret not in page.text, "a secret is shown once"
    assert "To print them." in page.text
    assert "Left over" not in page.text
    settings = f"{url}/settings"
    again = await visitor.submit(f"{url}/secret", {"overlap": "1"}, page=settings)
    fresh = SECRET.search(again.text)
    assert fresh
    assert fresh[1] != secret
    kept = await visitor.get(settings)
    assert "counts until" in kept.text
    assert fresh[1] not in kept.text
    for overlap in ("", "8", "soon"):
        refused = await visitor.submit(f"{url}/secret", {"overlap": overlap}, page=settings)
        assert "how long" in refused.text
        assert not SECRET.search(refused.text), "what nobody chose ends no secret"
    await visitor.submit(settings, {**NEW, "name": "Printer"})
    assert "Printer" in (await visitor.get("/partner")).text


async def test_a_token_to_try_with_is_shown_once_and_ends_with_the_consent(
    installation: Installation, world: World, visitor: Visitor
) -> None:
    url, _ = await made(visitor, world)
    app_id, owner = AppId(int(url.rpartition("/")[2])), world.owner("fernhollow")
    assert owner.person_id
    async with installation.db.transaction() as tx:
        app = (await apps.apps(tx, [app_id]))[app_id]
        await apps.authorise_shops(tx, owner, app, [world.shops["fernhollow"]], 30)
    page = await visitor.get(url)
    assert "Fernhollow Pottery" in page.text
    asked = {"person": str(owner.person_id), "party": "SELLER"}
    shown = await visitor.submit(f"{url}/tokens", asked, page=url)
    token = re.search(r'class="secret"><code>(ROW_[\w-]+)<', shown.text)
    assert token
    assert token[1] not in (await visitor.get(url)).text
    vault = Vault(installation.services.secret)
    async with installation.db.reading() as tx:
        known = await apps.access(tx, vault, app.key, token[1])
        assert known
        assert known.consent
        assert not known.is_expired
    async with installation.db.transaction() as tx:
        await apps.end_consent(tx, owner, app_id, apps.Party.SELLER)
    async with installation.db.reading() as tx:
        known = await apps.access(tx, vault, app.key, token[1])
        assert known
        assert known.consent is None
    refused = await visitor.submit(f"{url}/tokens", asked, page=url)
    assert refused.status_code == 404


async def test_what_is_wrong_is_named_and_kept(
    installation: Installation, world: World, visitor: Visitor
) -> None:
    await visitor.sign_in(world.email("theo"))
    token = await visitor.token("/partner/apps/new")
    before = await traces(installation.pool)
    answer = await visitor.http.post(
        "/partner/apps", data={**NEW, "redirect_url": "somewhere", "_csrf": token}
    )
    assert answer.status_code == 422
    assert 'value="somewhere"' in answer.text
    assert "To print them." in answer.text
    assert changed(before, await traces(installation.pool)) == []


async def test_a_test_is_sent_failed_seen_and_sent_again(
    installation: Installation, engine: Engine, world: World, visitor: Visitor
) -> None:
    url, secret = await made(visitor, world)
    async with consuming() as consumer:
        consumer.answer, consumer.said = lambda _: 500, b"<b>broken</b>"
        fields = {"topic": "ORDER_STATUS_CHANGE", "address": consumer.url(), "do": "test"}
        await visitor.submit(f"{url}/webhooks", fields, page=f"{url}/webhooks")
        await engine.settle()
        listed = await visitor.get(f"{url}/deliveries")
        assert "Given up" in listed.text
        assert "Some addresses fail" in listed.text
        link = re.search(rf'"({url}/deliveries/\d+)"', listed.text)
        assert link
        shown = await visitor.get(link[1])
        assert "answered 500" in shown.text
        assert "&lt;b&gt;broken" in shown.text
        consumer.answer = lambda _: 200
        await visitor.submit(link[1], {"do": "again"})
        await engine.settle()
        assert "answered 200" in (await visitor.get(link[1])).text
        key = re.search(r"<code>([a-z0-9]{12})</code>", listed.text)
        assert key
        assert all(each.is_signed_by(key[1], secret) for each in consumer.received)
    assert "No requests yet" in (await visitor.get(f"{url}/requests")).text


async def test_strangers_find_nothing(
    installation: Installation, world: World, visitor: Visitor
) -> None:
    url, _ = await made(visitor, world)
    visitor.http.cookies.clear()
    await visitor.sign_in(world.email("mira"))
    for path in ("", "/settings", "/webhooks", "/deliveries", "/requests"):
        assert (await visitor.get(url + path)).status_code == 404
    app_id = AppId(int(url.rpartition("/")[2]))
    async with installation.db.reading() as tx:
        assert await apps.apps(tx, [app_id])
