"""Who may do what with accounts."""

from clipcart.identity.model import Actor, Scope, rule
from clipcart.kit.ids import PersonId


@rule("identity", "account.manage", "the person, by session only")
def may_manage_account(actor: Actor, person_id: PersonId) -> bool:
    """Sessions, tokens, password: never by token, so that a token cannot make itself another."""
    return actor.is_person(person_id)


@rule("identity", "people.bring", "the platform itself")
def may_bring_people(actor: Actor) -> bool:
    """Open accounts for people of another place, and keep their addresses."""
    return actor.is_platform


@rule("identity", "addresses.use", "the person; by token with the scope cart")
def may_use_addresses(actor: Actor, person_id: PersonId) -> bool:
    """See, add and remove one's own addresses."""
    return actor.is_person(person_id, Scope.CART)


@rule("identity", "staff_mode.enter", "a person with the role operator, by session only")
def may_enter_staff_mode(actor: Actor) -> bool:
    """Become an operator for a while."""
    return actor.person_id is not None and "operator" in actor.roles and actor.scopes is None


@rule("identity", "role.grant", "the platform, or an operator in staff mode by session")
def may_grant_roles(actor: Actor) -> bool:
    """Give and take roles on the platform."""
    return actor.is_platform or (actor.is_operator and actor.scopes is None)


@rule("identity", "outbox.view", "the platform, operators; anybody where e-mail stays local")
def may_see_outbox(actor: Actor, is_local: bool) -> bool:
    """Read e-mails as they went out."""
    return is_local or actor.is_platform or actor.is_operator


NOBODY = PersonId(0)
"""Nobody's id: no row belongs to it and no actor is it."""


def own_id(actor: Actor) -> PersonId:
    """The person behind the actor, or NOBODY."""
    return NOBODY if actor.person_id is None else actor.person_id
