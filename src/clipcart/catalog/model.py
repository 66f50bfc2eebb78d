"""Products, SKUs, and the two axes along which a product moves: its status and its audit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from clipcart.catalog.detail_model import (
    NO_DETAILS,
    NO_SKU_DETAILS,
    Brand,
    ProductDetails,
    SkuDetails,
    details_as_json,
    details_from_json,
    sku_details_from_json,
)
from clipcart.catalog.tree_model import (
    CategoryId,
    ProductAttribute,
    attributes_as_json,
    attributes_from_json,
)
from clipcart.kit.ids import ProductId, ShopId, SkuId
from clipcart.kit.jobs import JobKind, Lane
from clipcart.kit.money import Money

ProductKey = tuple[ShopId, ProductId]
SkuKey = tuple[ShopId, SkuId]


class Status(StrEnum):
    """Whether a product is for sale, and if not, by whose will."""

    DRAFT = "DRAFT"
    PENDING = "PENDING"
    ACTIVATE = "ACTIVATE"
    SELLER_DEACTIVATED = "SELLER_DEACTIVATED"
    PLATFORM_DEACTIVATED = "PLATFORM_DEACTIVATED"
    FREEZE = "FREEZE"
    FAILED = "FAILED"
    DELETED = "DELETED"


class AuditStatus(StrEnum):
    """How far the audit of the newest content has come."""

    NONE = "NONE"
    AUDITING = "AUDITING"
    PRE_APPROVED = "PRE_APPROVED"
    APPROVED = "APPROVED"
    FAILED = "FAILED"


S, A = Status, AuditStatus

MOVES: Mapping[Status, frozenset[Status]] = {
    S.DRAFT: frozenset({S.PENDING, S.DELETED}),
    S.PENDING: frozenset({S.ACTIVATE, S.FAILED, S.DELETED}),
    S.FAILED: frozenset({S.PENDING, S.ACTIVATE, S.DELETED}),
    S.ACTIVATE: frozenset({S.SELLER_DEACTIVATED, S.PLATFORM_DEACTIVATED, S.FREEZE, S.DELETED}),
    S.SELLER_DEACTIVATED: frozenset({S.ACTIVATE, S.PLATFORM_DEACTIVATED, S.FREEZE, S.DELETED}),
    S.PLATFORM_DEACTIVATED: frozenset({S.SELLER_DEACTIVATED, S.DELETED}),
    S.FREEZE: frozenset({S.SELLER_DEACTIVATED}),
    S.DELETED: frozenset({S.DRAFT, S.SELLER_DEACTIVATED}),
}
"""Where a product's status may go: features of the trade, section 1.4.

FAILED reaches ACTIVATE when an operator overrules. A product that the platform took down comes
back to its seller, who decides whether it is sold again.
"""

AUDIT_MOVES: Mapping[AuditStatus, frozenset[AuditStatus]] = {
    A.NONE: frozenset({A.AUDITING}),
    A.AUDITING: frozenset({A.AUDITING, A.PRE_APPROVED, A.APPROVED, A.FAILED}),
    A.PRE_APPROVED: frozenset({A.AUDITING, A.APPROVED, A.FAILED}),
    A.APPROVED: frozenset({A.AUDITING}),
    A.FAILED: frozenset({A.AUDITING, A.PRE_APPROVED, A.APPROVED}),
}
"""Where the audit may go. PRE_APPROVED waits only for the shop to go live."""

ON_THE_SHELF = frozenset({S.ACTIVATE, S.SELLER_DEACTIVATED})
"""Statuses whose content was approved: an edit waits beside it for its own audit."""


def sources_of(status: Status) -> list[str]:
    """The statuses from which `status` can be reached, for guarded updates."""
    return sorted(source.value for source, targets in MOVES.items() if status in targets)


class Outcome(StrEnum):
    """What an audit says. REVIEW waits for an operator."""

    PASSED = "PASSED"
    REVIEW = "REVIEW"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing an audit found: the rule's code, the field, and the words that show it."""

    code: str
    field: str
    evidence: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class AuditResult:
    """A verdict on one revision of a product, by the platform's checks or by an operator."""

    revision: int
    outcome: Outcome
    findings: tuple[Finding, ...]
    reason: str
    actor: str
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class Audit:
    """What the audit job carries."""

    shop_id: ShopId
    product_ids: tuple[ProductId, ...]


AUDIT = JobKind("catalog.audit", Audit, lane=Lane.BULK)


@dataclass(frozen=True, slots=True)
class Axis:
    """A property in which the SKUs of a product differ, such as Colour, with its values."""

    name: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Image:
    """A picture of a product by its key in the file store, and words for those who do not see."""

    key: str
    alt: str = ""


@dataclass(frozen=True, slots=True)
class SkuDraft:
    """A SKU as a seller describes it.

    `options` has one value per axis. An empty `seller_sku` is filled in. A SKU that is there
    already is recognised by `id`, else by its options, and keeps its details where the draft says
    none.
    """

    price: Money
    options: tuple[str, ...] = ()
    seller_sku: str = ""
    weight_g: int = 0
    image_key: str = ""
    id: SkuId | None = None
    details: SkuDetails | None = None


@dataclass(frozen=True, slots=True)
class ProductDraft:
    """A product as a seller describes it. An empty `handle` is made from the title.

    A product that is there already keeps its details where the draft says none.
    """

    shop_id: ShopId
    title: str
    description_html: str
    category_id: CategoryId
    skus: tuple[SkuDraft, ...]
    axes: tuple[Axis, ...] = ()
    images: tuple[Image, ...] = ()
    handle: str = ""
    attributes: tuple[ProductAttribute, ...] = ()
    details: ProductDetails | None = None


