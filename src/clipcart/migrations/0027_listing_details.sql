-- What sellers keep of products and SKUs for themselves and for other systems, beside what buyers
-- read: numbers there, barcodes, the brand, the package. And the brands of each shop.
alter table catalog.product add column details jsonb not null default '{}';
alter table catalog.sku add column details jsonb not null default '{}';

create table catalog.brand (
    shop_id bigint not null,
    id bigint not null,
    name text not null,
    created_at timestamptz not null,
    primary key (shop_id, id)
);
create unique index brand_name on catalog.brand (shop_id, lower(name));
comment on table catalog.brand is
    'home: shop. Brands that a shop sells under. Shops of one seller share the id of a brand.';
