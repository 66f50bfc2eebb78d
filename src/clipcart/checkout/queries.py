"""Reading carts, prices and purchases."""

from collections.abc import Mapping, Sequence

from clipcart import catalog, inventory, markets, sellers
from clipcart.checkout import _sql
from clipcart.checkout.model import Cart, CartLine, Placed, Quote
from clipcart.checkout.policy import may_view
from clipcart.checkout.pricing import Known, price
from clipcart.identity import Actor, require
from clipcart.kit.db import Tx
from clipcart.kit.errors import Absent
from clipcart.kit.ids import OrderId, PaymentId, PersonId, PurchaseId, ShopId, SkuId
from clipcart.kit.money import Money, currency


async def cart(tx: Tx, person_id: PersonId) -> Cart:
    """The cart of a person or guest; empty when there is none."""
    row = await tx.maybe(_sql.CART, person_id=person_id)
    return Cart(person_id, lines_of(row))


async def cart_count(tx: Tx, person_id: PersonId) -> int:
    """How many pieces are in the cart."""
    return await tx.one(_sql.COUNT, person_id=person_id)


def lines_of(row: _sql.CartRow | None) -> tuple[CartLine, ...]:
    """A cart's lines from its row."""
    if row is None:
        return ()
    return tuple(
        CartLine(ShopId(int(shop)), SkuId(int(sku)), count) for shop, sku, count in row.lines
    )


async def quote(
    tx: Tx,
    market_id: str,
    lines: Sequence[CartLine],
    *,
    region: str | None = None,
    deliveries: Mapping[ShopId, str] | None = None,
) -> Quote:
    """What `lines` cost now in a market; lines of shops elsewhere are left out.

    Three statements, however many lines. Raises NoSuchMarket, NoSuchRegion.
    """
    market = markets.get(market_id)
    known = await look_up(tx, lines, with_stock=True)
    here = [
        line
        for line in lines
        if (shop := known.shops.get(line.shop_id)) is None or shop.market_id == market.id
    ]
    return price(market, market.at(tx.now), region, here, deliveries or {}, known)


async def quotes(tx: Tx, market_id: str, lines: Sequence[CartLine]) -> tuple[Quote, ...]:
    """What `lines` cost now, one quote for each market that they are of, without delivery.

    Lines that nobody sells any more stand with `market_id`. Three statements for any number.
    """
    known = await look_up(tx, lines, with_stock=True)
    by_market: dict[str, list[CartLine]] = {}
    for line in lines:
        shop, offer = known.shops.get(line.shop_id), known.offers.get(line.sku_id)
        home = shop.market_id if shop else offer.market_id if offer else market_id
        by_market.setdefault(home, []).append(line)
    found = [(markets.get(each), part) for each, part in by_market.items()]
    return tuple(price(market, market.at(tx.now), None, part, {}, known) for market, part in found)


async def look_up(tx: Tx, lines: Sequence[CartLine], *, with_stock: bool) -> Known:
    """What the rooms below know about the lines: offers, live shops and, if wanted, stock."""
    keys = list(dict.fromkeys(line.key for line in lines))
    offers = await catalog.offers(tx, keys)
    shops = await sellers.live_shops(tx, sorted({line.shop_id for line in lines}))
    available = await inventory.levels(tx, keys) if with_stock else {}
    return Known(offers, shops, available)


async def purchase_for(tx: Tx, actor: Actor, purchase_id: PurchaseId) -> Placed:
    """A purchase of the actor's own. Raises Absent, Forbidden for a token without the scope."""
    if actor.person_id is None:
        raise Absent("purchase")
    require(may_view(actor, actor.person_id), "checkout.view_purchase")
    row = await tx.maybe(_sql.PURCHASE, person_id=actor.person_id, purchase_id=purchase_id)
    if row is None:
        raise Absent("purchase")
    return placed_of(row, is_new=False)


def placed_of(row: _sql.PurchaseRow, *, is_new: bool) -> Placed:
    """A purchase from its row."""
    return Placed(
        PurchaseId(row.purchase_id),
        PaymentId(row.payment_id),
        tuple((ShopId(int(shop)), OrderId(int(order))) for shop, order in row.orders["placed"]),
        Money(row.total_minor, currency(row.currency)),
        is_new,
    )
