"""Refusals of fulfilment."""

from __future__ import annotations

from clipcart.kit.errors import Kind, Refusal


class NoSuchCarrier(Refusal):
    """No carrier of this name is known."""

    code = "fulfilment.no_such_carrier"
    kind = Kind.INVALID

    def __init__(self, carrier: str) -> None:
        super().__init__(carrier=carrier)


class InvalidTracking(Refusal):
    """A tracking number that the carrier cannot have given out.

    `reason` is "form", "checksum" or "unknown"; rule and cure are in words for people.
    """

    code = "fulfilment.invalid_tracking"
    kind = Kind.INVALID

    def __init__(self, carrier: str, reason: str, rule: str, cure: str) -> None:
        super().__init__(carrier=carrier, reason=reason, rule=rule, cure=cure)
