"""Refusals of payments."""

from clipcart.kit.errors import Kind, Refusal
from clipcart.kit.money import Money
from clipcart.payments.model import PaymentState


class CannotTryAgain(Refusal):
    """The payment is not waiting for another card: it is paid, under way or given up."""

    code = "payments.cannot_try_again"
    kind = Kind.CONFLICT

    def __init__(self, state: PaymentState) -> None:
        super().__init__(state=state.value)


class CannotCapture(Refusal):
    """Nothing is held that could be taken."""

    code = "payments.cannot_capture"
    kind = Kind.CONFLICT

    def __init__(self, state: PaymentState) -> None:
        super().__init__(state=state.value)


class RefundTooLarge(Refusal):
    """More than what was captured for the order and is not already going back."""

    code = "payments.refund_too_large"
    kind = Kind.EXHAUSTED

    def __init__(self, asked: Money, refundable: Money) -> None:
        super().__init__(asked=asked.format(), refundable=refundable.format())


class RefundKeyReused(Refusal):
    """The key already names another refund of this shop."""

    code = "payments.refund_key_reused"
    kind = Kind.CONFLICT

    def __init__(self, key: str) -> None:
        super().__init__(key=key)


class CallbackRefused(Refusal):
    """A callback without a valid signature, or without an id."""

    code = "payments.callback_refused"
    kind = Kind.FORBIDDEN

    def __init__(self, provider: str) -> None:
        super().__init__(provider=provider)
