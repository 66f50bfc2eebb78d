"""Statements of the sandbox."""

from datetime import datetime
from typing import NamedTuple

from clipcart.kit.ids import PersonId, ShopId
from clipcart.kit.sql import command, query


class ShopRow(NamedTuple):
    person_id: PersonId
    shop_id: ShopId
    buyer_id: PersonId
    made_at: datetime


ADD_SHOP = command("""
    insert into sandbox.shop (person_id, shop_id, buyer_id, key, made_at)
    values (:person_id, :shop_id, :buyer_id, :key, :now)""")
SHOPS = query(
    """
    select person_id, shop_id, buyer_id, made_at from sandbox.shop
    where person_id = :person_id order by made_at desc, shop_id desc limit 50""",
    ShopRow,
    hot=True,
)
SHOP = query(
    """
    select person_id, shop_id, buyer_id, made_at from sandbox.shop
    where person_id = :person_id and shop_id = :shop_id""",
    ShopRow,
    hot=True,
)
SHOP_BY_KEY = query(
    """
    select person_id, shop_id, buyer_id, made_at from sandbox.shop
    where person_id = :person_id and key = :key""",
    ShopRow,
    hot=True,
)
