"""Carts: one row, changed whole, merged at sign-in."""

import pytest

from clipcart import checkout
from clipcart.kit.db import Tx
from clipcart.kit.ids import PersonId, ShopId, SkuId

BIRGIT, GUEST = PersonId(11), PersonId(12)


def change(sku: int, quantity: int, *, adds: bool = False) -> checkout.CartChange:
    return checkout.CartChange(ShopId(1), SkuId((1 << 62) + sku), quantity, adds=adds)


async def quantities(tx: Tx, owner: PersonId) -> list[tuple[int, int]]:
    cart = await checkout.cart(tx, owner)
    return [(line.sku_id - (1 << 62), line.quantity) for line in cart.lines]


async def test_lines_are_set_added_and_removed(tx: Tx) -> None:
    await checkout.change_cart(tx, BIRGIT, "us", [change(1, 2), change(2, 1)])
    await checkout.change_cart(tx, BIRGIT, "us", [change(1, 1, adds=True), change(2, 0)])
    assert await quantities(tx, BIRGIT) == [(1, 3)]
    assert await checkout.cart_count(tx, BIRGIT) == 3


async def test_a_cart_that_nobody_made_is_empty(tx: Tx) -> None:
    assert (await checkout.cart(tx, GUEST)).lines == ()
    assert await checkout.cart_count(tx, GUEST) == 0


async def test_too_many_is_refused_and_changes_nothing(tx: Tx) -> None:
    await checkout.change_cart(tx, BIRGIT, "us", [change(1, 2)])
    with pytest.raises(checkout.TooMany):
        await checkout.change_cart(tx, BIRGIT, "us", [change(1, 10_000)])
    with pytest.raises(checkout.TooMany):
        changes = [change(number, 1) for number in range(2, 2_000)]
        await checkout.change_cart(tx, BIRGIT, "us", changes)
    assert await quantities(tx, BIRGIT) == [(1, 2)]


async def test_a_guest_cart_is_merged_once(tx: Tx) -> None:
    await checkout.change_cart(tx, GUEST, "us", [change(1, 1), change(3, 2)])
    await checkout.change_cart(tx, BIRGIT, "us", [change(1, 2)])
    await checkout.merge_cart(tx, GUEST, BIRGIT, "us")
    await checkout.merge_cart(tx, GUEST, BIRGIT, "us")
    assert await quantities(tx, BIRGIT) == [(1, 3), (3, 2)]
    assert await quantities(tx, GUEST) == []
