"""Products of a shop: the list with prices and stock at hand, and one with how its review went."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from clipcart import catalog, inventory
from clipcart.catalog import AuditStatus, Finding, ProductFor, ShopCard, Sku, Status
from clipcart.doorway import Notice, Shell, Visit
from clipcart.inventory import StockLevel, Warehouse
from clipcart.kit.db import Tx
from clipcart.kit.files import small_key
from clipcart.kit.ids import ProductId, ShopId, SkuId
from clipcart.web.seller_center import desk_words as words
from clipcart.web.seller_center.frame import (
    Desk,
    at_work,
    counted_shell,
    media,
    require_grant,
    with_query,
)
from clipcart.web.seller_center.pages.orders import Tab

HERE = "/products"
PER_PAGE = 25
QUICK_SKUS = 8
"""SKUs that the list lets one edit in place; products with more are edited on their page."""
TABS: tuple[tuple[str, str, tuple[Status, ...] | None], ...] = (
    ("", "All", None),
    ("sale", "On sale", (Status.ACTIVATE,)),
    ("review", "In review", (Status.PENDING,)),
    ("mend", "Needs changes", (Status.FAILED, Status.PLATFORM_DEACTIVATED, Status.FREEZE)),
    ("draft", "Drafts", (Status.DRAFT,)),
    ("off", "Off sale", (Status.SELLER_DEACTIVATED,)),
    ("deleted", "Deleted", (Status.DELETED,)),
)
KEPT = tuple(status for status in Status if status is not Status.DELETED)
NOTHING: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class QuickSku:
    """A SKU whose price and stock can be changed in place. `field` ends the names of its fields."""

    field: str
    label: str
    code: str
    image_url: str | None
    price: str
    old_price: str
    price_text: str
    stock: str
    old_stock: str
    reserved: int
    available: int
    weight: str
    url: str


@dataclass(frozen=True, slots=True)
class Quick:
    """The form for prices and stock of one product."""

    url: str
    skus: tuple[QuickSku, ...]
    symbol: str
    may_price: bool
    may_stock: bool
    place: str
    errors: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ProductRow:
    """A product of the list. `quick` is None where it is edited on its own page."""

    title: str
    url: str
    image_url: str | None
    category: str
    status: str
    audit: str | None
    price: str
    stock: str
    stock_tone: str
    changed: str
    quick: Quick | None


@dataclass(frozen=True, slots=True)
class ProductsPage:
    """The list of a shop's products."""

    shell: Shell
    url: str
    tabs: tuple[Tab, ...]
    tab: str
    text: str
    rows: tuple[ProductRow, ...]
    is_narrowed: bool
    may_edit: bool
    newer_url: str | None
    older_url: str | None


@dataclass(frozen=True, slots=True)
class FindingView:
    """One thing that the review found: where, what, the words that show it, and the cure."""

    field: str
    what: str
    evidence: str
    cure: str


@dataclass(frozen=True, slots=True)
class Move:
    """Something that can be done with a product. `sure` asks first."""

    label: str
    url: str
    kind: str
    sure: str | None = None


@dataclass(frozen=True, slots=True)
class ProductPage:
    """One product as its shop sees it."""

    shell: Shell
    url: str
    list_url: str
    title: str
    category: str
    status: str
    audit: str
    word: Notice | None
    findings: tuple[FindingView, ...]
    reason: str | None
    decided: str | None
    pictures: tuple[tuple[str, str], ...]
    description_html: str
    buyer_url: str | None
    edit_url: str | None
    moves: tuple[Move, ...]
    quick: Quick
    trouble: Notice | None