@dataclass(frozen=True, slots=True)
class PriceChange:
    """A SKU's new price."""

    sku_id: SkuId
    price: Money


@dataclass(frozen=True, slots=True)
class Sku:
    """One combination of a product's options that can be bought."""

    id: SkuId
    product_id: ProductId
    shop_id: ShopId
    seller_sku: str
    options: tuple[str, ...]
    price: Money
    weight_g: int
    image_key: str
    details: SkuDetails = NO_SKU_DETAILS


@dataclass(frozen=True, slots=True)
class Product:
    """A product as its page shows it."""

    id: ProductId
    shop_id: ShopId
    shop_handle: str
    shop_name: str
    market_id: str
    handle: str
    title: str
    description_html: str
    category_id: CategoryId
    category_path: str
    axes: tuple[Axis, ...]
    images: tuple[Image, ...]
    status: Status
    audit_status: AuditStatus
    skus: tuple[Sku, ...]
    published_at: datetime | None
    is_visible: bool
    attributes: tuple[ProductAttribute, ...]
    details: ProductDetails = NO_DETAILS


@dataclass(frozen=True, slots=True)
class ProductFor:
    """A product as its shop and operators see it: with the edit that waits and the last verdict."""

    product: Product
    status_reason: str
    revision: int
    pending: ProductDraft | None
    verdict: AuditResult | None
    brand: Brand | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Card:
    """A product in a list for buyers."""

    shop_id: ShopId
    product_id: ProductId
    shop_handle: str
    shop_name: str
    handle: str
    title: str
    category_path: str
    image_key: str
    price_low: Money
    price_high: Money


@dataclass(frozen=True, slots=True)
class ShopCard:
    """A product in its shop's own list."""

    shop_id: ShopId
    product_id: ProductId
    handle: str
    title: str
    status: Status
    audit_status: AuditStatus
    status_reason: str
    category_path: str
    image_key: str
    price_low: Money
    price_high: Money
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Offer:
    """What one SKU is sold for now. `is_sellable` says whether it may be bought at all."""

    shop_id: ShopId
    product_id: ProductId
    sku_id: SkuId
    market_id: str
    handle: str
    title: str
    options_text: str
    seller_sku: str
    image_key: str
    unit_price: Money
    weight_g: int
    tax_category: str
    is_sellable: bool


@dataclass(frozen=True, slots=True)
class CategoryCount:
    """A category in which buyers find something, and how many products in it and below it."""

    path: str
    products: int

    @property
    def name(self) -> str:
        """The last step of the path."""
        return self.path.rsplit(" > ", 1)[-1]


@dataclass(frozen=True, slots=True)
class Filter:
    """What narrows a list for buyers. Prices are in minor units; `category` is a path."""

    market_id: str | None = None
    category: str | None = None
    shop_id: ShopId | None = None
    price_from: int | None = None
    price_to: int | None = None


def draft_as_json(draft: ProductDraft) -> dict[str, Any]:
    """The draft as plain values, for a column."""
    return {
        "title": draft.title,
        "description_html": draft.description_html,
        "category_id": draft.category_id,
        "axes": axes_as_json(draft.axes),
        "images": images_as_json(draft.images),
        "skus": [
            {
                "id": sku.id,
                "price_minor": sku.price.minor,
                "currency": sku.price.currency.code,
                "options": list(sku.options),
                "seller_sku": sku.seller_sku,
                "weight_g": sku.weight_g,
                "image_key": sku.image_key,
                "details": details_as_json(sku.details),
            }
            for sku in draft.skus
        ],
        "handle": draft.handle,
        "attributes": attributes_as_json(draft.attributes),
        "details": details_as_json(draft.details),
    }


def draft_from_json(shop_id: ShopId, plain: Mapping[str, Any]) -> ProductDraft:
    """The draft that `draft_as_json` wrote."""
    return ProductDraft(
        shop_id=shop_id,
        title=plain["title"],
        description_html=plain["description_html"],
        category_id=CategoryId(plain["category_id"]),
        skus=tuple(
            SkuDraft(
                price=Money.of(sku["price_minor"], sku["currency"]),
                options=tuple(sku["options"]),
                seller_sku=sku["seller_sku"],
                weight_g=sku["weight_g"],
                image_key=sku["image_key"],
                id=None if sku["id"] is None else SkuId(sku["id"]),
                details=sku_details_from_json(sku.get("details")),
            )
            for sku in plain["skus"]
        ),
        axes=axes_from_json(plain["axes"]),
        images=images_from_json(plain["images"]),
        handle=plain["handle"],
        attributes=attributes_from_json(plain.get("attributes", ())),
        details=details_from_json(plain.get("details")),
    )


def axes_as_json(axes: Sequence[Axis]) -> list[dict[str, Any]]:
    """Axes as plain values."""
    return [{"name": axis.name, "values": list(axis.values)} for axis in axes]


def axes_from_json(plain: Sequence[Mapping[str, Any]]) -> tuple[Axis, ...]:
    """The axes that `axes_as_json` wrote."""
    return tuple(Axis(axis["name"], tuple(axis["values"])) for axis in plain)


def images_as_json(images: Sequence[Image]) -> list[dict[str, Any]]:
    """Images as plain values."""
    return [{"key": image.key, "alt": image.alt} for image in images]


def images_from_json(plain: Sequence[Mapping[str, Any]]) -> tuple[Image, ...]:
    """The images that `images_as_json` wrote."""
    return tuple(Image(image["key"], image["alt"]) for image in plain)
