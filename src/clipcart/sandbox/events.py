"""What happened in the sandbox. What orders and parcels do there is told by their rooms."""

from dataclasses import dataclass
from typing import ClassVar

from clipcart.kit.events import Event, event
from clipcart.kit.ids import PersonId, ShopId


@event
@dataclass(frozen=True, slots=True)
class SandboxShopMade(Event):
    """A developer has a shop for trying things out, with a buyer who exists only for it."""

    NAME: ClassVar[str] = "sandbox.shop_made"
    SUBJECT: ClassVar[str] = "shop_id"
    shop_id: ShopId
    owner_id: PersonId
    buyer_id: PersonId
