"""Setting up a shop over HTTP: opening, business data, papers, bank account."""

import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from clipcart import sellers
from clipcart.kit.ids import ShopId
from clipcart.main import Installation
from clipcart.sellers import Requirement, ShopState
from clipcart.web.seller_center.onboarding_routes import ROUTES
from tests.doors.setting_up import BAD_FILES, open_shop
from tests.support.installation import Visitor
from tests.support.world import World

BUSINESS = {
    "legal_form": "sole_proprietor",
    "legal_name": "Marmalade & Sons",
    "tax_number": "12-3456789",
    "representative": "Mira Lindqvist-Oyelaran",
    "line1": "12 Harbour Street",
    "city": "Portland",
    "region": "OR",
    "postal_code": "97201",
    "phone": "+1 503 555 0142",
}
ACCOUNT = {
    "holder_name": "Marmalade & Sons",
    "bank_name": "First Harbour Bank",
    "routing_code": "021000021",
    "number": "000123456789",
}
PAPERS = ("identity", "business_registration", "tax_registration")
EVENTS = "select count(*) from kit.event"
PDF = b"%PDF-1.7\n%a paper of the tests\n"


def paths(method: str) -> list[str]:
    """Every address of a shop that is being set up."""
    found = [route for route in ROUTES if method in route.http_methods]
    every = [path for route in found for path in sorted(route.paths)]
    return [path for path in every if "{shop" in path]


def filled(path: str, shop_id: int) -> str:
    return re.sub(r"\{\w+:str\}", "1", path.replace("{shop:str}", str(shop_id)))


async def hand_in(visitor: Visitor, shop_id: ShopId, kind: str, content: bytes) -> httpx.Response:
    path = f"/sell/{shop_id}/setup/documents"
    return await visitor.submit(path, {"kind": kind}, files={"file": ("paper.pdf", content)})


async def state_of(installation: Installation, shop_id: ShopId) -> ShopState:
    async with installation.db.reading() as tx:
        return (await sellers.shop(tx, shop_id)).state


async def test_anybody_may_read_what_it_takes(visitor: Visitor) -> None:
    page = await visitor.get("/sell")
    assert page.status_code == 200
    assert 'href="/sell/new"' in page.text
    answer = await visitor.http.get("/sell/new")
    assert answer.headers["location"] == "/sign-in?next=/sell/new"


async def test_the_gate_from_opening_to_selling(
    visitor: Visitor, installation: Installation, world: World
) -> None:
    shop_id = await open_shop(visitor, world)
    setup = f"/sell/{shop_id}/setup"
    page = (await visitor.get(setup)).text
    assert page.count("The business data are missing") == 1
    assert page.count("The bank account is missing") == 1
    assert "First the business data" in (await visitor.get(f"{setup}/documents")).text
    assert "First the business data" in (await visitor.get(f"{setup}/bank-account")).text

    await visitor.submit(f"{setup}/business", BUSINESS)
    page = (await visitor.get(setup)).text
    assert page.count("Your identity paper is missing: upload it.") == 1
    for kind in PAPERS:
        answer = await hand_in(visitor, shop_id, kind, PDF + kind.encode())
        assert answer.status_code == 200
    await visitor.submit(f"{setup}/bank-account", ACCOUNT)
    assert await state_of(installation, shop_id) is ShopState.IN_REVIEW
    assert "We are looking at it" in (await visitor.get(setup)).text
    account = await visitor.get(f"{setup}/bank-account")
    assert "•••• 6789" in account.text
    assert "000123456789" not in account.text

    async with installation.db.transaction() as tx:
        await sellers.decide(
            tx, world.operator(), shop_id, Requirement.DOCUMENTS, False, "The scan is cut off."
        )
    assert "Refused: The scan is cut off." in (await visitor.get(setup)).text
    assert "The scan is cut off." in (await visitor.get(f"{setup}/documents")).text
    await hand_in(visitor, shop_id, "identity", PDF + b"the whole page")
    async with installation.db.transaction() as tx:
        for requirement in Requirement:
            await sellers.decide(tx, world.operator(), shop_id, requirement, True)
    page = (await visitor.get(setup)).text
    assert "Your shop is open" in page
    assert "Refused" not in page
    settled = await visitor.get(f"{setup}/business")
    assert "Marmalade &amp; Sons" in settled.text
    assert 'name="legal_name"' not in settled.text
    assert f'href="/sell/{shop_id}"' in (await visitor.get("/sell")).text


