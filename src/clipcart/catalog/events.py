"""Facts of products."""

from dataclasses import dataclass
from typing import ClassVar

from clipcart.kit.events import Event, event
from clipcart.kit.ids import ProductId, ShopId


@dataclass(frozen=True, slots=True)
class PriceMove:
    """One SKU's price before and after."""

    sku_id: int
    before_minor: int
    after_minor: int


@event
@dataclass(frozen=True, slots=True)
class ProductCreated(Event):
    """A shop described a new product; nobody can buy it yet."""

    NAME: ClassVar[str] = "catalog.product_created"
    SUBJECT: ClassVar[str] = "product_id"
    shop_id: ShopId
    product_id: ProductId
    title: str


@event
@dataclass(frozen=True, slots=True)
class ProductChanged(Event):
    """What buyers see of a product changed. `revision` counts its contents."""

    NAME: ClassVar[str] = "catalog.product_changed"
    SUBJECT: ClassVar[str] = "product_id"
    shop_id: ShopId
    product_id: ProductId
    revision: int


@event
@dataclass(frozen=True, slots=True)
class ProductSubmitted(Event):
    """A product, or the edit of one, waits for its audit."""

    NAME: ClassVar[str] = "catalog.product_submitted"
    SUBJECT: ClassVar[str] = "product_id"
    shop_id: ShopId
    product_id: ProductId
    revision: int


@event
@dataclass(frozen=True, slots=True)
class ProductAudited(Event):
    """A verdict was given: PASSED, REVIEW or FAILED, by which rules."""

    NAME: ClassVar[str] = "catalog.product_audited"
    SUBJECT: ClassVar[str] = "product_id"
    shop_id: ShopId
    product_id: ProductId
    revision: int
    outcome: str
    codes: tuple[str, ...]
    reason: str


@event
@dataclass(frozen=True, slots=True)
class ProductActivated(Event):
    """A product is for sale."""

    NAME: ClassVar[str] = "catalog.product_activated"
    SUBJECT: ClassVar[str] = "product_id"
    shop_id: ShopId
    product_id: ProductId


@event
@dataclass(frozen=True, slots=True)
class ProductDeactivated(Event):
    """A product is no longer for sale. `status` says by whose will, `reason` why."""

    NAME: ClassVar[str] = "catalog.product_deactivated"
    SUBJECT: ClassVar[str] = "product_id"
    shop_id: ShopId
    product_id: ProductId
    status: str
    reason: str


@event
@dataclass(frozen=True, slots=True)
class ProductDeleted(Event):
    """A product was put away; it can be recovered."""

    NAME: ClassVar[str] = "catalog.product_deleted"
    SUBJECT: ClassVar[str] = "product_id"
    shop_id: ShopId
    product_id: ProductId


@event
@dataclass(frozen=True, slots=True)
class ProductRecovered(Event):
    """A deleted product, or one the platform took down, is back with its seller."""

    NAME: ClassVar[str] = "catalog.product_recovered"
    SUBJECT: ClassVar[str] = "product_id"
    shop_id: ShopId
    product_id: ProductId
    status: str


@event
@dataclass(frozen=True, slots=True)
class PricesChanged(Event):
    """Prices of a product's SKUs changed, at once."""

    NAME: ClassVar[str] = "catalog.prices_changed"
    SUBJECT: ClassVar[str] = "product_id"
    shop_id: ShopId
    product_id: ProductId
    currency: str
    moves: tuple[PriceMove, ...]


@event
@dataclass(frozen=True, slots=True)
class BrandAdded(Event):
    """A shop sells under one more brand."""

    NAME: ClassVar[str] = "catalog.brand_added"
    SUBJECT: ClassVar[str] = "brand_id"
    shop_id: ShopId
    brand_id: int
    name: str
