"""What must be true: at any moment, and when everything has come to rest.

Each statement counts what breaks a rule, straight from the tables, past the rooms' own code; the
rooms' proofs are asked besides.
"""

from collections.abc import Mapping
from typing import Any

import asyncpg

from clipcart import inventory, payments, settlement
from clipcart.main import Installation
from tests.crash.crowd import Told, provider_of

FACTS_ONCE = """'orders.placed', 'orders.paid', 'orders.cancelled', 'orders.released',
    'orders.collected', 'orders.delivered', 'orders.completed', 'payments.captured',
    'settlement.released', 'settlement.reserve_released'"""

ALWAYS: Mapping[str, str] = {
    "orders without payment": """select count(*) from orders.order_ o
        left join payments.split s on s.shop_id = o.shop_id and s.order_id = o.id
        left join payments.payment p on p.person_id = s.person_id and p.id = s.payment_id
        where p.id is null or p.id <> o.payment_id or s.amount_minor <> o.total_minor""",
    "payments without order": """select count(*) from payments.split s
        left join orders.order_ o on o.shop_id = s.shop_id and o.id = s.order_id
        where o.id is null""",
    "purchases without payment": """select count(*) from checkout.purchase c
        left join payments.payment p on p.person_id = c.person_id and p.id = c.payment_id
        where p.id is null or p.amount_minor <> c.total_minor""",
    "payments without purchase": """select count(*) from payments.payment p
        where not exists (select 1 from checkout.purchase c
            where c.person_id = p.person_id and c.payment_id = p.id)""",
    "orders without reservation": """select count(*) from orders.order_ o
        where (select sum(r.quantity) from inventory.reservation r
            where r.shop_id = o.shop_id and r.order_id = o.id) is distinct from o.units""",
    "units sold are not the units consumed": """select count(*) from orders.order_ o
        where o.shipped_units is distinct from (select coalesce(sum(r.consumed - r.returned), 0)
            from inventory.reservation r where r.shop_id = o.shop_id and r.order_id = o.id)
            and o.cancelled_at is null""",
    "units packed are not the units consumed": """select count(*) from (
        select shop_id, sku_id, sum(quantity) as units from (
            select l.shop_id, l.sku_id, l.quantity from fulfilment.line l
            join fulfilment.package p on p.shop_id = l.shop_id and p.id = l.package_id
            where p.state <> 'CANCELLED' or p.lost_at is not null
            union all
            select shop_id, sku_id, on_hand_change from inventory.movement
            where kind in ('CONSUMED', 'RETURNED')) moves
        group by 1, 2 having sum(quantity) <> 0) differ""",
    "paid orders whose money was not captured": """select count(*) from orders.order_ o
        left join payments.split s on s.shop_id = o.shop_id and s.order_id = o.id
        where o.paid_at is not null and s.captured_at is null""",
    "facts announced twice": f"""select count(*) from (
        select 1 from kit.event where name in ({FACTS_ONCE})
        group by name, shop_id, payload ->> 'order_id' having count(*) > 1) twice""",
    "payouts told twice": """select count(*) from (
        select 1 from kit.event where name in ('settlement.payout_paid', 'settlement.payout_failed')
        group by shop_id, payload ->> 'payout_id' having count(*) > 1) twice""",
    "journals that do not sum to zero": """select count(*) from (
        select 1 from ledger.entry group by shop_id, journal_id, currency
        having sum(amount_minor) <> 0) crooked""",
    "balances that are not the sum of entries": """select count(*) from ledger.balance b
        where b.balance_minor <> (select coalesce(sum(e.amount_minor), 0) from ledger.entry e
            where e.shop_id = b.shop_id and e.account = b.account and e.currency = b.currency)""",
    "invitations without exactly one e-mail": """select abs(
        (select count(*) from kit.event where name = 'sellers.staff_invited')
        - (select count(*) from identity.outbox))""",
    "facts that failed": "select count(*) from kit.event_failure",
    "jobs given up": "select count(*) from kit.job where state = 'dead'",
    "answers without what was answered": "select count(*) from api.answer where body is null",
}
"""Rules that hold in every snapshot, whatever was killed a moment ago."""

