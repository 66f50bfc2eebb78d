"""Statements of the replay's bookkeeping."""

from datetime import datetime
from typing import Any, NamedTuple

from clipcart.kit.sql import command, query


class ReplayRow(NamedTuple):
    digest: str
    folder: str
    sample: int | None
    grain_hours: int
    stage: str
    grain: int
    began_at: datetime
    worked_s: int


REPLAY = query(
    """
    select digest, folder, sample, grain_hours, stage, grain, began_at, worked_s
    from ops.replay""",
    ReplayRow,
)

BEGIN = command("""
    insert into ops.replay (digest, folder, sample, grain_hours, stage, grain, began_at)
    values (:digest, :folder, :sample, :grain_hours, 'SETTLING', :grain, :now)""")

MOVE = command("""
    update ops.replay set stage = :stage, grain = :grain, worked_s = :worked_s
    where digest = :digest""")


class PersonRow(NamedTuple):
    person: str
    person_id: int


PEOPLE = query("select person, person_id from ops.replay_person", PersonRow)
ADD_PEOPLE = command("""
    insert into ops.replay_person (person, person_id)
    select * from unnest(:people::text[], :person_ids::bigint[])""")


class SellerRow(NamedTuple):
    seller: str
    shop_id: int
    owner_id: int


SELLERS = query("select seller, shop_id, owner_id from ops.replay_seller", SellerRow)
ADD_SELLERS = command("""
    insert into ops.replay_seller (seller, shop_id, owner_id)
    select * from unnest(:sellers::text[], :shop_ids::bigint[], :owner_ids::bigint[])""")


class SkuRow(NamedTuple):
    seller: str
    product: str
    shop_id: int
    sku_id: int


SKUS = query("select seller, product, shop_id, sku_id from ops.replay_sku", SkuRow)
ADD_SKUS = command("""
    insert into ops.replay_sku (seller, product, shop_id, sku_id)
    select * from unnest(:sellers::text[], :products::text[], :shop_ids::bigint[],
        :sku_ids::bigint[])""")


class OrderRow(NamedTuple):
    order_id: str
    payment_id: int
    shop_ids: list[int]
    order_ids: list[int]
    step: str


ORDERS = query(
    "select order_id, payment_id, shop_ids, order_ids, step from ops.replay_order", OrderRow
)
ADD_ORDERS = command("""
    insert into ops.replay_order (order_id, payment_id, shop_ids, order_ids, step)
    select u.order_id, u.payment_id,
        array(select jsonb_array_elements_text(u.keys -> 'shops')::bigint),
        array(select jsonb_array_elements_text(u.keys -> 'orders')::bigint), 'PLACED'
    from unnest(:order_ids::text[], :payment_ids::bigint[], :keys::jsonb[])
        as u(order_id, payment_id, keys)""")
STEP = command("""
    update ops.replay_order set step = :step where order_id = any(:order_ids::text[])""")


class ExceptionRow(NamedTuple):
    order_id: str
    cause: str
    note: str
    ends_as: str
    payments: Any


EXCEPTIONS = query(
    """
    select order_id, cause, note, ends_as, payments from ops.replay_exception
    order by cause, order_id, place""",
    ExceptionRow,
)
ADD_EXCEPTIONS = command("""
    insert into ops.replay_exception (order_id, cause, place, note, ends_as, payments)
    select u.order_id, u.cause, u.place, u.note, u.ends_as, u.payments
    from unnest(:order_ids::text[], :causes::text[], :places::int[], :notes::text[],
        :ends::text[], :payments::jsonb[])
        as u(order_id, cause, place, note, ends_as, payments)
    on conflict (order_id, cause, place) do nothing""")
