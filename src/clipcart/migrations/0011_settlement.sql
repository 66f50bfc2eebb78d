-- Who is owed what of each sale, when it is released, what statements say and what was paid out.
create schema settlement;

create table settlement.shop (
    shop_id bigint primary key,
    market_id text not null,
    currency char(3) not null,
    settlement_days int check (settlement_days >= 0),
    reserve_level int not null default 0 check (reserve_level >= 0),
    closing_minor bigint not null default 0,
    last_statement_id bigint,
    next_statement_at timestamptz,
    unique (shop_id, currency)
);
create index shop_due on settlement.shop (next_statement_at) where next_statement_at is not null;
comment on table settlement.shop is
    'home: shop. A shop''s terms, the end of its chain of statements, and when the next is due.';

create table settlement.sale (
    shop_id bigint not null,
    order_id bigint not null,
    market_id text,
    currency char(3) not null,
    captured_minor bigint not null default 0,
    captured_at timestamptz,
    -- As agreed at placement; never changed after the order was paid.
    paid_minor bigint not null default 0,
    tax_minor bigint not null default 0,
    fee_minor bigint not null default 0,
    refund_fee_minor bigint not null default 0,
    paid_at timestamptz,
    shipped_at timestamptz,
    delivered_at timestamptz,
    cancelled_at timestamptz,
    refunded_minor bigint not null default 0,
    refunded_late_minor bigint not null default 0,
    -- release_due_at is the promise; release_look_at is when a sweep looks (again).
    release_due_at timestamptz,
    release_look_at timestamptz,
    released_at timestamptz,
    reserve_level int not null default 0,
    reserve_minor bigint not null default 0,
    reserve_until timestamptz,
    reserve_look_at timestamptz,
    reserve_released_at timestamptz,
    primary key (shop_id, order_id),
    check (captured_minor >= 0 and paid_minor >= 0 and tax_minor >= 0 and fee_minor >= 0
        and refund_fee_minor >= 0 and refunded_minor >= 0 and reserve_minor >= 0),
    check (refunded_late_minor between 0 and refunded_minor),
    check (released_at is null or paid_at is not null),
    check (reserve_released_at is null or released_at is not null)
);
create index sale_due_release on settlement.sale (release_look_at)
    where release_look_at is not null and paid_at is not null;
create index sale_due_reserve on settlement.sale (reserve_look_at)
    where reserve_look_at is not null;
create index sale_open on settlement.sale (shop_id, order_id)
    where paid_at is not null and released_at is null and cancelled_at is null;
create index sale_reserved on settlement.sale (shop_id, reserve_until)
    where reserve_look_at is not null;
comment on table settlement.sale is
    'home: shop. Per order, what came in, what is agreed, what went back and what was released.';

create table settlement.refund (
    shop_id bigint not null,
    refund_id bigint not null,
    order_id bigint not null,
    amount_minor bigint not null check (amount_minor > 0),
    is_late boolean not null,
    settled_at timestamptz not null,
    primary key (shop_id, refund_id),
    foreign key (shop_id, order_id) references settlement.sale (shop_id, order_id)
);
create index refund_order on settlement.refund (shop_id, order_id, refund_id);
comment on table settlement.refund is
    'home: shop. Refunds that reached their buyers; late ones came after the goods had left.';

create table settlement.statement (
    shop_id bigint not null references settlement.shop,
    id bigint not null,
    day date not null,
    opening_minor bigint not null,
    closing_minor bigint not null,
    line_count int not null check (line_count > 0),
    currency char(3) not null,
    closed_at timestamptz not null,
    made_at timestamptz not null,
    primary key (shop_id, id),
    unique (shop_id, day)
);
create index statement_newest on settlement.statement (shop_id, closed_at desc, id desc);
comment on table settlement.statement is
    'home: shop. What moved into and out of available on one day (UTC); each opens where one closed.';

create table settlement.payout (
    shop_id bigint not null,
    id bigint not null,
    statement_id bigint not null,
    amount_minor bigint not null check (amount_minor > 0),
    currency char(3) not null,
    bank_account_id bigint not null,
    number_masked text not null,
    state text not null check (state in ('PROCESSING', 'PAID', 'FAILED')),
    bank text,
    bank_ref text,
    failure text,
    requested_at timestamptz not null,
    sent_at timestamptz,
    ended_at timestamptz,
    primary key (shop_id, id),
    foreign key (shop_id, statement_id) references settlement.statement (shop_id, id),
    check ((state = 'PROCESSING') = (ended_at is null)),
    check ((state = 'FAILED') = (failure is not null))
);
create index payout_newest on settlement.payout (shop_id, id desc);
create index payout_of_statement on settlement.payout (shop_id, statement_id);
create index payout_open on settlement.payout (shop_id) where state = 'PROCESSING';
comment on table settlement.payout is
    'home: shop. Money on its way to a shop''s bank account, arrived, or returned.';

create table settlement.line (
    shop_id bigint not null,
    id bigint not null,
    kind text not null check (kind in ('ORDER', 'REFUND', 'RESERVE_COLLECTED',
        'RESERVE_RELEASED', 'ADJUSTMENT', 'PAYOUT', 'PAYOUT_RETURNED')),
    order_id bigint,
    payout_id bigint,
    amount_minor bigint not null check (amount_minor <> 0),
    currency char(3) not null,
    note text not null default '',
    at timestamptz not null,
    statement_id bigint,
    primary key (shop_id, id),
    foreign key (shop_id, currency) references settlement.shop (shop_id, currency),
    foreign key (shop_id, statement_id) references settlement.statement (shop_id, id)
);
create index line_of_statement on settlement.line (shop_id, statement_id, id);
create index line_waiting on settlement.line (shop_id, at) where statement_id is null;
create index line_of_order on settlement.line (shop_id, order_id, id) where order_id is not null;
comment on table settlement.line is
    'home: shop. Each move of a shop''s available money, with the journal''s id; then its statement.';

-- The bank robot: a simulated outsider. Its book is its own.
create table settlement.bank_robot_transfer (
    key text primary key,
    shop_id bigint not null,
    payout_id bigint not null,
    number_masked text not null,
    amount_minor bigint not null check (amount_minor > 0),
    currency char(3) not null,
    state text not null check (state in ('PENDING', 'PAID', 'FAILED')),
    reason text,
    becomes text,
    becomes_at timestamptz,
    callbacks int not null check (callbacks >= 0),
    calls int not null default 1,
    made_at timestamptz not null,
    check ((state = 'PENDING') = (becomes_at is not null))
);
create index bank_robot_transfer_ripe on settlement.bank_robot_transfer (becomes_at)
    where becomes_at is not null;
comment on table settlement.bank_robot_transfer is
    'home: local. The bank robot''s own book of transfers: its truth, to compare ours with.';

create table settlement.bank_robot_callback (
    id bigint primary key,
    body text not null,
    due_at timestamptz not null
);
create index bank_robot_callback_due on settlement.bank_robot_callback (due_at, id);
comment on table settlement.bank_robot_callback is
    'home: local. Callbacks that the bank robot will still make; made ones are deleted.';
