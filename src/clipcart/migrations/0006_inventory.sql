-- What a shop has, where it lies, and for whom it is kept.
create schema inventory;

create table inventory.warehouse (
    shop_id bigint not null,
    id bigint not null,
    name text not null check (char_length(name) between 1 and 60),
    line1 text not null,
    city text not null,
    region text not null,
    postal_code text not null,
    country text not null,
    is_default boolean not null,
    closed_at timestamptz,
    created_at timestamptz not null,
    primary key (shop_id, id),
    check (closed_at is null or not is_default)
);
create unique index warehouse_default on inventory.warehouse (shop_id) where is_default;
comment on table inventory.warehouse is 'home: shop. Places a shop ships from; one is the default.';

-- Half of every page stays free, so that taking stock updates rows in place.
create table inventory.stock (
    shop_id bigint not null,
    sku_id bigint not null,
    warehouse_id bigint not null,
    on_hand int not null,
    reserved int not null default 0 check (reserved >= 0),
    available int generated always as (on_hand - reserved) stored,
    primary key (shop_id, sku_id, warehouse_id),
    foreign key (shop_id, warehouse_id) references inventory.warehouse (shop_id, id),
    constraint stock_never_oversold check (available >= 0)
) with (fillfactor = 50);
comment on table inventory.stock is
    'home: shop. Units of a SKU in a warehouse: on hand, of which reserved for orders.';

create table inventory.reservation (
    shop_id bigint not null,
    order_id bigint not null,
    sku_id bigint not null,
    warehouse_id bigint not null,
    quantity int not null check (quantity > 0),
    consumed int not null default 0,
    returned int not null default 0,
    state text not null
        check (state in ('HELD', 'CONFIRMED', 'RELEASED', 'CONSUMED', 'EXPIRED')),
    expires_at timestamptz not null,
    reserved_at timestamptz not null,
    primary key (shop_id, order_id, sku_id),
    check (consumed between 0 and quantity),
    check (returned between 0 and consumed),
    check ((state = 'CONSUMED') = (consumed = quantity))
);
create index reservation_due on inventory.reservation (expires_at) where state = 'HELD';
create index reservation_live on inventory.reservation (shop_id, sku_id, warehouse_id)
    where state in ('HELD', 'CONFIRMED');
comment on table inventory.reservation is
    'home: shop. Units kept for an order line; while HELD only until expires_at.';

create table inventory.movement (
    shop_id bigint not null,
    id bigint generated always as identity,
    sku_id bigint not null,
    warehouse_id bigint not null,
    kind text not null
        check (kind in ('RECEIVED', 'ADJUSTED', 'RESERVED', 'RELEASED', 'CONSUMED', 'RETURNED')),
    on_hand_change int not null,
    reserved_change int not null,
    order_id bigint,
    note text not null default '',
    actor text not null,
    at timestamptz not null,
    primary key (shop_id, id),
    check (on_hand_change <> 0 or reserved_change <> 0)
);
create index movement_of_sku on inventory.movement (shop_id, sku_id, id);
comment on table inventory.movement is
    'home: shop. Every change of stock, append-only; the sums are the stock.';

create function inventory.refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'stock movements are never changed; append another one';
end $$;
create trigger movement_append_only before update or delete on inventory.movement
    for each row execute function inventory.refuse_change();
