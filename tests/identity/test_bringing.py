"""People whom the platform brings along: accounts as others, without a password."""

from clipcart import identity
from clipcart.identity import SYSTEM, NewPerson, as_person
from clipcart.kit.db import Tx
from clipcart.kit.errors import Forbidden, Invalid
from tests.identity.support import facts, join, refused
from tests.identity.test_addresses import HOME
from tests.support.database import OneConnection

NEW = [
    NewPerson(" Ana@Example.com ", "Ana  Lima", "br"),
    NewPerson("bo@example.com", "Bo Lima", "br"),
]


async def test_they_have_accounts_and_addresses(tx: Tx, db: OneConnection) -> None:
    ana, bo = await identity.bring_people(tx, SYSTEM, NEW)
    assert (ana.email, ana.name) == ("ana@example.com", "Ana Lima")
    assert await identity.person_by_email(tx, "ana@example.com") == ana
    told = await facts(db, tx, "identity.person_signed_up")
    assert [actor for _, actor, _ in told] == [f"person:{ana.id}", f"person:{bo.id}"]
    kept = await identity.bring_addresses(tx, SYSTEM, "us", [(ana.id, HOME), (bo.id, HOME)])
    assert await identity.addresses(tx, as_person(bo.id)) == (kept[1],)
    assert kept[0].line1 == "12 Harbour Street"


async def test_no_password_fits_them(tx: Tx) -> None:
    await identity.bring_people(tx, SYSTEM, NEW)
    for password in ("", "none", "correct horse battery"):
        found = await identity.sign_in(tx, "ana@example.com", password, "")
        assert isinstance(found, identity.SignInFailed)


async def test_all_or_nobody(tx: Tx, db: OneConnection) -> None:
    await join(tx, "Bo")
    async with refused(db, tx, identity.EmailTaken):
        await identity.bring_people(tx, SYSTEM, NEW)
    async with refused(db, tx, identity.EmailTaken):
        await identity.bring_people(tx, SYSTEM, [NEW[0], NEW[0]])
    async with refused(db, tx, Invalid):
        await identity.bring_people(tx, SYSTEM, [NEW[0], NewPerson("no address", "", "br")])


async def test_only_the_platform_brings(tx: Tx, db: OneConnection) -> None:
    mira = as_person((await join(tx)).id)
    async with refused(db, tx, Forbidden):
        await identity.bring_people(tx, mira, NEW)
    async with refused(db, tx, Forbidden):
        await identity.bring_addresses(tx, mira, "us", [])
