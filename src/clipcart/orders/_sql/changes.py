"""Statements that change orders."""

from datetime import datetime
from typing import NamedTuple

from clipcart.kit.ids import OrderId, PaymentId, PersonId, ShopId
from clipcart.kit.sql import command, query

# One statement: a purchase is worth few round trips (orders, their lines, their buyers' lists).
PLACE = command(
    """
    with line as (
        insert into orders.line (shop_id, order_id, id, position, sku_id, product_id, title,
            options_text, seller_sku, image_key, quantity, unit_price_minor, tax_minor,
            tax_included, fee_bps, weight_g)
        select * from unnest(:line_shop_ids::bigint[], :line_order_ids::bigint[],
            :line_ids::bigint[], :positions::int[], :sku_ids::bigint[], :product_ids::bigint[],
            :titles::text[], :options_texts::text[], :seller_skus::text[], :image_keys::text[],
            :quantities::int[], :unit_prices::bigint[], :line_taxes::bigint[],
            :line_tax_included::boolean[], :fee_bps::int[], :weights::int[])
    ), of_buyer as (
        insert into orders.of_buyer (person_id, order_id, shop_id, purchase_id, placed_at)
        select u.person_id, u.order_id, u.shop_id, u.purchase_id, :now
        from unnest(:buyer_ids::bigint[], :ids::bigint[], :shop_ids::bigint[],
            :purchase_ids::bigint[]) as u(person_id, order_id, shop_id, purchase_id)
    )
    insert into orders.order_ (shop_id, id, buyer_id, buyer_name, purchase_id, payment_id,
        market_id, currency, state, ship_to, delivery_code, delivery_name, delivery_days, note,
        units, items_minor, shipping_minor, tax_minor, tax_included, total_minor, fee_minor,
        free_cancel_hours, placed_at, changed_at, pay_by, lines)
    select u.shop_id, u.id, u.buyer_id, u.ship_to ->> 'name', u.purchase_id, u.payment_id,
        u.market_id, u.currency, :state, u.ship_to, u.delivery_code, u.delivery_name,
        u.delivery_days, u.note, u.units, u.items, u.shipping, u.tax, u.tax_included, u.total,
        u.fee, u.free_cancel_hours, :now, :now, u.pay_by, u.lines::json
    from unnest(:shop_ids::bigint[], :ids::bigint[], :buyer_ids::bigint[],
        :purchase_ids::bigint[], :payment_ids::bigint[], :market_ids::text[],
        :currencies::text[], :ship_tos::jsonb[], :delivery_codes::text[],
        :delivery_names::text[], :delivery_days::int[], :notes::text[], :units::int[],
        :items::bigint[], :shippings::bigint[], :taxes::bigint[], :tax_included::boolean[],
        :totals::bigint[], :fees::bigint[], :free_cancel_hours::int[], :pay_bys::timestamptz[],
        :line_documents::text[])
        as u(shop_id, id, buyer_id, purchase_id, payment_id, market_id, currency, ship_to,
            delivery_code, delivery_name, delivery_days, note, units, items, shipping, tax,
            tax_included, total, fee, free_cancel_hours, pay_by, lines)""",
    hot=True,
)


class LockedRow(NamedTuple):
    shop_id: ShopId
    id: OrderId
    buyer_id: PersonId
    state: str
    market_id: str
    free_cancel_until: datetime | None
    collected_at: datetime | None
    cancel_reply_by: datetime | None


LOCK = query(
    """
    select shop_id, id, buyer_id, state, market_id, free_cancel_until, collected_at,
        cancel_reply_by
    from orders.order_ where shop_id = :shop_id and id = :id for no key update""",
    LockedRow,
    hot=True,
)


LOCK_MANY = query(
    """
    select o.shop_id, o.id, o.buyer_id, o.state, o.market_id, o.free_cancel_until, o.collected_at,
        o.cancel_reply_by
    from unnest(:shop_ids::bigint[], :ids::bigint[]) as u(shop_id, id)
    join orders.order_ o on o.shop_id = u.shop_id and o.id = u.id
    order by o.shop_id, o.id for no key update of o""",
    LockedRow,
    hot=True,
)


