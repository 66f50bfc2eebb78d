"""Statements about the brands of shops."""

from datetime import datetime
from typing import NamedTuple

from clipcart.kit.listing import Key, Listing, Order
from clipcart.kit.sql import command, query


class BrandRow(NamedTuple):
    shop_id: int
    id: int
    name: str
    created_at: datetime
    key: str


OF_SHOP = Listing(
    """
    select b.shop_id, b.id, b.name, b.created_at, lower(b.name) as key
    from catalog.brand b where b.shop_id = :shop_id""",
    BrandRow,
    filters={"prefix": "starts_with(lower(b.name), lower(:prefix::text))"},
    orders={"name": Order((Key("key", "text", "lower(b.name)"), Key("id", "bigint", "b.id")))},
)

COUNT = query(
    """
    select count(*) from catalog.brand
    where shop_id = :shop_id and starts_with(lower(name), lower(:prefix::text))""",
    int,
)


class UseRow(NamedTuple):
    shop_id: int
    total: int
    lately: int
    is_taken: bool


USE = query(
    """
    select shop_id, count(*) as total, count(*) filter (where created_at > :since) as lately,
        coalesce(bool_or(lower(name) = lower(:name::text)), false) as is_taken
    from catalog.brand where shop_id = any(:shop_ids::bigint[]) group by shop_id""",
    UseRow,
)

ADD = command("""
    insert into catalog.brand (shop_id, id, name, created_at)
    select shop_id, :id, :name, :now from unnest(:shop_ids::bigint[]) as u(shop_id)""")

KNOWN = query(
    """
    select id from catalog.brand where shop_id = :shop_id and id = any(:ids::bigint[])""",
    int,
)

NAMED_IN = query(
    """
    select b.shop_id, b.id, b.name, b.created_at, lower(b.name) as key
    from catalog.brand b
    where b.shop_id = any(:shop_ids::bigint[])
        and position(lower(b.name) in lower(:text::text)) > 0
    order by length(b.name) desc, b.id, b.shop_id limit :size""",
    BrandRow,
)
