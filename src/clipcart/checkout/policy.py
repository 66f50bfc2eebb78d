"""Who may buy: pure predicates."""

from clipcart.identity import Actor, Scope, rule
from clipcart.kit.ids import PersonId


@rule("checkout", "place", "the buyer; by token with the scope orders:write")
def may_place(actor: Actor, person_id: PersonId) -> bool:
    """Buy in somebody's name: only in one's own."""
    return actor.is_person(person_id, Scope.ORDERS_WRITE)


@rule("checkout", "place_agreed", "the platform's own jobs")
def may_place_agreed(actor: Actor) -> bool:
    """Bring along purchases made elsewhere, at the terms that were agreed there."""
    return actor.is_platform


@rule("checkout", "view_purchase", "the buyer; by token with the scope orders:read")
def may_view(actor: Actor, person_id: PersonId) -> bool:
    """See a purchase."""
    return actor.is_person(person_id, Scope.ORDERS_READ)
