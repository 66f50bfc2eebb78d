"""Brands that shops sell under."""

import re
from collections.abc import Sequence
from datetime import timedelta

from clipcart.catalog._sql import brands as sql
from clipcart.catalog.detail_model import BrandId
from clipcart.catalog.errors import BrandNameTaken, NoSuchBrand, TooManyBrands
from clipcart.catalog.events import BrandAdded
from clipcart.catalog.model import ProductDraft
from clipcart.catalog.policy import may_edit_products
from clipcart.identity import Actor, require
from clipcart.kit.db import Tx
from clipcart.kit.errors import Problem, check
from clipcart.kit.ids import ShopId, new_id

NAME_MIN, NAME_MAX = 2, 50
BRANDS_A_DAY, BRANDS_MAX = 50, 1_000
"""New brands of a shop in a day, and all that it may have: features of the trade, section 1.8."""
_ODD = re.compile(r"[<>{}\[\]|\\^~`]")
_DIGITS = re.compile(r"\d{5}")


def brand_name_problem(name: str) -> Problem | None:
    """Why this cannot be the name of a brand."""
    rule = None
    if not NAME_MIN <= len(name) <= NAME_MAX:
        rule = f"A brand's name has {NAME_MIN} to {NAME_MAX} characters; this one has {len(name)}."
    elif _ODD.search(name):
        rule = "A brand's name has no brackets or signs of programming in it."
    elif _DIGITS.search(name):
        rule = "A brand's name has no five digits in a row."
    return Problem("name", rule, "Write it as it stands on the goods.") if rule else None


async def add_brand(tx: Tx, actor: Actor, shop_ids: Sequence[ShopId], name: str) -> BrandId:
    """Have these shops of one seller sell under a brand, which has one id in all of them.

    Raises Invalid, BrandNameTaken, TooManyBrands. All or nothing.
    """
    allowed = bool(shop_ids) and all(may_edit_products(actor, each) for each in shop_ids)
    require(allowed, "products.edit", actor)
    name = " ".join(name.split())
    check([brand_name_problem(name)])
    ids = sorted(set(shop_ids))
    since = tx.now - timedelta(days=1)
    for row in await tx.all(sql.USE, shop_ids=ids, name=name, since=since):
        if row.is_taken:
            raise BrandNameTaken(name)
        if row.lately >= BRANDS_A_DAY:
            raise TooManyBrands(BRANDS_A_DAY, "in a day")
        if row.total >= BRANDS_MAX:
            raise TooManyBrands(BRANDS_MAX, "in total")
    brand_id = BrandId(new_id())
    await tx.run(sql.ADD, shop_ids=ids, id=brand_id, name=name, now=tx.now)
    tx.announce(actor, *(BrandAdded(each, int(brand_id), name) for each in ids))
    return brand_id


async def check_brands(tx: Tx, shop_id: ShopId, drafts: Sequence[ProductDraft]) -> None:
    """Raise NoSuchBrand for the first draft under a brand that the shop does not have."""
    wanted = sorted(
        {each.details.brand_id for each in drafts if each.details and each.details.brand_id}
    )
    if not wanted:
        return
    there = set(await tx.all(sql.KNOWN, shop_id=shop_id, ids=wanted))
    for brand_id in wanted:
        if brand_id not in there:
            raise NoSuchBrand(brand_id)
