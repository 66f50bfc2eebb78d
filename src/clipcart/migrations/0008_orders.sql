-- What buyers agreed to buy, from which shop, at which price, and how far it has come.
create schema orders;

create table orders.order_ (
    shop_id bigint not null,
    id bigint not null,
    buyer_id bigint not null,
    buyer_name text not null,
    purchase_id bigint not null,
    payment_id bigint not null,
    market_id text not null,
    currency char(3) not null,
    state text not null check (state in ('UNPAID', 'ON_HOLD', 'AWAITING_SHIPMENT',
        'PARTIALLY_SHIPPING', 'AWAITING_COLLECTION', 'IN_TRANSIT', 'DELIVERED', 'COMPLETED',
        'CANCELLED')),
    ship_to jsonb not null,
    delivery_code text not null,
    delivery_name text not null,
    delivery_days int not null,
    note text not null,
    units int not null check (units > 0),
    shipped_units int not null default 0,
    -- Amounts of the agreement, never changed after placement.
    items_minor bigint not null check (items_minor >= 0),
    shipping_minor bigint not null check (shipping_minor >= 0),
    tax_minor bigint not null check (tax_minor >= 0),
    tax_included boolean not null,
    total_minor bigint not null,
    fee_minor bigint not null check (fee_minor >= 0),
    free_cancel_hours int not null check (free_cancel_hours >= 0),
    -- Money that came in, and the part of it that was asked back.
    paid_minor bigint check (paid_minor >= 0),
    refund_minor bigint not null default 0,
    decline_reason text,
    -- What happened when.
    placed_at timestamptz not null,
    paid_at timestamptz,
    released_at timestamptz,
    label_made_at timestamptz,
    late_at timestamptz,
    collected_at timestamptz,
    overdue_at timestamptz,
    delivered_at timestamptz,
    completed_at timestamptz,
    cancelled_at timestamptz,
    cancelled_by text check (cancelled_by in ('buyer', 'seller', 'operator', 'system')),
    cancel_reason text,
    is_seller_fault boolean not null default false,
    -- The clocks; each has a sweep.
    pay_by timestamptz not null,
    free_cancel_until timestamptz,
    ship_by timestamptz,
    cancel_unshipped_at timestamptz,
    deliver_by timestamptz,
    complete_at timestamptz,
    cancel_reply_by timestamptz,
    primary key (shop_id, id),
    constraint order_adds_up check (
        total_minor = items_minor + shipping_minor
            + case when tax_included then 0 else tax_minor end),
    constraint order_not_shipped_twice check (shipped_units between 0 and units),
    constraint order_refunded_once check (
        refund_minor >= 0 and refund_minor <= coalesce(paid_minor, 0)),
    constraint order_cancelled_by_someone check (
        (state = 'CANCELLED') = (cancelled_at is not null)
        and (cancelled_at is null) = (cancelled_by is null)
        and (cancelled_at is null) = (cancel_reason is null)),
    constraint order_paid_before_it_moves check (
        state in ('UNPAID', 'CANCELLED') or paid_at is not null)
);
comment on table orders.order_ is
    'home: shop. Orders: amounts frozen at placement, state, and deadlines as columns.';
create index order_newest on orders.order_ (shop_id, placed_at desc, id desc);
create index order_by_state on orders.order_ (shop_id, state, placed_at desc, id desc);
create index order_by_buyer_name on orders.order_
    (shop_id, lower(buyer_name) text_pattern_ops, placed_at desc, id desc);
create index order_late on orders.order_ (shop_id, placed_at desc, id desc)
    where late_at is not null;
create index order_cancel_asked on orders.order_ (shop_id, cancel_reply_by)
    where cancel_reply_by is not null;
create index order_to_ship on orders.order_ (shop_id, ship_by, id)
    where state in ('AWAITING_SHIPMENT', 'PARTIALLY_SHIPPING');
create index order_due_pay on orders.order_ (pay_by) where state = 'UNPAID';
create index order_due_release on orders.order_ (free_cancel_until) where state = 'ON_HOLD';
create index order_due_ship on orders.order_ (ship_by) where late_at is null
    and collected_at is null
    and state in ('AWAITING_SHIPMENT', 'PARTIALLY_SHIPPING', 'AWAITING_COLLECTION');
