-- The platform's own furniture: facts, jobs, the clock, rate limits.
create schema kit;

create table kit.clock (
    only_row boolean primary key default true check (only_row),
    offset_us bigint not null default 0
);
comment on table kit.clock is 'home: local. How far the installation''s clock is moved.';
insert into kit.clock default values;

create sequence kit.node minvalue 0 maxvalue 1023 cycle;

create table kit.event (
    shop_id bigint not null,
    id bigint not null,
    at timestamptz not null,
    name text not null,
    version int not null,
    actor text not null,
    subject text not null,
    payload jsonb not null,
    primary key (shop_id, id)
);
create index event_subject on kit.event (shop_id, subject, id);
comment on table kit.event is 'home: shop. Every fact: outbox, audit trail, timeline, event log.';

create table kit.event_pending (
    shop_id bigint not null,
    id bigint not null,
    primary key (shop_id, id)
);
create index event_pending_order on kit.event_pending (id);
comment on table kit.event_pending is 'home: shop. Facts that subscribers were not told yet.';

create table kit.event_done (
    shop_id bigint not null,
    event_id bigint not null,
    subscriber text not null,
    primary key (shop_id, event_id, subscriber)
);
comment on table kit.event_done is
    'home: shop. Subscribers that handled a pending fact; written with their effects.';

create table kit.event_failure (
    shop_id bigint not null,
    event_id bigint not null,
    subscriber text not null,
    attempts int not null,
    retry_at timestamptz,
    error text not null,
    failed_at timestamptz not null,
    primary key (shop_id, event_id, subscriber)
);
create index event_failure_retry on kit.event_failure (retry_at) where retry_at is not null;
comment on table kit.event_failure is
    'home: shop. Facts a subscriber failed on; retry_at null means it was given up.';

create table kit.job (
    id bigint primary key,
    kind text not null,
    lane text not null check (lane in ('money', 'prompt', 'bulk', 'media')),
    payload jsonb not null,
    run_at timestamptz not null,
    dedupe_key text,
    serial_key text,
    attempts int not null default 0,
    max_attempts int not null,
    leased_until timestamptz,
    state text not null default 'queued' check (state in ('queued', 'dead')),
    error text,
    enqueued_at timestamptz not null
);
create index job_due on kit.job (lane, run_at, id) where state = 'queued';
create index job_serial on kit.job (serial_key, id) where state = 'queued' and serial_key is not null;
create unique index job_dedupe on kit.job (kind, dedupe_key) where state = 'queued';
create index job_dead on kit.job (id) where state = 'dead';
comment on table kit.job is 'home: local. Work to do; done jobs are deleted, hopeless ones kept as dead.';

create table kit.rate (
    bucket text not null,
    window_start timestamptz not null,
    used int not null,
    primary key (bucket, window_start)
);
comment on table kit.rate is 'home: local. Counters of the rate limits, one row per bucket and window.';
