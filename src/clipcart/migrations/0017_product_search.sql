-- Search reads a narrow table: what orders and filters results, and nothing that pages show. The
-- long text that is searched stands outside the row, since only its index is read; `words` (title,
-- category, SKU codes) ranks the matches, and is short.
create table catalog.product_search (
    shop_id bigint not null,
    product_id bigint not null,
    is_visible boolean not null,
    market_id text not null,
    category_id bigint not null,
    price_low bigint not null,
    published_at timestamptz,
    words tsvector not null,
    search tsvector not null,
    primary key (shop_id, product_id),
    foreign key (shop_id, product_id) references catalog.product_view (shop_id, product_id)
) with (toast_tuple_target = 256);
alter table catalog.product_search alter column words set storage main,
    alter column search set storage external;
comment on table catalog.product_search is
    'home: shop. What search matches, ranks and filters by: one narrow row per product.';

create function catalog.words_of(title text, category_path text, seller_skus text)
returns tsvector language sql immutable return
    setweight(to_tsvector('simple', title), 'A')
    || setweight(to_tsvector('english', title), 'A')
    || setweight(to_tsvector('english', category_path), 'B')
    || setweight(to_tsvector('simple', coalesce(seller_skus, '')), 'C');

insert into catalog.product_search (shop_id, product_id, is_visible, market_id, category_id,
    price_low, published_at, words, search)
select shop_id, product_id, is_visible, market_id, category_id, price_low, published_at,
    catalog.words_of(title, category_path, document ->> 'seller_skus'),
    catalog.words_of(title, category_path, document ->> 'seller_skus')
        || setweight(to_tsvector('english', description_text), 'D')
from catalog.product_view;

create index product_search_words on catalog.product_search using gin (search) where is_visible;
alter table catalog.product_view drop column search;
