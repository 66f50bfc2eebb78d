"""Statements of checkout."""

from typing import Any, NamedTuple

from clipcart.kit.sql import command, query


class CartRow(NamedTuple):
    person_id: int
    lines: Any


CART = query("select person_id, lines from checkout.cart where person_id = :person_id", CartRow)

CART_FOR_UPDATE = query(
    "select person_id, lines from checkout.cart where person_id = :person_id for update", CartRow
)

MAKE_CART = command("""
    insert into checkout.cart (person_id, lines, changed_at) values (:person_id, '[]', :now)
    on conflict (person_id) do nothing""")

ADD_CART = command("""
    insert into checkout.cart (person_id, lines, changed_at) values (:person_id, :lines, :now)
    on conflict (person_id) do nothing""")

CHANGE_CART = command("""
    update checkout.cart set lines = :lines, changed_at = :now
    where person_id = :person_id and lines = :known::jsonb""")

WRITE_CART = command("""
    update checkout.cart set lines = :lines, changed_at = :now where person_id = :person_id""")

FORGET_CART = command("delete from checkout.cart where person_id = :person_id")

COUNT = query(
    """
    select coalesce(sum((line ->> 2)::int), 0) from checkout.cart, jsonb_array_elements(lines) line
    where person_id = :person_id""",
    int,
    hot=True,
)


class PurchaseRow(NamedTuple):
    person_id: int
    key: str
    purchase_id: int
    payment_id: int
    orders: Any
    digest: bytes
    total_minor: int
    currency: str


CLAIM = query(
    """
    insert into checkout.purchase (person_id, key, purchase_id, payment_id, orders, digest,
        total_minor, currency, placed_at)
    select person_id, key, purchase_id, payment_id, orders, digest, total_minor, currency, :now
    from unnest(:person_ids::bigint[], :keys::text[], :purchase_ids::bigint[],
        :payment_ids::bigint[], :orders::jsonb[], :digests::bytea[], :totals::bigint[],
        :currencies::text[])
        as u(person_id, key, purchase_id, payment_id, orders, digest, total_minor, currency)
    on conflict (person_id, key) do nothing
    returning purchase_id""",
    int,
)

CLAIMED = query(
    """
    select p.person_id, p.key, p.purchase_id, p.payment_id, p.orders, p.digest, p.total_minor,
        p.currency
    from unnest(:person_ids::bigint[], :keys::text[]) as u(person_id, key)
    join checkout.purchase p on p.person_id = u.person_id and p.key = u.key""",
    PurchaseRow,
    hot=True,
)

PURCHASE = query(
    """
    select person_id, key, purchase_id, payment_id, orders, digest, total_minor, currency
    from checkout.purchase where person_id = :person_id and purchase_id = :purchase_id""",
    PurchaseRow,
    hot=True,
)

FINISH = command("""
    with refused as (
        delete from checkout.purchase p
        using unnest(:refused_people::bigint[], :refused_keys::text[]) as u(person_id, key)
        where p.person_id = u.person_id and p.key = u.key)
    update checkout.cart c
    set lines = coalesce((select jsonb_agg(line order by place)
            from jsonb_array_elements(c.lines) with ordinality as l(line, place)
            where not exists (
                select 1 from unnest(:people::bigint[], :shops::text[], :skus::text[])
                    as b(person_id, shop_id, sku_id)
                where b.person_id = c.person_id and b.shop_id = line ->> 0
                    and b.sku_id = line ->> 1)), '[]'),
        changed_at = :now
    where c.person_id = any(:people::bigint[])""")
