-- Operations: imports of product files, so that one that was interrupted goes on where it stopped.
create schema ops;

create table ops.product_import (
    shop_id bigint not null,
    file_digest text not null,
    next_product int not null default 0 check (next_product >= 0),
    next_row int not null default 0 check (next_row >= 0),
    created int not null default 0,
    updated int not null default 0,
    unchanged int not null default 0,
    refused int not null default 0,
    drafts int not null default 0,
    pictures_left int not null default 0,
    started_at timestamptz not null,
    finished_at timestamptz,
    primary key (shop_id, file_digest)
);
comment on table ops.product_import is
    'home: local. How far the import of a file into a shop has come; written with each product.';

create table ops.product_import_problem (
    shop_id bigint not null,
    file_digest text not null,
    product int not null,
    place int not null,
    row_number int not null,
    column_name text not null,
    handle text not null,
    result text not null check (result in ('refused', 'adjusted')),
    rule text not null,
    cure text not null,
    primary key (shop_id, file_digest, product, place),
    foreign key (shop_id, file_digest) references ops.product_import on delete cascade
);
comment on table ops.product_import_problem is
    'home: local. What an import refused or adjusted, for the error file at its end.';