class PaymentRow(NamedTuple):
    shop_id: ShopId
    id: OrderId
    buyer_id: PersonId
    payment_id: PaymentId
    state: str
    market_id: str
    free_cancel_hours: int
    currency: str
    paid_minor: int


# The lock that decides payment against cancelling: whoever has the row first wins.
LOCK_FOR_PAYMENT = query(
    """
    select o.shop_id, o.id, o.buyer_id, o.payment_id, o.state, o.market_id,
        o.free_cancel_hours, o.currency, u.paid_minor
    from unnest(:shop_ids::bigint[], :ids::bigint[], :amounts::bigint[])
        as u(shop_id, id, paid_minor)
    join orders.order_ o on o.shop_id = u.shop_id and o.id = u.id
    where o.paid_at is null order by o.shop_id, o.id for no key update of o""",
    PaymentRow,
    hot=True,
)

RECORD_PAYMENTS = command(
    """
    update orders.order_ o set paid_at = :now, paid_minor = u.paid_minor, decline_reason = null
    from unnest(:shop_ids::bigint[], :ids::bigint[], :amounts::bigint[])
        as u(shop_id, id, paid_minor)
    where o.shop_id = u.shop_id and o.id = u.id and o.paid_at is null""",
    hot=True,
)

RECORD_DECLINES = command(
    """
    update orders.order_ o set decline_reason = u.reason
    from unnest(:shop_ids::bigint[], :ids::bigint[], :reasons::text[]) as u(shop_id, id, reason)
    where o.shop_id = u.shop_id and o.id = u.id and o.state = 'UNPAID' and o.paid_at is null""",
    hot=True,
)


class LateRow(NamedTuple):
    shop_id: ShopId
    id: OrderId
    buyer_id: PersonId
    currency: str
    paid_minor: int
    reason: str


REFUND_LATE_PAYMENTS = query(
    """
    update orders.order_ o set refund_minor = o.paid_minor, changed_at = :now
    from unnest(:shop_ids::bigint[], :ids::bigint[]) as u(shop_id, id)
    where o.shop_id = u.shop_id and o.id = u.id and o.state = 'CANCELLED'
        and o.refund_minor = 0
    returning o.shop_id, o.id, o.buyer_id, o.currency, o.paid_minor, o.cancel_reason as reason""",
    LateRow,
    hot=True,
)


class PaidRow(NamedTuple):
    shop_id: ShopId
    id: OrderId
    buyer_id: PersonId
    payment_id: PaymentId
    items_minor: int
    shipping_minor: int
    tax_minor: int
    tax_included: bool
    total_minor: int
    fee_minor: int
    paid_minor: int
    currency: str


PAY = query(
    """
    update orders.order_ o set state = 'ON_HOLD', paid_at = :now, paid_minor = u.paid_minor,
        decline_reason = null, free_cancel_until = u.free_cancel_until, ship_by = u.ship_by,
        cancel_unshipped_at = u.cancel_unshipped_at, deliver_by = u.deliver_by, changed_at = :now
    from unnest(:shop_ids::bigint[], :ids::bigint[], :amounts::bigint[],
        :free_cancel_untils::timestamptz[], :ship_bys::timestamptz[],
        :cancel_unshipped_ats::timestamptz[], :deliver_bys::timestamptz[])
        as u(shop_id, id, paid_minor, free_cancel_until, ship_by, cancel_unshipped_at,
            deliver_by)
    where o.shop_id = u.shop_id and o.id = u.id and o.state = any(:from_states::text[])
    returning o.shop_id, o.id, o.buyer_id, o.payment_id, o.items_minor, o.shipping_minor,
        o.tax_minor, o.tax_included, o.total_minor, o.fee_minor, o.paid_minor, o.currency""",
    PaidRow,
    hot=True,
)


class CancelledRow(NamedTuple):
    shop_id: ShopId
    id: OrderId
    buyer_id: PersonId
    payment_id: PaymentId
    currency: str
    reason: str
    is_seller_fault: bool
    paid_minor: int
    was_paid: bool
    shipped_units: int
    had_request: bool


