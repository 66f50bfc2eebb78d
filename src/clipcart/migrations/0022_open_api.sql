-- What the open API answered to requests with an idempotency key.
create schema open_api;

create table open_api.answer (
    shop_id bigint not null,
    app_id bigint not null,
    operation text not null,
    key text not null check (length(key) between 1 and 255),
    digest bytea not null,
    body jsonb,
    answered_at timestamptz not null,
    primary key (shop_id, app_id, operation, key)
);
create index answer_age on open_api.answer (answered_at);
comment on table open_api.answer is
    'home: shop. Answers by idempotency key: a request sent again gets the same answer.';
