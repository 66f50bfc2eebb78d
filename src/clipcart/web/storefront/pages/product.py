"""A product's page: pictures, price, choices, delivery, the shop behind it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from clipcart import catalog, inventory, markets, sellers
from clipcart.catalog import Product, Sku
from clipcart.doorway import Shell, Visit
from clipcart.kit.errors import Absent
from clipcart.kit.ids import ProductId, ShopId, SkuId
from clipcart.markets import Market, Rules
from clipcart.web.storefront import words
from clipcart.web.storefront.frame import frame, media, product_url
from clipcart.web.storefront.pages.shop import ShopFacts, facts_of


@dataclass(frozen=True, slots=True)
class PictureView:
    """A picture of the product."""

    url: str
    thumb_url: str
    alt: str


@dataclass(frozen=True, slots=True)
class ChoiceView:
    """A value of an axis: a link to the product with this value chosen."""

    label: str
    url: str
    is_chosen: bool
    is_gone: bool


@dataclass(frozen=True, slots=True)
class AxisView:
    """An axis and its values."""

    name: str
    chosen: str
    choices: tuple[ChoiceView, ...]


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """A way of delivery: when it arrives, what it costs, from which amount it is free."""

    name: str
    arrives: str
    fee: str
    free_from: str | None


@dataclass(frozen=True, slots=True)
class ProductPage:
    """A product with one of its SKUs chosen."""

    shell: Shell
    title: str
    canonical: str
    trail: tuple[tuple[str, str], ...]
    description_html: str
    pictures: tuple[PictureView, ...]
    price: str
    tax_note: str
    axes: tuple[AxisView, ...]
    sku_key: str
    sku_code: str
    stock: str
    stock_tone: str
    maximum: int
    deliveries: tuple[DeliveryView, ...]
    shop: ShopFacts
    beside_url: str


async def product_page(
    visit: Visit, shop_id: ShopId, product_id: ProductId, sku_id: SkuId | None
) -> ProductPage:
    """The product with `sku_id` chosen, or the first one in stock. Raises Absent.

    Three statements, and one for the cart.
    """
    async with visit.reading() as tx:
        product = await catalog.product(tx, shop_id, product_id)
        if product is None or not product.skus:
            raise Absent("product")
        shop = (await sellers.live_shops(tx, [shop_id])).get(shop_id)
        if shop is None:
            raise Absent("product")
        levels = await inventory.levels(tx, [(shop_id, sku.id) for sku in product.skus])
        shell = await frame(visit, tx, product.title, description=_summary(product))
        now = tx.now
    sku = _chosen(product, sku_id, levels)
    market = markets.get(product.market_id)
    rules = market.at(now)
    available = levels.get(sku.id, 0)
    stock, tone = words.stock_text(available)
    path = product_url(shop_id, product_id, product.handle)
    return ProductPage(
        shell,
        product.title,
        visit.services.settings.public_url + path,
        _trail(product),
        product.description_html,
        _pictures(product, sku),
        words.price_text(sku.price, market),
        words.tax_note(rules),
        _axes(product, sku, levels, path),
        f"{shop_id}-{sku.id}",
        sku.seller_sku,
        stock,
        tone,
        min(available, rules.line_quantity_max),
        _deliveries(market, rules, sku, now),
        facts_of(shop, now),
        f"/beside/{shop_id}/{product_id}",
    )


def _summary(product: Product) -> str:
    return f"{product.title} from {product.shop_name}, on clipcart."


def _trail(product: Product) -> tuple[tuple[str, str], ...]:
    steps = product.category_path.split(" > ")
    found = [("All shops", "/")]
    for depth, name in enumerate(steps, 1):
        if name:
            path = words.quoted(" > ".join(steps[:depth]))
            found.append((name, f"/search?category={path}"))
    return tuple(found)


def _chosen(product: Product, sku_id: SkuId | None, levels: Mapping[SkuId, int]) -> Sku:
    for sku in product.skus:
        if sku.id == sku_id:
            return sku
    in_stock = [sku for sku in product.skus if levels.get(sku.id, 0) > 0]
    return (in_stock or list(product.skus))[0]


def _pictures(product: Product, sku: Sku) -> tuple[PictureView, ...]:
    """All pictures, that of the chosen SKU first."""
    alts = {image.key: image.alt for image in product.images}
    keys = dict.fromkeys([sku.image_key, *alts] if sku.image_key else alts)
    found = []
    for key in keys:
        url = media(key)
        if url:
            found.append(PictureView(url, url, alts.get(key) or product.title))
    return tuple(found)


def _axes(
    product: Product, sku: Sku, levels: Mapping[SkuId, int], path: str
) -> tuple[AxisView, ...]:
    return tuple(
        AxisView(
            axis.name,
            sku.options[place] if place < len(sku.options) else "",
            tuple(
                _choice(product, sku, levels, path, place, value)
                for value in axis.values
                if any(
                    place < len(each.options) and each.options[place] == value
                    for each in product.skus
                )
            ),
        )
        for place, axis in enumerate(product.axes)
    )


def _choice(
    product: Product, sku: Sku, levels: Mapping[SkuId, int], path: str, place: int, value: str
) -> ChoiceView:
    """The value leads to the SKU that has it and otherwise is most like the chosen one."""

    def likeness(other: Sku) -> tuple[int, bool]:
        same = sum(a == b for a, b in zip(sku.options, other.options, strict=False))
        return same, levels.get(other.id, 0) > 0

    having = [each for each in product.skus if each.options[place] == value]
    best = max(having, key=likeness)
    is_chosen = sku.options[place] == value
    return ChoiceView(value, f"{path}?sku={best.id}", is_chosen, levels.get(best.id, 0) <= 0)


def _deliveries(market: Market, rules: Rules, sku: Sku, now: datetime) -> tuple[DeliveryView, ...]:
    found = []
    for option in rules.delivery_options:
        is_free = option.free_from is not None and sku.price >= option.free_from
        is_free = is_free or option.fee.is_zero
        free_from = None
        if option.free_from is not None and not is_free:
            free_from = f"free from {words.price_text(option.free_from, market)}"
        found.append(
            DeliveryView(
                option.name,
                words.arrival_text(market, now, option.days_min, option.days_max),
                "Free" if is_free else words.price_text(option.fee, market),
                free_from,
            )
        )
    return tuple(found)
