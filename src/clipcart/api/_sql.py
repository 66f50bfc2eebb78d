"""Statements of the API: its idempotency store, and the page that is asked for most."""

from typing import Any, NamedTuple

from clipcart.kit.sql import command, query


class AnswerRow(NamedTuple):
    route: str
    digest: bytes
    body: Any


CLAIM = command("""
    insert into api.answer (person_id, key, route, digest, answered_at)
    values (:person_id, :key, :route, :digest, :now)
    on conflict (person_id, key) do nothing""")

KNOWN = query(
    "select route, digest, body from api.answer where person_id = :person_id and key = :key",
    AnswerRow,
    hot=True,
)

KEEP = command("update api.answer set body = :body where person_id = :person_id and key = :key")


class ProductRow(NamedTuple):
    shop_id: int
    product_id: int
    shop_name: str
    market_id: str
    currency: str
    title: str
    category_path: str
    document: Any
    levels: Any


# By published views of two rooms: one round trip where their faces take two.
PRODUCT = query(
    """
    select p.shop_id, p.product_id, p.shop_name, p.market_id, p.currency, p.title,
        p.category_path, p.document,
        (select jsonb_object_agg(l.sku_id, l.available) from (
            select s.sku_id, max(s.available) as available from inventory.v_open_stock s
            where s.shop_id = p.shop_id and s.sku_id = any(array(
                select (k ->> 'id')::bigint from jsonb_array_elements(p.document -> 'skus') k))
            group by s.sku_id) l) as levels
    from catalog.v_product p where p.shop_id = :shop_id and p.product_id = :product_id""",
    ProductRow,
    hot=True,
)
