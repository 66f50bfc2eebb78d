"""Which carrier takes a package, and under which number: checks of a wish against the market."""

from dataclasses import dataclass
from datetime import datetime

from clipcart import markets
from clipcart.fulfilment import carriers
from clipcart.fulfilment.errors import CarrierNotAllowed
from clipcart.fulfilment.model import LabelWish, Mode, State


@dataclass(frozen=True, slots=True)
class Choice:
    """A carrier that the market knows, and a number that the carrier can have given out."""

    mode: Mode
    carrier: str
    tracking_number: str | None

    @property
    def state(self) -> State:
        """The state of a package that goes this way: with a number it waits for the carrier."""
        return State.TO_FULFIL if self.tracking_number is None else State.PROCESSING


def choose(wish: LabelWish, market_id: str, now: datetime) -> Choice:
    """The wish as it can be done. Raises CarrierNotAllowed, NoSuchCarrier, InvalidTracking."""
    allowed = markets.get(market_id).at(now).carriers
    carrier_id = wish.carrier or allowed[0]
    carriers.carrier(carrier_id)
    if carrier_id not in allowed:
        raise CarrierNotAllowed(carrier_id, allowed)
    if wish.mode is Mode.PLATFORM:
        return Choice(wish.mode, carrier_id, None)
    number = carriers.check(wish.tracking_number, carrier_id).normalised
    return Choice(wish.mode, carrier_id, number)
