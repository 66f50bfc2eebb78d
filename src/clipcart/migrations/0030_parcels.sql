-- Packages by when they were made or changed, and the numbers that other systems give to orders.
alter table fulfilment.package add column changed_at timestamptz;
update fulfilment.package set changed_at = greatest(created_at, label_made_at, collected_at,
    delivered_at, lost_at, cancelled_at);
alter table fulfilment.package alter column changed_at set not null;
comment on column fulfilment.package.changed_at is
    'When its state or label changed last; every statement that changes one sets it.';
create index package_made on fulfilment.package (shop_id, created_at desc, id desc);
create index package_changed on fulfilment.package (shop_id, changed_at desc, id desc);

create table orders.outside_number (
    shop_id bigint not null,
    order_id bigint not null,
    platform text not null check (platform <> ''),
    number text not null check (length(number) between 1 and 255),
    lines jsonb not null,
    noted_at timestamptz not null,
    primary key (shop_id, order_id, platform),
    foreign key (shop_id, order_id) references orders.order_ (shop_id, id)
);
comment on table orders.outside_number is
    'home: shop. The number that an order has in another system, and those of its units there.';
create index outside_number_of on orders.outside_number (shop_id, platform, number);
