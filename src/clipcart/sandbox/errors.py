"""What the sandbox refuses."""

from clipcart.kit.errors import Kind, Refusal


class NoSuchSandboxShop(Refusal):
    """There is no such sandbox shop, or it is somebody else's."""

    code = "sandbox.no_such_shop"
    kind = Kind.ABSENT


class NoTestProvider(Refusal):
    """Payments are asked of a real provider, who cannot be driven."""

    code = "sandbox.no_test_provider"
    kind = Kind.CONFLICT


class CannotAct(Refusal):
    """The order stands where this cannot happen to it."""

    code = "sandbox.cannot_act"
    kind = Kind.CONFLICT

    def __init__(self, act: str, state: str) -> None:
        super().__init__(act=act, state=state)


class DidNotArrive(Refusal):
    """What follows from an act took too long; it may still come."""

    code = "sandbox.did_not_arrive"
    kind = Kind.CONFLICT

    def __init__(self, state: str) -> None:
        super().__init__(state=state)
