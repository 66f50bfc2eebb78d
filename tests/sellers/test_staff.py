"""People who work in a shop: invitations, roles, and the walls between shops."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from clipcart import identity, sellers
from clipcart.identity import Actor, Means, as_person
from clipcart.kit.db import PooledDatabase, Tx
from clipcart.kit.errors import Forbidden, Invalid, SignInNeeded
from clipcart.kit.ids import DocumentId, PersonId
from clipcart.sellers import GRANTS, Requirement, Role
from tests.identity.support import facts, join, later, refused
from tests.sellers.support import (
    ACCOUNT,
    BASE,
    BUSINESS,
    Stall,
    again,
    hire,
    invite,
    live_stall,
    open_stall,
    paper,
)
from tests.sellers.test_shops import SETTINGS
from tests.support.database import OneConnection

PIP = "pip.packer@example.com"


async def test_invited_and_joined(tx: Tx, db: OneConnection) -> None:
    stall = await open_stall(tx)
    packer = await hire(tx, stall, "Pip Packer", Role.PACKER)
    assert packer.has_grant(stall.shop.id, "orders.ship")
    assert not packer.has_grant(stall.shop.id, "finance.view")
    staff = await sellers.staff_of(tx, packer, stall.shop.id)
    assert [(each.name, each.role) for each in staff] == [
        ("Mira Okafor", Role.OWNER),
        ("Pip Packer", Role.PACKER),
    ]
    assert await sellers.invitations_of(tx, stall.owner, stall.shop.id) == ()
    told = [(name, actor) for name, actor, _ in await facts(db, tx, "sellers.staff_")]
    assert told == [
        ("sellers.staff_invited", stall.owner.label),
        ("sellers.staff_joined", f"person:{packer.person_id}"),
    ]


async def test_an_invitation_works_once_for_its_address(tx: Tx, db: OneConnection) -> None:
    stall = await open_stall(tx)
    pip = as_person((await join(tx, "Pip Packer")).id)
    sid = as_person((await join(tx, "Sid Stranger")).id)
    token = await invite(tx, stall, PIP, Role.PACKER)
    async with refused(db, tx, SignInNeeded):
        await sellers.accept_invitation(tx, identity.ANONYMOUS, token)
    async with refused(db, tx, sellers.InvitationForSomeoneElse):
        await sellers.accept_invitation(tx, sid, token)
    await sellers.accept_invitation(tx, pip, token)
    for spent in (token, token + "x", "1.x", "nonsense"):
        async with refused(db, tx, sellers.InvitationVoid):
            await sellers.accept_invitation(tx, pip, spent)


async def test_an_invitation_is_good_for_120_hours(tx: Tx, db: OneConnection) -> None:
    stall = await open_stall(tx)
    pip = as_person((await join(tx, "Pip Packer")).id)
    token = await invite(tx, stall, PIP, Role.PACKER)
    late = later(db, timedelta(hours=120))
    async with refused(db, late, sellers.InvitationVoid):
        await sellers.accept_invitation(late, pip, token)
    assert await sellers.invitations_of(late, stall.owner, stall.shop.id) == ()


async def test_a_second_invitation_voids_the_first(tx: Tx, db: OneConnection) -> None:
    stall = await open_stall(tx)
    pip = as_person((await join(tx, "Pip Packer")).id)
    first = await invite(tx, stall, PIP, Role.MANAGER)
    second = await invite(tx, stall, PIP, Role.PACKER)
    async with refused(db, tx, sellers.InvitationVoid):
        await sellers.accept_invitation(tx, pip, first)
    assert (await sellers.accept_invitation(tx, pip, second)).role is Role.PACKER


async def test_invitations_are_taken_back(tx: Tx, db: OneConnection) -> None:
    stall = await open_stall(tx)
    pip = as_person((await join(tx, "Pip Packer")).id)
    token = await invite(tx, stall, PIP, Role.PACKER)
    (invitation,) = await sellers.invitations_of(tx, stall.owner, stall.shop.id)
    await sellers.revoke_invitation(tx, stall.owner, stall.shop.id, invitation.id)
    async with refused(db, tx, sellers.InvitationVoid):
        await sellers.accept_invitation(tx, pip, token)
    async with refused(db, tx, sellers.NoSuchInvitation):
        await sellers.revoke_invitation(tx, stall.owner, stall.shop.id, invitation.id)


async def test_the_link_is_not_kept(tx: Tx, db: OneConnection) -> None:
    token = await invite(tx, await open_stall(tx), PIP, Role.PACKER)
    kept = await db.connection.fetchval("select string_agg(i::text, '') from sellers.invitation i")
    assert token.partition(".")[2] not in kept


async def test_bad_invitations(tx: Tx, db: OneConnection) -> None:
    stall = await open_stall(tx)

    async def invite_as(email: str, role: Role) -> None:
        await sellers.invite_staff(tx, stall.owner, stall.shop.id, email, role, BASE)

    async with refused(db, tx, Invalid):
        await invite_as("pip at home", Role.PACKER)
    async with refused(db, tx, sellers.OwnerStays):
        await invite_as(PIP, Role.OWNER)
    async with refused(db, tx, sellers.AlreadyStaff):
        await invite_as("mira.okafor@example.com", Role.PACKER)


async def test_one_invitation_accepted_twice(
    real_db: PooledDatabase, race: Callable[..., Any]
) -> None:
    async with real_db.transaction() as tx:
        stall = await open_stall(tx)
        pip = as_person((await join(tx, "Pip Packer")).id)
        token = await invite(tx, stall, PIP, Role.PACKER)

    async def contender() -> sellers.Membership:
        async with real_db.transaction() as tx:
            return await sellers.accept_invitation(tx, pip, token)

    outcomes = await race(*(contender() for _ in range(6)))
    assert sum(isinstance(outcome, sellers.Membership) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, sellers.InvitationVoid) for outcome in outcomes) == 5
    async with real_db.pool.acquire() as connection:
        joined = "select count(*) from kit.event where name = 'sellers.staff_joined'"
        assert await connection.fetchval(joined) == 1


async def test_roles_change_and_people_leave(tx: Tx, db: OneConnection) -> None:
    stall = await open_stall(tx)
    pip = await hire(tx, stall, "Pip Packer", Role.PACKER)
    assert pip.person_id is not None
    await sellers.change_role(tx, stall.owner, stall.shop.id, pip.person_id, Role.BOOKKEEPER)
    pip = await again(tx, pip)
    assert pip.memberships[stall.shop.id] == GRANTS[Role.BOOKKEEPER]
    await sellers.remove_staff(tx, stall.owner, stall.shop.id, pip.person_id or PersonId(0))
    pip = await again(tx, pip)
    assert pip.memberships == {}
    told = [name for name, _, _ in await facts(db, tx, "sellers.staff_")][2:]
    assert told == ["sellers.staff_role_changed", "sellers.staff_removed"]


async def test_the_owner_stays_the_owner(tx: Tx, db: OneConnection) -> None:
    stall = await open_stall(tx)
    pip = await hire(tx, stall, "Pip Packer", Role.PACKER)
    shop_id, owner_id, pip_id = stall.shop.id, stall.owner.person_id, pip.person_id
    assert owner_id is not None
    assert pip_id is not None
    async with refused(db, tx, sellers.OwnerStays):
        await sellers.change_role(tx, stall.owner, shop_id, owner_id, Role.PACKER)
    async with refused(db, tx, sellers.OwnerStays):
        await sellers.remove_staff(tx, stall.owner, shop_id, owner_id)
    async with refused(db, tx, sellers.OwnerStays):
        await sellers.change_role(tx, stall.owner, shop_id, pip_id, Role.OWNER)
    async with refused(db, tx, sellers.NoSuchStaff):
        await sellers.remove_staff(tx, stall.owner, shop_id, PersonId(1))


def every_verb(tx: Tx, actor: Actor, stall: Stall) -> dict[str, Callable[[], Awaitable[object]]]:
    """Everything that asks for a permission in one shop."""
    shop_id = stall.shop.id
    nobody = PersonId(1)
    return {
        "update_settings": lambda: sellers.update_settings(tx, actor, shop_id, SETTINGS),
        "submit_business": lambda: sellers.submit_business(tx, actor, shop_id, BUSINESS),
        "add_document": lambda: sellers.add_document(tx, actor, shop_id, paper("identity")),
        "submit_bank_account": lambda: sellers.submit_bank_account(tx, actor, shop_id, ACCOUNT),
        "decide": lambda: sellers.decide(tx, actor, shop_id, Requirement.BUSINESS, True),
        "reopen": lambda: sellers.reopen(tx, actor, shop_id, Requirement.BUSINESS, "why"),
        "suspend": lambda: sellers.suspend(tx, actor, shop_id, "why"),
        "reinstate": lambda: sellers.reinstate(tx, actor, shop_id, "why"),
        "invite_staff": lambda: sellers.invite_staff(tx, actor, shop_id, PIP, Role.PACKER, BASE),
        "revoke_invitation": lambda: sellers.revoke_invitation(tx, actor, shop_id, 1),
        "change_role": lambda: sellers.change_role(tx, actor, shop_id, nobody, Role.PACKER),
        "remove_staff": lambda: sellers.remove_staff(tx, actor, shop_id, nobody),
        "staff_of": lambda: sellers.staff_of(tx, actor, shop_id),
        "invitations_of": lambda: sellers.invitations_of(tx, actor, shop_id),
        "checklist_for": lambda: sellers.checklist_for(tx, actor, shop_id),
        "business_for": lambda: sellers.business_for(tx, actor, shop_id),
        "documents_for": lambda: sellers.documents_for(tx, actor, shop_id),
        "document_for": lambda: sellers.document_for(tx, actor, shop_id, DocumentId(1)),
        "bank_accounts_for": lambda: sellers.bank_accounts_for(tx, actor, shop_id),
        "bank_number": lambda: sellers.bank_number(tx, actor, shop_id),
    }


async def test_nobody_of_one_shop_can_do_anything_in_another(tx: Tx, db: OneConnection) -> None:
    other = await live_stall(tx, "Ann Other", "Another Shop")
    stall = await open_stall(tx)
    staff = [stall.owner, await hire(tx, stall, "Max Manager", Role.MANAGER)]
    for actor in staff:
        for name, verb in every_verb(tx, actor, other).items():
            async with refused(db, tx, Forbidden):
                await verb()
                pytest.fail(f"{name} was let through")
    for name, verb in every_verb(tx, identity.ANONYMOUS, other).items():
        async with refused(db, tx, SignInNeeded):
            await verb()
            pytest.fail(f"{name} was let through")


MAY = {
    Role.MANAGER: {
        "update_settings",
        "submit_business",
        "add_document",
        "staff_of",
        "checklist_for",
        "business_for",
        "documents_for",
        "document_for",
        "bank_accounts_for",
    },
    Role.PACKER: {"staff_of", "checklist_for"},
    Role.SUPPORT: {"staff_of", "checklist_for"},
    Role.BOOKKEEPER: {"staff_of", "checklist_for", "bank_accounts_for"},
}


@pytest.mark.parametrize("role", MAY)
async def test_each_role_may_what_it_is_for(tx: Tx, db: OneConnection, role: Role) -> None:
    stall = await open_stall(tx)
    actor = await hire(tx, stall, "Pat Colleague", role)
    verbs = every_verb(tx, actor, stall)
    for name in verbs.keys() - MAY[role]:
        async with refused(db, tx, Forbidden):
            await verbs[name]()
    for name in MAY[role] - {"document_for"}:
        await verbs[name]()


async def test_the_owners_token_neither_hires_nor_moves_the_bank_account(
    tx: Tx, db: OneConnection
) -> None:
    stall = await live_stall(tx)
    assert stall.owner.person_id is not None
    token = await sellers.with_memberships(
        tx,
        as_person(stall.owner.person_id, means=Means.TOKEN, scopes=frozenset(identity.Scope)),
    )
    verbs = every_verb(tx, token, stall)
    for name in ("submit_bank_account", "invite_staff", "remove_staff", "invitations_of"):
        async with refused(db, tx, Forbidden):
            await verbs[name]()
    await verbs["update_settings"]()