async def test_a_shop_needs_a_name_and_an_address_of_its_own(
    visitor: Visitor, installation: Installation, world: World
) -> None:
    await visitor.sign_in(world.email("mira"))
    fields = {"name": "", "handle": "No Spaces", "market": "us", "tagline": "kept"}
    answer = await visitor.submit("/sell/new", fields)
    assert answer.status_code == 422
    assert 'id="name-error"' in answer.text
    assert 'id="handle-error"' in answer.text
    assert 'value="kept"' in answer.text
    taken = await visitor.submit("/sell/new", {**fields, "name": "F", "handle": "fernhollow"})
    assert taken.status_code == 422
    assert "Another shop is called fernhollow" in taken.text
    nowhere = {"name": "Nowhere", "handle": "", "market": "atlantis"}
    assert (await visitor.submit("/sell/new", nowhere)).status_code == 422
    async with installation.db.reading() as tx:
        assert not await sellers.memberships_of(tx, world.people["mira"])


async def test_business_data_are_refused_with_every_reason(
    visitor: Visitor, installation: Installation, world: World
) -> None:
    shop_id = await open_shop(visitor, world)
    path = f"/sell/{shop_id}/setup/business"
    wrong = {**BUSINESS, "tax_number": "?", "region": "XX", "legal_form": "club"}
    answer = await visitor.submit(path, wrong)
    assert answer.status_code == 422
    for field in ("tax_number", "region", "legal_form"):
        assert f'id="{field}-error"' in answer.text
    assert 'value="Marmalade &amp; Sons"' in answer.text
    async with installation.db.reading() as tx:
        actor = await sellers.with_memberships(tx, world.person("mira"))
        assert await sellers.business_for(tx, actor, shop_id) is None


@pytest.mark.parametrize(("name", "content", "words"), BAD_FILES)
async def test_papers_are_judged_by_their_content(
    visitor: Visitor,
    installation: Installation,
    world: World,
    name: str,
    content: bytes,
    words: str,
) -> None:
    shop_id = await open_shop(visitor, world)
    await visitor.submit(f"/sell/{shop_id}/setup/business", BUSINESS)
    path = f"/sell/{shop_id}/setup/documents"
    fields = {"kind": "tax_registration", "expires_on": "2031-05-04"}
    answer = await visitor.submit(path, fields, files={"file": (name, content, "image/png")})
    assert answer.status_code == 422
    assert words in answer.text
    assert 'value="tax_registration" selected' in answer.text
    assert 'value="2031-05-04"' in answer.text
    async with installation.db.reading() as tx:
        actor = await sellers.with_memberships(tx, world.person("mira"))
        assert not await sellers.documents_for(tx, actor, shop_id)
    assert not (world.media / "documents" / str(shop_id)).exists()


async def test_a_paper_needs_a_file_a_kind_and_a_day(visitor: Visitor, world: World) -> None:
    shop_id = await open_shop(visitor, world)
    await visitor.submit(f"/sell/{shop_id}/setup/business", BUSINESS)
    path = f"/sell/{shop_id}/setup/documents"
    answer = await visitor.submit(path, {"kind": "diploma"})
    assert answer.status_code == 422
    assert 'id="kind-error"' in answer.text
    assert 'id="file-error"' in answer.text
    for day in ("soon", "2001-01-01"):
        fields = {"kind": "identity", "expires_on": day}
        answer = await visitor.submit(path, fields, files={"file": ("a.pdf", PDF)})
        assert answer.status_code == 422
        assert 'id="expires_on-error"' in answer.text


