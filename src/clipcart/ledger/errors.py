"""Refusals of the ledger."""

from datetime import datetime

from clipcart.kit.errors import Kind, Refusal


class NoSuchHold(Refusal):
    """The shop has no such hold."""

    code = "ledger.no_such_hold"
    kind = Kind.ABSENT


class HoldIsOver(Refusal):
    """The hold ended by its date, or was lifted or contested before."""

    code = "ledger.hold_is_over"
    kind = Kind.CONFLICT

    def __init__(self, until: datetime) -> None:
        super().__init__(until=until)
