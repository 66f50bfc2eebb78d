-- What happens in a shop is told to the apps that were let in: pushed to addresses, and as a log.
alter table kit.job drop constraint job_lane_check;
alter table kit.job add constraint job_lane_check
    check (lane in ('money', 'prompt', 'bulk', 'media', 'webhooks'));

alter table apps.consent add column warn_at timestamptz;
update apps.consent set warn_at = greatest(
    date_trunc('day', granted_at, 'UTC') + interval '1 day',
    date_trunc('day', ends_at, 'UTC') - interval '29 days')
where ended_at is null and ends_at is not null;
create index consent_warning on apps.consent (warn_at) where ended_at is null and warn_at is not null;

create table apps.app_webhook (
    app_id bigint not null references apps.app,
    event_type text not null check (event_type <> ''),
    address text not null check (length(address) between 1 and 255),
    created_at timestamptz not null,
    changed_at timestamptz not null,
    primary key (app_id, event_type)
);
comment on table apps.app_webhook is
    'home: reference. Where an app wants to hear of a kind of event, in every shop that says nothing else.';

create table apps.notice_number (
    shop_id bigint primary key,
    last_seq bigint not null
);
comment on table apps.notice_number is
    'home: shop. The last number in a shop''s event log. Numbers are given out under the lock of this row, so they become visible in their order.';

create table apps.notice (
    shop_id bigint not null,
    seq bigint not null,
    id bigint not null,
    event_id bigint not null,
    app_id bigint,
    type int not null,
    body text not null,
    happened_at timestamptz not null,
    made_at timestamptz not null,
    primary key (shop_id, seq)
);
create index notice_age on apps.notice (made_at);
comment on table apps.notice is
    'home: shop. The event log that apps read: what is told of a fact, byte for byte. With app_id, it is for that app only.';

create table apps.line (
    person_id bigint not null,
    app_id bigint not null,
    shop_id bigint not null,
    is_scheduled boolean not null default false,
    failures int not null default 0,
    failing_since timestamptz,
    retry_at timestamptz,
    problem text,
    primary key (person_id, app_id, shop_id)
);
create index line_retry on apps.line (retry_at) where retry_at is not null and not is_scheduled;
comment on table apps.line is
    'home: person. The queue of what an app is told of a shop, by the app''s owner: one delivery after the other. is_scheduled: a job minds it.';

create table apps.delivery (
    person_id bigint not null,
    app_id bigint not null,
    id bigint not null,
    shop_id bigint not null,
    seq bigint not null,
    notice_id bigint not null,
    type int not null,
    body text not null,
    is_test boolean not null,
    state text not null check (state in ('WAITING', 'DELIVERED', 'DEAD', 'DROPPED')),
    attempts int not null default 0,
    problem text,
    made_at timestamptz not null,
    due_since timestamptz not null,
    ended_at timestamptz,
    primary key (person_id, app_id, id),
    check ((ended_at is null) = (state = 'WAITING'))
);
create index delivery_line on apps.delivery (person_id, app_id, shop_id, seq) where state = 'WAITING';
create index delivery_dead on apps.delivery (person_id, app_id, id) where state = 'DEAD';
create index delivery_age on apps.delivery (ended_at) where ended_at is not null;
comment on table apps.delivery is
    'home: person. What an app is told, by its owner: waiting in its line, delivered, given up (DEAD) or wanted by nobody any more (DROPPED).';

create table apps.attempt (
    person_id bigint not null,
    app_id bigint not null,
    delivery_id bigint not null,
    number int not null,
    at timestamptz not null,
    address text not null,
    signature text not null,
    status int,
    answer text not null,
    problem text,
    took_us int not null,
    primary key (person_id, app_id, delivery_id, number),
    foreign key (person_id, app_id, delivery_id) references apps.delivery on delete cascade
);
comment on table apps.attempt is
    'home: person. One sending of a delivery and what was answered, shortened.';
