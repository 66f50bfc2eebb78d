-- Shops that developers have for trying things out. Outside production only.
create schema sandbox;

create table sandbox.shop (
    person_id bigint not null,
    shop_id bigint not null,
    buyer_id bigint not null,
    key text not null check (length(key) between 1 and 100),
    made_at timestamptz not null,
    primary key (person_id, shop_id),
    unique (person_id, key)
);
comment on table sandbox.shop is
    'home: person. Sandbox shops of a developer, each with the person who buys there.';