async def products_page(visit: Visit, shop_id: ShopId) -> ProductsPage:
    """The list as the address narrows it, in four statements. Raises BadCursor."""
    chosen, text = visit.query("tab") or "", (visit.query("q") or "").strip()[:100]
    key, statuses = next(
        ((key, statuses) for key, _, statuses in TABS if key == chosen), ("", None)
    )
    async with visit.reading() as tx:
        desk = await at_work(tx, visit, shop_id)
        require_grant(desk, "products.view")
        page = await catalog.products_of_shop(
            tx,
            desk.actor,
            shop_id,
            statuses=statuses or KEPT,
            text=text,
            cursor=visit.query("at"),
            limit=PER_PAGE,
        )
        ids = [card.product_id for card in page.items]
        skus = await catalog.skus_of_products(tx, desk.actor, shop_id, ids)
        shelf = await shelf_of(tx, desk, [sku for each in skus.values() for sku in each])
        frame = await counted_shell(visit, tx, desk, "Products", HERE)
    url = desk.url + HERE

    def at(cursor: str | None) -> str | None:
        return with_query(url, tab=key, q=text, at=cursor) if cursor else None

    return ProductsPage(
        frame,
        url,
        tuple(Tab(label, with_query(url, tab=tab, q=text), tab == key) for tab, label, _ in TABS),
        key,
        text,
        tuple(_row(desk, card, skus.get(card.product_id, ()), shelf) for card in page.items),
        bool(key or text),
        desk.may("products.edit"),
        at(page.previous_cursor),
        at(page.next_cursor),
    )


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where stock is counted by default, and what lies anywhere."""

    warehouse: Warehouse | None
    levels: Mapping[SkuId, tuple[StockLevel, ...]]

    def here(self, sku_id: SkuId) -> StockLevel | None:
        """What lies in the default warehouse."""
        levels = self.levels.get(sku_id, ())
        place = self.warehouse.id if self.warehouse else None
        return next((level for level in levels if level.warehouse_id == place), None)

    def available(self, sku_id: SkuId) -> int:
        """What can be sold from all warehouses."""
        return sum(level.available for level in self.levels.get(sku_id, ()))


async def shelf_of(tx: Tx, desk: Desk, skus: Sequence[Sku]) -> Shelf:
    """The stock of these SKUs: two statements."""
    places = await inventory.warehouses_of(tx, desk.actor, desk.shop_id)
    default = next((place for place in places if place.is_default), None)
    found: dict[SkuId, list[StockLevel]] = {}
    ids = [sku.id for sku in skus]
    for level in await inventory.stock_of(tx, desk.actor, desk.shop_id, ids):
        found.setdefault(level.sku_id, []).append(level)
    return Shelf(default, {sku_id: tuple(levels) for sku_id, levels in found.items()})


def _row(desk: Desk, card: ShopCard, skus: Sequence[Sku], shelf: Shelf) -> ProductRow:
    left = sum(shelf.available(sku.id) for sku in skus)
    price = desk.price(card.price_low)
    if card.price_high > card.price_low:
        price = f"{price} to {desk.price(card.price_high)}"
    is_reviewed_beside = card.status in (Status.ACTIVATE, Status.SELLER_DEACTIVATED)
    odd = card.audit_status in (AuditStatus.AUDITING, AuditStatus.FAILED)
    url = f"{desk.url}{HERE}/{card.product_id}"
    stock = f"{left} in {words.counted(len(skus), 'variant')}" if len(skus) > 1 else str(left)
    return ProductRow(
        card.title,
        url,
        media(small_key(card.image_key)) if card.image_key else None,
        card.category_path.rsplit(" > ", 1)[-1],
        card.status.value,
        card.audit_status.value if is_reviewed_beside and odd else None,
        price,
        stock,
        "bad" if left <= 0 else "warn" if left <= words.LOW_STOCK else "ok",
        words.day_text(desk.market, card.updated_at),
        quick_of(desk, card.product_id, skus, shelf) if len(skus) <= QUICK_SKUS else None,
    )


def quick_of(
    desk: Desk,
    product_id: ProductId,
    skus: Sequence[Sku],
    shelf: Shelf,
    typed: Mapping[str, str] = NOTHING,
    errors: Mapping[str, str] = NOTHING,
) -> Quick:
    """The form for prices and stock, as it stands or as it was typed."""
    rows = []
    for sku in skus:
        level = shelf.here(sku.id)
        price, stock = sku.price.decimal_string(), str(level.on_hand if level else 0)
        rows.append(
            QuickSku(
                str(sku.id),
                ", ".join(sku.options) or "Without variants",
                sku.seller_sku,
                media(small_key(sku.image_key)) if sku.image_key else None,
                typed.get(f"price-{sku.id}", price),
                price,
                desk.price(sku.price),
                typed.get(f"stock-{sku.id}", stock),
                stock,
                level.reserved if level else 0,
                shelf.available(sku.id),
                words.weight_text(sku.weight_g) if sku.weight_g else "",
                f"{desk.url}/inventory/{sku.id}",
            )
        )
    return Quick(
        f"{desk.url}{HERE}/{product_id}/quick",
        tuple(rows),
        desk.currency.code,
        desk.may("products.edit"),
        desk.may("inventory.edit") and shelf.warehouse is not None,
        shelf.warehouse.name if shelf.warehouse else "",
        errors,
    )


async def product_page(
    visit: Visit,
    shop_id: ShopId,
    product_id: ProductId,
    *,
    typed: Mapping[str, str] = NOTHING,
    errors: Mapping[str, str] = NOTHING,
    trouble: Notice | None = None,
) -> ProductPage:
    """A product with its review and its SKUs, in four statements. Raises Absent."""
    async with visit.reading() as tx:
        desk = await at_work(tx, visit, shop_id)
        require_grant(desk, "products.view")
        found = await catalog.product_for(tx, desk.actor, shop_id, product_id)
        shelf = await shelf_of(tx, desk, found.product.skus)
        frame = await counted_shell(visit, tx, desk, found.product.title, HERE)
    product = found.product
    url = f"{desk.url}{HERE}/{product_id}"
    verdict = found.verdict if found.verdict and found.verdict.revision == found.revision else None
    return ProductPage(
        shell=frame,
        url=url,
        list_url=desk.url + HERE,
        title=product.title,
        category=product.category_path.replace(" > ", " › "),
        status=product.status.value,
        audit=product.audit_status.value,
        word=_word(found),
        findings=tuple(map(_finding, verdict.findings)) if verdict else (),
        reason=(verdict.reason or None) if verdict else None,
        decided=words.moment_text(desk.market, verdict.decided_at) if verdict else None,
        pictures=tuple((f"/media/{small_key(each.key)}", each.alt) for each in product.images),
        description_html=product.description_html,
        buyer_url=f"/p/{shop_id}/{product_id}/{product.handle}" if product.is_visible else None,
        edit_url=f"{url}/edit" if desk.may("products.edit") and _is_editable(product) else None,
        moves=_moves(url, product.status) if desk.may("products.edit") else (),
        quick=quick_of(desk, product_id, product.skus, shelf, typed, errors),
        trouble=trouble,
    )


def _is_editable(product: catalog.Product) -> bool:
    return product.status not in (Status.DELETED, Status.FREEZE, Status.PLATFORM_DEACTIVATED)


def _word(found: ProductFor) -> Notice | None:
    """What the status and the review mean now, and what to do."""
    status, audit = found.product.status, found.product.audit_status
    if found.pending is not None:
        if audit is AuditStatus.FAILED:
            return Notice("bad", "Your edit was not let through. Buyers see what was there before.")
        return Notice("wait", "Your edit is in review. Buyers see what was there before.")
    said = found.status_reason
    reason = f" {said[:1].upper()}{said[1:].rstrip('.')}." if said else ""
    words_of: Mapping[Status, Notice] = {
        Status.DRAFT: Notice("info", "Only you see this draft. Send it for review to sell it."),
        Status.PENDING: Notice("wait", "In review. That takes a moment; odd prices take a person."),
        Status.FAILED: Notice("bad", "Not let through yet. Change what is named below, then save."),
        Status.PLATFORM_DEACTIVATED: Notice("bad", f"clipcart took this off sale.{reason}"),
        Status.FREEZE: Notice("bad", f"clipcart froze this product.{reason}"),
        Status.SELLER_DEACTIVATED: Notice("info", "Off sale. Orders that are there go on."),
        Status.DELETED: Notice("info", "Deleted. It can be recovered."),
    }
    if status is Status.PENDING and audit is AuditStatus.PRE_APPROVED:
        return Notice("ok", "Approved. It goes on sale when your shop does.")
    return words_of.get(status)


def _finding(finding: Finding) -> FindingView:
    plain = finding.code.replace("_", " ").capitalize()
    what, cure = words.FINDINGS.get(finding.code, (plain, "Change it and send it again."))
    field = words.FIELDS.get(finding.field, finding.field)
    return FindingView(field, what, finding.evidence, cure)


def _moves(url: str, status: Status) -> tuple[Move, ...]:
    submit = Move("Send for review", f"{url}/submit", "primary")
    off = Move("Take off sale", f"{url}/deactivate", "quiet")
    on = Move("Put on sale", f"{url}/activate", "primary")
    delete = Move(
        "Delete",
        f"{url}/delete",
        "danger",
        "It leaves your list and the store. You can recover it from the deleted ones.",
    )
    recover = Move("Recover", f"{url}/recover", "primary")
    by_status: Mapping[Status, tuple[Move, ...]] = {
        Status.DRAFT: (submit, delete),
        Status.PENDING: (delete,),
        Status.FAILED: (replace(submit, kind="quiet"), delete),
        Status.ACTIVATE: (off, delete),
        Status.SELLER_DEACTIVATED: (on, delete),
        Status.PLATFORM_DEACTIVATED: (delete,),
        Status.DELETED: (recover,),
    }
    return by_status.get(status, ())