create index order_due_cancel_unshipped on orders.order_ (cancel_unshipped_at)
    where collected_at is null
    and state in ('AWAITING_SHIPMENT', 'PARTIALLY_SHIPPING', 'AWAITING_COLLECTION');
create index order_due_deliver on orders.order_ (deliver_by)
    where state = 'IN_TRANSIT' and overdue_at is null;
create index order_due_complete on orders.order_ (complete_at) where state = 'DELIVERED';
create index order_due_reply on orders.order_ (cancel_reply_by)
    where cancel_reply_by is not null;

-- The last guard of the state machine; the rule itself is orders.model.MOVES, and a test holds
-- the two together.
create function orders.refuse_move() returns trigger language plpgsql as $$
begin
    if (old.state, new.state) in (
        ('UNPAID', 'ON_HOLD'), ('UNPAID', 'CANCELLED'),
        ('ON_HOLD', 'AWAITING_SHIPMENT'), ('ON_HOLD', 'CANCELLED'),
        ('AWAITING_SHIPMENT', 'PARTIALLY_SHIPPING'), ('AWAITING_SHIPMENT', 'AWAITING_COLLECTION'),
        ('AWAITING_SHIPMENT', 'CANCELLED'),
        ('PARTIALLY_SHIPPING', 'AWAITING_COLLECTION'), ('PARTIALLY_SHIPPING', 'CANCELLED'),
        ('AWAITING_COLLECTION', 'IN_TRANSIT'), ('AWAITING_COLLECTION', 'CANCELLED'),
        ('IN_TRANSIT', 'DELIVERED'), ('IN_TRANSIT', 'CANCELLED'),
        ('DELIVERED', 'COMPLETED'))
    then
        return new;
    end if;
    raise exception 'an order does not move from % to %', old.state, new.state
        using errcode = 'check_violation', constraint = 'order_moves';
end $$;
create trigger order_moves before update of state on orders.order_
    for each row when (old.state is distinct from new.state)
    execute function orders.refuse_move();

create table orders.line (
    shop_id bigint not null,
    order_id bigint not null,
    id bigint not null,
    position int not null,
    sku_id bigint not null,
    product_id bigint not null,
    title text not null,
    options_text text not null,
    seller_sku text not null,
    image_key text,
    quantity int not null check (quantity > 0),
    shipped_quantity int not null default 0,
    unit_price_minor bigint not null check (unit_price_minor >= 0),
    tax_minor bigint not null check (tax_minor >= 0),
    tax_included boolean not null,
    fee_bps int not null check (fee_bps between 0 and 10000),
    weight_g int not null check (weight_g >= 0),
    primary key (shop_id, order_id, id),
    foreign key (shop_id, order_id) references orders.order_ (shop_id, id),
    constraint line_not_shipped_twice check (shipped_quantity between 0 and quantity)
);
comment on table orders.line is
    'home: shop. Lines with price, tax and fee as they were when the order was placed.';

create table orders.cancellation (
    shop_id bigint not null,
    id bigint not null,
    order_id bigint not null,
    reason text not null,
    note text not null,
    state text not null check (state in ('PENDING', 'SUCCESS', 'REJECTED', 'WITHDRAWN')),
    requested_at timestamptz not null,
    reply_by timestamptz not null,
    answered_at timestamptz,
    answered_by text,
    answer_reason text,
    primary key (shop_id, id),
    foreign key (shop_id, order_id) references orders.order_ (shop_id, id),
    check ((state = 'PENDING') = (answered_at is null))
);
comment on table orders.cancellation is
    'home: shop. Requests of buyers to cancel after the free window, and how they were answered.';
create unique index cancellation_pending on orders.cancellation (shop_id, order_id)
    where state = 'PENDING';
create index cancellation_of_order on orders.cancellation (shop_id, order_id, id);

create table orders.of_buyer (
    person_id bigint not null,
    order_id bigint not null,
    shop_id bigint not null,
    purchase_id bigint not null,
    placed_at timestamptz not null,
    primary key (person_id, order_id)
);
comment on table orders.of_buyer is 'home: person. A buyer''s own list: where each order lives.';
create index of_buyer_newest on orders.of_buyer (person_id, placed_at desc, order_id desc);
create index of_buyer_purchase on orders.of_buyer (person_id, purchase_id);
