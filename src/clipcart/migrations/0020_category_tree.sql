-- Categories are those of the tree that clipcart carries; the table holds the ones that products are
-- or were in, so that statements can join them. What a product says in its category's attributes.
alter table catalog.category drop constraint category_path_key;
create index category_path on catalog.category (path);
comment on table catalog.category is
    'home: reference. Categories that products are or were in, by the ids of the carried tree.';

alter table catalog.product add column attributes jsonb not null default '[]';
