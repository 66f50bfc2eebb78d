"""The product form as a page."""

from collections.abc import Mapping
from dataclasses import dataclass

from clipcart import catalog
from clipcart.doorway import Notice, Shell, Visit
from clipcart.kit.files import small_key
from clipcart.kit.ids import ProductId, ShopId, SkuId
from clipcart.web.seller_center.frame import at_work, counted_shell, require_grant
from clipcart.web.seller_center.pages.goods import HERE, Shelf, shelf_of
from clipcart.web.seller_center.pages.typed_attributes import AttributeField, choices, fields
from clipcart.web.seller_center.pages.typed_product import (
    TypedPicture,
    TypedProduct,
    typed_of,
)

NOTHING: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class FormPage:
    """The form, empty, as a product is, or as it was typed."""

    shell: Shell
    url: str
    back_url: str
    title: str
    is_new: bool
    is_draft: bool
    typed: TypedProduct
    errors: Mapping[str, str]
    categories: tuple[tuple[str, str], ...]
    attributes: tuple[AttributeField, ...]
    currency: str
    place: str | None
    inventory_url: str
    images_max: int
    title_max: int
    skus_max: int
    trouble: Notice | None

    @property
    def summary(self) -> tuple[tuple[str, str], ...]:
        """The errors with the fields that they belong to."""
        return tuple(self.errors.items())

    @property
    def details_wrong(self) -> bool:
        """Something is wrong in the first step."""
        return any(
            not field.startswith(("price-", "stock-", "code-", "weight-", "attribute-"))
            for field in self.errors
        )

    @property
    def attributes_wrong(self) -> bool:
        """Something is wrong in an attribute that need not be said."""
        return any(each.name in self.errors for each in self.attributes if not each.is_required)

    @property
    def picture_urls(self) -> tuple[tuple[TypedPicture, str], ...]:
        """Pictures and where to see them."""
        return tuple((each, f"/media/{small_key(each.key)}") for each in self.typed.pictures)


async def new_page(
    visit: Visit,
    shop_id: ShopId,
    typed: TypedProduct | None = None,
    errors: Mapping[str, str] = NOTHING,
    trouble: Notice | None = None,
) -> FormPage:
    """The form for a new product."""
    async with visit.reading() as tx:
        desk = await at_work(tx, visit, shop_id)
        require_grant(desk, "products.edit")
        shelf = await shelf_of(tx, desk, ())
        frame = await counted_shell(visit, tx, desk, "New product", HERE)
        rules = desk.market.at(tx.now)
    typed = typed or TypedProduct()
    return FormPage(
        frame,
        f"{desk.url}{HERE}/new",
        desk.url + HERE,
        "New product",
        True,
        True,
        typed,
        errors,
        choices(typed.title, typed.wanted, typed.category),
        fields(typed.category, typed.attributes),
        desk.currency.code,
        shelf.warehouse.name if shelf.warehouse else None,
        f"{desk.url}/inventory",
        rules.images_max,
        rules.title_max,
        rules.skus_max,
        trouble,
    )


async def edit_page(
    visit: Visit,
    shop_id: ShopId,
    product_id: ProductId,
    typed: TypedProduct | None = None,
    errors: Mapping[str, str] = NOTHING,
    trouble: Notice | None = None,
) -> FormPage:
    """The form for a product that is there. Raises Absent."""
    async with visit.reading() as tx:
        desk = await at_work(tx, visit, shop_id)
        require_grant(desk, "products.edit")
        found = await catalog.product_for(tx, desk.actor, shop_id, product_id)
        shelf = await shelf_of(tx, desk, found.product.skus)
        frame = await counted_shell(visit, tx, desk, f"Edit {found.product.title}", HERE)
        rules = desk.market.at(tx.now)
    url = f"{desk.url}{HERE}/{product_id}"
    typed = typed or typed_of(found, stock_here(found, shelf))
    if found.pending is not None and trouble is None:
        trouble = Notice("info", "This is your edit that is not on sale yet, not what buyers see.")
    return FormPage(
        frame,
        f"{url}/edit",
        url,
        found.product.title,
        False,
        found.product.status is catalog.Status.DRAFT,
        typed,
        errors,
        choices(typed.title, typed.wanted, typed.category),
        fields(typed.category, typed.attributes),
        desk.currency.code,
        shelf.warehouse.name if shelf.warehouse else None,
        f"{desk.url}/inventory",
        rules.images_max,
        rules.title_max,
        rules.skus_max,
        trouble,
    )


def stock_here(found: catalog.ProductFor, shelf: Shelf) -> Mapping[SkuId, int]:
    """What lies in the default warehouse of each SKU."""
    levels = {sku.id: shelf.here(sku.id) for sku in found.product.skus}
    return {sku_id: level.on_hand for sku_id, level in levels.items() if level}