AT_REST: Mapping[str, str] = {
    "facts not told": "select count(*) from kit.event_pending",
    "done-rows left": "select count(*) from kit.event_done",
    "callbacks not read": "select count(*) from payments.callback where read_at is null",
    "callbacks not made": "select count(*) from payments.testpay_callback",
    "e-mails not sent": "select count(*) from identity.outbox where sent_at is null",
    "payouts not ended": "select count(*) from settlement.payout where state = 'PROCESSING'",
    "transfers unlike payouts": """select count(*) from settlement.payout p
        left join settlement.bank_robot_transfer t
            on t.shop_id = p.shop_id and t.payout_id = p.id
        where t.key is null or t.state <> p.state or t.amount_minor <> p.amount_minor""",
    "payments taken otherwise than booked": """select count(*)
        from (select payment_id, sum(captured_minor - refunded_minor) as minor
            from payments.split group by payment_id) ours
        full join (select payment_id, sum(captured_minor - returned_minor) as minor
            from payments.testpay_charge group by payment_id) theirs using (payment_id)
        where coalesce(ours.minor, 0) <> coalesce(theirs.minor, 0)""",
    "paid orders that are not booked": """select count(*) from orders.order_ o
        left join settlement.sale s on s.shop_id = o.shop_id and s.order_id = o.id
        where o.paid_at is not null and (s.captured_at is null or s.paid_at is null
            and exists (select 1 from kit.event e where e.shop_id = o.shop_id
                and e.name = 'orders.paid' and (e.payload ->> 'order_id')::bigint = o.id))""",
    "captured payments that no fact tells": """select count(*) from payments.split s
        where s.captured_at is not null and not exists (select 1 from kit.event e
            where e.shop_id = s.shop_id and e.name = 'payments.captured'
                and (e.payload ->> 'order_id')::bigint = s.order_id)""",
    "delivered orders that were not settled": """select count(*) from orders.order_ o
        left join settlement.sale s on s.shop_id = o.shop_id and s.order_id = o.id
        where o.delivered_at is not null and s.released_at is null""",
    "refunds under way": "select count(*) from payments.refund where state = 'REQUESTED'",
    "orders in the middle of something": """select count(*) from orders.order_
        where state in ('UNPAID', 'ON_HOLD', 'AWAITING_SHIPMENT', 'PARTIALLY_SHIPPING')""",
    "reservations that wait": """select count(*) from inventory.reservation
        where state in ('HELD', 'CONFIRMED')""",
}
"""Rules that hold when nothing is under way any more."""


async def broken_now(installation: Installation, told: Told) -> list[str]:
    """What is wrong in one snapshot of the database, while everything goes on."""
    pool: asyncpg.Pool[Any] = installation.pool
    async with (
        pool.acquire() as connection,
        connection.transaction(isolation="repeatable_read", readonly=True),
    ):
        known = dict(told.purchases)
        found = await _counts(connection, ALWAYS)
        rows = await connection.fetch("select key, purchase_id from checkout.purchase")
    bought = {row["key"].removeprefix("api:"): str(row["purchase_id"]) for row in rows}
    found += [f"{key} was sold and is gone" for key in known.keys() - bought.keys()]
    found += [
        f"{key} is another purchase" for key in known if bought.get(key, known[key]) != known[key]
    ]
    async with installation.db.snapshot() as tx:
        found += [f"stock: {each}" for each in await inventory.audit(tx)]
    return found


async def broken_at_rest(installation: Installation, told: Told) -> list[str]:
    """What is wrong once everything has come to its end."""
    found = await broken_now(installation, told)
    async with installation.pool.acquire() as connection:
        found += await _counts(connection, AT_REST)
        rows = await connection.fetch("select key from checkout.purchase")
        cancelled = await connection.fetch(
            "select shop_id, id from orders.order_ where cancelled_at is not null"
        )
        reached = await connection.fetch(
            "select distinct recipient from identity.outbox where recipient like '%@there.example'"
        )
    bought = {row["key"].removeprefix("api:") for row in rows}
    found += [
        f"{key} was placed, and its buyer was not told" for key in bought - told.purchases.keys()
    ]
    gone = {(str(row["shop_id"]), str(row["id"])) for row in cancelled}
    found += [
        f"{key} was cancelled and is not"
        for key, order in told.cancelled.items()
        if order not in gone
    ]
    mailed = {row["recipient"] for row in reached}
    found += [f"{email} was invited and not written to" for email in told.invited - mailed]
    async with installation.db.snapshot() as tx:
        proof = await settlement.prove(tx)
        ours: Mapping[str, Any] = await payments.provider_totals(tx)
    if not proof.holds:
        differ = [f"{c.name}: {c.left} and {c.right}" for c in proof.checks if not c.agrees]
        found += [f"the money proof: {each}" for each in (*differ, *proof.problems)]
    theirs = await provider_of(installation).books()
    if dict(ours) != dict(theirs):
        found.append(f"the provider's books are {theirs}, ours {ours}")
    return found


async def _counts(connection: Any, rules: Mapping[str, str]) -> list[str]:
    found = [(what, await connection.fetchval(sql)) for what, sql in rules.items()]
    return [f"{what}: {count}" for what, count in found if count]
