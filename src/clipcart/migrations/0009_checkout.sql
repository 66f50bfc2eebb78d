-- Carts and purchases: what a person wants, and what a person agreed to.
create schema checkout;

create table checkout.cart (
    person_id bigint primary key,
    lines jsonb not null,
    changed_at timestamptz not null
);
comment on table checkout.cart is
    'home: person. One row per person or guest: [[shop_id, sku_id, quantity], ...], priced on read.';

create table checkout.purchase (
    person_id bigint not null,
    key text not null check (length(key) between 1 and 100),
    purchase_id bigint not null,
    payment_id bigint not null,
    orders jsonb not null,
    digest bytea not null,
    total_minor bigint not null check (total_minor >= 0),
    currency char(3) not null,
    placed_at timestamptz not null,
    primary key (person_id, key)
);
create unique index purchase_id on checkout.purchase (person_id, purchase_id);
comment on table checkout.purchase is
    'home: person. Purchases by the key that the client chose: asking twice places once.';
