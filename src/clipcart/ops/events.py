"""Facts about what operators did at this door beyond what the rooms tell themselves."""

from dataclasses import dataclass
from typing import ClassVar

from clipcart.kit.events import Event, event
from clipcart.kit.ids import DocumentId, ShopId


@event
@dataclass(frozen=True, slots=True)
class DocumentOpened(Event):
    """An operator looked at a verification paper."""

    NAME: ClassVar[str] = "ops.document_opened"
    SUBJECT: ClassVar[str] = "shop_id"
    shop_id: ShopId
    document_id: DocumentId
    kind: str


@event
@dataclass(frozen=True, slots=True)
class PaymentExceptionResolved(Event):
    """An operator noted how something that a payment provider said was solved."""

    NAME: ClassVar[str] = "ops.payment_exception_resolved"
    SUBJECT: ClassVar[str] = "exception_id"
    exception_id: int
    resolution: str
