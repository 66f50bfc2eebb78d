"""What the catalogue keeps of shops: their name, market and whether they may sell."""

from collections.abc import Sequence
from dataclasses import dataclass

from clipcart import markets, sellers
from clipcart.catalog._sql import writing as sql
from clipcart.kit.db import Tx
from clipcart.kit.errors import Absent
from clipcart.kit.ids import ShopId
from clipcart.kit.money import Currency, currency
from clipcart.markets import Rules


@dataclass(frozen=True, slots=True)
class ShopTerms:
    """What a shop's products are held to: its market's rules, its currency, and if it sells."""

    market_id: str
    currency: Currency
    rules: Rules
    is_live: bool


async def terms_of(tx: Tx, shop_id: ShopId) -> ShopTerms:
    """The shop's terms. Raises Absent when there is no such shop."""
    row = await tx.maybe(sql.SHOP, shop_id=shop_id)
    if row is None:
        await mirror(tx, [shop_id])
        row = await tx.maybe(sql.SHOP, shop_id=shop_id)
    if row is None:
        raise Absent("shop")
    rules = markets.get(row.market_id).at(tx.now)
    return ShopTerms(row.market_id, currency(row.currency), rules, row.is_live)


async def mirror(tx: Tx, shop_ids: Sequence[ShopId]) -> None:
    """Copy the shops as they are now, and show or hide their products accordingly."""
    found = [shop for _, shop in sorted((await sellers.shops(tx, shop_ids)).items())]
    if not found:
        return
    await tx.run(
        sql.MIRROR_SHOPS,
        shop_ids=[shop.id for shop in found],
        handles=[shop.handle for shop in found],
        names=[shop.name for shop in found],
        market_ids=[shop.market_id for shop in found],
        currencies=[shop.currency for shop in found],
        lives=[shop.is_live for shop in found],
    )
    await tx.run(sql.SHOW_PRODUCTS, shop_ids=[shop.id for shop in found])
