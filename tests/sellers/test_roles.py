"""Roles, as a table: what each is for, and that every grant is one somebody can have."""

from clipcart.identity import GRANT_SCOPES
from clipcart.sellers import GRANTS, Role

OWNERS_ALONE = {"staff.edit", "bank.edit"}


def test_staff_and_bank_are_the_owners_alone() -> None:
    for role, grants in GRANTS.items():
        assert bool(grants & OWNERS_ALONE) == (role is Role.OWNER)
        assert "shop.view" in grants


def test_every_grant_of_a_token_is_some_roles() -> None:
    given = frozenset().union(*GRANTS.values())
    assert given == GRANT_SCOPES.keys() | OWNERS_ALONE


def test_no_role_has_more_than_the_owner() -> None:
    assert all(grants <= GRANTS[Role.OWNER] for grants in GRANTS.values())


def test_packers_see_no_money_and_bookkeepers_move_nothing() -> None:
    assert "finance.view" not in GRANTS[Role.PACKER] | GRANTS[Role.SUPPORT]
    assert all(grant.endswith(".view") for grant in GRANTS[Role.BOOKKEEPER])
