"""Who may stand at the operator's door."""

from clipcart.identity import Actor, rule


@rule("ops", "operate", "operators in staff mode, by session")
def may_operate(actor: Actor) -> bool:
    """See the operator's pages, replay and delete jobs, move the clock."""
    return actor.is_operator
