"""Why a purchase is not placed."""

from clipcart.kit.errors import Kind, Refusal
from clipcart.kit.ids import ShopId, SkuId
from clipcart.kit.money import Money


class CartEmpty(Refusal):
    """Nothing to buy."""

    code = "checkout.cart_empty"
    kind = Kind.INVALID


class NotSold(Refusal):
    """A SKU is unknown, not on sale, or of another market than the purchase."""

    code = "checkout.not_sold"
    kind = Kind.CONFLICT

    def __init__(self, shop_id: ShopId, sku_id: SkuId, title: str) -> None:
        super().__init__(shop_id=shop_id, sku_id=sku_id, title=title)


class OutOfStock(Refusal):
    """Fewer units are available than wanted; nothing of the purchase was reserved."""

    code = "checkout.out_of_stock"
    kind = Kind.EXHAUSTED

    def __init__(
        self, shop_id: ShopId, sku_id: SkuId, title: str, wanted: int, available: int
    ) -> None:
        super().__init__(
            shop_id=shop_id, sku_id=sku_id, title=title, wanted=wanted, available=available
        )


class PriceMoved(Refusal):
    """The total is not the one that the buyer was shown."""

    code = "checkout.price_moved"
    kind = Kind.CONFLICT

    def __init__(self, shown: Money, now: Money) -> None:
        super().__init__(shown=shown.format(), now=now.format(), now_minor=now.minor)


class KeyUsed(Refusal):
    """The idempotency key belongs to a purchase with other contents."""

    code = "checkout.key_used"
    kind = Kind.CONFLICT


class NoSuchDelivery(Refusal):
    """The shop does not deliver that way to that address."""

    code = "checkout.no_such_delivery"
    kind = Kind.INVALID

    def __init__(self, shop_id: ShopId, chosen: str) -> None:
        super().__init__(shop_id=shop_id, chosen=chosen)


class TooMany(Refusal):
    """The cart is full, or a quantity is above the market's limit."""

    code = "checkout.too_many"
    kind = Kind.INVALID

    def __init__(self, lines: int, units: int) -> None:
        super().__init__(lines=lines, units=units)
