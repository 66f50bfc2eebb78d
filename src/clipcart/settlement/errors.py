"""Refusals of settlement."""

from clipcart.kit.errors import Kind, Refusal


class CallbackRefused(Refusal):
    """A callback that does not bear the bank's signature."""

    code = "settlement.callback_refused"
    kind = Kind.FORBIDDEN

    def __init__(self, bank: str) -> None:
        super().__init__(bank=bank)


class NotSettledYet(Refusal):
    """The shop never had a paid order, so it has neither terms nor money here."""

    code = "settlement.not_settled_yet"
    kind = Kind.ABSENT
