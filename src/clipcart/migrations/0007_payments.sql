-- Payments: what buyers owe, what the provider says about it, and what went back.
create schema payments;

create table payments.payment (
    person_id bigint not null,
    id bigint not null,
    amount_minor bigint not null check (amount_minor >= 0),
    currency char(3) not null,
    method text not null,
    captures_at_once boolean not null,
    state text not null
        check (state in ('REQUESTED', 'CHALLENGE', 'AUTHORISED', 'DECLINED', 'VOIDED', 'CAPTURED')),
    knowledge int not null,
    attempt int not null check (attempt > 0),
    captured_attempt int,
    provider_ref text,
    brand text,
    last4 text check (last4 ~ '^[0-9]{4}$'),
    decline_reason text,
    challenge_url text,
    shop_ids bigint[] not null,
    order_ids bigint[] not null,
    split_minors bigint[] not null,
    open_splits int not null check (open_splits >= 0),
    requested_at timestamptz not null,
    changed_at timestamptz not null,
    primary key (person_id, id),
    check ((state = 'CAPTURED') = (captured_attempt is not null)),
    check ((state = 'CHALLENGE') = (challenge_url is not null)),
    check (cardinality(shop_ids) > 0 and cardinality(shop_ids) = cardinality(order_ids)
        and cardinality(shop_ids) = cardinality(split_minors)
        and open_splits <= cardinality(shop_ids))
);
comment on table payments.payment is
    'home: person. One payment of one buyer for any number of orders, and how far it has come.';

create table payments.split (
    shop_id bigint not null,
    order_id bigint not null,
    payment_id bigint not null,
    person_id bigint not null,
    amount_minor bigint not null check (amount_minor >= 0),
    currency char(3) not null,
    captured_minor bigint not null default 0,
    refunding_minor bigint not null default 0,
    refunded_minor bigint not null default 0,
    provider_ref text,
    captured_at timestamptz,
    given_up_at timestamptz,
    primary key (shop_id, order_id),
    check (captured_minor in (0, amount_minor)),
    check (refunding_minor >= 0 and refunded_minor >= 0
        and refunding_minor + refunded_minor <= captured_minor)
);
comment on table payments.split is
    'home: shop. The part of a payment that belongs to one order: captured, going back, gone back.';

create table payments.refund (
    shop_id bigint not null,
    id bigint not null,
    order_id bigint not null,
    key text not null,
    amount_minor bigint not null check (amount_minor > 0),
    currency char(3) not null,
    reason text not null,
    state text not null check (state in ('REQUESTED', 'SETTLED', 'FAILED')),
    provider_ref text,
    failure text,
    requested_by text not null,
    requested_at timestamptz not null,
    ended_at timestamptz,
    primary key (shop_id, id),
    unique (shop_id, key),
    foreign key (shop_id, order_id) references payments.split (shop_id, order_id),
    check ((state = 'REQUESTED') = (ended_at is null))
);
create index refund_order on payments.refund (shop_id, order_id, id);
comment on table payments.refund is
    'home: shop. Money on its way back to a buyer, or there; one row per request.';

create table payments.callback (
    provider text not null,
    id text not null,
    body text not null,
    received_at timestamptz not null,
    read_at timestamptz,
    primary key (provider, id)
);
comment on table payments.callback is
    'home: local. What a provider called to tell, stored before it is read; each once.';

create table payments.exception (
    id bigint primary key,
    kind text not null check (kind in ('unknown_payment', 'unknown_refund', 'amount_mismatch',
        'second_capture', 'contradiction')),
    provider text not null,
    subject text not null,
    said text not null,
    provider_ref text not null,
    amount_minor bigint not null,
    currency text not null,
    at timestamptz not null,
    resolved_at timestamptz,
    resolution text,
    unique (provider, kind, subject, said),
    check ((resolved_at is null) = (resolution is null))
);
create index exception_open on payments.exception (id) where resolved_at is null;
comment on table payments.exception is
    'home: local. What a provider said that does not fit our books; never booked, kept to be solved.';

-- The test provider: a simulated outsider. Its books are its own; rooms never read them.
create table payments.testpay_charge (
    ref text primary key,
    person_id bigint not null,
    payment_id bigint not null,
    attempt int not null,
    amount_minor bigint not null,
    currency char(3) not null,
    scenario text not null,
    brand text not null,
    last4 text not null,
    state text not null,
    reason text,
    calls int not null default 1,
    captured_minor bigint not null default 0,
    returned_minor bigint not null default 0,
    becomes text,
    becomes_at timestamptz,
    made_at timestamptz not null,
    check (returned_minor between 0 and captured_minor)
);
create index testpay_charge_ripe on payments.testpay_charge (becomes_at)
    where becomes_at is not null;
comment on table payments.testpay_charge is
    'home: local. The test provider''s own book of charges: its truth, to compare ours with.';

create table payments.testpay_refund (
    ref text primary key,
    charge_ref text not null,
    shop_id bigint not null,
    refund_id bigint not null,
    amount_minor bigint not null,
    currency char(3) not null,
    state text not null check (state in ('PENDING', 'SETTLED', 'FAILED')),
    reason text,
    becomes_at timestamptz,
    made_at timestamptz not null
);
create index testpay_refund_ripe on payments.testpay_refund (becomes_at)
    where becomes_at is not null;
comment on table payments.testpay_refund is
    'home: local. The test provider''s own book of refunds.';

create table payments.testpay_callback (
    id bigint primary key,
    ref text not null,
    callback_id text not null,
    body text not null,
    due_at timestamptz not null
);
create index testpay_callback_due on payments.testpay_callback (due_at, id);
comment on table payments.testpay_callback is
    'home: local. Callbacks that the test provider will still make; made ones are deleted.';

-- Published for the money proof: what the provider took and gave back, order by order.
create view payments.v_split as
    select shop_id, order_id, currency, captured_minor, refunded_minor from payments.split;
