"""Counts as sellers change them, warehouses, and the proof."""

from typing import Any

import pytest

from clipcart import inventory
from clipcart.identity import ANONYMOUS
from clipcart.inventory import (
    NoWarehouse,
    StockChange,
    StockIsReserved,
    TooMuchStock,
    WarehouseDraft,
    WarehouseInUse,
)
from clipcart.kit.errors import Absent, Forbidden, Invalid, SignInNeeded
from clipcart.kit.ids import SkuId, WarehouseId, new_id
from tests.catalog.world import facts, operator, person, refused
from tests.inventory.world import build, conserved, counts, fill, keep
from tests.support.database import OneConnection


async def test_counting_receiving_and_correcting(db: OneConnection) -> None:
    shelf = await build(db)
    change = StockChange(shelf.shop_id, shelf.skus[0], 10, note="spring count")
    async with db.transaction() as tx:
        await inventory.set_on_hand(tx, shelf.staff, [change])
        await inventory.receive(tx, shelf.staff, [StockChange(shelf.shop_id, shelf.skus[0], 5)])
        levels = await inventory.adjust(
            tx,
            shelf.staff,
            [
                StockChange(shelf.shop_id, shelf.skus[0], -2, note="broken"),
                StockChange(shelf.shop_id, shelf.skus[1], 3),
            ],
        )
        page = await inventory.movements_of(tx, shelf.staff, shelf.shop_id, shelf.skus[0])
    assert [(level.sku_id, level.on_hand) for level in levels] == [
        (shelf.skus[0], 13),
        (shelf.skus[1], 3),
    ]
    assert [(m.kind, m.on_hand_change, m.note) for m in page.items] == [
        ("ADJUSTED", -2, "broken"),
        ("RECEIVED", 5, ""),
        ("ADJUSTED", 10, "spring count"),
    ]
    assert page.items[0].actor == shelf.staff.label
    told = [payload for _, payload in await facts(db, "inventory.stock_changed")]
    assert [fact["kind"] for fact in told] == ["ADJUSTED", "RECEIVED", "ADJUSTED"]
    assert [change["on_hand"] for change in told[2]["changes"]] == [13, 3]
    assert await conserved(db)


async def test_the_same_count_again_is_no_movement(db: OneConnection) -> None:
    shelf = await build(db)
    await fill(db, shelf, 4)
    before = await facts(db, "inventory.")
    await fill(db, shelf, 4)
    assert await facts(db, "inventory.") == before


async def test_fewer_than_promised_is_refused_for_the_whole_set(db: OneConnection) -> None:
    shelf = await build(db)
    await fill(db, shelf, 5, 5)
    await keep(db, shelf, 3)
    async with refused(db, StockIsReserved) as no:
        await inventory.set_on_hand(
            no.tx,
            shelf.staff,
            [
                StockChange(shelf.shop_id, shelf.skus[1], 9),
                StockChange(shelf.shop_id, shelf.skus[0], 2),
            ],
        )
    assert no.value.facts == {"sku_id": shelf.skus[0], "on_hand": 2, "reserved": 3}


async def test_counts_have_bounds(db: OneConnection) -> None:
    shelf = await build(db)
    key = (shelf.shop_id, shelf.skus[0])
    async with refused(db, TooMuchStock) as no:
        await inventory.set_on_hand(no.tx, shelf.staff, [StockChange(*key, 1_000_000)])
    async with refused(db, Invalid) as no:
        await inventory.set_on_hand(no.tx, shelf.staff, [StockChange(*key, -1)])
    async with refused(db, Invalid) as no:
        await inventory.receive(no.tx, shelf.staff, [StockChange(*key, 0)])
    async with refused(db, StockIsReserved) as no:
        await inventory.adjust(no.tx, shelf.staff, [StockChange(*key, -1)])


async def test_only_the_shops_own_skus_and_open_warehouses_count(db: OneConnection) -> None:
    shelf, other = await build(db), await build(db)
    for sku_id in (SkuId(new_id()), other.skus[0]):
        async with refused(db, Absent) as no:
            await inventory.set_on_hand(no.tx, shelf.staff, [StockChange(shelf.shop_id, sku_id, 1)])
    for warehouse_id in (WarehouseId(new_id()), other.warehouse_id):
        async with refused(db, NoWarehouse) as no:
            change = StockChange(shelf.shop_id, shelf.skus[0], 1, warehouse_id)
            await inventory.set_on_hand(no.tx, shelf.staff, [change])


