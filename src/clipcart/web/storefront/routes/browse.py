"""Looking around: home, search, shops, products."""

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from clipcart.doorway import Visit
from clipcart.kit.errors import Absent
from clipcart.kit.ids import ProductId, ShopId, SkuId, parse_id
from clipcart.web.storefront.frame import is_fragment
from clipcart.web.storefront.pages import front, product, search, shop


@get("/", include_in_schema=False)
async def home(visit: NamedDependency[Visit]) -> Response[str]:
    """The front of the street, or what is new further down."""
    after = visit.query("after")
    if after is None:
        return visit.html("storefront/home.html", await front.home(visit))
    page = await front.more_new(visit, after)
    template = "storefront/_shelf.html" if is_fragment(visit) else "storefront/shelf.html"
    return visit.html(template, page)


@get("/search", include_in_schema=False)
async def find(visit: NamedDependency[Visit]) -> Response[str]:
    """What fits a search."""
    after = visit.query("after")
    page = await search.search(visit, after)
    is_part = is_fragment(visit) and after is not None
    return visit.html("storefront/_shelf.html" if is_part else "storefront/search.html", page)


@get("/shops/{handle:str}", include_in_schema=False)
async def one_shop(visit: NamedDependency[Visit], handle: FromPath[str]) -> Response[str]:
    """A shop and its products."""
    after = visit.query("after")
    page = await shop.shop_page(visit, handle, after)
    is_part = is_fragment(visit) and after is not None
    return visit.html("storefront/_shelf.html" if is_part else "storefront/shop.html", page)


@get("/beside/{shop_id:str}/{number:str}", include_in_schema=False)
async def beside(
    visit: NamedDependency[Visit], shop_id: FromPath[str], number: FromPath[str]
) -> Response[str]:
    """What else the shop of a product sells: a part of the product's page."""
    page = await shop.beside(visit, _shop(shop_id), _product(number))
    return visit.html("storefront/_beside.html", page)


@get(
    ["/p/{shop_id:str}/{number:str}", "/p/{shop_id:str}/{number:str}/{slug:str}"],
    include_in_schema=False,
)
async def one_product(
    visit: NamedDependency[Visit],
    shop_id: FromPath[str],
    number: FromPath[str],
    slug: FromPath[str | None] = None,
) -> Response[str]:
    """A product with one of its SKUs chosen. The last part of the address is only for reading."""
    sku = parse_id(visit.query("sku") or "")
    page = await product.product_page(
        visit, _shop(shop_id), _product(number), SkuId(sku) if sku else None
    )
    return visit.html("storefront/product.html", page)


def _shop(text: str) -> ShopId:
    number = parse_id(text)
    if number is None:
        raise Absent("product")
    return ShopId(number)


def _product(text: str) -> ProductId:
    number = parse_id(text)
    if number is None:
        raise Absent("product")
    return ProductId(number)


ROUTES = (home, find, one_shop, beside, one_product)
