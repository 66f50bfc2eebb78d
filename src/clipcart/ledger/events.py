"""Facts about holds. Journals are no facts of their own: what caused them is."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from clipcart.kit.events import Event, event
from clipcart.kit.ids import ShopId
from clipcart.ledger.model import HoldId


@event
@dataclass(frozen=True, slots=True)
class HoldPlaced(Event):
    """An amount of a shop's money is kept back until a date."""

    NAME: ClassVar[str] = "ledger.hold_placed"
    SUBJECT: ClassVar[str] = "hold_id"
    shop_id: ShopId
    hold_id: HoldId
    amount_minor: int
    currency: str
    cause: str
    until: datetime


@event
@dataclass(frozen=True, slots=True)
class HoldContested(Event):
    """The shop objects to a hold; an operator looks at it."""

    NAME: ClassVar[str] = "ledger.hold_contested"
    SUBJECT: ClassVar[str] = "hold_id"
    shop_id: ShopId
    hold_id: HoldId
    note: str


@event
@dataclass(frozen=True, slots=True)
class HoldLifted(Event):
    """A hold was ended before its date."""

    NAME: ClassVar[str] = "ledger.hold_lifted"
    SUBJECT: ClassVar[str] = "hold_id"
    shop_id: ShopId
    hold_id: HoldId