async def test_papers_are_never_public(
    visitor: Visitor,
    new_visitor: Callable[[], Visitor],
    installation: Installation,
    world: World,
) -> None:
    shop_id = await open_shop(visitor, world)
    await visitor.submit(f"/sell/{shop_id}/setup/business", BUSINESS)
    page = await hand_in(visitor, shop_id, "identity", PDF)
    link = re.search(rf"/sell/{shop_id}/setup/documents/\d+", page.text)
    assert link
    own = await visitor.get(link.group())
    assert own.content == PDF
    assert own.headers["content-disposition"].startswith("attachment")
    other = new_visitor()
    await other.sign_in(world.email(world.content.shop("fernhollow").owner))
    assert (await other.get(link.group())).status_code == 404
    crossed = link.group().replace(str(shop_id), str(world.shops["fernhollow"]))
    assert (await other.get(crossed)).status_code == 404
    async with installation.db.reading() as tx:
        actor = await sellers.with_memberships(tx, world.person("mira"))
        (paper,) = await sellers.documents_for(tx, actor, shop_id)
    assert (await visitor.get(f"/media/{paper.file_key}")).status_code == 404
    assert (await visitor.get(f"/media/products/../{paper.file_key}")).status_code == 404


async def test_the_bank_account_is_the_business_s_own(
    visitor: Visitor, installation: Installation, world: World
) -> None:
    shop_id = await open_shop(visitor, world)
    await visitor.submit(f"/sell/{shop_id}/setup/business", BUSINESS)
    path = f"/sell/{shop_id}/setup/bank-account"
    assert 'value="Marmalade &amp; Sons"' in (await visitor.get(path)).text
    for wrong, field in (
        ({"holder_name": "Somebody Else"}, "holder_name"),
        ({"routing_code": "?"}, "routing_code"),
        ({"number": "1"}, "number"),
    ):
        answer = await visitor.submit(path, {**ACCOUNT, **wrong})
        assert answer.status_code == 422
        assert f'id="{field}-error"' in answer.text
        assert 'value="First Harbour Bank"' in answer.text
    async with installation.db.reading() as tx:
        actor = await sellers.with_memberships(tx, world.person("mira"))
        assert not await sellers.bank_accounts_for(tx, actor, shop_id)


async def test_a_shop_of_others_is_not_there(
    visitor: Visitor, new_visitor: Callable[[], Visitor], world: World
) -> None:
    theirs = [filled(path, world.shops["halflight"]) for path in paths("GET")]
    assert theirs
    for path in theirs:
        answer = await visitor.http.get(path)
        assert answer.status_code == 303, path
        assert answer.headers["location"].startswith("/sign-in")
    for who in (world.email("mira"), world.email(world.content.shop("fernhollow").owner)):
        other = new_visitor()
        await other.sign_in(who)
        for path in (*theirs, filled("/sell/{shop:str}/setup", 12345)):
            assert (await other.get(path)).status_code == 404, path


async def test_nothing_is_changed_in_a_shop_of_others(
    visitor: Visitor,
    new_visitor: Callable[[], Visitor],
    installation: Installation,
    world: World,
) -> None:
    theirs = [filled(path, world.shops["halflight"]) for path in paths("POST")]
    assert theirs
    fields: dict[str, Any] = {**BUSINESS, **ACCOUNT, "role": "PACKER", "email": "a@b.example"}
    async with installation.db.reading() as tx:
        before = await sellers.shop(tx, world.shops["halflight"])
    events = await installation.pool.fetchval(EVENTS)
    await visitor.get("/sign-in")
    for path in theirs:
        assert (await visitor.http.post(path, data=fields)).status_code == 403, path
    for who in (world.email("mira"), world.email(world.content.shop("fernhollow").owner)):
        other = new_visitor()
        await other.sign_in(who)
        for path in theirs:
            answer = await other.submit(path, fields, page="/account")
            assert answer.status_code == 404, path
    async with installation.db.reading() as tx:
        assert await sellers.shop(tx, world.shops["halflight"]) == before
    assert await installation.pool.fetchval(EVENTS) == events
