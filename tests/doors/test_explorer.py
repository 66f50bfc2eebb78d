"""The explorer: it sends through the real door, and the code that it shows asks the same."""

import asyncio
import html
import re

from clipcart import apps
from clipcart.kit.ids import AppId
from clipcart.main import Installation
from clipcart.open_api import contract
from clipcart.open_api.reference.fields import by_slug, slug_of
from tests.support.installation import Visitor
from tests.support.traces import changed, traces
from tests.support.world import World

CODE = re.compile(r'<details class="step-one code-(\w+)"[^>]*>.*?<code>(.*?)</code>', re.DOTALL)
NEW = {
    "name": "Label printer",
    "redirect_url": "http://localhost/back",
    "scope-seller.order.info": "yes",
    "reason-seller.order.info": "To print them.",
    "scope-seller.authorization.info": "yes",
    "reason-seller.authorization.info": "To know whose.",
    "scope-seller.product.write": "yes",
    "reason-seller.product.write": "To upload pictures.",
}


async def let_in(installation: Installation, world: World, visitor: Visitor) -> tuple[str, str]:
    """An app of a shop's owner that is let into the shop: its address and secret."""
    owner = world.content.shop("fernhollow").owner
    await visitor.sign_in(world.email(owner))
    page = await visitor.submit("/partner/apps", NEW, page="/partner/apps/new")
    secret = re.search(r'class="secret"><code>([0-9a-f]{40})<', page.text)
    number = re.search(r"/partner/apps/(\d+)/explorer", page.text)
    assert secret, page.text
    assert number
    app_id, actor = AppId(int(number[1])), world.owner("fernhollow")
    async with installation.db.transaction() as tx:
        app = await apps.app_for(tx, actor, app_id)
        await apps.authorise_shops(tx, actor, app, [world.shops["fernhollow"]], 30)
    return f"/partner/apps/{app_id}", secret[1]


def consent(text: str) -> str:
    """The first who lets the app in, as it stands in the form."""
    found = re.search(r'<option value="(\d+:SELLER:\d+)"', text)
    assert found, text
    return found[1]


async def asked(visitor: Visitor, url: str, op: str, fields: dict[str, str]) -> str:
    """The page after a call was sent."""
    where = f"{url}/explorer?op={op}"
    page = await visitor.get(where)
    answer = await visitor.submit(
        where, {"consent": consent(page.text), "version": "202309", **fields}
    )
    return answer.text


def codes(text: str) -> dict[str, str]:
    """The code that a page shows, by language."""
    return {language: html.unescape(code) for language, code in CODE.findall(text)}


async def test_a_call_goes_through_the_door_and_stands_in_its_log(
    installation: Installation, world: World, visitor: Visitor
) -> None:
    url, secret = await let_in(installation, world, visitor)
    text = await asked(visitor, url, "post-order-orders-search", {"query.page_size": "7"})
    assert "HTTP 200" in text
    assert "&#34;total_count&#34;" in text
    assert "X-RateLimit" not in text
    assert "Left at least: 49" in text
    shown = codes(text)
    assert set(shown) == {"curl", "python", "node"}
    assert secret not in text, "the secret stands in no page"
    assert not re.search(r"ROW_[\w-]{70,}", text), "nor does a token"
    assert "$CLIPCART_ACCESS_TOKEN" in shown["curl"]
    refused = await asked(visitor, url, "post-order-orders-search", {"query.page_size": "900"})
    assert "21001001" in refused
    await asyncio.sleep(0.6)
    log = await visitor.get(f"{url}/requests?failed=yes&path=/order")
    assert "/order/202309/orders/search" in log.text
    assert "21001001" in log.text
    assert "No request of the last" in (await visitor.get(f"{url}/requests?code=7")).text
    assert "Get Order List" in (await visitor.get(f"{url}/limits")).text


async def test_a_missing_scope_is_refused_by_the_gate_also_here(
    installation: Installation, world: World, visitor: Visitor
) -> None:
    url, _ = await let_in(installation, world, visitor)
    assert "105005" in await asked(visitor, url, "get-logistics-warehouses", {})


async def test_what_cannot_be_sent_is_said_and_sends_nothing(
    installation: Installation, world: World, visitor: Visitor
) -> None:
    url, _ = await let_in(installation, world, visitor)
    where = f"{url}/explorer?op=get-order-orders-order_id-price_detail"
    page = await visitor.get(where)
    token = await visitor.token(where)
    before = await traces(installation.pool)
    for fields in (
        {"consent": consent(page.text)},
        {"consent": "7:SELLER:8", "path.order_id": "1"},
    ):
        answer = await visitor.http.post(where, data={"_csrf": token, **fields})
        assert answer.status_code == 422
        assert "error-summary" in answer.text
    assert changed(before, await traces(installation.pool)) == []


async def test_strangers_have_neither_explorer_nor_limits(
    installation: Installation, world: World, visitor: Visitor
) -> None:
    url, _ = await let_in(installation, world, visitor)
    visitor.http.cookies.clear()
    await visitor.sign_in(world.email("mira"))
    for path in ("/explorer", "/limits", "/explorer?op=post-order-orders-search"):
        assert (await visitor.get(url + path)).status_code == 404
    token = await visitor.token("/partner/apps/new")
    answer = await visitor.http.post(
        f"{url}/tokens", data={"_csrf": token, "person": "7", "party": "SELLER"}
    )
    assert answer.status_code == 404


def test_every_operation_has_a_page_of_its_own_name() -> None:
    every = [*contract.resources(), *contract.own_resources()]
    assert len({slug_of(each) for each in every}) == len(every)
    assert all(by_slug(slug_of(each)) == each for each in every)
