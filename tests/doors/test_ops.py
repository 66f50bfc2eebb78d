"""The operator's pages over HTTP: who may enter, and decisions about shops and listings."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from clipcart import catalog, sellers
from clipcart.kit.db import round_trips
from clipcart.kit.engine import Engine
from clipcart.kit.ids import ShopId
from clipcart.main import Installation
from clipcart.ops.routes import ROUTES
from clipcart.sellers import ShopState
from tests.sellers.support import ACCOUNT, BUSINESS, PAPERS, Stall, open_stall, paper
from tests.support.installation import Visitor
from tests.support.operating import at_the_desk, facts
from tests.support.world import World

PAGES = (
    "/ops",
    "/ops/verification",
    "/ops/listings",
    "/ops/listings?view=FAILED",
    "/ops/shops",
    "/ops/shops?q=fern&state=LIVE",
    "/ops/money",
    "/ops/exceptions",
    "/ops/stock",
    "/ops/jobs",
    "/ops/jobs?view=failing",
    "/ops/jobs?view=graveyard",
    "/ops/jobs?view=deliveries",
    "/ops/events",
    "/ops/events?name=sellers.&actor=system",
    "/ops/clock",
)
ACTIONS = (
    "/ops/verification/1/BUSINESS/decide",
    "/ops/verification/1/BUSINESS/reopen",
    "/ops/listings/1/1/decide",
    "/ops/listings/1/1/take-down",
    "/ops/listings/1/1/give-back",
    "/ops/shops/1/suspend",
    "/ops/shops/1/reinstate",
    "/ops/exceptions/1/resolve",
    "/ops/jobs/replay",
    "/ops/jobs/replay-all",
    "/ops/jobs/delete",
    "/ops/deliveries/replay",
    "/ops/deliveries/replay-all",
    "/ops/clock/advance",
)
PNG = bytes.fromhex("89504e470d0a1a0a")


@pytest.fixture
async def operator(visitor: Visitor, world: World) -> Visitor:
    """The operator in staff mode."""
    return await at_the_desk(visitor, world)


@pytest.fixture
async def waiting(installation: Installation) -> Stall:
    """A shop that has handed in everything."""
    key = await installation.files.put("documents", PNG + b"a passport", ".png")
    async with installation.db.transaction() as tx:
        stall = await open_stall(tx, "Zora Lindqvist", "Quiet Corner")
        await sellers.submit_business(tx, stall.owner, stall.shop.id, BUSINESS)
        for kind in PAPERS:
            new = replace(paper(kind), file_key=key, content_type="image/png")
            await sellers.add_document(tx, stall.owner, stall.shop.id, new)
        await sellers.submit_bank_account(tx, stall.owner, stall.shop.id, ACCOUNT)
    return stall


async def state_of(installation: Installation, shop_id: ShopId) -> ShopState:
    async with installation.db.reading() as tx:
        return (await sellers.shop(tx, shop_id)).state


# -- who may enter -------------------------------------------------------------------------------


async def test_strangers_find_nothing(
    new_visitor: Callable[[], Visitor], world: World, waiting: Stall
) -> None:
    nobody, buyer = new_visitor(), new_visitor()
    await buyer.sign_in(world.email("mira"))
    absent = await buyer.get("/ops/there-is-no-such-page")
    for path in (*PAGES, f"/ops/verification/{waiting.shop.id}"):
        for one in (nobody, buyer):
            answer = await one.get(path)
            assert answer.status_code == 404, path
            assert "Quiet Corner" not in answer.text
    assert absent.status_code == 404
    for path in ACTIONS:
        assert (await buyer.submit(path, page="/account")).status_code == 404, path


async def test_every_page_and_action_of_the_door_is_in_these_lists() -> None:
    asked = {path.partition("?")[0] for path in (*PAGES, *ACTIONS)}
    missing = []
    for router in ROUTES:
        for route in router.routes:  # type: ignore[union-attr]
            parts = route.path.split("/")
            fits = any(
                len(parts) == len(other.split("/"))
                and all(
                    a.startswith("{") or a == b
                    for a, b in zip(parts, other.split("/"), strict=True)
                )
                for other in asked
            )
            if not fits and "POST" in route.methods:
                missing.append(route.path)
    assert missing == []


async def test_without_staff_mode_the_operator_is_led_there(visitor: Visitor, world: World) -> None:
    await visitor.sign_in(world.operator_email())
    for path in PAGES:
        answer = await visitor.http.get(path)
        if path == "/ops/clock":
            assert "Your staff mode ended" in answer.text
            assert "/ops/clock/advance" not in answer.text
            continue
        assert (answer.status_code, answer.headers["location"]) == (303, "/staff-mode"), path
    for path in ACTIONS:
        answer = await visitor.submit(path, page="/account", follow=False)
        assert (answer.status_code, answer.headers["location"]) == (303, "/staff-mode"), path
    fragment = await visitor.http.get("/ops/money/proof", headers={"HX-Request": "true"})
    assert fragment.headers["hx-redirect"] == "/staff-mode"
    assert fragment.text == ""


async def test_every_form_needs_its_token(operator: Visitor, installation: Installation) -> None:
    before = await facts(installation, "kit.clock_move_begun")
    for path in ACTIONS:
        answer = await operator.http.post(path, data={"by": "1d", "reason": "x"})
        assert answer.status_code == 403, path
    assert await facts(installation, "kit.clock_move_begun") == before


async def test_every_page_is_shown_in_few_statements(
    operator: Visitor, installation: Installation
) -> None:
    for path in PAGES:
        counter = [0]
        token = round_trips.set(counter)
        answer = await operator.get(path)
        round_trips.reset(token)
        assert answer.status_code == 200, path
        assert 'aria-current="page"' in answer.text
        proves = path in ("/ops/money", "/ops/clock")
        assert counter[0] <= (40 if proves else 6), (path, counter[0])


# -- shops ---------------------------------------------------------------------------------------


async def test_a_shop_is_approved_from_the_queue_to_live(
    operator: Visitor, installation: Installation, waiting: Stall
) -> None:
    queue = await operator.get("/ops/verification")
    record = f"/ops/verification/{waiting.shop.id}"
    assert f'href="{record}"' in queue.text
    page = await operator.get(record)
    assert "Same name as the business" in page.text
    assert "•••• 6789" in page.text
    assert "0001 2345" not in page.text
    for requirement in ("BUSINESS", "DOCUMENTS", "BANK_ACCOUNT"):
        answer = await operator.submit(
            f"{record}/{requirement}/decide", {"verdict": "approve"}, page=record
        )
        assert answer.status_code == 200
    assert "The shop is open" in answer.text
    assert await state_of(installation, waiting.shop.id) is ShopState.LIVE
    decided = await facts(installation, "sellers.requirement_decided")
    ours = [row for row in decided if row.shop_id == waiting.shop.id]
    assert len(ours) == 3
    assert all(row.actor.startswith("operator:") for row in ours)
    assert record not in (await operator.get("/ops/verification")).text


async def test_refusing_needs_a_reason(
    operator: Visitor, installation: Installation, waiting: Stall
) -> None:
    record = f"/ops/verification/{waiting.shop.id}"
    url = f"{record}/DOCUMENTS/decide"
    before = len(await facts(installation, "sellers.requirement_decided"))
    answer = await operator.submit(url, {"verdict": "refuse", "reason": " "}, page=record)
    assert answer.status_code == 422
    assert "No reason is given" in answer.text
    assert await state_of(installation, waiting.shop.id) is ShopState.IN_REVIEW
    assert len(await facts(installation, "sellers.requirement_decided")) == before
    reason = "The passport is cut off. Scan all four corners."
    answer = await operator.submit(url, {"verdict": "refuse", "reason": reason}, page=record)
    assert reason in answer.text
    assert await state_of(installation, waiting.shop.id) is ShopState.REJECTED
    again = await operator.submit(url, {"verdict": "approve"}, page=record)
    assert "nothing to decide" in again.text
    assert len(await facts(installation, "sellers.requirement_decided")) == before + 1


async def test_an_approval_can_be_taken_back(
    operator: Visitor, installation: Installation, waiting: Stall
) -> None:
    record = f"/ops/verification/{waiting.shop.id}"
    await operator.submit(f"{record}/BUSINESS/decide", {"verdict": "approve"}, page=record)
    answer = await operator.submit(
        f"{record}/BUSINESS/reopen", {"reason": "It was renamed"}, page=record
    )
    assert "taken back" in answer.text
    assert await state_of(installation, waiting.shop.id) is ShopState.REJECTED


async def test_documents_are_shown_safely_and_on_record(
    operator: Visitor,
    new_visitor: Callable[[], Visitor],
    installation: Installation,
    waiting: Stall,
) -> None:
    async with installation.db.reading() as tx:
        papers = await sellers.documents_for(tx, waiting.owner, waiting.shop.id)
    url = f"/ops/verification/{waiting.shop.id}/documents/{papers[0].id}"
    assert url in (await operator.get(f"/ops/verification/{waiting.shop.id}")).text
    shown = await operator.get(url)
    assert shown.content == PNG + b"a passport"
    assert shown.headers["content-type"] == "image/png"
    assert shown.headers["content-disposition"].startswith("inline")
    assert shown.headers["content-security-policy"].startswith("sandbox")
    assert shown.headers["x-content-type-options"] == "nosniff"
    assert shown.headers["cache-control"] == "private, no-store"
    saved = await operator.get(f"{url}?save=yes")
    assert saved.headers["content-disposition"].startswith("attachment")
    assert len(await facts(installation, "ops.document_opened")) == 2
    assert (await new_visitor().get(url)).status_code == 404
    assert (await operator.get(f"/media/{papers[0].file_key}")).status_code == 404
    assert len(await facts(installation, "ops.document_opened")) == 2


async def test_a_shop_is_suspended_and_reinstated(
    operator: Visitor, installation: Installation, world: World
) -> None:
    shop_id = world.shops["fernhollow"]
    url = f"/ops/shops/{shop_id}"
    assert url in (await operator.get("/ops/shops?q=FERN")).text
    refused = await operator.submit(f"{url}/suspend", {"reason": ""}, page=url)
    assert refused.status_code == 422
    assert await state_of(installation, shop_id) is ShopState.LIVE
    reason = {"reason": "Complaints about broken teapots"}
    answer = await operator.submit(f"{url}/suspend", reason, page=url)
    assert "The shop is suspended" in answer.text
    assert reason["reason"] in answer.text
    assert await state_of(installation, shop_id) is ShopState.SUSPENDED
    twice = await operator.submit(f"{url}/suspend", reason, page=url)
    assert "Only a live shop" in twice.text
    await operator.submit(f"{url}/reinstate", {"reason": "Mended"}, page=url)
    assert await state_of(installation, shop_id) is ShopState.LIVE


# -- listings ------------------------------------------------------------------------------------


async def test_a_listing_is_taken_down_and_given_back(
    operator: Visitor, installation: Installation, world: World
) -> None:
    shop_id, product_id = world.shops["fernhollow"], world.products["teapot"]
    url = f"/ops/listings/{shop_id}/{product_id}"
    assert url in (await operator.get(f"/ops/shops/{shop_id}?q=tea")).text
    refused = await operator.submit(f"{url}/take-down", {"reason": ""}, page=url)
    assert refused.status_code == 422
    assert await facts(installation, "catalog.product_deactivated") == []
    reason = {"reason": "The glaze is not food safe", "freeze": "yes"}
    answer = await operator.submit(f"{url}/take-down", reason, page=url)
    assert "Taken down and frozen" in answer.text
    async with installation.db.reading() as tx:
        assert await catalog.product(tx, shop_id, product_id) is None
    answer = await operator.submit(f"{url}/give-back", page=url)
    assert "Given back" in answer.text
    again = await operator.submit(f"{url}/give-back", page=url)
    assert again.status_code == 200
    assert "Given back" not in again.text


async def test_a_listing_that_waits_is_decided(
    operator: Visitor, installation: Installation, engine: Engine, world: World
) -> None:
    shop_id, product_id = world.shops["fernhollow"], world.products["teapot"]
    owner = world.owner("fernhollow")
    async with installation.db.reading() as tx:
        found = await catalog.product_for(tx, owner, shop_id, product_id)
    draft = catalog.ProductDraft(
        shop_id=shop_id,
        title="TEAPOT IN CAPITAL LETTERS",
        description_html=found.product.description_html,
        category_id=found.product.category_id,
        axes=found.product.axes,
        images=found.product.images,
        skus=tuple(
            catalog.SkuDraft(
                id=sku.id,
                seller_sku=sku.seller_sku,
                options=sku.options,
                price=sku.price,
                weight_g=sku.weight_g,
                image_key=sku.image_key,
            )
            for sku in found.product.skus
        ),
    )
    async with installation.db.transaction() as tx:
        await catalog.edit_product(tx, owner, product_id, draft)
    await engine.settle()
    url = f"/ops/listings/{shop_id}/{product_id}"
    assert url in (await operator.get("/ops/listings?view=FAILED")).text
    page = await operator.get(url)
    assert "The whole title is in capitals" in page.text
    assert "Overrule the verdict" in page.text
    none = await operator.submit(f"{url}/decide", {"verdict": "approve"}, page=url)
    assert none.status_code == 422
    reason = {"verdict": "approve", "reason": "It is the maker's own name for it"}
    answer = await operator.submit(f"{url}/decide", reason, page=url)
    assert "Approved." in answer.text
    async with installation.db.reading() as tx:
        product = await catalog.product(tx, shop_id, product_id)
    assert product is not None
    assert product.title == "TEAPOT IN CAPITAL LETTERS"
