"""Refusals of the catalogue."""

from clipcart.kit.errors import Kind, Refusal
from clipcart.kit.ids import ProductId


class SellerSkuTaken(Refusal):
    """Another SKU of the shop has this code."""

    code = "catalog.seller_sku_taken"
    kind = Kind.CONFLICT

    def __init__(self, seller_sku: str) -> None:
        super().__init__(seller_sku=seller_sku)


class HandleTaken(Refusal):
    """Another product of the shop has this handle."""

    code = "catalog.handle_taken"
    kind = Kind.CONFLICT

    def __init__(self, handle: str) -> None:
        super().__init__(handle=handle)


class NoSuchCategory(Refusal):
    """There is no category of this id."""

    code = "catalog.no_such_category"
    kind = Kind.INVALID

    def __init__(self, category_id: int) -> None:
        super().__init__(category_id=category_id)


class NotALeaf(Refusal):
    """The category has parts; products hang in one of those."""

    code = "catalog.not_a_leaf"
    kind = Kind.INVALID

    def __init__(self, category_id: int, path: str) -> None:
        super().__init__(category_id=category_id, path=path)


class CannotMove(Refusal):
    """The product's status does not allow this."""

    code = "catalog.cannot_move"
    kind = Kind.CONFLICT

    def __init__(self, product_id: ProductId, status: str, wanted: str) -> None:
        super().__init__(product_id=product_id, status=status, wanted=wanted)


class CannotEdit(Refusal):
    """The product is deleted, frozen or taken down."""

    code = "catalog.cannot_edit"
    kind = Kind.CONFLICT

    def __init__(self, product_id: ProductId, status: str) -> None:
        super().__init__(product_id=product_id, status=status)


class NothingToDecide(Refusal):
    """The product has no audit that is open or failed."""

    code = "catalog.nothing_to_decide"
    kind = Kind.CONFLICT

    def __init__(self, product_id: ProductId, audit_status: str) -> None:
        super().__init__(product_id=product_id, audit_status=audit_status)


class NoSuchBrand(Refusal):
    """The shop has no brand of this id."""

    code = "catalog.no_such_brand"
    kind = Kind.INVALID

    def __init__(self, brand_id: int) -> None:
        super().__init__(brand_id=brand_id)


class BrandNameTaken(Refusal):
    """The shop has a brand of this name."""

    code = "catalog.brand_name_taken"
    kind = Kind.CONFLICT

    def __init__(self, name: str) -> None:
        super().__init__(name=name)


class TooManyBrands(Refusal):
    """A shop adds no more than so many brands, in a day or in total."""

    code = "catalog.too_many_brands"
    kind = Kind.EXHAUSTED

    def __init__(self, most: int, span: str) -> None:
        super().__init__(most=most, span=span)
