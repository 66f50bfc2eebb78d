"""Stock of a shop: every SKU by warehouse, and the story of one SKU."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from clipcart import catalog, inventory
from clipcart.doorway import Notice, Shell, Visit
from clipcart.inventory import Movement, StockLevel, Warehouse
from clipcart.kit.db import Tx
from clipcart.kit.errors import Absent
from clipcart.kit.files import small_key
from clipcart.kit.ids import ShopId, SkuId, WarehouseId
from clipcart.web.seller_center import desk_words as words
from clipcart.web.seller_center.frame import (
    Desk,
    at_work,
    counted_shell,
    media,
    require_grant,
    with_query,
)
from clipcart.web.seller_center.pages.goods import KEPT
from clipcart.web.seller_center.pages.orders import Tab

HERE = "/inventory"
PER_PAGE = 25
MOVEMENTS = 30
NOTHING: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class StockRow:
    """A SKU with what lies where, in the order of the warehouses."""

    title: str
    options: str
    code: str
    url: str
    image_url: str | None
    counts: tuple[tuple[str, str], ...]
    reserved: int
    available: int
    tone: str


@dataclass(frozen=True, slots=True)
class StockPage:
    """Stock by SKU and warehouse."""

    shell: Shell
    url: str
    tabs: tuple[Tab, ...]
    text: str
    is_low: bool
    places: tuple[str, ...]
    rows: tuple[StockRow, ...]
    warehouses: tuple[tuple[str, str, bool], ...]
    may_edit: bool
    country: str
    typed: Mapping[str, str]
    errors: Mapping[str, str]
    newer_url: str | None
    older_url: str | None

    @property
    def summary(self) -> tuple[tuple[str, str], ...]:
        """The errors with the fields that they belong to."""
        return tuple(self.errors.items())


@dataclass(frozen=True, slots=True)
class Place:
    """What lies of a SKU in one warehouse."""

    id: str
    name: str
    on_hand: int
    reserved: int
    available: int
    is_default: bool


@dataclass(frozen=True, slots=True)
class MovementRow:
    """One change of stock."""

    when: str
    what: str
    change: str
    reserved: str
    place: str
    by: str
    note: str
    order_url: str | None


@dataclass(frozen=True, slots=True)
class SkuPage:
    """One SKU: where it lies, how to count it, and everything that happened to it."""

    shell: Shell
    url: str
    list_url: str
    title: str
    options: str
    code: str
    image_url: str | None
    product_url: str
    price: str
    places: tuple[Place, ...]
    choices: tuple[tuple[str, str], ...]
    movements: tuple[MovementRow, ...]
    may_edit: bool
    typed: Mapping[str, str]
    errors: Mapping[str, str]
    trouble: Notice | None
    newer_url: str | None
    older_url: str | None

    @property
    def summary(self) -> tuple[tuple[str, str], ...]:
        """The errors with the fields that they belong to."""
        return tuple(self.errors.items())


@dataclass(frozen=True, slots=True)
class _Goods:
    """A SKU as the list needs it."""

    sku_id: SkuId
    title: str
    options: str
    code: str
    image_key: str


async def stock_page(
    visit: Visit,
    shop_id: ShopId,
    *,
    typed: Mapping[str, str] = NOTHING,
    errors: Mapping[str, str] = NOTHING,
) -> StockPage:
    """The list: by product, or only what runs low. Four statements. Raises BadCursor."""
    text, is_low = (visit.query("q") or "").strip()[:100], visit.query("only") == "low"
    async with visit.reading() as tx:
        desk = await at_work(tx, visit, shop_id)
        require_grant(desk, "products.view")
        newer, older = None, None
        if is_low:
            goods = await _low(tx, desk)
        else:
            page = await catalog.products_of_shop(
                tx,
                desk.actor,
                shop_id,
                statuses=KEPT,
                text=text,
                cursor=visit.query("at"),
                limit=PER_PAGE,
            )
            newer, older = page.previous_cursor, page.next_cursor
            goods = await _of_products(tx, desk, page.items)
        places = await inventory.warehouses_of(tx, desk.actor, shop_id)
        ids = [each.sku_id for each in goods]
        levels = await inventory.stock_of(tx, desk.actor, shop_id, ids)
        frame = await counted_shell(visit, tx, desk, "Inventory", HERE)
    open_places = [place for place in places if not place.is_closed]
    by_sku: dict[SkuId, dict[int, StockLevel]] = {}
    for level in levels:
        by_sku.setdefault(level.sku_id, {})[level.warehouse_id] = level
    url = desk.url + HERE
    return StockPage(
        frame,
        url,
        (
            Tab("Everything", with_query(url, q=text), not is_low),
            Tab("Running low", with_query(url, only="low"), is_low),
        ),
        text,
        is_low,
        tuple(place.name for place in open_places),
        tuple(_row(desk, each, by_sku.get(each.sku_id, {}), open_places) for each in goods),
        tuple((place.name, _where(place), place.is_default) for place in open_places),
        desk.may("inventory.edit"),
        desk.market.country,
        typed,
        errors,
        with_query(url, q=text, at=newer) if newer else None,
        with_query(url, q=text, at=older) if older else None,
    )


async def _low(tx: Tx, desk: Desk) -> list[_Goods]:
    counts = await inventory.low_stock(tx, desk.actor, desk.shop_id, words.LOW_STOCK)
    offers = await catalog.offers(tx, [(desk.shop_id, sku_id) for sku_id in counts])
    return [
        _Goods(sku_id, offer.title, offer.options_text, offer.seller_sku, offer.image_key)
        for sku_id in counts
        if (offer := offers.get(sku_id)) is not None and offer.is_sellable
    ]


async def _of_products(tx: Tx, desk: Desk, cards: Sequence[catalog.ShopCard]) -> list[_Goods]:
    ids = [card.product_id for card in cards]
    skus = await catalog.skus_of_products(tx, desk.actor, desk.shop_id, ids)
    return [
        _Goods(
            sku.id,
            card.title,
            ", ".join(sku.options),
            sku.seller_sku,
            sku.image_key or card.image_key,
        )
        for card in cards
        for sku in skus.get(card.product_id, ())
    ]


def _row(
    desk: Desk, goods: _Goods, levels: Mapping[int, StockLevel], places: Sequence[Warehouse]
) -> StockRow:
    found = [levels.get(place.id) for place in places]
    available = sum(level.available for level in found if level)
    return StockRow(
        goods.title,
        goods.options,
        goods.code,
        f"{desk.url}{HERE}/{goods.sku_id}",
        media(small_key(goods.image_key)) if goods.image_key else None,
        tuple(
            (place.name, str(level.on_hand) if level else "0")
            for place, level in zip(places, found, strict=True)
        ),
        sum(level.reserved for level in found if level),
        available,
        "bad" if available <= 0 else "warn" if available <= words.LOW_STOCK else "ok",
    )


def _where(place: Warehouse) -> str:
    parts = (place.line1, place.city, place.region, place.country)
    return ", ".join(part for part in parts if part)


async def sku_page(
    visit: Visit,
    shop_id: ShopId,
    sku_id: SkuId,
    *,
    typed: Mapping[str, str] = NOTHING,
    errors: Mapping[str, str] = NOTHING,
    trouble: Notice | None = None,
) -> SkuPage:
    """One SKU's stock and its movements, in four statements. Raises Absent, BadCursor."""
    async with visit.reading() as tx:
        desk = await at_work(tx, visit, shop_id)
        require_grant(desk, "products.view")
        offer = (await catalog.offers(tx, [(shop_id, sku_id)])).get(sku_id)
        if offer is None:
            raise Absent("SKU")
        places = await inventory.warehouses_of(tx, desk.actor, shop_id)
        levels = await inventory.stock_of(tx, desk.actor, shop_id, [sku_id])
        page = await inventory.movements_of(
            tx, desk.actor, shop_id, sku_id, cursor=visit.query("at"), limit=MOVEMENTS
        )
        frame = await counted_shell(visit, tx, desk, offer.title, HERE)
    url = f"{desk.url}{HERE}/{sku_id}"
    by_place = {level.warehouse_id: level for level in levels}
    names = {place.id: place.name for place in places}
    open_places = [place for place in places if not place.is_closed]
    return SkuPage(
        frame,
        url,
        desk.url + HERE,
        offer.title,
        offer.options_text,
        offer.seller_sku,
        media(small_key(offer.image_key)) if offer.image_key else None,
        f"{desk.url}/products/{offer.product_id}",
        desk.price(offer.unit_price),
        tuple(_place(place, by_place.get(place.id)) for place in open_places),
        tuple((str(place.id), place.name) for place in open_places),
        tuple(_movement(desk, each, names) for each in page.items),
        desk.may("inventory.edit"),
        typed,
        errors,
        trouble,
        with_query(url, at=page.previous_cursor) if page.previous_cursor else None,
        with_query(url, at=page.next_cursor) if page.next_cursor else None,
    )


def _place(place: Warehouse, level: StockLevel | None) -> Place:
    return Place(
        str(place.id),
        place.name,
        level.on_hand if level else 0,
        level.reserved if level else 0,
        level.available if level else 0,
        place.is_default,
    )


def _movement(desk: Desk, movement: Movement, names: Mapping[WarehouseId, str]) -> MovementRow:
    may_see = movement.order_id is not None and desk.may("orders.view")
    return MovementRow(
        words.moment_text(desk.market, movement.at),
        words.MOVEMENTS[movement.kind],
        _signed(movement.on_hand_change),
        _signed(movement.reserved_change),
        names.get(movement.warehouse_id, "A closed warehouse"),
        words.who(movement.actor),
        movement.note,
        f"{desk.url}/orders/{movement.order_id}" if may_see else None,
    )


def _signed(change: int) -> str:
    return f"{change:+d}" if change else ""