# `unshipped_due` and `reply_due` let a deadline's sweep cancel only what is still due.
CANCEL = query(
    """
    update orders.order_ o set state = 'CANCELLED', cancelled_at = :now, cancelled_by = :by,
        cancel_reason = u.reason, is_seller_fault = u.reason = any(:fault_reasons::text[]),
        cancel_reply_by = null, refund_minor = coalesce(o.paid_minor, 0), changed_at = :now
    from unnest(:shop_ids::bigint[], :ids::bigint[], :reasons::text[]) as u(shop_id, id, reason)
    where o.shop_id = u.shop_id and o.id = u.id and o.state = any(:from_states::text[])
        and (o.collected_at is null or o.state = 'IN_TRANSIT')
        and (:unshipped_due::timestamptz is null or o.cancel_unshipped_at <= :unshipped_due)
        and (:reply_due::timestamptz is null or o.cancel_reply_by <= :reply_due)
    returning o.shop_id, o.id, o.buyer_id, o.payment_id, o.currency, o.cancel_reason as reason,
        o.is_seller_fault, coalesce(o.paid_minor, 0) as paid_minor,
        o.paid_at is not null as was_paid, o.shipped_units,
        old.cancel_reply_by is not null as had_request""",
    CancelledRow,
    hot=True,
)

ASK_TO_CANCEL = command("""
    update orders.order_ set cancel_reply_by = :reply_by, cancel_asked_at = :now,
        changed_at = :now
    where shop_id = :shop_id and id = :id and state = any(:from_states::text[])
        and collected_at is null and cancel_reply_by is null""")

ADD_CANCELLATION = command("""
    insert into orders.cancellation (shop_id, id, order_id, reason, note, state, requested_at,
        reply_by, changed_at)
    values (:shop_id, :id, :order_id, :reason, :note, 'PENDING', :now, :reply_by, :now)""")

STOP_ASKING = command("""
    update orders.order_ set cancel_reply_by = null, changed_at = :now
    where shop_id = :shop_id and id = :id and cancel_reply_by is not null""")

CLOSE_CANCELLATIONS = command("""
    update orders.cancellation c set state = :state, answered_at = :now, changed_at = :now,
        answered_by = :answered_by, answer_reason = :answer_reason
    from unnest(:shop_ids::bigint[], :order_ids::bigint[]) as u(shop_id, order_id)
    where c.shop_id = u.shop_id and c.order_id = u.order_id and c.state = 'PENDING'""")


class ShippedRow(NamedTuple):
    shop_id: ShopId
    id: OrderId
    state: str


SHIP = query(
    """
    update orders.order_ o set shipped_units = o.shipped_units + u.units,
        state = case when o.shipped_units + u.units = o.units
            then 'AWAITING_COLLECTION' else 'PARTIALLY_SHIPPING' end,
        label_made_at = coalesce(o.label_made_at, :now), changed_at = :now,
        cancel_unshipped_at = u.cancel_unshipped_at,
        lines = (select json_agg(orders.line_document(l) order by l.position)
            from orders.line l where l.shop_id = o.shop_id and l.order_id = o.id)
    from unnest(:shop_ids::bigint[], :ids::bigint[], :units::int[],
        :cancel_unshipped_ats::timestamptz[]) as u(shop_id, id, units, cancel_unshipped_at)
    where o.shop_id = u.shop_id and o.id = u.id and o.state = any(:from_states::text[])
        and o.cancel_reply_by is null
    returning o.shop_id, o.id, o.state""",
    ShippedRow,
    hot=True,
)

SHIP_LINES = query(
    """
    update orders.line l set shipped_quantity = l.shipped_quantity + u.quantity
    from unnest(:shop_ids::bigint[], :order_ids::bigint[], :line_ids::bigint[],
        :quantities::int[]) as u(shop_id, order_id, id, quantity)
    where l.shop_id = u.shop_id and l.order_id = u.order_id and l.id = u.id
        and l.shipped_quantity + u.quantity <= l.quantity
    returning l.id""",
    int,
    hot=True,
)


