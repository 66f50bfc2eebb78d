"""Orders of the past, up to a million in one shop, written in sets.

What stands afterwards, per order: one row of `orders.order_`, two of `orders.line`, one of
`orders.of_buyer`, as `orders.place` and the actions after it leave them:

- the total is the sum of its lines, delivery and tax (`order_adds_up`); units likewise;
- `lines` on the order is the document of exactly its lines, made by the schema's own function;
- ids are unique, and rise with the time of placing, as `kit.ids` makes them;
- the newest OPEN orders of a shop wait for their parcels until the day after tomorrow; one in
  RARE of the older ones was cancelled before it was paid; all others are completed.

Payments, stock and settlement are not written: what is measured here reads orders, and nothing
that runs by itself looks at these rows before the day after tomorrow. Foreign keys are not checked
row by row while loading; `check` looks at the whole afterwards.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bench.house import BenchFailed

OPEN = 200
RARE = 25
STEP_S = 30
CHUNK = 100_000
NODE = 1023
"""Node in the ids: processes count from 0 upwards, so these never meet theirs."""

_STAGE = """
    create temp table made on commit drop as
    with shelf as (
        select k.id as sku_id, k.product_id, k.price_minor, k.seller_sku, k.weight_g,
            k.options ->> 0 as options_text, v.title, v.image_key,
            row_number() over (order by k.id) - 1 as place
        from catalog.sku k
        join catalog.product_view v on v.shop_id = k.shop_id and v.product_id = k.product_id
        where k.shop_id = $1 and k.removed_at is null
    ), buyer as (
        select person_id, name, row_number() over (order by person_id) - 1 as place
        from identity.person where email like 'buyer-%'
    ), numbered as (
        select n, $4::timestamptz - make_interval(secs => n * $5::int) as placed_at,
            n * 7::bigint % c.skus as first_sku, (n * 7::bigint + 1) % c.skus as second_sku,
            n * 13::bigint % c.buyers as buyer
        from generate_series($2::int, $3::int - 1) as n
        cross join (select (select count(*) from shelf) as skus,
            (select count(*) from buyer) as buyers) c
    )
    select n, placed_at, b.person_id, b.name, $1::bigint as shop_id,
        id.base + $9::int as order_id, id.base + 1000 + 8 * $9::int as line_1,
        id.base + 1004 + 8 * $9::int as line_2, id.base + 2000 + $9::int as purchase_id,
        id.base + 3000 + $9::int as payment_id,
        one.sku_id as sku_1, one.product_id as product_1, one.price_minor as price_1,
        one.seller_sku as code_1, one.weight_g as weight_1, one.options_text as options_1,
        one.title as title_1, one.image_key as image_1,
        two.sku_id as sku_2, two.product_id as product_2, two.price_minor as price_2,
        two.seller_sku as code_2, two.weight_g as weight_2, two.options_text as options_2,
        two.title as title_2, two.image_key as image_2,
        1 + n % 3 as count_1, 1 as count_2, (one.price_minor * (1 + n % 3) * 725 + 5000) / 10000
            as tax_1, (two.price_minor * 725 + 5000) / 10000 as tax_2,
        case when n < $7::int then 'AWAITING_SHIPMENT' when n % $8::int = 0 then 'CANCELLED'
            else 'COMPLETED' end as state
    from numbered
    cross join lateral (
        select (((extract(epoch from placed_at) * 1000)::bigint - 1704067200000) << 22)
            | ($6::bigint << 12) as base) id
    join shelf one on one.place = numbered.first_sku
    join shelf two on two.place = numbered.second_sku
    join buyer b on b.place = numbered.buyer"""

_LINES = """
    insert into made_line (shop_id, order_id, id, position, sku_id, product_id, title,
        options_text, seller_sku, image_key, quantity, shipped_quantity, unit_price_minor,
        tax_minor, tax_included, fee_bps, weight_g)
    select shop_id, order_id, line_1, 1, sku_1, product_1, title_1, options_1, code_1, image_1,
        count_1, case state when 'COMPLETED' then count_1 else 0 end, price_1, tax_1, false, 600,
        weight_1 from made
    union all
    select shop_id, order_id, line_2, 2, sku_2, product_2, title_2, options_2, code_2, image_2,
        count_2, case state when 'COMPLETED' then count_2 else 0 end, price_2, tax_2, false, 600,
        weight_2 from made"""

_KEEP_LINES = "insert into orders.line select * from made_line"

_OF_BUYER = """
    insert into orders.of_buyer (person_id, order_id, shop_id, purchase_id, placed_at)
    select person_id, order_id, shop_id, purchase_id, placed_at from made"""

_ORDERS = """
    insert into orders.order_ (shop_id, id, buyer_id, buyer_name, purchase_id, payment_id,
        market_id, currency, state, ship_to, delivery_code, delivery_name, delivery_days, note,
        units, shipped_units, items_minor, shipping_minor, tax_minor, tax_included, total_minor,
        fee_minor, free_cancel_hours, paid_minor, placed_at, changed_at, paid_at, released_at,
        label_made_at, collected_at, delivered_at, completed_at, cancelled_at, cancelled_by,
        cancel_reason, pay_by, free_cancel_until, ship_by, cancel_unshipped_at, deliver_by,
        complete_at, lines)
    select m.shop_id, m.order_id, m.person_id, m.name, m.purchase_id, m.payment_id,
        'us', 'USD', m.state, jsonb_build_object('name', m.name, 'line1', '12 Harbour Street',
            'line2', '', 'city', 'Oakland', 'region', 'CA', 'postal_code', '94607',
            'country', 'US', 'phone', '+1 510 555 0100'),
        'standard', 'Standard', 5, '', m.count_1 + m.count_2,
        case m.state when 'COMPLETED' then m.count_1 + m.count_2 else 0 end,
        a.items, a.fee, a.tax, false, a.items + a.fee + a.tax, a.items * 6 / 100, 1,
        case when m.state <> 'CANCELLED' then a.items + a.fee + a.tax end, m.placed_at,
        m.placed_at + case m.state when 'COMPLETED' then interval '34 days'
            when 'CANCELLED' then interval '2 days' else interval '1 hour' end,
        case when m.state <> 'CANCELLED' then m.placed_at + interval '1 minute' end,
        case when m.state <> 'CANCELLED' then m.placed_at + interval '1 hour' end,
        case m.state when 'COMPLETED' then m.placed_at + interval '1 day' end,
        case m.state when 'COMPLETED' then m.placed_at + interval '1 day' end,
        case m.state when 'COMPLETED' then m.placed_at + interval '4 days' end,
        case m.state when 'COMPLETED' then m.placed_at + interval '34 days' end,
        case m.state when 'CANCELLED' then m.placed_at + interval '2 days' end,
        case m.state when 'CANCELLED' then 'system' end,
        case m.state when 'CANCELLED' then 'NOT_PAID' end,
        m.placed_at + interval '2 days', m.placed_at + interval '1 hour',
        due.at, due.at + interval '7 days', due.at + interval '7 days',
        m.placed_at + interval '34 days', l.lines
    from made m
    cross join lateral (
        select case m.state when 'AWAITING_SHIPMENT' then now() + interval '2 days'
            else m.placed_at + interval '2 days' end as at) due
    cross join lateral (
        select m.price_1 * m.count_1 + m.price_2 * m.count_2 as items, m.tax_1 + m.tax_2 as tax,
            case when m.price_1 * m.count_1 + m.price_2 * m.count_2 < 3000 then 599 else 0 end
                as fee) a
    join (select d.order_id,
            json_agg(orders.line_document(row(d.*)::orders.line) order by d.position) as lines
        from made_line d group by d.order_id) l on l.order_id = m.order_id"""

_CHECK = """
    select count(*) from orders.order_ o
    left join lateral (
        select sum(l.quantity) as units, sum(l.unit_price_minor * l.quantity) as items,
            json_agg(orders.line_document(l) order by l.position)::jsonb as lines
        from orders.line l where l.shop_id = o.shop_id and l.order_id = o.id) l on true
    where o.shop_id = $1 and o.id = any($2::bigint[])
        and l.units = o.units and l.items = o.items_minor and l.lines = o.lines::jsonb
        and exists (select from orders.of_buyer b
            where b.person_id = o.buyer_id and b.order_id = o.id and b.shop_id = o.shop_id)"""


@dataclass(frozen=True, slots=True)
class Past:
    """Orders `first` to `last` (not included) of a shop, counted back in time from `newest_at`."""

    shop_id: int
    number: int
    """Of the shop, from 0: keeps ids of orders of the same moment apart."""
    first: int
    last: int
    newest_at: datetime


async def load(connection: Any, past: Past) -> None:
    """Write the orders, in sets. `connection` belongs to the owner of the database."""
    for first in range(past.first, past.last, CHUNK):
        last = min(first + CHUNK, past.last)
        async with connection.transaction():
            await connection.execute("set local session_replication_role = replica")
            await connection.execute("set local synchronous_commit = off")
            await connection.execute("set local work_mem = '128MB'")
            # What the planner guesses of numbered rows would be a loop in a loop.
            await connection.execute("set local enable_nestloop = off")
            await connection.execute(
                _STAGE,
                past.shop_id,
                first,
                last,
                past.newest_at,
                STEP_S,
                NODE,
                OPEN,
                RARE,
                past.number,
            )
            await connection.execute(
                "create temp table made_line (like orders.line including defaults) on commit drop"
            )
            await connection.execute("analyze made")
            for statement in (_LINES, _KEEP_LINES, _OF_BUYER, _ORDERS):
                await connection.execute(statement)


async def check(connection: Any, past: Past) -> None:
    """Whether a sample of the orders is whole. Raises BenchFailed."""
    ids = await connection.fetch(
        """
        select id from orders.order_ where shop_id = $1
        order by placed_at desc, id desc limit 1000""",
        past.shop_id,
    )
    whole = await connection.fetchval(_CHECK, past.shop_id, [row["id"] for row in ids])
    if whole != len(ids):
        raise BenchFailed(f"of {len(ids)} loaded orders only {whole} are whole")
