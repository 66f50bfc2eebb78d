-- Shops, their verification before they may sell, and the people who work in them.
create schema sellers;

create table sellers.handle (
    handle text primary key check (handle ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    shop_id bigint not null unique
);
comment on table sellers.handle is
    'home: reference. The name of a shop in addresses: unique over all shops.';

create table sellers.shop (
    shop_id bigint primary key,
    handle text not null,
    name text not null check (name <> ''),
    tagline text not null,
    story text not null,
    market_id text not null,
    currency char(3) not null,
    state text not null
        check (state in ('ONBOARDING', 'IN_REVIEW', 'LIVE', 'REJECTED', 'SUSPENDED')),
    free_cancel_hours int not null check (free_cancel_hours >= 0),
    accent text not null check (accent ~ '^#[0-9a-f]{6}$'),
    avatar_key text,
    banner_key text,
    opened_at timestamptz not null,
    opened_by bigint not null,
    live_at timestamptz,
    waiting_since timestamptz,
    suspension_reason text,
    check ((state = 'SUSPENDED') = (suspension_reason is not null)),
    check (state not in ('LIVE', 'SUSPENDED') or live_at is not null)
);
create index shop_waiting on sellers.shop (waiting_since, shop_id) where waiting_since is not null;
create index shop_live on sellers.shop (live_at desc, shop_id desc) where state = 'LIVE';
comment on table sellers.shop is
    'home: shop. Shops. waiting_since is set while an operator has something to decide.';

create table sellers.requirement (
    shop_id bigint not null references sellers.shop,
    requirement text not null check (requirement in ('BUSINESS', 'DOCUMENTS', 'BANK_ACCOUNT')),
    state text not null check (state in ('MISSING', 'SUBMITTED', 'APPROVED', 'REJECTED')),
    reason text not null,
    submitted_at timestamptz,
    decided_at timestamptz,
    decided_by text,
    primary key (shop_id, requirement),
    check (state <> 'SUBMITTED' or submitted_at is not null),
    check (state not in ('APPROVED', 'REJECTED') or decided_by is not null),
    check (state <> 'REJECTED' or reason <> '')
);
comment on table sellers.requirement is
    'home: shop. What a shop must show before it sells, and what an operator decided about it.';

create table sellers.business (
    shop_id bigint primary key references sellers.shop,
    legal_form text not null,
    legal_name text not null check (legal_name <> ''),
    tax_number text not null,
    representative text not null,
    line1 text not null,
    line2 text not null,
    district text not null,
    city text not null,
    region text not null,
    postal_code text not null,
    phone text not null,
    submitted_at timestamptz not null,
    submitted_by bigint not null
);
comment on table sellers.business is 'home: shop. The registered business behind a shop.';

create table sellers.document (
    shop_id bigint not null references sellers.shop,
    id bigint not null,
    kind text not null,
    file_key text not null,
    content_type text not null,
    size_bytes int not null check (size_bytes > 0),
    state text not null check (state in ('SUBMITTED', 'APPROVED', 'REPLACED', 'EXPIRED')),
    expires_on date,
    expires_at timestamptz,
    added_at timestamptz not null,
    added_by bigint not null,
    primary key (shop_id, id),
    check ((expires_on is null) = (expires_at is null))
);
create unique index document_current on sellers.document (shop_id, kind)
    where state in ('SUBMITTED', 'APPROVED');
create index document_expiry on sellers.document (expires_at)
    where state in ('SUBMITTED', 'APPROVED') and expires_at is not null;
comment on table sellers.document is
    'home: shop. Verification papers: one current paper of each kind, older ones kept.';

create table sellers.bank_account (
    shop_id bigint not null references sellers.shop,
    id bigint not null,
    holder_name text not null,
    bank_name text not null,
    routing_code text not null,
    number_masked text not null,
    number_full text not null,
    state text not null check (state in ('SUBMITTED', 'APPROVED', 'REJECTED', 'REPLACED')),
    added_at timestamptz not null,
    added_by bigint not null,
    primary key (shop_id, id)
);
create unique index bank_account_waiting on sellers.bank_account (shop_id)
    where state = 'SUBMITTED';
create unique index bank_account_approved on sellers.bank_account (shop_id)
    where state = 'APPROVED';
comment on table sellers.bank_account is
    'home: shop. Where payouts go: the approved account, and one that waits for approval.';

create table sellers.staff (
    shop_id bigint not null references sellers.shop,
    person_id bigint not null,
    role text not null check (role in ('OWNER', 'MANAGER', 'PACKER', 'SUPPORT', 'BOOKKEEPER')),
    joined_at timestamptz not null,
    added_by text not null,
    primary key (shop_id, person_id)
);
create unique index staff_owner on sellers.staff (shop_id) where role = 'OWNER';
comment on table sellers.staff is 'home: shop. Who works in a shop, in which role.';

create table sellers.membership (
    person_id bigint not null,
    shop_id bigint not null,
    role text not null,
    primary key (person_id, shop_id)
);
comment on table sellers.membership is
    'home: person. sellers.staff seen from the person, written with it.';

create table sellers.invitation (
    shop_id bigint not null references sellers.shop,
    id bigint not null,
    email text not null,
    role text not null check (role in ('MANAGER', 'PACKER', 'SUPPORT', 'BOOKKEEPER')),
    digest bytea not null check (octet_length(digest) = 32),
    state text not null check (state in ('PENDING', 'ACCEPTED', 'REVOKED', 'REPLACED')),
    invited_at timestamptz not null,
    invited_by text not null,
    expires_at timestamptz not null,
    accepted_by bigint,
    primary key (shop_id, id),
    unique (shop_id, digest)
);
create unique index invitation_pending on sellers.invitation (shop_id, email)
    where state = 'PENDING';
comment on table sellers.invitation is
    'home: shop. Invitations to work in a shop; the link itself is not kept, only its digest.';
