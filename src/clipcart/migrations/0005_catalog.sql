-- Products, their SKUs, what is under audit, and the ready documents that pages read.
create schema catalog;

create table catalog.category (
    id bigint primary key,
    path text not null unique,
    tax_category text not null default ''
);
comment on table catalog.category is
    'home: reference. Categories by their path: Home > Kitchen > Teapots.';

create table catalog.word (
    word text primary key,
    trigrams text[] not null
);
create index word_trigrams on catalog.word using gin (trigrams);
comment on table catalog.word is 'home: reference. Words of titles on sale, to mend typing errors.';

create table catalog.shop (
    shop_id bigint primary key,
    handle text not null,
    name text not null,
    market_id text not null,
    currency char(3) not null,
    is_live boolean not null
);
comment on table catalog.shop is
    'home: shop. What the catalogue has to know of its shop; follows the facts of sellers.';

create table catalog.product (
    shop_id bigint not null,
    id bigint not null,
    handle text not null,
    status text not null check (status in ('DRAFT', 'PENDING', 'ACTIVATE', 'SELLER_DEACTIVATED',
        'PLATFORM_DEACTIVATED', 'FREEZE', 'FAILED', 'DELETED')),
    audit_status text not null
        check (audit_status in ('NONE', 'AUDITING', 'PRE_APPROVED', 'APPROVED', 'FAILED')),
    status_reason text not null default '',
    revision int not null default 1,
    title text not null,
    description_html text not null,
    description_text text not null,
    category_id bigint not null references catalog.category (id),
    axes jsonb not null,
    images jsonb not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    published_at timestamptz,
    deleted_at timestamptz,
    primary key (shop_id, id),
    unique (shop_id, handle),
    check ((status = 'DELETED') = (deleted_at is not null)),
    check (status not in ('ACTIVATE', 'SELLER_DEACTIVATED') or published_at is not null)
);
create index product_newest on catalog.product (shop_id, created_at desc, id desc);
create index product_audit on catalog.product (updated_at, id)
    where audit_status in ('AUDITING', 'PRE_APPROVED', 'FAILED');
comment on table catalog.product is 'home: shop. Products: the version that counts.';

create table catalog.product_edit (
    shop_id bigint not null,
    product_id bigint not null,
    draft jsonb not null,
    actor text not null,
    edited_at timestamptz not null,
    primary key (shop_id, product_id),
    foreign key (shop_id, product_id) references catalog.product (shop_id, id)
);
comment on table catalog.product_edit is
    'home: shop. The edit of a product that was on sale: waits for its audit, or failed it.';

create table catalog.sku (
    shop_id bigint not null,
    id bigint not null,
    product_id bigint not null,
    place int not null,
    seller_sku text not null check (seller_sku ~ '^\S{1,50}$'),
    options jsonb not null,
    price_minor bigint not null check (price_minor > 0),
    currency char(3) not null,
    weight_g int not null check (weight_g >= 0),
    image_key text not null default '',
    removed_at timestamptz,
    primary key (shop_id, id),
    foreign key (shop_id, product_id) references catalog.product (shop_id, id)
);
create index sku_product on catalog.sku (shop_id, product_id);
create unique index sku_code on catalog.sku (shop_id, seller_sku) where removed_at is null;
comment on table catalog.sku is 'home: shop. What is sold: one combination of a product''s options.';

create table catalog.audit_result (
    shop_id bigint not null,
    product_id bigint not null,
    id bigint not null,
    revision int not null,
    outcome text not null check (outcome in ('PASSED', 'REVIEW', 'FAILED')),
    findings jsonb not null,
    reason text not null default '',
    actor text not null,
    decided_at timestamptz not null,
    primary key (shop_id, product_id, id),
    foreign key (shop_id, product_id) references catalog.product (shop_id, id)
);
comment on table catalog.audit_result is
    'home: shop. Verdicts on products: rule codes with evidence, or an operator''s reason.';

create table catalog.product_view (
    shop_id bigint not null,
    product_id bigint not null,
    handle text not null,
    title text not null,
    category_id bigint not null,
    category_path text not null,
    market_id text not null,
    currency char(3) not null,
    price_low bigint not null,
    price_high bigint not null,
    image_key text not null,
    is_active boolean not null,
    is_visible boolean not null,
    published_at timestamptz,
    description_text text not null,
    document jsonb not null,
    search tsvector generated always as (
        setweight(to_tsvector('simple', title), 'A')
        || setweight(to_tsvector('english', title), 'A')
        || setweight(to_tsvector('english', category_path), 'B')
        || setweight(to_tsvector('simple', coalesce(document ->> 'seller_skus', '')), 'C')
        || setweight(to_tsvector('english', description_text), 'D')) stored,
    primary key (shop_id, product_id)
);
create index product_view_newest on catalog.product_view (published_at desc, product_id desc)
    where is_visible;
create index product_view_of_market
    on catalog.product_view (market_id, published_at desc, product_id desc) where is_visible;
create index product_view_price on catalog.product_view (price_low, product_id) where is_visible;
create index product_view_of_shop
    on catalog.product_view (shop_id, published_at desc, product_id desc) where is_visible;
create index product_view_category on catalog.product_view (category_id, price_low)
    where is_visible;
create index product_view_search on catalog.product_view using gin (search) where is_visible;
comment on table catalog.product_view is
    'home: shop. One ready document per product, and beside it what lists and search need.';
