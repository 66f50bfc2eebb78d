"""Who may play in the sandbox."""

from clipcart.identity import Actor, Scope, rule
from clipcart.kit.ids import PersonId


@rule("sandbox", "use", "the shop's developer (token: orders:write), outside production")
def may_use_sandbox(actor: Actor, owner_id: PersonId) -> bool:
    """Play buyer, seller, carrier and bank in a sandbox shop of one's own."""
    return actor.is_person(owner_id, Scope.ORDERS_WRITE)


@rule("sandbox", "clock.move", "whoever has a sandbox shop, outside production; it is announced")
def may_move_clock(actor: Actor, shops: int) -> bool:
    """Let time pass, for everybody in the installation."""
    owner_id = actor.person_id
    return shops > 0 and owner_id is not None and may_use_sandbox(actor, owner_id)
