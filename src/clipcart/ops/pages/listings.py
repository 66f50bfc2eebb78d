"""Listings to audit, and one of them with everything that was found."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from clipcart import catalog, identity, sellers
from clipcart.catalog import AuditResult, AuditStatus, ProductDraft, ShopCard, Status
from clipcart.doorway import Shell
from clipcart.kit.files import small_key
from clipcart.kit.ids import ProductId, ShopId
from clipcart.kit.money import Money
from clipcart.ops import words
from clipcart.ops.desk import FRESH, Desk, Typed, address, later
from clipcart.sellers import Shop

PATH: Final = "/ops/listings"
VIEWS: Final = (
    ("Waiting", AuditStatus.AUDITING),
    ("Approved for now", AuditStatus.PRE_APPROVED),
    ("Failed", AuditStatus.FAILED),
)
TAKEN_DOWN: Final = (Status.PLATFORM_DEACTIVATED, Status.FREEZE)


@dataclass(frozen=True, slots=True)
class ListingRow:
    """A product in a list."""

    title: str
    url: str
    shop_name: str | None
    category: str
    status: str
    audit: str
    reason: str
    prices: str
    image_url: str
    age: str | None


@dataclass(frozen=True, slots=True)
class Tab:
    """A view of the list."""

    label: str
    url: str
    current: bool
    count: int | None = None


@dataclass(frozen=True, slots=True)
class ListingsPage:
    """ops/listings.html."""

    shell: Shell
    tabs: tuple[Tab, ...]
    rows: tuple[ListingRow, ...]
    newer_url: str | None
    older_url: str | None


@dataclass(frozen=True, slots=True)
class FindingView:
    """What an audit found."""

    text: str
    evidence: str
    where: str
    label: str
    tone: str


@dataclass(frozen=True, slots=True)
class VerdictView:
    """A verdict: who, when, on which revision, and why."""

    label: str
    tone: str
    revision: int
    by: str
    at: datetime
    reason: str
    findings: tuple[FindingView, ...]


@dataclass(frozen=True, slots=True)
class PictureView:
    """A picture of the listing."""

    url: str
    thumb_url: str
    alt: str


@dataclass(frozen=True, slots=True)
class EditView:
    """An edit that waits beside the listing that buyers see."""

    title: str
    description_html: str
    pictures: tuple[PictureView, ...]


@dataclass(frozen=True, slots=True)
class SkuRow:
    """A SKU."""

    options: str
    seller_sku: str
    price: Money


@dataclass(frozen=True, slots=True)
class ListingPage:
    """ops/listing.html."""

    shell: Shell
    title: str
    url: str
    public_url: str | None
    shop_name: str
    shop_url: str
    category: str
    status: str
    status_reason: str
    audit: str
    description_html: str
    pictures: tuple[PictureView, ...]
    skus: tuple[SkuRow, ...]
    edit: EditView | None
    verdicts: tuple[VerdictView, ...]
    may_approve: bool
    may_refuse: bool
    may_take_down: bool
    may_give_back: bool
    typed: Typed


async def listings_page(desk: Desk, view: str | None, cursor: str | None) -> ListingsPage:
    """The queue, longest waiting first. Two statements."""
    chosen = next((status for _, status in VIEWS if status.value == view), VIEWS[0][1])
    async with desk.visit.reading() as tx:
        page = await catalog.audit_queue(
            tx, desk.actor, audit_status=chosen, cursor=cursor, limit=30
        )
        shops = await sellers.shops(tx, {each.shop_id for each in page.items})
        now = tx.now
    return ListingsPage(
        desk.shell("Listings", "Listings"),
        tuple(
            Tab(label, address(PATH, view=status.value), status is chosen)
            for label, status in VIEWS
        ),
        tuple(listing_row(each, now, shops) for each in page.items),
        later(PATH, page.previous_cursor, view=chosen.value),
        later(PATH, page.next_cursor, view=chosen.value),
    )


def listing_row(card: ShopCard, now: datetime, shops: Mapping[ShopId, Shop]) -> ListingRow:
    """A product as lists show it."""
    low, high = card.price_low, card.price_high
    return ListingRow(
        card.title,
        f"{PATH}/{card.shop_id}/{card.product_id}",
        shops[card.shop_id].name if card.shop_id in shops else None,
        card.category_path,
        card.status.value,
        card.audit_status.value,
        card.status_reason,
        low.format() if low == high else f"{low.format()} to {high.format()}",
        f"/media/{small_key(card.image_key)}" if card.image_key else "",
        words.age(now, card.updated_at),
    )


async def listing_page(
    desk: Desk, shop_id: ShopId, product_id: ProductId, typed: Typed = FRESH
) -> ListingPage:
    """One listing with its verdicts. Four statements. Raises Absent."""
    async with desk.visit.reading() as tx:
        found = await catalog.product_for(tx, desk.actor, shop_id, product_id)
        verdicts = await catalog.audit_results(tx, desk.actor, shop_id, product_id)
        people = await identity.people(tx, words.person_ids(each.actor for each in verdicts))
    product = found.product
    is_open = product.status not in (Status.DELETED, Status.FREEZE)
    return ListingPage(
        desk.shell(product.title, "Listings"),
        product.title,
        f"{PATH}/{shop_id}/{product_id}",
        f"/p/{shop_id}/{product_id}/{product.handle}" if product.is_visible else None,
        product.shop_name,
        f"/ops/shops/{shop_id}",
        product.category_path,
        product.status.value,
        found.status_reason,
        product.audit_status.value,
        product.description_html,
        _pictures([(image.key, image.alt) for image in product.images], product.title),
        tuple(
            SkuRow(", ".join(sku.options) or "One kind", sku.seller_sku, sku.price)
            for sku in product.skus
        ),
        _edit(found.pending),
        tuple(_verdict(each, words.who(each.actor, people)) for each in verdicts),
        is_open and product.audit_status in (AuditStatus.AUDITING, AuditStatus.FAILED),
        is_open and product.audit_status is AuditStatus.AUDITING,
        Status.PLATFORM_DEACTIVATED in catalog.MOVES[product.status],
        product.status in TAKEN_DOWN,
        typed,
    )


def _pictures(images: list[tuple[str, str]], title: str) -> tuple[PictureView, ...]:
    return tuple(
        PictureView(f"/media/{key}", f"/media/{small_key(key)}", alt or title)
        for key, alt in images
    )


def _edit(draft: ProductDraft | None) -> EditView | None:
    if draft is None:
        return None
    pictures = _pictures([(image.key, image.alt) for image in draft.images], draft.title)
    return EditView(draft.title, draft.description_html, pictures)


def _verdict(result: AuditResult, by: str) -> VerdictView:
    label, tone = words.OUTCOMES[result.outcome.value]
    return VerdictView(
        label,
        tone,
        result.revision,
        by,
        result.decided_at,
        result.reason,
        tuple(
            FindingView(
                words.FINDINGS.get(finding.code, words.plain(finding.code)),
                finding.evidence,
                words.FIELDS.get(finding.field, finding.field),
                *words.OUTCOMES[finding.outcome.value],
            )
            for finding in result.findings
        ),
    )