@pytest.mark.parametrize(
    ("who", "refusal"), [("nobody", SignInNeeded), ("stranger", Forbidden), ("other", Forbidden)]
)
async def test_strangers_neither_change_nor_see_stock(
    db: OneConnection, who: str, refusal: Any
) -> None:
    shelf, other = await build(db), await build(db)
    actor = {"nobody": ANONYMOUS, "stranger": person(), "other": other.staff}[who]
    change = StockChange(shelf.shop_id, shelf.skus[0], 1)
    for verb in (inventory.set_on_hand, inventory.receive, inventory.adjust):
        async with refused(db, refusal) as no:
            await verb(no.tx, actor, [change])
    async with refused(db, refusal) as no:
        await inventory.add_warehouse(no.tx, actor, WarehouseDraft(shelf.shop_id, "Annex"))
    async with refused(db, refusal) as no:
        await inventory.make_default(no.tx, actor, shelf.shop_id, shelf.warehouse_id)
    async with refused(db, refusal) as no:
        await inventory.close_warehouse(no.tx, actor, shelf.shop_id, shelf.warehouse_id)
    async with refused(db, refusal) as no:
        await inventory.stock_of(no.tx, actor, shelf.shop_id, shelf.skus)
    async with refused(db, refusal) as no:
        await inventory.movements_of(no.tx, actor, shelf.shop_id, shelf.skus[0])
    async with refused(db, refusal) as no:
        await inventory.warehouses_of(no.tx, actor, shelf.shop_id)


async def test_warehouses_change_places_and_close_when_empty(db: OneConnection) -> None:
    shelf = await build(db)
    async with db.transaction() as tx:
        annex = await inventory.add_warehouse(
            tx, shelf.staff, WarehouseDraft(shelf.shop_id, " Annex ")
        )
    await fill(db, shelf, 5)
    async with refused(db, WarehouseInUse) as no:
        await inventory.close_warehouse(no.tx, shelf.staff, shelf.shop_id, shelf.warehouse_id)
    async with db.transaction() as tx:
        await inventory.make_default(tx, shelf.staff, shelf.shop_id, annex)
    async with refused(db, WarehouseInUse) as no:
        await inventory.close_warehouse(no.tx, shelf.staff, shelf.shop_id, shelf.warehouse_id)
    assert no.value.facts["on_hand"] == 5
    async with db.transaction() as tx:
        change = StockChange(shelf.shop_id, shelf.skus[0], 0, shelf.warehouse_id)
        await inventory.set_on_hand(tx, shelf.staff, [change])
        await inventory.close_warehouse(tx, shelf.staff, shelf.shop_id, shelf.warehouse_id)
        found = await inventory.warehouses_of(tx, operator(), shelf.shop_id)
    assert [(w.name, w.is_default, w.is_closed) for w in found] == [
        ("Annex", True, False),
        ("Main warehouse", False, True),
    ]
    async with refused(db, NoWarehouse) as no:
        await inventory.make_default(no.tx, shelf.staff, shelf.shop_id, shelf.warehouse_id)
    async with refused(db, Invalid) as no:
        await inventory.add_warehouse(no.tx, shelf.staff, WarehouseDraft(shelf.shop_id, "  "))


async def test_the_proof_finds_what_does_not_agree(db: OneConnection) -> None:
    shelf = await build(db)
    await fill(db, shelf, 5)
    await keep(db, shelf, 2)
    assert await conserved(db)
    await db.connection.execute("update inventory.stock set on_hand = 4, reserved = 1")
    async with db.reading() as tx:
        found = await inventory.audit(tx)
    assert [(item.what, item.stock, item.book) for item in found] == [
        ("on hand against movements", 4, 5),
        ("reserved against movements", 1, 2),
        ("reserved against reservations", 1, 2),
    ]
    assert await counts(db, shelf) == [(4, 1), (0, 0), (0, 0)]


async def test_movements_are_never_changed(db: OneConnection) -> None:
    shelf = await build(db)
    await fill(db, shelf, 5)
    with pytest.raises(Exception, match="never changed"):
        async with db.transaction():
            await db.connection.execute("delete from inventory.movement")
    assert await conserved(db)
