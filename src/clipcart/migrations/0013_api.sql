-- What the buyers' API answered to requests with an Idempotency-Key.
create schema api;

create table api.answer (
    person_id bigint not null,
    key text not null check (length(key) between 1 and 100),
    route text not null,
    digest bytea not null,
    body jsonb,
    answered_at timestamptz not null,
    primary key (person_id, key)
);
comment on table api.answer is
    'home: person. Answers by Idempotency-Key: a request sent again gets the same answer.';
