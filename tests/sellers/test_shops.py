"""Opening a shop, finding it, changing how it looks."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from clipcart import identity, sellers
from clipcart.identity import Means, as_person
from clipcart.kit.db import PooledDatabase, Tx
from clipcart.kit.errors import Forbidden, Invalid, SignInNeeded
from clipcart.kit.ids import ShopId
from clipcart.sellers import OpenShop, Role, ShopSettings, ShopState
from tests.identity.support import facts, join, refused
from tests.sellers.support import live_stall, open_stall
from tests.support.database import OneConnection

SETTINGS = ShopSettings(
    name="The Blue Teapot",
    tagline="Pots with character",
    story="Thrown by hand.",
    accent="#123ABC",
    avatar_key="media/avatar",
    banner_key=None,
    free_cancel_hours=3,
)


async def test_a_new_shop_may_not_sell_yet(tx: Tx, db: OneConnection) -> None:
    stall = await open_stall(tx)
    shop = stall.shop
    assert (shop.handle, shop.state, shop.currency) == ("the-teapot", ShopState.ONBOARDING, "USD")
    assert shop.free_cancel_hours == 1
    assert await sellers.shop(tx, shop.id) == shop
    assert await sellers.shop_by_handle(tx, "the-teapot") == shop
    assert await sellers.shops(tx, [shop.id, ShopId(1)]) == {shop.id: shop}
    assert await sellers.live_shops(tx, [shop.id]) == {}
    assert (await sellers.directory(tx)).items == ()
    person_id = stall.owner.person_id
    assert person_id is not None
    (membership,) = await sellers.memberships_of(tx, person_id)
    assert membership.role is Role.OWNER
    (opened,) = await facts(db, tx, "sellers.")
    assert opened[:2] == ("sellers.shop_opened", stall.owner.label)


async def test_only_live_shops_are_in_the_directory(tx: Tx) -> None:
    first = await live_stall(tx)
    await open_stall(tx, "Sid Stranger", "Half Open")
    assert (await sellers.directory(tx)).items == (first.shop,)
    assert await sellers.live_shops(tx, [first.shop.id]) == {first.shop.id: first.shop}
    assert first.shop.is_live


async def test_a_handle_belongs_to_one_shop(tx: Tx, db: OneConnection) -> None:
    stall = await open_stall(tx)
    async with refused(db, tx, sellers.HandleTaken) as caught:
        await sellers.open_shop(tx, stall.owner, OpenShop(name="the teapot!", market_id="us"))
    assert caught.value.facts == {"handle": "the-teapot"}


async def test_two_open_the_same_handle_at_once(
    real_db: PooledDatabase, race: Callable[..., Any]
) -> None:
    async with real_db.transaction() as tx:
        people = [as_person((await join(tx, f"Person {n}")).id) for n in range(5)]

    async def contender(actor: identity.Actor) -> None:
        async with real_db.transaction() as tx:
            await sellers.open_shop(tx, actor, OpenShop(name="The Teapot", market_id="us"))

    outcomes = await race(*map(contender, people))
    assert sum(outcome is None for outcome in outcomes) == 1
    assert sum(isinstance(outcome, sellers.HandleTaken) for outcome in outcomes) == 4


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", " "),
        ("name", "x" * 61),
        ("handle", "ab"),
        ("handle", "-teapot"),
        ("handle", "Tea Pot"),
        ("tagline", "x" * 141),
        ("accent", "teal"),
    ],
)
async def test_bad_shops(tx: Tx, db: OneConnection, field: str, value: str) -> None:
    person = as_person((await join(tx)).id)
    new = replace(OpenShop(name="The Teapot", market_id="us"), **{field: value})
    async with refused(db, tx, Invalid) as caught:
        await sellers.open_shop(tx, person, new)
    assert [problem.field for problem in caught.value.problems] == [field]


async def test_who_may_open_a_shop(tx: Tx, db: OneConnection) -> None:
    new = OpenShop(name="The Teapot", market_id="us")
    async with refused(db, tx, SignInNeeded):
        await sellers.open_shop(tx, identity.ANONYMOUS, new)
    token = as_person((await join(tx)).id, means=Means.TOKEN, scopes=frozenset(identity.Scope))
    async with refused(db, tx, Forbidden):
        await sellers.open_shop(tx, token, new)


async def test_settings(tx: Tx, db: OneConnection) -> None:
    stall = await open_stall(tx)
    await sellers.update_settings(tx, stall.owner, stall.shop.id, SETTINGS)
    shop = await sellers.shop(tx, stall.shop.id)
    assert (shop.name, shop.accent, shop.free_cancel_hours) == ("The Blue Teapot", "#123abc", 3)
    assert shop.handle == "the-teapot"
    async with refused(db, tx, Invalid) as caught:
        bad = replace(SETTINGS, free_cancel_hours=2)
        await sellers.update_settings(tx, stall.owner, stall.shop.id, bad)
    assert [problem.field for problem in caught.value.problems] == ["free_cancel_hours"]
    assert len(await facts(db, tx, "sellers.shop_changed")) == 1


async def test_no_such_shop(tx: Tx) -> None:
    with pytest.raises(sellers.NoSuchShop):
        await sellers.shop(tx, ShopId(1))
    with pytest.raises(sellers.NoSuchShop):
        await sellers.shop_by_handle(tx, "nowhere")
