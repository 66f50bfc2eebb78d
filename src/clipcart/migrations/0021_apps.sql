-- Apps of developers, who let them in, their tokens, and what they asked.
create schema apps;

create table apps.app (
    id bigint primary key,
    key text not null unique check (key ~ '^[a-z0-9]{6,32}$'),
    service_id bigint not null unique,
    owner_id bigint not null,
    name text not null check (name <> ''),
    about text not null,
    redirect_url text not null check (length(redirect_url) between 1 and 500),
    scopes jsonb not null,
    allowed_ips text[] not null,
    created_at timestamptz not null,
    changed_at timestamptz not null
);
create index app_owner on apps.app (owner_id);
comment on table apps.app is
    'home: reference. Apps by their public key; scopes with the reason why each is asked for.';

create table apps.secret (
    app_id bigint not null references apps.app,
    serial int not null check (serial > 0),
    sealed bytea not null,
    created_at timestamptz not null,
    ends_at timestamptz,
    primary key (app_id, serial)
);
create index secret_end on apps.secret (ends_at) where ends_at is not null;
comment on table apps.secret is
    'home: reference. Secrets of apps, sealed: signatures are computed with them. Two count while one is replaced.';

create table apps.consent (
    person_id bigint not null,
    app_id bigint not null references apps.app,
    party text not null check (party in ('SELLER', 'CREATOR')),
    scopes text[] not null,
    shop_ids bigint[] not null,
    granted_at timestamptz not null,
    ends_at timestamptz,
    ended_at timestamptz,
    ended_by text check (ended_by in ('PERSON', 'APP', 'TIME')),
    primary key (person_id, app_id, party),
    check ((ended_at is null) = (ended_by is null))
);
create index consent_end on apps.consent (ends_at) where ended_at is null;
comment on table apps.consent is
    'home: person. Who lets which app act for them, as seller or as creator, in what and until when.';

create table apps.shop_consent (
    shop_id bigint not null,
    app_id bigint not null references apps.app,
    person_id bigint not null,
    granted_at timestamptz not null,
    primary key (shop_id, app_id, person_id)
);
comment on table apps.shop_consent is
    'home: shop. Apps that are let into a shop now, and by whom.';

create table apps.auth_code (
    person_id bigint not null,
    digest bytea not null check (octet_length(digest) = 32),
    app_id bigint not null references apps.app,
    party text not null check (party in ('SELLER', 'CREATOR')),
    expires_at timestamptz not null,
    primary key (person_id, digest)
);
create index auth_code_expiry on apps.auth_code (expires_at);
comment on table apps.auth_code is
    'home: person. Codes that an app has not yet exchanged for tokens; a row goes when it is used or too old.';

create table apps.token (
    person_id bigint not null,
    digest bytea not null check (octet_length(digest) = 32),
    app_id bigint not null references apps.app,
    party text not null check (party in ('SELLER', 'CREATOR')),
    kind text not null check (kind in ('ACCESS', 'REFRESH')),
    issued_at timestamptz not null,
    expires_at timestamptz not null,
    primary key (person_id, digest)
);
create index token_expiry on apps.token (expires_at);
create index token_consent on apps.token (person_id, app_id, party);
comment on table apps.token is
    'home: person. Access and refresh tokens of consents; only their digests are kept.';

create table apps.webhook (
    shop_id bigint not null,
    app_id bigint not null references apps.app,
    event_type text not null check (event_type <> ''),
    address text not null check (length(address) between 1 and 255),
    created_at timestamptz not null,
    changed_at timestamptz not null,
    primary key (shop_id, app_id, event_type)
);
comment on table apps.webhook is
    'home: shop. Where an app wants to hear of a kind of event in a shop.';

create table apps.request (
    person_id bigint not null,
    app_id bigint not null,
    id bigint not null,
    at timestamptz not null,
    method text not null,
    path text not null,
    shop_id bigint,
    status int not null,
    code bigint not null,
    message text not null,
    took_us int not null,
    request_id text not null,
    primary key (person_id, app_id, id)
);
create index request_age on apps.request (at);
comment on table apps.request is
    'home: person. What apps asked and what they were answered, by the app''s owner; kept for some days.';
