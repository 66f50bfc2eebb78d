"""Refusals of fulfilment."""

from __future__ import annotations

from clipcart.kit.errors import Kind, Refusal
from clipcart.kit.ids import PackageId


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


class CarrierNotAllowed(Refusal):
    """The carrier exists, but parcels of this market do not travel with it."""

    code = "fulfilment.carrier_not_allowed"
    kind = Kind.INVALID

    def __init__(self, carrier: str, allowed: tuple[str, ...]) -> None:
        super().__init__(carrier=carrier, allowed=", ".join(allowed))


class TrackingTaken(Refusal):
    """Another package of the shop has this tracking number."""

    code = "fulfilment.tracking_taken"
    kind = Kind.CONFLICT

    def __init__(self, tracking_number: str) -> None:
        super().__init__(tracking_number=tracking_number)


class CannotChangeLabel(Refusal):
    """The carrier has the package already, or the package is over."""

    code = "fulfilment.cannot_change_label"
    kind = Kind.CONFLICT

    def __init__(self, package_id: PackageId, state: str) -> None:
        super().__init__(package_id=package_id, state=state)


class CannotHandOver(Refusal):
    """Only packages under the seller's own label that wait for the carrier are handed over."""

    code = "fulfilment.cannot_hand_over"
    kind = Kind.CONFLICT

    def __init__(self, package_id: PackageId, state: str) -> None:
        super().__init__(package_id=package_id, state=state)


class NoLabelYet(Refusal):
    """The carrier has not given out the label."""

    code = "fulfilment.no_label_yet"
    kind = Kind.CONFLICT

    def __init__(self, package_id: PackageId) -> None:
        super().__init__(package_id=package_id)


class CannotTellDelivery(Refusal):
    """Only for packages that travel under the seller's own label is the seller's word enough."""

    code = "fulfilment.cannot_tell_delivery"
    kind = Kind.CONFLICT

    def __init__(self, package_id: PackageId, state: str) -> None:
        super().__init__(package_id=package_id, state=state)


class ProofNeeded(Refusal):
    """The carrier watches the package and has not told of its delivery."""

    code = "fulfilment.proof_needed"
    kind = Kind.CONFLICT

    def __init__(self, package_id: PackageId) -> None:
        super().__init__(package_id=package_id)
