-- People, how they sign in, what they may do on the platform, where their parcels go.
create schema identity;

create table identity.email (
    email text primary key check (email = lower(email)),
    person_id bigint not null unique
);
comment on table identity.email is
    'home: reference. Who has which e-mail address: unique over all people.';

create table identity.person (
    person_id bigint primary key,
    email text not null,
    name text not null check (name <> ''),
    market_id text not null,
    password_hash text not null,
    created_at timestamptz not null
);
comment on table identity.person is 'home: person. People with an account.';

create table identity.role (
    person_id bigint not null references identity.person,
    role text not null check (role in ('operator')),
    granted_at timestamptz not null,
    granted_by text not null,
    primary key (person_id, role)
);
comment on table identity.role is 'home: person. Roles on the platform, and who gave them.';

create table identity.session (
    person_id bigint not null references identity.person,
    id bigint not null,
    digest bytea not null check (octet_length(digest) = 32),
    csrf_secret text not null,
    ip text not null,
    created_at timestamptz not null,
    seen_at timestamptz not null,
    expires_at timestamptz not null,
    staff_until timestamptz,
    primary key (person_id, id),
    unique (person_id, digest)
);
create index session_expiry on identity.session (expires_at) where staff_until is null;
create index session_staff on identity.session (staff_until) where staff_until is not null;
comment on table identity.session is
    'home: person. Signed-in browsers; the cookie itself is not kept, only its digest.';

create table identity.token (
    person_id bigint not null references identity.person,
    id bigint not null,
    name text not null,
    digest bytea not null check (octet_length(digest) = 32),
    scopes text[] not null check (cardinality(scopes) > 0),
    created_at timestamptz not null,
    expires_at timestamptz not null,
    last_used_at timestamptz,
    revoked_at timestamptz,
    primary key (person_id, id),
    unique (person_id, digest)
);
comment on table identity.token is
    'home: person. Personal API tokens; the secret itself is not kept, only its digest.';

create table identity.password_reset (
    person_id bigint not null references identity.person,
    digest bytea not null check (octet_length(digest) = 32),
    created_at timestamptz not null,
    expires_at timestamptz not null,
    primary key (person_id, digest)
);
create index password_reset_expiry on identity.password_reset (expires_at);
comment on table identity.password_reset is
    'home: person. Open password resets; a row goes when it is used or too old.';

create table identity.address (
    person_id bigint not null references identity.person,
    id bigint not null,
    market_id text not null,
    name text not null,
    line1 text not null,
    line2 text not null,
    district text not null,
    city text not null,
    region text not null,
    postal_code text not null,
    country char(2) not null,
    phone text not null,
    created_at timestamptz not null,
    primary key (person_id, id)
);
comment on table identity.address is 'home: person. Where a buyer lets parcels be sent.';

create table identity.outbox (
    person_id bigint not null,
    id bigint not null,
    recipient text not null,
    subject text not null,
    body text,
    created_at timestamptz not null,
    sent_at timestamptz,
    primary key (person_id, id)
);
create index outbox_order on identity.outbox (id desc);
comment on table identity.outbox is
    'home: person. E-mails by whom they are for or from; a body may hold a secret and goes once sent.';
