"""Addresses belong to one person and fit their market."""

from clipcart import identity
from clipcart.identity import Means, NewAddress, as_person
from clipcart.kit.db import Tx
from clipcart.kit.errors import Forbidden, Invalid, SignInNeeded
from tests.identity.support import join, refused
from tests.support.database import OneConnection

HOME = NewAddress(
    name="Mira Okafor",
    line1=" 12 Harbour Street ",
    city="Portland",
    region="OR",
    postal_code="97201",
    phone="+1 503 555 0142",
)


async def test_addresses_are_kept_and_forgotten(tx: Tx) -> None:
    mira = as_person((await join(tx)).id)
    first = await identity.add_address(tx, mira, "us", HOME)
    second = await identity.add_address(tx, mira, "us", HOME)
    assert (first.line1, first.country) == ("12 Harbour Street", "US")
    assert await identity.addresses(tx, mira) == (second, first)
    assert await identity.address_for(tx, mira, first.id) == first
    await identity.remove_address(tx, mira, first.id)
    assert await identity.addresses(tx, mira) == (second,)


async def test_the_market_says_what_is_missing(tx: Tx, db: OneConnection) -> None:
    mira = as_person((await join(tx)).id)
    async with refused(db, tx, Invalid) as caught:
        bad = NewAddress(name="Mira", line1="", city="Portland", region="XX", postal_code="9720")
        await identity.add_address(tx, mira, "us", bad)
    assert [problem.field for problem in caught.value.problems] == [
        "line1",
        "region",
        "postal_code",
        "phone",
    ]


async def test_somebody_elses_address_is_absent(tx: Tx, db: OneConnection) -> None:
    mira, sid = as_person((await join(tx)).id), as_person((await join(tx, "Sid Stranger")).id)
    address = await identity.add_address(tx, mira, "us", HOME)
    for actor, refusal in ((sid, identity.NoSuchAddress), (identity.ANONYMOUS, SignInNeeded)):
        async with refused(db, tx, refusal):
            await identity.address_for(tx, actor, address.id)
        async with refused(db, tx, refusal):
            await identity.remove_address(tx, actor, address.id)
    assert await identity.addresses(tx, sid) == ()


async def test_a_token_needs_the_scope_cart(tx: Tx, db: OneConnection) -> None:
    person = await join(tx)
    may = as_person(person.id, means=Means.TOKEN, scopes=frozenset({"cart"}))
    may_not = as_person(person.id, means=Means.TOKEN, scopes=frozenset({"orders:read"}))
    await identity.add_address(tx, may, "us", HOME)
    async with refused(db, tx, Forbidden):
        await identity.add_address(tx, may_not, "us", HOME)


async def test_names_of_people(tx: Tx) -> None:
    mira, sid = await join(tx), await join(tx, "Sid Stranger")
    found = await identity.people(tx, [mira.id, sid.id, identity.NOBODY])
    assert {person.id: person.name for person in found.values()} == {
        mira.id: "Mira Okafor",
        sid.id: "Sid Stranger",
    }
    assert await identity.person_by_email(tx, mira.email.upper()) == mira
    assert await identity.person_by_email(tx, "nobody@example.com") is None
