"""The two axes of a product: status and audit."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from clipcart import catalog, sellers
from clipcart.catalog import (
    AUDIT_MOVES,
    MOVES,
    AuditStatus,
    CannotEdit,
    CannotMove,
    Image,
    Outcome,
    PriceChange,
    Product,
    SkuDraft,
    Status,
)
from clipcart.kit.db import Database
from clipcart.kit.engine import Engine, Wiring
from clipcart.kit.errors import Absent, Forbidden, Invalid
from clipcart.kit.ids import ProductId, SkuId, new_id
from tests.catalog.world import (
    WIRING,
    Shop,
    facts,
    go_live,
    on_sale,
    open_shop,
    operator,
    person,
    refused,
    teapot,
    usd,
)
from tests.support.database import OneConnection

EngineFor = Callable[[Wiring], Engine]


async def a_shop(db: Database, *, live: bool = True) -> Shop:
    async with db.transaction() as tx:
        return await open_shop(tx, live=live)


async def seen(db: Database, shop: Shop, product_id: ProductId) -> Product | None:
    """What buyers see."""
    async with db.reading() as tx:
        return await catalog.product(tx, shop.id, product_id)


async def axes_of(db: Database, shop: Shop, product_id: ProductId) -> tuple[Status, AuditStatus]:
    async with db.reading() as tx:
        found = (await catalog.product_for(tx, shop.staff, shop.id, product_id)).product
    return found.status, found.audit_status


async def test_a_good_product_goes_on_sale_after_its_audit(
    db: OneConnection, engine_for: EngineFor
) -> None:
    shop, engine = await a_shop(db), engine_for(WIRING)
    async with db.transaction() as tx:
        product_id = await catalog.create_product(tx, shop.staff, teapot(shop))
    assert await axes_of(db, shop, product_id) == (Status.DRAFT, AuditStatus.NONE)
    async with db.transaction() as tx:
        await catalog.submit(tx, shop.staff, shop.id, [product_id])
    assert await axes_of(db, shop, product_id) == (Status.PENDING, AuditStatus.AUDITING)
    assert await seen(db, shop, product_id) is None
    await engine.settle()
    assert await axes_of(db, shop, product_id) == (Status.ACTIVATE, AuditStatus.APPROVED)
    page = await seen(db, shop, product_id)
    assert page is not None
    assert page.title == "Stoneware teapot, 1.2 litres"
    assert [sku.price for sku in page.skus] == [usd(4800), usd(5200)]
    names = [name for name, _ in await facts(db, "catalog.")]
    assert names == [
        "catalog.product_created",
        "catalog.product_submitted",
        "catalog.product_audited",
        "catalog.product_activated",
    ]


BAD: dict[str, dict[str, Any]] = {
    "banned_word": {"title": "Counterfeit teapot"},
    "title_in_capitals": {"title": "STONEWARE TEAPOT"},
    "link": {"description_html": "<p>More at https://example.org/teapots</p>"},
    "contact_email": {"description_html": "<p>Write to ama@example.org</p>"},
    "contact_phone": {"description_html": "<p>Call +1 510 555 0123</p>"},
    "contact_messenger": {"description_html": "<p>Ask me on WhatsApp</p>"},
    "image_missing": {"images": ()},
}


@pytest.mark.parametrize("code", BAD)
async def test_a_bad_product_fails_with_code_and_evidence(
    db: OneConnection, engine_for: EngineFor, code: str
) -> None:
    shop, engine = await a_shop(db), engine_for(WIRING)
    product_id = await on_sale(db, engine, shop, **BAD[code])
    assert await axes_of(db, shop, product_id) == (Status.FAILED, AuditStatus.FAILED)
    async with db.reading() as tx:
        found = await catalog.product_for(tx, shop.staff, shop.id, product_id)
    assert found.verdict is not None
    assert found.verdict.outcome is Outcome.FAILED
    assert code in [finding.code for finding in found.verdict.findings]
    assert all(finding.evidence for finding in found.verdict.findings)
    assert await seen(db, shop, product_id) is None


async def test_a_failed_product_is_mended_and_passes(
    db: OneConnection, engine_for: EngineFor
) -> None:
    shop, engine = await a_shop(db), engine_for(WIRING)
    product_id = await on_sale(db, engine, shop, title="STONEWARE TEAPOT")
    async with db.transaction() as tx:
        await catalog.edit_product(tx, shop.staff, product_id, teapot(shop))
    await engine.settle()
    assert await axes_of(db, shop, product_id) == (Status.ACTIVATE, AuditStatus.APPROVED)
    async with db.reading() as tx:
        results = await catalog.audit_results(tx, shop.staff, shop.id, product_id)
    assert [(r.revision, r.outcome) for r in results] == [(2, Outcome.PASSED), (1, Outcome.FAILED)]


async def test_an_odd_price_waits_for_an_operator(db: OneConnection, engine_for: EngineFor) -> None:
    shop, engine = await a_shop(db), engine_for(WIRING)
    async with db.transaction() as tx:
        ids = await catalog.create_products(tx, shop.staff, shop.id, [teapot(shop)] * 10)
        await catalog.submit(tx, shop.staff, shop.id, ids)
    await engine.settle()
    dear = (SkuDraft(usd(4800 * 21), ("Moss",)),)
    product_id = await on_sale(db, engine, shop, skus=dear)
    assert await axes_of(db, shop, product_id) == (Status.PENDING, AuditStatus.AUDITING)
    async with db.reading() as tx:
        queue = await catalog.audit_queue(tx, operator(), audit_status=AuditStatus.AUDITING)
    assert [card.product_id for card in queue.items] == [product_id]
    async with db.transaction() as tx:
        await catalog.decide_audit(
            tx, operator(), shop.id, product_id, approved=True, reason="Hand-gilded."
        )
    assert await axes_of(db, shop, product_id) == (Status.ACTIVATE, AuditStatus.APPROVED)


async def test_an_operator_overrules_with_a_reason(
    db: OneConnection, engine_for: EngineFor
) -> None:
    shop, engine = await a_shop(db), engine_for(WIRING)
    product_id = await on_sale(db, engine, shop, title="IKEBANA KENZAN")
    async with refused(db, Invalid) as no:
        await catalog.decide_audit(
            no.tx, operator(), shop.id, product_id, approved=True, reason=" "
        )
    async with refused(db, Forbidden) as no:
        await catalog.decide_audit(
            no.tx, shop.staff, shop.id, product_id, approved=True, reason="Mine"
        )
    async with refused(db, catalog.NothingToDecide) as no:
        await catalog.decide_audit(
            no.tx, operator(), shop.id, product_id, approved=False, reason="No"
        )
    async with db.transaction() as tx:
        await catalog.decide_audit(
            tx, operator(), shop.id, product_id, approved=True, reason="A name, not shouting."
        )
    assert await seen(db, shop, product_id) is not None
    async with db.reading() as tx:
        verdict = (await catalog.audit_results(tx, shop.staff, shop.id, product_id))[0]
    assert (verdict.reason, verdict.actor[:8]) == ("A name, not shouting.", "operator")


async def test_an_edit_waits_beside_what_is_on_sale(
    db: OneConnection, engine_for: EngineFor
) -> None:
    shop, engine = await a_shop(db), engine_for(WIRING)
    product_id = await on_sale(db, engine, shop)
    before = await seen(db, shop, product_id)
    assert before is not None
    edited = teapot(
        shop, title="Stoneware teapot, 1.5 litres", skus=(SkuDraft(usd(5000), ("Moss",)),)
    )
    async with db.transaction() as tx:
        await catalog.edit_product(tx, shop.staff, product_id, edited)
    during = await seen(db, shop, product_id)
    assert during is not None
    assert during.title == before.title
    assert [sku.price for sku in during.skus] == [usd(5000), usd(5200)], "prices count at once"
    async with db.transaction() as tx:
        await catalog.change_prices(
            tx, shop.staff, shop.id, [PriceChange(before.skus[0].id, usd(5100))]
        )
    await engine.settle()
    after = await seen(db, shop, product_id)
    assert after is not None
    assert after.title == "Stoneware teapot, 1.5 litres"
    assert [(sku.id, sku.price) for sku in after.skus] == [(before.skus[0].id, usd(5100))]
    async with db.reading() as tx:
        offers = await catalog.offers(tx, [(shop.id, sku.id) for sku in before.skus])
    assert [offers[sku.id].is_sellable for sku in before.skus] == [True, False]


async def test_a_failed_edit_leaves_what_is_on_sale(
    db: OneConnection, engine_for: EngineFor
) -> None:
    shop, engine = await a_shop(db), engine_for(WIRING)
    product_id = await on_sale(db, engine, shop)
    async with db.transaction() as tx:
        await catalog.edit_product(
            tx, shop.staff, product_id, teapot(shop, title="TEAPOT! TEAPOT!")
        )
    await engine.settle()
    assert await axes_of(db, shop, product_id) == (Status.ACTIVATE, AuditStatus.FAILED)
    page = await seen(db, shop, product_id)
    assert page is not None
    assert page.title == "Stoneware teapot, 1.2 litres"
    async with db.transaction() as tx:
        found = await catalog.product_for(tx, shop.staff, shop.id, product_id)
        assert found.pending is not None
        assert found.pending.title == "TEAPOT! TEAPOT!"
        await catalog.edit_product(tx, shop.staff, product_id, teapot(shop))
        back = await catalog.product_for(tx, shop.staff, shop.id, product_id)
    assert back.pending is None
    assert back.product.audit_status is AuditStatus.APPROVED


async def test_a_picture_more_is_an_edit(db: OneConnection, engine_for: EngineFor) -> None:
    shop, engine = await a_shop(db), engine_for(WIRING)
    product_id = await on_sale(db, engine, shop)
    async with db.transaction() as tx:
        image = Image("products/lid.webp", "The lid")
        await catalog.add_image(tx, shop.staff, shop.id, product_id, image)
    await engine.settle()
    page = await seen(db, shop, product_id)
    assert page is not None
    assert [image.key for image in page.images] == ["products/teapot.webp", "products/lid.webp"]


async def test_prices_change_at_once_and_are_announced(
    db: OneConnection, engine_for: EngineFor
) -> None:
    shop, engine = await a_shop(db), engine_for(WIRING)
    product_id = await on_sale(db, engine, shop)
    page = await seen(db, shop, product_id)
    assert page is not None
    changes = [PriceChange(sku.id, usd(3900)) for sku in page.skus]
    async with db.transaction() as tx:
        await catalog.change_prices(tx, shop.staff, shop.id, changes)
    told = (await facts(db, "catalog.prices_changed"))[0][1]
    assert [move["before_minor"] for move in told["moves"]] == [4800, 5200]
    async with db.reading() as tx:
        card = (await catalog.newest(tx)).items[0]
    assert (card.price_low, card.price_high) == (usd(3900), usd(3900))
    assert await axes_of(db, shop, product_id) == (Status.ACTIVATE, AuditStatus.APPROVED)
    async with refused(db, Invalid) as no:
        await catalog.change_prices(no.tx, shop.staff, shop.id, [replace(changes[0], price=usd(0))])
    async with refused(db, Absent) as no:
        unknown = replace(changes[0], sku_id=SkuId(new_id()))
        await catalog.change_prices(no.tx, shop.staff, shop.id, [changes[1], unknown])
    async with refused(db, Forbidden) as no:
        await catalog.change_prices(no.tx, person(), shop.id, changes)


async def test_off_sale_and_on_again(db: OneConnection, engine_for: EngineFor) -> None:
    shop, engine = await a_shop(db), engine_for(WIRING)
    product_id = await on_sale(db, engine, shop)
    async with db.transaction() as tx:
        await catalog.deactivate(tx, shop.staff, shop.id, [product_id])
    assert await seen(db, shop, product_id) is None
    async with refused(db, CannotMove) as no:
        await catalog.deactivate(no.tx, shop.staff, shop.id, [product_id])
    async with db.transaction() as tx:
        await catalog.activate(tx, shop.staff, shop.id, [product_id])
    assert await seen(db, shop, product_id) is not None


async def test_deleted_products_come_back_off_sale(
    db: OneConnection, engine_for: EngineFor
) -> None:
    shop, engine = await a_shop(db), engine_for(WIRING)
    product_id = await on_sale(db, engine, shop)
    async with db.transaction() as tx:
        never_sold = await catalog.create_product(tx, shop.staff, teapot(shop))
        await catalog.delete(tx, shop.staff, shop.id, [product_id, never_sold])
    assert await seen(db, shop, product_id) is None
    async with refused(db, CannotEdit) as no:
        await catalog.edit_product(no.tx, shop.staff, product_id, teapot(shop))
    async with db.transaction() as tx:
        await catalog.recover(tx, shop.staff, shop.id, [product_id, never_sold])
    assert (await axes_of(db, shop, product_id))[0] is Status.SELLER_DEACTIVATED
    assert (await axes_of(db, shop, never_sold))[0] is Status.DRAFT


async def test_the_platform_takes_down_and_gives_back(
    db: OneConnection, engine_for: EngineFor
) -> None:
    shop, engine = await a_shop(db), engine_for(WIRING)
    product_id = await on_sale(db, engine, shop)
    async with refused(db, Forbidden) as no:
        await catalog.take_down(no.tx, shop.staff, shop.id, [product_id], "mine")
    async with refused(db, Invalid) as no:
        await catalog.take_down(no.tx, operator(), shop.id, [product_id], "")
    async with db.transaction() as tx:
        await catalog.take_down(
            tx, operator(), shop.id, [product_id], "Lead in the glaze", freeze=True
        )
    assert await seen(db, shop, product_id) is None
    for verb in (catalog.activate, catalog.delete, catalog.submit, catalog.recover):
        async with refused(db, CannotMove) as no:
            await verb(no.tx, shop.staff, shop.id, [product_id])
    async with db.transaction() as tx:
        await catalog.give_back(tx, operator(), shop.id, [product_id])
        await catalog.activate(tx, shop.staff, shop.id, [product_id])
    assert await seen(db, shop, product_id) is not None


async def test_approved_products_wait_for_their_shop_to_go_live(
    db: OneConnection, engine_for: EngineFor
) -> None:
    shop, engine = await a_shop(db, live=False), engine_for(WIRING)
    product_id = await on_sale(db, engine, shop)
    assert await axes_of(db, shop, product_id) == (Status.PENDING, AuditStatus.PRE_APPROVED)
    async with db.transaction() as tx:
        await go_live(tx, shop)
    await engine.settle()
    assert await axes_of(db, shop, product_id) == (Status.ACTIVATE, AuditStatus.APPROVED)
    assert await seen(db, shop, product_id) is not None


async def test_products_of_a_suspended_shop_are_not_sold(
    db: OneConnection, engine_for: EngineFor
) -> None:
    shop, engine = await a_shop(db), engine_for(WIRING)
    product_id = await on_sale(db, engine, shop)
    page = await seen(db, shop, product_id)
    assert page is not None
    key = (shop.id, page.skus[0].id)
    async with db.transaction() as tx:
        await sellers.suspend(tx, operator(), shop.id, "Parcels never arrived.")
    await engine.settle()
    assert await seen(db, shop, product_id) is None
    async with db.reading() as tx:
        assert not (await catalog.offers(tx, [key]))[key[1]].is_sellable
        assert (await catalog.search(tx, "teapot")).items == ()
    async with db.transaction() as tx:
        await sellers.reinstate(tx, operator(), shop.id, "They did, late.")
    await engine.settle()
    assert await seen(db, shop, product_id) is not None


async def test_strangers_change_and_see_nothing(db: OneConnection, engine_for: EngineFor) -> None:
    shop, engine = await a_shop(db), engine_for(WIRING)
    product_id, stranger = await on_sale(db, engine, shop), person()
    verbs = (
        catalog.submit, catalog.activate, catalog.deactivate, catalog.delete, catalog.recover,
        catalog.give_back, catalog.audit,
    )  # fmt: skip
    for verb in verbs:
        async with refused(db, Forbidden) as no:
            await verb(no.tx, stranger, shop.id, [product_id])
    async with refused(db, Forbidden) as no:
        await catalog.edit_product(no.tx, stranger, product_id, teapot(shop))
    async with refused(db, Forbidden) as no:
        await catalog.product_for(no.tx, stranger, shop.id, product_id)
    async with refused(db, Forbidden) as no:
        await catalog.products_of_shop(no.tx, stranger, shop.id)
    async with refused(db, Forbidden) as no:
        await catalog.audit_queue(no.tx, shop.staff)
    async with refused(db, Absent) as no:
        await catalog.delete(no.tx, shop.staff, shop.id, [ProductId(new_id())])


def test_the_tables_of_moves_are_complete() -> None:
    assert set(MOVES) == set(Status)
    assert set(AUDIT_MOVES) == set(AuditStatus)
    reachable = set[Status]().union(*MOVES.values())
    assert reachable == set(Status)
