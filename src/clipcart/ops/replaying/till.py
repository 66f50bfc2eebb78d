"""How orders of the history are paid here: the provider's tokens, and when the money comes."""

from typing import Final

from clipcart import payments
from clipcart.kit.clock import wall_now
from clipcart.ops.replaying.plan import Plan

CARD: Final = "4242424242424242"
NOBODYS_CARD: Final = "4000000000000002"


class Till:
    """Makes the tokens of a test provider, which pays each order when history says."""

    def __init__(self, provider: payments.TestProvider) -> None:
        self._provider = provider

    def method(self, each: Plan) -> str:
        """A token that pays the order."""
        number = NOBODYS_CARD if each.pay_after is None else CARD
        return self._provider.tokenise(number, "12/39", "123", wall_now())