class CollectedRow(NamedTuple):
    shop_id: ShopId
    id: OrderId
    buyer_id: PersonId
    state: str
    is_first: bool
    is_late: bool
    had_request: bool


COLLECT = query(
    """
    update orders.order_ o set collected_at = coalesce(o.collected_at, :now),
        state = case when o.shipped_units = o.units then 'IN_TRANSIT' else o.state end,
        cancel_reply_by = null, changed_at = :now
    from unnest(:shop_ids::bigint[], :ids::bigint[]) as u(shop_id, id)
    where o.shop_id = u.shop_id and o.id = u.id and o.state = any(:from_states::text[])
    returning o.shop_id, o.id, o.buyer_id, o.state, old.collected_at is null as is_first,
        o.late_at is not null as is_late, old.cancel_reply_by is not null as had_request""",
    CollectedRow,
    hot=True,
)


class DueRow(NamedTuple):
    shop_id: ShopId
    id: OrderId
    buyer_id: PersonId
    due_at: datetime


DELIVER = query(
    """
    update orders.order_ o set state = 'DELIVERED', delivered_at = :now,
        complete_at = u.complete_at, changed_at = :now
    from unnest(:shop_ids::bigint[], :ids::bigint[], :complete_ats::timestamptz[])
        as u(shop_id, id, complete_at)
    where o.shop_id = u.shop_id and o.id = u.id and o.state = any(:from_states::text[])
    returning o.shop_id, o.id, o.buyer_id, o.complete_at as due_at""",
    DueRow,
    hot=True,
)

RELEASE = query(
    """
    update orders.order_ o set state = 'AWAITING_SHIPMENT', released_at = :now, changed_at = :now
    from unnest(:shop_ids::bigint[], :ids::bigint[]) as u(shop_id, id)
    where o.shop_id = u.shop_id and o.id = u.id and o.state = any(:from_states::text[])
        and o.free_cancel_until <= :now
    returning o.shop_id, o.id, o.buyer_id, o.ship_by as due_at""",
    DueRow,
    hot=True,
)

MARK_LATE = query(
    """
    update orders.order_ o set late_at = :now
    from unnest(:shop_ids::bigint[], :ids::bigint[]) as u(shop_id, id)
    where o.shop_id = u.shop_id and o.id = u.id and o.late_at is null and o.collected_at is null
        and o.ship_by <= :now
        and o.state in ('AWAITING_SHIPMENT', 'PARTIALLY_SHIPPING', 'AWAITING_COLLECTION')
    returning o.shop_id, o.id, o.buyer_id, o.ship_by as due_at""",
    DueRow,
    hot=True,
)

MARK_OVERDUE = query(
    """
    update orders.order_ o set overdue_at = :now
    from unnest(:shop_ids::bigint[], :ids::bigint[]) as u(shop_id, id)
    where o.shop_id = u.shop_id and o.id = u.id and o.overdue_at is null
        and o.state = 'IN_TRANSIT' and o.deliver_by <= :now
    returning o.shop_id, o.id, o.buyer_id, o.deliver_by as due_at""",
    DueRow,
    hot=True,
)

COMPLETE = query(
    """
    update orders.order_ o set state = 'COMPLETED', completed_at = :now, changed_at = :now
    from unnest(:shop_ids::bigint[], :ids::bigint[]) as u(shop_id, id)
    where o.shop_id = u.shop_id and o.id = u.id and o.state = any(:from_states::text[])
        and o.complete_at <= :now
    returning o.shop_id, o.id, o.buyer_id, o.complete_at as due_at""",
    DueRow,
    hot=True,
)

HASTEN = query(
    """
    update orders.order_ o set
        pay_by = case when o.state = 'UNPAID' then least(o.pay_by, :now) else o.pay_by end,
        free_cancel_until = case when o.state = 'ON_HOLD' then least(o.free_cancel_until, :now)
            else o.free_cancel_until end,
        complete_at = case when o.state = 'DELIVERED' then least(o.complete_at, :now)
            else o.complete_at end
    where o.shop_id = :shop_id and o.id = :id
    returning o.buyer_id""",
    int,
)
