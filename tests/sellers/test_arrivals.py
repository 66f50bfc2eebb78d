"""Shops that were verified elsewhere: as live as those that were verified here."""

from dataclasses import replace

from clipcart import identity, sellers
from clipcart.identity import SYSTEM, as_person
from clipcart.kit.db import Tx
from clipcart.kit.errors import Forbidden, Invalid
from clipcart.kit.ids import PersonId
from clipcart.sellers import Arrival, OpenShop, ShopState
from tests.identity.support import facts, join, operator_of, refused
from tests.sellers.support import ACCOUNT, BUSINESS, PAPERS, again, live_stall, paper
from tests.support.database import OneConnection


def _arrival(owner_id: PersonId, name: str) -> Arrival:
    return Arrival(
        owner_id=owner_id,
        shop=OpenShop(name=name, market_id="us"),
        business=BUSINESS,
        documents=tuple(paper(kind) for kind in PAPERS),
        bank=ACCOUNT,
    )


async def test_they_are_live_and_paid_like_others(tx: Tx, db: OneConnection) -> None:
    operator = await operator_of(tx)
    one, two = [(await join(tx, name)).id for name in ("Ana Lima", "Bo Lima")]
    made = await sellers.admit_shops(
        tx, operator, [_arrival(one, "One"), _arrival(two, "Two  Cups")]
    )
    first, second = [await sellers.shop(tx, shop_id) for shop_id in made]
    assert (first.state, second.state) == (ShopState.LIVE, ShopState.LIVE)
    assert (second.name, second.handle, second.currency) == ("Two Cups", "two-cups", "USD")
    account = await sellers.bank_account(tx, made[0])
    assert account is not None
    assert account.holder_name == BUSINESS.legal_name
    assert await sellers.bank_number(tx, SYSTEM, made[1]) == "000123456789"
    owner = await again(tx, as_person(one))
    checklist = await sellers.checklist_for(tx, owner, made[0])
    assert checklist.missing == ()
    assert len(await sellers.documents_for(tx, owner, made[0])) == len(PAPERS)


async def test_the_same_is_announced(tx: Tx, db: OneConnection) -> None:
    stall = await live_stall(tx)
    expected = sorted(name for name, _, _ in await facts(db, tx, "sellers."))
    operator = await operator_of(tx)
    owner = (await join(tx, "Ana Lima")).id
    before = len(await facts(db, tx, "sellers."))
    await sellers.admit_shops(tx, operator, [_arrival(owner, "One")])
    told = (await facts(db, tx, "sellers."))[before:]
    assert sorted(name for name, _, _ in told) == expected
    assert stall.shop.id not in {payload["shop_id"] for _, _, payload in told}


async def test_all_or_none(tx: Tx, db: OneConnection) -> None:
    operator = await operator_of(tx)
    owner = (await join(tx, "Ana Lima")).id
    good = _arrival(owner, "One")
    async with refused(db, tx, sellers.HandleTaken):
        await sellers.admit_shops(tx, operator, [good, good])
    async with refused(db, tx, Invalid):
        await sellers.admit_shops(tx, operator, [good, replace(good, documents=())])
    elses = replace(ACCOUNT, holder_name="Somebody Else")
    async with refused(db, tx, sellers.HolderNameDiffers):
        await sellers.admit_shops(tx, operator, [replace(good, bank=elses)])


async def test_operators_admit_others_only(tx: Tx, db: OneConnection) -> None:
    operator = await operator_of(tx)
    owner = (await join(tx, "Ana Lima")).id
    async with refused(db, tx, Forbidden):
        await sellers.admit_shops(tx, as_person(owner), [_arrival(owner, "One")])
    assert operator.person_id is not None
    async with refused(db, tx, Forbidden):
        await sellers.admit_shops(tx, operator, [_arrival(operator.person_id, "One")])
    async with refused(db, tx, Forbidden):
        await sellers.admit_shops(tx, identity.SYSTEM, [_arrival(owner, "One")])
